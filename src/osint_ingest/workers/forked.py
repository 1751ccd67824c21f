"""A reading process made out of this one: what is loaded here it need not load again, a second of processor time."""

from __future__ import annotations

import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from typing import BinaryIO, Never

Serve = Callable[[BinaryIO, BinaryIO], None]
"""Reads orders from one pipe and says to the other what becomes of them, until nobody gives any more."""


def can_fork() -> bool:
    """Is a copy of this process sound? Not where another thread could hold a lock that nobody would open in the copy,
    and not where the libraries of the system are not made for it."""
    return sys.platform == "linux" and threading.active_count() == 1


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
        return self._ended(os.WNOHANG)

    def wait(self) -> int | None:
        """The exit code, when it has ended."""
        return self._ended(0)

    def kill(self) -> None:
        """Ends it now."""
        if self.poll() is None:
            os.kill(self.pid, signal.SIGKILL)

    def _ended(self, how: int) -> int | None:
        with self._lock:
            if self._exit_code is None:
                pid, status = os.waitpid(self.pid, how)
                if pid:
                    self._exit_code = os.waitstatus_to_exitcode(status)
            return self._exit_code


def _be_a_reader(serve: Serve, orders_in: int, said_out: int) -> Never:
    """What the copy does, and nothing of what this process would do at its end."""
    code = 1
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        with os.fdopen(orders_in, "rb") as orders, os.fdopen(said_out, "wb") as said:
            serve(orders, said)
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)
