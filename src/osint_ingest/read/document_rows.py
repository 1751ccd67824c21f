"""Checks the rows of one document where they are made: what a whole release could not put down to this document, or not
be put together with. All other rules of the data contract are checked on the release (`release.check`)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from osint_ingest.read.breach import Breach, strange
from osint_ingest.tables import declared_tables
from osint_ingest.tables.contract import document_tables, owner, owner_column

_LETTERS = {"passages": "p", "footnotes": "n", "footnote_refs": "r", "links": "l", "mentions": "m"}
_ORDINAL = re.compile(r"[1-9][0-9]{0,8}")


def document_breaches(document_id: str, tables: Mapping[str, pa.Table]) -> Iterator[Breach]:
    """Yield a breach for rows of other documents, ids of another form, and issues outside the vocabulary.

    `tables` are the document's rows by table name, in the declared schemas; a missing table has no rows.
    """
    declared = declared_tables()
    for table in document_tables():
        if (rows := tables.get(table.name)) is None:
            continue
        others = set(pc.unique(owner(table, rows)).to_pylist()) - {document_id, None}
        if others:
            said = f"{table.name}.{owner_column(table)}: rows of {sorted(others)[:5]} among its own"
            yield Breach("owner", said, document_id)
        if letter := _LETTERS.get(table.name):
            # ids are `<document_id>#<letter><ordinal>`: much that shows rows counts on it
            start = f"{document_id}#{letter}"
            ids = (found for found in rows[table.key[0]].to_pylist() if found is not None)
            wrong = [i for i in ids if not (i.startswith(start) and _ORDINAL.fullmatch(i, len(start)))]
            if wrong:
                said = f"{table.name}.{table.key[0]}: {len(wrong)} are not {start}<number>, as {min(wrong)!r}"
                yield Breach("id", said, document_id)
    for c in declared["issues"].columns if "issues" in tables else ():
        if c.described.vocabulary:
            found = set(pc.unique(tables["issues"][c.name]).to_pylist()) - {*c.described.vocabulary}
            if found:
                yield Breach("vocabulary", strange("issues", c.name, found), document_id)
