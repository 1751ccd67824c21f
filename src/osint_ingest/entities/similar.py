"""Nearly equal names of one country: a slip of the pen, a plural, a derived word. Only where little can go wrong."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping

from rapidfuzz.distance import Levenshtein
from rapidfuzz.fuzz import ratio

from osint_ingest.entities.clusters import Clusters, Node
from osint_ingest.entities.lexicon import lexicon

LABELS = ("ORG", "PROGRAM", "LAW", "EVENT", "SOFTWARE")
CUTOFF = 92.0
"""rapidfuzz ratio, 0 to 100, under which two names are not compared further."""
NEIGHBOURS = 6


def similar_names(clusters: Clusters, places_of: Mapping[str, str | None]) -> None:
    """Merges names of one label and country that differ by a letter or two in one or two words."""
    groups: dict[tuple[str, str], dict[str, Node]] = defaultdict(dict)
    for nodes in clusters.groups().values():
        for node in nodes:
            country = places_of.get(node.document_id)
            if node.label in LABELS and country and node.key.count(" ") >= 2:
                groups[(node.label, country)].setdefault(node.key, node)
    for (_, country), by_key in sorted(groups.items()):
        for order in (sorted(by_key), sorted(by_key, key=lambda k: k[::-1])):
            for at, one in enumerate(order):
                for other in order[at + 1 : at + 1 + NEIGHBOURS]:
                    score = ratio(one, other, score_cutoff=CUTOFF)
                    if score and nearly_equal(one, other):
                        clusters.merge(
                            by_key[one], by_key[other], "nearly the same name",
                            f"{score:.0f} of 100 alike, both in {country}",
                        )  # fmt: skip


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
