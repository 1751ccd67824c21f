"""`check-links`: what cited addresses answer, check by check."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from importlib.resources import files
from pathlib import Path

import pytest
from tests.cli.conftest import Run
from tests.fetch.unruly_site import ORIGIN, UnrulySite

from osint_ingest.fetch import Politeness, check_links
from osint_ingest.fetch.safety import LoopbackSite
from osint_ingest.release.folder import Releases
from osint_ingest.run import maintenance

PAGE = Path(str(files("osint_ingest.sample").joinpath("site/ogp/members/corvalia/commitments/CV0007")))
AT_ONCE = Politeness(requests_per_second=None, attempts=2, backoff_seconds=0.01)


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[UnrulySite]:
    """A site on loopback that stands in for every host; the current folder is an empty one."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OSINT_INGEST_WORKERS", "0")
    with UnrulySite() as site:
        stand_in = LoopbackSite(site.base_url, ORIGIN)
        asked = partial(check_links, politeness=AT_ONCE, site=stand_in)
        monkeypatch.setattr(maintenance, "ask", asked)
        yield site


def test_every_check_is_kept_so_that_it_shows_since_when_a_url_fails(web: UnrulySite, run: Run) -> None:
    assert run("check-links").code == 1  # no release yet
    assert run("ingest", str(PAGE), "--quiet").code == 0
    assert run("check-links", "--limit", "1", "--quiet").code == 0
    assert run("check-links", "--quiet").code == 0
    last = Releases("curated").latest()
    assert last is not None
    rows = last.table("link_checks").to_pylist()
    cited = {url for url in last.table("links")["url"].to_pylist() if url.startswith("http")}
    assert {row["url"] for row in rows} == cited and len(rows) == len(cited) + 1
    (url,) = {row["url"] for row in rows if [r["url"] for r in rows].count(row["url"]) == 2}
    first, second = (row for row in rows if row["url"] == url)
    assert first["checked_at"] < second["checked_at"]
    assert first["http_status"] == 404 and first["checked_at"] == second["first_failed_at"]
