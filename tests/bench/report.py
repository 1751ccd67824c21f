"""The report of many documents: how large it is, what making it costs, how long it takes to open and to find in.

    python -m tests.bench.report --documents 2000

Bars: at most 20 MB in all, opened within 2 seconds, texts searched within 0.3. Making it again after one document
changed is told beside making it from nothing; both are processor seconds of this process and of those that draw, and
shares of what reading the documents took.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from playwright.sync_api import Page, sync_playwright
from tests.bench.pages import commitment_page, write_pages
from tests.report.conftest import NAMES, QUIET

from osint_ingest.release.folder import Release
from osint_ingest.report.build import Built, build
from osint_ingest.run.refresh import ingest
from osint_ingest.settings import Settings
from osint_ingest.store import RawStore

MOST_BYTES = 20_000_000
MOST_SECONDS = 2.0
MOST_SEARCH_SECONDS = 0.3
SEARCHED = ("the", "register", '"open data"', "regis*", "milestone ministry", "nothingthere")
"""Words that all texts have, that some have, that none has."""

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Figures:
    """Bytes, processor seconds, seconds on the clock, megabytes of this process at its peak."""

    documents: int
    readable: int
    size_bytes: int
    reading_cpu: float
    making_cpu: float
    again_cpu: float
    peak_mb: float
    open_seconds: float | None
    find_seconds: float | None
    read_seconds: float | None
    search_seconds: float | None
    """The slowest of several searches of all texts, from the press of the key to the first passages."""


def measure(folder: Path, documents: int) -> Figures:
    """Reads generated pages by rules alone, makes the report, changes one page and makes it again."""
    settings = Settings(
        raw=str(folder / "raw"), curated=str(folder / "curated"), workers=0, use_models=False, report=False
    )
    pages = write_pages(folder / "pages", documents)
    reading, first = _timed(lambda: _released(pages, settings))
    page, again = folder / "first.html", folder / "again.html"
    raw = RawStore(settings.raw)
    making, built = _timed(lambda: _built(first, page, raw, None, settings))
    pages[0].write_bytes(commitment_page(0, edition=1))
    second = _released(pages[:1], settings)
    remaking, _ = _timed(lambda: _built(second, again, raw, page, settings))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    opened = _opened(again)
    return Figures(documents, built.readable, built.size_bytes, reading, making, remaking, peak, *opened)


def _released(paths: list[Path], settings: Settings) -> Release:
    recap = ingest(paths, settings)
    if recap.release is None:
        raise SystemExit(f"no release: {recap.findings}")
    return recap.release


def _built(release: Release, to: Path, raw: RawStore, earlier: Path | None, settings: Settings) -> Built:
    return build(release, to, raw=raw, earlier=earlier, most_bytes=settings.report_max_bytes)


def _timed(make: Callable[[], Made]) -> tuple[float, Made]:
    before = _cpu()
    made = make()
    return _cpu() - before, made


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def _opened(report: Path) -> tuple[float | None, float | None, float | None, float | None]:
    """Seconds until the page is there, until a search in the largest table shows, until a text shows, until a search
    of all texts shows."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        return None, None, None, None
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(QUIET))
        page = browser.new_page()
        there = _clocked(lambda: _go(page, report.as_uri(), "#view-overview .figures"))
        page.evaluate("window.location.hash = '#/citations'")
        page.wait_for_selector("#grid tbody tr")
        find = _clocked(lambda: _find(page))
        read = _clocked(lambda: _read(page))
        searches = [_clocked(partial(_search, page, words)) for words in SEARCHED]
        browser.close()
    return there, find, read, max(searches)


def _go(page: Page, address: str, shown: str) -> None:
    page.goto(address, wait_until="load")
    page.wait_for_selector("html[data-view]")
    page.wait_for_selector(shown)


def _find(page: Page) -> None:
    page.fill("#find", "report 3")
    page.wait_for_function("document.querySelector('#grid tbody')?.textContent.includes('report-3')")


def _read(page: Page) -> None:
    page.click("#grid tbody th a")
    page.wait_for_selector("#text p")


def _search(page: Page, words: str) -> None:
    page.evaluate("words => { window.location.hash = '#/search/' + encodeURIComponent(words) }", words)
    page.wait_for_function(
        "words => document.querySelector('#search-words').value === words"
        " && document.querySelector('#search-summary').textContent",
        arg=words,
    )


def _clocked(do: Callable[[], None]) -> float:
    began = time.perf_counter()
    do()
    return time.perf_counter() - began


def main() -> int:
    """Prints the figures; 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description="The report of many documents.")
    parser.add_argument("--documents", type=int, default=2000)
    parser.add_argument("--json", type=Path, help="write the figures here too")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="osint-ingest-bench-") as folder:
        figures = measure(Path(folder), chosen.documents)
    for name, value in asdict(figures).items():
        print(f"{name:16} {value:,.2f}" if isinstance(value, float) else f"{name:16} {value:,}")
    shares = (cpu / figures.reading_cpu for cpu in (figures.making_cpu, figures.again_cpu))
    print("of the reading: making it {:.2%}, making it again {:.2%}".format(*shares))
    if chosen.json:
        chosen.json.write_text(json.dumps(asdict(figures), indent=1))
    small = figures.size_bytes <= MOST_BYTES
    opens = (figures.open_seconds or 0.0) <= MOST_SECONDS
    finds = (figures.search_seconds or 0.0) <= MOST_SEARCH_SECONDS
    return 0 if small and opens and finds else 1


if __name__ == "__main__":
    sys.exit(main())
