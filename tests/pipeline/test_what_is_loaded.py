"""What a run loads: readers, models and the network come with what they are needed for."""

from __future__ import annotations

import subprocess
import sys

CODE = """
import sys
from osint_ingest.run.refresh import ingest
from osint_ingest.settings import Settings
from osint_ingest.sources import all_sources
all_sources()
ingest([], Settings(raw=sys.argv[1] + "/raw", curated=sys.argv[1] + "/curated"))
print(sorted({"spacy", "prefect", "pdfminer", "bs4", "lxml", "httpcore", "altair"} & set(sys.modules)))
"""


def test_a_run_that_reads_and_fetches_nothing_loads_neither_readers_nor_the_network(tmp_path: object) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CODE, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip().splitlines()[-1] == "[]"
