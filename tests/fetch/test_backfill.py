"""Captures out of a web archive on loopback that has duplicates, faults, redirects and several pages of index."""

# ruff: noqa: E501 - addresses are easier to read unbroken

from __future__ import annotations

import contextlib
import io
import json
import os
import random
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from osint_ingest.fetch import ArchiveTaker, CrawlReport, Politeness, archive_for
from osint_ingest.fetch.archives import moment_of_stamp
from osint_ingest.fetch.limits import Limits
from osint_ingest.model import RefusedRun
from osint_ingest.settings import Settings
from osint_ingest.sources import source_named
from osint_ingest.sources.base import Source
from osint_ingest.store import CaptureDetails, RawStore, capture_of
from osint_ingest.store.forgotten import ForgottenList, Targets
from osint_ingest.store.warc import warc_writer, write_capture
from tests.fetch.conftest import Crawl
from tests.fetch.gazette import Gazette
from tests.fetch.unruly_site import UnrulySite, page, pdf
from tests.fetch.web_archive import Held, WebArchive

NOW = Settings(archive_seconds=0.001)
AT_ONCE = Politeness(
    requests_per_second=None, attempts=2, backoff_seconds=0.01, most_patience=2, lost_after=3
)
SHORT = Limits(body_bytes=100_000, request_seconds=5, silence_seconds=0.3)
URL = "https://www.unruly.example/p"


def text(words: str) -> bytes:
    return f"<html><head><title>{words}</title></head><body>Unruly Gazette: {words}</body></html>".encode()


def held(number: int, stamp: str, words: str = "", **more: str) -> Held:
    return Held(f"{URL}/{number:03}", stamp, text(words or f"{number} of {stamp}"), **more)


@pytest.fixture
def archive() -> Iterator[WebArchive]:
    with WebArchive() as serving:
        yield serving


def take(
    archive: WebArchive,
    raw: str,
    source: Source | None = None,
    told: Settings = NOW,
    *,
    since: int | None = None,
    most: int | None = None,
    **more: object,
) -> CrawlReport:
    source = source or Gazette(archives=("wayback",), archived_under=("www.unruly.example/",))
    chosen = archive_for(source.config, told)
    assert chosen is not None
    options = {"politeness": AT_ONCE, "limits": SHORT, "base_url": archive.base_url, **more}
    chosen = replace(chosen, paging=archive.paging)
    with ArchiveTaker(source, chosen, RawStore(raw), told, **options) as taker:  # type: ignore[arg-type]
        return taker.take_all(since, most)


def kept(raw: str) -> list[tuple[str, str]]:
    return [(c.url, f"{c.captured_at:%Y%m%d%H%M%S}") for c in RawStore(raw).captures()]


@pytest.mark.parametrize("paging", ["resume_key", "number"])
def test_each_distinct_capture_is_taken_once_and_keeps_its_time_and_address(
    archive: WebArchive, raw: str, paging: str
) -> None:
    archive.paging, archive.page_rows = paging, 3
    archive.holds = [
        held(1, "20120301101010", "a"),
        replace(held(1, "20130301101010", "a"), url="http://unruly.example:80/p/001"),  # the same bytes
        held(1, "20140301101010", "b"),
        held(1, "20150301101010", "a"),  # back again: history tells it
        held(1, "20160301101010", "b", status="301"),
        held(1, "20170301101010", "c", media_type="image/png"),
        held(1, "20180301101010", "a", media_type="warc/revisit"),
        held(2, "20120301101010"),
        Held("https://www.unruly.example/excluded/1", "20120301101010", text("out")),
        Held("https://other.example/p/3", "20120301101010", text("stranger")),
    ]
    source = Gazette(archives=("wayback",), archived_under=("www.unruly.example/", "other.example/"),
                     hosts=("www.unruly.example", "unruly.example"))  # fmt: skip
    report = take(archive, raw, source)
    assert (report.finished, report.findings) == (True, ())
    assert kept(raw) == [
        (f"{URL}/001", "20120301101010"),
        (f"{URL}/001", "20140301101010"),
        (f"{URL}/001", "20150301101010"),
        (f"{URL}/002", "20120301101010"),
    ]
    first = next(RawStore(raw).captures())
    assert first.archived_url == f"https://web.archive.org/web/20120301101010id_/{URL}/001"
    assert (first.source, first.http_status, first.media_type) == ("gazette", 200, "text/html")
    assert RawStore(raw).details(first).way == "archive"
    assert len(archive.fetched) == 4
    take(archive, raw, source)  # what was taken is not asked for again
    assert len(archive.fetched) == 4
    archive.holds.insert(7, held(1, "20260301101010", "new"))
    take(archive, raw, source)
    assert len(archive.fetched) == 5


