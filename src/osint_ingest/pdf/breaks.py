"""Printed lines -> groups of lines, each of which is one passage: a paragraph, item, heading, caption or cell.

What speaks for and against an end between two lines is measured, in a column or over its end; boosted trees
(`trees.json`) weigh the measures, a few signs decide by themselves. A cell of a table and a line of a table of
contents are always passages of their own.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from osint_ingest.pdf.body_lines import FAR, FEW, SHORTENED, BodyLine, rows_of
from osint_ingest.pdf.fitted import log_odds
from osint_ingest.pdf.labels import Lead, is_raised
from osint_ingest.pdf.layout import ReadPage
from osint_ingest.pdf.lines import PrintedLine
from osint_ingest.pdf.numbering import CONTENTS_LINE, systems_of

_ENDS = re.compile(r"[.!?:;。！？؟।][\"'”»)\]’]*$")
_MARKERS = re.compile(r"[\[\](),\s\d]+")

CERTAIN = 9.0
LARGER = 0.08
"""A passage ends where the size changes by more than this share (true at 1,262 of 1,263 places of the fit)."""
NOISE, LEAST_SPREAD = 0.015, 0.001
"""Steps this near to the usual one are those inside paragraphs; and the least that they are said to vary."""
DEEPEST = 4
"""Lists inside lists that are kept in mind."""
ROOM = 0.5
"""A line was ended on purpose when the next word and this much more (share of the size) had fitted on it."""


@dataclass(slots=True, eq=False)
class Group:
    """The lines of one passage, as far as it was read. `start`: from where its column begins to its first line, and
    `text`: to the others, in units of its size."""

    number: int
    """Its index among the passages."""
    lines: list[PrintedLine]
    last: BodyLine
    start: float
    text: float
    label: int = 0
    """How many words at its head are its bullet or number."""
    item: bool = False
    listed: bool = False
    """It has a bullet, or a number of a list with several."""
    contents: bool = False
    """It is a line of a table of contents."""
    depth: int = 0
    """How deep it stands in its list, from 1."""

    @property
    def page(self) -> int:
        return self.lines[0].page

    @property
    def cell(self) -> tuple[int, int, int] | None:
        return self.last.block.cell


@dataclass(slots=True)
class _Number:
    """The latest number of a list, and the passage that it stands in."""

    style: str = ""
    place: tuple[str, int] = ("", 0)
    passage: Group | None = None
    around: Sequence[_Number] = ()
    """The lists around that list, the outermost first."""

    def goes_on(self, lead: Lead) -> tuple[str, int] | None:
        """Return the place of a label if it is the next one of the list."""
        following = (self.place[0], self.place[1] + 1)
        return following if self.style == lead.style and following in systems_of(lead.label) else None


@dataclass(slots=True)
class Habits:
    """How a document sets its paragraphs apart."""

    leading: dict[float, float] = field(default_factory=dict)
    usual: float = 1.2
    spread: float = 0.01
    """How much the distance of lines varies inside paragraphs."""
    apart: float = 1.45
    """Lines of large print this far from each other are no lines of one title."""
    gap: float = 0.0
    indent: float = 0.0
    justified: float = 0.0
    body: float = 10.0
    openings: frozenset[str] = frozenset()
    """Forms of numbers and signs (`00th.`) that begin paragraphs, and hardly ever other lines."""


def habits_of(rows: Sequence[BodyLine], body: float) -> Habits:
    """Return the usual distance of lines by their size, and how paragraphs are set apart: by a gap, by an indent."""
    steps: dict[float, Counter[float]] = defaultdict(Counter)
    for a, b in pairwise(rows):
        if 0.8 < b.step < 2.4 and abs(a.line.size - b.line.size) < 0.3:
            steps[round(b.line.size)][round(b.step, 2)] += 1
    leading = {}
    for size, count in steps.items():
        # two headings, one under the other, are no lines of one
        if size <= round(body) or sum(count.values()) >= FEW:
            leading[size] = min(s for s, n in count.items() if n >= 0.5 * max(count.values()))
    usual = leading.get(round(body), 1.2)
    inside = [b.step for b in rows if abs(b.step - usual) < NOISE and abs(b.line.size - body) < 0.3]
    if inside:
        usual = leading[round(body)] = median(inside)
    habits = Habits(leading, usual, body=body)
    if len(inside) >= FEW:
        habits.apart = max(habits.apart, 1.2 * usual)
    sure = sorted(
        abs(b.step - usual)
        for a, b in pairwise(rows)
        if abs(b.step - usual) < 0.3 and not _ENDS.search(a.text) and not _opening(b.text)
    )
    habits.spread = max(LEAST_SPREAD, sure[len(sure) * 4 // 5]) if len(sure) >= FEW else NOISE
    gaps, indents = [], []
    full = short = 0
    for a, b, c in zip(rows, rows[1:], rows[2:], strict=False):
        if not _in_body(a, b, body):
            continue
        short += a.rest > 0.1
        full += a.rest <= 0.1
        ended = a.rest > 2 + b.word and _ENDS.search(a.text)
        plain = a.start < 0.5 and not b.bullet and not (b.lead and _may_count(b.lead))
        # the line after shows whether an indent is that of a first line
        if ended and plain and _opening(b.text) and b.step < 5 and c.step < 2.4 and b.rest < 2 + c.word:
            indents.append(b.start - c.start)
            if c.start < 0.5:
                gaps.append(b.step - usual)
    if gaps:
        habits.gap = max(0.0, median(gaps))
    if indents:
        habits.indent = sum(0.6 < x < 4 for x in indents) / len(indents)
    habits.justified = full / (full + short) if full + short else 0.0
    habits.openings = _openings(rows, body)
    return habits


def _in_body(a: BodyLine, b: BodyLine, body: float) -> bool:
    """Do two lines of the body's size stand one under the other?"""
    return b.step != FAR and abs(a.line.size - body) <= 0.4 and abs(b.line.size - body) <= 0.4


