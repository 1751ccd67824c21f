"""The process that answers queries: a file that is run by itself, and imports nothing of the package. The first line
that it reads names the tables, each further one is a query; see `questions.Sandbox`, which starts and watches it."""

import json
import math
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from datetime import time as clock_time
from types import ModuleType
from typing import IO, Any

import duckdb
import psutil

ANSWER_BYTES = 4_000_000  # rows of an answer end where they are longer than this, as JSON
_ENGINE = "64MB"
_MORE = 84 * 1024 * 1024  # bytes that it may ask for beside those that it has when it starts
_AT_A_TIME = 16

resource: ModuleType | None
try:
    import resource
except ImportError:  # Windows
    resource = None


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
        if hasattr(psutil, "heap_trim"):  # else what is freed would be lacking for the next query
            psutil.heap_trim()


if __name__ == "__main__":
    _serve(sys.stdin, sys.stdout)
