"""Other people's SQL in a process of its own: no file but the tables, bounded rows, bytes, memory and time.

DuckDB alone cannot keep to that: the strings of a row count for nothing in its limit of memory, and some functions do
not hear an interrupt. So the process has a limit from the system, is watched, and is killed and started anew.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

from osint_ingest.analyst.server import query_process
from osint_ingest.model import RefusedRun

SECONDS = 5.0  # what a query may take
MOST_ROWS = 10_000
_MOST = 256 * 1024 * 1024
"""Bytes that the process may hold; it is killed beyond that. It holds 90 MB when it waits."""
_GIVES_BACK = {"DUCKDB_JE_MALLOC_CONF": "retain:false,dirty_decay_ms:0,muzzy_decay_ms:0"}
"""For DuckDB's allocator, which else keeps what a query had that failed for want of memory: the next one would lack
it."""
_LOOKS = 0.02


class QueryRefused(RefusedRun):
    """A query that is not allowed, fails, or goes beyond its limits. The message says which, in one line."""


class Sandbox:
    """Answers queries, one at a time, over the Parquet files `tables` of a folder. `macros`: statements that define
    them. `seconds`: what a query may take."""

    def __init__(
        self, folder: Path, tables: Sequence[str], macros: Sequence[str] = (), seconds: float = SECONDS
    ) -> None:
        self._folder = folder
        self._first = {"tables": list(tables), "macros": list(macros)}
        self._seconds = seconds
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._ready = False

    def query(self, sql: str, limit: int) -> dict[str, Any]:
        """Columns and rows of a SELECT, at most `limit` and MOST_ROWS; `more` where there were others."""
        with self._lock:
            if self._process is None:
                self._start()
            if not self._ready:
                self._said(60)
                self._ready = True
            self._tell({"sql": sql, "limit": min(limit, MOST_ROWS)})
            answer: dict[str, Any] = self._said(self._seconds)
        if "refused" in answer:
            raise QueryRefused(answer["refused"])
        return answer

    def close(self) -> None:
        """Ends the process."""
        if self._process:
            self._process.kill()
            self._process.communicate()
            self._process = None
        self._ready = False

    def _start(self) -> None:
        """Starts the process, and does not wait until it is ready."""
        # the file alone: the package would take twice as long to start. -P: nothing is imported from that folder
        self._process = subprocess.Popen(
            [sys.executable, "-P", query_process.__file__],
            cwd=self._folder,
            env={**os.environ, **_GIVES_BACK},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self._tell(self._first)

    def _tell(self, question: object) -> None:
        assert self._process and self._process.stdin
        with suppress(BrokenPipeError):  # what it says is then nothing
            self._process.stdin.write(json.dumps(question) + "\n")
            self._process.stdin.flush()

    def _said(self, seconds: float) -> Any:
        """What the process says next. It is killed where it takes too long or too much."""
        assert self._process and self._process.stdout
        why: list[str] = []
        done = threading.Event()
        watch = threading.Thread(target=_watch, args=(self._process, seconds, done, why), daemon=True)
        watch.start()
        try:
            line = self._process.stdout.readline()
        finally:
            done.set()
            watch.join()
        if line and not why:
            return json.loads(line)
        self.close()
        self._start()
        raise QueryRefused(why[0] if why else "The query needs more memory than a query may have.")


def _watch(process: subprocess.Popen[str], seconds: float, done: threading.Event, why: list[str]) -> None:
    ends = time.monotonic() + seconds
    seen = psutil.Process(process.pid)
    while not done.wait(_LOOKS):
        try:
            too_large = seen.memory_info().rss > _MOST
        except psutil.Error:
            return
        if too_large:
            why.append("The query needs more memory than a query may have.")
        elif time.monotonic() > ends:
            why.append(f"The query takes more than {seconds:g} seconds.")
        if why:
            process.kill()
            return
