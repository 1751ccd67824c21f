"""Names that are one by more than their spelling: a page that both are cited with, a document's own short form."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from osint_ingest.entities.homepages.cited import EntityLink
from osint_ingest.entities.homepages.hosts import parts_of
from osint_ingest.entities.lexicon import fold, grammar, lexicon
from osint_ingest.entities.resolve.clusters import Clusters
from osint_ingest.entities.resolve.uses import Uses

SHARED_PAGE = ("ORG", "PROGRAM", "SOFTWARE", "EVENT", "LAW")
STEM = 4
"""Letters that words of two languages share where they are one word: `catalogue`, `catalogo`."""


def same_page(clusters: Clusters, evidence: Iterable[EntityLink], uses: Uses) -> None:
    """Merges names of one label and document that are cited with one page, where one name holds the other's words.

    The `entity_id` of the evidence is the number of a node: nothing is resolved yet.
    """
    cited: dict[tuple[int, str, str], dict[int, str]] = defaultdict(dict)
    for link in evidence:
        node = int(link.entity_id)
        label = uses.name_of(node).label
        page = _page(link.url)
        if page and not link.host and label in SHARED_PAGE:
            cited[(int(uses.document[node]), label, page)].setdefault(node, link.ref_id)
    for (_, label, _), found in sorted(cited.items()):
        is_one = _are_about_one if label == "LAW" else holds_the_words
        ordered = sorted(found)
        for at, one in enumerate(ordered):
            for other in ordered[at + 1 :]:
                if is_one(uses.name_of(one).key, uses.name_of(other).key):
                    told = f"the references {found[one]} and {found[other]} lead both names to one page"
                    clusters.merge(one, other, "shared page", told)


def _are_about_one(one: str, other: str) -> bool:
    """Are two acts about the same, `Public Code Act` and `Law No. 4118 on Public Code`, one of them with a number?"""
    words = grammar().words
    kinds = words["year_heads"] | words["numbered_acts"] | set(grammar().law_words.values())
    subjects = [
        sorted(w for w in _words(name) if not w.isdigit() and w not in kinds) for name in (one, other)
    ]
    return len(subjects[0]) > 1 and subjects[0] == subjects[1]


def _page(url: str) -> str:
    """A page's address without what a line's end does to it; empty for the root of a site, which many share."""
    parts = parts_of(url)
    path = re.sub(r"[^a-z0-9]", "", fold(parts.path))
    return f"{parts.hostname}/{path}?{parts.query}" if path else ""


def holds_the_words(one: str, other: str) -> bool:
    """Has one name all words of the other, and beside them no body, no place and no number of its own?

    Words count as one that begin with the same four letters, so that names in two languages compare.
    """
    short, long = sorted((_words(one), _words(other)), key=len)
    if len(short) < 2:
        return False
    left = list(long)
    for word in short:
        match = next((w for w in left if w == word or (len(word) >= STEM and w[:STEM] == word[:STEM])), None)
        if match is None:
            return False
        left.remove(match)
    words = lexicon()
    heads = {w for w in left if words.english_heads.get(w) or words.romance_heads.get(w)}
    return not heads and not any(c.isdigit() for w in left for c in w) and len(left) <= 1


def _words(name: str) -> list[str]:
    return [w for w in re.findall(r"[^\W_]+", name) if w not in grammar().words["small"]]
