"""Reading does without spaCy's command line, and whoever asks for it gets it."""

from __future__ import annotations

import subprocess
import sys

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


def test_the_command_line_of_spacy_is_loaded_when_it_is_asked_for() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "spacy.cli.download SourceFileLoader\n"
