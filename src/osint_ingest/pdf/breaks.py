"""Does a passage end between two printed lines? What speaks for and against it, measured.

The measures are weighed by boosted trees (`breaks.json`), fitted by `make fit` on documents whose passages
are known; the file says on which. Reading them needs nothing but comparisons and sums.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import pairwise
from statistics import median

from osint_ingest.pdf.labels import Lead, systems_of
from osint_ingest.pdf.layout import Block, PageLayout
from osint_ingest.pdf.lines import PrintedLine
from osint_ingest.text.language_files import any_word

BULLET = re.compile(r"^[•●▪■◦○‣➢➤✓❖□\u2013\u2014\-*\uf000-\uf0ff\ufffd·∗⋆▸►▶◆◇]$")
_ENDS = re.compile(r"[.!?:;。！？؟।][\"'”»)\]’]*$")
TOC = re.compile(
    r"(?<!\.)(?<!\.\s)(?:\.\s?){4,}+\s*+\d{0,4}$|(?<!…)…{2,}+\s*+\d{0,4}$|(?<!_)_{4,}+\s*+\d{1,4}$"
)
_SHORT = re.compile(rf"\b(?:{any_word('shortened')})\.$", re.I)
_ENDS = re.compile(r"[.!?:;。！？؟।][\"'”»)\]’]*$")
FAR = 9.0
"""A measure between lines that have none: over a column's or a page's end."""

FEATURES = (
    "over",  # 0 in a block, 1 to the next block, 2 to the next page
    "step",  # between the baselines, less the document's usual one
    "step_paragraph",  # the same, less what the document sets between paragraphs
    "step_before",
    "step_after",
    "habit_gap",  # what the document sets between paragraphs
    "habit_indent",  # how often its paragraphs begin indented
    "habit_justified",
    "start",  # where the lower line begins, from its column's edge
    "start_above",
    "shift",  # the same, from where the line above begins
    "shift_after",  # where the line under it begins, from where it does
    "from_text",  # from where the passage's later lines begin
    "from_first",  # from where its first line begins
    "rest",  # white space at the end of the line above
    "room",  # the same, less the next word
    "rest_below",
    "width",  # of the column
    "ends",  # 3 a sentence, 2 a colon or the like, 1 a shortened word, 0 none of them, -1 a hyphen
    "begins",  # 2 in capitals, 1 with a digit or sign, 0 with a small letter
    "bullet",
    "counts",  # the number in front counts up
    "labelled",  # any label
    "item",  # the passage above is an item
    "lines",
    "larger",
    "size",  # to that of running text
    "bolder",
    "bold",
    "slanted",
    "row",  # another piece of the same row
    "wrapped",  # begins with a marker that the line above had no room for
)


@dataclass(slots=True)
class Row:
    """A line of the body in the flow of the document, with where it stands in its column."""

    line: PrintedLine
    block: Block
    page: int
    start: float
    """From the column's edge at which lines begin, in its size."""
    rest: float
    """To the edge at which they end."""
    width: float
    word: float
    """The width of its first word."""
    text: str
    lead: Lead | None
    rtl: bool
    step: float = FAR
    """From the baseline above in its block."""

    @property
    def bullet(self) -> bool:
        return is_bullet(self.line)


@dataclass(slots=True)
class State:
    """The passage that the line above belongs to: `first` and `text` are where its lines begin."""

    first: float
    text: float
    item: bool
    lines: int = 1


@dataclass(slots=True)
class Numbers:
    """Where a numbered list stands."""

    value: int = 0
    system: str = ""
    style: str = ""

    def follows(self, lead: Lead | None) -> tuple[str, int] | None:
        """The place of a label that counts up, or begins to count; else None."""
        if lead is None or lead.alone or lead.style not in ("dotted", "bracket", "round"):
            return None
        places = systems_of(lead.label)
        for system, value in places:
            if system == self.system and value == self.value + 1 and lead.style == self.style:
                return system, value
        return next(((s, v) for s, v in reversed(places) if v == 1), None)

    def set(self, place: tuple[str, int], lead: Lead) -> None:
        (self.system, self.value), self.style = place, lead.style


