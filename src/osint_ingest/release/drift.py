"""Drift against the last release: tables that shrink, columns that fall empty. Both hold a release back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import duckdb
import pyarrow as pa

from osint_ingest.model import Finding
from osint_ingest.release.changes import is_record
from osint_ingest.release.check import held
from osint_ingest.release.folder import Release
from osint_ingest.tables import Table, declared_tables

MIN_ROWS = 20
"""A smaller table may shrink by any share: a few documents make it."""
MIN_LOST = 3
"""So many rows have to lose their value in a column before it counts as fallen empty."""


def drift_findings(
    tables: Mapping[str, pa.Table], previous: Release | None, max_shrink: float, accepted: str | None
) -> Iterator[Finding]:
    """A table that lost more than `max_shrink` of its rows, and a column that lost more than that share of the
    values in rows that are still there. `accepted` says why that is right: then they are only warnings."""
    if previous is None:
        return
    for code, message in (*_shrunk(tables, previous, max_shrink), *_emptied(tables, previous, max_shrink)):
        if accepted:
            yield Finding("warning", "release", "shrink_accepted", f"{message}; accepted: {accepted}", None)
        else:
            yield held(
                code, message, 'has the site or a reader changed? If it is right: --accept-shrink "why"'
            )


def _shrunk(tables: Mapping[str, pa.Table], previous: Release, most: float) -> Iterator[tuple[str, str]]:
    for name, before in previous.row_counts().items():
        if name not in tables or declared_tables()[name].history or before < MIN_ROWS:
            continue
        now = len(tables[name])
        if 1 - now / before > most:
            yield "shrink", f"{name} shrinks from {before} to {now} rows"


def _emptied(tables: Mapping[str, pa.Table], previous: Release, most: float) -> Iterator[tuple[str, str]]:
    for name, table in declared_tables().items():
        if is_record(name) and previous.has(name):
            yield from _emptied_columns(table, previous.table(name), tables[name], most)


def _emptied_columns(table: Table, old: pa.Table, new: pa.Table, most: float) -> Iterator[tuple[str, str]]:
    watched = [
        c.name for c in table.columns if c.nullable and c.name in old.column_names and c.name not in table.key
    ]
    if not watched or old.equals(new):
        return
    counts = ", ".join(f'count(o."{c}"), count(o."{c}") filter (where n."{c}" is null)' for c in watched)
    on = " and ".join(f'o."{k}" = n."{k}"' for k in table.key)
    with duckdb.connect() as db:
        db.register("o", old)
        db.register("n", new)
        found = db.execute(f"select {counts} from o join n on {on}").fetchall()[0]
    for column, before, lost in zip(watched, found[::2], found[1::2], strict=True):
        if lost >= MIN_LOST and lost / before > most:
            yield (
                "emptied",
                f"{table.name}.{column} was filled in {before} rows that are still there and is empty in {lost}",
            )
