"""Printed lines -> running text: markers taken out, lines, words and URLs rejoined, every offset kept."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from osint_ingest.model import Box, Line
from osint_ingest.pdf.drawing import hull
from osint_ingest.pdf.lines import PrintedLine
from osint_ingest.pdf.words import Word, spaceless
from osint_ingest.text.normalise import clean
from osint_ingest.text.urls import JoinRule, hyphen_of_target, open_url, url_goes_on

if TYPE_CHECKING:
    from osint_ingest.pdf.markers import Reference

HYPHENS = "-\u2010\u00ad"
INSET = 0.02
"""The gap (points) between a line's box and the box of a marker that was taken out of it."""
_CLOSED_DASH = re.compile(r"[^\W_][–—]$")
"""A dash without a space before it has none after it: `2021–|2023`."""

Piece = tuple[PrintedLine, int, int | None]
"""A printed line, the index of its first word of text (after a note's number), and where the words end."""


@dataclass(slots=True)
class Spot:
    """Where a word stands: its characters in the text, and its page."""

    start: int
    end: int
    word: Word
    page: int


@dataclass(slots=True)
class Woven:
    """Running text made of printed lines, with the page, box and link of each of its parts."""

    text: str = ""
    lines: list[Line] = field(default_factory=list)
    refs: list[tuple[Reference, int, Box]] = field(default_factory=list)
    linked: list[Spot] = field(default_factory=list)
    """The words that a link annotation covers, or covers a part of."""
    joins: list[tuple[int, JoinRule]] = field(default_factory=list)
    """Offsets at which two printed pieces of a URL were joined, and why."""


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """What joining lines needs to know about the whole document."""

    words: Container[str] = frozenset()
    """Words that stand whole in some line, lower case."""
    compounds: Container[str] = frozenset()
    """Hyphenated compounds that do."""
    hyphenates: bool = True
    """Words broken at the ends of its lines are joined without the hyphen."""


def document_facts(lines: Sequence[PrintedLine]) -> DocumentFacts:
    """Return the words and compounds that a document's lines hold whole, and whether it hyphenates."""
    words: set[str] = set()
    compounds: set[str] = set()
    broken: list[str] = []
    head, after_url = "", False
    for line in lines:
        listed = line.text.split()
        if head and listed:
            broken.append(head + _bare(listed[0]))
        # what stands after a hyphen or a URL can be the end of it
        listed = listed[1:] if head or after_url else listed
        head, after_url = "", bool(listed) and "/" in listed[-1]
        if listed and len(listed[-1]) > 2 and listed[-1][-1] in HYPHENS and listed[-1][-2].isalpha():
            last = listed.pop()
            head = _bare(last[:-1])
        for token in listed:
            bare = _bare(token)
            if bare.isalpha():
                words.add(bare)
            elif "/" in bare or "." in bare:
                parts = re.split(r"[^\w-]+", bare)
                words.update(part for part in parts if part.isalpha())
                compounds.update(part for part in parts if "-" in part)
            elif "-" in bare:
                compounds.add(bare)
                words.update(part for part in bare.split("-") if part.isalpha())
    known = {w for w in words if len(w) > 1}
    right = sum(b in known for b in broken)
    hyphenates = bool(broken) and right * 3 >= len(broken)
    return DocumentFacts(known, compounds, hyphenates)


def _bare(token: str) -> str:
    return token.strip(".,;:!?()[]{}\"'“”„‘’«»…*").casefold()


@dataclass(slots=True)
class _Loom(Woven):
    document: DocumentFacts = DocumentFacts()
    last: Spot | None = None
    segment: list[Spot] = field(default_factory=list)
    soft: bool = False
    """The last word ended in a soft hyphen, which is no text."""
    after_mark: bool = False
    left: bool = False

    def close(self, *, right: bool = False) -> None:
        """End a segment: the words of one printed line between two markers that were taken out."""
        if self.segment:
            first, last = self.segment[0], self.segment[-1]
            x0, top, x1, bottom = hull([s.word for s in self.segment])
            inset = min(INSET, (x1 - x0) / 4)  # a broken font may give its letters no width
            box = box_on(first.page, (x0 + inset * self.left, top, x1 - inset * right, bottom))
            self.lines.append(Line(first.start, last.end, box))
            self.segment = []
        self.after_mark = right

    def add(self, word: Word, page: int, *, space: bool) -> None:
        text = clean(word.text)
        self.soft = word.text.endswith("\u00ad")
        if not text:
            return
        if space and self.text:
            self.text += " "
        start = len(self.text)
        self.text += text
        self.last = Spot(start, len(self.text), word, page)
        if word.annotation is not None or word.parts:
            self.linked.append(self.last)
        if not self.segment:
            self.left, self.after_mark = self.after_mark, False
        self.segment.append(self.last)

    def cut_hyphen(self) -> None:
        """Take the hyphen off the end of the text."""
        self.text = self.text[:-1]
        if self.lines and self.lines[-1].char_end > len(self.text):
            self.lines[-1] = replace(self.lines[-1], char_end=len(self.text))
        if self.last:
            self.last.end = len(self.text)


