"""Counts what a run has spent of its budget of requests, bytes and minutes."""

from __future__ import annotations

import threading
import time

from osint_ingest.fetch.limits import Budget


class BudgetOver(Exception):
    """The budget of the run is used up; the message says which part. Not a failure: the next run goes on."""


class BudgetMeter:
    """Counts requests and bytes of a run; shared by its threads."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._lock = threading.Lock()
        self._started = time.monotonic()
        self.requests = 0
        self.bytes = 0

    @property
    def seconds(self) -> float:
        """Seconds since the run began."""
        return time.monotonic() - self._started

    def request(self) -> None:
        """Count a request before it is made. Raises BudgetOver if it would exceed the budget."""
        budget = self._budget
        with self._lock:
            if budget.requests is not None and self.requests >= budget.requests:
                raise BudgetOver(f"the budget of {budget.requests:,} requests is used up")
            if budget.bytes is not None and self.bytes >= budget.bytes:
                raise BudgetOver(f"the budget of {budget.bytes:,} bytes is used up")
            self._check_time(0.0)
            self.requests += 1

    def received(self, count: int) -> None:
        """Count bytes received over the network."""
        with self._lock:
            self.bytes += count

    def can_wait(self, seconds: float) -> None:
        """Raise BudgetOver if a wait of that many seconds would end after the budget's time."""
        self._check_time(seconds)

    def room(self, stored: int, more: int) -> None:
        """Raise BudgetOver if `more` bytes beside the `stored` ones exceed the size limit of raw/."""
        most = self._budget.stored_bytes
        if most is not None and stored + more > most:
            raise BudgetOver(
                f"raw/ has reached its limit of {most:,} bytes: prune it, or raise OSINT_INGEST_RAW_MAX_BYTES"
            )

    def _check_time(self, ahead: float) -> None:
        minutes = self._budget.minutes
        if minutes is not None and self.seconds + ahead >= minutes * 60:
            raise BudgetOver(f"the budget of {minutes:g} minutes is used up")
