"""Names in quotation marks after a kind noun: `the workshop "Open your city"`, `talleres "..." y "..."`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from osint_ingest.entities.evidence import Found
from osint_ingest.entities.lexicon import fold, lexicon
from osint_ingest.entities.wording import any_word

_QUOTED = re.compile(r"[\"“«]\s?(?P<name>[^\"“”«»]{3,100}?)[,.]?\s?[\"”»]")
_LIST = re.compile(rf"\s?(?:,|,? (?:{any_word('and', 'or')}))\s\Z")
_GAP = re.compile(rf"(?:\s(?:{any_word('called', 'about')}|web))?[\s:]{{1,2}}\Z")
MAX_WORDS = 14


def quoted_names(text: str) -> Iterator[Found]:
    """Quoted names with the label of the noun before them; further ones of a list share it."""
    if not any(mark in text for mark in '"“«'):
        return
    label: str | None = None
    last = 0
    for match in _QUOTED.finditer(text):
        name = match["name"]
        before = text[max(last, match.start() - 50) : match.start()]
        if not (last and label and _LIST.match(before)):
            label = _kind(before)
        last = match.end()
        label = label or _after(text[match.end() : match.end() + 40])
        if label is not None and name[0].isupper() and len(name.split()) <= MAX_WORDS:
            yield Found(match.start("name"), match.end("name"), label, "quoted", 0.8)


def _after(after: str) -> str | None:
    """`the "Open City" workshop`: the kind noun after it."""
    words = [fold(w) for w in re.findall(r"[\w'’-]+|[^\w\s]", after)][:3]
    for word in words:
        label = lexicon().kinds.get(word)
        if label in ("EVENT", "PROGRAM", "SOFTWARE"):
            return label
        if word not in lexicon().topics:
            return None
    return None


def _kind(before: str) -> str | None:
    gap = _GAP.search(before)
    if gap is None:
        return None
    words = [fold(w) for w in re.findall(r"[\w'’-]+", before[: gap.start()])]
    kinds, plural = lexicon().kinds, lexicon().plural_kinds
    for size in (2, 1):
        key = " ".join(words[-size:])
        label = kinds.get(key) or plural.get(key)
        if label is not None:
            return label if label in ("EVENT", "PROGRAM", "SOFTWARE", "ORG") else None
    return None
