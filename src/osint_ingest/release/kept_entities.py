"""Entities that need not be resolved again: what they were resolved from is as it was in the last release.

Most changes of a page (a status, a date, another sentence) bring no name that has to do with others, and do not change
what it cites. Then the tables of entities stay but for how often each is mentioned and for those names, and only the
rows of documents that were read again get their entities.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from osint_ingest.entities.sites import Outside
from osint_ingest.entities.uses import GAZETTEER
from osint_ingest.release.asking import asking
from osint_ingest.release.entities import entities_at, naming_tables, replaced
from osint_ingest.release.files import TableFiles
from osint_ingest.release.names_apart import CALLED, Apart, Called, called, names_apart
from osint_ingest.release.resolving import COLUMNS, OF_NOTES, OF_TEXT
from osint_ingest.tables import Table
from osint_ingest.tables.contract import owner

RowsOf = Callable[[str], pa.Table]
"""The rows of a table that belong to some documents, in the order of a release."""


def kept_entities(
    again: Sequence[str], new: RowsOf, before: TableFiles, scratch: Path
) -> KeptEntities | None:
    """The entities of the release `before`, where a new release would have the same but for how often they are
    mentioned and for names that stand apart: of the documents that were read `again`, sorted, all else that entities
    are resolved from is as it was. All other documents must have come over."""

    new = cache(new)

    @cache
    def old(name: str) -> pa.Table:
        return before.of_documents(name, again)

    now, then = new("mentions"), old("mentions")
    names, had = _names(now), _names(then)
    came, went = names.keys() - had.keys(), had.keys() - names.keys()
    stayed = names.keys() & had.keys()
    if any(names[name].listed != had[name].listed for name in stayed):
        return None
    if not all(one.equals(other) for one, other in zip(_read(new), _read(old), strict=True)):
        return None
    apart = None
    if came or went:
        apart = None if _has_notes(new) else names_apart(came, went, now, then, before)
        if apart is None:
            return None
    more = {name: names[name].times - had[name].times for name in stayed}
    kept = KeptEntities(again, now, then, more, apart, scratch)
    # of several names the most frequent can be an entity's own, and with it its id
    return kept if kept.moved.keys() <= _of_one_name(before, kept.moved) else None


class KeptEntities:
    """Gives rows of documents that were read again their entities, and tables of entities what is new in them."""

    def __init__(
        self,
        again: Sequence[str],
        mentions: pa.Table,
        before: pa.Table,
        more: Mapping[Called, int],
        apart: Apart | None,
        scratch: Path,
    ) -> None:
        """`mentions` of these documents, those that they had `before`, how many `more` each name has that stayed, and
        what came and went."""
        ids = before["entity_id"].to_pylist()
        # within a document a text and its label are one thing, wherever they stand
        self._known = dict(zip(called(before), ids, strict=True)) | (apart.came.known if apart else {})
        now = pa.array([self._known[name] for name in called(mentions)], pa.string())
        self._mentions = replaced(mentions, "entity_id", now)
        self._again = pa.array(again, pa.string())
        self._apart = apart
        self._scratch = scratch
        self.moved: Counter[str] = Counter()
        """How many mentions more or less entities have now."""
        for name, mentions_more in more.items():
            if mentions_more:
                self.moved[self._known[name]] += mentions_more

    def resolved(self, name: str, before: TableFiles) -> Iterable[pa.Table] | None:
        """A table of entities in parts; None where it is as it was."""
        if name not in ("entities", "entity_names") or not (
            self._apart or (self.moved and name == "entities")
        ):
            return None
        parts = before.parts(name)
        if name == "entities":
            parts = self._counted(parts)
        return self._apart.applied(name, parts) if self._apart else parts

    def _counted(self, entities: Iterable[pa.Table]) -> Iterator[pa.Table]:
        ids = pa.array(list(self.moved), pa.string())
        more = pa.array(self.moved.values(), pa.int64())
        for part in entities:
            moved = more.take(pc.index_in(part["entity_id"].combine_chunks(), value_set=ids))
            yield replaced(part, "mention_count", pc.add(part["mention_count"], pc.fill_null(moved, 0)))

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
    wanted = pa.array(sorted(entities), pa.string())
    names: Counter[str] = Counter()
    for part in before.parts("entity_names", ["entity_id"]) if entities else ():
        ids = part["entity_id"]
        names.update(ids.filter(pc.is_in(ids, value_set=wanted)).to_pylist())
    return {entity for entity, count in names.items() if count == 1}


class _Use(NamedTuple):
    """How a document uses a name: whether a gazetteer has it, and how often."""

    listed: bool
    times: int


def _names(mentions: pa.Table) -> dict[Called, _Use]:
    """The names of documents."""
    listed = pc.equal(mentions["method"], GAZETTEER)
    uses = (
        mentions.select(CALLED)
        .append_column("listed", listed)
        .group_by(CALLED)
        .aggregate([("listed", "max"), ("listed", "count")])
    )
    told = zip(uses["listed_max"].to_pylist(), uses["listed_count"].to_pylist(), strict=True)
    return {name: _Use(*use) for name, use in zip(called(uses), told, strict=True)}


def _has_notes(of: RowsOf) -> bool:
    """Do some documents cite anything in notes?"""
    return bool(pc.any(pc.is_valid(of("links")["footnote_id"])).as_py())


def _read(of: RowsOf) -> Iterator[pa.Table]:
    """What the resolution reads of some documents beside their names (see `resolving`). Where a name stands matters
    only where something is cited or said of it."""
    mentions = of("mentions")
    documents, links = of("documents").select(COLUMNS["documents"]), of("links")
    refs, pairs = (of(name).select(COLUMNS[name]) for name in ("footnote_refs", "name_pairs"))
    outside = Outside(documents).of(links).select([*OF_NOTES, *OF_TEXT])
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
