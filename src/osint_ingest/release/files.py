"""Tables as Parquet files in a folder of this machine: read by row group, asked by SQL, never held whole."""

from __future__ import annotations

import filecmp
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

MEMORY = "160MB"
"""What a query may hold; what is more goes to the scratch folder."""
AT_A_TIME = 8 * 1024
"""Rows of a result that are taken at a time."""


class TableFiles:
    """The tables of a folder, `<name>.parquet` each."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def names(self) -> list[str]:
        """The tables that are there, sorted."""
        return sorted(path.stem for path in self.folder.glob("*.parquet"))

    def path(self, name: str) -> Path:
        """Where a table lies or will lie."""
        return self.folder / f"{name}.parquet"

    def has(self, name: str) -> bool:
        """Is that table there?"""
        return self.path(name).exists()

    def rows(self, name: str) -> int:
        """How many rows it has."""
        return int(pq.read_metadata(self.path(name)).num_rows)

    def counts(self) -> dict[str, int]:
        """Rows by table."""
        return {name: self.rows(name) for name in self.names()}

    def schema(self, name: str) -> pa.Schema:
        """Its Arrow schema."""
        return pq.read_schema(self.path(name))

    def table(self, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        """A whole table: for small ones, or for few columns."""
        with pq.ParquetFile(self.path(name)) as file:
            return file.read(columns)

    def parts(self, name: str, columns: Sequence[str] | None = None) -> Iterator[pa.Table]:
        """A table, or some columns of it, in its order, a row group at a time."""
        with pq.ParquetFile(self.path(name), pre_buffer=False) as file:
            for group in range(file.num_row_groups):
                yield file.read_row_group(group, columns, use_threads=False)


@contextmanager
def asking(tables: TableFiles, scratch: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB with each table a view by its name, bounded in memory."""
    with _bounded(scratch) as db:
        for name in tables.names():
            add_view(db, name, tables.path(name))
        yield db


@contextmanager
def both(
    old: TableFiles, new: TableFiles, scratch: Path | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB with the tables of two folders as `old.<table>` and `new.<table>`."""
    with _bounded(scratch) as db:
        for schema, tables in (("old", old), ("new", new)):
            db.execute(f"create schema {schema}")
            for name in tables.names():
                add_view(db, name, tables.path(name), schema)
        yield db


def differ(old: TableFiles, new: TableFiles, name: str) -> bool:
    """Do two folders have that table, and not the same bytes of it?"""
    if not old.has(name) or not new.has(name):
        return False
    return not filecmp.cmp(old.path(name), new.path(name), shallow=False)


@contextmanager
def _bounded(scratch: Path | None) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as db:
        db.execute(f"set memory_limit = '{MEMORY}'")
        db.execute("set threads = 2")
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
