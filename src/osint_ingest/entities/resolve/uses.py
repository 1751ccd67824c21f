"""The names of a release and where they are used: a *node* is a name in a document, with all its mentions there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from sys import intern
from typing import NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from osint_ingest.entities.naming import FOUNDING, key

GAZETTEER = "gazetteer"
"""Method of a mention whose name stands in a list of ours."""
_PRINTED = ["document_id", "label", "text"]
_STANDING = ["passage_id", "char_end", "char_start", "text", "label", "mention_id", "document_id"]


class Name(NamedTuple):
    """What names of one thing share (see `naming.key`), with their label."""

    label: str
    key: str


class Standing(NamedTuple):
    """A mention in its passage; mentions sort by their end."""

    end: int
    start: int
    text: str
    node: int
    label: str
    passage_id: str


@dataclass(frozen=True)
class Uses:
    """Who is named where. Nodes are numbered in the order of document, label, key."""

    names: Sequence[Name]
    """Sorted."""
    document: Sequence[str]
    """Of each node."""
    name: Sequence[int]
    """Of each node: a number of `names`."""
    listed: Sequence[bool]
    """Of each node: does a gazetteer have it?"""
    printed: pd.DataFrame
    """A row for each text of a node as printed: `node`, `text`, `count` (mentions). Sorted."""

    def __len__(self) -> int:
        """How many nodes there are."""
        return len(self.name)

    @cached_property
    def number(self) -> Mapping[Name, int]:
        """The number of each name."""
        return {name: n for n, name in enumerate(self.names)}

    @cached_property
    def _node(self) -> Mapping[tuple[str, int], int]:
        return {place: n for n, place in enumerate(zip(self.document, self.name, strict=True))}

    def name_of(self, node: int) -> Name:
        """Return the name of a node."""
        return self.names[self.name[node]]

    def rows_printed(self) -> Iterator[tuple[int, str, int]]:
        """Node, text and number of mentions of each row of `printed`."""
        return zip(*(self.printed[column].tolist() for column in ("node", "text", "count")), strict=True)

    def nodes_of(self, mentions: pa.Table) -> list[int | None]:
        """The node of each row, by its document, label and text; None for those that name no entity."""
        rows = zip(*(mentions[column].to_pylist() for column in _PRINTED), strict=True)

        @cache
        def number(label: str | None, text: str) -> int:
            return -1 if label is None else self.number.get(Name(label, key(label, text)), -1)

        return [self._node.get((document, number(label, text))) for document, label, text in rows]


class Mentions:
    """The mentions of a release, taken a part at a time: what they name, and those that are asked for."""

    def __init__(
        self,
        parts: Iterable[pa.Table],
        pairs: Sequence[tuple[str, str]] = (),
        passages: Iterable[str | None] = (),
        judged: Collection[Name] = (),
    ) -> None:
        """`parts` have the columns `mention_id`, `document_id`, `passage_id`, `char_start`, `char_end`, `text`, `label`
        (null for what is no name), `method` and `score`. `pairs` are ids of mentions of two names of one thing: if one
        of them is sure, both are. Mentions of `passages` are asked for. `judged` are names whatever their scores.
        """
        ids = pa.array({mention for pair in pairs for mention in pair}, pa.string())
        wanted = pa.array(set(passages) - {None}, pa.string())
        counted, asked = [], []
        for part in parts:
            named = part.filter(pc.is_valid(part["label"]))
            counted.append(_counted(named))
            is_asked = pc.or_(
                pc.is_in(named["passage_id"], value_set=wanted), pc.is_in(named["mention_id"], value_set=ids)
            )
            asked.append(named.filter(is_asked).select(_STANDING))
        standing = pa.concat_tables(asked) if asked else None
        text_of = {} if standing is None else _by_id(standing)
        tied = [(text_of[one], text_of[other]) for one, other in pairs if one in text_of and other in text_of]
        self.uses = _uses(counted, tied, judged)
        self.by_id: dict[str, Standing] = {}
        self.in_passage: dict[str, list[Standing]] = defaultdict(list)
        """Those of the passages that were asked for, in their order."""
        if standing is not None:
            self._stand(standing)

    def _stand(self, rows: pa.Table) -> None:
        columns = rows.drop_columns(["document_id"]).to_pydict().values()
        nodes = self.uses.nodes_of(rows)
        for node, passage, end, start, text, label, mention in zip(nodes, *columns, strict=True):
            if node is not None:
                self.by_id[mention] = standing = Standing(end, start, text, node, label, passage)
                self.in_passage[passage].append(standing)
        for found in self.in_passage.values():
            found.sort()


def _by_id(rows: pa.Table) -> dict[str, Name]:
    columns = (rows[column].to_pylist() for column in ("mention_id", "label", "text"))
    return {mention: Name(label, key(label, text)) for mention, label, text in zip(*columns, strict=True)}


def _counted(part: pa.Table) -> pa.Table:
    """Each printed name of a document once, with its mentions, whether a list has it, and its best score."""
    part = part.append_column("listed", pc.equal(part["method"], GAZETTEER))
    grouped = part.group_by(_PRINTED).aggregate([("text", "count"), ("listed", "any"), ("score", "max")])
    return grouped.select([*_PRINTED, "text_count", "listed_any", "score_max"])


def _uses(parts: Sequence[pa.Table], tied: Iterable[tuple[Name, Name]], judged: Collection[Name]) -> Uses:
    """Who is named where, but for names of which no mention is sure."""
    columns = ["document_id", "label", "text", "count", "listed", "score"]
    rows = (
        pa.concat_tables(parts).rename_columns(columns).to_pandas()
        if parts
        else pd.DataFrame(columns=columns)
    )
    labels, texts, scores = (rows[column].tolist() for column in ("label", "text", "score"))
    named = [Name(label, key(label, text)) for label, text in zip(labels, texts, strict=True)]
    sure = {*judged, *(n for n, score in zip(named, scores, strict=True) if score >= FOUNDING)}
    pairs = list(tied)
    while more := {n for pair in pairs for n in pair if not sure.isdisjoint(pair)} - sure:
        sure |= more
    names = sorted(sure.intersection(named))
    number = {name: n for n, name in enumerate(names)}
    rows["name"] = [number.get(name, -1) for name in named]
    rows = rows[rows["name"] >= 0]
    node = rows.groupby(["document_id", "name"])
    nodes = node.agg(listed=("listed", "any")).reset_index()
    # a document that came in two parts has a text twice
    printed = rows.assign(node=node.ngroup()).groupby(["node", "text"])["count"].sum().reset_index()
    document = list(map(intern, nodes["document_id"].tolist()))
    return Uses(names, document, nodes["name"].tolist(), nodes["listed"].tolist(), printed)


def text_columns(*names: str) -> dict[str, pa.DataType]:
    """The columns of a table that hold text."""
    return dict.fromkeys(names, pa.string())


def table_of(rows: Sequence[Sequence[object]], columns: Mapping[str, pa.DataType]) -> pa.Table:
    """A table of these rows."""
    values = zip(*rows, strict=True) if rows else [()] * len(columns)
    return pa.table({name: pa.array(v, t) for (name, t), v in zip(columns.items(), values, strict=True)})
