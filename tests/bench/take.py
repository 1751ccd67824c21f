"""Takes the files of a folder into raw/: a step of the benchmark that is not measured.

python -m tests.bench.take FOLDER RAW CURATED
"""

import sys

from osint_ingest.run.ingest import Given, take
from osint_ingest.settings import Settings

if __name__ == "__main__":
    folder, raw, curated = sys.argv[1:]
    taken = take(Given.of([folder]), Settings(raw=raw, curated=curated))
    if taken.findings:
        raise SystemExit(taken.findings)
    print("{}")
