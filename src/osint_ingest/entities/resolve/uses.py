"""The names of a release and where they are used: each name once, all else numbers that sort as the names do."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from osint_ingest.entities.naming import FOUNDING, key

Numbers = npt.NDArray[np.int64]
Small = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]
Scores = npt.NDArray[np.float64]

GAZETTEER = "gazetteer"
"""Method of a mention whose name stands in a list of ours."""
_LABEL_BITS, _TEXT_BITS = 6, 28
"""A document, a text and a label are one number of 64 bits while they are gathered."""


class Name(NamedTuple):
    """What names of one thing share (see `naming.key`), with their label."""

    label: str
    key: str


class Asked(NamedTuple):
    """A mention that was asked for by its id: its number in the order in which mentions came."""

    number: int
    passage_id: str
    text: str


class Standing(NamedTuple):
    """A mention in its passage; mentions sort by their end. `entity` is the number of its node, as text."""

    end: int
    start: int
    text: str
    entity: str
    label: str


@dataclass(frozen=True, slots=True)
class Uses:
    """Who is named where. A *node* is a name in a document: all mentions of one label and key there. Nodes are
    numbered in the order of document, label, key; a *use* is a printed text of a node."""

    documents: list[str]
    texts: list[str]
    """Names as printed."""
    names: list[Name]
    document: Small
    """Of each node."""
    name: Small
    """Of each node."""
    listed: Flags
    """Of each node: does a gazetteer have it?"""
    use_node: Small
    use_text: Small
    use_count: Numbers
    """Mentions of each use."""
    of_mention: Small
    """The node of each mention, in the order in which mentions came; -1 for those that name no entity."""

    def __len__(self) -> int:
        """How many nodes there are."""
        return len(self.name)

    def name_of(self, node: int) -> Name:
        """Return the name of a node."""
        return self.names[int(self.name[node])]


class Gathering:
    """Takes mentions, a part at a time, and finds again those that are asked for."""

    def __init__(self, ids: pa.Array, passages: pa.Array, judged: Collection[Name] = ()) -> None:
        """`ids` of mentions, and passages whose mentions are wanted; each once. `judged` are names whatever their
        scores."""
        self._ids, self._passages, self._judged = ids, passages, frozenset(judged)
        self._document, self._label, self._text = _Numbering(), _Numbering(), _Numbering()
        self._codes: list[Numbers] = [np.empty(0, np.int64)]
        self._counts: list[Numbers] = [np.empty(0, np.int64)]
        self._listed: list[Flags] = [np.empty(0, bool)]
        self._best: list[Scores] = [np.empty(0)]
        self._of_mention: list[Small] = [np.empty(0, np.int32)]
        self._known = self._seen = 0
        self._by_id: dict[str, Asked] = {}
        self._inside: list[Numbers] = [np.empty((5, 0), np.int64)]

    def add(self, part: pa.Table) -> None:
        """Rows with the columns `mention_id`, `document_id`, `passage_id`, `char_start`, `char_end`, `text`,
        `label`, `method` and `score`."""
        document, text, label = (
            self._document.of(part["document_id"]),
            self._text.of(part["text"]),
            self._label.of(part["label"]),
        )
        code = (document << (_TEXT_BITS + _LABEL_BITS)) | (text << _LABEL_BITS) | label
        codes, of_row, counts = np.unique(code, return_inverse=True, return_counts=True)
        listed = np.zeros(len(codes), bool)
        listed[of_row[pc.equal(part["method"], GAZETTEER).to_numpy()]] = True
        best = np.zeros(len(codes))
        np.maximum.at(best, of_row, part["score"].to_numpy())
        self._codes.append(codes)
        self._best.append(best)
        self._counts.append(counts)
        self._listed.append(listed)
        self._of_mention.append((of_row + self._known).astype(np.int32))
        self._find(part, text)
        self._known += len(codes)
        self._seen += len(part)

    def _find(self, part: pa.Table, text: Numbers) -> None:
        if len(self._ids):
            at = np.flatnonzero(pc.is_in(part["mention_id"], value_set=self._ids).to_numpy())
            ids, *told = (
                part.select(["mention_id", "passage_id", "text"]).take(pa.array(at)).to_pydict().values()
            )
            asked = map(Asked, (at + self._seen).tolist(), *told)
            self._by_id.update(zip(ids, asked, strict=True))
        if len(self._passages):
            which = pc.fill_null(pc.index_in(part["passage_id"], value_set=self._passages), -1).to_numpy()
            at = np.flatnonzero(which >= 0)
            end, start = (part[column].to_numpy()[at] for column in ("char_end", "char_start"))
            self._inside.append(np.stack([which[at], end, start, text[at], at + self._seen]))

    def uses(self, pairs: Sequence[tuple[str, str]] = ()) -> Uses:
        """Who is named where, in all that was taken, but for names of which no mention is sure. `pairs` are ids of
        mentions of two names of one thing: if one of them is sure, both are."""
        codes = np.concatenate(self._codes)
        label = codes & ((1 << _LABEL_BITS) - 1)
        text = (codes >> _LABEL_BITS) & ((1 << _TEXT_BITS) - 1)
        all_names, name = self._names(text, label)
        sure = np.array([n in self._judged for n in all_names], bool)
        sure[name[np.concatenate(self._best) >= FOUNDING]] = True
        of_mention = np.concatenate(self._of_mention)
        numbers = [
            (self._by_id[one].number, self._by_id[other].number)
            for one, other in pairs
            if one in self._by_id and other in self._by_id
        ]
        tied = name[of_mention[np.array(numbers, np.int64).reshape(-1, 2)]]
        while (half := tied[sure[tied].any(axis=1) & ~sure[tied].all(axis=1)]).size:
            sure[half] = True
        place = np.cumsum(sure) - 1
        names = [n for n, founded in zip(all_names, sure.tolist(), strict=True) if founded]
        founds = sure[name]
        of_code = np.where(founds, np.cumsum(founds) - 1, -1)
        codes, text, name = codes[founds], text[founds], place[name[founds]]
        documents, texts = self._document.sorted(), self._text.sorted()
        document = documents.rank[codes >> (_TEXT_BITS + _LABEL_BITS)]
        nodes, node = np.unique(document * max(1, len(names)) + name, return_inverse=True)
        of_document, of_name = np.divmod(nodes, max(1, len(names)))
        listed = np.zeros(len(nodes), bool)
        listed[node[np.concatenate(self._listed)[founds]]] = True
        # a document that came in two parts has a use twice
        used, same = np.unique(node * max(1, len(texts.values)) + texts.rank[text], return_inverse=True)
        use_node, use_text = np.divmod(used, max(1, len(texts.values)))
        return Uses(
            documents=documents.values,
            texts=texts.values,
            names=names,
            document=of_document.astype(np.int32),
            name=of_name.astype(np.int32),
            listed=listed,
            use_node=use_node.astype(np.int32),
            use_text=use_text.astype(np.int32),
            use_count=np.bincount(same, np.concatenate(self._counts)[founds], len(used)).astype(np.int64),
            of_mention=np.append(node, -1).astype(np.int32)[of_code][of_mention],
        )

    def by_id(self) -> dict[str, Asked]:
        """The mentions that were asked for by id."""
        return self._by_id

    def standing(self, uses: Uses) -> InPassages:
        """The mentions in the passages that were asked for."""
        return InPassages(self._passages, np.concatenate(self._inside, axis=1), uses, self._text.values)

    def _names(self, text: Numbers, label: Numbers) -> tuple[list[Name], Numbers]:
        """All names, sorted, and that of each text and label."""
        pairs, of_use = np.unique((text << _LABEL_BITS) | label, return_inverse=True)
        found = []
        for code in pairs.tolist():
            said = self._label.values[code & ((1 << _LABEL_BITS) - 1)]
            found.append(Name(said, key(said, self._text.values[code >> _LABEL_BITS])))
        names = sorted(set(found))
        number = {name: n for n, name in enumerate(names)}
        return names, np.array([number[name] for name in found], np.int64)[of_use]


class InPassages:
    """The mentions of some passages."""

    def __init__(self, passages: pa.Array, rows: Numbers, uses: Uses, texts: list[str]) -> None:
        """`rows`: passage, end, start, text and number of each mention."""
        rows = rows[:, np.argsort(rows[0], kind="stable")]
        self._rows, self._uses, self._texts = rows, uses, texts
        self._begin = np.searchsorted(rows[0], np.arange(len(passages) + 1))
        self._number = {passage: n for n, passage in enumerate(passages.to_pylist())}

    def of(self, passage_id: str) -> list[Standing]:
        """Return those of one passage, sorted. Raises KeyError for a passage that was not requested."""
        number = self._number[passage_id]
        rows = self._rows[:, self._begin[number] : self._begin[number + 1]]
        uses = self._uses
        nodes = uses.of_mention[rows[4]].tolist()
        return sorted(
            Standing(end, start, self._texts[text], str(node), uses.name_of(node).label)
            for end, start, text, node in zip(*rows[1:4].tolist(), nodes, strict=True)
            if node >= 0
        )


@dataclass(frozen=True, slots=True)
class _Sorted:
    """Values in their order, and the place there of each number that one had before."""

    values: list[str]
    rank: Numbers


class _Numbering:
    """Gives each value a number, in the order in which they come."""

    def __init__(self) -> None:
        self.values: list[str] = []
        self._number: dict[str, int] = {}

    def of(self, column: pa.ChunkedArray) -> Numbers:
        """The number of each value."""
        told = column.combine_chunks().dictionary_encode()
        numbers = np.empty(len(told.dictionary), np.int64)
        for at, value in enumerate(told.dictionary.to_pylist()):
            number = self._number.get(value)
            if number is None:
                number = self._number[value] = len(self.values)
                self.values.append(value)
            numbers[at] = number
        return numbers[told.indices.to_numpy()] if len(column) else numbers

    def sorted(self) -> _Sorted:
        """The values in their order."""
        order = sorted(range(len(self.values)), key=self.values.__getitem__)
        rank = np.empty(len(order), np.int64)
        rank[order] = np.arange(len(order))
        return _Sorted([self.values[n] for n in order], rank)
