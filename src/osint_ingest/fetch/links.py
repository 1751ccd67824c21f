"""Do the addresses that documents cite still answer? Asked politely: HEAD, then GET, one host one queue."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from osint_ingest.fetch.client import Answer
from osint_ingest.fetch.failure import FetchFailed
from osint_ingest.fetch.follow import Follower
from osint_ingest.fetch.guard import Resolver, resolve
from osint_ingest.fetch.limits import Budget, BudgetMeter, BudgetOver, Limits, Politeness
from osint_ingest.fetch.polite_client import HostLost, PoliteClient
from osint_ingest.fetch.safety import CheckedAddress, LoopbackSite, Refused, checked_address
from osint_ingest.settings import Settings
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
    client = PoliteClient.of(
        settings, limits, politeness, meter, site=site, connections=_AT_ONCE, resolver=resolver
    )
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
