"""A browser, and the report of the sample release; without a browser its tests are skipped."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from osint_ingest.release.folder import Releases
from osint_ingest.report.build import build
from osint_ingest.store import RawStore

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
QUIET = (
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
MOST_BYTES = 20_000_000

Opener = Callable[..., "contextmanager[Page]"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip("needs a Chromium to look at the report with: make browser")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=list(QUIET))
        yield started
        started.close()


@pytest.fixture(scope="session")
def sample_report(sample_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of the sample release."""
    release = Releases(sample_run / "curated").latest()
    assert release is not None
    page = tmp_path_factory.mktemp("report") / "report.html"
    built = build(release, page, raw=RawStore(str(sample_run / "raw")), most_bytes=MOST_BYTES)
    assert not built.findings
    return page


@pytest.fixture
def opened(browser: Browser) -> Callable[..., Page]:
    """Opens a report at a view of it, in a window of its own. What it complains of or asks for fails the test."""
    pages: list[Page] = []
    complaints: list[str] = []

    def open_at(report: Path, view: str = "", *, width: int = 1280, scheme: str = "light") -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,  # type: ignore[arg-type]
            reduced_motion="reduce",
        )
        page = context.new_page()
        page.on("console", lambda said: complaints.append(f"{said.type}: {said.text}"))
        page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
        page.on("dialog", lambda dialog: complaints.append(f"dialog: {dialog.message}"))
        page.on("request", lambda asked: _note(complaints, asked.url, report))
        page.goto(f"{report.as_uri()}{view}")
        page.wait_for_selector("html[data-view]")
        pages.append(page)
        return page

    yield open_at
    for page in pages:
        page.context.close()
    assert not complaints


def _note(complaints: list[str], url: str, report: Path) -> None:
    if url.partition("#")[0] != report.as_uri() and not url.startswith("data:"):
        complaints.append(f"request: {url}")
