"""What was added, removed or modified since the previous release, by key and column."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pyarrow as pa

from osint_ingest.release.files import TableFiles, differ
from osint_ingest.release.folder import Release
from osint_ingest.release.sql import open_both, query_batches, quoted
from osint_ingest.tables import Table, declared_tables

NO_CHANGE = ("captured_at", "content_sha256", "file_name", "fingerprint", "url")
"""Columns of `documents` that move when a page is merely crawled again."""


@dataclass(frozen=True, slots=True)
class Changed:
    """How many rows of one table were added, removed or modified. A row counts once, whatever differs in it."""

    table: str
    added: int
    removed: int
    modified: int


def counted(db: duckdb.DuckDBPyConnection, changes: str = "changes") -> list[Changed]:
    """The rows of a `changes` table or view by table, most changes first: what the report, the end of a run and `diff`
    all say."""
    return [Changed(*row) for row in db.execute(_COUNTED.format(changes=changes)).fetchall()]


_COUNTED = """
    select table_name, count(distinct row_key) filter (where change = 'added') as added,
        count(distinct row_key) filter (where change = 'removed') as removed,
        count(distinct row_key) filter (where change = 'modified') as modified
    from {changes} group by table_name order by added + removed + modified desc, table_name
"""


def changes_since(
    previous: TableFiles | None, tables: TableFiles, scratch: Path | None = None
) -> Iterator[pa.Table]:
    """Rows of the `changes` table, in parts; none without a previous release."""
    if previous is None:
        return
    moved = moved_records(previous, tables)
    with open_both(previous, tables, {*moved, "documents"}, scratch) as db:
        for name, table in moved.items():
            known = previous.schema(name).names
            for rows in slices(previous, tables, table):
                yield from query_batches(db, _changes_of(table, known, rows), _schema())


def moved_records(previous: TableFiles, tables: TableFiles) -> dict[str, Table]:
    """Return the tables of records that both releases have and that differ."""
    records = {name: table for name, table in declared_tables().items() if table.records}
    return {name: table for name, table in records.items() if differ(previous, tables, name)}


def changes_between(older: Release, newer: Release) -> pa.Table:
    """Return the rows of a table `changes` between any two releases."""
    with TemporaryDirectory() as place:
        scratch = Path(place)
        found = changes_since(older.files(scratch), newer.files(scratch), scratch)
        return pa.concat_tables([_schema().empty_table(), *found])


def _changes_of(table: Table, known: Collection[str], rows: str) -> str:
    passed_over = {*table.key, *(NO_CHANGE if table.name == "documents" else ())}
    watched = [c.name for c in table.columns if c.name in known and c.name not in passed_over]
    key = " || ' | ' || ".join(f'cast(coalesce(n."{k}", o."{k}") as varchar)' for k in table.key)
    on = " and ".join(f'o."{k}" is not distinct from n."{k}"' for k in table.key)
    moved = [f'n."{c}" is distinct from o."{c}"' for c in watched]
    columns = ", ".join(
        f"{{'name': '{c}', 'before': cast(o.\"{c}\" as varchar), 'after': cast(n.\"{c}\" as varchar), 'moved': {m}}}"
        for c, m in zip(watched, moved, strict=True)
    )
    whole_row = "[{'name': '', 'before': null, 'after': null, 'moved': true}]"
    document = 'coalesce(n."document_id", o."document_id")' if "document_id" in known else "null"
    name = "coalesce(n.name, o.name)" if table.name == "entities" else "null"
    return f"""
        select '{table.name}' as table_name, row_key, said.name as column_name, change, said.before, said.after,
            document_id, coalesce(name, d.title, gone.title) as title
        from (
            select {key} as row_key, {document} as document_id, {name} as name,
                case when o.here is null then 'added' when n.here is null then 'removed' else 'modified' end as change,
                unnest(case change when 'modified' then [{columns}] else {whole_row} end) as said
            from (select *, true as here from new_{table.name} where {rows}) n
            full join (select *, true as here from old_{table.name} where {rows}) o on {on}
            where o.here is null or n.here is null or {" or ".join(moved) or "false"}
        )
        left join new_documents d using (document_id) left join old_documents gone using (document_id)
        where said.moved
        order by row_key, column_name
    """


def _schema() -> pa.Schema:
    return declared_tables()["changes"].schema


GROUPS = 4  # row groups of the larger side in a slice


def slices(old: TableFiles, new: TableFiles, table: Table, groups: int = GROUPS) -> Iterator[str]:
    """Yield SQL conditions that cut a table into slices, the same on both sides, so that a slice of both fits into
    DuckDB's memory. `groups`: row groups of the larger side in a slice."""
    column = "document_id" if "document_id" in table.schema.names else table.key[0]
    larger = max(old, new, key=lambda files: files.rows(table.name))
    cuts = sorted(set(larger.first_of_groups(table.name, column)[groups::groups]))
    for low, high in pairwise([None, *cuts, None]):
        bounds = [f"{column} >= {quoted(low)}"] if low else []
        bounds += [f"{column} < {quoted(high)}"] if high else []
        yield " and ".join(bounds) or "true"
