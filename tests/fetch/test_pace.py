"""The pace of a host, patience after a refusal, and the site's own log as the judge of both."""

from __future__ import annotations

import itertools
import random
from datetime import UTC, datetime

import pytest

from osint_ingest.fetch import Politeness
from osint_ingest.fetch.follow import Robots, Rules
from osint_ingest.fetch.limits import Pace, backoff, retry_after
from osint_ingest.fetch.safety import checked_address
from tests.fetch.conftest import HURRIED, Crawl
from tests.fetch.gazette import Gazette
from tests.fetch.unruly_site import UnrulySite, page


class Clock:
    """Time that passes only while someone sleeps or sends."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def most_in_a_second(moments: list[float]) -> int:
    return max(sum(start <= m < start + 1.0 for m in moments) for start in moments)


@pytest.mark.parametrize("rate", [0.5, 1.0, 3.0, 20.0])
def test_no_window_of_a_second_holds_more_than_the_rate_however_long_connecting_takes(rate: float) -> None:
    clock = Clock()
    pace = Pace(rate, sleep=clock.sleep, clock=clock)
    chance = random.Random(7)
    sent = []
    for _ in range(200):
        pace.wait()
        clock.now += chance.choice([0.0, 0.0, 0.9 / rate, 0.3])  # a connection is set up, or is there already
        pace.sending()
        sent.append(clock.now)
    assert most_in_a_second(sent) <= max(rate, 1)
    assert len({round(b - a, 6) for a, b in itertools.pairwise(sent)}) > 20  # jitter


def test_two_connections_that_are_ready_at_once_still_send_one_after_the_other() -> None:
    clock = Clock()
    pace = Pace(2, sleep=clock.sleep, clock=clock)
    pace.wait()
    pace.wait()  # the first is still connecting
    pace.sending()
    first = clock.now
    pace.sending()
    assert clock.now - first >= 0.5


def test_a_pause_and_a_slower_pace_hold_for_everyone() -> None:
    clock = Clock()
    pace = Pace(10, sleep=clock.sleep, clock=clock)
    pace.wait()
    pace.pause(30)
    pace.wait()
    assert clock.now >= 1030
    pace.slow_down(7)
    before = clock.now
    pace.wait()
    pace.wait()
    assert clock.now - before >= 7


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("120", 120.0),
        (" 0 ", 0.0),
        ("Sun, 01 Mar 2026 12:01:30 GMT", 90.0),
        ("Sun, 01 Mar 2026 11:00:00 GMT", 0.0),
        ("soon", None),
        ("-5", None),
        ("²", None),
        ("9" * 400, 999_999_999.0),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, datetime(2026, 3, 1, 12, tzinfo=UTC)) == seconds


def test_backoff_doubles_within_bounds() -> None:
    for attempt in range(1, 20):
        assert min(2.0**attempt, 60) / 2 <= backoff(attempt, 1.0) <= min(2.0**attempt, 60)


@pytest.mark.parametrize(
    ("text", "path", "allowed"),
    [
        ("User-agent: *\nDisallow: /", "/a", False),
        ("User-agent: *\nDisallow:", "/a", True),
        ("User-agent: *\nDisallow: /private/\nAllow: /private/open/", "/private/open/x", True),
        ("User-agent: *\nDisallow: /*.pdf$", "/a/report.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/a/report.pdf?x", True),
        ("User-agent: osint-ingest\nDisallow: /a\n\nUser-agent: *\nDisallow:", "/a", False),
        ("User-agent: GPTBot\nDisallow: /", "/a", True),
        ("User-agent: *\nDisallow: /b%20c", "/b%20c", False),
        ("", "/a", True),
    ],
)
def test_robots_rules(text: str, path: str, allowed: bool) -> None:
    address = checked_address(f"https://www.gazette.example{path}", None)
    assert Robots(lambda _: Rules(text)).rules(address).allow(address) is allowed


def test_a_robots_txt_that_cannot_be_told_allows_nothing_and_one_that_is_absent_everything() -> None:
    address = checked_address("https://www.gazette.example/a", None)
    assert not Robots(lambda _: Rules(why="no answer")).rules(address).allow(address)
    assert Robots(lambda _: Rules()).rules(address).allow(address)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("User-agent: *\nCrawl-delay: 2.5", 2.5),
        ("User-agent: *\nRequest-rate: 1/4", 4.0),
        ("User-agent: *", 0.0),
    ],
)
def test_the_delay_that_a_site_asks_for(text: str, seconds: float) -> None:
    address = checked_address("https://www.gazette.example/a", None)
    assert Robots(lambda _: Rules(text)).rules(address).seconds_between == seconds


def test_the_rate_holds_by_the_sites_log(site: UnrulySite, go: Crawl) -> None:
    links = tuple(f"/p/{n}" for n in range(30))
    site.pages["/start"] = page("start", "", links)
    for link in links:
        site.pages[link] = page(link)
    site.pages["/p/3"] = lambda h: h.say(302, b"", {"Location": "/p/4"})
    site.pages["/p/5"] = lambda h: h.say(
        503 if site.count("/p/5") < 3 else 200, b"<title>Unruly Gazette</title>"
    )
    report = go(politeness=Politeness(requests_per_second=15, backoff_seconds=0.01))
    assert report.finished
    assert len(site.log) >= 34
    assert most_in_a_second([line.at for line in site.log]) <= 15


def test_robots_rules_are_never_broken_by_the_sites_log(site: UnrulySite, go: Crawl) -> None:
    site.robots = "User-agent: *\nDisallow: /private/\nDisallow: /*.pdf$\nCrawl-delay: 0.15\n"
    links = ("/a", "/private/x", "/report.pdf", "/to-private", "/b")
    site.pages["/start"] = page("start", "", links)
    for link in ("/a", "/b", "/private/x", "/report.pdf"):
        site.pages[link] = page(link)
    site.pages["/to-private"] = lambda h: h.say(301, b"", {"Location": "/private/x"})
    report = go(politeness=HURRIED)
    asked = [line.path for line in site.log]
    assert asked[0] == "/robots.txt" and asked.count("/robots.txt") == 1
    assert not [path for path in asked if path.startswith("/private/") or path.endswith(".pdf")]
    moments = sorted(line.at for line in site.log if line.path != "/robots.txt")
    assert min(b - a for a, b in itertools.pairwise(moments)) >= 0.13
    disallowed = {found.url for found in report.findings if found.finding.code == "robots_disallow"}
    assert disallowed == {"https://www.unruly.example/private/x", "https://www.unruly.example/report.pdf"}


@pytest.mark.parametrize(
    ("status", "reachable"), [(404, True), (403, True), (410, True), (500, False), (503, False), (429, False)]
)
def test_without_a_robots_txt_everything_is_open_but_with_a_broken_one_nothing(
    site: UnrulySite, go: Crawl, status: int, reachable: bool
) -> None:
    site.pages["/robots.txt"] = lambda h: h.say(status, b"no")
    site.pages["/start"] = page("start")
    report = go()
    assert report.reachable is reachable
    assert bool(site.asked("/start")) is reachable
    if not reachable:
        assert [found.finding.code for found in report.findings] == ["robots_unreachable"]
        assert "robots.txt" in report.message


def test_who_asks_is_said_honestly(site: UnrulySite, go: Crawl) -> None:
    site.pages["/start"] = page("start")
    go(Gazette())
    assert {line.agent for line in site.log} == {
        "osint-ingest/0.1.0 (+https://github.com/osint-ingest/osint-ingest)"
    }