def test_from_a_year_and_at_most_so_many(archive: WebArchive, raw: str) -> None:
    archive.holds = [held(n, f"20{year}0301101010") for n in range(3) for year in (11, 15, 19)]
    assert not take(archive, raw, since=2015, most=4).finished
    assert len(kept(raw)) == 4
    assert take(archive, raw, since=2015).finished
    assert sorted({stamp[:4] for _, stamp in kept(raw)}) == ["2015", "2019"]
    assert len(kept(raw)) == len(archive.fetched) == 6


def _cut(h) -> None:  # type: ignore[no-untyped-def]
    h.close_connection = True
    h.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n<html>")


FAULTS = {
    "503": lambda h: h.say(503, b"busy"),
    "429": lambda h: h.say(429, b"slow down", {"Retry-After": "0"}),
    "cut": _cut,
    "short": lambda h: h.say(200, b"<html>Unruly Gazette", {"X-Archive-Orig-Content-Length": "5000"}),
    "other bytes": lambda h: h.say(200, b"<html>Unruly Gazette</html>"),
    "reset": lambda h: h.hang_up(reset=True),
}
AWAY = ("ftp://archive.example/", "https://user:secret@archive.example/", "https://archive.example/../../x")


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_that_passes_costs_nothing_and_one_that_stays_is_named(
    archive: WebArchive, raw: str, fault: str
) -> None:
    archive.holds = [held(n, "20120301101010") for n in range(3)]
    path = archive.holds[1].path
    archive.faults = {path: deque([FAULTS[fault]] * 2), "/cdx/search/cdx": deque([FAULTS[fault]])}
    report = take(archive, raw)
    assert (report.finished, report.findings, len(kept(raw))) == (True, (), 3)

    archive.holds.append(held(4, "20120301101010"))
    archive.faults = {archive.holds[3].path: deque([FAULTS[fault]] * 100)}
    report = take(archive, raw)
    ((url, finding),) = [(f.url, f.finding) for f in report.findings]
    assert (url, finding.severity, len(kept(raw))) == (f"{URL}/004", "warning", 3)
    assert "1 failed" in report.message and finding.hint
    archive.faults.clear()
    assert take(archive, raw).findings == () and len(kept(raw)) == 4


def test_a_copy_that_is_shorter_than_what_was_sent_is_named_where_no_digest_tells(
    archive: WebArchive, raw: str
) -> None:
    archive.holds = [held(1, "20120301101010", told="-")]
    archive.faults = {archive.holds[0].path: deque([FAULTS["short"]] * 100)}
    assert [f.finding.code for f in take(archive, raw).findings] == ["truncated"] and kept(raw) == []


def test_what_failed_is_tried_again_by_the_run_that_goes_on(archive: WebArchive, raw: str) -> None:
    archive.page_rows = 1
    archive.holds = [held(n, "20120301101010") for n in range(3)]
    archive.faults = {archive.holds[0].path: deque([FAULTS["short"]] * 100)}
    assert not take(archive, raw, most=1).finished
    archive.faults.clear()
    assert take(archive, raw).finished and len(kept(raw)) == 3


def test_compressed_copies_are_taken_although_no_digest_can_tell_of_them(
    archive: WebArchive, raw: str
) -> None:
    archive.holds = [held(1, "20120301101010", told="A" * 32)]
    answer = {"X-Archive-Orig-Content-Encoding": "gzip", "X-Archive-Orig-Content-Length": "9000"}
    body = archive.holds[0].body
    archive.faults = {archive.holds[0].path: deque([lambda h: h.say(200, body, answer)])}
    assert take(archive, raw).findings == () and len(kept(raw)) == 1


