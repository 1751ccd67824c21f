"""Reading does without what of spaCy takes time and is not asked for, and whoever asks for it gets it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SCRIPT = """
import sys
from osint_ingest.entities.pipelines import RULES_ONLY, pipeline
import spacy
assert not [name for name in sys.modules if name.startswith("spacy.cli")]
assert pipeline(RULES_ONLY, False)("The register is kept.") is not None
assert spacy.info(silent=True)["spacy_version"] == spacy.__version__
from spacy.cli import download
print(download.__module__, type(spacy.__loader__).__name__)
"""


NEIGHBOUR = """
from spacy.language import Language

@Language.factory("neighbour")
def make(nlp, name):
    return "{}, looked at".format
"""


def test_the_command_line_of_spacy_is_loaded_when_it_is_asked_for() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "spacy.cli.download SourceFileLoader\n"


def test_entry_points_of_other_packages_reach_spacy(tmp_path: Path) -> None:
    about = tmp_path / "neighbour-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: neighbour\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[spacy_factories]\nneighbour = neighbour:make\n")
    (tmp_path / "neighbour.py").write_text(NEIGHBOUR)
    script = (
        "import osint_ingest.entities.pipelines, spacy; print(spacy.blank('xx').add_pipe('neighbour')('it'))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "it, looked at\n"), done.stderr