def _openings(rows: Sequence[BodyLine], body: float) -> frozenset[str]:
    """The forms of first words that follow a short line with a full stop, and hardly ever one without."""
    opening, going_on = Counter[str](), Counter[str]()
    for a, b in pairwise(rows):
        stops = _ENDS.search(a.text)
        if _in_body(a, b, body) and not (stops and a.rest <= 2 + b.word):
            (opening if stops else going_on)[_form(b.text)] += 1
    return frozenset(f for f, n in opening.items() if f and n >= FEW and n >= 4 * going_on[f])


def _form(text: str) -> str:
    """The form of a line's first word where that begins with a digit or a sign: `00th.`; else nothing."""
    word = text.split(maxsplit=1)[0] if text else ""
    return "" if _opening(word) != 1 else re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "0", word))


def _closing(text: str) -> int:
    """How a line ends: 3 with a sentence's end, 2 with a colon, 1 with a shortened word, -1 with a hyphen, else 0."""
    if text.endswith(("-", "\u00ad", "\u2010", "/")):
        return -1
    if not _ENDS.search(text):
        return 0
    if SHORTENED.search(text):
        return 1
    return 2 if text.rstrip("\"'”»)]’")[-1:] in ":;" else 3


def _opening(text: str) -> int:
    """How a line begins: 2 with a capital, 0 with a small letter, 1 with anything else."""
    char = text.lstrip("\"'“„«([¿¡‘")[:1]
    return 2 if char.isupper() else 0 if char.islower() else 1


Measures = dict[str, float]


