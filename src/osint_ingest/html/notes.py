"""Notes in prose: `[125]` in the text, `[125] text https://...` in a list, `Ibid.` in it; or tied by links; or by
nothing but their numbers: `text<sup>1</sup>`, and further down a list that counts from 1."""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType
from typing import NamedTuple

from osint_ingest.html.fields import Piece
from osint_ingest.html.lines import PageLine
from osint_ingest.html.linked_notes import MARKER, place_name
from osint_ingest.model import PassageKind
from osint_ingest.text.note_words import is_ibid, is_notes_heading, note_meant

_MARKER = re.compile(r"\[\d{1,3}(?:\s*[,;]\s*\d{1,3})*\]")
_NOTE = re.compile(r"\[(\d{1,3})\]\s*(?=\S)")
_RAISED_NOTE = re.compile(r"(\d{1,3})[.)]?\s+(?=\S)")
_DIGITS = re.compile(r"\d+")
_OPENING, _CLOSING = " [(^↑*", " ])^↑↩⤴\ufe0e\ufe0f"
_NEAR = 4
_FEW_RUNS = 6
_AFTER_MARKER, _BEFORE_WAY_BACK = " ]):^↑", " [(^↑↩⤴\ufe0e\ufe0f"
_NONE: Mapping[str, str] = MappingProxyType({})


class MarkedWords(NamedTuple):
    """Text with the places of its links `(start, end, href)`, of its raised digits `(start, end)`, and of the
    elements that other links of the page lead to `(start, name)`."""

    text: str
    links: tuple[tuple[int, int, str], ...] = ()
    raised: tuple[tuple[int, int], ...] = ()
    anchors: tuple[tuple[int, str], ...] = ()

    def between(self, start: int, end: int) -> "MarkedWords":
        """The words of a stretch, without the links and raised digits that stand only partly in it."""
        links = tuple((a - start, b - start, href) for a, b, href in self.links if start <= a and b <= end)
        raised = tuple((a - start, b - start) for a, b in self.raised if start <= a and b <= end)
        return MarkedWords(self.text[start:end], links, raised)


class DraftPassage(NamedTuple):
    """A passage before its notes are known."""

    kind: PassageKind
    words: MarkedWords
    section: str | None
    level: int | None
    selector: str
    item: int | None  # the number of the list item that it stands in
    prose: bool  # its language is its own, and not the page's: no label, title or entry of a list
    row: tuple[str, int] | None  # the row of a table, or the term of a list of terms, that it stands in


class Marker(NamedTuple):
    """A reference: its number, where it stood in the text without markers, and which place it leads to."""

    number: str
    offset: int
    leads_to: str | None = None


class HtmlNote(NamedTuple):
    """A note as the builder knows it: its number, its passage, its text, the names that links know it by."""

    number: str
    passage: int
    text: str
    names: tuple[str, ...] = ()


def as_note(words: MarkedWords, linked: Mapping[str, str]) -> tuple[HtmlNote, MarkedWords] | None:
    """The note that these words are (its passage still 0), and its words without marker and ways back. `linked` has
    the names of the places that markers lead to, with their numbers."""
    text = words.text
    if words.anchors:
        names = tuple(name for at, name in words.anchors if name in linked and not text[:at].strip(_OPENING))
        if names:
            own = words.between(*_note_itself(words, linked[names[0]]))
            return HtmlNote(linked[names[0]], 0, own.text, names), own
    match = _NOTE.match(text) if text[:1] == "[" else None
    if match is None and words.raised and words.raised[0][0] == 0:
        match = _RAISED_NOTE.match(text)
        match = match if match and words.raised[0][1] == match.end(1) else None
    if match is None:
        return None
    own = words.between(match.end(), len(text))
    return HtmlNote(match.group(1), 0, own.text), own


