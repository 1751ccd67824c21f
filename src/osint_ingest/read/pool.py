"""Batches read within limits: `read_batch` borrows a reading process of this process, and gives it back for the next.
So it does not matter who calls it: a thread of a run, a Prefect task, a worker of a Dask cluster."""

import atexit
import os
import pickle
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from types import TracebackType
from typing import BinaryIO

import psutil

from osint_ingest.model import Capture, Finding
from osint_ingest.model.stages import Stage
from osint_ingest.read import staging
from osint_ingest.read.documents import Work
from osint_ingest.read.limits import ALLOCATOR, CLOCK_FACTOR, memory_for, reason, stopped
from osint_ingest.read.staging import StagedBatch
from osint_ingest.settings import Settings

POLL_SECONDS = 0.1  # how often a silent reader is checked
GROWTH_FACTOR = 1.1
"""A reader is only replaced if it holds this many times its memory after the first job: a new one starts with that."""
ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS"), "1"
)
"""Two processes whose linear algebra takes all cores each are slower than one."""
NOT_FOR_READERS = ("MALLOC_TRIM_THRESHOLD_",)
"""Dask sets this for its workers, so that freed memory is returned at once: a reader would do so for every text."""


@dataclass(frozen=True, slots=True)
class Job:
    """Read these addresses. `given_up` are captures on which a reader died before, with the finding for each;
    `skipped` are stages of captures on which one died, with the reason."""

    work: tuple[Work, ...]
    settings: Settings
    given_up: Mapping[Capture, Finding]
    skipped: Mapping[Capture, Mapping[Stage, str]]


@dataclass(frozen=True, slots=True)
class ReadingProgress:
    """The reader is at this capture, which may take `seconds` of processor time; None: it does something without a
    limit. `stage`: the optional stage that it is in. `anew`: the clock starts again."""

    capture: Capture
    seconds: float | None
    anew: bool = True
    stage: Stage | None = None


ReaderMessage = ReadingProgress | StagedBatch | Exception
"""The exception stands for a job that failed through no document's fault: a full disk, an unreachable folder."""


def send(message: Job | ReaderMessage, to: BinaryIO) -> None:
    """Write one message. Raises OSError if the other side has closed."""
    to.write(pickle.dumps(message, pickle.HIGHEST_PROTOCOL))
    to.flush()


def _new_process() -> subprocess.Popen[bytes]:
    # a module of its own, not a spawned copy: whatever else this program imports is not imported again
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "osint_ingest.read.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=ALLOCATOR | {n: v for n, v in os.environ.items() if n not in NOT_FOR_READERS} | ONE_THREAD,
    )


class Stopped(Exception):
    """A reading process died, or had to be stopped. `capture` is what it was reading (None between documents), `stage`
    the optional stage it was in (None in any other), `finding` the reason. `died`: it ended by itself, so a second
    attempt is worth while."""

    def __init__(self, capture: Capture | None, stage: Stage | None, finding: Finding, *, died: bool) -> None:
        super().__init__(finding.message)
        self.capture, self.stage, self.finding, self.died = capture, stage, finding, died


class Abandoned(Exception):
    """The caller no longer wants the result."""


@dataclass(frozen=True, slots=True)
class _Began:
    """A reader's state when it began a capture: seconds of processor time, the clock, bytes of memory."""

    at: ReadingProgress
    cpu: float
    clock: float
    rss: int


