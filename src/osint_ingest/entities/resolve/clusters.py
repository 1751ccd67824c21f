"""Names gathered into clusters, each merge with its reason; pairs that a person reviewed overrule the rules.
The merges behind an entity as rows."""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from osint_ingest.entities.lexicon import COMMON, DATA
from osint_ingest.entities.naming import key
from osint_ingest.entities.resolve.uses import Name, Numbers, Small, Uses


class Merge(NamedTuple):
    """Why two names are one; `first` and `second` are nodes (see `uses.Uses`)."""

    first: int
    second: int
    reason: str
    evidence: str
    passage_id: str | None = None
    """The passage that states it, where one does."""


@dataclass(frozen=True, slots=True)
class ReviewedPairs:
    """Pairs of `data/common/reviewed.txt` (or of another file of its form): `(label, country or None, key, key)`."""

    same: tuple[tuple[str, str | None, str, str], ...] = ()
    different: frozenset[tuple[str, str, str]] = frozenset()
    lines: Mapping[tuple[str, str, str], int] = field(default_factory=dict)
    """The lines of judgements, by label and keys; pairs of the package have none."""


def read_reviewed(text: str) -> ReviewedPairs:
    """Parses the form that `data/common/reviewed.txt` explains. ValueError names a line that does not fit."""
    same: list[tuple[str, str | None, str, str]] = []
    different: set[tuple[str, str, str]] = set()
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        parts = [p.strip() for p in line.split("|")]
        if len(parts) != 5 or parts[0] not in ("same", "different"):
            raise ValueError(
                f"reviewed pairs, line {number}: expected 'same | LABEL | COUNTRY | name | name', found {line!r}"
            )
        verdict, label, country, one, other = parts
        a, b = sorted((key(label, one), key(label, other)))
        if verdict == "same":
            same.append((label, None if country == "-" else country, a, b))
        else:
            different.add((label, a, b))
    return ReviewedPairs(tuple(same), frozenset(different))


@cache
def reviewed_pairs() -> ReviewedPairs:
    """The reviewed pairs that this package carries."""
    return read_reviewed(DATA.joinpath(COMMON, "reviewed.txt").read_text(encoding="utf-8"))


class Clusters:
    """Union-find over nodes that remembers why, and never joins what was reviewed as different.

    The node that comes first stands for its cluster; a cluster knows which names it has.
    """

    def __init__(self, uses: Uses, reviewed: ReviewedPairs) -> None:
        self._name = array("i", uses.name)
        self._parent = array("i", range(len(uses)))
        self._names: dict[int, frozenset[int]] = {}
        """Names by root, where they are more than the root's own."""
        self._apart = _kept_apart(uses, reviewed)
        self._first, self._second = array("i"), array("i")
        self._why: list[tuple[str, str, str | None]] = []

    @property
    def merges(self) -> Iterator[Merge]:
        """All merges, in their order."""
        for first, second, why in zip(self._first, self._second, self._why, strict=True):
            yield Merge(first, second, *why)

    def merged(self) -> tuple[Small, Small]:
        """The first and the second node of each merge."""
        return np.array(self._first, np.int32), np.array(self._second, np.int32)

    def why(self, number: int) -> tuple[str, str, str | None]:
        """Reason, evidence and passage of a merge, by its number."""
        return self._why[number]

    def root(self, node: int) -> int:
        """The node that stands for its cluster."""
        parent = self._parent
        root = node
        while parent[root] != root:
            root = parent[root]
        while parent[node] != root:
            parent[node], node = root, parent[node]
        return root

    def roots(self) -> Small:
        """The root of every node."""
        found = np.array(self._parent, np.int32)
        while True:
            above = found[found]
            if np.array_equal(above, found):
                return found
            found = above

    def names(self, node: int) -> frozenset[int]:
        """The names of its cluster, as numbers of `Uses.names`."""
        return self._names_of(self.root(node))

    def merge(
        self, first: int, second: int, reason: str, evidence: str, passage_id: str | None = None
    ) -> bool:
        """Makes two clusters one. False where they are one already or were reviewed as different."""
        a, b = self.root(first), self.root(second)
        if a == b:
            return False
        a, b = min(a, b), max(a, b)
        one_name = self._name[a] == self._name[b] and a not in self._names and b not in self._names
        if not one_name:
            mine, theirs = self._names_of(a), self._names_of(b)
            if self._apart and any(
                not self._apart[name].isdisjoint(theirs) for name in mine & self._apart.keys()
            ):
                return False
            self._names.pop(b, None)
            if mine != theirs:
                self._names[a] = mine | theirs
        self._parent[b] = a
        self._first.append(first)
        self._second.append(second)
        why = reason, evidence, passage_id
        # a name in many documents is merged for one reason: it is held once
        self._why.append(self._why[-1] if self._why and self._why[-1] == why else why)
        return True

    def _names_of(self, root: int) -> frozenset[int]:
        return self._names.get(root) or frozenset((self._name[root],))


