"""`check-links` and `archive-links`: what cited addresses answer, check by check, and where copies of them are."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlsplit

import duckdb
import pytest
from tests.cli.conftest import Run
from tests.fetch.test_archives import STAMPS, memento, timemap
from tests.fetch.unruly_site import ORIGIN, UnrulySite, page

from osint_ingest.fetch import Politeness, check_links, look_up
from osint_ingest.fetch.safety import LoopbackSite
from osint_ingest.release.folder import Releases
from osint_ingest.run import maintenance
from osint_ingest.store.warc import read_warc

PAGE = Path(str(files("osint_ingest.sample").joinpath("site/ogp/members/corvalia/commitments/CV0007")))
AT_ONCE = Politeness(requests_per_second=None, attempts=2, backoff_seconds=0.01)


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[UnrulySite]:
    """A site on loopback that stands in for every host; the current folder is an empty one."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OSINT_INGEST_WORKERS", "0")
    with UnrulySite() as site:
        stand_in = LoopbackSite(site.base_url, ORIGIN)
        for name, function in (("ask", check_links), ("look_up", look_up)):
            monkeypatch.setattr(maintenance, name, partial(function, politeness=AT_ONCE, site=stand_in))
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


def _asked(web: UnrulySite) -> list[str]:
    prefix = "/web/timemap/link/"
    return [line.path.removeprefix(prefix) for line in web.log if line.path.startswith(prefix)]


def _query(sql: str, curated: str = "curated") -> list[tuple[object, ...]]:
    with duckdb.connect() as db:
        db.execute(f"set file_search_path = '{curated}/latest'")
        return db.sql(sql).fetchall()


def test_copies_are_found_once_and_stay_rebuildable_and_forgettable(
    web: UnrulySite, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("archive-links").code == 1  # no release yet
    assert run("ingest", str(PAGE), "--quiet").code == 0
    rows = _query("select distinct url from 'citations.parquet' where role = 'evidence' order by url")
    urls = [str(url) for (url,) in rows]
    lost, kept = [url for url in urls if ".gob." in url]
    web.pages[f"/web/timemap/link/{kept}"] = timemap(*STAMPS, url=kept)
    web.pages[f"{urlsplit(lost).path}?{urlsplit(lost).query}"] = page("Kept")

    # a run that is killed keeps what it found; the next one asks for the rest, and a third for nothing
    with monkeypatch.context() as patch:
        patch.setattr(maintenance, "read_and_publish", _killed)
        assert run("archive-links", "--limit", "1", "--quiet").code != 0
    assert run("archive-links", "--quiet").code == 0
    assert run("archive-links", "--quiet").code == 0
    assert _asked(web) == urls
    found = "select url, archived_url, found_by from 'archived_copies.parquet' order by all"
    # the page is of 2018: the newest copy before and the first after, of which the later one is nearer
    assert _query(found) == [(kept, memento(stamp, kept), "timemap") for stamp in STAMPS[:2]]
    cited = "select distinct url, archived_url from 'citations.parquet' where role = 'evidence' order by url"
    assert _query(cited) == [(url, memento(STAMPS[1], kept) if url == kept else None) for url in urls]

    assert run("archive-links", "--keep", "--quiet").code == 0
    assert _asked(web) == [*urls, *(url for url in urls if url != kept)]
    ((_, path, by),) = [row for row in _query(found) if row[0] == lost]
    ((capture, data, _),) = read_warc(Path("raw") / str(path))
    assert (by, capture.url, b"<title>Kept</title>" in data) == ("kept", lost, True)
    assert run("verify").code == 0

    # all of it again from raw/ alone
    assert run("ingest", str(PAGE), "--quiet", "--curated", "again").code == 0
    for sql in (found, cited, "from 'archived_copies.parquet'"):
        assert _query(sql, "again") == _query(sql)
    assert run("forget", "ogp:CV0007").code == 0
    assert not [path for path in Path("raw").iterdir() if path.name.startswith(("archived-", "cited-"))]
    assert _query("from 'archived_copies.parquet'") == []


def _killed(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_an_archive_that_answers_nothing_changes_nothing(web: UnrulySite, run: Run) -> None:
    assert run("ingest", str(PAGE), "--quiet").code == 0
    web.robots = "User-agent: *\nDisallow: /\n"
    done = run("archive-links", "--quiet")
    assert done.code == 1 and "No archive answered" in done.err and "robots.txt" in done.err
