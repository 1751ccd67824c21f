"""Names that are one by more than their spelling: a page that both are cited with, a document's own short form."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from osint_ingest.entities.clusters import Clusters, Node
from osint_ingest.entities.grammar import grammar
from osint_ingest.entities.homepages import EntityLink
from osint_ingest.entities.lexicon import fold, lexicon

SHARED_PAGE = ("ORG", "PROGRAM", "SOFTWARE", "EVENT")
SHORT_FORMS = ("PROGRAM", "LAW")
_GOES_ON = re.compile(r" (?:in|on|for|to|with|para|sobre|sur|pour) ")
TELLING = 3
"""Words that count in a short form, at the least."""
STEM = 4
"""Letters that words of two languages share where they are one word: `catalogue`, `catalogo`."""


def same_page(clusters: Clusters, evidence: Iterable[EntityLink], nodes: Mapping[str, Node]) -> None:
    """Merges names of one label and document that are cited with one page, where one name holds the other's words.

    `nodes` gives the name that an `entity_id` of the evidence stands for: nothing is resolved yet.
    """
    cited: dict[tuple[str, str, str], dict[Node, str]] = defaultdict(dict)
    for link in evidence:
        node = nodes[link.entity_id]
        page = _page(link.url)
        if page and node.label in SHARED_PAGE:
            cited[(node.document_id, node.label, page)].setdefault(node, link.ref_id)
    for found in (cited[key] for key in sorted(cited)):
        ordered = sorted(found)
        for at, one in enumerate(ordered):
            for other in ordered[at + 1 :]:
                if holds_the_words(one.key, other.key):
                    told = f"the references {found[one]} and {found[other]} lead both names to one page"
                    clusters.merge(one, other, "shared page", told)


def short_forms(clusters: Clusters) -> None:
    """`Code of Good Practices` beside just one `Code of Good Practices in the ...` of the same document."""
    named: dict[tuple[str, str], list[Node]] = defaultdict(list)
    for nodes in clusters.groups().values():
        for node in nodes:
            if node.label in SHORT_FORMS and node.key.count(" ") >= 2:
                named[(node.document_id, node.label)].append(node)
    for nodes in (named[key] for key in sorted(named)):
        for short in sorted(nodes):
            if len(_words(short.key)) < TELLING or any(c.isdigit() for c in short.key):
                continue
            longer = [
                n for n in nodes if n.key.startswith(short.key) and _GOES_ON.match(n.key, len(short.key))
            ]
            if len(longer) == 1:
                clusters.merge(longer[0], short, "short form", "it is how the longer name begins")


def _page(url: str) -> str:
    """A page's address without what a line's end does to it; empty for the root of a site, which many share."""
    parts = urlsplit(url)
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
