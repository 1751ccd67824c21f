"""Names gathered into clusters, each merge with its reason; those that a person judged different stay apart. The merges
behind an entity as rows."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from osint_ingest.entities.resolve.uses import Name, Uses, table_of, text_columns


class Why(NamedTuple):
    """Why two names are one."""

    reason: str
    evidence: str
    passage_id: str | None = None
    """The passage that states it, where one does."""


class Merge(NamedTuple):
    """Two nodes (see `uses.Uses`) that were made one."""

    first: int
    second: int
    why: Why


class Clusters:
    """Union-find over nodes that remembers why, and never joins what was judged different.

    The node that comes first stands for its cluster; a cluster knows which names it has.
    """

    def __init__(self, uses: Uses, different: Iterable[Iterable[Name]]) -> None:
        """`different`: pairs of names that are never one."""
        self.merges: list[Merge] = []
        """In their order."""
        self._parent = list(range(len(uses)))
        self._name = uses.name
        self._names: dict[int, frozenset[int]] = {}
        """Names by root, where they are more than the root's own."""
        self._apart = _kept_apart(uses, different)

    def root(self, node: int) -> int:
        """The node that stands for its cluster."""
        parent = self._parent
        while parent[node] != node:
            parent[node] = node = parent[parent[node]]
        return node

    def names(self, node: int) -> frozenset[int]:
        """The names of its cluster, as numbers of `Uses.names`."""
        root = self.root(node)
        return self._names.get(root) or frozenset((self._name[root],))

    def merge(self, first: int, second: int, why: Why) -> bool:
        """Makes two clusters one. False where they are one already or were judged different."""
        a, b = sorted((self.root(first), self.root(second)))
        if a == b:
            return False
        mine, theirs = self.names(a), self.names(b)
        if mine != theirs:
            if any(not self._apart[name].isdisjoint(theirs) for name in mine if name in self._apart):
                return False
            self._names[a] = mine | theirs
        self._names.pop(b, None)
        self._parent[b] = a
        self.merges.append(Merge(first, second, why))
        return True


class Clustered:
    """What became of the nodes: clusters, numbered in the order of their roots."""

    def __init__(self, clusters: Clusters, nodes: int) -> None:
        members: dict[int, list[int]] = {}
        roots = [clusters.root(node) for node in range(nodes)]
        for node, root in enumerate(roots):
            members.setdefault(root, []).append(node)
        self.members = list(members.values())
        """The nodes of each cluster, in order."""
        number = {root: n for n, root in enumerate(members)}
        self.of_node = np.array([number[root] for root in roots], np.int64)

    def __len__(self) -> int:
        return len(self.members)


def _kept_apart(uses: Uses, different: Iterable[Iterable[Name]]) -> dict[int, set[int]]:
    """Names that were judged different, each with those that it is different from."""
    apart: dict[int, set[int]] = defaultdict(set)
    for pair in different:
        one, other = (uses.number.get(name, -1) for name in pair)
        if min(one, other) >= 0:
            apart[one].add(other)
            apart[other].add(one)
    return apart


def name_merges(uses: Uses, merges: Sequence[Merge], entity_of: Sequence[str]) -> pa.Table:
    """The table `name_merges`: a row for each step by which two names became one.

    `entity_of` is the entity of each node. A node's spellings are told once over all documents, in the first that has
    them, against the most frequent of them.
    """
    usual = _usual(uses)
    rows = [
        (entity_of[one], usual[one], uses.document[one], usual[other], uses.document[other], *why)
        for one, other, why in merges
    ]
    spelled = set()
    for node, text, _ in uses.printed.rows():
        mark = entity_of[node], usual[node], text
        if text != usual[node] and mark not in spelled:
            spelled.add(mark)
            document = uses.document[node]
            told = f"they differ in spelling only: both read {uses.name_of(node).key!r}"
            rows.append((*mark[:2], document, text, document, "spelling", told, None))
    rows.sort(key=lambda row: row[:5])
    numbers = (n for _, some in groupby(rows, key=itemgetter(0)) for n, _ in enumerate(some, 1))
    texts = text_columns(
        "name", "document_id", "other_name", "other_document_id", "reason", "evidence", "stated_in"
    )
    columns = text_columns("entity_id") | {"ordinal": pa.int64()} | texts
    return table_of([(row[0], n, *row[1:]) for row, n in zip(rows, numbers, strict=True)], columns)


def _usual(uses: Uses) -> list[str]:
    """The most frequent spelling of each node; of equals the one with fewest capitals, then the first."""
    return [
        min(some, key=lambda row: (-row[2], sum(map(str.isupper, row[1])), row[1]))[1]
        for _, some in groupby(uses.printed.rows(), key=itemgetter(0))
    ]
