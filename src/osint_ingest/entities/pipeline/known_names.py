"""Component `known_names`: names that the field knows, from the long lists in `data/known/`, one file a label.

The lists were written from general knowledge, not from the texts that anything is measured on. `[sure]` are names
wherever they stand so written; `[hint]` are names among other things, which the names model weighs with what is around.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Generic, TypeVar

from spacy.attrs import IDX, LENGTH
from spacy.language import Language
from spacy.tokens import Doc

from osint_ingest.entities.lexicon import DATA, read_sections
from osint_ingest.entities.pipeline.evidence import Candidate, add_candidates

KNOWN = "known"
"""Folder of the lists, and rule of a name that stands in one."""
SURE = "sure"
HINT = "hint"
"""Rule of words that may be a name; by themselves they are none."""
SCORES = {KNOWN: 0.69, HINT: 0.3}
"""Less than what the text says of them: "the platform VOX" is no party."""
_SIGNS = str.maketrans("’‘‐‑", "''--")
"""Signs that texts write in several ways -> the one of the lists."""
_WORD = re.compile(r"\w+")
Told = TypeVar("Told")


@Language.component("osint_known_names", assigns=["doc.spans"])
def known_names(doc: Doc) -> Doc:
    """The text with its known names among the candidates, the longest of those that overlap."""
    add_candidates(doc, _found(doc))
    return doc


def _found(doc: Doc) -> Iterator[Candidate]:
    reached = 0
    for start, end, told in _known().found(doc, doc.text.translate(_SIGNS)):
        if start >= reached:
            yield from (Candidate(start, end, label, SCORES[rule], rule) for label, rule in told)
            reached = end


class NameIndex(Generic[Told]):
    """Names, with what is told of each, that are found where they stand in a text from token to token."""

    def __init__(self, listed: Iterable[tuple[str, Told]]) -> None:
        self._told: dict[str, tuple[Told, ...]] = {}
        self._longest: dict[str, int] = {}
        """First word -> characters of the longest name with it."""
        for name, told in listed:
            self._told[name] = (*self._told.get(name, ()), told)
            word = _first_word(name)
            self._longest[word] = max(self._longest.get(word, 0), len(name))

    def __iter__(self) -> Iterator[str]:
        return iter(self._told)

    def found(self, doc: Doc, text: str) -> Iterator[tuple[int, int, tuple[Told, ...]]]:
        """Characters `[start, end)` of each name and what is told of it, in the order of the text, at each place the
        longest first. `text` is that of `doc`, or as long."""
        places = doc.to_array([IDX, LENGTH]).tolist()
        ends = [start + length for start, length in places]
        for first, (start, _) in enumerate(places):
            if room := self._longest.get(_first_word(text, start)):
                for end in reversed(ends[first : bisect_right(ends, start + room)]):
                    if told := self._told.get(text[start:end]):
                        yield start, end, told


def _first_word(text: str, start: int = 0) -> str:
    match = _WORD.match(text, start)
    return match.group() if match else text[start]


def known_by_label() -> Iterator[tuple[str, str, str]]:
    """(label, SURE or HINT, name) of all lists."""
    for path in sorted(DATA.joinpath(KNOWN).iterdir(), key=lambda p: p.name):
        label, _, ending = path.name.partition(".")
        if ending != "txt":
            continue
        for section, names in read_sections(label, KNOWN).items():
            yield from ((label, section, name) for name in names)


@cache
def _known() -> NameIndex[tuple[str, str]]:
    """The labels that each name may have, each with its rule."""
    return NameIndex((name, _told(label, section)) for label, section, name in known_by_label())


@cache
def _told(label: str, section: str) -> tuple[str, str]:
    return label, HINT if section == HINT else KNOWN