def _note_itself(words: MarkedWords, number: str) -> tuple[int, int]:
    """Where the text of a note begins and ends: between its marker and the ways back to the text."""
    text, start, end = words.text, 0, len(words.text)
    ways = [(a, b) for a, b, href in words.links if href.startswith("#")]
    while way := next((b for a, b in ways if a >= start and not text[start:a].strip(_OPENING)), None):
        start = way
    if start == 0 and (match := re.match(rf"[\[(]?{re.escape(number)}[\])]?[.):]?\s+", text)):
        start = match.end()
    while way := next((a for a, b in ways if start <= a < end and not text[b:end].strip(_CLOSING)), None):
        end = way
    start += len(text[start:end]) - len(text[start:end].lstrip(_AFTER_MARKER))
    return start, start + len(text[start:end].rstrip(_BEFORE_WAY_BACK))


def without_markers(
    words: MarkedWords, *, raised_notes: frozenset[str] = frozenset(), linked: Mapping[str, str] = _NONE
) -> tuple[MarkedWords, tuple[Marker, ...]]:
    """The words without their markers, offsets of links moved, and the markers in order. `[1, 2]` is two markers at
    one place; the space before a marker goes with it. Raised digits are markers only where a note of that number is
    known; a link is one where it leads to a note (`linked`, as above)."""
    marked = "[" in words.text or words.raised or (linked and words.links)
    cuts = _cuts(words, raised_notes, linked) if marked else []
    if not cuts:
        return words, ()
    kept: list[str] = []
    markers: list[Marker] = []
    at = length = 0
    for cut in cuts:
        kept.append(words.text[at : cut.start])
        length += cut.start - at
        at = cut.end
        markers += [Marker(number, length, place) for number, place in cut.leads_to]
    kept.append(words.text[at:])
    whole = "".join(kept)
    text = whole.rstrip()
    lead = len(text) - len(text.lstrip())
    text = text[lead:]

    def moved(place: int) -> int:
        before = sum(min(place, cut.end) - cut.start for cut in cuts if cut.start < place)
        return min(max(place - before - lead, 0), len(text))

    gone = {(a, b) for a, b, href in words.links if linked and _place(href) in linked}
    links = tuple((moved(a), moved(b), href) for a, b, href in words.links if (a, b) not in gone)
    markers = [m._replace(offset=min(max(m.offset - lead, 0), len(text))) for m in markers]
    return MarkedWords(text, links), tuple(markers)


class _Cut(NamedTuple):
    start: int
    end: int
    leads_to: tuple[tuple[str, str | None], ...]
    """The markers in it: the number of each, and the name of its place where it is a link."""


def _cuts(words: MarkedWords, raised_notes: frozenset[str], linked: Mapping[str, str]) -> list[_Cut]:
    """The markers of a text in order, with the commas between them."""
    text = words.text
    links = [(a, b, place) for a, b, href in words.links if (place := _place(href)) in linked]
    cuts: list[_Cut] = []
    for match in _MARKER.finditer(text):
        numbers = tuple(
            (number.group(), next((place for a, b, place in links if a <= number.start() < b), None))
            for number in _DIGITS.finditer(text, match.start(), match.end())
        )
        spaced = text[max(match.start() - 1, 0)] == " "
        cuts.append(_Cut(match.start() - spaced, match.end(), numbers))
    starts = [cut.start for cut in cuts]

    def in_brackets(place: int) -> bool:
        number = bisect_right(starts, place)
        return number > 0 and place < cuts[number - 1].end

    for start, end, place in links:
        if MARKER.match(text[start:end].strip()) and not in_brackets(start):
            first = start - len(before := text[max(0, start - _NEAR) : start]) + len(before.rstrip(" [("))
            last = end + len(after := text[end : end + _NEAR]) - len(after.lstrip("])"))
            cuts.append(_Cut(first, last, ((linked[place], place),)))
    taken = {start for start, _, _ in links}
    for start, end in words.raised:
        number = text[start:end].strip("[]() ")
        if number in raised_notes and start not in taken and not in_brackets(start):
            cuts.append(_Cut(start, end, ((number, None),)))
    cuts.sort()
    for i, (cut, following) in enumerate(pairwise(cuts)):
        if not text[cut.end : following.start].strip(" ,;"):
            cuts[i] = cut._replace(end=following.start)
    return cuts


def _place(href: str) -> str:
    """The name of the place of the page that a link leads to; nothing for one that leads elsewhere."""
    return place_name(href) if href.startswith("#") else ""


