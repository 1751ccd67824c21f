"""The process that reads: takes jobs from standard input and reports its progress on standard output.

    python -m osint_ingest.read.worker

Started by `pool.Reader`, which watches it. Models are loaded once and stay for the next job.
"""

import gc
import os
import pickle
import queue
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import BinaryIO

import psutil

from osint_ingest.model import Capture
from osint_ingest.model.stages import Stage
from osint_ingest.pdf import looks_like_pdf
from osint_ingest.read.documents import Watch, prepare, process_batch
from osint_ingest.read.limits import CLOCK_FACTOR, return_memory, seconds_for, use_light_arrow
from osint_ingest.read.pool import Job, ReaderMessage, ReadingProgress, send
from osint_ingest.read.staging import keep
from osint_ingest.settings import Settings

IDLE_SECONDS = 60.0  # a reader without jobs for so long ends by itself


def main() -> None:
    """Reads jobs from standard input until it is closed, and answers on standard output."""
    jobs_in, said_out = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    _protect_pipes()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever gave the job decides what an interrupt means
    use_light_arrow()
    jobs: queue.SimpleQueue[Job] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(jobs_in, jobs), daemon=True).start()
    with suppress(queue.Empty, OSError):
        while True:
            job = jobs.get(timeout=IDLE_SECONDS)
            answer = _answer(job, ProgressSender(said_out, job.settings))
            _settle()
            return_memory()  # that Python or the allocator would keep: parsed documents are full of cycles
            send(answer, said_out)


def _protect_pipes() -> None:
    """Sends what a library prints to standard error, so that it is not taken for an answer."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    os.close(nothing)


def _listen(jobs_in: BinaryIO, jobs: queue.SimpleQueue[Job]) -> None:
    with suppress(EOFError, OSError, pickle.UnpicklingError):
        while True:
            jobs.put(pickle.load(jobs_in))
    os._exit(0)  # whoever gave the jobs is gone, and so is the right to write


def _answer(job: Job, place: "ProgressSender") -> ReaderMessage:
    _limit_memory(job.settings)
    try:
        prepare(job.settings, place.loading)
        gc.freeze()
        watch = Watch(place.begin, place.in_stage, job.given_up, job.skipped)
        batch = process_batch(job.work, job.settings, watch)
        return keep(job.work, batch, job.settings)
    except Exception as error:
        try:
            pickle.loads(pickle.dumps(error))
        except Exception:  # it cannot be sent as it is
            return RuntimeError(f"{type(error).__name__}: {error}")
        return error


def _settle() -> None:
    """Keeps what is loaded now out of later garbage collections: gazetteers are many objects."""
    gc.collect()
    gc.freeze()


class ProgressSender:
    """Tells the watching process which capture is being read, and since when."""

    def __init__(self, said_out: BinaryIO, settings: Settings) -> None:
        self._said_out, self._settings = said_out, settings
        self._at: ReadingProgress | None = None

    def begin(self, capture: Capture, data: bytes) -> None:
        """Report that a capture begins, before anything reads it; a PDF again, with the time that its pages add."""
        gc.collect()  # what the last one left
        self._say(ReadingProgress(capture, seconds_for(0, len(data), self._settings)))
        pages = 0
        if looks_like_pdf(data):
            import pypdfium2

            with suppress(pypdfium2.PdfiumError), pypdfium2.PdfDocument(data) as pdf:
                pages = len(pdf)
        if pages:
            self._say(ReadingProgress(capture, seconds_for(pages, len(data), self._settings), anew=False))

    def in_stage(self, stage: Stage | None) -> None:
        if self._at is not None:
            self._say(replace(self._at, anew=False, stage=stage))

    @contextmanager
    def loading(self) -> Iterator[None]:
        """What is loaded for this capture stays for all that follow: its time begins anew."""
        at = self._at
        if at is not None:
            self._say(replace(at, seconds=None))
        yield
        _settle()
        if at is not None:
            self._say(replace(at, anew=True))

    def _say(self, at: ReadingProgress) -> None:
        self._at = at
        if at.seconds is not None and sys.platform != "win32":
            import resource

            # the system's own limit, far behind the one that is watched: for a reader whose watcher was killed
            latest = int(time.process_time() + CLOCK_FACTOR * at.seconds) + 60
            resource.setrlimit(resource.RLIMIT_CPU, (latest, resource.getrlimit(resource.RLIMIT_CPU)[1]))
        send(at, self._said_out)


def _limit_memory(settings: Settings) -> None:
    """The system's own limit: for one leap that is larger than what there is, between two looks of the watcher."""
    if sys.platform == "linux":
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_AS)
        reserved = psutil.Process().memory_info().vms
        resource.setrlimit(resource.RLIMIT_AS, (reserved + 2 * settings.document_bytes + 2**30, most))
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


if __name__ == "__main__":
    main()
