"""Fetches one address: the response, what it means, and the capture made of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urljoin

from osint_ingest.fetch.acceptance import BY_HAND, accept, challenge
from osint_ingest.fetch.client import Answer
from osint_ingest.fetch.failure import FetchFailed
from osint_ingest.fetch.polite_client import PoliteClient
from osint_ingest.fetch.safety import CheckedAddress
from osint_ingest.model import Capture
from osint_ingest.sources.base import SourceConfig
from osint_ingest.store import CaptureDetails, RawStore, Redirect, capture_of
from osint_ingest.store.journal import LookState
from osint_ingest.store.media import charset_of, charset_told, media_type_of
from osint_ingest.store.sidecar import moment_of

TRUSTED_FOR = timedelta(days=30)
"""A page that a sitemap calls unchanged is not asked for, unless its last capture is older than this."""

_MOMENT = timedelta(microseconds=1)
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Visit:
    """What a look found. `data`: the bytes that count now, from the answer or from the store.

    `details` are there when `capture` is a new one, which is not in the store yet.
    """

    state: LookState
    capture: Capture | None = None
    data: bytes | None = None
    details: CaptureDetails | None = None
    leads_to: str | None = None
    redirect: Redirect | None = None


class Visitor:
    """Fetches the addresses of one source and compares each response with the last capture in `store`."""

    def __init__(self, config: SourceConfig, store: RawStore, client: PoliteClient) -> None:
        self._config = config
        self._store = store
        self._client = client
        self._latest = store.latest()

    def latest(self, url: str) -> Capture | None:
        """The newest capture of an address before this crawl."""
        return self._latest.get(url)

    def captured(self) -> list[str]:
        """Every address with a capture from this source's own site from before this crawl, robots.txt apart."""
        name = self._config.name
        mine = dict.fromkeys(c.url for c in self._store.captures() if c.source == name and not c.archived_url)
        return [url for url in mine if url.startswith("http") and not url.endswith("/robots.txt")]

    def kept(self, url: str) -> Visit | None:
        """Return the last capture as a result that needs no request; None if its bytes are gone."""
        capture = self._latest.get(url)
        data = self._bytes(capture) if capture else None
        return Visit("unchanged", capture, data) if data is not None else None

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

    def look(
        self, address: CheckedAddress, redirects: Sequence[Redirect] = (), *, page: bool = True
    ) -> Visit:
        """Fetch an address. `page` is False for a robots.txt, which need not look like a page.

        Raises FetchFailed if nothing usable came back, and Refused, BudgetOver or HostLost.
        """
        previous = self._latest.get(address.url)
        kept = self._bytes(previous) if previous else None
        answer = self._client.ask(address, headers=_conditions(previous) if kept is not None else ())
        try:
            visit = self._judged(answer, previous, kept, redirects, page)
        except FetchFailed as error:
            self._client.went_wrong(address, error.code)
            raise
        self._client.went_well(address)
        return visit

    def _judged(
        self,
        answer: Answer,
        previous: Capture | None,
        kept: bytes | None,
        redirects: Sequence[Redirect],
        page: bool,
    ) -> Visit:
        url, status = answer.address.url, answer.status
        if status == 304 and kept is not None:
            return Visit("unchanged", previous, kept)
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
        return self._captured(answer, media_type, previous, redirects)

    def _captured(
        self, answer: Answer, media_type: str, previous: Capture | None, redirects: Sequence[Redirect]
    ) -> Visit:
        url = answer.address.url
        charset = charset_told(answer.header("content-type"))
        capture = replace(
            capture_of(url, answer.received_at, answer.body),
            source=self._config.name or None,
            final_url=url,
            http_status=answer.status,
            media_type=media_type,
            charset=charset or (charset_of(answer.body) if media_type == "text/html" else None),
            etag=answer.header("etag"),
            last_modified=answer.header("last-modified"),
            licence=self._config.licence or None,
        )
        if previous and previous.content_sha256 == capture.content_sha256:
            return Visit("unchanged", previous, answer.body)
        clock_said = None
        if previous and capture.captured_at <= previous.captured_at:  # the newest capture counts: this is it
            clock_said = capture.captured_at
            capture = replace(capture, captured_at=previous.captured_at + _MOMENT)
        details = answer.details("http", redirects=tuple(redirects), clock_said=clock_said)
        return Visit("changed" if previous else "new", capture, answer.body, details)

    def _bytes(self, capture: Capture) -> bytes | None:
        try:
            return self._store.read(capture)
        except FileNotFoundError:
            return None


def _conditions(previous: Capture | None) -> list[tuple[str, str]]:
    if previous is None:
        return []
    told = (("If-None-Match", previous.etag), ("If-Modified-Since", previous.last_modified))
    return [(name, value) for name, value in told if value]


def _refusal(answer: Answer) -> FetchFailed:
    url, status = answer.address.url, answer.status
    guard = challenge(answer)
    if guard:
        message = f"{url}: the site's bot protection answered instead of the page ({guard})"
        return FetchFailed("challenge", message, BY_HAND, status=status)
    if status in (401, 402, 403, 407, 451):
        message = f"{url}: the site refused the request (status {status})"
        return FetchFailed("refused_by_site", message, BY_HAND, status=status)
    message = f"{url}: unexpected status {status}"
    return FetchFailed("unexpected_status", message, "Open it in a browser.", status=status)
