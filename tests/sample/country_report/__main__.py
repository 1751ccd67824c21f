"""Makes the sample report's PDF and its truth: `python -m tests.sample.country_report PDF TRUTH`."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from importlib.resources import files
from pathlib import Path

from tests.sample.country_report.fodt import to_fodt
from tests.sample.country_report.source import read_report
from tests.sample.country_report.truth import truth_of


def make(pdf: Path, truth: Path) -> None:
    """Writes the PDF (through LibreOffice, found on the PATH as `soffice`) and the truth (JSON)."""
    report = read_report(files(__package__).joinpath("report.md").read_text(encoding="utf-8"))
    text = json.dumps(truth_of(report).as_dict(), ensure_ascii=False, indent=1)
    truth.write_text(text + "\n", encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "report.fodt")
        source.write_text(to_fodt(report), encoding="utf-8")
        # a profile of its own: a running LibreOffice would take the job and do nothing
        profile = f"-env:UserInstallation={Path(folder, 'profile').as_uri()}"
        command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", folder, str(source)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        shutil.move(Path(folder, "report.pdf"), pdf)


if __name__ == "__main__":
    make(Path(sys.argv[1]), Path(sys.argv[2]))
