"""robots.txt: fetched once for each run and host, always obeyed (RFC 9309)."""

import threading
from collections.abc import Callable, Collection

from protego import Protego

from osint_ingest.fetch.failure import FetchFailed
from osint_ingest.fetch.limits import ROBOT
from osint_ingest.fetch.polite_client import HostLost
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
    """The rules of the address's host, through up to five redirects (RFC 9309), by `look`.

    A 4xx means that there are no rules; anything else without a text means that nothing may be asked.
    """
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
