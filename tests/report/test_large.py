"""A release larger than what the page's maker may hold."""

from __future__ import annotations

import base64
import gzip
import json
from pathlib import Path

import pyarrow as pa

from osint_ingest.release.folder import Releases
from osint_ingest.report.build import opened
from osint_ingest.report.listed import MOST_ROWS, fill, listed_tables
from tests.release.conftest import document, publish, whole

PHRASES, ENTITIES = 21_000, 840_000
DOCUMENT = "osor:VEL:2030"


def many_phrases() -> dict[str, pa.Table]:
    """Phrases of one document that each cite a note of their own, and very many names."""
    numbers = range(1, PHRASES + 1)
    refs = {
        "ref_id": [f"{DOCUMENT}#r{n}" for n in numbers],
        "document_id": [DOCUMENT] * PHRASES,
        "footnote_id": [f"{DOCUMENT}#n{n}" for n in numbers],
        "passage_id": [f"{DOCUMENT}#p2"] * PHRASES,
        "anchor_text": [f"the harbour office of pier {n}" for n in numbers],
    }
    notes = {
        "footnote_id": refs["footnote_id"],
        "document_id": refs["document_id"],
        "text": [f"The tide table of pier {n} is kept at the harbour office. " * 5 for n in numbers],
    }
    links = {
        "link_id": [f"{DOCUMENT}#l{n}" for n in numbers],
        "footnote_id": refs["footnote_id"],
        "url": [f"https://tides.example/{n}" for n in numbers],
    }
    cited = {
        "citation_id": [f"{DOCUMENT}#c{n}" for n in numbers],
        "document_id": refs["document_id"],
        "passage_id": refs["passage_id"],
        "phrase": refs["anchor_text"],
        "note_text": notes["text"],
        "link_id": links["link_id"],
        "url": links["url"],
    }
    entities = {
        "entity_id": [f"org-vel-harbour-office-of-pier-{n}" for n in range(ENTITIES)],
        "name": [f"Harbour Office of Pier {n}" for n in range(ENTITIES)],
    }
    empty = whole([document(DOCUMENT)])
    told = {
        "footnote_refs": refs,
        "footnotes": notes,
        "links": links,
        "entities": entities,
        "citations": cited,
    }
    return {**empty, **{name: filled(empty[name].schema, columns) for name, columns in told.items()}}


def filled(schema: pa.Schema, columns: dict[str, list[str]]) -> pa.Table:
    """A table of these columns; of the others each is null, or the same in all rows where it must not be null."""
    rows = len(next(iter(columns.values())))
    plain = {pa.string(): "x", pa.int64(): 1, pa.float64(): 1.0, pa.bool_(): False}
    rest = {f.name: [None if f.nullable else plain[f.type]] * rows for f in schema}
    return pa.table({**rest, **columns}, schema=schema)


def test_phrases_of_very_many_entities_and_long_notes_fit(tmp_path: Path) -> None:
    # the report of 10,000 documents could not be made: all names and all lists were held at once
    release = publish(Releases(str(tmp_path)), many_phrases(), "20310504T100000000000Z-aaaaaaaa")
    with opened(release) as db:
        filled_in = {table.name: fill(db, table) for table in listed_tables()}
    assert [(t.shown, t.total) for t in map(filled_in.get, ("citations", "entities")) if t] == [
        (MOST_ROWS, PHRASES),
        (MOST_ROWS, ENTITIES),
    ]
    rows = json.loads(gzip.decompress(base64.b64decode(filled_in["citations"].data)))
    assert [column[0] for column in rows["columns"]][:4] == [
        [0, 2],
        "the harbour office of pier 1",
        None,
        "https://tides.example/1",
    ]
    assert rows["columns"][1][-1] == f"the harbour office of pier {MOST_ROWS}"