@dataclass(slots=True)
class Habits:
    """How a document sets its paragraphs apart."""

    leading: dict[float, float] = field(default_factory=dict)
    usual: float = 1.2
    gap: float = 0.0
    indent: float = 0.0
    justified: float = 0.0
    body: float = 10.0


def is_bullet(line: PrintedLine) -> bool:
    """Does a line begin with the sign of a list? An `o` is one where a wide gap follows."""
    if len(line.words) < 2:
        return False
    sign, text = line.words[:2]
    return bool(BULLET.match(sign.text)) or (sign.text == "o" and text.x0 - sign.x1 > 0.7 * line.size)


def rows_of(pages: Sequence[PageLayout]) -> list[Row]:
    """The lines of the body in reading order."""
    rows: list[Row] = []
    for page in pages:
        for block, lines in page.body():
            if not lines:
                continue
            left, right = min(x.x0 for x in lines), max(x.x1 for x in lines)
            rtl = sum(x.rtl for x in lines) * 2 > len(lines)
            last = None
            for line in lines:
                size = line.size or 1.0
                rest = (line.x0 - left if rtl else right - line.x1) / size
                start = (right - line.x1 if rtl else line.x0 - left) / size
                word = 0.0
                for i, w in enumerate(line.words):
                    if i and w.space:
                        break
                    word += w.x1 - w.x0
                lead = line.leads[0] if line.leads and not line.leads[0].guess else None
                row = Row(
                    line, block, page.number, start, rest, (right - left) / size, word / size, line.text, lead, rtl
                )
                if last is not None:
                    row.step = (line.base - last.base) / size
                rows.append(row)
                last = line
    return rows


def habits_of(rows: Sequence[Row], body: float) -> Habits:
    """The usual distance of lines by their size, and what parts paragraphs: a gap, an indent."""
    steps: dict[float, Counter[float]] = defaultdict(Counter)
    for a, b in pairwise(rows):
        if 0.8 < b.step < 2.4 and abs(a.line.size - b.line.size) < 0.3:
            steps[round(b.line.size)][round(b.step, 2)] += 1
    leading = {}
    for size, count in steps.items():
        best = max(count.values())
        leading[size] = min(s for s, n in count.items() if n >= 0.5 * best)
    usual = leading.get(round(body), 1.2)
    habits = Habits(leading, usual, body=body)
    gaps, indents = [], []
    full = short = 0
    for a, b in pairwise(rows):
        if b.step == FAR or abs(a.line.size - body) > 0.4 or abs(b.line.size - body) > 0.4:
            continue
        short += 0.1 < a.rest
        full += a.rest <= 0.1
        if a.rest > 2 + b.word and _ENDS.search(a.text) and b.text[:1].isupper() and b.step < 5:
            gaps.append(b.step - usual)
            indents.append(b.start)
    if gaps:
        habits.gap = max(0.0, median(gaps))
        habits.indent = sum(0.6 < x < 4 for x in indents) / len(indents)
    habits.justified = full / (full + short) if full + short else 0.0
    return habits


def _closing(text: str) -> int:
    if text.endswith(("-", "\u00ad", "\u2010", "/")):
        return -1
    if not _ENDS.search(text):
        return 0
    if _SHORT.search(text):
        return 1
    return 2 if text.rstrip("\"'”»)]’")[-1:] in ":;" else 3


def _opening(text: str) -> int:
    char = text.lstrip("\"'“„«([¿¡‘")[:1]
    return 2 if char.isupper() else 0 if char.islower() else 1


