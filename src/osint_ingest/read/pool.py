"""Batches read within limits: `read_batch` borrows a reading process of this process, and gives it back for the next.

So it does not matter who calls it: a thread of a run, a Prefect task, a worker of a Dask cluster.
"""

import atexit
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from types import TracebackType

from osint_ingest.model import Capture, Finding
from osint_ingest.model.stages import Stage
from osint_ingest.read import staging
from osint_ingest.read.documents import Work
from osint_ingest.read.guard import Job, Reader, Stopped
from osint_ingest.read.limits import reason
from osint_ingest.read.staging import StagedBatch
from osint_ingest.settings import Settings

_idle: list[Reader] = []
_lock = threading.Lock()
_thread = threading.local()


def read_batch(work: tuple[Work, ...], settings: Settings) -> StagedBatch:
    """Reads addresses into a staged batch, in a process beside this one that is stopped where a document goes beyond
    `settings.document_seconds` or `document_bytes`.

    Such a document, or one that its reader dies of twice, becomes a failed one with a row of `issues` (`timed_out`,
    `too_much_memory`, `crashed`), and the batch is read again without it. Where that happens in a stage without which
    the rest is worth having, it is read again without that stage, and is partial (see `stages`). With
    `settings.workers` 0, and in an object store that lives in this process alone (`memory://`), reading happens here,
    without limits. Raises OSError if a batch cannot be kept.
    """
    if settings.workers == 0 or any(
        place.startswith("memory://") for place in (settings.raw, settings.curated)
    ):
        return staging.read_batch(work, settings)
    given_up: dict[Capture, Finding] = {}
    skipped: dict[Capture, dict[Stage, str]] = {}
    tried: set[Capture | None] = set()
    while True:
        try:
            with _borrowed(settings) as reader:
                return reader.read(Job(work, settings, given_up, skipped), _unwanted)
        except Stopped as stopped:
            if stopped.died and stopped.capture not in tried:  # by chance, or of something else: once more
                tried.add(stopped.capture)
            elif stopped.capture is None:
                raise RuntimeError(f"reading processes do not start: {stopped.finding.message}") from stopped
            elif stopped.stage is not None:
                skipped.setdefault(stopped.capture, {})[stopped.stage] = reason(stopped.finding)
            else:
                given_up[stopped.capture] = stopped.finding


class ReadingThreads(ThreadPoolExecutor):
    """An executor for `read_batch`. Each of its threads waits for one reading process; after an error it ends them
    all."""

    def __init__(self, workers: int) -> None:
        self._leaving = threading.Event()
        super().__init__(workers, "reading", initializer=_serve, initargs=(self._leaving,))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._leaving.set()
            self.shutdown(cancel_futures=True)
        super().__exit__(kind, error, trace)


def _serve(leaving: threading.Event) -> None:
    _thread.leaving = leaving


def _unwanted() -> bool:
    leaving: threading.Event | None = getattr(_thread, "leaving", None)
    return leaving is not None and leaving.is_set()


@contextmanager
def _borrowed(settings: Settings) -> Iterator[Reader]:
    """A reader of this process, given back unless it is gone, or has grown, or has read enough."""
    reader = _take() or Reader()
    try:
        yield reader
    except BaseException:
        reader.end()
        raise
    if reader.should_be_replaced(settings):
        reader.end()
    else:
        with _lock:
            _idle.append(reader)


def _take() -> Reader | None:
    with _lock:
        while _idle:
            reader = _idle.pop()
            if reader.alive:
                return reader
            reader.end()
    return None


@atexit.register
def _end_all() -> None:
    with _lock:
        while _idle:
            _idle.pop().end()