class Clustered:
    """What became of the nodes: clusters, numbered in the order of their roots."""

    def __init__(self, clusters: Clusters) -> None:
        self.roots, of_node = np.unique(clusters.roots(), return_inverse=True)
        self.of_node: Small = of_node.astype(np.int32)
        self._order = np.argsort(self.of_node, kind="stable")
        self._begin = np.searchsorted(self.of_node[self._order], np.arange(len(self.roots) + 1))

    def __len__(self) -> int:
        return len(self.roots)

    def nodes(self, number: int) -> Numbers:
        """Return the nodes of a cluster, in order."""
        return self._order[self._begin[number] : self._begin[number + 1]]


def _kept_apart(uses: Uses, reviewed: ReviewedPairs) -> dict[int, set[int]]:
    """Names that were reviewed as different, each with those that it is different from."""
    apart: dict[int, set[int]] = {}
    if reviewed.different:
        number = {name: n for n, name in enumerate(uses.names)}
        for label, one, other in reviewed.different:
            found = number.get(Name(label, one)), number.get(Name(label, other))
            if found[0] is not None and found[1] is not None:
                apart.setdefault(found[0], set()).add(found[1])
                apart.setdefault(found[1], set()).add(found[0])
    return apart


SCHEMA = pa.schema(
    [
        pa.field("entity_id", pa.string()),
        pa.field("ordinal", pa.int64()),
        *(
            pa.field(name, pa.string())
            for name in (
                "name", "document_id", "other_name", "other_document_id", "reason", "evidence", "stated_in",
            )
        ),
    ]
)  # fmt: skip
AT_ONCE = 32 * 1024
"""Rows that are put together at a time."""


def name_merges(
    uses: Uses, clusters: Clusters, entity_of: Small, entity_ids: Sequence[str]
) -> Iterator[pa.Table]:
    """The table `name_merges`, in parts: a row for each step by which two names became one.

    `entity_of` each node is a number of `entity_ids`, which are sorted. A node's spellings are told once over all
    documents, against the most frequent of them.
    """
    usual = _usual(uses)
    first, second = clusters.merged()
    spelled = _spellings(uses, usual, entity_of)
    # one name of a document is one node: no two rows have these five
    columns = (
        np.concatenate([entity_of[first], entity_of[spelled.node]]),
        np.concatenate([usual[first], usual[spelled.node]]),
        np.concatenate([uses.document[first], uses.document[spelled.node]]),
        np.concatenate([usual[second], spelled.text]),
        np.concatenate([uses.document[second], uses.document[spelled.node]]),
    )
    order = np.lexsort(columns[::-1])
    entity = columns[0][order]
    begin = np.flatnonzero(np.diff(entity, prepend=-1))
    ordinal = np.arange(len(order)) - np.repeat(begin, np.diff(np.append(begin, len(order)))) + 1

    def why(number: int) -> tuple[str, str, str | None]:
        if number < len(first):
            reason, evidence, passage = clusters.why(number)
            return reason.partition(":")[0], evidence, passage
        node = spelled.node[number - len(first)]
        return (
            "spelling",
            f"they differ in spelling only: both read {uses.name_of(node).key!r}",
            None,
        )

    values = [pa.array(v, pa.string()) for v in (entity_ids, uses.texts, uses.documents)]
    for start in range(0, len(order), AT_ONCE):
        rows = order[start : start + AT_ONCE]
        told = [
            values[of].take(pa.array(column[rows]))
            for of, column in zip((0, 1, 2, 1, 2), columns, strict=True)
        ]
        reasons = zip(*map(why, rows.tolist()), strict=True)
        ordinals = pa.array(ordinal[start : start + AT_ONCE], pa.int64())
        yield pa.table(
            [told[0], ordinals, *told[1:], *(pa.array(c, pa.string()) for c in reasons)], schema=SCHEMA
        )


@dataclass(frozen=True, slots=True)
class _Spelled:
    """Spellings of nodes beside the usual ones."""

    node: Small
    text: Small


def _usual(uses: Uses) -> Small:
    """The most frequent spelling of each node; of equals the one with fewest capitals, then the first."""
    capitals = np.zeros(len(uses.texts), np.int64)
    several = np.bincount(uses.use_node, minlength=len(uses))[uses.use_node] > 1
    for text in np.unique(uses.use_text[several]).tolist():
        capitals[text] = sum(c.isupper() for c in uses.texts[text])
    order = np.lexsort((uses.use_text, capitals[uses.use_text], -uses.use_count, uses.use_node))
    first = np.searchsorted(uses.use_node[order], np.arange(len(uses)))
    found: Small = uses.use_text[order[first]]
    return found


def _spellings(uses: Uses, usual: Small, entity_of: Small) -> _Spelled:
    """Each other spelling once for an entity and its usual spelling, in the first document that has it."""
    others = np.flatnonzero(uses.use_text != usual[uses.use_node])
    node, text = uses.use_node[others], uses.use_text[others]
    told = np.stack([entity_of[node], usual[node], text])
    _, first = np.unique(told, axis=1, return_index=True)
    first = np.sort(first)
    return _Spelled(node[first], text[first])
