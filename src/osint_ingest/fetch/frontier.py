"""The addresses still to be fetched: each once, those never captured first."""

from __future__ import annotations

import heapq
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
    """A queue that takes each address once."""

    def __init__(self) -> None:
        self._heap: list[tuple[tuple[int, str], int, Wanted]] = []
        self._known: set[str] = set()

    def add(self, wanted: Wanted, rank: tuple[int, str]) -> None:
        """Queue an address that was not queued before: low `rank` first, then first come."""
        if wanted.url not in self._known:
            self._known.add(wanted.url)
            heapq.heappush(self._heap, (rank, len(self._known), wanted))

    def take(self) -> Wanted | None:
        """Return the next address; None when there is none left."""
        return heapq.heappop(self._heap)[2] if self._heap else None

    def __contains__(self, url: object) -> bool:
        return url in self._known

    def __len__(self) -> int:
        return len(self._heap)
