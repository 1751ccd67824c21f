"""Captures on their way to the store. Syncing a file takes the disk some milliseconds, in which other
captures can be synced as well and the next page be fetched."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from osint_ingest.fetch.spending import Spending
from osint_ingest.model import Capture
from osint_ingest.store import CaptureDetails, RawStore

_AT_ONCE = 16
_LARGE = 1_000_000
"""Larger captures are waited for, so that few bytes wait in memory."""


class Keeper:
    """Puts captures into a store, several at a time. `failed` is called when the store cannot be written."""

    def __init__(self, store: RawStore, spending: Spending, failed: Callable[[], None]) -> None:
        self._store = store
        self._spending = spending
        self._failed = failed
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="keep")
        self._room = threading.Semaphore(2 * _AT_ONCE)
        self._lock = threading.Lock()
        self._promised = store.size_bytes()
        """Bytes in the store, those on their way counted."""
        self._error: BaseException | None = None

    def keep(
        self, capture: Capture, data: bytes, details: CaptureDetails, then: Callable[[Capture], None]
    ) -> None:
        """Keeps a capture, and calls `then` with it when it is whole on disk. Waits while too many wait.

        BudgetOver when raw/ may not grow by it.
        """
        with self._lock:
            self._spending.room(self._promised, capture.size_bytes)
            self._promised += capture.size_bytes

        def put() -> None:
            then(self._store.put(capture, data, details=details))

        if len(data) > _LARGE:
            put()
            return
        self._room.acquire()
        self._threads.submit(put).add_done_callback(self._done)

    def close(self) -> None:
        """Waits for what is on its way; raises what kept a capture from being written (OSError)."""
        self._threads.shutdown()
        if self._error:
            raise self._error

    def _done(self, put: Future[None]) -> None:
        self._room.release()
        if error := put.exception():
            self._error = self._error or error
            self._failed()
