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

    Numbers must be equal. Words that differ must be long and alike at their start, and not both be words
    that subjects and bodies are named with (`international` / `national`, `secretariat` / `undersecretariat`).
    """
    if re.findall(r"\d+", one) != re.findall(r"\d+", other):
        return False
    left, right = one.split(), other.split()
    if len(left) != len(right):
        return False
    words = lexicon()
    differing = [(a, b) for a, b in zip(left, right, strict=True) if a != b]
    if not differing or len(differing) > 2:
        return False
    for a, b in differing:
        if min(len(a), len(b)) < 5 or a[:4] != b[:4]:
            return False
        if Levenshtein.distance(a, b) > 2:
            return False
        known = [w in words.topics or w in words.english_heads or w in words.romance_heads for w in (a, b)]
        if all(known) and a[:5] != b[:5]:
            return False
    return True
