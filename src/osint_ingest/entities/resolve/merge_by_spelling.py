"""Names that are one: a document says so, they read alike, one is the acronym of the other, a person looked at them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pyarrow as pa

from osint_ingest.entities.acronyms import abbreviates
from osint_ingest.entities.lexicon import grammar
from osint_ingest.entities.naming import normal, wellknown, wording
from osint_ingest.entities.resolve.clusters import Clusters, ReviewedPairs
from osint_ingest.entities.resolve.scopes import ALONE, Scopes
from osint_ingest.entities.resolve.uses import Asked, Name, Uses

SHORT = 6
"""Letters up to which a single word may be an acronym of several things."""


@dataclass(frozen=True, slots=True)
class SpellingPair:
    """Two names that a document ties, as nodes. `ids` are its document and the two mentions, `text` is the second as
    printed."""

    ids: tuple[str, str, str]
    first: int
    second: int
    text: str
    kind: str
    rule: str
    passage_id: str


def stated_pairs(name_pairs: pa.Table, asked: Mapping[str, Asked], uses: Uses) -> list[SpellingPair]:
    """The rows of `name_pairs` whose mentions are there."""
    told = ("document_id", "first_mention_id", "second_mention_id", "kind", "rule")
    out = []
    for document, one, other, kind, rule in zip(*(name_pairs[c].to_pylist() for c in told), strict=True):
        first, second = asked.get(one), asked.get(other)
        if first is not None and second is not None:
            left, right = (int(uses.of_mention[m.number]) for m in (first, second))
            ids = document, one, other
            out.append(SpellingPair(ids, left, right, second.text, kind, rule, first.passage_id))
    return out


def merge_stated(clusters: Clusters, uses: Uses, pairs: Iterable[SpellingPair]) -> None:
    """Merges names of one label that a document ties."""
    for pair in sorted(pairs, key=lambda p: p.ids):
        one, other = uses.name_of(pair.first), uses.name_of(pair.second)
        if one.label == other.label and (pair.kind != "acronym" or _can_stand_for(pair.text, one)):
            _, first, second = pair.ids
            evidence = f"{first} and {second} stand side by side"
            clusters.merge(pair.first, pair.second, f"stated:{pair.rule}", evidence, pair.passage_id)


def _can_stand_for(acronym: str, long: Name) -> bool:
    """Not where the acronym is known as something else, says of an act whose it is, or is all of a part of the name:
    `Regulation (EC)`, `Convention of the Union of Tarve (UT)`."""
    known = wellknown().get(normal(acronym))
    if known is not None and known != long.label:
        return False
    if long.label != "LAW":
        return True
    words, small = long.key.split(), grammar().words["small"]
    tails = (
        " ".join(words[at:])
        for at in range(1, len(words))
        if words[at - 1] in small and words[at] not in small
    )
    return normal(acronym) not in wording().union_initials and not any(
        abbreviates(acronym, tail) for tail in tails
    )


def merge_equal(clusters: Clusters, uses: Uses, found: Scopes) -> None:
    """Merges one name in several documents of its scope. Acronyms wait: they are tied by country and long name."""
    long = frozenset(n for n, name in enumerate(uses.names) if " " in name.key)
    nodes = np.flatnonzero(found.of_node != ALONE)
    nodes = nodes[np.lexsort((found.of_node[nodes], uses.name[nodes]))]
    new = (np.diff(uses.name[nodes], prepend=-1) != 0) | (np.diff(found.of_node[nodes], prepend=-1) != 0)
    for start, end in pairwise([*np.flatnonzero(new).tolist(), len(nodes)]):
        if end - start < 2:
            continue
        first, *others = nodes[start:end].tolist()
        name = uses.name_of(first).key
        evidence = f"both read {name!r}, which means one thing {found.told[found.of_node[first]]}"
        short = " " not in name and len(name) <= SHORT
        for other in others:
            if not short or _agree(clusters.names(first) & long, clusters.names(other) & long):
                clusters.merge(first, other, "same name", evidence)


def _agree(one: frozenset[int], other: frozenset[int]) -> bool:
    """Two uses of an acronym agree unless the documents spell it out differently."""
    return not one or not other or bool(one & other)


def merge_acronyms(
    clusters: Clusters, uses: Uses, pairs: Iterable[SpellingPair], countries: Sequence[str | None]
) -> None:
    """An acronym alone in one document, spelled out in just one way in others of its country. `countries` are those
    of `uses.documents`."""
    spelled: dict[tuple[int, str], set[int]] = defaultdict(set)
    for pair in pairs:
        country = countries[uses.document[pair.second]]
        if pair.kind == "acronym" and country is not None:
            spelled[int(uses.name[pair.second]), country].add(pair.second)
    roots = clusters.roots()
    spelled_out = np.isin(uses.name, sorted({name for name, _ in spelled}))
    alone = [n for n in np.unique(roots[spelled_out]).tolist() if len(clusters.names(n)) == 1]
    for node in alone:
        country = countries[uses.document[node]]
        longs = spelled.get((int(uses.name[node]), country), set()) if country is not None else set()
        if len({clusters.root(n) for n in longs}) == 1:
            key = uses.name_of(node).key
            evidence = f"{key!r} is spelled out in one way in {country}"
            clusters.merge(min(longs), node, "acronym with country", evidence)


def merge_reviewed(
    clusters: Clusters, uses: Uses, reviewed: ReviewedPairs, countries: Sequence[str | None]
) -> None:
    """Merges what a person reviewed as the same. `countries` are those of `uses.documents`."""
    number = {name: n for n, name in enumerate(uses.names)}
    wanted = {Name(label, key) for label, _, *keys in reviewed.same for key in keys} & number.keys()
    nodes_of = {name: np.flatnonzero(uses.name == number[name]).tolist() for name in wanted}
    for label, country, one, other in sorted(reviewed.same, key=str):
        nodes = sorted(
            n
            for key in (one, other)
            for n in nodes_of.get(Name(label, key), ())
            if country is None or countries[uses.document[n]] == country
        )
        for node in nodes[1:]:
            line = reviewed.lines.get((label, one, other))
            if line is None:
                clusters.merge(nodes[0], node, "reviewed", "a person looked at these names")
            else:
                clusters.merge(nodes[0], node, "judgement", f"line {line} of judgements.csv")
