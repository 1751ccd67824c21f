"""Fetches one address: the response, what it means, and the capture made of it."""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from osint_ingest.fetch.client import Answer
from osint_ingest.fetch.failure import FetchFailed
from osint_ingest.fetch.polite_client import PoliteClient
from osint_ingest.fetch.safety import CheckedAddress
from osint_ingest.model import Capture
from osint_ingest.sources.base import SourceConfig
from osint_ingest.store import CaptureDetails, RawStore, Redirect, capture_of
from osint_ingest.store.journal import LookState
from osint_ingest.store.layout import charset_of, declared_charset, media_type_of, moment_of

_TITLE = re.compile(rb"<title[^>]{0,300}>([^<]{0,300}+)</title", re.I | re.S)
_LOOKED_AT = 100_000
_CHALLENGED = "the site's bot protection answered instead of the page"
BY_HAND = "Save the page in a browser and run `osint-ingest ingest FILE --url ADDRESS`."


def accept(answer: Answer, must_contain: Sequence[str] = ()) -> str:
    """Return the media type of a response body. Raises FetchFailed if the body is not what its address promises.
    `must_contain`: strings that every HTML page of the source has."""
    body, url = answer.body, answer.address.url
    if not body.strip():
        raise FetchFailed("empty", f"{url}: the response is empty", "look at the address in a browser")
    declared = (answer.header("content-type") or "").partition(";")[0].strip().lower()
    media_type = media_type_of(body, declared or None)
    if media_type == "text/html" and (guard := challenge(answer)):
        raise FetchFailed("challenge", f"{url}: {_CHALLENGED} ({guard})", BY_HAND)
    named_pdf = unquote(urlsplit(url).path).lower().endswith(".pdf")
    if (named_pdf or declared == "application/pdf") and media_type != "application/pdf":
        raise FetchFailed("not_pdf", f"{url}: expected a PDF, got {media_type}", "Open it in a browser.")
    if media_type == "text/html":
        missing = [text for text in must_contain if text.encode() not in body]
        if missing:
            message = f"{url}: the page lacks {missing[0]!r}, which every page of this source has"
            hint = f"Open it in a browser. If it is right there: {BY_HAND}"
            raise FetchFailed("missing_required", message, hint)
    return media_type


def captured(
    answer: Answer, media_type: str, config: SourceConfig, captured_at: datetime, **more: Any
) -> Capture:
    """Return the capture that a source makes of an answer with status 200. `more`: further fields."""
    charset = declared_charset(answer.header("content-type"))
    return replace(
        capture_of(answer.address.url, captured_at, answer.body),
        source=config.name or None,
        final_url=answer.address.url,
        http_status=200,
        media_type=media_type,
        charset=charset or (charset_of(answer.body) if media_type == "text/html" else None),
        licence=config.licence or None,
        **more,
    )


def challenge(answer: Answer) -> str | None:
    """Return what marks a response as a bot-protection page; None for any other page."""
    if (answer.header("cf-mitigated") or "").lower() == "challenge":
        return "cf-mitigated"
    head = answer.body[:_LOOKED_AT]
    found = _TITLE.search(head)
    title = " ".join(found.group(1).decode("utf-8", "replace").lower().split()) if found else ""
    titles, bodies = _known()
    return next((t for t in titles if title.startswith(t)), None) or next(
        (text for text in bodies if text.encode() in head), None
    )


