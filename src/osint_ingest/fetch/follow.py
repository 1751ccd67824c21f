"""Requests as a host allows them: robots.txt is fetched once for each run and host and always obeyed (RFC 9309), and
each redirect is checked."""

import re
import threading
from collections.abc import Callable, Collection, Sequence
from functools import partial
from urllib.parse import urljoin

from protego import Protego

from osint_ingest.fetch.client import Answer
from osint_ingest.fetch.failure import FetchFailed
from osint_ingest.fetch.limits import ROBOT
from osint_ingest.fetch.polite_client import HostLost, PoliteClient
from osint_ingest.fetch.safety import CheckedAddress, Refused, checked_address
from osint_ingest.fetch.visit import Visit

MAX_BYTES = 512 * 1024  # RFC 9309: rules beyond the first 500 KiB may be left out
_HOPS = 5


class Rules:
    """The rules of a host's /robots.txt: its `text`, or `why` it could not be read, so that nothing may be fetched from
    the host. Without either there is none, and everything is allowed."""

    def __init__(self, text: str | None = None, why: str | None = None) -> None:
        self.why = why
        self._parsed = Protego.parse(text[:MAX_BYTES]) if text is not None else None

    def allow(self, address: CheckedAddress) -> bool:
        if self._parsed is None:
            return self.why is None
        return bool(self._parsed.can_fetch(address.url, ROBOT))

    @property
    def seconds_between(self) -> float:
        """The wait between two requests that the host asks for; 0 for none."""
        if self._parsed is None:
            return 0.0
        delay = float(self._parsed.crawl_delay(ROBOT) or 0.0)
        rate = self._parsed.request_rate(ROBOT)
        return max(delay, rate.seconds / rate.requests if rate and rate.requests else 0.0)


class Robots:
    """The rules of every host, each read once. `load` asks for an origin's /robots.txt."""

    def __init__(self, load: Callable[[CheckedAddress], Rules]) -> None:
        self._load = load
        self._lock = threading.Lock()
        self._loading: dict[str, threading.Lock] = {}
        self._known: dict[str, Rules] = {}

    def rules(self, address: CheckedAddress) -> Rules:
        origin = address.origin
        with self._lock:
            loading = self._loading.setdefault(origin, threading.Lock())
        with loading:
            if origin not in self._known:
                self._known[origin] = self._load(address)
            return self._known[origin]


def read_robots(
    look: Callable[[CheckedAddress], Visit], address: CheckedAddress, hosts: Collection[str] | None
) -> Rules:
    """The rules of the address's host, through up to five redirects (RFC 9309), by `look`. A 4xx means that there are
    no rules; anything else without a text means that nothing may be asked."""
    url = f"{address.origin}/robots.txt"
    try:
        for _ in range(_HOPS):
            visit = look(checked_address(url, hosts))
            if visit.leads_to is None:
                return Rules(visit.data.decode("utf-8", "replace") if visit.data else None)
            url = visit.leads_to
    except FetchFailed as failed:
        if failed.status is not None and 400 <= failed.status < 500 and failed.status != 429:
            return Rules()
        return Rules(why=str(failed))
    except Refused as refused:
        where = "" if refused.url == address.host else f"its robots.txt leads to {refused.url}: "
        return Rules(why=f"{where}refused, because {refused.why}")
    except HostLost as lost:
        return Rules(why=str(lost))
    return Rules()


class Follower:
    """Follows redirects, each of them checked. Asks only for what robots.txt allows, at the rate that it asks for."""

    def __init__(self, client: PoliteClient, redirects: int) -> None:
        self._client, self._redirects = client, redirects
        self._robots = Robots(lambda address: read_robots(self._look, address, None))

    def usable(
        self,
        url: str,
        *,
        headers: Sequence[tuple[str, str]] = (),
        until: re.Pattern[str] | None = None,
        statuses: Collection[int] = (200, 404),
    ) -> Answer:
        """An answer of one of these `statuses`, or the redirect that `until` asks for; else FetchFailed says why. A
        host that fails several times in a row is left alone."""
        address = checked_address(url, None)
        try:
            answer = self.answer(address, partial(self._client.ask, headers=headers), until=until)
            if answer.status not in statuses and not answer.header("location"):
                code = "refused_by_site" if answer.status in (401, 403) else "unexpected_status"
                raise FetchFailed(code, f"{url}: status {answer.status}", "", status=answer.status)
        except FetchFailed as failed:
            self._client.went_wrong(address, failed.code)
            raise
        self._client.went_well(address)
        return answer

    def answer(
        self,
        address: CheckedAddress,
        ask: Callable[[CheckedAddress], Answer],
        *,
        until: re.Pattern[str] | None = None,
    ) -> Answer:
        """The answer at the end of the redirects, or the first that leads to an address that `until` finds. Raises
        FetchFailed if there is none; otherwise as `PoliteClient.ask`."""
        seen = {address.url}
        for _ in range(self._redirects + 1):
            rules = self._robots.rules(address)
            if rules.why is not None:
                raise FetchFailed("robots_unreachable", rules.why, "")
            if not rules.allow(address):
                message = f"{address.url}: robots.txt does not allow it"
                raise FetchFailed("robots_disallow", message, "", severity="warning")
            self._client.pace(address).slow_down(rules.seconds_between)
            answer = ask(address)
            location = answer.header("location")
            if not 300 <= answer.status < 400 or not location:
                return answer
            target = urljoin(address.url, location)
            if until and until.search(target):
                return answer
            address = checked_address(target, None)
            if address.url in seen:
                raise FetchFailed("redirect_loop", f"{address.url}: its redirects form a loop", "")
            seen.add(address.url)
        message = f"{address.url}: more than {self._redirects} redirects"
        raise FetchFailed("too_many_redirects", message, "")

    def _look(self, address: CheckedAddress) -> Visit:
        answer = self._client.ask(address)
        if 300 <= answer.status < 400 and (location := answer.header("location")):
            return Visit("alias", leads_to=urljoin(address.url, location))
        if answer.status != 200:
            message = f"{address.url}: status {answer.status}"
            raise FetchFailed("unexpected_status", message, "", status=answer.status)
        return Visit("new", data=answer.body)
