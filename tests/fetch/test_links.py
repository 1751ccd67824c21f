"""Cited addresses are looked at politely, and what they answer is told as it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from osint_ingest.fetch import Budget, Politeness, check_links
from osint_ingest.fetch.safety import LoopbackSite
from osint_ingest.settings import Settings
from osint_ingest.tables.run import LinkCheckRow
from tests.fetch.unruly_site import ORIGIN, UnrulySite, page

AT_ONCE = Politeness(requests_per_second=None, attempts=2, backoff_seconds=0.01)
Check = Callable[..., dict[str, LinkCheckRow]]


@pytest.fixture
def check(site: UnrulySite) -> Check:
    """Checks paths of the site (or whole addresses) and returns the checks by path."""

    def run(*paths: str, politeness: Politeness = AT_ONCE, **more: object) -> dict[str, LinkCheckRow]:
        urls = [path if "://" in path else ORIGIN + path for path in paths]
        stand_in = LoopbackSite(site.base_url, ORIGIN)
        checks = check_links(urls, Settings(), politeness=politeness, site=stand_in, **more)  # type: ignore[arg-type]
        return {c.url.removeprefix(ORIGIN): c for c in checks}

    return run


def test_a_link_that_answers_costs_one_head(site: UnrulySite, check: Check) -> None:
    site.pages["/a"] = page("a")
    found = check("/a", "/a")["/a"]
    assert (found.http_status, found.error, found.first_failed_at) == (200, None, None)
    assert found.final_url == f"{ORIGIN}/a"
    assert [(line.method, line.path) for line in site.log] == [("GET", "/robots.txt"), ("HEAD", "/a")]


@pytest.mark.parametrize("status", [403, 404, 405, 501])
def test_where_head_is_not_answered_get_decides(site: UnrulySite, check: Check, status: int) -> None:
    site.pages["/a"] = lambda h: h.say(status if h.command == "HEAD" else 200, b"here")
    found = check("/a")["/a"]
    assert (found.http_status, found.first_failed_at) == (200, None)


@pytest.mark.parametrize(
    ("status", "dead"),
    [(404, True), (410, True), (500, True), (503, True), (401, False), (403, False), (429, False)],
)
def test_gone_is_dead_and_refused_is_not(site: UnrulySite, check: Check, status: int, dead: bool) -> None:
    site.pages["/a"] = lambda h: h.say(status, b"no", {"Retry-After": "0"})
    checks = check("/a")
    assert checks["/a"].http_status == status
    assert (checks["/a"].first_failed_at is not None) == dead


def test_redirects_are_followed_one_by_one_and_checked(site: UnrulySite, check: Check) -> None:
    def to(location: str) -> Callable[..., None]:
        return lambda h: h.say(302, b"", {"Location": location})

    site.pages |= {
        "/a": to("/b"),
        "/b": to(f"{ORIGIN}/c"),
        "/c": page("c"),
        "/circle": to("/circle"),
        "/to-file": to("file:///etc/passwd"),
        "/to-user": to("https://a:b@www.unruly.example/"),
    }
    checks = check("/a", "/circle", "/to-file", "/to-user")
    assert (checks["/a"].http_status, checks["/a"].final_url) == (200, f"{ORIGIN}/c")
    assert checks["/circle"].error is not None and "circle" in checks["/circle"].error
    assert checks["/circle"].first_failed_at is not None
    for path in ("/to-file", "/to-user"):
        error = checks[path].error
        assert error is not None and "refused" in error


def test_a_body_of_any_size_or_kind_is_not_read(site: UnrulySite, check: Check) -> None:
    def large(h):  # type: ignore[no-untyped-def]
        if h.command == "HEAD":
            h.say(405, b"")
            return
        h.close_connection = True
        h.raw(
            b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 90000000000\r\n\r\n" + b"x" * 500_000
        )

    site.pages["/large"] = large
    found = check("/large")["/large"]
    assert (found.http_status, found.error) == (200, None)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://localhost/",
        "http://[::1]/",
        "http://169.254.169.254/",
        "http://2130706433/",
    ],
)
def test_private_addresses_are_not_looked_at(url: str) -> None:
    (found,) = check_links([url], Settings(), politeness=AT_ONCE)
    assert found.error is not None and found.http_status is None


@pytest.mark.parametrize("url", ["mailto:a@b.example", "file:///etc/passwd", "https://", "not a url"])
def test_what_is_no_web_address_is_told(url: str) -> None:
    (found,) = check_links([url], Settings())
    assert found.error is not None and found.first_failed_at is None


def test_a_name_that_no_longer_resolves_is_dead() -> None:
    def nowhere(host: str, port: int) -> list[str]:
        raise OSError("Name or service not known")

    (found,) = check_links(["https://gone.example/"], Settings(), resolver=nowhere)
    assert found.error is not None and "does not resolve" in found.error
    assert found.first_failed_at is not None


def test_robots_rules_hold_here_too(site: UnrulySite, check: Check) -> None:
    site.pages["/private/a"] = page("a")
    found = check("/private/a")["/private/a"]
    assert found.error is not None and "robots.txt" in found.error
    assert found.first_failed_at is None
    assert not site.asked("/private/a")


def test_since_when_a_link_fails_is_kept_until_it_answers(site: UnrulySite, check: Check) -> None:
    before = datetime(2025, 1, 1, tzinfo=UTC)
    last = {
        f"{ORIGIN}{path}": LinkCheckRow(
            url=f"{ORIGIN}{path}", checked_at=before, http_status=404, first_failed_at=before
        )
        for path in ("/a", "/b")
    }
    site.pages["/b"] = page("b")
    checks = check("/a", "/b", before=last)
    assert checks["/a"].first_failed_at == before
    assert checks["/b"].first_failed_at is None


def test_each_host_has_its_own_pace_and_hosts_do_not_wait_for_each_other(
    site: UnrulySite, check: Check
) -> None:
    for n in range(3):
        site.pages[f"/{n}"] = page(str(n))
    hosts = [f"https://h{h}.example/{n}" for h in range(4) for n in range(3)]
    checks = check(*hosts, politeness=replace(AT_ONCE, requests_per_second=5))
    assert {c.http_status for c in checks.values()} == {200}
    by_host: dict[str, list[float]] = {}
    for line in site.log:
        by_host.setdefault(line.host, []).append(line.at)
    assert len(by_host) == 4
    for moments in by_host.values():
        assert len(moments) == 4 and sorted(moments)[-1] - sorted(moments)[0] >= 3 * 0.2 - 0.05
    assert max(m[-1] for m in by_host.values()) - min(m[0] for m in by_host.values()) < 3


def test_a_budget_leaves_the_rest_for_the_next_time(site: UnrulySite, check: Check) -> None:
    for n in range(9):
        site.pages[f"/{n}"] = page(str(n))
    assert len(check(*(f"/{n}" for n in range(9)), budget=Budget(requests=5))) == 4


def test_the_address_of_a_kept_copy_is_that_copy(site: UnrulySite, check: Check) -> None:
    copy = "https://web.archive.org/web/2020/https://www.unruly.example/gone"
    site.pages["/here"] = page("here")
    checks = check("/here", copy)
    assert (checks["/here"].archived_url, checks[copy].archived_url) == (None, copy)
