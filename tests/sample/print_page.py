"""Makes a PDF of the sample from its page beside this file through Chromium, found on the PATH.

`python -m tests.sample.print_page irm_report.html PDF`; `factsheet.html` likewise.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib.resources import as_file, files
from pathlib import Path


def make(name: str, pdf: Path) -> None:
    """Writes the PDF of that page. FileNotFoundError without Chromium, CalledProcessError when it fails."""
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if browser is None:
        raise FileNotFoundError("expected Chromium on the PATH; install it to make the PDF anew")
    with as_file(files(__package__).joinpath(name)) as page:
        command = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
        subprocess.run([*command, f"--print-to-pdf={pdf}", page.as_uri()], check=True, capture_output=True)


if __name__ == "__main__":
    make(sys.argv[1], Path(sys.argv[2]))
