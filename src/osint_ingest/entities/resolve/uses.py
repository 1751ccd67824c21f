"""The names of a release and where they are used: a *node* is a name in a document, with all its mentions there.

Columns are numbers, since a release has millions of rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from osint_ingest.entities.naming import FOUNDING, key

Numbers: TypeAlias = npt.NDArray[np.int64]

GAZETTEER = "gazetteer"
"""Method of a mention whose name stands in a list of ours."""
_PRINTED = ["document_id", "label", "text"]
_STANDING = ["passage_id", "char_end", "char_start", "text", "label", "mention_id", "document_id"]
_NONE = pa.schema(
    dict.fromkeys((*_STANDING, "method"), pa.string())
    | {"char_start": pa.int64(), "char_end": pa.int64(), "score": pa.float64()}
).empty_table()
"""No mentions."""


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
class Printed:
    """A row for each text of a group (a node, a cluster), sorted by group and text."""

    group: Numbers
    text: Numbers
    """A number of `texts`."""
    count: Numbers
    """How many mentions have it."""
    texts: Sequence[str]
    """Sorted."""

    @classmethod
    def counted(cls, group: Numbers, text: Numbers, count: Numbers, texts: Sequence[str]) -> Printed:
        """The columns in any order, with a text of a group as often as it comes."""
        places, at = np.unique(group * len(texts) + text, return_inverse=True)
        counts = np.bincount(at, count, len(places)).astype(np.int64)
        return cls(*np.divmod(places, max(1, len(texts))), counts, texts)

    def grouped(self, group_of: Numbers) -> Printed:
        """The same texts in larger groups; `group_of` is the new one of each."""
        return Printed.counted(group_of[self.group], self.text, self.count, self.texts)

    def rows(self) -> Iterator[tuple[int, str, int]]:
        """Group, text and number of mentions of each row."""
        texts = (self.texts[number] for number in self.text.tolist())
        return zip(self.group.tolist(), texts, self.count.tolist(), strict=True)

    def by_group(self) -> Iterator[dict[str, int]]:
        """The texts of each group with their numbers of mentions."""
        for _, rows in groupby(self.rows(), key=itemgetter(0)):
            yield {text: count for _, text, count in rows}


@dataclass(frozen=True)
class Uses:
    """Who is named where. Nodes are numbered in the order of document, label, key."""

    names: Sequence[Name]
    """Sorted."""
    documents: Sequence[str]
    """Sorted."""
    places: Numbers
    """Of each node: the number of its document times that of names, and the number of its name. Sorted."""
    listed: Sequence[bool]
    """Of each node: does a gazetteer have it?"""
    printed: Printed
    """The texts of each node."""
    number_of: dict[tuple[str, str], int]
    """The number of a name by its label and its text as printed, -1 for none; texts are added as they are asked for."""

    def __len__(self) -> int:
        """How many nodes there are."""
        return len(self.places)

    @cached_property
    def name(self) -> Sequence[int]:
        """Of each node: a number of `names`."""
        numbers: list[int] = (self.places % max(1, len(self.names))).tolist()
        return numbers

    @cached_property
    def document(self) -> Sequence[str]:
        """Of each node."""
        return [self.documents[n] for n in (self.places // max(1, len(self.names))).tolist()]

    @cached_property
    def number(self) -> Mapping[Name, int]:
        """The number of each name."""
        return {name: n for n, name in enumerate(self.names)}

    def name_of(self, node: int) -> Name:
        """Return the name of a node."""
        return self.names[self.name[node]]

    def nodes_of(self, mentions: pa.Table) -> Numbers:
        """The node of each row, by its document, label and text; -1 for those that name no entity."""
        row, printed = _printed_names(mentions)
        for told in printed:
            if told not in self.number_of:
                self.number_of[told] = self.number.get(_name(told), -1)
        name = np.array([*map(self.number_of.__getitem__, printed), -1])[row]
        documents = pa.array(self.documents, pa.string())
        document = pc.fill_null(pc.index_in(mentions["document_id"], value_set=documents), -1).to_numpy()
        place = document.astype(np.int64) * len(self.names) + name
        node = np.searchsorted(self.places, place)
        is_one = (name >= 0) & (document >= 0) & (np.append(self.places, -1)[node] == place)
        return np.where(is_one, node, -1)


def _printed_names(rows: pa.Table) -> tuple[Numbers, list[tuple[str, str]]]:
    """The labels and texts of rows, each pair once, and the number of each row's pair: -1 where it has no label."""
    (label, labels), (text, texts) = numbered(rows["label"]), numbered(rows["text"])
    pairs, row = np.unique(label * len(texts) + text, return_inverse=True)
    has_label = pairs >= 0
    found = zip(*(n.tolist() for n in np.divmod(pairs[has_label], max(1, len(texts)))), strict=True)
    row = np.where(label < 0, -1, row - np.count_nonzero(~has_label))
    return row, [(labels[label], texts[text]) for label, text in found]


