"""Copies of cited addresses, asked of an archive on loopback that speaks TimeMap, availability and save."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest

from osint_ingest.fetch import Limits, Politeness, look_up
from osint_ingest.fetch.safety import LoopbackSite
from osint_ingest.model import Capture
from osint_ingest.settings import Settings
from osint_ingest.store.archived import Lookup
from tests.fetch.unruly_site import ORIGIN, Page, UnrulySite, page

URL = "https://tides.example/data?year=2020&x=a,b"
OTHER = "https://rims.example/"
AT_ONCE = Politeness(
    requests_per_second=None, attempts=2, backoff_seconds=0.01, most_patience=2, lost_after=3
)
SHORT = Limits(body_bytes=100_000, request_seconds=5, silence_seconds=0.3)
DAY = date(2020, 6, 1)
TIMEMAP, SAVE = f"/web/timemap/link/{URL}", f"/save/{URL}"
AVAILABLE = (
    "/wayback/available?url=https%3A%2F%2Ftides.example%2Fdata%3Fyear%3D2020%26x%3Da%2Cb&timestamp=20200601"
)
STAMPS = ("20120102030405", "20200531120000", "20200601120000", "20200602000000", "20250101000000")


def memento(stamp: str, url: str = URL) -> str:
    return f"https://web.archive.org/web/{stamp}/{url}"


def timemap(*stamps: str, more: str = "", url: str = URL) -> Page:
    """As the Wayback Machine writes it: relations first, one memento a line."""
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    lines = [f'<{url}>; rel="original"', f'<{TIMEMAP}>; rel="self"; type="application/link-format"']
    for number, s in enumerate(stamps):
        moment = f"Mon, {s[6:8]} {months[int(s[4:6]) - 1]} {s[:4]} {s[8:10]}:{s[10:12]}:{s[12:]} GMT"
        lines.append(f'<{memento(s, url)}>; rel="{"first " * (not number)}memento"; datetime="{moment}"')
    return Page((",\n".join(lines) + more).encode(), "application/link-format", validators=False)


def available(stamp: str | None, status: str = "200") -> Page:
    closest = {"status": status, "available": True, "url": memento(stamp or ""), "timestamp": stamp}
    return Page(
        json.dumps({"url": URL, "archived_snapshots": {"closest": closest} if stamp else {}}).encode()
    )


Look = Callable[..., list[Lookup | str]]


@pytest.fixture
def look(site: UnrulySite) -> Look:
    """Looks up URL for a document of DAY (or other addresses), with the site in the place of every host."""

    def run(
        *urls: str, dates: tuple[date, ...] = (DAY,), told: Settings | None = None, **more: object
    ) -> list[Lookup | str]:
        settings = told or Settings(archive_seconds=0.01, archive_save_seconds=0)
        options = {
            "politeness": AT_ONCE,
            "limits": SHORT,
            "site": LoopbackSite(site.base_url, ORIGIN),
            **more,
        }
        return list(look_up(dict.fromkeys(urls or (URL,), dates), settings, **options))  # type: ignore[arg-type]

    return run


def stamps(found: Lookup | str) -> list[str]:
    assert isinstance(found, Lookup), found
    assert all(
        copy.archived_url == memento(f"{copy.archived_at:%Y%m%d%H%M%S}", found.url) for copy in found.copies
    )
    return [f"{copy.archived_at:%Y%m%d%H%M%S}" for copy in found.copies]


@pytest.mark.parametrize(
    ("there", "near"),
    [
        (STAMPS, STAMPS[2:4]),
        (STAMPS[::-1], STAMPS[2:4]),
        (STAMPS[:2], STAMPS[1:2]),
        (STAMPS[3:], STAMPS[3:4]),
        ((), ()),
    ],
)
def test_the_newest_copy_before_and_the_first_after(
    site: UnrulySite, look: Look, there: tuple[str, ...], near: tuple[str, ...]
) -> None:
    site.pages[TIMEMAP] = timemap(*there)
    (found,) = look()
    assert stamps(found) == list(near)
    assert [line.path for line in site.log] == ["/robots.txt", TIMEMAP]


def test_every_date_of_a_document_has_its_copies(site: UnrulySite, look: Look) -> None:
    site.pages[TIMEMAP] = timemap(*STAMPS)
    (found,) = look(dates=(date(2013, 1, 1), DAY))
    assert stamps(found) == [*STAMPS[:2], *STAMPS[2:4]]


def test_a_timemap_of_several_pages_and_one_that_redirects(site: UnrulySite, look: Look) -> None:
    site.pages[TIMEMAP] = lambda h: h.say(302, b"", {"Location": "/map"})
    site.pages["/map"] = timemap(more=f',\n<{ORIGIN}/map2>; rel="timemap"; type="application/link-format",\n'
                                 f'<{ORIGIN}/map>; rel="timemap"')  # fmt: skip
    site.pages["/map2"] = timemap(STAMPS[1], more=f',\n<{ORIGIN}/map>; rel="timemap"')
    (found,) = look()
    assert stamps(found) == [STAMPS[1]]
    assert len(site.log) < 8


def _cut(h) -> None:  # type: ignore[no-untyped-def]
    h.close_connection = True
    h.raw(
        b'HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n<https://tides.example/>; rel="original",\n<https://web'
    )


def _silent(h) -> None:  # type: ignore[no-untyped-def]
    h.close_connection = True
    h.connection.settimeout(2)
    h.rfile.read(1)


FAULTS = {
    "503": lambda h: h.say(503, b"busy"),
    "429": lambda h: h.say(429, b"slow down", {"Retry-After": "0"}),
    "403": lambda h: h.say(403, b"no"),
    "cut": _cut,
    "silent": _silent,
    "no timemap": page("Welcome"),
    "empty": Page(b""),
    "too large": Page(b"x" * 200_000),
    "loop": lambda h: h.say(302, b"", {"Location": TIMEMAP}),
    "reset": lambda h: h.hang_up(reset=True),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_where_the_timemap_fails_availability_is_asked_and_else_it_is_told(
    site: UnrulySite, look: Look, fault: str
) -> None:
    site.pages[TIMEMAP] = FAULTS[fault]
    site.pages[AVAILABLE] = available(STAMPS[1])
    (found,) = look()
    assert stamps(found) == [STAMPS[1]]
    site.pages[AVAILABLE] = available(STAMPS[1], status="404")
    assert stamps(look()[0]) == []
    site.pages[AVAILABLE] = FAULTS[fault]
    (told,) = look()
    assert isinstance(told, str) and "tides.example" in told


@pytest.mark.parametrize(
    "odd",
    [
        '<javascript:alert(1)>; rel="memento"; datetime="Sun, 31 May 2020 12:00:00 GMT"',
        '<https://web.archive.org/x>; rel="memento"; datetime="yesterday"',
        '<https://web.archive.org/x>; rel="memento"; datetime="Mon, 01 Jan 0001 00:00:00 +2359"',
        '<https://web.archive.org/x>; rel="timegate"; datetime="Sun, 31 May 2020 12:00:00 GMT"',
        '<https://web.archive.org/x y>; rel="memento"; datetime="Sun, 31 May 2020 12:00:00 GMT"',
    ],
)
def test_what_is_no_memento_is_passed_over(site: UnrulySite, look: Look, odd: str) -> None:
    site.pages[TIMEMAP] = timemap(STAMPS[0], more=f",\n{odd}")
    assert stamps(look()[0]) == [STAMPS[0]]


def test_a_memento_whose_line_is_cut_is_left_out(site: UnrulySite, look: Look) -> None:
    site.pages[TIMEMAP] = timemap(
        STAMPS[0], more=f',\n<{memento(STAMPS[1])}>; rel="memento"; datetime="Sun, 31 Ma'
    )
    (found,) = look()
    assert stamps(found) == [STAMPS[0]]


def test_retry_after_is_kept_and_a_long_one_ends_the_asking(site: UnrulySite, look: Look) -> None:
    def once(h) -> None:  # type: ignore[no-untyped-def]
        if site.count(TIMEMAP) == 1:
            h.say(429, b"", {"Retry-After": "1"})
        else:
            h.say(200, timemap(STAMPS[0]).body)

    site.pages[TIMEMAP] = once
    (found,) = look()
    assert stamps(found) == [STAMPS[0]]
    first, second = (line.at for line in site.asked(TIMEMAP))
    assert second - first >= 0.95
    site.pages[TIMEMAP] = lambda h: h.say(429, b"", {"Retry-After": "3600"})
    before = len(site.log)
    told = look(URL, OTHER, told=Settings(archive_availability="", archive_seconds=0.01))
    assert all(isinstance(one, str) and "3600" in one for one in told)
    assert len(site.log) - before <= 2  # robots.txt, and one answer that sufficed


def test_never_over_its_rate_and_never_beyond_its_budget(site: UnrulySite, look: Look) -> None:
    urls = [f"https://h{n}.example/" for n in range(5)]
    for url in urls:
        site.pages[f"/web/timemap/link/{url}"] = timemap(STAMPS[0], url=url)
    site.log.clear()
    told = Settings(archive_requests=4)
    found = look(*urls, told=told, politeness=replace(AT_ONCE, requests_per_second=5))
    assert [isinstance(one, Lookup) for one in found] == [True, True, True, False]
    assert "budget" in str(found[-1])
    moments = [line.at for line in site.log]
    assert len(moments) == 4 and all(b - a >= 0.19 for a, b in pairwise(moments))


def test_robots_rules_hold_for_archives(site: UnrulySite, look: Look) -> None:
    site.robots = "User-agent: *\nDisallow: /\n"
    (told,) = look()
    assert isinstance(told, str) and "robots.txt" in told
    assert {line.path for line in site.log} == {"/robots.txt"}


def _moved(h) -> None:  # type: ignore[no-untyped-def]
    h.say(302, b"", {"Location": f"/web/{STAMPS[4]}/{URL}"})


@pytest.mark.parametrize(
    "answer",
    [_moved, Page(b"saved", headers={"Content-Location": f"/web/{STAMPS[4]}/{URL}"}, validators=False)],
    ids=["redirect", "content-location"],
)
def test_an_archive_is_asked_for_a_copy_only_where_none_is_and_as_often_as_told(
    site: UnrulySite, look: Look, answer: Page
) -> None:
    site.pages[SAVE] = answer
    for pages in ({}, {TIMEMAP: timemap(STAMPS[0])}):
        site.pages |= pages
        assert not site.asked(SAVE)
        look()  # not asked for
    look(save=1)  # there is one
    assert not site.asked(SAVE)
    del site.pages[TIMEMAP]
    (found,) = look(save=1)
    assert stamps(found) == [STAMPS[4]]
    assert isinstance(found, Lookup) and found.copies[0].found_by == "saved"
    assert len(site.asked(SAVE)) == 1
    first, second = look(URL, OTHER, save=1)
    assert stamps(first) == [STAMPS[4]] and stamps(second) == []
    site.pages[SAVE] = page("Welcome")
    assert isinstance(look(save=1)[0], str)  # what names no copy is none; the next run asks again


def test_before_a_copy_is_asked_for_there_is_a_pause(site: UnrulySite, look: Look) -> None:
    site.pages[SAVE] = _moved
    look(save=1, told=Settings(archive_seconds=0.01, archive_save_seconds=0.5))
    asked = [line for line in site.log if line.path in (TIMEMAP, SAVE)]
    assert asked[1].at - asked[0].at >= 0.45


def test_what_nobody_has_is_fetched_and_kept(site: UnrulySite, look: Look) -> None:
    kept: list[tuple[Capture, bytes]] = []

    def keep(capture: Capture, data: bytes, details: object) -> str:
        kept.append((capture, data))
        return "cited-x.warc.gz"

    site.pages["/data?year=2020&x=a,b"] = page("Tides")
    (found,) = look(keep=keep)
    assert isinstance(found, Lookup)
    assert [(c.archived_url, c.found_by) for c in found.copies] == [("cited-x.warc.gz", "kept")]
    ((capture, data),) = kept
    assert (capture.url, b"<title>Tides</title>" in data) == (URL, True)
    del site.pages["/data?year=2020&x=a,b"]
    assert isinstance(look(keep=keep)[0], str)
