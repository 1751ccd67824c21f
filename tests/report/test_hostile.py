"""Documents that mean harm are shown as what they say: nothing of them runs, is fetched or breaks the page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from osint_ingest.report.build import build
from osint_ingest.run.refresh import ingest
from osint_ingest.settings import Settings
from osint_ingest.store import RawStore
from tests.report.conftest import MOST_BYTES
from tests.report.hostile import ENDLESS, MARKUP, RUN, write_hostile

Opened = Callable[..., Page]


@pytest.fixture(scope="module")
def hostile_report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    files = write_hostile(folder / "files")
    settings = Settings(raw=str(folder / "raw"), curated=str(folder / "curated"), workers=0, use_models=False)
    recap = ingest(files, settings)
    assert recap.release is not None and recap.documents == len(files), recap
    page = folder / "report.html"
    build(recap.release, page, raw=RawStore(settings.raw), most_bytes=MOST_BYTES)
    return page


def test_nothing_runs_and_the_layout_holds(opened: Opened, hostile_report: Path) -> None:
    page = opened(hostile_report, width=360)
    tables = page.eval_on_selector_all(".views a", "links => links.map(a => a.getAttribute('href'))")
    for view in (*tables, *(f"#/d/{n}" for n in range(5)), "#/e/%3Cscript%3E", "#/d/99999", "#/%ff"):
        page.evaluate("view => { window.location.hash = view }", view)
        page.wait_for_timeout(80)
        assert page.evaluate("window.harmed") is None, view
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, view
        addresses = page.eval_on_selector_all("a[href]", "links => links.map(a => a.href)")
        assert all(a.startswith(("file:", "https://", "http://")) for a in addresses), view
        assert page.locator("main iframe, main object, main script, main style").count() == 0


def test_what_a_document_says_is_shown_letter_by_letter(opened: Opened, hostile_report: Path) -> None:
    page = opened(hostile_report, "#/documents")
    page.get_by_label("Find").fill("7*7")
    page.locator("#grid tbody th a").first.click()
    expect(page.locator("#text")).to_contain_text(f"<script>{RUN}</script>")
    expect(page.locator("#text")).to_contain_text("{{7*7}}")
    expect(page.locator("#text")).to_contain_text(ENDLESS[:100])
    # a name over two links is pressed on its words, not on the space between them
    read_out = page.locator("#text [role=button]").all_inner_texts()
    assert "Finance" in read_out and all(text.strip() for text in read_out)
    for hit in page.locator("#text .hit").all()[:8]:
        hit.click()
        assert page.evaluate("window.harmed") is None


def test_the_page_lets_in_no_script_but_its_own(
    browser: Browser, hostile_report: Path, tmp_path: Path
) -> None:
    """The policy is a second wall: markup that stood in the page would not run."""
    broken = tmp_path / "broken.html"
    html = hostile_report.read_text(encoding="utf-8")
    broken.write_text(html.replace("<main", f"{MARKUP}<main", 1), encoding="utf-8")
    assert broken.stat().st_size > hostile_report.stat().st_size
    page = browser.new_page()
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text))
    page.goto(broken.as_uri())
    page.evaluate("""setTimeout(() => document.body.setAttribute("onclick", "window.harmed=1"))""")
    page.locator("body").click()
    assert page.evaluate("window.harmed") is None
    assert sum("Content Security Policy" in text for text in refused) >= 2
    page.close()
