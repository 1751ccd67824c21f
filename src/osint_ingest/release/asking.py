"""Tables in files asked by SQL, within bounds of memory."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from osint_ingest.release.files import TableFiles

MEMORY = "72MB"
"""What a query may hold; what is more goes to the scratch folder."""
AT_A_TIME = 8 * 1024
"""Rows of a result that are taken at a time."""


@contextmanager
def asking(
    tables: TableFiles, scratch: Path | None = None, names: Collection[str] | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB with each table (or each of `names`: a view costs a look into its file) a view by its name, bounded in
    memory."""
    with _bounded(scratch) as db:
        for name in tables.names() if names is None else names:
            add_view(db, name, tables.path(name))
        yield db


@contextmanager
def both(
    old: TableFiles, new: TableFiles, names: Collection[str], scratch: Path | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB with these tables of two folders as `old.<table>` and `new.<table>`."""
    with _bounded(scratch) as db:
        for schema, tables in (("old", old), ("new", new)):
            db.execute(f"create schema {schema}")
            for name in names:
                add_view(db, name, tables.path(name), schema)
        yield db


@contextmanager
def _bounded(scratch: Path | None) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as db:
        db.execute(f"set memory_limit = '{MEMORY}'")
        db.execute("set threads = 1")
        db.execute("set preserve_insertion_order = false")
        if scratch is not None:
            db.execute(f"set temp_directory = {quoted(scratch / 'duckdb')}")
        yield db


def add_view(db: duckdb.DuckDBPyConnection, name: str, path: Path, schema: str = "main") -> None:
    """Makes a Parquet file a view."""
    db.execute(f'create view {schema}."{name}" as select * from read_parquet({quoted(path)})')


def quoted(path: Path) -> str:
    """A path as SQL writes it."""
    return "'" + str(path).replace("'", "''") + "'"


def answers(db: duckdb.DuckDBPyConnection, sql: str, schema: pa.Schema) -> Iterator[pa.Table]:
    """Rows of a query, some at a time, in that schema."""
    for batch in db.sql(sql).to_arrow_reader(AT_A_TIME):
        yield pa.Table.from_batches([batch]).select(schema.names).cast(schema)