def features(
    above: Row, row: Row, after: Row | None, state: State, numbers: Numbers, habits: Habits
) -> list[float]:
    """The measures of `FEATURES` for the gap between two lines; lengths in the line's size."""
    a, b = above.line, row.line
    size = b.size or 1.0
    inside = row.block is above.block
    leading = habits.leading.get(round(size), habits.usual)
    step = max(-3.0, min(5.0, row.step - leading)) if inside else FAR
    under = after is not None and after.block is row.block
    return [
        0 if inside else 1 if above.page == row.page else min(1 + row.page - above.page, 3),
        step,
        step - habits.gap if inside else FAR,
        min(5.0, above.step - leading) if above.step != FAR else FAR,
        min(5.0, after.step - leading) if under and after else FAR,
        habits.gap,
        habits.indent,
        habits.justified,
        row.start,
        above.start,
        row.start - above.start,
        max(-9.0, min(9.0, after.start - row.start)) if under and after else FAR,
        row.start - state.text,
        row.start - state.first,
        min(above.rest, 30.0),
        min(above.rest, 30.0) - row.word,
        min(row.rest, 30.0),
        min(row.width, 60.0),
        _closing(above.text),
        _opening(row.text),
        row.bullet,
        numbers.follows(row.lead) is not None,
        row.lead is not None and not row.lead.alone,
        state.item,
        min(state.lines, 4),
        max(-1.0, min(1.0, (b.size - a.size) / size)),
        min(b.size / habits.body, 3.0),
        b.bold - a.bold,
        b.bold,
        b.italic - a.italic,
        inside and abs(row.step) < 0.3,
        any(r.mark.start == 0 for r in b.refs),
    ]


@cache
def _trees() -> list[list[list[float]]]:
    """Trees as lists of nodes: [measure, threshold, node if at most, node if more], or [score] at a leaf."""
    text = files(__package__).joinpath("breaks.json").read_text(encoding="utf-8")
    trees: list[list[list[float]]] = json.loads(text)["trees"]
    return trees


def evidence(measures: Sequence[float]) -> float:
    """What the measures say for a break, as log-odds."""
    total = 0.0
    for nodes in _trees():
        node = nodes[0]
        while len(node) > 1:
            node = nodes[int(node[2 if measures[int(node[0])] <= node[1] else 3])]
        total += node[0]
    return total


class Breaks:
    """The lines of a document's body, gone through from the first to the last.

    `begin` or `go_on` is told of each line in its turn; `between` looks at the one that comes.
    """

    def __init__(self, pages: Sequence[PageLayout], body: float) -> None:
        self.rows = rows_of(pages)
        self.habits = habits_of(self.rows, body)
        self.numbers = Numbers()
        self.listed: list[bool] = []
        """Of every passage: has it a bullet, or a number in a list of several?"""
        self._state = State(0.0, 0.0, item=False)
        self._last: int | None = None

    def between(self, i: int) -> bool:
        """Does a passage end between a line and the one before?"""
        return evidence(self.measures(i)) > 0

    def measures(self, i: int) -> list[float]:
        """The measures of `FEATURES` between a line and the one before."""
        after = self.rows[i + 1] if i + 1 < len(self.rows) else None
        return features(self.rows[i - 1], self.rows[i], after, self._state, self.numbers, self.habits)

    def begin(self, row: Row) -> int:
        """A passage begins with this line. Returns how many of its words are a bullet or a list's number."""
        place = None if row.bullet else self.numbers.follows(row.lead)
        self.listed.append(row.bullet)
        label = 1 if row.bullet else 0
        if place and row.lead:
            label = row.lead.words
            if place[1] > 1 and self._last is not None:
                self.listed[-1] = self.listed[self._last] = True
            self._last = len(self.listed) - 1
            self.numbers.set(place, row.lead)
        self._state = State(row.start, _text_start(row, label) if label else row.start, item=label > 0)
        return label

    def go_on(self, row: Row) -> None:
        """The passage goes on with this line."""
        state = self._state
        state.lines += 1
        if state.lines == 2 and (not state.item or abs(row.start - state.text) < 4):
            state.text = row.start


def _text_start(row: Row, label: int) -> float:
    """Where the text of an item begins, after its bullet or number."""
    line = row.line
    word = line.words[min(label, len(line.words) - 1)]
    return row.start + ((line.x1 - word.x1) if row.rtl else (word.x0 - line.x0)) / (line.size or 1.0)
