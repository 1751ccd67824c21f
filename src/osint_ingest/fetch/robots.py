"""robots.txt: fetched once for each run and host, always obeyed (RFC 9309)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from protego import Protego

from osint_ingest.fetch.limits import ROBOT
from osint_ingest.fetch.safety import CheckedAddress

MAX_BYTES = 512 * 1024
"""RFC 9309: rules beyond the first 500 KiB may be left out."""


@dataclass(frozen=True, slots=True)
class RobotsText:
    """What a host's /robots.txt gave: `text` of a 200; `absent` for a 4xx, where everything is allowed;
    else it could not be told, and nothing is allowed."""

    text: str | None
    absent: bool = False
    why: str | None = None


class Rules:
    """The rules of robots.txt for one host."""

    def __init__(self, found: RobotsText) -> None:
        self.why = found.why
        self._all = found.absent
        self._parsed = Protego.parse(found.text[:MAX_BYTES]) if found.text is not None else None

    def allow(self, address: CheckedAddress) -> bool:
        """May this address be fetched?"""
        if self._parsed is None:
            return self._all
        return bool(self._parsed.can_fetch(address.url, ROBOT))

    @property
    def told(self) -> bool:
        """False if robots.txt could not be read: then nothing may be fetched from the host."""
        return self._parsed is not None or self._all

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

    def __init__(self, load: Callable[[CheckedAddress], RobotsText]) -> None:
        self._load = load
        self._lock = threading.Lock()
        self._loading: dict[str, threading.Lock] = {}
        self._known: dict[str, Rules] = {}

    def rules(self, address: CheckedAddress) -> Rules:
        """The rules of the address's host."""
        origin = address.origin
        with self._lock:
            loading = self._loading.setdefault(origin, threading.Lock())
        with loading:
            if origin not in self._known:
                self._known[origin] = Rules(self._load(address))
            return self._known[origin]
