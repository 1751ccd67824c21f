"""Names that came to documents or went from them and have to do with no other name of the release: an entity more or
less each, and all others as they were.

Whatever ties names (see `entities.resolution`) is looked at; where anything could tie one of these to another, there is
no saying what follows, and all names are to be resolved.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from osint_ingest.entities import resolve
from osint_ingest.entities.clusters import reviewed_pairs
from osint_ingest.entities.kindred import SHORT_FORMS
from osint_ingest.entities.naming import key
from osint_ingest.entities.scopes import places_of
from osint_ingest.entities.similar import is_compared, similar_pairs
from osint_ingest.entities.uses import Name
from osint_ingest.release.files import TableFiles
from osint_ingest.release.resolving import COLUMNS, OF_NOTES, OF_TEXT
from osint_ingest.tables import declared_tables

CALLED = ["document_id", "label", "text"]
Called = tuple[str, str, str]
"""A document, a label, and a name as printed there."""
Node = tuple[str, Name]
"""A document and a name in it (see `uses.Uses`)."""
MOST = 100
"""Names that are looked at; of more, some have to do with others."""
_MARK = "-[0-9a-f]{6}$"
"""How the id of an entity ends where another has the same (see `profile_store`)."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """Names resolved for themselves: the rows of their entities, those of the entities' names, and whose each is."""

    entities: pa.Table
    names: pa.Table
    known: dict[Called, str]

    @property
    def ids(self) -> pa.ChunkedArray:
        """The ids of the entities."""
        return self.entities["entity_id"]


@dataclass(frozen=True, slots=True)
class Apart:
    """What came and what went."""

    came: Resolved
    went: Resolved

    def applied(self, table: str, parts: Iterable[pa.Table]) -> Iterator[pa.Table]:
        """`entities` or `entity_names`, in parts, with what came and without what went."""
        waiting = (self.came.entities if table == "entities" else self.came.names).sort_by("entity_id")
        gone = pc.unique(self.went.ids)
        for part in parts:
            here = pc.sum(pc.less(waiting["entity_id"], pc.max(part["entity_id"]))).as_py() or 0
            rows = pa.concat_tables([part, waiting.slice(0, here)]).sort_by("entity_id") if here else part
            waiting = waiting.slice(here)
            yield rows.filter(pc.invert(pc.is_in(rows["entity_id"], value_set=gone)))
        yield waiting


def names_apart(
    came: Collection[Called], went: Collection[Called], now: pa.Table, then: pa.Table, before: TableFiles
) -> Apart | None:
    """What follows from names that `came` and `went`; None where they have to do with others.

    `now` and `then` are the mentions of their documents in the new release and in the one `before`. What else is known
    of these documents is the same, and they have no notes: else a site that one cites could be called by such a name.
    """
    if len(came) + len(went) > MOST:
        return None
    documents = before.table("documents", COLUMNS["documents"])
    new, old = _resolved(documents, now, came), _resolved(documents, then, went)
    if new is None or old is None:
        return None
    nodes, left = _nodes(came), _nodes(went)
    there = nodes | left | _nodes(called(now))
    tied = (
        any(_is_reviewed(name) for _, name in nodes | left)
        or any(_is_short_form(*node, there) for node in nodes | left)
        or _is_similar(nodes, left, documents, before)
        or not _is_alone(new, old, {name for _, name in nodes | left}, before)
    )
    return None if tied else Apart(new, old)


def _nodes(names: Iterable[Called]) -> set[Node]:
    return {(document, Name(label, key(label, text))) for document, label, text in names}


def called(mentions: pa.Table) -> list[Called]:
    """What each mention calls something."""
    return list(zip(*(mentions[c].to_pylist() for c in CALLED), strict=True))


