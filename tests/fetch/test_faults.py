"""Whatever a site does, each of its addresses ends as the right capture or the right issue."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from osint_ingest.fetch.client import Client
from osint_ingest.fetch.failure import FetchFailed
from osint_ingest.fetch.limits import Limits
from osint_ingest.fetch.safety import checked_address
from osint_ingest.store import RawStore
from tests.fetch.conftest import HURRIED, Crawl
from tests.fetch.faults import FAULTS, SLOW, Fault
from tests.fetch.unruly_site import ORIGIN, Page, UnrulySite, page

CHECKOUT = Path(__file__).resolve().parents[2]
PAGES = 200
MOST_BEFORE_A_KILL = 40
"""Requests of a crawl that is killed; in 2 milliseconds there are a few more."""


def crawling(raw: str, site: UnrulySite) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.fetch.crawl_once", raw, site.base_url]
    return subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True)


def test_every_fault_of_a_site_of_200_pages_ends_rightly(site: UnrulySite, raw: str) -> None:
    expected, links = {}, []
    for n, fault in enumerate(FAULTS):
        path = f"/fault/{n}/{fault.path}"
        site.pages[path] = fault.answer if isinstance(fault.answer, Page) else partial(fault.answer, site)
        expected[path] = fault.expected
    for n in range(PAGES - len(FAULTS)):
        path = f"/p/{n}"
        site.pages[path] = page(path)
        expected[path] = "new"
    # the hops of the endless redirect
    endless = next(path for path, code in expected.items() if code == "too_many_redirects")
    for n in range(1, 60):
        site.pages[f"{endless}?{n}"] = site.pages[endless]
    links = sorted(expected, key=lambda path: random.Random(path).random())
    site.pages["/start"] = page("start", "", tuple(links))

    process = crawling(raw, site)
    told = json.loads(process.communicate(timeout=60)[0])

    assert told["finished"]
    found = {}
    for path in expected:
        code = told["codes"].get(ORIGIN + path)
        found[path] = code or told["states"].get(ORIGIN + path)
    # the last hop is where the endless redirect is given up
    found[endless] = next(iter({c for c in told["codes"].values() if c == "too_many_redirects"}), None)
    wrong = {
        FAULTS[int(p.split("/")[2])].name: (found[p], expected[p])
        for p in expected
        if found[p] != expected[p]
    }
    assert wrong == {}
    assert told["memory"] <= 300_000_000

    store = RawStore(raw)
    assert list(store.verify()) == []
    captured = {c.url.removeprefix(ORIGIN) for c in store.captures()}
    assert captured == {path for path, state in expected.items() if state == "new"} | {
        "/start",
        "/robots.txt",
    }
    assert not [
        path
        for path in Path(raw).rglob("*")
        if path.is_file() and path.name.startswith(".") and not path.name.startswith(".writer")
    ]


@pytest.mark.parametrize("fault", SLOW, ids=lambda fault: fault.name)
def test_a_site_that_takes_its_time_does_not_hold_the_crawl(
    site: UnrulySite, go: Crawl, fault: Fault
) -> None:
    site.pages["/start"] = page("start", "", ("/slow", "/good"))
    site.pages["/slow"] = partial(fault.answer, site)  # type: ignore[arg-type]
    site.pages["/good"] = page("good")
    started = time.monotonic()
    report = go(
        limits=Limits(request_seconds=1.0, silence_seconds=0.75),
        politeness=replace(HURRIED, attempts=2),
    )
    assert time.monotonic() - started < 20
    assert {f.url: f.finding.code for f in report.findings} == {f"{ORIGIN}/slow": fault.expected}
    assert {c.url.removeprefix(ORIGIN) for c in report.captures} == {"/robots.txt", "/start", "/good"}


def test_a_passing_429_is_obeyed_for_as_long_as_it_says(site: UnrulySite, raw: str) -> None:
    site.pages["/start"] = page("start", "", ("/a", "/b", "/c"))
    for path in ("/b", "/c"):
        site.pages[path] = page(path)
    good = page("a").body
    site.pages["/a"] = lambda h: h.say(
        *((429, b"", {"Retry-After": "1"}) if site.count("/a") == 1 else (200, good))
    )
    told = json.loads(crawling(raw, site).communicate(timeout=30)[0])
    assert told["states"][f"{ORIGIN}/a"] == "new"
    refused, *after = sorted(line.at for line in site.log if line.path in ("/a", "/b", "/c"))
    assert min(after) - refused >= 1.0  # nobody asks the host meanwhile


def test_a_certificate_that_nobody_vouches_for_ends_it(
    site_with_tls: UnrulySite, monkeypatch: pytest.MonkeyPatch
) -> None:
    # loopback is never asked over https, so the check of the address is put aside for this one test
    monkeypatch.setattr("osint_ingest.fetch.guard.is_public", lambda address: True)
    client = Client("test", Limits(request_seconds=5), resolver=lambda host, port: ["127.0.0.1"])
    with pytest.raises(FetchFailed) as failed:
        client.ask(checked_address(f"https://www.unruly.example:{site_with_tls.port}/start", None))
    client.close()
    assert failed.value.code == "tls_invalid" and not failed.value.again
    assert site_with_tls.log == []


def test_killed_at_random_moments_it_goes_on_and_fetches_nothing_twice(site: UnrulySite, raw: str) -> None:
    kills = 30 if os.environ.get("OSINT_INGEST_SOAK") else 3
    paths = [f"/p/{n}" for n in range(170 if kills <= 3 else 1500)]
    site.pages["/start"] = page("start", "", tuple(paths))
    for path in paths:
        # no validators: only what raw/ holds can keep a page from being fetched again
        site.pages[path] = Page(page(path, path).body, validators=False)
    chance = random.Random(20260301)
    for _ in range(kills):
        process = crawling(raw, site)
        # by requests, not by time: how many pages a crawl gets in a while is the machine's
        killed_at = len(site.log) + chance.randint(1, MOST_BEFORE_A_KILL)
        while len(site.log) < killed_at and process.poll() is None:
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        store = RawStore(raw)
        assert {problem.code for problem in store.verify()} <= {"incomplete"}
        whole = {c.url.removeprefix(ORIGIN) for c in store.captures()} & set(paths)
        assert len(whole) < len(paths), "it was done before it could be killed: more pages are needed"
        site.pages.update(dict.fromkeys(whole, _asked_again))
    told = json.loads(crawling(raw, site).communicate(timeout=60)[0])
    assert told["finished"]
    assert set(told["states"].values()) == {"new"}
    assert told["codes"] == {}
    store = RawStore(raw)
    assert list(store.verify()) == []
    assert {c.url.removeprefix(ORIGIN) for c in store.captures()} == {*paths, "/start", "/robots.txt"}


def _asked_again(handler: object) -> None:
    handler.say(500, b"a page was fetched again whose capture was whole")  # type: ignore[attr-defined]