def test_an_archive_that_is_out_of_order_for_an_hour_ends_the_run_and_the_next_goes_on(
    archive: WebArchive, raw: str
) -> None:
    archive.holds = [held(n, "20120301101010") for n in range(20)]
    busy = lambda h: h.say(503, b"", {"Retry-After": "3600"})  # noqa: E731
    archive.faults = {archive.holds[5].path: deque([busy] * 100)}
    report = take(archive, raw)
    assert not report.finished and "3600" in report.message and len(kept(raw)) == 5
    (found,) = report.findings
    assert "3600" in found.finding.message and found.finding.hint and "/cdx" in found.url
    archive.faults = {"/cdx/search/cdx": deque([busy] * 100)}
    report = take(archive, raw)
    assert not report.reachable and "3600" in report.message and len(kept(raw)) == 5
    archive.faults.clear()
    assert take(archive, raw).finished and len(kept(raw)) == len(archive.fetched) == 20


@pytest.mark.parametrize("body", [b"<html>Welcome</html>", b'[["urlkey","timest', b'{"a": 1', b"[[], 1]"])
def test_an_index_that_cannot_be_read_is_named(archive: WebArchive, raw: str, body: bytes) -> None:
    archive.holds = [held(1, "20120301101010")]
    archive.faults = {"/cdx/search/cdx": deque([lambda h: h.say(200, body)] * 3)}
    report = take(archive, raw)
    assert [f.finding.code for f in report.findings] == ["bad_index"] and not report.finished
    assert take(archive, raw).finished and len(kept(raw)) == 1


def test_what_the_archive_leads_to_counts_with_its_own_time_and_no_other_page(
    archive: WebArchive, raw: str
) -> None:
    near, away, odd = held(1, "20120301101010"), held(2, "20120301101010"), held(3, "20120301101010")
    there = held(1, "20120302000000")
    archive.holds = [near, away, odd]
    archive.pages[there.path] = lambda h: h.say(200, there.body)
    archive.pages["/login"] = lambda h: h.say(200, text("Log in"))
    strange = "/web/20120301101010id_/https://other.example/"
    archive.pages[strange] = lambda h: h.say(200, text("stranger"))
    for one, target in ((near, there.path), (away, "/login"), (odd, strange)):
        archive.faults[one.path] = deque([lambda h, to=target: h.say(302, b"", {"Location": to})])
    late = held(4, "20120301101010")
    archive.holds.append(late)
    told = {"Memento-Datetime": "Sat, 03 Mar 2012 00:00:00 GMT"}
    archive.faults[late.path] = deque([lambda h: h.say(200, text("another"), told)])
    report = take(archive, raw)
    assert kept(raw) == [(f"{URL}/001", "20120302000000"), (f"{URL}/004", "20120303000000")]
    assert [f.finding.code for f in report.findings] == ["redirected_away"] * 2
    take(archive, raw)
    assert len(kept(raw)) == 2


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"<title>Just a moment...</title>Unruly Gazette", "challenge"),
        (b" ", "empty"),
        (b"<html>x", "missing_required"),
    ],
)
def test_a_copy_that_is_no_page_is_named_and_not_asked_for_again(
    archive: WebArchive, raw: str, body: bytes, code: str
) -> None:
    archive.holds = [replace(held(1, "20120301101010"), body=body)]
    assert [(f.finding.code, f.finding.severity) for f in take(archive, raw).findings] == [(code, "info")]
    asked = len(archive.fetched)
    assert take(archive, raw).findings == () and len(archive.fetched) == asked


@pytest.mark.parametrize("target", AWAY)
def test_what_leads_where_nobody_may_ask_is_named_and_the_rest_goes_on(
    archive: WebArchive, raw: str, target: str
) -> None:
    archive.holds = [held(n, "20120301101010") for n in range(3)]
    away = deque([lambda h: h.say(302, b"", {"Location": target})])
    archive.faults = {archive.holds[1].path: away}
    (found,) = take(archive, raw).findings
    assert (
        found.finding.code.endswith("_refused")
        and "secret" not in found.finding.message
        and len(kept(raw)) == 2
    )
    archive.faults = {"/cdx/search/cdx": deque([lambda h: h.say(302, b"", {"Location": target})])}
    assert "refused" in take(archive, raw).message
    assert take(archive, raw).finished and len(kept(raw)) == 3


