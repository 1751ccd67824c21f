"""Entities that need not be resolved again: what they were resolved from is as it was in the last release.

Most changes of a page (a status, a date, another sentence) touch none of the names on it, nor what it cites. Then the
tables of entities stay, and only the rows of documents that were read again get their entities.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from osint_ingest.entities.sites import Outside
from osint_ingest.entities.uses import GAZETTEER
from osint_ingest.release.asking import asking
from osint_ingest.release.assemble import owner
from osint_ingest.release.entities import entities_at, naming_tables, replaced
from osint_ingest.release.files import TableFiles
from osint_ingest.release.resolving import COLUMNS, OF_NOTES, OF_TEXT
from osint_ingest.tables import Table

RowsOf = Callable[[str], pa.Table]
"""The rows of a table that belong to some documents, in the order of a release."""
_BY_NAME = ["document_id", "label", "text"]


def kept_entities(
    again: Sequence[str], new: RowsOf, before: TableFiles, scratch: Path
) -> KeptEntities | None:
    """The entities of the release `before`, where a new release would have the same: of the documents that were read
    `again`, sorted, all that entities are resolved from is as it was. All other documents must have come over."""

    def old(name: str) -> pa.Table:
        return before.of_documents(name, again)

    if not all(one.equals(other) for one, other in zip(_read(new), _read(old), strict=True)):
        return None
    return KeptEntities(again, new("mentions"), old("mentions"), scratch)


class KeptEntities:
    """Gives rows of documents that were read again the entities that they had."""

    def __init__(self, again: Sequence[str], mentions: pa.Table, before: pa.Table, scratch: Path) -> None:
        """`mentions` of these documents, and those that they had `before`."""
        told = zip(*(before[name].to_pylist() for name in (*_BY_NAME, "entity_id")), strict=True)
        # within a document a text and its label are one thing, wherever they stand
        known = {tuple(name): entity for *name, entity in told}
        names = zip(*(mentions[name].to_pylist() for name in _BY_NAME), strict=True)
        self._mentions = replaced(
            mentions, "entity_id", pa.array([known[name] for name in names], pa.string())
        )
        self._again = pa.array(again, pa.string())
        self._scratch = scratch

    def named(self, table: Table, parts: Iterable[pa.Table]) -> Iterator[pa.Table]:
        """The parts of a table of documents, with the entities that its rows name."""
        naming = {t.name for t in naming_tables()}
        for part in parts:
            here = (
                table.name in naming and pc.any(pc.is_in(owner(table, part), value_set=self._again)).as_py()
            )
            yield self._filled(table, part) if here else part

    def _filled(self, table: Table, part: pa.Table) -> pa.Table:
        if table.name == "mentions":
            at = pc.index_in(part["mention_id"], value_set=self._mentions["mention_id"])
            ids = self._mentions["entity_id"].take(at)
        else:
            with asking(TableFiles(self._scratch), self._scratch, ()) as db:
                db.register("mentions", self._mentions)
                ids = entities_at(db, part)
        return replaced(part, "entity_id", pc.coalesce(ids, part["entity_id"]))


def _read(of: RowsOf) -> Iterator[pa.Table]:
    """All that the resolution reads of some documents (see `resolving`), what is most likely to differ first. Where a
    name stands matters only where something is cited or said of it."""
    mentions = of("mentions")
    listed = pc.equal(mentions["method"], GAZETTEER)
    yield (
        mentions.select(_BY_NAME)
        .append_column("listed", listed)
        .group_by(_BY_NAME)
        .aggregate([("listed", "max"), ("listed", "count")])
        .sort_by([(name, "ascending") for name in _BY_NAME])
    )
    documents, links = of("documents").select(COLUMNS["documents"]), of("links")
    refs, pairs = (of(name).select(COLUMNS[name]) for name in ("footnote_refs", "name_pairs"))
    outside = Outside(documents).of(links).select(OF_TEXT)
    yield from (documents, refs, pairs, outside)
    yield links.filter(pc.is_valid(links["footnote_id"])).select(OF_NOTES)
    cited_in = pa.chunked_array([*refs["passage_id"].chunks, *outside["passage_id"].chunks], pa.string())
    passages = of("passages")
    yield passages.filter(pc.is_in(passages["passage_id"], value_set=cited_in)).select(["passage_id", "text"])
    tied = pa.chunked_array(
        [*pairs["first_mention_id"].chunks, *pairs["second_mention_id"].chunks], pa.string()
    )
    asked = pc.or_(
        pc.is_in(mentions["mention_id"], value_set=tied), pc.is_in(mentions["passage_id"], value_set=cited_in)
    )
    yield mentions.filter(asked).select(COLUMNS["mentions"])
