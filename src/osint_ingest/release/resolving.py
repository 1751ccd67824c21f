"""Entities of a release from its files, into files: a step that can run in a process of its own.

python -m osint_ingest.release.resolving TABLES UNRESOLVED FOUND
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from osint_ingest.entities.homepages.sites import REACH, Outside
from osint_ingest.entities.resolve.resolution import resolve
from osint_ingest.read.limits import keep_little
from osint_ingest.release.draft import write_scratch
from osint_ingest.release.files import TableFiles
from osint_ingest.release.published import judgements_in, published_in
from osint_ingest.release.sql import add_view, asking
from osint_ingest.tables import declared_tables
from osint_ingest.tables.contract import RESOLVED

OF_MENTIONS = "mention_entities"
"""The file with the entity of each mention, in the order of the mentions."""
AT_ONCE = 64 * 1024
"""Mentions that are taken at a time."""
COLUMNS = {
    "documents": ["document_id", "country_code", "jurisdiction", "url"],
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
OF_NOTES = ["link_id", "footnote_id", "url"]
OF_TEXT = [
    "document_id",
    "passage_id",
    "char_start",
    "char_end",
    "url_raw",
    "host",
    "registered_domain",
    "origin",
]
OUTSIDE = "outside"
"""The file with the links out of running text."""
_AT_NAMES = f"""
    select * from {OUTSIDE} l where exists (
        select 1 from mentions m where m.passage_id = l.passage_id
        and m.char_end > l.char_start - {REACH} and m.char_end <= l.char_end
    )
"""
_READ = """
    select passage_id, text from passages
    where passage_id in (select passage_id from footnote_refs union select passage_id from at_names)
"""


def resolve_files(tables: TableFiles, unresolved: TableFiles, found: TableFiles) -> None:
    """Resolves `mentions` of `unresolved`, with what `tables` tells of their documents. Writes the tables RESOLVED
    and OF_MENTIONS into the folder of `found`."""
    documents = tables.table("documents", COLUMNS["documents"])
    of_notes = _links(tables, Outside(documents), found)
    with asking(tables, found.folder, ("passages", "footnote_refs")) as db, _uncollected():
        add_view(db, "mentions", unresolved.path("mentions"))
        add_view(db, OUTSIDE, found.path(OUTSIDE))
        at_names = db.sql(_AT_NAMES).to_arrow_table()
        db.register("at_names", at_names.select(["passage_id"]))
        resolution = resolve(
            documents=documents,
            passages=db.sql(_READ).to_arrow_table(),
            mentions=_together(unresolved.parts("mentions", COLUMNS["mentions"])),
            name_pairs=tables.table("name_pairs", COLUMNS["name_pairs"]),
            footnote_refs=tables.table("footnote_refs", COLUMNS["footnote_refs"]),
            links=pa.concat_tables([at_names, of_notes], promote_options="default"),
            judgements=judgements_in(unresolved),
            published=published_in(unresolved),
        )
        parts = {
            "entities": [resolution.entities],
            "entity_names": [resolution.entity_names],
            "entity_links": [resolution.entity_links],
            "entity_sites": [resolution.entity_sites],
            "name_merges": resolution.name_merges_parts(),
            "entity_redirects": [resolution.entity_redirects],
            "judgements": [resolution.judged],
        }
        for name in RESOLVED:
            schema = declared_tables()[name].schema
            write_scratch(found.path(name), schema, (part.cast(schema) for part in parts[name]))
        ids = pa.schema([pa.field("entity_id", pa.string())])
        of_mentions = (pa.table([part], schema=ids) for part in resolution.mention_entities_parts())
        write_scratch(found.path(OF_MENTIONS), ids, of_mentions)


def _together(parts: Iterator[pa.Table]) -> Iterator[pa.Table]:
    """Parts of about AT_ONCE rows: what is looked up in them is made ready once a part."""
    waiting: list[pa.Table] = []
    for part in parts:
        waiting.append(part)
        if sum(map(len, waiting)) >= AT_ONCE:
            yield pa.concat_tables(waiting)
            waiting = []
    if waiting:
        yield pa.concat_tables(waiting)


def _links(tables: TableFiles, outside: Outside, found: TableFiles) -> pa.Table:
    """The links of notes. Those out of running text, which may be many, are written to the file OUTSIDE."""
    schema = pa.schema([declared_tables()["links"].schema.field(name) for name in (*OF_NOTES, *OF_TEXT)])
    of_notes = [schema.empty_table().select(OF_NOTES)]

    def of_text() -> Iterator[pa.Table]:
        for part in tables.parts("links", schema.names):
            of_notes.append(part.filter(pc.is_valid(part["footnote_id"])).select(OF_NOTES))
            yield outside.of(part).select(schema.names)

    write_scratch(found.path(OUTSIDE), schema, of_text())
    return pa.concat_tables(of_notes)


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


if __name__ == "__main__":
    keep_little()
    resolve_files(*(TableFiles(Path(folder)) for folder in sys.argv[1:4]))