def test_a_budget_that_the_index_alone_uses_up_still_comes_to_the_end(archive: WebArchive, raw: str) -> None:
    archive.page_rows = 1
    archive.holds = [held(n, "20120301101010") for n in range(4)]
    under = tuple(f"www.unruly.example/p/{n:03}" for n in range(4))
    source = Gazette(archives=("wayback",), archived_under=under)
    for _ in range(3):  # robots.txt, a page of the index and a capture
        assert not take(archive, raw, source, told=Settings(archive_requests=3)).finished
    assert take(archive, raw, source).finished
    assert len(kept(raw)) == len(archive.fetched) == 4
    archive.holds.append(held(0, "20130301101010"))
    archive.holds.sort(key=lambda one: (one.key, one.stamp))
    assert take(archive, raw, source).finished and len(kept(raw)) == 5


def test_a_page_that_only_an_archive_has_is_not_asked_of_its_site(
    archive: WebArchive, raw: str, site: UnrulySite, go: Crawl
) -> None:
    archive.holds = [held(1, "20120301101010"), held(2, "20120301101010")]
    take(archive, raw)
    site.pages["/start"] = page("Start", links=("/p/002",))
    site.pages["/p/002"] = page("Two")
    go()
    go()
    assert len(site.asked("/p/002")) == 2 and site.asked("/p/001") == []


def test_what_is_forgotten_is_in_no_journal_and_not_taken_again(archive: WebArchive, raw: str) -> None:
    archive.holds = [held(1, "20120301101010"), held(2, "20120301101010")]
    take(archive, raw)
    gone = Targets(("d",), (f"{URL}/001",), ())
    line = ForgottenList(raw).begin(gone, None)
    RawStore(raw).forget(gone.urls, gone.sha256)
    ForgottenList(raw).complete(line)
    journal = "".join(path.read_text() for path in Path(raw).glob(".backfill-*"))
    assert "/p/001" not in journal and "/p/002" in journal
    assert [f.finding.code for f in take(archive, raw).findings] == ["forgotten"]
    assert kept(raw) == [(f"{URL}/002", "20120301101010")] and len(archive.fetched) == 2


def test_never_over_its_rate_nor_its_budget_and_as_its_robots_allow(archive: WebArchive, raw: str) -> None:
    archive.holds = [held(n, "20120301101010") for n in range(20)]
    report = take(archive, raw, told=Settings(archive_seconds=0.1, archive_requests=5), politeness=None)
    assert not report.finished and "budget" in report.message
    moments = [line.at for line in archive.log]
    # a busy machine notes one late: the time of all of them tells the rate
    assert len(moments) == 5 and moments[-1] - moments[0] >= 0.9 * 4 * 0.1
    archive.log.clear()
    archive.robots = "User-agent: *\nDisallow: /web/\n"
    report = take(archive, raw)
    assert not report.finished and "robots.txt" in report.message and not archive.fetched
    archive.robots = "User-agent: *\nDisallow: /\n"
    report = take(archive, raw)
    assert not report.reachable and "robots.txt" in report.message


def _unruly(archive: WebArchive, pages: int) -> set[tuple[str, str]]:
    """Fills an archive: five captures a page, of which two have the bytes of their neighbour, and faults among them.
    Returns what is to be kept."""
    stamps = [f"20{year}0301101010" for year in (11, 13, 15, 17, 19)]
    archive.holds = [
        held(n, stamp, f"{n} in state {state}")
        for n in range(pages)
        for stamp, state in zip(stamps, "aabba", strict=True)
    ]
    archive.holds += archive.holds[-7:]  # named twice
    faults = list(FAULTS.values())
    for number, one in enumerate(archive.holds[::7]):
        archive.faults[one.path] = deque([faults[number % len(faults)]])
    archive.faults["/cdx/search/cdx"] = deque([FAULTS["503"], FAULTS["cut"]])
    for one in archive.holds[3::50]:
        moved = f"{one.path}/"
        archive.pages[moved] = lambda h, body=one.body: h.say(200, body)
        archive.faults[one.path] = deque([lambda h, to=moved: h.say(302, b"", {"Location": to})])
    return {(f"{URL}/{n:03}", stamp) for n in range(pages) for stamp in stamps[::2]}


