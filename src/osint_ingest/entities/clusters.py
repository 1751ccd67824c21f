"""Names gathered into clusters, each merge with its reason; pairs that a person reviewed overrule the rules."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from osint_ingest.entities.naming import key


class Node(NamedTuple):
    """A name in a document: all mentions of one label and key there."""

    document_id: str
    label: str
    key: str


@dataclass(frozen=True, slots=True)
class Merge:
    """Why two names are one."""

    first: Node
    second: Node
    reason: str
    evidence: str
    passage_id: str | None = None
    """The passage that states it, where one does."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """Pairs of `data/reviewed.txt` (or of another file of its form): `(label, country or None, key, key)`."""

    same: tuple[tuple[str, str | None, str, str], ...] = ()
    different: frozenset[tuple[str, str, str]] = frozenset()


def read_reviewed(text: str) -> Reviewed:
    """Parses the form that `data/reviewed.txt` explains. ValueError names a line that does not fit."""
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
    return Reviewed(tuple(same), frozenset(different))


@cache
def reviewed_pairs() -> Reviewed:
    """The reviewed pairs that this package carries."""
    return read_reviewed(files(__package__).joinpath("data", "reviewed.txt").read_text(encoding="utf-8"))


class Clusters:
    """Union-find over nodes that remembers why, and never joins what was reviewed as different."""

    def __init__(self, nodes: Iterable[Node], reviewed: Reviewed) -> None:
        self._parent = {n: n for n in nodes}
        self._members: dict[Node, list[Node]] = {n: [n] for n in self._parent}
        self._different = reviewed.different
        self.merges: list[Merge] = []

    def root(self, node: Node) -> Node:
        """The node that stands for its cluster."""
        path = []
        while self._parent[node] != node:
            path.append(node)
            node = self._parent[node]
        for seen in path:
            self._parent[seen] = node
        return node

    def members(self, node: Node) -> list[Node]:
        """All nodes of its cluster."""
        return self._members[self.root(node)]

    def groups(self) -> Mapping[Node, list[Node]]:
        """All clusters by their root, in sorted order."""
        return {root: sorted(self._members[root]) for root in sorted(self._members)}

    def merge(
        self, first: Node, second: Node, reason: str, evidence: str, passage_id: str | None = None
    ) -> bool:
        """Makes two clusters one. False where they are one already or were reviewed as different."""
        a, b = sorted((self.root(first), self.root(second)))
        if a == b or self._kept_apart(a, b):
            return False
        self._parent[b] = a
        self._members[a].extend(self._members.pop(b))
        self.merges.append(Merge(first, second, reason, evidence, passage_id))
        return True

    def _kept_apart(self, a: Node, b: Node) -> bool:
        if not self._different:
            return False
        keys_a = {(n.label, n.key) for n in self._members[a]}
        keys_b = {(n.label, n.key) for n in self._members[b]}
        return any(
            ((lab, one) in keys_a and (lab, two) in keys_b) or ((lab, one) in keys_b and (lab, two) in keys_a)
            for lab, one, two in self._different
        )


def path_between(merges: Iterable[Merge], start: Iterable[Node], goal: Iterable[Node]) -> list[Merge]:
    """The shortest chain of merges from any of `start` to any of `goal`; empty where there is none."""
    near: dict[Node, list[Merge]] = {}
    for m in merges:
        near.setdefault(m.first, []).append(m)
        near.setdefault(m.second, []).append(m)
    goals = set(goal)
    came: dict[Node, Merge | None] = dict.fromkeys(start)
    queue = deque(sorted(came))
    while queue:
        node = queue.popleft()
        if node in goals:
            chain: list[Merge] = []
            step = came[node]
            while step is not None:
                chain.append(step)
                node = step.first if step.second == node else step.second
                step = came[node]
            return chain[::-1]
        for m in near.get(node, ()):
            other = m.second if m.first == node else m.first
            if other not in came:
                came[other] = m
                queue.append(other)
    return []