def _name(printed: tuple[str, str]) -> Name:
    label, text = printed
    return Name(label, key(label, text))


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
        standing = pa.concat_tables(asked or [_NONE.select(_STANDING)])
        text_of = _by_id(standing)
        tied = [(text_of[one], text_of[other]) for one, other in pairs if one in text_of and other in text_of]
        self.uses = _uses(counted, tied, judged)
        self.by_id: dict[str, Standing] = {}
        self.in_passage: dict[str, list[Standing]] = defaultdict(list)
        """Those of the passages that were asked for, in their order."""
        self._stand(standing)

    def _stand(self, rows: pa.Table) -> None:
        columns = rows.drop_columns(["document_id"]).to_pydict().values()
        nodes = self.uses.nodes_of(rows).tolist()
        for node, passage, end, start, text, label, mention in zip(nodes, *columns, strict=True):
            if node >= 0:
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
    rows = pa.concat_tables(parts or [_counted(_NONE)])
    row, printed = _printed_names(rows)
    named = list(map(_name, printed))
    founding = np.unique(row[rows["score_max"].to_numpy() >= FOUNDING])
    sure = {*judged, *(named[number] for number in founding.tolist())}
    pairs = list(tied)
    while more := {n for pair in pairs for n in pair if not sure.isdisjoint(pair)} - sure:
        sure |= more
    names = sorted(sure.intersection(named))
    number = {name: n for n, name in enumerate(names)}
    numbers = [number.get(name, -1) for name in named]
    name = np.array([*numbers, -1], np.int64)[row]
    (document, documents), (text, texts) = numbered(rows["document_id"]), numbered(rows["text"])
    is_entity = name >= 0
    places, node = np.unique((document * len(names) + name)[is_entity], return_inverse=True)
    listed = np.zeros(len(places), bool)
    listed[node[rows["listed_any"].to_numpy()[is_entity]]] = True
    # a document that came in two parts has a text twice
    counted = Printed.counted(node, text[is_entity], rows["text_count"].to_numpy()[is_entity], texts)
    return Uses(names, documents, places, listed.tolist(), counted, dict(zip(printed, numbers, strict=True)))


def numbered(column: pa.ChunkedArray) -> tuple[Numbers, list[str]]:
    """The values of a column, sorted, and for each row the number of its value (-1 where it has none)."""
    values = pc.unique(column).drop_null().sort()
    numbers = pc.fill_null(pc.index_in(column, value_set=values), -1)
    return numbers.to_numpy().astype(np.int64), values.to_pylist()


def text_columns(*names: str) -> dict[str, pa.DataType]:
    """The columns of a table that hold text."""
    return dict.fromkeys(names, pa.string())


def table_of(rows: Sequence[Sequence[object]], columns: Mapping[str, pa.DataType]) -> pa.Table:
    """A table of these rows."""
    values = zip(*rows, strict=True) if rows else [()] * len(columns)
    return pa.table({name: pa.array(v, t) for (name, t), v in zip(columns.items(), values, strict=True)})