@cache
def _known() -> tuple[tuple[str, ...], tuple[str, ...]]:
    text = files("osint_ingest.fetch").joinpath("challenges.txt").read_text(encoding="utf-8")
    lines = [line.split(None, 1) for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return (
        tuple(what.strip().lower() for kind, what in lines if kind == "title"),
        tuple(what.strip() for kind, what in lines if kind == "body"),
    )


TRUSTED_FOR = timedelta(days=30)  # for so long a page is not asked for that a sitemap calls unchanged

_MOMENT = timedelta(microseconds=1)
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Visit:
    """What a look found. `data`: the bytes that count now, from the answer or from the store. `details` are there when
    `capture` is a new one, which is not in the store yet."""

    state: LookState
    capture: Capture | None = None
    data: bytes | None = None
    details: CaptureDetails | None = None
    leads_to: str | None = None
    redirect: Redirect | None = None


class Visitor:
    """Fetches the addresses of one source and compares each response with the last capture in `store`."""

    def __init__(self, config: SourceConfig, store: RawStore, client: PoliteClient) -> None:
        self._config, self._store, self._client = config, store, client
        self._latest = store.latest()

    def latest(self, url: str) -> Capture | None:
        return self._latest.get(url)

    def captured(self) -> list[str]:
        """Every address with a capture from this source's own site from before this crawl, robots.txt apart."""
        name = self._config.name
        mine = dict.fromkeys(c.url for c in self._store.captures() if c.source == name and not c.archived_url)
        return [url for url in mine if url.startswith("http") and not url.endswith("/robots.txt")]

    def kept(self, url: str) -> Visit | None:
        """Return the last capture as a result that needs no request; None if its bytes are gone."""
        capture = self._latest.get(url)
        with suppress(FileNotFoundError):
            return Visit("unchanged", capture, self._store.read(capture)) if capture else None
        return None

    def unchanged_by_sitemap(self, url: str, last_modified: str | None, now: datetime) -> bool:
        """Does the sitemap say that nothing changed since the last capture, and is that recent?"""
        capture = self._latest.get(url)
        if capture is None or last_modified is None:
            return False
        try:
            modified = moment_of(last_modified.strip())
        except ValueError:
            return False
        # a date without a time means some moment of that day
        slack = timedelta(days=1) if len(last_modified.strip()) <= len("2026-01-31") else timedelta()
        # a capture from the future: the clock went back since, so that its time says nothing
        recent = timedelta() <= now - capture.captured_at < TRUSTED_FOR
        return recent and modified + slack < capture.captured_at

    def look(self, address: CheckedAddress, hops: Sequence[Redirect] = (), *, page: bool = True) -> Visit:
        """Fetch an address. `page` is False for a robots.txt, which need not look like a page. Raises FetchFailed if
        nothing usable came back, and Refused, BudgetOver or HostLost."""
        kept, headers = self.kept(address.url), []
        if kept and kept.capture:
            validators = (
                ("If-None-Match", kept.capture.etag),
                ("If-Modified-Since", kept.capture.last_modified),
            )
            headers = [(name, value) for name, value in validators if value]
        answer = self._client.ask(address, headers=headers)
        try:
            visit = self._judged(answer, kept, hops, page)
        except FetchFailed as error:
            self._client.went_wrong(address, error.code)
            raise
        self._client.went_well(address)
        return visit

    def _judged(self, answer: Answer, kept: Visit | None, hops: Sequence[Redirect], page: bool) -> Visit:
        url, status = answer.address.url, answer.status
        previous = self._latest.get(url)
        if status == 304 and kept is not None:
            return kept
        if status in _REDIRECTS and (location := answer.header("location")):
            hop = Redirect(url, status, location)
            return Visit("alias", leads_to=urljoin(url, location), redirect=hop)
        if status in (404, 410):
            return Visit("gone", previous)
        if status != 200:
            raise _refusal(answer)
        if not page and media_type_of(answer.body) == "text/html":
            return Visit("gone", previous)  # a site without a robots.txt that answers everything with a page
        media_type = accept(answer, self._config.must_contain) if page else "text/plain"
        return self._captured(answer, media_type, previous, hops)

    def _captured(
        self, answer: Answer, kind: str, previous: Capture | None, hops: Sequence[Redirect]
    ) -> Visit:
        etag, last_modified = answer.header("etag"), answer.header("last-modified")
        capture = captured(
            answer, kind, self._config, answer.received_at, etag=etag, last_modified=last_modified
        )
        if previous and previous.content_sha256 == capture.content_sha256:
            return Visit("unchanged", previous, answer.body)
        clock_said = None
        if previous and capture.captured_at <= previous.captured_at:  # the newest capture counts: this is it
            clock_said = capture.captured_at
            capture = replace(capture, captured_at=previous.captured_at + _MOMENT)
        details = answer.details("http", redirects=tuple(hops), clock_said=clock_said)
        return Visit("changed" if previous else "new", capture, answer.body, details)


def _refusal(answer: Answer) -> FetchFailed:
    status = answer.status
    code, message, hint = "unexpected_status", f"unexpected status {status}", "Open it in a browser."
    if guard := challenge(answer):
        code, message, hint = "challenge", f"{_CHALLENGED} ({guard})", BY_HAND
    elif status in (401, 402, 403, 407, 451):
        code, message, hint = "refused_by_site", f"the site refused the request (status {status})", BY_HAND
    return FetchFailed(code, f"{answer.address.url}: {message}", hint, status=status)
