"""Other people's SQL in a process of its own: no file but the tables, bounded rows, bytes, memory and time.

DuckDB alone cannot keep to that: the strings of a row count for nothing in its limit of memory, and some functions do
not hear an interrupt. So the process has a limit from the system, is watched, and is killed and started anew.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from datetime import time as clock_time
from pathlib import Path
from types import ModuleType
from typing import IO, Any

import duckdb
import psutil

from osint_ingest.model import RefusedRun

SECONDS = 5.0
"""What a query may take."""
MOST_ROWS = 10_000
ANSWER_BYTES = 4_000_000
"""Rows of an answer end where they are longer than this, as JSON."""
_ENGINE = "64MB"
_MOST = 256 * 1024 * 1024
"""Bytes that the process may hold; it is killed beyond that. It holds 90 MB when it waits."""
_MORE = 96 * 1024 * 1024
"""Bytes that it may ask the system for beside those that it has when it starts: a query fails beyond that."""
_FULL = "Out of Memory"
_AT_A_TIME = 16
_LOOKS = 0.02


resource: ModuleType | None
try:
    import resource
except ImportError:  # Windows
    resource = None


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
            if _FULL in answer.get("refused", ""):
                self.close()  # the engine keeps that memory, which the next query would lack
                self._start()
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
        # -P: nothing is imported from that folder
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", __name__],
            cwd=self._folder,
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


def locked(tables: Sequence[str], macros: Sequence[str]) -> duckdb.DuckDBPyConnection:
    """DuckDB with a view for each table in the current folder. It opens no other file, and its settings stay."""
    db = duckdb.connect(
        config={
            "threads": 1,
            "memory_limit": _ENGINE,
            "temp_directory": "",
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_community_extensions": False,
            "python_enable_replacements": False,
        }
    )
    paths = {name: f"{name}.parquet" for name in tables}
    for name, path in paths.items():
        db.execute(f"create view \"{name}\" as select * from read_parquet('{path}')")
    for macro in macros:
        db.execute(macro)
    db.execute(f"set allowed_paths = {list(paths.values())}")
    db.execute("set enable_external_access = false; set lock_configuration = true")
    return db


def answer(db: duckdb.DuckDBPyConnection, sql: str, limit: int) -> dict[str, Any]:
    """The rows of one SELECT as plain values; `refused` says why there are none."""
    try:
        kinds = [statement.type for statement in duckdb.extract_statements(sql)]
        if kinds != [duckdb.StatementType.SELECT]:
            return {"refused": "Expected one SELECT. The tables can only be read."}
        db.execute(sql)
        columns = [column[0] for column in db.description or ()]
        rows: list[list[object]] = []
        left = ANSWER_BYTES
        while (
            len(rows) <= limit and left > 0 and (some := db.fetchmany(min(_AT_A_TIME, limit + 1 - len(rows))))
        ):
            for row in some:
                rows.append([plain(value) for value in row])
                left -= len(json.dumps(rows[-1]))
    except (duckdb.Error, MemoryError, RuntimeError, ValueError, OverflowError) as error:
        return {"refused": "The query failed: " + " ".join(str(error).partition("\nLINE ")[0].split())[:500]}
    more = len(rows) > limit or left <= 0
    return {"columns": columns, "rows": rows[:limit], "more": more}


def plain(value: object) -> object:
    """A value as JSON can say it: times in ISO 8601, what is no number null, bytes in hexadecimal."""
    said: object = str(value)
    match value:
        case float():
            said = value if math.isfinite(value) else None
        case None | str() | int():
            said = value
        case date() | clock_time():
            said = value.isoformat()
        case bytes():
            said = value.hex()
        case dict():
            said = {str(key): plain(inner) for key, inner in value.items()}
        case list() | tuple():
            said = [plain(inner) for inner in value]
    return said


def _serve(questions: IO[str], answers: IO[str]) -> None:
    """The process: the first line names the tables, each further one is a query."""
    db = locked(**json.loads(questions.readline()))
    answer(db, "select 1", 1)
    if resource:  # the one who asks watches all the same
        with suppress(ValueError, OSError, AttributeError):
            most = psutil.Process().memory_info().data + _MORE
            resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    said: dict[str, Any] = {}
    while True:
        answers.write(json.dumps(said) + "\n")
        answers.flush()
        line = questions.readline()
        if not line:
            return
        try:
            said = answer(db, **json.loads(line))
        except MemoryError:
            said = {"refused": "The query needs more memory than a query may have."}
        if hasattr(
            psutil, "heap_trim"
        ):  # what is freed, but not given back, would be lacking for the next query
            psutil.heap_trim()


if __name__ == "__main__":
    _serve(sys.stdin, sys.stdout)
