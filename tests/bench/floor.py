"""The floor: the same libraries called bare on the same bytes, with nothing of this project around them.

    python -m tests.bench.floor RAW RELEASE    prints seconds of CPU by stage as JSON

BeautifulSoup with lxml over each page, pdfplumber's words with sizes over each report, the statistical model of each
language over the different passages that must be read, Parquet written from the finished tables.
"""

from __future__ import annotations

import json
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pdfplumber
import pyarrow.parquet as pq
from bs4 import BeautifulSoup

from osint_ingest.entities.models import model_for
from osint_ingest.entities.pipelines import load_model
from osint_ingest.release.folder import Release


@contextmanager
def counted(stages: dict[str, float], name: str) -> Iterator[None]:
    """Adds the CPU seconds of a block to a stage."""
    started = time.process_time()
    yield
    stages[name] = stages.get(name, 0.0) + time.process_time() - started


def measure(raw: Path, release: Release) -> dict[str, float]:
    """CPU seconds by stage."""
    stages: dict[str, float] = {}
    with counted(stages, "html"):
        for path in raw.rglob("*.html"):
            BeautifulSoup(path.read_bytes(), "lxml")
    with counted(stages, "pdf"):
        for path in raw.rglob("*.pdf"):
            with pdfplumber.open(path) as pdf:
                for page in pdf.pages:
                    page.extract_words(extra_attrs=["size", "fontname"])
                    page.close()
    passages = release.table("passages", ["text", "language", "kind"]).to_pylist()
    texts: defaultdict[str, set[str]] = defaultdict(set)
    for passage in passages:
        if passage["kind"] not in ("header", "footer"):
            texts[passage["language"] or "en"].add(passage["text"])
    with counted(stages, "entities"):
        for language, found in sorted(texts.items()):
            if model := model_for(language):
                for _ in load_model(model).pipe(sorted(found), batch_size=64):
                    pass
    with counted(stages, "write"), TemporaryDirectory() as folder:
        for name in release.row_counts():
            pq.write_table(release.table(name), Path(folder, f"{name}.parquet"), compression="zstd")
    return stages


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]), Release(Path(sys.argv[2]).resolve()))))
