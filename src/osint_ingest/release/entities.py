"""Entities are resolved over the whole release: mentions get their entity, records too."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa
import pyarrow.compute as pc

from osint_ingest.entities import Resolution, resolve
from osint_ingest.release.draft import Draft
from osint_ingest.release.files import TableFiles, asking
from osint_ingest.tables import Table, declared_tables

_COLUMNS = {
    "documents": ["document_id", "country_code", "jurisdiction"],
    "name_pairs": ["document_id", "first_mention_id", "second_mention_id", "kind", "rule"],
    "mentions": [
        "mention_id",
        "document_id",
        "passage_id",
        "char_start",
        "char_end",
        "text",
        "label",
        "method",
    ],
    "footnote_refs": ["ref_id", "footnote_id", "passage_id", "char_offset", "anchor_text"],
}
_LINK = ["link_id", "footnote_id", "url"]
_CITING = """
    select passage_id, text from passages where passage_id in (select passage_id from footnote_refs)
"""
_NAMED = """
    select m.passage_id, m.text, m.entity_id
    from mentions m semi join records r on r.passage_id = m.passage_id and r.name = m.text
    where m.entity_id is not null
    order by m.passage_id, m.char_start, m.mention_id
"""


def naming_tables() -> tuple[Table, ...]:
    """The tables whose rows name an entity, `mentions` first."""
    records = (
        t for t in declared_tables().values() if {"entity_id", "name", "passage_id"} <= set(t.schema.names)
    )
    return declared_tables()["mentions"], *records


def write_entities(draft: Draft, unresolved: TableFiles) -> None:
    """Writes the tables of entities, and from `unresolved` those that name them, with `entity_id` filled.

    All other tables of documents are in the draft.
    """
    resolution = _resolution(draft, unresolved)
    for name in ("entities", "entity_names", "entity_links", "name_merges"):
        draft.write(name, [getattr(resolution, name)])
    mentions, *records = naming_tables()
    draft.write(mentions.name, _with_ids(unresolved, resolution.mention_entities))
    for table in records:
        draft.write(table.name, _named(draft, unresolved, table))


def _resolution(draft: Draft, unresolved: TableFiles) -> Resolution:
    with asking(draft.tables, draft.scratch) as db, _uncollected():
        return resolve(
            documents=draft.tables.table("documents", _COLUMNS["documents"]),
            passages=db.sql(_CITING).to_arrow_table(),
            mentions=unresolved.table("mentions", _COLUMNS["mentions"]),
            name_pairs=draft.tables.table("name_pairs", _COLUMNS["name_pairs"]),
            footnote_refs=draft.tables.table("footnote_refs", _COLUMNS["footnote_refs"]),
            links=_links_of_notes(draft.tables),
        )


def _links_of_notes(tables: TableFiles) -> pa.Table:
    parts = (part.filter(pc.is_valid(part["footnote_id"])) for part in tables.parts("links", _LINK))
    return pa.concat_tables([declared_tables()["links"].schema.empty_table().select(_LINK), *parts])


def _with_ids(unresolved: TableFiles, entities: tuple[str, ...]) -> Iterator[pa.Table]:
    at = 0
    for part in unresolved.parts("mentions"):
        yield _replaced(part, "entity_id", pa.array(entities[at : at + len(part)], pa.string()))
        at += len(part)


def _named(draft: Draft, unresolved: TableFiles, table: Table) -> Iterator[pa.Table]:
    """Records with the entity that is mentioned by their name in their passage."""
    with asking(draft.tables, draft.scratch) as db:
        for part in unresolved.parts(table.name):
            db.register("records", part.select(["passage_id", "name"]))
            found = db.execute(_NAMED).fetchall()
            named_at = {(passage, text): entity for passage, text, entity in found}
            places = zip(part["passage_id"].to_pylist(), part["name"].to_pylist(), strict=True)
            yield _replaced(
                part, "entity_id", pa.array([named_at.get(place) for place in places], pa.string())
            )


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


def _replaced(rows: pa.Table, name: str, values: pa.Array) -> pa.Table:
    index = rows.schema.get_field_index(name)
    return rows.set_column(index, rows.schema.field(index), values)
