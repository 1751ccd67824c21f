"""Drift against the last release: tables that shrink, columns that fall empty. Both hold a release back."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

import duckdb

from osint_ingest.model import Finding
from osint_ingest.release.asking import both
from osint_ingest.release.changes import moved_records
from osint_ingest.release.check import held
from osint_ingest.release.files import TableFiles
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
                code, message, 'has the site or a reader changed? If it is right: --accept-shrink "why"'
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
    with both(previous, tables, moved, scratch) as db:
        for name, table in moved.items():
            yield from _emptied_columns(db, table, previous.schema(name).names, most)


def _emptied_columns(
    db: duckdb.DuckDBPyConnection, table: Table, known: Collection[str], most: float
) -> Iterator[tuple[str, str]]:
    watched = [c.name for c in table.columns if c.nullable and c.name in known and c.name not in table.key]
    if not watched:
        return
    counts = ", ".join(f'count(o."{c}"), count(o."{c}") filter (where n."{c}" is null)' for c in watched)
    on = " and ".join(f'o."{k}" = n."{k}"' for k in table.key)
    found = db.execute(f"select {counts} from old_{table.name} o join new_{table.name} n on {on}").fetchall()[
        0
    ]
    for column, before, lost in zip(watched, found[::2], found[1::2], strict=True):
        if lost >= MIN_LOST and lost / before > most:
            yield (
                "emptied",
                f"{table.name}.{column} was filled in {before} rows that are still there and is empty in {lost}",
            )
