"""New rows and rows carried over from the last release become whole tables, in one fixed order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from osint_ingest.tables import Table, declared_tables

RESOLVED = ("entities", "entity_names", "entity_links")
"""Made over the whole release; never carried over."""
PER_RUN = ("captures", "addresses", "changes", "history", "link_checks", "issues")
"""Made by the run, not by a document."""


def document_tables() -> tuple[Table, ...]:
    """The tables whose rows belong to one document each."""
    return tuple(t for t in declared_tables().values() if t.name not in (*RESOLVED, *PER_RUN))


def owner(table: Table, rows: pa.Table) -> pa.ChunkedArray:
    """The document that each row belongs to: its `document_id`, else that of its `passage_id`."""
    if "document_id" in rows.column_names:
        return rows.column("document_id")
    if "passage_id" in rows.column_names:
        return pc.replace_substring_regex(rows.column("passage_id"), pattern=r"#p\d+$", replacement="")
    raise ValueError(f"{table.name}: neither document_id nor passage_id tells whose rows these are")


def rows_of_documents(table: Table, rows: pa.Table, documents: Collection[str]) -> pa.Table:
    """The rows that belong to those documents."""
    if not documents or not len(rows):
        return rows.slice(0, 0)
    return rows.filter(pc.is_in(owner(table, rows), value_set=pa.array(sorted(documents), pa.string())))


def assemble(
    batches: Sequence[Mapping[str, pa.Table]], dropped: Sequence[Collection[str]]
) -> dict[str, pa.Table]:
    """Whole document tables. `dropped[i]` are the documents of batch i that another capture replaces.

    Rows are ordered by document id; within a document they stay in reading order, whichever worker
    or release they come from.
    """
    whole = {}
    for table in document_tables():
        parts = []
        for batch, unwanted in zip(batches, dropped, strict=True):
            rows = batch.get(table.name)
            if rows is not None and unwanted:
                rows = rows.filter(
                    pc.invert(pc.is_in(owner(table, rows), value_set=pa.array(sorted(unwanted))))
                )
            if rows is not None:
                parts.append(rows)
        whole[table.name] = _ordered(table, parts)
    return whole


def conform(table: Table, rows: pa.Table) -> pa.Table:
    """Rows of an earlier release in today's schema: a column that did not exist then is null."""
    columns = [
        rows.column(c.name).cast(c.arrow.type)
        if c.name in rows.column_names
        else pa.nulls(len(rows), c.arrow.type)
        for c in table.columns
    ]
    return pa.Table.from_arrays(columns, schema=table.schema)


def _ordered(table: Table, parts: Iterable[pa.Table]) -> pa.Table:
    rows = pa.concat_tables([table.schema.empty_table(), *parts]).combine_chunks()
    order = pc.sort_indices(
        pa.table({"owner": owner(table, rows), "place": pa.array(range(len(rows)))}),
        sort_keys=[("owner", "ascending"), ("place", "ascending")],
    )
    return rows.take(order)