def tie(markers: Sequence[tuple[int, Marker]], notes: Sequence[HtmlNote]) -> list[int | None]:
    """For each marker with its passage, the place in `notes` of its note; None for an orphan. A marker that is a link
    belongs to the note that it leads to. Else numbers count, which can begin again in a second list: a marker belongs
    to the first such note after it, else to the last one before."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    names: dict[str | None, int] = {}
    for i, note in enumerate(notes):
        places[note.number].append(i)
        names.update(dict.fromkeys(note.names, i))
    tied: list[int | None] = []
    for passage, marker in markers:
        same = places[marker.number]
        after = (i for i in same if notes[i].passage >= passage)
        tied.append(names.get(marker.leads_to, next(after, same[-1] if same else None)))
    return tied


def refers_to(notes: Sequence[HtmlNote]) -> list[int | None]:
    """For each note, the place in `notes` of the one that it means: by `Ibid.` the last that is none itself, or by its
    number (`see note 4`)."""
    meant: list[int | None] = []
    last: int | None = None
    for i, note in enumerate(notes):
        ibid, number = is_ibid(note.text), note_meant(note.text)
        told = next((n for n in reversed(range(i)) if str(notes[n].number) == number), None)
        meant.append(last if ibid else told)
        last = last if ibid else i
    return meant


def words_of(pieces: Sequence[Piece]) -> MarkedWords:
    """The text of pieces, joined, with the places of its links, raised digits and anchors."""
    if len(pieces) == 1 and _only_says(*pieces[0]):
        return MarkedWords(pieces[0].text.replace("\n", " "))
    text = ""
    anchors: list[tuple[int, str]] = []
    links: list[tuple[int, int, str]] = []
    raised: list[tuple[int, int]] = []
    for piece in pieces:
        said = piece.line.text[piece.start : piece.end]
        trimmed = said.strip()
        if not trimmed:
            continue
        if text:
            text += " "
        shift = len(text) - piece.start - (len(said) - len(said.lstrip()))
        limit = len(text) + len(trimmed)
        text += trimmed.replace("\n", " ")
        for run in piece.line.runs_in(piece.start, piece.end):
            start, end = max(run.start + shift, limit - len(trimmed)), min(run.end + shift, limit)
            if start >= end:
                continue
            if run.href:
                if links and links[-1][2] == run.href and links[-1][1] >= start - 1:
                    links[-1] = (links[-1][0], end, run.href)
                else:
                    links.append((start, end, run.href))
            if run.raised:
                raised.append((start, end))
        anchors += [
            (max(at + shift, 0), name) for at, name in piece.line.anchors if piece.start <= at < piece.end
        ]
    return MarkedWords(text, tuple(links), tuple(raised), tuple(anchors))


def _only_says(line: PageLine, start: int, end: int) -> bool:
    """Is a stretch of a line nothing but words, without a link, raised digits or a place that links lead to?"""
    runs = line.runs
    if line.anchors or len(runs) > _FEW_RUNS:
        return False
    return all(r.start >= end or r.end <= start or not (r.href or r.raised) for r in runs)


def found_again(words: MarkedWords, value: str) -> tuple[tuple[int, int, str], ...]:
    """The links of some words in a value made of them (a doubled text dropped, a separator put in)."""
    links: list[tuple[int, int, str]] = []
    at = 0
    for start, end, href in words.links:
        said = words.text[start:end]
        if (place := value.find(said, at)) >= 0:
            at = place + len(said)
            links.append((place, at, href))
    return tuple(links)


_PRINTED = re.compile(r"[\[(]?(\d{1,3})(?:[\])]\.?|[.:)])?\s+(?=\S)")
_ORDERED = re.compile(r"> ol(?::nth-of-type\(\d+\))? > li(?::nth-of-type\((\d+)\))?(?= |$)")
_NUMBER = re.compile(r"\d{1,3}$")
_MAY_BE_NOTES = ("paragraph", "list_item")
_HEADED, _UNHEADED = 0.3, 0.6
"""This share of a list's numbers is raised in the text before it: under a heading that says so, and without one."""
_SHORT = 2  # letters of a unit of measure, at most: its raised digit is an exponent


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
