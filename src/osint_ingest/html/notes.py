"""Bracketed notes in prose: `[125]` in the text, `[125] text https://...` in a list, `Ibid.` in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

_MARKER = re.compile(r" ?\[(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\]")
_NOTE = re.compile(r"\[(\d{1,3})\]\s*(?=\S)")
_RAISED_NOTE = re.compile(r"(\d{1,3})[.)]?\s+(?=\S)")
_IBID = re.compile(r"(?:[ií]b(?:id)?(?:em)?|[ií]dem|id)(?:\.|,|;|\s|$)", re.I)


class Words(NamedTuple):
    """Text with the places of its links `(start, end, href)` and of its raised digits `(start, end)`."""

    text: str
    links: tuple[tuple[int, int, str], ...] = ()
    raised: tuple[tuple[int, int], ...] = ()


class Marker(NamedTuple):
    """A reference: its number, and where it stood in the text without markers."""

    number: str
    offset: int


class Note(NamedTuple):
    """A note as the builder knows it: its number, its passage, its text."""

    number: str
    passage: int
    text: str


def note_start(words: Words) -> tuple[str, int] | None:
    """(number, where its text begins) when these words are a note of a list of notes."""
    if words.text[:1] == "[" and (match := _NOTE.match(words.text)):
        return match.group(1), match.end()
    match = _RAISED_NOTE.match(words.text) if words.raised and words.raised[0][0] == 0 else None
    return (match.group(1), match.end()) if match and words.raised[0][1] == match.end(1) else None


def without_markers(
    words: Words, *, raised_notes: frozenset[str] = frozenset()
) -> tuple[Words, tuple[Marker, ...]]:
    """The words without their markers, offsets of links moved, and the markers in order.

    `[1, 2]` is two markers at one place; the space before a marker goes with it. Raised digits are markers
    only where a note of that number is known.
    """
    if "[" not in words.text and not words.raised:
        return words, ()
    cuts: list[tuple[int, int, list[str]]] = [
        (m.start(), m.end(), re.findall(r"\d+", m.group(1))) for m in _MARKER.finditer(words.text)
    ]
    for start, end in words.raised:
        number = words.text[start:end].strip("[]() ")
        if number in raised_notes and not any(a <= start < b for a, b, _ in cuts):
            cuts.append((start, end, [number]))
    if not cuts:
        return words, ()
    cuts.sort()
    kept: list[str] = []
    markers: list[Marker] = []
    at = length = 0
    for start, end, numbers in cuts:
        kept.append(words.text[at:start])
        length += start - at
        at = end
        markers += [Marker(number, length) for number in numbers]
    kept.append(words.text[at:])
    whole = "".join(kept)
    text = whole.rstrip()
    lead = len(text) - len(text.lstrip())
    text = text[lead:]

    def moved(place: int) -> int:
        gone = sum(min(place, end) - start for start, end, _ in cuts if start < place)
        return min(max(place - gone - lead, 0), len(text))

    links = tuple((moved(a), moved(b), href) for a, b, href in words.links)
    markers = [Marker(m.number, min(max(m.offset - lead, 0), len(text))) for m in markers]
    return Words(text, links), tuple(markers)


def tie(markers: Sequence[tuple[int, str]], notes: Sequence[Note]) -> list[int | None]:
    """For each marker, as (passage, number), the place in `notes` of its note; None for an orphan.

    Numbers can begin again in a second list: a marker belongs to the first such note after it, else to the
    last one before.
    """
    places: dict[str, list[int]] = {}
    for i, note in enumerate(notes):
        places.setdefault(note.number, []).append(i)
    tied: list[int | None] = []
    for passage, number in markers:
        same = places.get(number, [])
        after = [i for i in same if notes[i].passage >= passage]
        tied.append(after[0] if after else (same[-1] if same else None))
    return tied


def refers_to(notes: Sequence[Note]) -> list[int | None]:
    """For each note, the place in `notes` of the note that its `Ibid.` means: the last that is none itself."""
    meant: list[int | None] = []
    last: int | None = None
    for i, note in enumerate(notes):
        if _IBID.match(note.text):
            meant.append(last)
        else:
            meant.append(None)
            last = i
    return meant
