"""Checks of cited addresses (HEAD, then GET; one queue for each host), and lookups of their copies in web archives: by
Memento TimeMap (RFC 7089) or availability service, else saved by an archive on request, or kept here."""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import quote, urljoin

from osint_ingest.fetch.client import Answer
from osint_ingest.fetch.failure import FetchFailed
from osint_ingest.fetch.follow import Follower
from osint_ingest.fetch.guard import Resolver, resolve
from osint_ingest.fetch.limits import Budget, BudgetMeter, BudgetOver, Limits, Politeness
from osint_ingest.fetch.polite_client import HostLost, PoliteClient
from osint_ingest.fetch.safety import CheckedAddress, LoopbackSite, Refused, checked_address
from osint_ingest.model import Capture
from osint_ingest.settings import Settings
from osint_ingest.store import CaptureDetails, capture_of
from osint_ingest.store.archived import ArchivedCopy, Lookup
from osint_ingest.tables.run import LinkCheckRow

PATIENCE = Politeness(requests_per_second=1.0, attempts=2, most_patience=30, lost_after=5)
LOOK = Limits(body_bytes=1_000_000, redirects=10, request_seconds=20, silence_seconds=15)
_AT_ONCE = 8
_GONE = frozenset({404, 410})
_ARCHIVED = re.compile(
    r"^https?://(?:web\.archive\.org/web/|archive\.(?:today|ph|is|li|vn|md)/|webcitation\.org/)"
)


def check_links(
    urls: Iterable[str],
    settings: Settings,
    *,
    before: Mapping[str, LinkCheckRow] | None = None,
    budget: Budget | None = None,
    politeness: Politeness = PATIENCE,
    limits: Limits = LOOK,
    site: LoopbackSite | None = None,
    resolver: Resolver = resolve,
) -> tuple[LinkCheckRow, ...]:
    """Looks at each address once and returns what it answered, by url. Addresses that the budget leaves no room for
    are absent. `before`: the last check of each url, for `first_failed_at`. `site`: a site on loopback that stands in
    for every host, for tests."""
    meter = BudgetMeter(budget or Budget.of(settings))
    more = {"site": site, "connections": _AT_ONCE, "resolver": resolver}
    client = PoliteClient.of(settings, limits, politeness, meter, **more)
    checker = _Checker(client, limits, before or {})
    queues: dict[str, list[str]] = defaultdict(list)
    for url in sorted(set(urls)):
        try:
            host = checked_address(url, None).host
        except Refused:  # as it says when it is checked
            host = ""
        queues[host].append(url)
    try:
        with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="links") as threads:
            checked = [check for found in threads.map(checker.queue, queues.values()) for check in found]
    finally:
        client.close()
    return tuple(sorted(checked, key=lambda check: check.url))


class _Checker:
    def __init__(self, client: PoliteClient, limits: Limits, before: Mapping[str, LinkCheckRow]) -> None:
        self._client, self._before, self._follower = client, before, Follower(client, limits.redirects)

    def queue(self, urls: list[str]) -> list[LinkCheckRow]:
        checked = []
        for url in urls:
            try:
                checked.append(self._check(url))
            except BudgetOver:
                break
        return checked

    def _check(self, url: str) -> LinkCheckRow:
        status = final_url = error = None
        dead = False
        try:
            answer = self._follower.answer(checked_address(url, None), self._head_or_get)
            status, final_url = answer.status, answer.address.url
            dead = _is_dead(status)
        except FetchFailed as failed:
            status, error = failed.status, str(failed)
            dead = failed.severity == "error" if status is None else _is_dead(status)
        except (Refused, HostLost) as refused:
            error = str(refused)
        now = datetime.now(UTC)
        earlier = self._before.get(url)
        since = (earlier.first_failed_at if earlier else None) or now
        return LinkCheckRow(
            url=url,
            checked_at=now,
            http_status=status,
            final_url=final_url,
            error=error,
            first_failed_at=since if dead else None,
            archived_url=url if is_archived(url) else None,
        )

    def _head_or_get(self, address: CheckedAddress) -> Answer:
        try:
            answer = self._client.ask(address, method="HEAD")
            if answer.status < 400:
                return answer
        except FetchFailed as failed:
            if not failed.reached or failed.code in ("tls_invalid", "rate_limited"):
                raise
        # many servers do not know HEAD, or answer it wrongly
        return self._client.ask(address, skim=True)