def measures(passage: Group, row: BodyLine, after: BodyLine | None, habits: Habits) -> Measures:
    """Return what lies between a passage's last line and `row`, by name; lengths in units of the row's size."""
    above = passage.last
    a, b = above.line, row.line
    inside = row.block is above.block or row.joined
    leading = habits.leading.get(round(b.size or 1.0), habits.usual)
    step = max(-3.0, min(5.0, row.step - leading)) if inside else FAR
    under = after is not None and after.block is row.block
    rest = min(above.rest, 30.0)
    return {
        # 0 in a block, 1 to the next block, 2 to the next page
        "over": 0 if inside else 1 if above.page == row.page else min(1 + row.page - above.page, 3),
        # between the baselines, less the document's usual one
        "step": step,
        # the same, less what the document sets between paragraphs
        "step_paragraph": step - habits.gap if inside else FAR,
        "step_before": min(5.0, above.step - leading) if above.step != FAR else FAR,
        # the same as `step`, against how much lines inside paragraphs vary: TeX parts these by little
        "looser": max(-20.0, min((row.step - leading) / habits.spread, 20.0)) if inside else 0.0,
        # it begins with a number or a sign in the form in which paragraphs of the document begin
        "opens": _form(row.text) in habits.openings,
        # it begins under a word inside the line above, as text after a label does
        "hangs": len(passage.lines) == 1 and _hangs(a, b),
        "step_after": min(5.0, after.step - leading) if under and after else FAR,
        # what the document sets between paragraphs, how often these begin indented, how often lines are full
        "habit_gap": habits.gap,
        "habit_indent": habits.indent,
        "habit_justified": habits.justified,
        # where the lower line begins, from its column's edge, and from where other lines begin
        "start": row.start,
        "start_above": above.start,
        "shift": row.start - above.start,
        "shift_after": max(-9.0, min(9.0, after.start - row.start)) if under and after else FAR,
        "from_text": row.start - passage.text,
        "from_first": row.start - passage.start,
        # white space at the end of the line above, the same less the next word
        "rest": rest,
        "room": rest - row.word,
        "rest_below": min(row.rest, 30.0),
        "width": min(row.width, 60.0),
        "ends": _closing(above.text),
        "begins": _opening(row.text),
        "bullet": row.bullet,
        "labelled": row.lead is not None and not row.lead.alone,
        "item": passage.item,
        "lines": min(len(passage.lines), 4),
        "size": min(b.size / habits.body, 3.0),
        "bolder": b.bold - a.bold,
        "wrapped": _wrapped(row),
    }


class Breaks:
    """Goes through the lines of a document's body, from the first to the last.

    Call `between` with the next line, then `begin` or `go_on` as you decide.
    """

    def __init__(self, pages: Sequence[ReadPage], body: float) -> None:
        self.rows = rows_of(pages)
        self.habits = habits_of(self.rows, body)
        self.passages: list[Group] = []
        self._lists: list[_Number] = []

    def between(self, i: int, passage: Group) -> float:
        """Return the evidence (log-odds) that a passage ends before line `i`."""
        return self.certain(i, passage) or log_odds("break", self.measures(i, passage))

    def certain(self, i: int, passage: Group) -> float:
        """Return the evidence where one sign decides by itself, else 0."""
        row, last = self.rows[i], passage.last
        inside, wrapped = row.block is last.block or row.joined, _wrapped(row)
        over, under = last.line.words[-1].annotation, row.line.words[0].annotation
        linked = over and under and over.uri == under.uri and not row.bullet
        if linked or (wrapped and inside and _markers_alone(row)):
            return -CERTAIN
        ended = _closing(last.text) > 1 and (row.bullet or self._counts(row))
        resized = abs(row.line.size - last.line.size) > LARGER * last.line.size and not wrapped
        # the lines of a title stand closer
        titles = row.line.size > 1.25 * self.habits.body and self.habits.apart < row.step < FAR
        # an affiliation, or a note that no marker leads to
        raised = row.lead and not row.lead.alone and is_raised(row.line.words[0], row.line) and not wrapped
        # a label on its line, above what it names; after a colon its text may follow on the next line
        weight = inside and row.line.bold != last.line.bold and last.rest > row.word + ROOM
        label = weight and not last.text.endswith(":")
        if ended or resized or titles or raised or label or row.parted:
            return CERTAIN
        return 0.0

    def measures(self, i: int, passage: Group) -> Measures:
        """Return what lies between a passage and line `i`."""
        after = self.rows[i + 1] if i + 1 < len(self.rows) else None
        return measures(passage, self.rows[i], after, self.habits)

    def begin(self, row: BodyLine) -> Group:
        """Begin a passage with this line."""
        passage = Group(len(self.passages), [row.line], row, row.start, row.start)
        self.passages.append(passage)
        if row.bullet:
            passage.label, passage.item, passage.listed = 1, True, True
        elif row.lead and (number := self._counts(row)):
            passage.label, passage.item = row.lead.words, row.lead.style != "capital"
            if number.passage and number.place[1] > 1 and self._under(number.passage):
                passage.listed = number.passage.listed = passage.item = number.passage.item = True
            number.passage = passage
            self._lists = [*number.around, number]
        if passage.item:
            passage.text = _text_start(row, passage.label)
        return passage

    def go_on(self, passage: Group, row: BodyLine) -> None:
        """Add this line to a passage."""
        passage.last = row
        passage.lines.append(row.line)
        if len(passage.lines) == 2 and (not passage.item or abs(row.start - passage.text) < 4):
            passage.text = row.start

    def _under(self, item: Group) -> bool:
        """Does nothing but items, and text that stands deeper, follow an item? After other text a number heads it."""
        return all(
            p.item or p.start > item.start + 0.5 or p.last.block.cell or p.last.block.aside
            for p in self.passages[item.number + 1 : -1]
        )

    def _counts(self, row: BodyLine) -> _Number | None:
        """Return the number that a line begins with: the next of a list, or the first of a new one."""
        lead = row.lead
        if lead is None or row.bullet or not _may_count(lead) or len(row.text.split()) < 2:
            return None
        for depth in reversed(range(len(self._lists))):
            if place := self._lists[depth].goes_on(lead):
                return _Number(lead.style, place, self._lists[depth].passage, self._lists[:depth])
        first = next((place for place in reversed(systems_of(lead.label)) if place[1] == 1), None)
        return _Number(lead.style, first, None, self._lists[-DEEPEST:]) if first else None


