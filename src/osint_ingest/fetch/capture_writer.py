"""Writes captures to the store. Pages that arrive in quick succession are written, and synced to disk, together."""

from __future__ import annotations

import time
from collections.abc import Callable

from osint_ingest.fetch.limits import BudgetMeter
from osint_ingest.model import Capture
from osint_ingest.store import CaptureDetails, Incoming, RawStore

MOST_WAITING = 64
MOST_BYTES = 1_000_000
SECONDS = 0.2
"""Captures that wait, their bytes, and how long after the last writing: beyond one of these they are written."""


class CaptureWriter:
    """Writes captures to a store, several at a time. At a site's usual rate each is written at once."""

    def __init__(self, store: RawStore, meter: BudgetMeter) -> None:
        self._store = store
        self._meter = meter
        self._stored = store.size_bytes()
        """Bytes in the store, those that wait counted."""
        self._waiting: list[tuple[Incoming, Callable[[Capture], None]]] = []
        self._bytes = 0
        self._written_at = 0.0

    def keep(
        self, capture: Capture, data: bytes, details: CaptureDetails, then: Callable[[Capture], None]
    ) -> None:
        """Keep a capture; `then` is called with it when it is whole on disk.

        Raises BudgetOver if raw/ may not grow by it, OSError if the store cannot be written.
        """
        self._meter.room(self._stored, capture.size_bytes)
        self._stored += capture.size_bytes
        self._waiting.append((Incoming(capture, data, details), then))
        self._bytes += len(data)
        late = time.monotonic() - self._written_at > SECONDS
        if late or len(self._waiting) >= MOST_WAITING or self._bytes > MOST_BYTES:
            self.write()

    def write(self) -> None:
        """Write what waits. Raises OSError if the store cannot be written."""
        waiting, self._waiting, self._bytes = self._waiting, [], 0
        captures = self._store.put_all([incoming for incoming, _ in waiting])
        for (_, then), capture in zip(waiting, captures, strict=True):
            then(capture)
        self._written_at = time.monotonic()
