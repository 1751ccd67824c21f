"""A crawl finds what exists, asks for no more than it must, and tells what became of each address."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from osint_ingest.fetch import Budget, CrawlReport, crawl, fetch_given
from osint_ingest.model import Capture, FoundAddress
from osint_ingest.settings import Settings
from osint_ingest.store import RawStore, capture_of
from osint_ingest.store.forgotten import ForgottenList, Targets
from osint_ingest.tables.documents import AddressRow
from tests.fetch.conftest import Crawl
from tests.fetch.gazette import Gazette
from tests.fetch.unruly_site import ORIGIN, Page, UnrulySite, page


def states(report: CrawlReport) -> dict[str, str]:
    return {seen.url.removeprefix(ORIGIN): seen.state for seen in report.addresses}


def codes(report: CrawlReport) -> dict[str, str]:
    return {found.url.removeprefix(ORIGIN): found.finding.code for found in report.findings}


def with_pages(site: UnrulySite, *paths: str) -> None:
    site.pages["/start"] = page("start", "", paths)
    for path in paths:
        site.pages[path] = page(path)


def bodies(site: UnrulySite) -> int:
    return sum(line.body_bytes for line in site.log if line.status == 200)


def test_a_first_crawl_keeps_every_page_with_its_story(site: UnrulySite, go: Crawl, raw: str) -> None:
    with_pages(site, "/a", "/b", "/excluded/c")
    site.pages["/a"] = page("a", "", ("/deeper", "#top", "/a"))
    site.pages["/deeper"] = page("deeper")
    report = go()
    assert states(report) == {
        "/start": "new",
        "/a": "new",
        "/b": "new",
        "/deeper": "new",
        "/excluded/c": "listed_only",
    }
    assert (report.reachable, report.finished, report.findings) == (True, True, ())
    store = RawStore(raw)
    captures = store.latest()
    assert list(report.captures) == list(captures.values())
    capture = captures[f"{ORIGIN}/a"]
    kept = site.pages["/a"]
    assert isinstance(kept, Page)
    assert store.read(capture) == kept.body
    assert (capture.source, capture.http_status, capture.etag, capture.licence) == (
        "gazette",
        200,
        kept.etag,
        "CC0-1.0",
    )
    assert (capture.media_type, capture.charset) == ("text/html", "utf-8")
    details = store.details(capture)
    assert details.way == "http"
    assert ("ETag", kept.etag) in details.response_headers
    assert "User-Agent" in dict(details.request_headers)
    assert details.requested_at is not None and details.requested_at < capture.captured_at
    assert details.server_address == f"127.0.0.1:{site.port}"
    seen = {s.url: s for s in report.addresses}
    assert seen[f"{ORIGIN}/deeper"].listed_by == f"{ORIGIN}/a"
    assert f"{ORIGIN}/robots.txt" in captures  # what was obeyed can be shown


def test_a_second_crawl_of_an_unchanged_site_costs_headers_only(
    site: UnrulySite, go: Crawl, raw: str
) -> None:
    with_pages(site, *(f"/p/{n}" for n in range(500)))
    go()
    before = list(RawStore(raw).captures())
    assert len(before) == 502
    site.log.clear()
    report = go()
    assert bodies(site) == 0
    assert len(site.log) == 502
    assert report.captures == ()
    assert set(states(report).values()) == {"unchanged"}
    assert list(RawStore(raw).captures()) == before


def test_without_validators_the_same_bytes_are_still_unchanged(site: UnrulySite, go: Crawl, raw: str) -> None:
    with_pages(site, "/a")
    site.pages["/a"] = replace(page("a"), validators=False)  # type: ignore[type-var]
    go()
    report = go()
    assert states(report)["/a"] == "unchanged"
    assert len([c for c in RawStore(raw).captures() if c.url.endswith("/a")]) == 1


def test_changed_gone_and_no_longer_listed_pages_are_told_apart(
    site: UnrulySite, go: Crawl, raw: str
) -> None:
    with_pages(site, "/same", "/changes", "/goes", "/unlisted", "/unlisted-and-gone")
    go()
    before = RawStore(raw).latest()[f"{ORIGIN}/goes"]
    with_pages(site, "/same", "/changes", "/goes", "/never")
    site.pages["/changes"] = page("changes", "other text")
    for path in ("/goes", "/unlisted-and-gone", "/never"):
        site.pages.pop(path, None)
    report = go()
    assert states(report) == {
        "/start": "changed",
        "/same": "unchanged",
        "/changes": "changed",
        "/goes": "gone",
        "/never": "gone",
        "/unlisted": "unchanged",
        "/unlisted-and-gone": "gone",
    }
    assert RawStore(raw).latest()[f"{ORIGIN}/goes"] == before
    assert codes(report) == {"/goes": "gone", "/never": "gone", "/unlisted-and-gone": "gone"}
    assert {c.url.removeprefix(ORIGIN) for c in report.captures} == {"/start", "/changes"}


def test_redirects_are_aliases_and_old_hosts_lead_to_new_ones(site: UnrulySite, go: Crawl, raw: str) -> None:
    with_pages(site, "/new", "http://old.unruly.example/old", "/moved", "/chain")
    site.pages["/old"] = lambda h: h.say(301, b"", {"Location": f"{ORIGIN}/new"})
    site.pages["/moved"] = lambda h: h.say(302, b"", {"Location": "/target?x=1#part"})
    site.pages["/chain"] = lambda h: h.say(308, b"", {"Location": f"{site.base_url}/moved"})
    site.pages["/target?x=1"] = page("target")
    report = go()
    assert states(report) == {
        "/start": "new",
        "/new": "new",
        "http://old.unruly.example/old": "alias",
        "/moved": "alias",
        "/chain": "alias",
        "/target?x=1": "new",
    }
    assert site.asked("/old")[0].host == "old.unruly.example"
    assert len(site.asked("/new")) == 1
    store = RawStore(raw)
    hops = store.details(store.latest()[f"{ORIGIN}/target?x=1"]).redirects
    assert [(hop.url.removeprefix(ORIGIN), hop.status) for hop in hops] == [("/moved", 302)]


def test_what_was_forgotten_is_not_asked_for_nor_kept_again(site: UnrulySite, go: Crawl, raw: str) -> None:
    with_pages(site, "/kept", "/gone", "/moved", "/elsewhere")
    site.pages["/moved"] = lambda h: h.say(302, b"", {"Location": "/gone"})
    site.pages["/elsewhere"] = page("the same bytes under another address")
    forgotten = ForgottenList(raw)
    sha256 = capture_of(
        "", datetime.now(UTC), page("the same bytes under another address").body
    ).content_sha256
    line = forgotten.begin(Targets(urls=(f"{ORIGIN}/gone/",), sha256=(sha256,)), "asked by its author")
    forgotten.complete(line)
    report = go()
    assert site.asked("/gone") == [] and len(site.asked("/elsewhere")) == 1
    assert {c.url.removeprefix(ORIGIN) for c in RawStore(raw).captures()} == {
        "/start",
        "/kept",
        "/robots.txt",
    }
    assert codes(report) == {"/gone": "forgotten", "/elsewhere": "forgotten"}
    assert {f.finding.severity for f in report.findings} == {"info"} and "/gone" not in states(report)
    assert all("asked by its author" in f.finding.message for f in report.findings)
    go()
    assert {c.url.removeprefix(ORIGIN) for c in RawStore(raw).captures()} == {
        "/start",
        "/kept",
        "/robots.txt",
    }


def test_sitemaps_lead_on_and_their_dates_spare_requests(site: UnrulySite, go: Crawl) -> None:
    def entry(path: str, modified: str = "") -> str:
        date = f"<lastmod>{modified}</lastmod>" if modified else ""
        return f"<url><loc>{site.base_url}{path}</loc>{date}</url>"

    tomorrow = f"{datetime.now(UTC) + timedelta(days=2):%Y-%m-%d}"
    child = entry("/old", "2020-01-01") + entry("/fresh", tomorrow) + entry("/undated")
    index = (
        f'<?xml version="1.0"?><sitemapindex><sitemap><loc>{ORIGIN}/pages.xml</loc></sitemap></sitemapindex>'
    )
    site.pages["/sitemap.xml"] = Page(index.encode(), "application/xml")
    site.pages["/pages.xml"] = Page(
        f'<?xml version="1.0"?><urlset>{child}</urlset>'.encode(), "application/xml"
    )
    for path in ("/old", "/fresh", "/undated"):
        site.pages[path] = page(path)
    # the child sitemap need not match `include`, which is about pages
    source = Gazette(
        start=(), sitemaps=(f"{ORIGIN}/sitemap.xml",), include=(re.compile("/(old|fresh|undated)"),)
    )
    assert set(states(go(source)).values()) == {"new"}
    site.log.clear()
    report = go(source)
    assert set(states(report).values()) == {"unchanged"}
    assert not site.asked("/old")
    assert len(site.asked("/fresh")) == len(site.asked("/undated")) == 1


def test_only_what_the_source_wants_is_fetched(site: UnrulySite, go: Crawl) -> None:
    with_pages(site, "/wanted/1", "/other", "https://elsewhere.example/x", "mailto:someone@x.example")
    report = go(Gazette(include=(re.compile("/wanted/"),)))
    assert states(report) == {"/start": "new", "/wanted/1": "new", "/other": "listed_only"}
    assert not site.asked("/other")
    assert codes(report) == {
        "https://elsewhere.example/x": "host_refused",
        "mailto:someone@x.example": "scheme_refused",
    }
    assert {found.finding.severity for found in report.findings} == {"warning"}


def test_an_address_that_is_only_to_be_recorded_is_not_asked(site: UnrulySite, go: Crawl) -> None:
    class Picky(Gazette):
        def addresses(self, capture: Capture, data: bytes) -> list[FoundAddress]:
            return [FoundAddress(f"{ORIGIN}/a", capture.url, document_id="gazette:a", fetch=False)]

    with_pages(site, "/a")
    report = go(Picky())
    (seen,) = (s for s in report.addresses if s.url == f"{ORIGIN}/a")
    assert (seen.state, seen.document_id) == ("listed_only", "gazette:a")
    assert not site.asked("/a")


def test_a_source_that_fails_on_a_page_is_reported_and_the_rest_goes_on(site: UnrulySite, go: Crawl) -> None:
    class Broken(Gazette):
        def addresses(self, capture: Capture, data: bytes) -> list[FoundAddress]:
            if capture.url.endswith("/a"):
                raise KeyError("label")
            return list(super().addresses(capture, data))

    with_pages(site, "/a", "/b")
    report = go(Broken())
    assert states(report) == {"/start": "new", "/a": "new", "/b": "new"}
    assert codes(report) == {"/a": "reader_failed"}


def test_limit_counts_pages_and_not_what_leads_to_them(site: UnrulySite, go: Crawl) -> None:
    with_pages(site, *(f"/p/{n}" for n in range(9)))
    for _ in range(2):  # the same ones each time
        report = go(settings=Settings(limit=3))
        fetched = [path for path, state in states(report).items() if state != "listed_only"]
        assert fetched == ["/p/0", "/p/1", "/p/2", "/start"]
        assert len(report.addresses) == 10


@pytest.mark.parametrize("budget", [Budget(requests=8), Budget(bytes=6 * 600), Budget(stored_bytes=2000)])
def test_a_budget_ends_the_run_cleanly_and_the_next_run_goes_on(
    site: UnrulySite, go: Crawl, raw: str, budget: Budget
) -> None:
    with_pages(site, *(f"/p/{n}" for n in range(20)))
    for n in range(20):
        site.pages[f"/p/{n}"] = page(f"{n}", "x" * 200)
    first = go(budget=budget)
    assert not first.finished and "left for the next run" in first.message
    got = {line.path for line in site.log if line.path.startswith("/p/")}
    assert 0 < len(got) < 20
    assert list(RawStore(raw).verify()) == []
    assert RawStore(raw).size_bytes() <= (budget.stored_bytes or 1_000_000)
    site.log.clear()
    second = go()
    assert second.finished
    # nothing that the first run got is asked for again
    assert {line.path for line in site.log if line.path.startswith("/p/")} | got == {
        f"/p/{n}" for n in range(20)
    }
    asked_twice = got & {line.path for line in site.log}
    assert len(asked_twice) <= (1 if budget.stored_bytes else 0)  # its capture had no room
    assert set(states(second).values()) == {"new"}
    site.log.clear()
    assert set(states(go()).values()) == {"unchanged"}
    assert len(site.log) == 22


def test_minutes_are_a_budget_too(site: UnrulySite, go: Crawl) -> None:
    with_pages(site, *(f"/p/{n}" for n in range(50)))
    site.pages["/p/1"] = lambda h: h.say(503, b"", {"Retry-After": "4"})
    started = datetime.now(UTC)
    report = go(budget=Budget(minutes=0.03))
    assert not report.finished
    assert datetime.now(UTC) - started < timedelta(seconds=3)


def test_what_was_never_captured_comes_first(site: UnrulySite, go: Crawl) -> None:
    with_pages(site, "/a", "/b")
    go()
    with_pages(site, "/a", "/b", "/c", "/d")
    site.log.clear()
    go()
    assert [line.path for line in site.log] == ["/robots.txt", "/start", "/c", "/d", "/a", "/b"]


def test_first_seen_and_document_ids_come_from_the_last_release(site: UnrulySite, go: Crawl) -> None:
    with_pages(site, "/a")
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    known = AddressRow(
        url=f"{ORIGIN}/a",
        source="gazette",
        state="unchanged",
        document_id="gazette:A",
        first_seen=long_ago,
        last_seen=long_ago,
        listed_by="somewhere",
    )
    other = replace(known, source="another", document_id="another:A")
    (seen,) = (s for s in go(known=[known, other]).addresses if s.url.endswith("/a"))
    assert (seen.first_seen, seen.document_id, seen.state) == (long_ago, "gazette:A", "new")
    assert seen.last_seen is not None and seen.last_seen > long_ago
    assert seen.listed_by == f"{ORIGIN}/start"


def test_a_page_taken_by_hand_is_asked_for_like_any_other(site: UnrulySite, go: Crawl, raw: str) -> None:
    with_pages(site)
    by_hand = replace(
        capture_of(f"{ORIGIN}/by-hand", datetime(2026, 1, 1, tzinfo=UTC), page("by hand").body),
        source="gazette",
    )
    RawStore(raw).put(by_hand, page("by hand").body)
    site.pages["/by-hand"] = page("by hand")
    assert states(go())["/by-hand"] == "unchanged"


def test_a_clock_that_went_back_hides_neither_a_page_nor_its_new_capture(
    site: UnrulySite, go: Crawl, raw: str
) -> None:
    with_pages(site, "/moved", "/same")
    ahead = datetime.now(UTC) + timedelta(days=400)
    same = site.pages["/same"]
    assert isinstance(same, Page)
    for path, body in (("/moved", page("as it was").body), ("/same", same.body)):
        capture = replace(capture_of(f"{ORIGIN}{path}", ahead, body), source="gazette", etag='"old"')
        RawStore(raw).put(capture, body)
    report = go()
    assert states(report) == {"/start": "new", "/moved": "changed", "/same": "unchanged"}
    store = RawStore(raw)
    newest = store.latest()[f"{ORIGIN}/moved"]
    moved = site.pages["/moved"]
    assert isinstance(moved, Page)
    assert store.read(newest) == moved.body
    assert newest.captured_at == ahead + timedelta(microseconds=1)
    said = store.details(newest).clock_said
    assert said is not None and abs(said - datetime.now(UTC)) < timedelta(minutes=5)
    start = store.details(store.latest()[f"{ORIGIN}/start"])
    assert start.clock_said is None
    assert list(store.verify()) == []


def test_a_source_that_cannot_be_reached_says_so_in_one_message_at_once(raw: str) -> None:
    started = datetime.now(UTC)

    def nowhere(host: str, port: int) -> list[str]:
        raise OSError("Name or service not known")

    report = crawl(Gazette(), RawStore(raw), Settings(), resolver=nowhere)
    assert (report.reachable, report.finished, report.captures) == (False, False, ())
    assert "cannot be read" in report.message and "www.unruly.example does not resolve" in report.message
    assert len(report.findings) == 1
    assert datetime.now(UTC) - started < timedelta(seconds=2)


def test_a_host_that_stops_answering_is_left_alone_after_a_while(site: UnrulySite, go: Crawl) -> None:
    with_pages(site, *(f"/p/{n}" for n in range(60)))
    for n in range(20, 60):
        site.pages[f"/p/{n}"] = lambda h: h.say(403, b"no")
    report = go()
    assert not report.finished
    assert len(site.log) == 2 + 20 + 10
    found = list(codes(report).values())
    assert found.count("refused_by_site") == 10
    assert found.count("host_left_alone") == 1
    assert "ingest" in next(
        f.finding.hint or "" for f in report.findings if f.finding.code == "refused_by_site"
    )


def test_a_long_retry_after_ends_the_run_for_the_host(site: UnrulySite, go: Crawl) -> None:
    with_pages(site, *(f"/p/{n}" for n in range(5)))
    site.pages["/p/0"] = lambda h: h.say(429, b"", {"Retry-After": "86400"})
    report = go()
    assert not report.finished and "86400 s" in report.message
    assert len(site.asked("/p/0")) == 1 and not site.asked("/p/1")


def test_progress_is_told_as_it_goes(site: UnrulySite, go: Crawl) -> None:
    with_pages(site, "/a", "/b")
    told: list[tuple[int, int]] = []
    go(progress=lambda done, waiting: told.append((done, waiting)))
    assert told == [(1, 2), (2, 1), (3, 0)]


def test_given_addresses_are_fetched_and_nothing_else(site: UnrulySite, raw: str) -> None:
    with_pages(site, "/a")
    site.pages["/r"] = lambda h: h.say(301, b"", {"Location": "/a"})
    store = RawStore(raw)
    report = fetch_given([f"{ORIGIN}/start", f"{ORIGIN}/r"], store, Settings(), base_url=site.base_url)
    assert {c.url.removeprefix(ORIGIN) for c in report.captures} == {"/robots.txt", "/start", "/a"}
    assert {c.source for c in report.captures} == {None}
    refused = fetch_given(["http://127.0.0.1:1/", "file:///etc/passwd"], store, Settings())
    assert sorted(f.finding.code for f in refused.findings) == ["robots_unreachable", "scheme_refused"]
    assert "refused, because it resolves to 127.0.0.1, which is not a public address" in refused.message


def test_a_store_that_cannot_be_written_ends_the_crawl_and_says_why(
    site: UnrulySite, go: Crawl, raw: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_pages(site, *(f"/p/{n}" for n in range(50)))

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("osint_ingest.store.folder.os.fsync", full)
        with pytest.raises(OSError, match="No space left"):
            go()
    assert list(RawStore(raw).captures()) == []
    assert go().finished
    assert list(RawStore(raw).verify()) == []


def test_nothing_is_left_in_raw_but_captures(site: UnrulySite, go: Crawl, raw: str) -> None:
    with_pages(site, "/a")
    go()
    assert sorted(p.name for p in Path(raw).iterdir()) == ["gazette"]
    assert list(RawStore(raw).verify()) == []


def test_a_crawl_leaves_alone_what_another_one_is_writing(site: UnrulySite, raw: str, go: Crawl) -> None:
    site.pages["/start"] = page("Start")
    pending = Path(raw) / "other" / ".20260101T000000000000Z-0123456789ab.html.1.tmp"
    pending.parent.mkdir(parents=True)
    pending.touch()
    assert go().finished and pending.exists()
