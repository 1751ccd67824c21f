"""Entities that need not be resolved again: what they were resolved from is as it was in the last release.

Most changes of a page (a status, a date, another sentence) bring no name and take none away, nor change what it cites.
Then the tables of entities stay but for how often each is mentioned, and only the rows of documents that were read
again get their entities.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
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
_COUNT = "listed_count"


def kept_entities(
    again: Sequence[str], new: RowsOf, before: TableFiles, scratch: Path
) -> KeptEntities | None:
    """The entities of the release `before`, where a new release would have the same but for how often they are
    mentioned: of the documents that were read `again`, sorted, all that entities are resolved from is as it was. All
    other documents must have come over."""

    def old(name: str) -> pa.Table:
        return before.of_documents(name, again)

    names, had = _names(new("mentions")), _names(old("mentions"))
    if not names.drop(_COUNT).equals(had.drop(_COUNT)):
        return None
    if not all(one.equals(other) for one, other in zip(_read(new), _read(old), strict=True)):
        return None
    kept = KeptEntities(again, new("mentions"), old("mentions"), scratch)
    kept.count(names.append_column("more", pc.subtract(names[_COUNT], had[_COUNT])))
    # of several names the most frequent can be an entity's own, and with it its id
    return kept if kept.moved.keys() <= _of_one_name(before, kept.moved) else None


class KeptEntities:
    """Gives rows of documents that were read again the entities that they had. `moved`: how many mentions more or less
    entities have now."""

    def __init__(self, again: Sequence[str], mentions: pa.Table, before: pa.Table, scratch: Path) -> None:
        """`mentions` of these documents, and those that they had `before`."""
        told = zip(*(before[name].to_pylist() for name in (*_BY_NAME, "entity_id")), strict=True)
        # within a document a text and its label are one thing, wherever they stand
        self._known = {tuple(name): entity for *name, entity in told}
        self._mentions = replaced(mentions, "entity_id", pa.array(self._of(mentions), pa.string()))
        self._again = pa.array(again, pa.string())
        self._scratch = scratch
        self.moved: Counter[str] = Counter()

    def count(self, names: pa.Table) -> None:
        """Takes names of documents with how many mentions `more` each has."""
        for entity, more in zip(self._of(names), names["more"].to_pylist(), strict=True):
            if more:
                self.moved[entity] += more

    def counted(self, entities: Iterable[pa.Table]) -> Iterator[pa.Table]:
        """The parts of `entities`, with as many mentions as there are now."""
        ids = pa.array(list(self.moved), pa.string())
        more = pa.array(self.moved.values(), pa.int64())
        for part in entities:
            moved = pc.fill_null(more.take(pc.index_in(part["entity_id"].combine_chunks(), value_set=ids)), 0)
            yield replaced(part, "mention_count", pc.add(part["mention_count"], moved))

    def _of(self, names: pa.Table) -> list[str]:
        """The entity of each name of a document."""
        return [self._known[name] for name in zip(*(names[c].to_pylist() for c in _BY_NAME), strict=True)]

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


def _of_one_name(before: TableFiles, entities: Collection[str]) -> set[str]:
    """Those of some entities that have a single name."""
    if not entities:
        return set()
    ids = before.table("entity_names", ["entity_id"])["entity_id"]
    counts = ids.filter(pc.is_in(ids, value_set=pa.array(sorted(entities), pa.string()))).value_counts()
    return {told["values"] for told in counts.to_pylist() if told["counts"] == 1}


def _names(mentions: pa.Table) -> pa.Table:
    """The names of documents, in order: how often they stand there, and whether a gazetteer has them."""
    listed = pc.equal(mentions["method"], GAZETTEER)
    return (
        mentions.select(_BY_NAME)
        .append_column("listed", listed)
        .group_by(_BY_NAME)
        .aggregate([("listed", "max"), ("listed", "count")])
        .sort_by([(name, "ascending") for name in _BY_NAME])
    )


def _read(of: RowsOf) -> Iterator[pa.Table]:
    """What the resolution reads of some documents beside their names (see `resolving`). Where a name stands matters
    only where something is cited or said of it."""
    mentions = of("mentions")
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
