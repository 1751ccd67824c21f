"""The rate at which one host is asked: one queue for each host, waits after a refusal."""

import random
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_MARGIN = 1.05
"""Answers travel at uneven speed: a little more than the exact wait keeps the rate at the server's door."""


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
        self._sleep = sleep
        self._clock = clock
        self._lock = threading.Lock()
        self._next = 0.0
        self._sent_next = 0.0
        self._not_before = 0.0

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
        """Send no request to this host for that many seconds."""
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
