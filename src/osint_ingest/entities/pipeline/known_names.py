"""Component `known_names`: names that the field knows, from the long lists in `data/known/`, one file a label.

The lists were written from general knowledge, not from the texts that anything is measured on. `[sure]` are names
wherever they stand so written; `[hint]` are names among other things, which the names model weighs with what is around.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

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


@Language.component("osint_known_names", assigns=["doc.spans"])
def known_names(doc: Doc) -> Doc:
    """The text with its known names among the candidates, the longest of those that overlap."""
    add_candidates(doc, _found(doc))
    return doc


def _found(doc: Doc) -> Iterator[Candidate]:
    text, (known, longest) = doc.text.translate(_SIGNS), _known()
    places = doc.to_array([IDX, LENGTH]).tolist()
    starts, ends = [start for start, _ in places], [start + length for start, length in places]
    reached = 0
    for first, start in enumerate(starts):
        room = longest.get(_first_word(text, start), 0)
        if not room or start < reached:
            continue
        for end in reversed(ends[first : bisect_right(ends, start + room)]):
            if told := known.get(text[start:end]):
                yield from (Candidate(start, end, label, SCORES[rule], rule) for label, rule in told)
                reached = end
                break


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
def _known() -> tuple[Mapping[str, Sequence[tuple[str, str]]], Mapping[str, int]]:
    """Name -> the labels that it may have, each with its rule; first word -> characters of the longest name with it."""
    listed: dict[str, tuple[tuple[str, str], ...]] = {}
    longest: dict[str, int] = {}
    for label, section, name in known_by_label():
        told = _told(label, section)
        listed[name] = listed[name] + told if name in listed else told
        word = _first_word(name)
        longest[word] = max(longest.get(word, 0), len(name))
    return listed, longest


@cache
def _told(label: str, section: str) -> tuple[tuple[str, str], ...]:
    return ((label, HINT if section == HINT else KNOWN),)
