"""What can be asked of a release: one method a question, the same for HTTP and for assistants."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Annotated, Any

import duckdb
import psutil
from pydantic import Field

from osint_ingest.analyst.citing import CITED, MACROS, check, define_macros
from osint_ingest.analyst.search import search
from osint_ingest.analyst.server import query_process
from osint_ingest.analyst.server.query_process import plain
from osint_ingest.analyst.trace import trace
from osint_ingest.model import RefusedRun
from osint_ingest.release.folder import Release
from osint_ingest.release.views import views_of
from osint_ingest.tables import declared_tables

SECONDS = 5.0  # what a query may take
MOST_ROWS = 10_000
_MOST = 256 * 1024 * 1024  # bytes beyond which the process is killed; it holds 90 MB when it waits
_ALLOCATOR = {"DUCKDB_JE_MALLOC_CONF": "retain:false,dirty_decay_ms:0,muzzy_decay_ms:0"}
"""Make DuckDB's allocator return the memory of a query that failed for lack of it: the next query needs it."""
_POLL_SECONDS = 0.02


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
                self._receive(60)
                self._ready = True
            self._send({"sql": sql, "limit": min(limit, MOST_ROWS)})
            answer: dict[str, Any] = self._receive(self._seconds)
        if "refused" in answer:
            raise QueryRefused(answer["refused"])
        return answer

    def close(self) -> None:
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
            env={**os.environ, **_ALLOCATOR},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self._send(self._first)

    def _send(self, question: object) -> None:
        assert self._process and self._process.stdin
        with suppress(BrokenPipeError):  # what it says is then nothing
            self._process.stdin.write(json.dumps(question) + "\n")
            self._process.stdin.flush()

    def _receive(self, seconds: float) -> Any:
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
    while not done.wait(_POLL_SECONDS):
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


Answer = dict[str, Any]
Limit = Annotated[int, Field(ge=1, le=1000, description="At most this many rows.")]
Words = Annotated[str, Field(min_length=1, max_length=500)]
_ENTITY = """
    select e.* from entities e where entity_id in (from entities_called($words)) order by mention_count desc limit 1
"""
_OF_ENTITY = {
    "names": "select name, kind from entity_names where entity_id = $id order by all limit 100",
    "citations": "select citation_id, phrase, url, note_text as note, archived_url, page from sources "
    "where entity_id = $id and role = 'evidence' order by citation_id limit 100",
    "mentions": "select mention_id, text, document_id, passage_id from mentions where entity_id = $id "
    "order by mention_id limit 100",
}


class NotFound(RefusedRun):
    """What was asked for does not exist."""


class Questions:
    """The questions, each a method. Safe to ask from several threads."""

    def __init__(self, release: Release, db: duckdb.DuckDBPyConnection, sandbox: Sandbox) -> None:
        self.release, self._db, self._sandbox = release, db, sandbox
        self._turn = Lock()  # questions to DuckDB share its memory: eight at a time can exceed it
        self._counts = release.row_counts()

    def all(self) -> dict[str, Callable[..., Answer]]:
        names = ("tables", "table", "search", "cite", "entity", "trace", "query")
        return {name: getattr(self, name) for name in names}

    def tables(self) -> Answer:
        """Lists the tables of the release: what a row is, how many there are, and every column."""
        return {
            "release": self.release.name,
            "tables": [
                {
                    "table": table.name,
                    "rows": self._counts.get(table.name, 0),
                    "description": table.description,
                    "columns": {column.name: column.described.description for column in table.columns},
                }
                for table in declared_tables().values()
            ],
        }

    def table(
        self,
        table: Annotated[str, Field(description="The name of a table.")],
        limit: Limit = 100,
        offset: Annotated[int, Field(ge=0, description="Rows that are passed over.")] = 0,
    ) -> Answer:
        """Returns rows of a table, a page at a time. `next` is the offset of the next page; null after the last."""
        if table not in declared_tables():
            raise NotFound(f"There is no table {table!r}: `tables` lists them.")
        rows = self._rows(f'select * from "{table}" limit $limit offset $offset', limit=limit, offset=offset)
        there = self._counts.get(table, 0)
        ends = offset + len(rows)
        return {"table": table, "total": there, "next": ends if ends < there else None, "rows": rows}

    def search(
        self,
        words: Annotated[Words, Field(description='Words, "words in quotes", or beginnings as polic*.')],
        limit: Limit = 20,
    ) -> Answer:
        """Finds passages and notes that have all these words, the best match first, with a snippet."""
        return {"words": words, "rows": search(self.release, words, limit).to_pylist()}

    def cite(
        self,
        words: Annotated[
            Words, Field(description="Words of a phrase, or a name, acronym or id of an entity.")
        ],
        limit: Limit = 100,
        all_roles: Annotated[bool, Field(description="Also links of menus and lists.")] = False,
    ) -> Answer:
        """Returns the sources of a claim: phrase, note, URL, page, and the entity that it is about."""
        rows = self._rows(CITED, words=words, role=None if all_roles else "evidence")
        return {"words": words, "total": len(rows), "rows": rows[:limit]}

    def entity(
        self, name: Annotated[Words, Field(description="Any name of an entity, its acronym or its id.")]
    ) -> Answer:
        """Returns an entity: its facts, names, citations, and where it is mentioned (at most 100 of each)."""
        found = self._rows(_ENTITY, words=name)
        if not found:
            raise NotFound(f"No entity is called {name!r}.")
        its = {what: self._rows(sql, id=found[0]["entity_id"]) for what, sql in _OF_ENTITY.items()}
        return {"entity": found[0], **its}

    def trace(
        self, row_id: Annotated[Words, Field(description="The id of a row, as osor:CORVALIA:2025#r13.")]
    ) -> Answer:
        """Traces a row back to its page, boxes and bytes, step by step."""
        try:
            return {"row_id": row_id, "steps": [asdict(step) for step in trace(self.release, row_id)]}
        except LookupError as error:
            raise NotFound(str(error.args[0])) from error

    def query(
        self,
        sql: Annotated[str, Field(max_length=20_000, description="One SELECT, in DuckDB's SQL.")],
        limit: Limit = 100,
    ) -> Answer:
        """Runs one SELECT over the tables. `sources_of('words')` lists citations. No file can be read; a query ends
        after five seconds, and `more` is true if there are rows beyond the limit."""
        return self._sandbox.query(sql, limit)

    def _rows(self, sql: str, **values: object) -> list[Answer]:
        with self._turn, self._db.cursor() as db:
            found = db.execute(sql, values)
            names = [column[0] for column in found.description or ()]
            return [dict(zip(names, map(plain, row), strict=True)) for row in found.fetchall()]


@contextmanager
def questions_of(release: Release) -> Iterator[Questions]:
    """The questions to a release, until the end of the block. FileNotFoundError where the release is from before the
    table of citations."""
    check(release)
    search(release, "index", 1)  # makes the index, where the release has none yet
    with TemporaryDirectory(prefix="osint-ingest-server-") as folder, views_of(release) as db:
        files = release.files(Path(folder))
        define_macros(db)
        # put together once: a question takes a quarter of the time then
        for view in ("sources", "sources_compared", "entities", "entity_names", "names_compared"):
            db.execute(
                f"create table kept_{view} as from {view}; create or replace view {view} as from kept_{view}"
            )
        sandbox = Sandbox(files.folder.absolute(), files.names(), MACROS)
        try:
            yield Questions(release, db, sandbox)
        finally:
            sandbox.close()