def weave(pieces: Sequence[Piece], document: DocumentFacts) -> Woven:
    """Return the running text of one passage."""
    loom = _Loom(document=document)
    last: PrintedLine | None = None
    for line, first, stop in pieces:
        end = len(line.words) if stop is None else stop
        taken = _taken(line, first, end)
        kept = [i for i in range(first, end) if i not in taken]
        space = True
        if last is not None and kept:
            room = (max(last.right, last.x1) - last.x1) / (0.5 * last.size)
            space = _between(loom, line, kept, room)
        for i in range(first, end):
            word = line.words[i]
            if i in taken:
                loom.close(right=True)
                for found in taken[i]:
                    box = box_on(line.page, hull(line.words[found.mark.start : found.mark.end]))
                    loom.refs.append((found, len(loom.text), box))
            else:
                loom.add(word, line.page, space=space if i == kept[0] else word.space)
        loom.close()
        last = line
    loom.lines = [x for x in loom.lines if x.char_end > x.char_start]  # of one a hyphen may have been all
    return loom


def _taken(line: PrintedLine, first: int, end: int) -> dict[int, list[Reference]]:
    """Return the words that belong to markers, by index; the first word of a marker has its references."""
    taken: dict[int, list[Reference]] = {}
    for candidate in line.refs:
        if first <= candidate.mark.start < end:
            for i in range(candidate.mark.start, candidate.mark.end):
                taken.setdefault(i, [])
            taken[candidate.mark.start].append(candidate)
    return taken


def box_on(page: int, box: tuple[float, float, float, float]) -> Box:
    """Return a box of the model, rounded to a thousandth of a point."""
    return Box(page, *(round(edge, 3) for edge in box))


def _between(loom: _Loom, line: PrintedLine, kept: list[int], room: float) -> bool:
    """Is there a space between the text so far and the next printed line? Cuts a hyphen, notes a join."""
    if not loom.text:
        return False
    word = line.words[kept[0]]
    following = "".join(
        " " * (line.words[i].space and n > 0) + line.words[i].text for n, i in enumerate(kept[:14])
    )
    head = open_url(loom.text[-400:])
    if head is not None and loom.last:
        over, under = loom.last.word.annotation, word.annotation
        target, same = over.uri if over else None, bool(over and under and over.uri == under.uri)
        known = loom.document.words
        rule = url_goes_on(
            head, following, room=room, target=target, same_target=same, known_words=known
        )  # fmt: skip
        if rule:
            if head[-1] in HYPHENS and not _own_hyphen(loom, head, following, target):
                loom.cut_hyphen()
            loom.joins.append((len(loom.text), rule))
        return rule is None
    if loom.soft:
        return False
    if loom.text[-1] in HYPHENS:
        return _hyphen(loom, following)
    if _CLOSED_DASH.search(loom.text[-2:]) and word.text[0].isalnum():
        return False
    return not (spaceless(loom.text[-1]) and spaceless(word.text[0]))


def _hyphen(loom: _Loom, following: str) -> bool:
    """A hyphen at a line's end: cut when the word without it is right, else kept; never a space after it,
    unless it is a dash or one of a pair (`short- and long-term`)."""
    tail = loom.text.split()[-1]
    parts = following.split()
    after = _bare(parts[0]) if parts else ""
    if len(tail) < 2 or not tail[-2].isalnum():
        return True
    if not after or not parts[0][0].isalnum():
        return False
    after = re.split(r"[’'‘-]", after)[0]
    # after an elision the word begins anew: l’ex-|ploitation
    head = re.split(r"[’'‘-]", _bare(tail[:-1]))[-1]
    document = loom.document
    if _rejoins(head, after, parts[0], document):
        loom.cut_hyphen()
    return False


def _own_hyphen(loom: _Loom, head: str, following: str, target: str | None) -> bool:
    """Is the hyphen at a line's end inside a URL its own, and not the printer's?"""
    if target is not None:
        told = hyphen_of_target(head, following, target)
        if told is not None:
            return told
    first, after = re.search(r"(?<![^\W\d_])([^\W\d_]++).?$", loom.text), re.match(r"[^\W\d_]+", following)
    if first is None or after is None or not after.group()[0].islower():
        return True
    before, second = first.group(1).casefold(), after.group().casefold()
    facts = loom.document
    if before + second in facts.words:
        return f"{before}-{second}" in facts.compounds
    return not facts.hyphenates or before in facts.words or second in facts.words


def _rejoins(head: str, after: str, printed: str, document: DocumentFacts) -> bool:
    if not head.isalpha() or not after.isalpha() or not printed[0].islower():
        return False
    if f"{head}-{after}" in document.compounds:
        return False
    if head + after in document.words:
        return True
    if after in document.words:
        # `decision-makers`: both halves are words of the document
        return document.hyphenates and head not in document.words and len(head) > 1
    return len(head) > 1