def is_archived(url: str) -> bool:
    """Is this the address of a copy that a web archive keeps?"""
    return bool(_ARCHIVED.match(url))


def _is_dead(status: int) -> bool:
    """Gone, or the server fails. A refusal (401, 403, 429) says nothing of the page."""
    return status in _GONE or status >= 500


Keep = Callable[[Capture, bytes, CaptureDetails], str]
LOOK_UP = Limits(body_bytes=20_000_000, redirects=5, request_seconds=120, silence_seconds=30)
MOST_PAGES = 20  # pages of one TimeMap that are read
_LINK = re.compile(r'<(?P<url>[^<>\s]{1,4000})>(?P<told>(?:[^<"]|"[^"]*")*)')
_REL = re.compile(r'\brel="?([^";,]*)')
_DATETIME = re.compile(r'\bdatetime="([^"]*)"')
STAMPED = "%Y%m%d%H%M%S"
STAMP = re.compile(r"/(\d{14})[a-z_]{0,4}/https?:/")


def look_up(
    wanted: Mapping[str, Collection[date]],
    settings: Settings,
    *,
    save: int = 0,
    keep: Keep | None = None,
    politeness: Politeness | None = None,
    limits: Limits = LOOK_UP,
    site: LoopbackSite | None = None,
    resolver: Resolver = resolve,
) -> Iterator[Lookup | str]:
    """Yield the copies of each address next to the dates of the documents that cite it, or why it cannot be told. For
    each date the newest copy of that day or before, and the first one after it. Where there is none, an archive is
    asked to take one, at most `save` times, and after that the address itself is fetched and handed to `keep`, which
    stores it and returns where. Ends early when the budget is used up. `site`: stands in for every host, for tests."""
    manners = politeness or Politeness(
        1 / settings.archive_seconds, attempts=3, most_patience=120, lost_after=5
    )
    meter = BudgetMeter(Budget(requests=settings.archive_requests))
    client = PoliteClient.of(settings, limits, manners, meter, site=site, resolver=resolver)
    archives = _Archives(client, limits, settings, save, keep)
    try:
        for url, dates in wanted.items():
            try:
                yield archives.look_up(url, sorted(dates))
            except (FetchFailed, Refused, HostLost) as failed:
                yield f"{url}: {failed}"
    except BudgetOver as over:
        yield str(over)
    finally:
        client.close()