class _Killed(BaseException):
    pass


def test_a_run_that_is_interrupted_again_and_again_takes_each_distinct_capture_once(
    archive: WebArchive, raw: str
) -> None:
    archive.page_rows = 10
    expected = _unruly(archive, 20)
    done = 0

    def interrupt(*_: int) -> None:
        nonlocal done
        done += 1
        if done % 4 == 0:
            raise _Killed

    for _ in range(30):
        try:
            report = take(archive, raw, tell=interrupt)
        except _Killed:
            continue
        if report.finished:
            break
    assert done > 60 and report.finished and report.findings == ()
    assert {(url.rstrip("/"), stamp) for url, stamp in kept(raw)} == expected
    assert len(kept(raw)) == len(expected)


@pytest.mark.skipif(not os.environ.get("OSINT_INGEST_SOAK"), reason="takes minutes: make soak")
def test_soak_5000_rows_and_20_kills(archive: WebArchive, raw: str) -> None:
    archive.page_rows = 400
    expected = _unruly(archive, 1000)
    command = [sys.executable, "-m", "tests.fetch.take_once", raw, archive.base_url, "0.01"]
    chance = random.Random(5)
    runs = []
    for _ in range(20):
        runs.append(len(archive.log))
        running = subprocess.Popen(command)
        with contextlib.suppress(subprocess.TimeoutExpired):
            running.wait(chance.uniform(1.5, 6))
        running.kill()
        running.wait()
    for _ in range(3):  # the 503s of a while ended runs, too
        runs.append(len(archive.log))
        assert subprocess.run(command, check=False).returncode == 0
    kept_now = kept(raw)
    assert {(url.rstrip("/"), stamp) for url, stamp in kept_now} == expected
    assert len(kept_now) == len(expected)
    assert list(RawStore(raw).verify()) == []
    for first, after in pairwise([*runs, len(archive.log)]):
        moments = [line.at for line in archive.log[first:after]]
        assert all(b - a >= 0.01 * 19 for a, b in zip(moments, moments[19:], strict=False))


def test_records_of_an_index_that_names_warc_files(archive: WebArchive, raw: str) -> None:
    captured, out = held(1, "20120301101010"), io.BytesIO()
    writer = warc_writer(out, "test", "test")
    start = out.tell()
    at = capture_of(captured.url, moment_of_stamp(captured.stamp), captured.body)
    write_capture(
        writer, at, captured.body, CaptureDetails(response_headers=(("Content-Type", "text/html"),))
    )
    warc, length = out.getvalue(), out.tell() - start
    row = {"url": captured.url, "timestamp": captured.stamp, "status": "200", "mime": "text/html"}
    row |= {
        "filename": "crawl/1.warc.gz",
        "offset": str(start),
        "length": str(length),
        "digest": captured.row()[5],
    }
    rows = [row, row | {"timestamp": "20130301101010", "digest": "B" * 32, "truncated": "length"}]

    def part(h) -> None:  # type: ignore[no-untyped-def]
        first, last = map(int, h.headers["Range"].removeprefix("bytes=").split("-"))
        h.say(206, warc[first : last + 1])

    archive.pages["/collinfo.json"] = lambda h: h.say(200, b'[{"cdx-api": "https://data.commoncrawl.org/i"}]')
    archive.pages["/crawl/1.warc.gz"] = part
    question = (
        "/i?url=www.unruly.example%2F&matchType=prefix&output=json&filter=statuscode%3A200&collapse=digest"
    )
    archive.pages[f"{question}&showNumPages=true"] = lambda h: h.say(200, b'{"pages": 1}')
    body = "\n".join(map(json.dumps, rows)).encode()
    archive.pages[f"{question}&page=0"] = lambda h: h.say(200, body)
    source = Gazette(archives=("commoncrawl",), archived_under=("www.unruly.example/",))
    archive.paging = "number"
    report = take(archive, raw, source)
    assert [f.finding.code for f in report.findings] == ["truncated"] and "only the beginning" in str(
        report.findings
    )
    (taken,) = RawStore(raw).captures()
    assert RawStore(raw).read(taken) == captured.body
    assert taken.archived_url == f"https://data.commoncrawl.org/crawl/1.warc.gz#bytes={start}-{length}"


