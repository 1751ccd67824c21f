"""New rows and rows carried over from the last release become whole tables, in one fixed order, a part at a time."""

from __future__ import annotations

import shutil
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from osint_ingest.tables import Table
from osint_ingest.tables.contract import owner, owner_column

AT_ONCE = 8_000_000
"""Bytes of new rows that are put in order at once; a larger table is parted by its documents first."""


@dataclass(frozen=True)
class BatchRows:
    """Rows of one table from one batch. A document's rows stand together, in reading order."""

    size: int
    """Bytes in memory."""
    read: Callable[[Sequence[str] | None], pa.Table]
    """All columns, or those named."""
    unwanted: Collection[str] = ()
    """Documents of it that another capture replaces."""


def without_documents(table: Table, rows: pa.Table, gone: Sequence[str]) -> pa.Table:
    """Rows in the order of a release without those of some documents, which are sorted. Rows among which there are
    none of these are not looked at."""
    if not len(rows):
        return rows
    first, last = (owner(table, rows.slice(at, 1))[0].as_py() for at in (0, len(rows) - 1))
    among = gone[bisect_left(gone, first) : bisect_right(gone, last)]
    if not among:
        return rows
    return rows.filter(pc.invert(pc.is_in(owner(table, rows), value_set=pa.array(among, pa.string()))))


def conform(table: Table, rows: pa.Table) -> pa.Table:
    """Rows of an earlier release in today's schema: a column that did not exist then is null."""
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
    table: Table, new: Sequence[BatchRows], carried: Iterable[pa.Table], scratch: Path
) -> Iterator[pa.Table]:
    """A whole table, in parts: new rows, and rows carried over, which are in order already.

    Rows are ordered by document id; within a document they stay in reading order, whichever worker or release
    they come from.
    """
    old = _Carried(table, carried)
    bounds = _bounds(table, new)
    if not bounds:
        yield from _merged(table, [_wanted(table, source) for source in new], old, None)
        return
    place = scratch / table.name
    place.mkdir()
    for source in new:
        _part(table, _wanted(table, source), bounds, place)
    for number, bound in enumerate([*bounds, None]):
        yield from _merged(table, list(_read_all(place / str(number))), old, bound)
    shutil.rmtree(place)


def _wanted(table: Table, source: BatchRows) -> pa.Table:
    rows = source.read(None)
    if not source.unwanted:
        return rows
    unwanted = pa.array(sorted(source.unwanted), pa.string())
    return rows.filter(pc.invert(pc.is_in(owner(table, rows), value_set=unwanted)))


def _bounds(table: Table, new: Sequence[BatchRows]) -> list[str]:
    """Documents at which a large table is cut, so that each part holds about AT_ONCE bytes. None for a small one."""
    size = sum(source.size for source in new)
    if size <= AT_ONCE:
        return []
    counts = []
    for source in new:
        of = owner(table, source.read([owner_column(table)])).value_counts()
        counts.append(pa.table({"document": of.field("values"), "rows": of.field("counts")}))
    found = pa.concat_tables(counts).sort_by("document")
    upto = np.cumsum(found["rows"].to_numpy())
    share = upto[-1] * AT_ONCE / size
    cuts = np.searchsorted(upto, np.arange(share, upto[-1], share))
    return sorted(set(found["document"].take(pa.array(cuts)).to_pylist()))


def _part(table: Table, rows: pa.Table, bounds: Sequence[str], place: Path) -> None:
    """Appends rows to the file of their part; part n ends before bound n."""
    told = owner(table, rows).combine_chunks().dictionary_encode()
    part_of = np.array([bisect_right(bounds, document) for document in told.dictionary.to_pylist()])
    parts = part_of[told.indices.to_numpy()] if len(rows) else part_of
    for number in np.unique(parts):
        with (
            (place / str(number)).open("ab") as out,
            pa.ipc.new_stream(out, rows.schema, options=pa.ipc.IpcWriteOptions(compression="lz4")) as stream,
        ):
            stream.write_table(rows.take(pa.array(np.flatnonzero(parts == number))))


def _read_all(path: Path) -> Iterator[pa.Table]:
    if not path.exists():
        return
    with path.open("rb") as file:
        end = path.stat().st_size
        while file.tell() < end:
            with pa.ipc.open_stream(file) as stream:
                yield stream.read_all()


class _Carried:
    """Rows in order, taken up to a document."""

    def __init__(self, table: Table, parts: Iterable[pa.Table]) -> None:
        self._table = table
        self._parts = iter(parts)
        self._left: pa.Table | None = None

    def before(self, bound: str | None) -> Iterator[pa.Table]:
        """The next rows whose documents come before `bound`; None: all that are left."""
        while True:
            part = self._left if self._left is not None else next(self._parts, None)
            self._left = None
            if part is None:
                return
            if not len(part):
                continue
            if bound is None:
                yield part
                continue
            cut = pc.sum(pc.less(owner(self._table, part), bound)).as_py()
            if cut:
                yield part.slice(0, cut)
            if cut < len(part):
                self._left = part.slice(cut)
                return


def _merged(table: Table, new: Sequence[pa.Table], old: _Carried, bound: str | None) -> Iterator[pa.Table]:
    """New rows in order, among them the old ones before `bound`, which are not touched where no new ones fall."""
    waiting = _ordered(table, [table.schema.empty_table(), *new])
    for part in old.before(bound):
        if len(waiting):
            last = owner(table, part.slice(len(part) - 1))[0].as_py()
            cut = pc.sum(pc.less_equal(owner(table, waiting), last)).as_py()
            if cut:
                yield _ordered(table, [waiting.slice(0, cut), part])
                waiting = waiting.slice(cut)
                continue
        yield part
    if len(waiting):
        yield waiting


def _ordered(table: Table, parts: Iterable[pa.Table]) -> pa.Table:
    """Rows by document id, those of one document in the order in which they come."""
    rows = pa.concat_tables(parts).combine_chunks()
    if len(rows) < 2:
        return rows
    told = owner(table, rows).combine_chunks().dictionary_encode()
    rank = np.empty(len(told.dictionary), np.int64)
    rank[pc.sort_indices(told.dictionary).to_numpy()] = np.arange(len(rank))
    of_row = rank[told.indices.to_numpy()]
    if (np.diff(of_row) >= 0).all():
        return rows
    return rows.take(pa.array(np.argsort(of_row, kind="stable")))