class _Archives:
    def __init__(
        self, client: PoliteClient, limits: Limits, settings: Settings, save: int, keep: Keep | None
    ) -> None:
        self._client, self._follower = client, Follower(client, limits.redirects)
        self._settings, self._saves_left, self._keep = settings, save, keep

    def look_up(self, url: str, dates: list[date]) -> Lookup:
        copies = _next_to(dates, self._known(url, dates))
        if not copies and self._saves_left:
            self._saves_left -= 1
            copies = [self._saved(url)]
        elif not copies and self._keep:
            answer = self._follower.usable(url)
            if answer.status != 200:
                message = f"{url}: status {answer.status}"
                raise FetchFailed("unexpected_status", message, "", status=answer.status)
            capture = replace(capture_of(url, answer.received_at, answer.body), http_status=200)
            place = self._keep(capture, answer.body, answer.details("http"))
            copies = [ArchivedCopy(answer.received_at, place, "kept")]
        return Lookup(url, datetime.now(UTC), tuple(dates), tuple(copies))

    def _known(self, url: str, dates: list[date]) -> list[ArchivedCopy]:
        """Return the copies that the archive's TimeMap lists, or its availability service if that cannot be read."""
        try:
            return list(self._of_timemap(at_endpoint(self._settings.archive_timemap, url)))
        except (FetchFailed, HostLost):
            if not self._settings.archive_availability:
                raise
        return [copy for day in dates for copy in self._available(url, day)]

    def _of_timemap(self, first: str) -> Iterator[ArchivedCopy]:
        pages = [first]
        for address in pages:  # which name further ones
            answer = self._follower.usable(address)
            if answer.status == 404:
                return
            links = list(_links(answer))
            if not any({"original", "memento", "timemap"} & rel for _, rel, _ in links):
                raise FetchFailed("no_timemap", f"{address}: the answer is no TimeMap", "")
            for url, rel, moment in links:
                if "memento" in rel and moment and url.startswith("http"):
                    yield ArchivedCopy(moment, url, "timemap")
                elif "timemap" in rel and url not in pages and len(pages) < MOST_PAGES:
                    pages.append(url)

    def _available(self, url: str, day: date) -> Iterator[ArchivedCopy]:
        answer = self._follower.usable(at_endpoint(self._settings.archive_availability, url, f"{day:%Y%m%d}"))
        try:
            closest = json.loads(answer.body)["archived_snapshots"].get("closest") or {}
            there = closest.get("available") and str(closest["url"]).startswith("http")
            if there and str(closest.get("status", "200")).startswith("2"):
                moment = moment_of_stamp(str(closest["timestamp"]))
                yield ArchivedCopy(moment, str(closest["url"]), "availability")
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            message = f"{answer.address.url}: not as expected ({error})"
            raise FetchFailed("no_availability", message, "") from error

    def _saved(self, url: str) -> ArchivedCopy:
        """The copy that an archive takes now: named by the redirect to it, or by Content-Location."""
        address = at_endpoint(self._settings.archive_save, url)
        self._client.pace(checked_address(address, None)).pause(self._settings.archive_save_seconds)
        answer = self._follower.usable(address, until=STAMP)
        told = answer.header("content-location") or answer.header("location") or answer.address.url
        taken = urljoin(answer.address.url, told)
        if not (stamp := STAMP.search(taken)):
            raise FetchFailed("not_saved", f"{address}: the archive names no copy", "")
        return ArchivedCopy(moment_of_stamp(stamp[1]), taken, "saved")


def _next_to(dates: list[date], copies: list[ArchivedCopy]) -> list[ArchivedCopy]:
    """For each date the newest copy of that day or before and the first one after it, each once, oldest first."""
    ordered = sorted(copies, key=lambda copy: (copy.archived_at, copy.archived_url))
    near = set()
    for day in dates:
        before = [copy for copy in ordered if copy.archived_at.date() <= day]
        near |= {*before[-1:], *ordered[len(before) : len(before) + 1]}
    return sorted(near, key=lambda copy: (copy.archived_at, copy.archived_url))


def _links(answer: Answer) -> Iterator[tuple[str, set[str], datetime | None]]:
    """Address, relations and time of each link (application/link-format, RFC 6690)."""
    for link in _LINK.finditer(answer.body.decode("utf-8", "replace")):
        rel, moment = _REL.search(link["told"]), _DATETIME.search(link["told"])
        try:
            at = parsedate_to_datetime(moment[1]).astimezone(UTC) if moment else None
        except (ValueError, TypeError, OverflowError):
            continue
        yield urljoin(answer.address.url, link["url"]), set(rel[1].split()) if rel else set(), at


def at_endpoint(endpoint: str, url: str, timestamp: str = "") -> str:
    """An endpoint's address with the cited one in it: encoded in a query, as it is in a path."""
    plain = url.partition("#")[0]
    in_query = "?" in endpoint.partition("{url}")[0]
    put = quote(plain, safe="") if in_query else quote(plain, safe="%:/?&=+,;@!$'()*~[]")
    return endpoint.replace("{url}", put).replace("{timestamp}", timestamp)


def moment_of_stamp(stamp: str) -> datetime:
    return datetime.strptime(stamp, STAMPED).replace(tzinfo=UTC)
