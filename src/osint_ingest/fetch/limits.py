"""Limits of a request and of a run, and how politely a host is treated: its rate, waits after a refusal."""

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Self

from osint_ingest.settings import VERSION, Settings
from osint_ingest.sources.base import SourceConfig

ROBOT = "osint-ingest"  # the name that robots.txt knows this robot by


def user_agent(contact: str) -> str:
    """Return the User-Agent, with how to reach whoever runs this: `osint-ingest/0.1.0 (+https://...)`."""
    return f"{ROBOT}/{VERSION} (+{contact})"


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one request. A body counts both as sent and as decompressed."""

    body_bytes: int = 200_000_000
    redirects: int = 5
    request_seconds: float = 60.0
    connect_seconds: float = 10.0
    silence_seconds: float = 30.0  # how long a server may say nothing in the middle of an answer

    @classmethod
    def of(cls, settings: Settings) -> Self:
        return cls(body_bytes=settings.max_body_bytes, request_seconds=settings.request_timeout)


@dataclass(frozen=True, slots=True)
class Budget:
    """Bounds of one run over one source; None: no bound. What is left is for the next run. `stored_bytes` bounds all
    of raw/."""

    requests: int | None = None
    bytes: int | None = None
    minutes: float | None = None
    stored_bytes: int | None = None

    @classmethod
    def of(cls, settings: Settings) -> Self:
        s = settings
        return cls(s.budget_requests, s.budget_bytes, s.budget_minutes, s.raw_max_bytes)


@dataclass(frozen=True, slots=True)
class Politeness:
    """How one host is treated. `requests_per_second` None is no limit. `jitter`: share of the wait that may be added
    at random. `most_patience`: a longer Retry-After ends the run for this host. `lost_after`: after that many
    failures in a row the host is not asked again in this run."""

    requests_per_second: float | None = 1.0
    jitter: float = 0.2
    attempts: int = 4
    backoff_seconds: float = 1.0
    most_patience: float = 300.0
    lost_after: int = 10

    @classmethod
    def of(cls, config: SourceConfig) -> Self:
        return cls(requests_per_second=config.requests_per_second)


class BudgetOver(Exception):
    """The budget of the run is used up; the message says which part. Not a failure: the next run goes on."""


class BudgetMeter:
    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._lock = threading.Lock()
        self._started = time.monotonic()
        self.requests = 0
        self.bytes = 0

    def request(self) -> None:
        """Count a request before it is made. Raises BudgetOver if it would exceed the budget."""
        budget = self._budget
        with self._lock:
            if budget.requests is not None and self.requests >= budget.requests:
                raise BudgetOver(f"the budget of {budget.requests:,} requests is used up")
            if budget.bytes is not None and self.bytes >= budget.bytes:
                raise BudgetOver(f"the budget of {budget.bytes:,} bytes is used up")
            self.can_wait(0.0)
            self.requests += 1

    def received(self, count: int) -> None:
        with self._lock:
            self.bytes += count

    def can_wait(self, seconds: float) -> None:
        """Raise BudgetOver if a wait of that many seconds would end after the budget's time."""
        minutes = self._budget.minutes
        if minutes is not None and time.monotonic() - self._started + seconds >= minutes * 60:
            raise BudgetOver(f"the budget of {minutes:g} minutes is used up")

    def room(self, stored: int, more: int) -> None:
        """Raise BudgetOver if `more` bytes beside the `stored` ones exceed the size limit of raw/."""
        most = self._budget.stored_bytes
        if most is not None and stored + more > most:
            remedy = "prune it, or raise OSINT_INGEST_RAW_MAX_BYTES"
            raise BudgetOver(f"raw/ has reached its limit of {most:,} bytes: {remedy}")


_MARGIN = 1.05  # a little more than the exact wait keeps the rate at the server: answers travel unevenly


class Pace:
    """The pace at which one host is asked. Shared by the threads that ask it."""

    def __init__(
        self,
        requests_per_second: float | None,
        jitter: float = 0.2,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wait = _MARGIN / requests_per_second if requests_per_second else 0.0
        self._jitter = jitter
        self._sleep, self._clock, self._lock = sleep, clock, threading.Lock()
        self._next = self._sent_next = self._not_before = 0.0

    def wait(self) -> None:
        """Returns when it is this thread's turn."""
        with self._lock:
            self._until(max(self._next, self._not_before))
            self._next = self._clock() + self._wait * (1 + random.random() * self._jitter)

    def sending(self) -> None:
        """To be called right before a request is written: setting up a connection takes uneven time."""
        if not self._wait:
            return
        with self._lock:
            self._until(self._sent_next)
            self._sent_next = self._clock() + self._wait
            self._next = max(self._next, self._sent_next)

    def slow_down(self, seconds_between: float) -> None:
        """Keep at least that many seconds between two requests, as a robots.txt asks."""
        with self._lock:
            self._wait = max(self._wait, seconds_between)

    def pause(self, seconds: float) -> None:
        with self._lock:
            self._not_before = max(self._not_before, self._clock() + seconds)

    def _until(self, moment: float) -> None:
        left = moment - self._clock()
        while left > 0:
            self._sleep(left)
            left = moment - self._clock()


def backoff(attempt: int, seconds: float) -> float:
    """Return the wait before attempt number `attempt` (from 1): doubled each time, the upper half of it random."""
    longest = min(seconds * 2.0**attempt, 60.0 * max(seconds, 1.0))
    return longest * (0.5 + random.random() / 2)


def retry_after(value: str | None, now: datetime | None = None) -> float | None:
    """Seconds that a Retry-After header asks for (a number or a date); None if it says nothing."""
    if value is None:
        return None
    text = value.strip()
    if text.isdecimal():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - (now or datetime.now(UTC))).total_seconds())
