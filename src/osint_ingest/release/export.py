"""A release for other tools: CSV files, or one SQLite database with its keys."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow.csv as pacsv

from osint_ingest.release.folder import Release
from osint_ingest.tables import Table, declared_tables

SQLITE_TYPES: Mapping[type[Any], str] = {
    str: "TEXT",
    int: "INTEGER",
    float: "REAL",
    bool: "INTEGER",
    date: "TEXT",
    datetime: "TEXT",
}


def export_csv(release: Release, folder: Path) -> list[Path]:
    """One CSV file (UTF-8, with a header) a table. Returns the files; raises OSError where one cannot be written."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for table in _tables(release):
        path = folder / f"{table.name}.csv"
        pacsv.write_csv(release.table(table.name), path)
        written.append(path)
    return written


def export_sqlite(release: Release, path: Path) -> Path:
    """One SQLite database with primary and foreign keys; times are ISO 8601 text. Replaces `path` when it is whole."""
    pending = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    pending.unlink(missing_ok=True)
    try:
        with sqlite3.connect(pending) as db:
            for table in _tables(release):
                db.execute(_create(table))
            for table in _tables(release):
                db.executemany(_insert(table), _rows(release, table))
            broken = db.execute("pragma foreign_key_check").fetchall()
            if broken:
                raise ValueError(f"release {release.name} has rows that lead nowhere, as {broken[0]}")
        db.close()
        pending.replace(path)
    except BaseException:
        pending.unlink(missing_ok=True)
        raise
    return path


def _tables(release: Release) -> Sequence[Table]:
    return [t for t in declared_tables().values() if release.has(t.name)]


def _create(table: Table) -> str:
    parts = [f'"{c.name}" {SQLITE_TYPES[c.type]}{"" if c.nullable else " NOT NULL"}' for c in table.columns]
    key = ", ".join(f'"{k}"' for k in table.key)
    parts.append(f"PRIMARY KEY ({key})")
    for c in table.columns:
        if c.described.references:
            target = declared_tables()[c.described.references]
            parts.append(f'FOREIGN KEY ("{c.name}") REFERENCES "{target.name}" ("{target.key[0]}")')
    return f'CREATE TABLE "{table.name}" ({", ".join(parts)})'


def _insert(table: Table) -> str:
    return f'INSERT INTO "{table.name}" VALUES ({", ".join("?" * len(table.columns))})'


def _rows(release: Release, table: Table) -> Iterator[tuple[Any, ...]]:
    for batch in release.table(table.name).to_batches(max_chunksize=10_000):
        columns = [batch.column(c.name).to_pylist() for c in table.columns]
        for row in zip(*columns, strict=True):
            yield tuple(v.isoformat() if isinstance(v, date) else v for v in row)
