"""Nearly equal names of one country: a slip of the pen, a plural, a derived word. Only where little can go wrong."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from rapidfuzz.distance import Levenshtein
from rapidfuzz.fuzz import ratio

from osint_ingest.entities.lexicon import lexicon
from osint_ingest.entities.resolve.clusters import Clusters
from osint_ingest.entities.resolve.uses import Name, Uses

LABELS = ("ORG", "PROGRAM", "LAW", "EVENT", "SOFTWARE")
CUTOFF = 92.0
"""rapidfuzz ratio, 0 to 100, under which two names are not compared further."""
NEIGHBOURS = 6


def similar_names(clusters: Clusters, uses: Uses, countries: Sequence[str | None]) -> None:
    """Merges names of one label and country that differ by a letter or two in one or two words.

    `countries` are those of `uses.documents`.
    """
    for (_, country), by_key in sorted(_by_country(clusters, uses, countries).items()):
        for one, other, score in similar_pairs(by_key):
            evidence = f"{score:.0f} of 100 alike, both in {country}"
            clusters.merge(by_key[one], by_key[other], "nearly the same name", evidence)


def is_compared(name: Name) -> bool:
    """Is it compared with others of its label and country? Names of one or two words are not."""
    return name.label in LABELS and name.key.count(" ") >= 2


def similar_pairs(keys: Iterable[str]) -> Iterator[tuple[str, str, float]]:
    """The normalised names of one label and country that are nearly equal, and how alike they are, from 0 to 100. Each
    is compared with its NEIGHBOURS, from its start and from its end."""
    known = sorted(keys)
    for order in (known, sorted(known, key=lambda k: k[::-1])):
        for at, one in enumerate(order):
            for other in order[at + 1 : at + 1 + NEIGHBOURS]:
                score = ratio(one, other, score_cutoff=CUTOFF)
                if score and nearly_equal(one, other):
                    yield one, other, score


def _by_country(
    clusters: Clusters, uses: Uses, countries: Sequence[str | None]
) -> dict[tuple[str, str], dict[str, int]]:
    """Label and country -> key -> the first node of it, by cluster and then in order."""
    compared = np.array([is_compared(n) for n in uses.names], bool)
    known = sorted({c for c in countries if c})
    number = {country: n for n, country in enumerate(known)}
    country_of = np.array([number.get(c or "", -1) for c in countries], np.int64)[uses.document]
    nodes = np.flatnonzero(compared[uses.name] & (country_of >= 0))
    nodes = nodes[np.argsort(clusters.roots()[nodes], kind="stable")]
    codes, first = np.unique(uses.name[nodes] * max(1, len(known)) + country_of[nodes], return_index=True)
    groups: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for code, node in zip(codes.tolist(), nodes[first].tolist(), strict=True):
        name, country = divmod(code, len(known))
        label, key = uses.names[name]
        groups[label, known[country]][key] = node
    return groups


def nearly_equal(one: str, other: str) -> bool:
    """Do two normalised names differ by spelling, not by sense?

    Numbers must be equal. At most two words may differ, each by two letters at most and not at its start:
    `national` and `international`, `secretariat` and `undersecretariat` stay apart.
    """
    if re.findall(r"\d+", one) != re.findall(r"\d+", other):
        return False
    left, right = one.split(), other.split()
    differing = [(a, b) for a, b in zip(left, right, strict=False) if a != b]
    return len(left) == len(right) and 0 < len(differing) <= 2 and all(_one_word(a, b) for a, b in differing)


def _one_word(one: str, other: str) -> bool:
    known = all(
        w in lexicon().topics or w in lexicon().english_heads or w in lexicon().romance_heads
        for w in (one, other)
    )
    if min(len(one), len(other)) < 5:
        return False
    distance = Levenshtein.distance(one, other)
    if known:  # two words that subjects are named with must be alike for longer
        return one[:5] == other[:5] and distance <= 2
    slip = distance == 1 and one[:2] == other[:2] and len(one) >= 8
    return slip or (one[:4] == other[:4] and distance <= 2)
