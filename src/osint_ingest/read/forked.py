"""A reading process made out of this one: what is loaded here it need not load again, a second of processor time."""

from __future__ import annotations

import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import BinaryIO, Never

Serve = Callable[[BinaryIO, BinaryIO], None]
"""Reads orders from one pipe and says to the other what becomes of them, until nobody gives any more."""


def can_fork() -> bool:
    """Is a copy of this process sound? Not where another thread could hold a lock that nobody would open in the copy,
    and not where the libraries of the system are not made for it."""
    # not threading.active_count(): that knows only threads that were started by that module
    return sys.platform == "linux" and len(sys._current_frames()) == 1


class Forked:
    """A copy of this process that serves orders. As much of `subprocess.Popen` as whoever watches a reader asks for."""

    def __init__(self, serve: Serve, environment: dict[str, str]) -> None:
        """`environment` is set in the copy: for libraries that it has yet to load."""
        orders_in, orders_out = os.pipe()
        said_in, said_out = os.pipe()
        sys.stdout.flush()  # or both would say it
        sys.stderr.flush()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(orders_out)  # while it is open here, the end of the orders is not seen
            os.close(said_in)
            os.environ.update(environment)
            _be_a_reader(serve, orders_in, said_out)
        os.close(orders_in)
        os.close(said_out)
        self.stdin: BinaryIO = os.fdopen(orders_out, "wb")
        self.stdout: BinaryIO = os.fdopen(said_in, "rb")
        self._exit_code: int | None = None
        self._lock = threading.Lock()

    def poll(self) -> int | None:
        """The exit code, None while it runs."""
        if self._lock.acquire(blocking=False):  # else somebody waits for its end
            try:
                self._look(os.WNOHANG)
            finally:
                self._lock.release()
        return self._exit_code

    def wait(self) -> int | None:
        """The exit code, when it has ended."""
        with self._lock:
            self._look(0)
        return self._exit_code

    def kill(self) -> None:
        """Ends it now."""
        if self.poll() is None:
            with suppress(ProcessLookupError):  # it has just ended
                os.kill(self.pid, signal.SIGKILL)

    def _look(self, how: int) -> None:
        if self._exit_code is None:
            pid, status = os.waitpid(self.pid, how)
            self._exit_code = os.waitstatus_to_exitcode(status) if pid else None


def _be_a_reader(serve: Serve, orders_in: int, said_out: int) -> Never:
    """What the copy does, and nothing of what this process would do at its end."""
    code = 1
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        # left open: to close what a thread reads from would wait for what is never said
        serve(os.fdopen(orders_in, "rb"), os.fdopen(said_out, "wb"))
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)