class Reader:
    """A reading process. It takes one job at a time; end it after a job that raised an error."""

    def __init__(self) -> None:
        self._process = _new_process()
        assert self._process.stdin and self._process.stdout
        self._jobs: BinaryIO = self._process.stdin  # type: ignore[assignment]
        self._watched = psutil.Process(self._process.pid)
        self._messages: queue.SimpleQueue[ReaderMessage | None] = queue.SimpleQueue()  # None: it is gone
        self._documents = 0
        self._settled = 0
        threading.Thread(target=self._listen, args=(self._process.stdout,), daemon=True).start()

    def read(self, job: Job, unwanted: Callable[[], bool]) -> StagedBatch:
        """Have a job read and return its staged batch. `unwanted` is polled meanwhile. Raises `Stopped`,
        `Abandoned`, or the error that the reader reports."""
        with suppress(OSError):  # it is gone: it says so itself
            send(job, self._jobs)
        began: _Began | None = None
        while True:
            if unwanted():
                raise Abandoned
            try:
                said = self._messages.get(timeout=POLL_SECONDS)
            except queue.Empty:
                if began is not None:
                    self._look(began, job.settings)
                continue
            match said:
                case ReadingProgress():
                    began = self._began(said, began)
                case StagedBatch():
                    self._documents += len(job.work)
                    return said
                case Exception():
                    raise said
                case None:
                    capture, stage = (began.at.capture, began.at.stage) if began else (None, None)
                    code = self._process.wait()
                    how = f"signal {-code}" if code < 0 else f"exit code {code}"
                    finding = stopped("crashed", f"the process that read it crashed twice ({how})")
                    raise Stopped(capture, stage, finding, died=True)

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def should_be_replaced(self, settings: Settings) -> bool:
        """Should the process be replaced? True after enough documents, or when it has grown too large. Checked after
        each job."""
        rss = self._measured()[1]
        self._settled = self._settled or rss
        grown = rss >= settings.worker_bytes and rss > GROWTH_FACTOR * self._settled
        return grown or self._documents >= settings.worker_documents

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        with suppress(OSError):
            self._jobs.close()

    def _listen(self, said_in: BinaryIO) -> None:
        with suppress(EOFError, OSError, pickle.UnpicklingError, ValueError), said_in:
            while True:
                self._messages.put(pickle.load(said_in))
        self._process.wait()
        self._messages.put(None)

    def _began(self, at: ReadingProgress, before: _Began | None) -> _Began:
        if before is not None and not at.anew:
            return replace(before, at=at)
        cpu, rss = self._measured()
        return _Began(at, cpu, time.monotonic(), rss)

    def _look(self, began: _Began, settings: Settings) -> None:
        cpu, rss = self._measured()
        seconds, size = began.at.seconds, began.at.capture.size_bytes
        if rss - began.rss > memory_for(size, settings):
            megabytes = memory_for(size, settings) / 1e6
            finding = stopped("too_much_memory", f"it took more than {megabytes:,.0f} MB of memory to read")
        elif seconds is not None and (
            cpu - began.cpu > seconds or time.monotonic() - began.clock > CLOCK_FACTOR * seconds
        ):
            limits = f"{seconds:.0f} s of processor time or {CLOCK_FACTOR * seconds:.0f} s on the clock"
            finding = stopped("timed_out", f"reading it was stopped after {limits}")
        else:
            return
        raise Stopped(began.at.capture, began.at.stage, finding, died=False)

    def _measured(self) -> tuple[float, int]:
        """Seconds of processor time and bytes of memory."""
        try:
            with self._watched.oneshot():
                times = self._watched.cpu_times()
                return times.user + times.system, int(self._watched.memory_info().rss)
        except psutil.Error:
            return 0.0, 0


_idle: list[Reader] = []
_lock = threading.Lock()
_thread = threading.local()


def read_batch(work: tuple[Work, ...], settings: Settings) -> StagedBatch:
    """Read addresses into a staged batch, in another process, which is stopped if a document exceeds
    `settings.document_seconds` or `document_bytes`. Such a document, or one that crashes its reader twice, fails with a
    row of `issues`, and the batch is read again without it; if it happened in an optional stage (see `model.stages`),
    only without that stage. With `settings.workers` 0, and in an object store of this process (`memory://`), reading
    happens in this process, without limits. Raises OSError if a batch cannot be kept."""
    in_memory = any(place.startswith("memory://") for place in (settings.raw, settings.curated))
    if settings.workers == 0 or in_memory:
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
    reader: Reader | None = None
    with _lock:
        while _idle and reader is None:
            reader = _idle.pop()
            if not reader.alive:
                reader.end()
                reader = None
    reader = reader or Reader()
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


@atexit.register
def _end_all() -> None:
    with _lock:
        while _idle:
            _idle.pop().end()
