"""A release that is being built: tables are written one after the other, row group by row group."""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from osint_ingest.release.files import TableFiles
from osint_ingest.tables import Table, declared_tables
from osint_ingest.tables.contract import document_tables, owner

GROUP = 8 * 1024  # rows of a row group: what is in memory at a time, and what a reader can skip
GROUP_BYTES = 4_000_000
"""Bytes of text that end a row group sooner: some groups of two releases are compared at a time, and must fit."""
OF_TIME = ("captured_at", "archived_url")  # columns that tell of time, not of what the documents say


class Draft:
    """A folder of Parquet files that becomes a release. `scratch` is a folder for temporary files."""

    def __init__(self, folder: Path, scratch: Path) -> None:
        self.tables = TableFiles(folder)
        self.scratch = scratch
        self.rows: dict[str, int] = {}
        """How many rows each table has that was written."""
        self.left_out: Counter[tuple[str, str, str | None]] = Counter()
        """(table, column, document) -> rows that have no value where there must be one; a file cannot hold them. No
        document: the table is not of documents, or the row does not tell whose it is."""

    def write(self, name: str, parts: Iterable[pa.Table]) -> None:
        """Writes a declared table from parts in its schema. The same rows give the same bytes, however they are
        parted. ValueError for rows of another table."""
        table = declared_tables()[name]
        whole = (self._whole(table, part) for part in parts)
        unique = table.key if len(table.key) == 1 else ()
        self.rows[name] = write_table(self.tables.path(name), table.schema, whole, unique=unique)

    def digest(self) -> str:
        """Return a hash of what the tables say, without the tables and columns that depend on time."""
        digest = hashlib.sha256()
        for name, table in sorted(declared_tables().items()):
            if table.history and name not in ("issues", "link_checks", "archived_copies", "history"):
                continue
            digest.update(name.encode())
            columns = (
                ["issue_id"] if name == "issues" else [c for c in table.schema.names if c not in OF_TIME]
            )
            if columns == table.schema.names:  # the same rows give the same bytes
                digest.update(self.tables.sha256(name).encode())
                continue
            for part in self.tables.parts(name, columns):
                for batch in part.to_batches():
                    digest.update(batch.serialize())
        return digest.hexdigest()

    def _whole(self, table: Table, part: pa.Table) -> pa.Table:
        if part.column_names != table.schema.names:
            raise ValueError(f"{table.name}: expected {table.schema.names}, found {part.column_names}")
        for c in table.columns:
            if not c.nullable and part[c.name].null_count:
                lacking = part.filter(pc.is_null(part[c.name]))
                owned = table in document_tables()
                of = owner(table, lacking).to_pylist() if owned else [None] * len(lacking)
                self.left_out.update((table.name, c.name, document_id) for document_id in of)
                part = part.filter(pc.is_valid(part[c.name]))
        return part if part.schema.equals(table.schema) else part.cast(table.schema)


def write_table(
    path: Path, schema: pa.Schema, parts: Iterable[pa.Table], *, unique: Collection[str] = ()
) -> int:
    """Write Parquet in row groups of GROUP rows or GROUP_BYTES of text; return how many rows. Columns of `unique`
    values get no dictionary."""
    rows = 0
    repeated = [name for name in schema.names if name not in unique]
    pending = path.with_suffix(".pending")  # until it is whole, no query sees it
    with pq.ParquetWriter(pending, schema, compression="zstd", use_dictionary=repeated) as writer:
        for group in _groups(parts):
            writer.write_table(group, row_group_size=GROUP)
            rows += len(group)
    pending.replace(path)
    return rows


def write_scratch(path: Path, schema: pa.Schema, parts: Iterable[pa.Table]) -> int:
    """Write a file that is read a few times and then removed: quickly, not small. Returns how many rows."""
    rows = 0
    quick = {"compression": "lz4", "use_dictionary": False, "write_statistics": False}
    with pq.ParquetWriter(path, schema, **quick) as writer:
        for group in _groups(parts):
            writer.write_table(group, row_group_size=GROUP)
            rows += len(group)
    return rows


def _groups(parts: Iterable[pa.Table]) -> Iterable[pa.Table]:
    """Cut rows into row groups: the same rows give the same groups, however they were parted."""
    waiting: list[pa.Table] = []
    rows = size = 0
    for part in parts:
        upto = np.cumsum(_text_bytes(part))
        at = 0
        while at < len(part):
            before = int(upto[at - 1]) if at else 0
            full = int(np.searchsorted(upto, before + GROUP_BYTES - size)) + 1
            end = min(len(part), at + GROUP - rows, max(full, at + 1))
            waiting.append(part.slice(at, end - at))
            rows, size, at = rows + end - at, size + int(upto[end - 1]) - before, end
            if rows == GROUP or size >= GROUP_BYTES:
                yield pa.concat_tables(waiting).combine_chunks()
                waiting, rows, size = [], 0, 0
    if rows:
        yield pa.concat_tables(waiting).combine_chunks()


def _text_bytes(part: pa.Table) -> np.ndarray[Any, np.dtype[np.int64]]:
    sizes = np.zeros(len(part), np.int64)
    for column in part.columns:
        if pa.types.is_string(column.type):
            sizes += pc.fill_null(pc.binary_length(column), 0).to_numpy()
    return sizes