def _hangs(above: PrintedLine, line: PrintedLine) -> bool:
    """Does a line begin right under one of the first words of the line above, but not under the first?"""
    return any(abs(w.x0 - line.x0) < 0.08 * line.size for w in above.words[1:4] if w.space)


def _wrapped(row: BodyLine) -> bool:
    """Does a line begin with a marker that the line above had no room for?"""
    return any(r.mark.start == 0 for r in row.line.refs)


def _markers_alone(row: BodyLine) -> bool:
    """Does a line hold nothing but markers?"""
    return not _MARKERS.sub("", row.text)


def _may_count(lead: Lead) -> bool:
    return not lead.alone and lead.style in ("dotted", "bracket", "round", "capital")


def _text_start(row: BodyLine, label: int) -> float:
    """Where the text of an item begins, after its bullet or number."""
    line = row.line
    word = line.words[min(label, len(line.words) - 1)]
    return row.start + ((line.x1 - word.x1) if row.rtl else (word.x0 - line.x0)) / (line.size or 1.0)


def groups_of(pages: Sequence[ReadPage], body: float) -> list[Group]:
    """Return the passages of the body in reading order, rejoined over columns and pages. `body`: the size of text."""
    breaks = Breaks(pages, body)
    last: dict[bool, Group] = {}  # of the text, and of the frame that it flows around
    contents = False
    for i, row in enumerate(breaks.rows):
        before, contents = contents, bool(CONTENTS_LINE.search(row.text))
        group, aside = last.get(row.block.aside), row.block.aside
        if (
            group is None
            or before
            or contents
            or group.cell != row.block.cell
            or breaks.between(i, group) > 0
        ):
            last[aside] = breaks.begin(row)
            last[aside].contents = contents
        else:
            breaks.go_on(group, row)
    for group in breaks.passages:
        group.item = group.item and not group.contents
        group.label = group.label if group.listed else 0
    _set_depths(breaks.passages)
    return breaks.passages


def _set_depths(groups: Sequence[Group]) -> None:
    """Set how deep each item of a list stands, from 1: by how far it is indented within its list."""
    indents: list[float] = []
    for group in groups:
        if not group.item:
            indents = indents if group.start > 0.2 and indents else []
            continue
        while indents and group.start < indents[-1] - 0.5:
            indents.pop()
        if not indents or group.start > indents[-1] + 0.5:
            indents.append(group.start)
        group.depth = len(indents)
