"""The floor: the same libraries called bare on the same bytes, with nothing of this project around them.

    python -m tests.bench.floor RAW RELEASE [--naive]    prints seconds of CPU by stage, and peak memory, as JSON

BeautifulSoup with lxml over each page, pdfplumber's words with sizes over each report, the statistical model of each
language over the passages that must be read, each different one once, Parquet written from the finished tables.
Naive: every passage is read as it comes, also what stands on every page.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pdfplumber
import pyarrow.parquet as pq
import spacy
from bs4 import BeautifulSoup
from tests.bench.counting import counted
from tests.peak import peak_bytes

from osint_ingest.entities.annotate import SKIPPED, listing_entries
from osint_ingest.model import Passage
from osint_ingest.release.files import TableFiles

STAGES = ("start", "html", "pdf", "entities", "write")


def measure(raw: Path, release: Path, *, naive: bool) -> dict[str, float]:
    """CPU seconds by stage, the imports (`start`) among them."""
    stages = {"start": time.process_time()}
    with counted(stages, "html"):
        for path in raw.rglob("*.html"):
            BeautifulSoup(path.read_bytes(), "lxml")
    with counted(stages, "pdf"):
        for path in raw.rglob("*.pdf"):
            with pdfplumber.open(path) as pdf:
                for page in pdf.pages:
                    page.extract_words(extra_attrs=["size", "fontname"])
                    page.close()
    tables = TableFiles(release)
    texts: dict[str, list[str]] = {}
    for language, text in to_read(tables, naive=naive):
        texts.setdefault(language, []).append(text)
    with counted(stages, "entities"):
        for language, found in sorted(texts.items()):
            for _ in spacy.blank(language).pipe(found if naive else sorted(set(found)), batch_size=64):
                pass
    with counted(stages, "write"), TemporaryDirectory() as folder:
        for name in tables.names():
            pq.write_table(tables.table(name), Path(folder, f"{name}.parquet"), compression="zstd")
    return stages


def to_read(tables: TableFiles, *, naive: bool) -> Iterator[tuple[str, str]]:
    """Language and text of the passages that a model has to read: no running lines; of notes, which are addresses
    and titles, and of lists of other pages' titles none either, unless `naive`."""
    columns = ["document_id", "ordinal", "kind", "text", "language"]
    rows = tables.table("passages", columns).to_pylist()
    languages = tables.table("documents", ["document_id", "language"]).to_pylist()
    own = {row["document_id"]: row["language"] for row in languages}
    listed = set() if naive else set(_listed(rows))
    for at, row in enumerate(rows):
        if row["kind"] in SKIPPED or at in listed or (row["kind"] == "footnote" and not naive):
            continue
        yield row["language"] or own[row["document_id"]] or "en", row["text"]


def _listed(rows: list[dict[str, str]]) -> Iterable[int]:
    """Places of the rows that are entries of lists."""
    start = 0
    for at in range(1, len(rows) + 1):
        if at == len(rows) or rows[at]["document_id"] != rows[start]["document_id"]:
            passages = [Passage(n, row["kind"], row["text"]) for n, row in enumerate(rows[start:at])]  # type: ignore[arg-type]
            yield from (start + n for n in listing_entries(passages))
            start = at


def main() -> None:
    """Prints what one floor costs."""
    parser = argparse.ArgumentParser(description="The same libraries, called bare.")
    parser.add_argument("raw", type=Path)
    parser.add_argument("release", type=Path)
    parser.add_argument("--naive", action="store_true", help="read every passage")
    chosen = parser.parse_args()
    stages = measure(chosen.raw, chosen.release.resolve(), naive=chosen.naive)
    print(json.dumps({"stages": stages, "peak": peak_bytes()}))


if __name__ == "__main__":
    main()
