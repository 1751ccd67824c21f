"""Entities are resolved over the whole release: mentions get their entity, records too."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pyarrow as pa

from osint_ingest.entities import resolve
from osint_ingest.tables import declared_tables


def with_entities(tables: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """Document tables -> the same with `entity_id` filled, and the tables of entities beside them."""
    with _uncollected():
        resolution = resolve(
            documents=tables["documents"],
            passages=tables["passages"],
            mentions=tables["mentions"],
            name_pairs=tables["name_pairs"],
            footnote_refs=tables["footnote_refs"],
            links=tables["links"],
        )
    out = dict(tables)
    declared = declared_tables()
    ids = pa.array(resolution.mention_entities, pa.string())
    out["mentions"] = _replaced(out["mentions"], "entity_id", ids)
    for name in ("entities", "entity_names", "entity_links"):
        out[name] = getattr(resolution, name).cast(declared[name].schema)
    named_at = _names_at(out["mentions"])
    for name, table in declared.items():
        fields = {c.name for c in table.columns}
        if name != "mentions" and {"entity_id", "name", "passage_id"} <= fields:
            rows = out[name]
            found = [
                named_at.get((passage, text))
                for passage, text in zip(
                    rows["passage_id"].to_pylist(), rows["name"].to_pylist(), strict=True
                )
            ]
            out[name] = _replaced(rows, "entity_id", pa.array(found, pa.string()))
    return out


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the search for circles among objects: there are hundreds of thousands of names here, and no circle."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _names_at(mentions: pa.Table) -> dict[tuple[str, str], str]:
    """(passage, name as it stands there) -> entity."""
    columns = (mentions[c].to_pylist() for c in ("passage_id", "text", "entity_id"))
    return {(passage, text): entity for passage, text, entity in zip(*columns, strict=True) if entity}


def _replaced(rows: pa.Table, name: str, values: pa.Array) -> pa.Table:
    index = rows.schema.get_field_index(name)
    return rows.set_column(index, rows.schema.field(index), values)
