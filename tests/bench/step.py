"""One refresh without fetching, in a process that loads nothing else: prints as JSON what became of it.

python -m tests.bench.step raw/ curated/ 2
"""

from __future__ import annotations

import gc
import json
import sys
import time

from osint_ingest.read.limits import use_light_arrow

use_light_arrow()  # as the command line does
gc.set_threshold(50_000, 20, 20)

# isort: split
from osint_ingest.run.progress import Reporter
from osint_ingest.run.refresh import ingest
from osint_ingest.settings import Settings


def step(raw: str, curated: str, workers: int) -> dict[str, float | bool]:
    """Plans, reads and publishes what raw/ holds. SystemExit where the release is held back."""
    began = time.perf_counter()
    settings = Settings(raw=raw, curated=curated, workers=workers)
    recap = ingest((), settings, Reporter(quiet=True))
    if recap.held:
        raise SystemExit("\n".join(finding.message for finding in recap.findings))
    return {
        "wall": time.perf_counter() - began,
        "read": recap.processed,
        "documents": recap.documents,
        "new_release": recap.release is not None,
    }


if __name__ == "__main__":
    print(json.dumps(step(sys.argv[1], sys.argv[2], int(sys.argv[3]))))
