"""Reading a document that is full of one thing takes time as long as the document: four times as much, not sixteen.

The suite reads small ones; with OSINT_INGEST_SOAK=1 (`make soak`) they are large, and many pages are read.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from time import process_time

import pytest

from osint_ingest.pdf import read_pdf
from osint_ingest.read import documents
from osint_ingest.read.documents import Work, process_batch
from osint_ingest.settings import Settings
from osint_ingest.store import RawStore
from osint_ingest.store.at_hand import AtHand, files_at_hand
from tests.linear.documents import HTML, PAGES, pdfs, two_line_bullets
from tests.pdf.pages import RawPage, pdf_of

SOAK = bool(os.environ.get("OSINT_INGEST_SOAK"))
MOST = 8
"""Four times the document may take this many times the time: the clock is coarse and the machine busy."""
FLOOR = 0.3
"""Seconds under which growth is not judged."""


def seconds(data: bytes, ending: str, folder: Path) -> float:
    """Processor time of reading one document into rows, without models."""
    folder.mkdir()
    file = folder / f"a.{ending}"
    file.write_bytes(data)
    settings = Settings(raw=str(folder / "raw"), curated=str(folder / "curated"), use_models=False)
    (found,) = files_at_hand([file])
    assert isinstance(found, AtHand)
    store = RawStore(settings.raw)
    store.put(found.capture, found.data)
    store.settle()
    work = [Work(tuple(RawStore(settings.raw).captures()))]
    documents._annotator.cache_clear()  # texts that an earlier run has read cost nothing
    start = process_time()
    batch = process_batch(work, settings)
    taken = process_time() - start
    assert not batch.outcomes[0].failed, batch.tables["issues"].to_pylist()
    return taken


def assert_linear(make: Callable[[int], bytes], ending: str, size: int, folder: Path) -> None:
    """Reads four times `size`, and where that takes long `size` too, each twice, in turn: the faster one counts."""
    small = large = float("inf")
    for n in range(2):
        large = min(large, seconds(make(4 * size), ending, folder / f"large{n}"))
        if large < FLOOR:
            return
        small = min(small, seconds(make(size), ending, folder / f"small{n}"))
    assert large < MOST * small, f"{large:.2f} s, {small:.2f} s for a quarter"


@pytest.mark.parametrize("kind", HTML)
def test_a_page_takes_time_as_long_as_it_is(kind: str, tmp_path: Path) -> None:
    assert_linear(HTML[kind], "html", 100_000 if SOAK else 5_000, tmp_path)


@pytest.mark.parametrize("kind", pdfs())
def test_a_page_of_a_pdf_takes_time_as_long_as_it_is(kind: str, tmp_path: Path) -> None:
    assert_linear(pdfs()[kind], "pdf", 40_000 if SOAK else 1_000, tmp_path)


@pytest.mark.skipif(not SOAK, reason="long: set OSINT_INGEST_SOAK=1")
@pytest.mark.parametrize("kind", PAGES)
def test_76_pages_take_at_most_a_minute(kind: str, tmp_path: Path) -> None:
    page = RawPage(PAGES[kind](5_000))
    assert seconds(pdf_of(*[page] * 76), "pdf", tmp_path / "a") < 60


@pytest.mark.skipif(not SOAK, reason="long: set OSINT_INGEST_SOAK=1")
def test_twice_the_pages_take_twice_the_time() -> None:
    """Each page has 60 passages of two lines: a search among all passages for every line shows."""
    page = RawPage(two_line_bullets(60))

    def seconds_of(pages: int) -> float:
        start = process_time()
        content = read_pdf(pdf_of(*[page] * pages))
        assert len(content.passages) >= 60 * pages
        return process_time() - start

    small, large = seconds_of(120), seconds_of(240)
    assert min(large, seconds_of(240)) < 2.4 * min(small, seconds_of(120))