def _resolved(documents: pa.Table, mentions: pa.Table, wanted: Collection[Called]) -> Resolved | None:
    """Names resolved as if there were no others; None where they have to do with each other."""
    rows = mentions.filter(pa.array([name in wanted for name in called(mentions)], pa.bool_()))
    its = pc.is_in(documents["document_id"], value_set=pc.unique(rows["document_id"]))

    def empty(name: str, columns: list[str]) -> pa.Table:
        return declared_tables()[name].schema.empty_table().select(columns)

    found = resolve(
        documents=documents.filter(its),
        passages=empty("passages", ["passage_id", "text"]),
        mentions=rows.select(COLUMNS["mentions"]),
        name_pairs=empty("name_pairs", COLUMNS["name_pairs"]),
        footnote_refs=empty("footnote_refs", COLUMNS["footnote_refs"]),
        links=empty("links", [*OF_NOTES, *OF_TEXT]),
    )
    # with one id they are marked: an entity of that id could be among others
    marked = pc.match_substring_regex(found.entities["entity_id"], pattern=_MARK)
    if len(found.name_merges) or pc.any(marked).as_py():
        return None
    tables = [
        table.cast(declared_tables()[name].schema)
        for name, table in (("entities", found.entities), ("entity_names", found.entity_names))
    ]
    known = dict(zip(called(rows), found.mention_entities, strict=True))
    return Resolved(tables[0], tables[1], known)


def _is_alone(new: Resolved, old: Resolved, names: Collection[Name], before: TableFiles) -> bool:
    """Are the entities of what went only its own, and has nothing else the names or the ids of what came?"""
    came, went = pc.unique(new.ids), pc.unique(old.ids)
    of_one_document = of_one_name = 0
    for part in before.parts("entities", ["entity_id", "document_count"]):
        ids = part["entity_id"]
        unmarked = pc.replace_substring_regex(ids, pattern=_MARK, replacement="")
        if pc.any(pc.or_(pc.is_in(ids, value_set=came), pc.is_in(unmarked, value_set=came))).as_py():
            return False
        its = part["document_count"].filter(pc.is_in(ids, value_set=went))
        of_one_document += its.to_pylist().count(1)
    for part in before.parts("entity_names", ["entity_id", "name"]):
        its = pc.is_in(part["entity_id"], value_set=went)
        of_one_name += its.to_pylist().count(True)
        others = part.filter(pc.invert(its))
        for label in {name.label for name in names}:
            texts = others["name"].filter(pc.starts_with(others["entity_id"], f"{label.lower()}-"))
            if any(Name(label, key(label, text)) in names for text in texts.to_pylist()):
                return False
    return len(went) == of_one_document == of_one_name


def _is_reviewed(name: Name) -> bool:
    """Has a person looked at it beside another?"""
    reviewed = reviewed_pairs()
    return any(
        label == name.label and name.key in keys for label, *keys in (*reviewed.same, *reviewed.different)
    )


def _is_short_form(document: str, name: Name, nodes: Collection[Node]) -> bool:
    """Does its document have a name that begins with it, or that it begins with?"""
    if name.label not in SHORT_FORMS:
        return False
    others = (n.key for d, n in nodes if d == document and n.label == name.label and n != name)
    return any(other.startswith(name.key) or name.key.startswith(other) for other in others)


def _is_similar(
    came: Collection[Node], went: Collection[Node], documents: pa.Table, before: TableFiles
) -> bool:
    """Are other names nearly equal in a country than without these? A name also parts those that it stands between."""
    places = places_of(documents)
    for label, country in {(n.label, places[d].country) for d, n in (*came, *went) if is_compared(n)}:
        if country is None:
            continue
        there = sorted(document for document, place in places.items() if place.country == country)
        texts: set[str] = set()
        for part in before.parts_of("mentions", there, CALLED):
            texts.update(pc.unique(part["text"].filter(pc.equal(part["label"], label))).to_pylist())
        keys = {k for k in (key(label, text) for text in texts) if is_compared(Name(label, k))}
        gone, new = (
            {n.key for d, n in of if n.label == label and is_compared(n) and d in there}
            for of in (went, came)
        )
        # in their order: of three names that are one, it is the first two pairs that are told
        if list(similar_pairs(keys)) != list(similar_pairs((keys - gone) | new)):
            return True
    return False
