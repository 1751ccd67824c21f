"""New rows and rows carried over from the previous release, in one fixed order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import chain
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from osint_ingest.release.draft import write_scratch
from osint_ingest.release.files import TableFiles
from osint_ingest.release.sql import answers, asking, quoted
from osint_ingest.tables import Table
from osint_ingest.tables.contract import owner, owner_sql


def without_documents(table: Table, rows: pa.Table, gone: Collection[str]) -> pa.Table:
    """Return rows without those of some documents."""
    if not gone:
        return rows
    return rows.filter(pc.invert(pc.is_in(owner(table, rows), value_set=pa.array(sorted(gone), pa.string()))))


def conform(table: Table, rows: pa.Table) -> pa.Table:
    """Return rows of an earlier release in today's schema: a column that did not exist then is null."""
    if rows.schema.equals(table.schema, check_metadata=True):
        return rows
    columns = [
        rows.column(c.name).cast(c.arrow.type)
        if c.name in rows.column_names
        else pa.nulls(len(rows), c.arrow.type)
        for c in table.columns
    ]
    return pa.Table.from_arrays(columns, schema=table.schema)


def assembled(
    table: Table, new: Iterable[pa.Table], carried: Iterable[pa.Table], scratch: Path
) -> Iterator[pa.Table]:
    """Yield all rows of a table in the order of document ids. The rows of one document keep their order.

    `carried` rows are in order already: without new rows they are returned as they are.
    """
    path = scratch / f"{table.name}.unordered.parquet"
    found = iter(new)
    first = next((rows for rows in found if len(rows)), None)
    if first is None:
        yield from carried
        return
    # what must have a value may lack it still: the draft says whose rows do
    loose = pa.schema([field.with_nullable(True) for field in table.schema])
    write_scratch(path, loose, (rows.cast(loose) for rows in chain([first], found, carried)))
    with asking(TableFiles(scratch), scratch, ()) as db:
        rows = f"read_parquet({quoted(path)}, file_row_number=true) t"
        ordered = f"select * from {rows} order by {owner_sql(table)}, file_row_number"
        for part in answers(db, ordered, loose):
            yield pa.Table.from_arrays(part.columns, schema=table.schema)
    path.unlink()
