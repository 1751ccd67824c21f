"""Reading a page into rows beside a bare parse of the same bytes, in one run. Slow: only with OSINT_INGEST_SOAK."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import pytest
from bs4 import BeautifulSoup

from osint_ingest.model import ReadOptions
from osint_ingest.sources.ogp import SOURCE
from tests.bench.pages import commitment_page
from tests.ogp import markups
from tests.ogp.reading import capture

pytestmark = pytest.mark.skipif(
    "OSINT_INGEST_SOAK" not in os.environ, reason="measures time: make soak (OSINT_INGEST_SOAK=1)"
)
MOST = 2.0
"""A page takes at most so many times what BeautifulSoup needs to parse it."""
ROUNDS = 25


def own_pages() -> list[tuple[str, bytes]]:
    folder = Path(__file__).parents[1] / "fixtures" / "ogp"
    truth = json.loads((folder / "zv0031.truth.json").read_text(encoding="utf-8"))
    made = [(markup.name, markups.page(truth, markup).encode()) for markup in markups.MARKUPS[::4]]
    return [*made, *((f"commitment {n}", commitment_page(n)) for n in range(3))]


def seconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def ratio(data: bytes) -> float:
    """How many times the bare parse reading takes: medians of rounds that take turns."""
    own = capture(data)
    rounds = [
        (
            seconds(lambda: SOURCE.read(own, data, ReadOptions())),
            seconds(lambda: BeautifulSoup(data, "lxml")),
        )
        for _ in range(ROUNDS + 2)
    ][2:]
    return median(ours for ours, _ in rounds) / median(bare for _, bare in rounds)


def test_the_speed_of_own_pages() -> None:
    found = {name: round(ratio(data), 2) for name, data in own_pages()}
    assert max(found.values()) <= MOST, found


@pytest.mark.corpus
def test_the_speed_of_pages_with_truth(corpus: Path) -> None:
    found = {
        path.name: round(ratio(path.read_bytes()), 2) for path in sorted((corpus / "ogp").glob("*.html"))
    }
    assert found and max(found.values()) <= MOST, found
