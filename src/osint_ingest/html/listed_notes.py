"""Notes that nothing ties but their numbers: `text<sup>1</sup>`, and further down a list that counts from 1."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from osint_ingest.html.notes import DraftPassage, MarkedWords
from osint_ingest.text.note_words import is_notes_heading

_PRINTED = re.compile(r"[\[(]?(\d{1,3})(?:[\])]\.?|[.:)])?\s+(?=\S)")
_ORDERED = re.compile(r"> ol(?::nth-of-type\(\d+\))? > li(?::nth-of-type\((\d+)\))?(?= |$)")
_NUMBER = re.compile(r"\d{1,3}$")
_MAY_BE_NOTES = ("paragraph", "list_item")
_HEADED, _UNHEADED = 0.3, 0.6
"""This share of a list's numbers is raised in the text before it: under a heading that says so, and without one."""
_SHORT = 2
"""Letters of a unit of measure, at most: its raised digit is an exponent."""


def listed_notes(entries: Sequence[DraftPassage]) -> dict[int, tuple[str, int]]:
    """The entries that are such notes, by their place: the number of each, and where its text begins. A list is one of
    notes when its numbers, counted from 1, stand raised in the text before it."""
    raised: set[str] = set()
    found: dict[int, tuple[str, int]] = {}
    if not any(entry.words.raised for entry in entries):
        return found
    place = 0
    while place < len(entries):
        run = _run(entries, place) if raised else {}
        if run:
            before = entries[place - 1] if place else None
            headed = before is not None and before.kind == "heading" and is_notes_heading(before.words.text)
            matched = sum(number in raised for number, _ in run.values())
            if matched >= (_HEADED if headed else _UNHEADED) * len(run) and (headed or len(run) > 1):
                found.update(run)
                raised.clear()
            place += len(run)
            continue
        raised.update(raised_numbers([entries[place].words]))
        place += 1
    return found


def raised_numbers(texts: Iterable[MarkedWords]) -> list[str]:
    """The raised numbers that stand after a word or a closing sign, in order: no exponents, no ordinals."""
    found = []
    for words in texts:
        linked = {start for start, _, _ in words.links}
        for start, end in words.raised:
            before = words.text[:start].rstrip("[( ")
            number = words.text[start:end].strip("[]() ")
            if not _NUMBER.match(number) or not before or start in linked or before[-1].isdigit():
                continue
            word = re.split(r"[\W_]", before[-20:])[-1]
            if not word or len(word) > _SHORT:
                found.append(number)
    return found


def _run(entries: Sequence[DraftPassage], first: int) -> dict[int, tuple[str, int]]:
    """The entries from here on that count up from 1, each with its number and where its text begins."""
    run: dict[int, tuple[str, int]] = {}
    for place in range(first, len(entries)):
        entry = entries[place]
        numbered = _number_of(entry) if entry.kind in _MAY_BE_NOTES else None
        if numbered is None or int(numbered[0]) != len(run) + 1:
            break
        run[place] = numbered
    return run


def _number_of(entry: DraftPassage) -> tuple[str, int] | None:
    printed = _PRINTED.match(entry.words.text)
    if printed:
        return printed.group(1), printed.end()
    ordered = None
    for ordered in _ORDERED.finditer(entry.selector):  # noqa: B007 - the innermost list counts
        pass
    return (ordered.group(1) or "1", 0) if ordered else None
