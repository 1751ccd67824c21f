"""Writes captures to the store. Pages that arrive while the disk syncs are written together, by one thread."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue

from osint_ingest.fetch.limits import BudgetMeter
from osint_ingest.model import Capture
from osint_ingest.store import CaptureDetails, Incoming, RawStore

_TOGETHER = 64
_LARGE = 1_000_000
"""Larger captures are waited for, so that few bytes wait in memory."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    incoming: Incoming
    then: Callable[[Capture], None]
    written: Future[None] = field(default_factory=Future)


class CaptureWriter:
    """Writes captures to a store in the background, several at a time. `failed` is called if the store cannot be
    written."""

    def __init__(self, store: RawStore, spending: BudgetMeter, failed: Callable[[], None]) -> None:
        self._store = store
        self._spending = spending
        self._failed = failed
        self._queue: SimpleQueue[_Waiting | None] = SimpleQueue()
        self._room = threading.Semaphore(2 * _TOGETHER)
        self._lock = threading.Lock()
        self._promised = store.size_bytes()
        """Bytes in the store, those on their way counted."""
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._work, name="keep", daemon=True)
        self._thread.start()

    def keep(
        self, capture: Capture, data: bytes, details: CaptureDetails, then: Callable[[Capture], None]
    ) -> None:
        """Keeps a capture, and calls `then` with it when it is whole on disk. Waits while too many wait.

        Raises BudgetOver if raw/ may not grow by it. Raises OSError if it is large and cannot be written.
        """
        with self._lock:
            self._spending.room(self._promised, capture.size_bytes)
            self._promised += capture.size_bytes
        waiting = _Waiting(Incoming(capture, data, details), then)
        self._room.acquire()
        self._queue.put(waiting)
        if len(data) > _LARGE:
            waiting.written.result()

    def close(self) -> None:
        """Wait until all captures are written. Raises the OSError that kept one from being written."""
        self._queue.put(None)
        self._thread.join()
        if self._error:
            raise self._error

    def _work(self) -> None:
        going = True
        while going:
            found = [self._queue.get()]
            try:
                while len(found) < _TOGETHER:
                    found.append(self._queue.get_nowait())
            except Empty:
                pass
            together = [waiting for waiting in found if waiting is not None]
            going = len(together) == len(found)
            self._put(together)

    def _put(self, together: list[_Waiting]) -> None:
        try:
            if self._error:
                raise self._error
            captures = self._store.put_all([waiting.incoming for waiting in together])
            for waiting, capture in zip(together, captures, strict=True):
                waiting.then(capture)
                waiting.written.set_result(None)
        except BaseException as error:
            if self._error is None:
                self._error = error
                self._failed()
            for waiting in together:
                if not waiting.written.done():
                    waiting.written.set_exception(error)
        finally:
            self._room.release(len(together) or 1)