def test_an_archive_is_known_by_name_or_by_the_settings() -> None:
    config = source_named("ogp").config
    own = {
        "archive_index": "http://127.0.0.1:1/cdx",
        "archive_captures": "http://127.0.0.1:1/{timestamp}id_/{url}",
    }
    for settings, name, found in (
        (Settings(), None, "wayback"),
        (Settings(), "arquivo", "arquivo"),
        (Settings(**own), None, "127.0.0.1:1"),
        (Settings(**own), "wayback", "wayback"),
    ):
        chosen = archive_for(config, settings, name)
        assert chosen is not None and chosen.name == found
    assert archive_for(Gazette().config, Settings()) is None
    for settings, name in ((Settings(), "nowhere"), (Settings(archive_index=own["archive_index"]), None)):
        with pytest.raises(RefusedRun, match=r"Available|together"):
            archive_for(config, settings, name)


@pytest.mark.parametrize(
    ("url", "today"),
    [
        ("http://www.opengovpartnership.org/members/zavaria/commitments/ZV0001/", "members/zavaria/commitments/ZV0001/"),
        ("https://opengovpartnership.org/members/zavaria/commitments/ZV0001", "members/zavaria/commitments/ZV0001/"),
        ("https://www.opengovpartnership.org:443/es/members/Zavaria/commitments/zv0001/", "es/members/zavaria/commitments/ZV0001/"),
        ("http://www.opengovpartnership.org/countries/zavaria", "members/zavaria/"),
        ("http://www.opengovpartnership.org/country/Zavaria", "members/zavaria/"),
        ("http://www.opengovpartnership.org/report/countries/zavaria", "members/zavaria/"),
        ("https://www.opengovpartnership.org/documents/zavaria-action-plan-2018-2020", "documents/zavaria-action-plan-2018-2020/"),
        ("https://www.opengovpartnership.org/?p=16530", "?p=16530"),
        ("https://web.archive.org/web/20180101000000/http://www.opengovpartnership.org/members/zavaria", "members/zavaria/"),
        ("https://archive.example/coll/20180101000000mp_/https://opengovpartnership.org/members/zavaria/", "members/zavaria/"),
        ("https://www.opengovpartnership.org/wp-content/uploads/2019/05/Zavaria_Action-Plan_2018.pdf", "wp-content/uploads/2019/05/Zavaria_Action-Plan_2018.pdf"),
        ("https://www.opengovpartnership.org/wp-content/uploads/2019/05/photo.jpg", None),
        ("https://www.opengovpartnership.org/documents/letter-of-the-chair/", None),
        ("https://www.opengovpartnership.org/stories/zavaria/", None),
        ("https://www.opengovpartnership.org/?s=zavaria", None),
        ("https://example.org/members/zavaria/", None),
    ],
)  # fmt: skip
def test_addresses_of_all_years_lead_to_the_page_of_today(url: str, today: str | None) -> None:
    found = source_named("ogp").archived(url)  # type: ignore[attr-defined]
    assert (found and found.url) == (today and f"https://www.opengovpartnership.org/{today}")


INLINE = "https://joinup.ec.europa.eu/sites/default/files/inline-files"


@pytest.mark.parametrize(
    ("name", "owner"),
    [
        ("OSS%20Country%20Intelligence%20Report%20Ireland%202024_0.pdf", "osor"),
        ("italy-2025-country-intelligence-report.pdf", "osor"),
        ("OSS%20Country%20Intelligence%20Factsheet%20Japan.pdf", "factsheets"),
        ("Digital%20Public%20Administration%20Factsheet%20France%202024.pdf", "factsheets"),
        ("minutes.pdf", None),
    ],
)
def test_files_under_the_old_host_go_to_the_source_that_reads_them(
    archive: WebArchive, raw: str, name: str, owner: str | None
) -> None:
    archive.holds = [Held(f"{INLINE}/{name}", "20240101000000", pdf().body, media_type="application/pdf")]
    for source in ("osor", "factsheets"):
        take(archive, raw, source_named(source))
    assert [capture.source for capture in RawStore(raw).captures()] == ([owner] if owner else [])
