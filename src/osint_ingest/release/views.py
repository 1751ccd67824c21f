"""A release as views of DuckDB, read from its files when they are queried: nothing is held whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from osint_ingest.release.files import TableFiles
from osint_ingest.release.folder import Release
from osint_ingest.release.sql import quoted
from osint_ingest.sources import all_sources
from osint_ingest.tables import Table, declared_tables

MEMORY = "96MB"
"""What DuckDB may hold at a time; more goes to a temporary folder."""


@contextmanager
def views_of(release: Release) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with a view for every declared table; what the release lacks is empty or null."""
    all_sources()  # declares their tables
    with TemporaryDirectory(prefix="osint-ingest-views-") as folder, duckdb.connect() as db:
        db.execute(f"set memory_limit='{MEMORY}'; set threads=1; set temp_directory={quoted(folder)}")
        files = release.files(Path(folder))
        for table in declared_tables().values():
            _add_view(db, files, table)
        yield db


def _add_view(db: duckdb.DuckDBPyConnection, files: TableFiles, table: Table) -> None:
    declared = table.schema.empty_table()
    if not files.has(table.name):
        db.register(table.name, declared)
        return
    rows = f"from read_parquet({quoted(files.path(table.name))})"
    if not set(declared.column_names) <= set(files.schema(table.name).names):
        db.register(f"no_{table.name}", declared)
        rows += f" union all by name from no_{table.name}"
    db.execute(f"create view {table.name} as {rows}")
