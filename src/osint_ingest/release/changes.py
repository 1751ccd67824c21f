"""What is new, gone or different since the previous release, by key and column."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import pyarrow as pa

from osint_ingest.release.folder import Release
from osint_ingest.tables import Table, declared_tables

RECORD_TABLES = ("documents", "entities", "footnotes", "links")
RECORD_PREFIXES = ("osor_", "ogp_")
NO_CHANGE = ("captured_at", "content_sha256", "fingerprint", "url")
"""Columns of `documents` that move when a page is merely crawled again."""


def is_record(name: str) -> bool:
    """Is this a table of records, whose changes people want to know?"""
    return name in RECORD_TABLES or name.startswith(RECORD_PREFIXES)


def changes_since(previous: Release | None, tables: Mapping[str, pa.Table]) -> pa.Table:
    """Rows of the `changes` table; empty without a previous release."""
    found = [declared_tables()["changes"].schema.empty_table()]
    for name, table in declared_tables().items():
        if previous is not None and is_record(name) and previous.has(name):
            found.append(_changes_of(table, previous.table(name), tables[name]))
    return pa.concat_tables(found)


def changes_between(older: Release, newer: Release) -> pa.Table:
    """Rows as in the `changes` table, between any two releases."""
    whole = {
        t.name: newer.table(t.name) if newer.has(t.name) else t.schema.empty_table()
        for t in declared_tables().values()
    }
    return changes_since(older, whole)


def _changes_of(table: Table, old: pa.Table, new: pa.Table) -> pa.Table:
    if old.equals(new):
        return declared_tables()["changes"].schema.empty_table()
    watched = [
        c.name
        for c in table.columns
        if c.name in old.column_names
        and c.name not in table.key
        and not (table.name == "documents" and c.name in NO_CHANGE)
    ]
    key = " || ' | ' || ".join(f'cast({{side}}."{k}" as varchar)' for k in table.key)
    on = " and ".join(f'o."{k}" is not distinct from n."{k}"' for k in table.key)
    parts = [
        f"select {key.format(side='n')} as row_key, '' as column_name, 'added' as change, "
        f"null as before, null as after from n anti join o on {on}",
        f"select {key.format(side='o')}, '', 'removed', null, null from o anti join n on {on}",
        *(
            f"select {key.format(side='n')}, '{c}', 'modified', cast(o.\"{c}\" as varchar), cast(n.\"{c}\" as varchar) "
            f'from n join o on {on} where n."{c}" is distinct from o."{c}"'
            for c in watched
        ),
    ]
    with duckdb.connect() as db:
        db.register("o", old)
        db.register("n", new)
        rows = db.sql(" union all ".join(parts) + " order by 1, 2").to_arrow_table()
    named = rows.add_column(0, "table_name", pa.array([table.name] * len(rows), pa.string()))
    return named.cast(declared_tables()["changes"].schema)
