"""A list of the captures in an object store, so that a run need not ask for each sidecar.

It only saves requests: the sidecars remain what counts, one that is not listed is read, and a list that is damaged
or gone is made anew. Good for ever, because captures are never edited.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable

from osint_ingest.model import Capture
from osint_ingest.store.folder import Folder
from osint_ingest.store.sidecar import capture_from, capture_told

CATALOGUE = ".catalogue.jsonl.gz"


def read_catalogue(folder: Folder) -> dict[str, Capture]:
    """Captures by `raw_path`; nothing where there is no list that can be read."""
    try:
        lines = gzip.decompress(folder.read(CATALOGUE)).splitlines()
        told = ((line["raw_path"], line) for line in map(json.loads, lines))
        return {path: capture_from(line, path) for path, line in told}
    except (FileNotFoundError, EOFError, ValueError, KeyError, TypeError, gzip.BadGzipFile):
        return {}


def write_catalogue(folder: Folder, captures: Iterable[Capture]) -> None:
    """Lists captures, in place of the list before."""
    lines = (json.dumps({"raw_path": c.raw_path, **capture_told(c)}, ensure_ascii=False) for c in captures)
    folder.write({CATALOGUE: gzip.compress("\n".join(lines).encode(), 6, mtime=0)})
