"""Titles of works in a text, quoted or cited: what stands in them is no name, but for the people and the publisher."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from osint_ingest.entities.lexicon import fold
from osint_ingest.entities.names_model.features import family_names
from osint_ingest.entities.pipeline.evidence import Candidate, Spans

LEAST_WORDS = 4
"""Words of a quoted title: fewer are as often a name."""
CAPITALS = 0.75
"""Share of the words of a title, but for small ones, that have a capital."""
_QUOTED = re.compile(r"“([^“”]{12,200})”|«\s?([^«»]{12,200})»|(?<!\w)\"([^\"]{12,200})\"")
_LONG_WORD = re.compile(r"[^\W\d_]{4,}")
_CITED = re.compile(
    r",\s(?=[^;“”\"()]{10,162}\()(?P<title>[A-Z](?:[^.;“”\"()]|(?<=\b[A-Z])\.){10,160}?)\s"
    r"\((?P<place>[A-Z][\w .,’'-]{2,40}):\s(?P<publisher>[A-Z][^():;]{2,70}?),\s(?:1[5-9]|20)\d\d\)"
)
"""`Lambert Stroh, The Road to the Sea (New Haven: Sedgeford Press, 1982)`."""


def without_titles(text: str, names: Sequence[Candidate]) -> list[Candidate]:
    """The names that are no part of a title, and publishers whole where a part of them was one."""
    cited = list(_CITED.finditer(text)) if ": " in text and "(" in text else []
    inside = Spans(_quoted_titles(text))
    works = Spans(m.span("title") for m in cited)
    kept = [n for n in names if not _is_part(n, inside) and (_is_author(text, n) or not _is_part(n, works))]
    return sorted(_with_publishers(kept, [m.span("publisher") for m in cited]))


def _quoted_titles(text: str) -> Iterator[tuple[int, int]]:
    for match in _QUOTED.finditer(text):
        start, end = match.span(match.lastindex or 0)
        words = _LONG_WORD.findall(text, start, end)
        large = sum(word[0].isupper() for word in words)
        if len(text[start:end].split()) >= LEAST_WORDS and len(words) > 1 and large >= CAPITALS * len(words):
            yield start, end


def _is_part(name: Candidate, titles: Spans) -> bool:
    """Is it within a title, and not all of it?"""
    around = titles.around(name.start, name.end)
    return around is not None and (name.end - name.start) < (around[1] - around[0]) - 3


def _is_author(text: str, name: Candidate) -> bool:
    """Is it a person by its last word? `American Diplomacy` is none."""
    return name.label == "PERSON" and fold(text[name.start : name.end].rpartition(" ")[2]) in family_names()


def _with_publishers(
    names: Iterable[Candidate], publishers: Sequence[tuple[int, int]]
) -> Iterator[Candidate]:
    told: set[tuple[int, int]] = set()
    for name in names:
        span = next((p for p in publishers if p[0] < name.end and name.start < p[1]), None)
        if span is None:
            yield name
        elif span not in told:
            told.add(span)
            yield Candidate(*span, "ORG", name.score, "cited:publisher")
