"""A release in the making: tables are written one after the other, row group by row group, never held whole."""

from __future__ import annotations

import hashlib
import io
from collections import Counter
from collections.abc import Iterable
from contextlib import nullcontext
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from osint_ingest.release.files import TableFiles
from osint_ingest.tables import Table, declared_tables

GROUP = 32 * 1024
"""Rows of a row group: what is in memory at a time, and what a reader can skip."""
CAPTURED = "captured_at"
"""Tells of time, not of what the documents say."""


class Draft:
    """A folder of Parquet files that becomes a release. `scratch` is for what is needed only on the way."""

    def __init__(self, folder: Path, scratch: Path) -> None:
        self.tables = TableFiles(folder)
        self.scratch = scratch
        self.left_out: Counter[tuple[str, str]] = Counter()
        """(table, column) -> rows that have no value where there must be one; a file cannot hold them."""
        self._digests: dict[str, str] = {}

    def write(self, name: str, parts: Iterable[pa.Table]) -> None:
        """Writes a declared table from parts in its schema. The same rows give the same bytes, however they are
        parted. ValueError for rows of another table."""
        table = declared_tables()[name]
        whole = (self._whole(table, part) for part in parts)
        self._digests[name] = write_table(self.tables.path(name), table.schema, whole)

    def digest(self) -> str:
        """Hash of what the tables say: those of time and the columns of time apart, the issues by their ids."""
        digest = hashlib.sha256()
        for name, table in sorted(declared_tables().items()):
            if table.history and name not in ("issues", "link_checks", "history"):
                continue
            digest.update(name.encode())
            digest.update(self._said(table).encode())
        return digest.hexdigest()

    def _whole(self, table: Table, part: pa.Table) -> pa.Table:
        if part.column_names != table.schema.names:
            raise ValueError(f"{table.name}: expected {table.schema.names}, found {part.column_names}")
        for c in table.columns:
            if not c.nullable and part[c.name].null_count:
                self.left_out[table.name, c.name] += part[c.name].null_count
                part = part.filter(pc.is_valid(part[c.name]))
        return part if part.schema.equals(table.schema) else part.cast(table.schema)

    def _said(self, table: Table) -> str:
        columns = [name for name in table.schema.names if name != CAPTURED]
        if table.name == "issues":
            columns = ["issue_id"]
        if columns == table.schema.names:
            return self._digests[table.name]
        parts = (part.select(columns) for part in self.tables.parts(table.name))
        return write_table(None, table.schema, parts, columns)


def write_table(
    path: Path | None, schema: pa.Schema, parts: Iterable[pa.Table], columns: list[str] | None = None
) -> str:
    """Parquet in row groups of GROUP rows; returns the hash of what the groups hold. No path: only the hash."""
    if columns is not None:
        schema = pa.schema([schema.field(name) for name in columns])
    pending = path.with_suffix(".pending") if path else None  # until it is whole, no query sees it
    with pending.open("wb") if pending else nullcontext() as out:
        hashed = _Hashed(out)
        with pq.ParquetWriter(pa.PythonFile(hashed, mode="w"), schema, compression="zstd") as writer:
            for group in _groups(parts):
                writer.write_table(group, row_group_size=GROUP)
            said = hashed.digest.hexdigest()
    if pending and path:
        pending.replace(path)
    return said


def _groups(parts: Iterable[pa.Table]) -> Iterable[pa.Table]:
    """Rows in one piece for each row group: a file does not tell how its rows came."""
    waiting: list[pa.Table] = []
    count = 0
    for part in parts:
        waiting.append(part)
        count += len(part)
        while count >= GROUP:
            whole = pa.concat_tables(waiting)
            yield whole.slice(0, GROUP).combine_chunks()
            waiting, count = [whole.slice(GROUP)], count - GROUP
    if count:
        yield pa.concat_tables(waiting).combine_chunks()


class _Hashed(io.RawIOBase):
    """Hashes what goes through it."""

    def __init__(self, out: BinaryIO | None) -> None:
        super().__init__()
        self._out = out
        self._at = 0
        self.digest = hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, data) -> int:  # type: ignore[no-untyped-def]
        self.digest.update(data)
        if self._out is not None:
            self._out.write(data)
        self._at += len(data)
        return len(data)

    def tell(self) -> int:
        return self._at
