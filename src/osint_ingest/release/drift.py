"""Changes from the previous release that hold a release back: tables that shrink, columns that lose their values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb

from osint_ingest.model import Finding
from osint_ingest.read.breach import held
from osint_ingest.release.changes import moved_records
from osint_ingest.release.files import TableFiles
from osint_ingest.release.sql import open_both
from osint_ingest.tables import Table, declared_tables

MIN_ROWS = 20
"""A smaller table may shrink by any share: a few documents make it."""
MIN_LOST = 3
"""So many rows have to lose their value in a column before it counts as fallen empty."""


def drift_findings(
    tables: TableFiles,
    previous: TableFiles | None,
    max_shrink: float,
    accepted: str | None,
    scratch: Path | None = None,
) -> Iterator[Finding]:
    """A table that lost more than `max_shrink` of its rows, and a column that lost more than that share of the
    values in rows that are still there. `accepted` says why that is right: then they are only warnings."""
    if previous is None:
        return
    emptied = _emptied(tables, previous, max_shrink, scratch)
    for code, message in (*_shrunk(tables, previous, max_shrink), *emptied):
        if accepted:
            yield Finding("warning", "release", "shrink_accepted", f"{message}; accepted: {accepted}", None)
        else:
            yield held(
                code,
                message,
                'Check whether the site or a reader has changed. If it is right: --accept-shrink "why"',
            )


def _shrunk(tables: TableFiles, previous: TableFiles, most: float) -> Iterator[tuple[str, str]]:
    for name, before in previous.counts().items():
        declared = declared_tables().get(name)
        if declared is None or declared.history or not tables.has(name) or before < MIN_ROWS:
            continue
        now = tables.rows(name)
        if 1 - now / before > most:
            yield "shrink", f"{name} shrinks from {before} to {now} rows"


def _emptied(
    tables: TableFiles, previous: TableFiles, most: float, scratch: Path | None
) -> Iterator[tuple[str, str]]:
    moved = moved_records(previous, tables)
    with open_both(previous, tables, moved, scratch) as db:
        for name, table in moved.items():
            known = previous.schema(name).names
            watched = [c.name for c in table.columns if c.nullable and c.name in known]
            watched = [name for name in watched if name not in table.key]
            for column, before, lost in _lost(db, table, watched):
                if lost >= MIN_LOST and lost / before > most:
                    yield "emptied", f"{name}.{column}: {lost} of {before} rows lost their value"


def _lost(
    db: duckdb.DuckDBPyConnection, table: Table, watched: Sequence[str]
) -> Iterator[tuple[str, int, int]]:
    """Each column, in how many rows that are still there it was filled, and in how many of these it is empty."""
    if not watched:
        return
    keys = ", ".join(f'"{k}"' for k in table.key)
    # whether there is a value, not the value: that can be a long text
    empty = "".join(f', "{c}" is null as "{c}"' for c in watched)
    old, new = (f"(select {keys}{empty} from {which}_{table.name})" for which in ("old", "new"))
    counts = ", ".join(
        f'count(*) filter (where not o."{c}"), count(*) filter (where not o."{c}" and n."{c}")'
        for c in watched
    )
    found = db.execute(f"select {counts} from {old} o join {new} n using ({keys})").fetchall()[0]
    yield from zip(watched, found[::2], found[1::2], strict=True)
