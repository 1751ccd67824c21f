"""SQL queries over tables in files, with limited memory."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from osint_ingest.release.files import TableFiles

MEMORY = "96MB"
"""Memory limit of a query; beyond it, DuckDB uses the scratch folder."""
AT_A_TIME = 8 * 1024
"""Rows of a result that are fetched at a time."""


@contextmanager
def open_tables(
    tables: TableFiles,
    scratch: Path | None = None,
    names: Collection[str] | None = None,
    *,
    documents: str = "true",
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a DuckDB connection with a view for each table (or each of `names`: opening a file has a cost), limited in
    memory.

    `documents`: a condition on `document_id` for the tables that have that column.
    """
    with connected(scratch) as db:
        for name in tables.names() if names is None else names:
            of_documents = documents != "true" and "document_id" in tables.schema(name).names
            add_view(db, name, tables.path(name), documents if of_documents else "true")
        yield db


@contextmanager
def open_both(
    old: TableFiles, new: TableFiles, names: Collection[str], scratch: Path | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB with these tables of two folders as `old_<table>` and `new_<table>`."""
    with connected(scratch) as db:
        for which, tables in (("old", old), ("new", new)):
            for name in names:
                add_view(db, f"{which}_{name}", tables.path(name))
        yield db


@contextmanager
def connected(scratch: Path | None) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a DuckDB connection with views of its own. Connections with the same scratch folder share one database
    engine for as long as any of them is open: starting an engine costs more than most queries."""
    bounds: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": MEMORY,
        "threads": 1,
        "preserve_insertion_order": False,
        "enable_external_file_cache": False,  # files are written again under their names
    }
    if scratch is not None:
        bounds["temp_directory"] = str(scratch / "duckdb")
    # connections to a named engine share it, and it goes with the last of them
    with duckdb.connect(f":memory:{scratch or ''}", config=bounds) as db:
        yield db


def add_view(db: duckdb.DuckDBPyConnection, name: str, path: Path, rows: str = "true") -> None:
    """Makes a Parquet file, or the rows of it that a condition holds for, a view of this connection."""
    db.execute(f'create temp view "{name}" as select * from read_parquet({quoted(path)}) where {rows}')


def quoted(text: Path | str) -> str:
    """Return a path or text as an SQL literal."""
    return "'" + str(text).replace("'", "''") + "'"


def query_batches(db: duckdb.DuckDBPyConnection, sql: str, schema: pa.Schema) -> Iterator[pa.Table]:
    """Yield the rows of a query in batches, in that schema."""
    for batch in db.sql(sql).to_arrow_reader(AT_A_TIME):
        yield pa.Table.from_batches([batch]).select(schema.names).cast(schema)
