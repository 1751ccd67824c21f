"""Requests at a host's pace: rate, Retry-After, another attempt after a passing failure."""

import threading
from collections.abc import Sequence
from typing import Any, Self

from osint_ingest.fetch.client import Answer, Client
from osint_ingest.fetch.failure import LATER, FetchFailed
from osint_ingest.fetch.guard import Proxies
from osint_ingest.fetch.limits import BudgetMeter, Limits, Pace, Politeness, backoff, retry_after, user_agent
from osint_ingest.fetch.safety import CheckedAddress
from osint_ingest.settings import Settings

_LATER_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524})
_HOST_CODES = {"cannot_resolve", "cannot_connect", "timeout", "rate_limited", "server_error", "challenge"}


class HostLost(Exception):
    """This host is not asked again in this run; the message says why."""

    def __init__(self, why: str, code: str = "host_left_alone") -> None:
        super().__init__(why)
        self.code = code


class PoliteClient:
    def __init__(self, client: Client, politeness: Politeness, meter: BudgetMeter) -> None:
        self._client, self._politeness, self._meter = client, politeness, meter
        self._lock = threading.Lock()
        self._paces: dict[str, Pace] = {}
        self._answered: set[str] = set()
        self._failures: dict[str, int] = {}
        self._lost: dict[str, str] = {}

    @classmethod
    def of(
        cls, settings: Settings, limits: Limits, politeness: Politeness, meter: BudgetMeter, **more: Any
    ) -> Self:
        """A client that identifies itself and uses proxies as the settings say. `more`: as for `Client`."""
        client = Client(user_agent(settings.contact), limits, proxies=Proxies.of(settings), **more)
        return cls(client, politeness, meter)

    def close(self) -> None:
        self._client.close()

    def pace(self, address: CheckedAddress) -> Pace:
        with self._lock:
            if address.host not in self._paces:
                p = self._politeness
                self._paces[address.host] = Pace(p.requests_per_second, p.jitter)
            return self._paces[address.host]

    def ask(
        self,
        address: CheckedAddress,
        *,
        headers: Sequence[tuple[str, str]] = (),
        method: str = "GET",
        skim: bool = False,
    ) -> Answer:
        """Return an answer; temporary failures are retried as often as politeness allows. `skim`: only the beginning
        of the body is needed. Raises FetchFailed, Refused, BudgetOver, or HostLost if the host asks for a long
        pause."""
        for attempt in range(1, self._politeness.attempts + 1):
            last = attempt == self._politeness.attempts
            try:
                answer = self._once(address, headers, method, skim)
            except FetchFailed as error:
                first_contact = not error.reached and address.host not in self._answered
                if last or first_contact or not error.again:
                    raise
                wait = backoff(attempt, self._politeness.backoff_seconds)
            else:
                self._answered.add(address.host)
                if answer.status not in _LATER_STATUS:
                    return answer
                asked = retry_after(answer.header("retry-after"))
                if last:
                    code = "rate_limited" if answer.status == 429 else "server_error"
                    message = f"{answer.address.url}: status {answer.status} on every attempt"
                    raise FetchFailed(code, message, LATER, status=answer.status)
                wait = asked if asked is not None else backoff(attempt, self._politeness.backoff_seconds)
                if wait > self._politeness.most_patience:
                    with self._lock:
                        self._lost[address.host] = why = f"{address.host} asks for a pause of {wait:.0f} s"
                    raise HostLost(why)
            # the whole host rests: whatever troubles it is not helped by asking for something else
            self._meter.can_wait(wait)
            self.pace(address).pause(wait)
        raise AssertionError("politeness.attempts is at least 1")

    def _once(
        self, address: CheckedAddress, headers: Sequence[tuple[str, str]], method: str, skim: bool
    ) -> Answer:
        self.check(address)
        pace = self.pace(address)
        pace.wait()
        self.check(address)
        self._meter.request()
        answer = self._client.ask(
            address, method=method, headers=headers, skim=skim, before_send=pace.sending
        )
        self._meter.received(answer.wire_bytes)
        return answer

    def check(self, address: CheckedAddress) -> None:
        """Raise HostLost if the address's host is not asked again in this run."""
        with self._lock:
            why = self._lost.get(address.host)
        if why:
            raise HostLost(why)

    def went_well(self, address: CheckedAddress) -> None:
        with self._lock:
            self._failures[address.host] = 0

    def went_wrong(self, address: CheckedAddress, code: str) -> None:
        """Record a failure. After several in a row the host is not asked again in this run."""
        if code not in _HOST_CODES and code != "refused_by_site":
            return
        with self._lock:
            count = self._failures[address.host] = self._failures.get(address.host, 0) + 1
            if count >= self._politeness.lost_after:
                self._lost[address.host] = f"{count} requests in a row failed at {address.host} ({code})"
