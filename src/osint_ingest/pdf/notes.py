"""Where each note begins and ends: from the labels that the rows have chosen, and what the page shows.

A note ends where the next one begins, or where larger print, a heading or a wide gap says that the text
goes on. A note at the foot may go on at the foot of the next column or page, under the rule, above the
first label there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from osint_ingest.pdf.evidence import SMALL, FlowLine, ruled_lines
from osint_ingest.pdf.labels import Lead, LeadStyle
from osint_ingest.pdf.lines import PrintedLine
from osint_ingest.pdf.numbering import systems_of
from osint_ingest.pdf.series import Pair, Row, Where
from osint_ingest.pdf.weave import Piece
from osint_ingest.text.note_words import is_notes_heading

BACK_LINKS = frozenset("↩^↑⏎⤴\ufe0e\ufe0f")
"""Signs that link a note back to its marker; at its beginning or end they do not belong to its text."""
LONGEST_NOTE = 60
"""The most lines of a note in a list at the end; what follows is taken for text again."""


@dataclass(slots=True, eq=False)
class Note:
    """A note's label and lines. `where`: at the foot of a page, or in a list at the end of a part."""

    label: str
    style: LeadStyle
    page: int
    where: Where
    first: FlowLine
    pieces: list[Piece] = field(default_factory=list)
    last: FlowLine | None = None
    """Its last line."""

    @property
    def size(self) -> float:
        """The size of its text: a label alone on its line has none."""
        line, start, _ = self.pieces[0]
        return self.pieces[1][0].size if start >= len(line.words) and len(self.pieces) > 1 else line.size

    @property
    def empty(self) -> bool:
        """Has it a label and no text?"""
        return all(start >= (len(line.words) if stop is None else stop) for line, start, stop in self.pieces)


def notes_of(flow: Sequence[FlowLine], rows: Sequence[Row]) -> tuple[list[Note], dict[Pair, Note]]:
    """Return the notes in reading order, and the note of each pair of marker and note. Marks the lines of notes as
    `noted`."""
    return _NoteReader(flow, rows).read()


