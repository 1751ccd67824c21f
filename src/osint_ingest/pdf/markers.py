"""The references of a document: the markers of its rows, and those that a row has no place for.

A number again, in the style of the row and after a word, is a second reference. A note that no marker of the
row leads to takes one that stands between its neighbours' markers. A number in the style of the row that it
lacks is an orphan; everything else is text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp
from typing import Literal

from osint_ingest.pdf.evidence import Features, FlowLine, before, flow_of, score
from osint_ingest.pdf.fitted import weigh
from osint_ingest.pdf.labels import Mark
from osint_ingest.pdf.layout import ReadPage
from osint_ingest.pdf.notes import Note, notes_of
from osint_ingest.pdf.numbering import systems_of
from osint_ingest.pdf.series import MAX_PUSHED, Pair, Row, rows_of, style_of
from osint_ingest.text.note_words import MANY_RAISED

LEAST_AGAIN = 0.7
"""The least confidence with which a sign outside the rows refers to a note again."""

EMPTY = 0.5
"""The most confidence in a tie to a note without text: what stands beside its label was not found."""
PLAIN = 1.5
"""Evidence (log-odds) for a marker, and for its label at the foot of the same page, from which nothing is in doubt."""

Rule = Literal["row", "unanswered", "again", "orphan", "unread"]
"""How a reference was found: in a row, or among what the rows left over."""


@dataclass(slots=True, eq=False)
class Reference:
    """A marker with its label, and the note that it leads to; None if there is no such note."""

    label: str
    mark: Mark
    place: FlowLine
    part: int
    note: Note | None
    confidence: float
    rule: Rule
    tie: tuple[Row, int] | None = None
    """The row of ties that it stands in, and its place there."""


def find_references(pages: Sequence[ReadPage]) -> tuple[list[Note], list[Reference]]:
    """The notes of a document in reading order, and raised numbers of which no reference was made although
    there are many; sets `refs` and `noted` of its lines."""
    finder, rows, of_pair = _with_rows(pages)
    if rows:
        finder.unanswered(rows[0], of_pair)
        finder.again(rows[0], of_pair)
        finder.orphans(rows[0])
    flow, notes = finder.flow, finder.notes
    unread = [] if any(p.line.refs for p in flow) else _raised_numbers(flow)
    if len({reference.label for reference in unread}) < MANY_RAISED:
        unread = []  # exponents, affiliations and notes of a table are the same few numbers again and again
    for reference in unread:
        # where no note was found, the digits still are no part of the words before them
        reference.place.line.refs.append(reference)
    for place in flow:
        place.line.refs.sort(key=lambda r: (r.mark.start, r.part))
    return notes, unread


def _with_rows(pages: Sequence[ReadPage]) -> tuple[_Finder, list[Row], dict[Pair, Note]]:
    """The references that stand in rows."""
    flow = flow_of(pages)
    score(flow)
    rows = rows_of(flow)
    notes, of_pair = notes_of(flow, rows)
    finder = _Finder(flow, notes)
    for row in rows:
        for i, pair in enumerate(row.pairs):
            note, label = of_pair[pair], pair.mark.labels[pair.part]
            sure = min(_probability("tie", tie_features(row, i)), EMPTY if note.empty else 1.0)
            finder.take(Reference(label, pair.mark, pair.at, pair.part, note, sure, "row", (row, i)))
    return finder, rows, of_pair


def repeated_in(pages: Sequence[ReadPage]) -> list[tuple[FlowLine, Mark, int, Note, Features]]:
    """Signs beside the rows of a document that may refer to a note again, with what tells whether they do."""
    finder, rows, of_pair = _with_rows(pages)
    if not rows:
        return []
    finder.unanswered(rows[0], of_pair)
    return finder.repeated(rows[0], of_pair)


def _raised_numbers(flow: Sequence[FlowLine]) -> list[Reference]:
    """The raised numbers after words, of which no reference was made."""
    return [
        Reference(label, mark, place, part, None, 0.3, "unread")
        for place in flow
        for mark in place.line.marks
        if mark.style == "raised" and mark.start and not mark.guess and not place.line.words[mark.start].space
        if not before(place.line, mark)[1]
        for part, label in enumerate(mark.labels)
        if label.isdigit()
    ]


def tie_features(row: Row, i: int) -> Features:
    """What tells a right tie of a row from a wrong one: its own evidence, and its neighbours in the row."""
    pair = row.pairs[i]
    before = row.pairs[i - 1] if i else None
    after = row.pairs[i + 1] if i + 1 < len(row.pairs) else None
    return {
        "bias": 1.0,
        "evidence": max(-10.0, min(pair.score, 10.0)),
        "marker": max(-6.0, min(pair.mark.score, 6.0)),
        "label": max(-6.0, min(pair.lead.score, 6.0)),
        "follows": float(pair.value == (before.value + 1 if before else 1)),
        "followed": float(after is None or after.value in (pair.value + 1, 1)),
        "pages": float(pair.to.page.number - pair.at.page.number) if row.where == "foot" else 0.0,
        "end": float(row.where == "end"),
        "length": float(min(len(row.pairs), 10)),
        "plain": float(
            min(pair.mark.score, pair.lead.score) > PLAIN
            and pair.lead.run[0] + pair.lead.run[1] > 0
            and row.where == "foot"
            and pair.to.page is pair.at.page
        ),
    }


def _probability(kind: str, features: Features) -> float:
    """The calibrated probability of a yes."""
    return round(1 / (1 + exp(-weigh(kind, features))), 2)


class _Finder:
    def __init__(self, flow: list[FlowLine], notes: list[Note]) -> None:
        self.flow = flow
        self.notes = notes
        self.answered: set[Note] = set()

    def take(self, reference: Reference) -> None:
        reference.place.line.refs.append(reference)
        if reference.note is not None:
            self.answered.add(reference.note)

    def free(self, row: Row, *, guesses: bool = False) -> list[tuple[FlowLine, Mark, int]]:
        """Possible markers that are none yet, in the row's style and outside the notes."""
        style = style_of(row)
        found = []
        for place in self.flow:
            if place.line.noted:
                continue
            for mark in place.line.marks:
                if mark.style != style or (mark.guess and not guesses):
                    continue
                taken = {(r.mark.start, r.part) for r in place.line.refs}
                spans = [(r.mark.start, r.mark.end, r.mark) for r in place.line.refs]
                if any(s < mark.end and mark.start < e and m is not mark for s, e, m in spans):
                    continue
                found += [(place, mark, k) for k in range(len(mark.labels)) if (mark.start, k) not in taken]
        return found

    def unanswered(self, row: Row, of_pair: dict[Pair, Note]) -> None:
        """Notes without a marker take one that stands in their place."""
        free = self.free(row, guesses=True)
        place_of = {of_pair[p]: p.at.index for p in row.pairs}
        for i, note in enumerate(self.notes):
            if note in self.answered:
                continue
            low = next((place_of[n] for n in reversed(self.notes[:i]) if n in place_of), -1)
            high = next((place_of[n] for n in self.notes[i + 1 :] if n in place_of), note.first.index)
            same = [
                (p, m, k)
                for p, m, k in free
                if m.labels[k] == note.label
                and p.page.number <= note.page
                and (note.where == "end" or p.page.number >= note.page - MAX_PUSHED)
            ]
            between = [x for x in same if low <= x[0].index <= high] or [
                x for x in same if x[0].page.number == note.page
            ]
            if between:
                place, mark, part = max(between, key=lambda x: x[1].score)
                if mark.score > -3:
                    self.take(Reference(note.label, mark, place, part, note, 0.7, "unanswered"))
                    place_of[note] = place.index

    def again(self, row: Row, of_pair: dict[Pair, Note]) -> None:
        """A number again, after its note was referred to: where it means one note only."""
        for place, mark, part, note, features in self.repeated(row, of_pair):
            sure = _probability("again", features)
            if sure >= LEAST_AGAIN:
                self.take(Reference(mark.labels[part], mark, place, part, note, sure, "again"))

    def repeated(
        self, row: Row, of_pair: dict[Pair, Note]
    ) -> list[tuple[FlowLine, Mark, int, Note, Features]]:
        """Signs that may refer to a note again, and what tells whether they do."""
        first = {of_pair[p]: p.at.index for p in row.pairs}
        times = Counter(n.label for n in first)
        by_label = {n.label: n for n in first if times[n.label] == 1 and n.label.isdigit()}
        by_page = {(n.page, n.label): n for n in self.notes}
        found = []
        for place, mark, part in self.free(row):
            note = by_page.get((place.page.number, mark.labels[part]))
            least = min(first.values())
            if note is None and (note := by_label.get(mark.labels[part])):
                least = first.get(note, len(self.flow))
            if note is not None and note in self.answered and place.index >= least:
                features = {
                    "bias": 1.0,
                    mark.style: 1.0,
                    "spaced": float(mark.style != "bracket" and place.line.words[mark.start].space),
                    "marker": max(-6.0, min(mark.score, 6.0)),
                    "pages": float(min(abs(place.page.number - note.page), 5))
                    if note.where == "foot"
                    else 0.0,
                }
                found.append((place, mark, part, note, features))
        return found

    def orphans(self, row: Row) -> None:
        """Markers without a note, whose number the row lacks."""
        known = {n.label for n in self.notes}
        steps = [(p.at.index, p.value) for p in row.pairs]
        if len(steps) < 2:
            return
        for place, mark, part in self.free(row):
            label = mark.labels[part]
            value = next((v for s, v in systems_of(label) if s == row.system), None)
            if value is None or mark.score < 1 or label in known or row.system in ("symbols", "repeated"):
                continue
            before = max((v for i, v in steps if i <= place.index), default=0)
            after = min((v for i, v in steps if i > place.index), default=None)
            if before < value <= before + 3 and (after is None or value < after):
                self.take(Reference(label, mark, place, part, None, 0.5, "orphan"))
                steps.append((place.index, value))
