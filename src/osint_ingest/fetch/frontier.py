"""The addresses still to be fetched: each once, those never captured first."""

from __future__ import annotations

import heapq
import threading
from dataclasses import dataclass
from typing import Literal

from osint_ingest.fetch.safety import CheckedAddress
from osint_ingest.store.sidecar import Redirect

Role = Literal["start", "sitemap", "page", "known"]
"""`start` and `sitemap` lead to pages; `known` has a capture but is not named by anything any more."""

LEADING: tuple[Role, ...] = ("start", "sitemap")


@dataclass(frozen=True, slots=True)
class Wanted:
    """An address to fetch, why, and the redirects that led to it."""

    address: CheckedAddress
    role: Role
    listed_by: str | None = None
    document_id: str | None = None
    last_modified: str | None = None
    redirects: tuple[Redirect, ...] = ()

    @property
    def url(self) -> str:
        return self.address.url


class Frontier:
    """A queue for several threads. It ends when nothing is waiting and nothing is being fetched."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._heap: list[tuple[tuple[int, str], int, Wanted]] = []
        self._known: set[str] = set()
        self._busy = 0
        self._closed = False

    def add(self, wanted: Wanted, rank: tuple[int, str]) -> bool:
        """Queues an address, low `rank` first, then first come. False when it was queued before."""
        with self._changed:
            if wanted.url in self._known:
                return False
            self._known.add(wanted.url)
            heapq.heappush(self._heap, (rank, len(self._known), wanted))
            self._changed.notify()
            return True

    def take(self) -> Wanted | None:
        """Return the next address, waiting for one; None when the queue has ended. Call `done` when it is fetched."""
        with self._changed:
            while not self._heap and self._busy and not self._closed:
                self._changed.wait()
            if self._closed or not self._heap:
                return None
            self._busy += 1
            return heapq.heappop(self._heap)[2]

    def done(self) -> None:
        """Mark an address that was taken as fetched."""
        with self._changed:
            self._busy -= 1
            self._changed.notify_all()

    def close(self) -> None:
        """End the queue: no more addresses are handed out."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    @property
    def closed(self) -> bool:
        """Was it closed before it was empty?"""
        with self._changed:
            return self._closed

    def __contains__(self, url: object) -> bool:
        with self._changed:
            return url in self._known

    def __len__(self) -> int:
        with self._changed:
            return len(self._heap)