class _NoteReader:
    def __init__(self, flow: Sequence[FlowLine], rows: Sequence[Row]) -> None:
        self.flow = flow
        self.chosen: dict[int, list[tuple[Lead, Where, Pair]]] = defaultdict(list)
        for row in rows:
            for pair in row.pairs:
                where: Where = "foot" if _at_foot(row, pair) else "end"
                self.chosen[pair.to.index].append((pair.lead, where, pair))
        for listed in self.chosen.values():
            listed.sort(key=lambda x: x[0].start)
        self.notes: list[Note] = []
        self.of_pair: dict[Pair, Note] = {}
        feet = [_text_size(p.to, p.lead, flow) for row in rows for p in row.pairs if _at_foot(row, p)]
        self.foot_size = max(set(feet), key=feet.count) if feet else 0.0

    def read(self) -> tuple[list[Note], dict[Pair, Note]]:
        current: Note | None = None
        foot: Note | None = None
        zone = 0
        remaining = [i for i, listed in self.chosen.items() if any(w == "end" for _, w, _ in listed)]
        last_end = max(remaining, default=-1)
        for place in self.flow:
            if place.row == 0:
                zone = self._zone_start(place, foot)
                if current is not None and current.where == "foot":
                    foot, current = current, None
            if current is None and foot is not None and place.row >= zone and place.index not in self.chosen:
                current = foot
            if place.index in self.chosen:
                current = self._begin(place, self.chosen[place.index], current)
            elif current is not None and (lead := self._unanswered(place, current)) is not None:
                current = self._add(
                    Note(lead.label, lead.style, place.page.number, current.where, place), lead, place, None
                )
            elif current is not None and not self._over(current, place, last_end):
                self._extend(current, place, 0, None)
            else:
                current = None
            if current is not None and current.where == "foot":
                foot = current
        for note in self.notes:
            _drop_back_links(note)
        return self.notes, self.of_pair

    def _begin(
        self, place: FlowLine, leads: Sequence[tuple[Lead, Where, Pair]], current: Note | None
    ) -> Note:
        if leads[0][0].start and current is not None:
            self._extend(current, place, 0, leads[0][0].start)
        for k, (lead, where, pair) in enumerate(leads):
            stop = leads[k + 1][0].start if k + 1 < len(leads) else None
            note = Note(lead.label, lead.style, place.page.number, where, place)
            current = self._add(note, lead, place, stop)
            self.of_pair[pair] = current
        assert current is not None
        return current

    def _add(self, note: Note, lead: Lead, place: FlowLine, stop: int | None) -> Note:
        self.notes.append(note)
        self._extend(note, place, lead.words, stop)
        return note

    def _extend(self, note: Note, place: FlowLine, start: int, stop: int | None) -> None:
        note.pieces.append((place.line, start, stop))
        note.last = place
        place.line.noted = True

    def _unanswered(self, place: FlowLine, current: Note) -> Lead | None:
        """Return the label of a note that no marker leads to: it counts on from the note above, in its style."""
        lead = place.line.leads[0] if place.line.leads else None
        if lead is None or lead.start or lead.style != current.style or current.style in ("symbol",):
            return None
        model = current.first
        follows = {(s, v + 1) for s, v in systems_of(current.label)} & set(systems_of(lead.label))
        aligned = abs(place.line.x0 - model.line.x0) < 0.3 * place.line.size or place.page is not model.page
        alike = abs(place.line.size - model.line.size) < 0.3 and place.line.bold == model.line.bold
        last = current.where == "foot" or (self.notes and self.notes[-1] is current)
        return lead if follows and aligned and alike and last else None

    def _zone_start(self, first: FlowLine, foot: Note | None) -> int:
        """Return the index of the line from which a block continues a note of the previous column or page."""
        lines = first.block.lines
        none = len(lines)
        outside = first.block.aside or first.block.cell is not None
        if foot is None or outside or first.page.number - foot.pieces[-1][0].page > 1:
            return none
        own = next(
            (
                k
                for k in range(len(lines))
                if any(w == "foot" for _, w, _ in self.chosen.get(first.index + k, ()))
            ),
            none,
        )
        if own == none and not first.bottom:
            return none
        lead = self.chosen[first.index + own][0][0] if own < none else None
        size = self.foot_size if lead is None or lead.alone else lines[own].size
        under = ruled_lines(first.page, first.block)
        top = own
        while top > 0 and top not in under and abs(lines[top - 1].size - size) < 0.4:
            top -= 1
        if top == own:
            return none
        small = size < SMALL * first.body
        follows = self._unanswered(self.flow[first.index + top], foot)
        if (own == none or top not in under) and follows is None and _had_room(foot, lines[top]):
            return none
        if top in under and (small or top > 0):
            return top
        return top if small and (top == 0 or lines[top - 1].size > size + 0.3) else none

    def _over(self, note: Note, place: FlowLine, last_end: int) -> bool:
        """Tell whether the note has ended before this line."""
        line, last = place.line, note.pieces[-1][0]
        alone = len(note.pieces) == 1 and note.pieces[0][1] >= len(last.words)
        # a line of a URL in a typewriter's letters is larger than the note and still smaller than the text
        close = place.gap < 1.5 and line.size < SMALL * place.body
        if (
            (line.size > note.size + 0.6 and not alone and not close)
            or place.block.cell != note.first.block.cell
            or is_notes_heading(line.text)
        ):
            return True
        if line.bold and not note.first.line.bold and not alone and (place.gap > 1.5 or note.where == "end"):
            return True
        if line.page == last.page and line.base > last.base and line.base - last.base > 2.6 * line.size:
            return True
        # after the last note of a list nothing but a line like its own goes on with it
        unlike = place.index >= last_end and abs(line.size - note.size) > 0.3
        return note.where == "end" and (len(note.pieces) > LONGEST_NOTE or unlike)


def _had_room(note: Note, line: PrintedLine) -> bool:
    """Tell whether a note's last line had room for the first word of `line`: then the note ends there."""
    assert note.last is not None
    last, word = note.last.line, line.words[0]
    return last.x1 + 0.3 * last.size + word.x1 - word.x0 < note.last.block.x1 - 0.5 * last.size


def _drop_back_links(note: Note) -> None:
    line, start, stop = note.pieces[0]
    while start < (stop or len(line.words)) and BACK_LINKS.issuperset(line.words[start].text):
        start += 1
    note.pieces[0] = (line, start, stop)
    line, start, stop = note.pieces[-1]
    end = len(line.words) if stop is None else stop
    while end > start and BACK_LINKS.issuperset(line.words[end - 1].text):
        end -= 1
    note.pieces[-1] = (line, start, end)


def _at_foot(row: Row, pair: Pair) -> bool:
    """Does a note stand at a page's foot? Notes that long ones have pushed over many pages do as well."""
    return row.where == "foot" or (pair.to.ruled and pair.to.tail and pair.to.bottom)


def _text_size(place: FlowLine, lead: Lead, flow: Sequence[FlowLine]) -> float:
    """The size of a note's text, which a label alone on its line does not show."""
    following = flow[place.index + 1 : place.index + 2]
    return following[0].line.size if lead.alone and following else place.line.size
