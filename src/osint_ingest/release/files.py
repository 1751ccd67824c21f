"""Tables as Parquet files in a folder of this machine: read by row group, not held whole."""

import filecmp
import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from osint_ingest.tables import Table


class TableFiles:
    """The tables of a folder, `<name>.parquet` each."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def names(self) -> list[str]:
        return sorted(path.stem for path in self.folder.glob("*.parquet"))

    def path(self, name: str) -> Path:
        return self.folder / f"{name}.parquet"

    def has(self, name: str) -> bool:
        return self.path(name).exists()

    def rows(self, name: str) -> int:
        return int(pq.read_metadata(self.path(name)).num_rows)

    def counts(self) -> dict[str, int]:
        return {name: self.rows(name) for name in self.names()}

    def sha256(self, name: str) -> str:
        with self.path(name).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def first_of_groups(self, name: str, column: str) -> list[str]:
        """Return the smallest value of a text column in each row group that has one."""
        metadata = pq.read_metadata(self.path(name))
        number = metadata.schema.to_arrow_schema().get_field_index(column)
        found = (metadata.row_group(n).column(number).statistics for n in range(metadata.num_row_groups))
        return [s.min for s in found if s is not None and s.has_min_max]

    def schema(self, name: str) -> pa.Schema:
        return pq.read_schema(self.path(name))

    def table(self, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        """A whole table: for small ones, or for few columns."""
        with pq.ParquetFile(self.path(name)) as file:
            return file.read(columns)

    def rows_with(self, name: str, column: str, value: str) -> pa.Table:
        """The rows that have a value in a text column. Row groups that cannot have it are passed over: rows stand in
        the order of their documents, with which ids begin."""
        with pq.ParquetFile(self.path(name), pre_buffer=False) as file:
            number = file.schema_arrow.get_field_index(column)
            told = [file.metadata.row_group(n).column(number).statistics for n in range(file.num_row_groups)]
            unsure = (s is None or not s.has_min_max or s.min <= value <= s.max for s in told)
            rows = file.read_row_groups([n for n, may in enumerate(unsure) if may], use_threads=False)
        return rows.filter(pc.equal(rows[column], value))

    def parts(self, name: str, columns: Sequence[str] | None = None) -> Iterator[pa.Table]:
        """A table, or some columns of it, in its order, a row group at a time."""
        with pq.ParquetFile(self.path(name), pre_buffer=False) as file:
            for group in range(file.num_row_groups):
                yield file.read_row_group(group, columns, use_threads=False)

    def declared_parts(self, table: Table) -> Iterator[pa.Table]:
        """The same in today's schema: a column that did not exist when it was written is null, a table has no part."""
        for rows in self.parts(table.name) if self.has(table.name) else ():
            if rows.schema.equals(table.schema, check_metadata=True):
                yield rows
                continue
            there = set(rows.column_names)
            columns = [
                rows[c.name].cast(c.arrow.type) if c.name in there else pa.nulls(len(rows), c.arrow.type)
                for c in table.columns
            ]
            yield pa.Table.from_arrays(columns, schema=table.schema)


def differ(old: TableFiles, new: TableFiles, name: str) -> bool:
    """Do two folders have that table, and not the same bytes of it?"""
    if not old.has(name) or not new.has(name):
        return False
    return not filecmp.cmp(old.path(name), new.path(name), shallow=False)
