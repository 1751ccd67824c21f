"""Words -> printed lines: rows of one baseline with their raised and lowered words, cut at gutters.

A gutter is white space that stays open over rows: between columns, between cells of a table. A drawn
vertical rule is one too. A bullet, a list number or a note's number keeps its text, however wide the gap.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from statistics import median
from sys import intern
from typing import TYPE_CHECKING, Any, Literal

from osint_ingest.pdf.bidi import logical, reads_from_right
from osint_ingest.pdf.drawing import Rule, hull, runs
from osint_ingest.pdf.fonts import FontStyle
from osint_ingest.pdf.gutters import LABEL, WordRow, cut_rows, main_size
from osint_ingest.pdf.numbering import BULLET
from osint_ingest.pdf.words import TWICE, Word, is_rtl, parted

if TYPE_CHECKING:
    from osint_ingest.pdf.labels import Lead, Mark
    from osint_ingest.pdf.markers import Reference

RAISED_MIN, RAISED_MAX = 0.08, 0.85
"""How much higher than its line's the baseline of a raised word stands (share of the line's size)."""
SMALLER = 0.93
"""The largest size of a raised or lowered word (share of its neighbour's size)."""
FULL_SIZE = 0.3
"""A number as large as its neighbour, which it touches, is raised or lowered if it stands so much (share of the size)
higher or lower."""
LOWERED = 0.5
"""How much lower than its line's the baseline of a lowered word stands at most; browsers go down to 0.45."""
RUN_IN = 0.75
"""A heading before text on its line is set off by more than this (share of the size); TeX leaves 1."""
LOGO = 2
"""The most letters of full size that are raised or lowered within a word, as in the names of TeX and its kin."""
LONGEST_RAISED = 24
_MARKERS = re.compile(r"^[\[\](),;\divxlc*†‡§¶‖⁰¹²³⁴-⁹]{1,80}$")
"""A longer row of words can be raised only if it holds nothing but numbers and signs."""


@dataclass(slots=True, eq=False)
class PrintedLine:
    """One printed line of one column or cell, its words in reading order."""

    page: int
    words: tuple[Word, ...]
    x0: float
    top: float
    x1: float
    bottom: float
    base: float
    size: float
    bold: bool
    italic: bool
    row: int
    edge: Literal["header", "footer"] | None = None
    """Which it is, when it is a running head or foot."""
    right: float = 0.0
    """Where the column that it stands in ends."""
    marks: list[Mark] = field(default_factory=list)
    leads: list[Lead] = field(default_factory=list)
    refs: list[Reference] = field(default_factory=list)
    noted: bool = False
    """It belongs to a note, not to the body."""
    run_in: int = 0
    """How many bold words stand at its head, set off from the words after them."""

    @property
    def inset(self) -> float:
        """Where its text begins: a raised label can hang into the gutter before its column."""
        for word in self.words[:4] if self.words[0].raised > 0 else ():
            if word.raised < RAISED_MIN * self.size and word.x0 < self.x0 + 2.2 * self.size:
                return word.x0
        return self.x0

    @property
    def text(self) -> str:
        """Its words as printed, one space between them."""
        return "".join((" " if w.space and i else "") + w.text for i, w in enumerate(self.words))

    @property
    def rtl(self) -> bool:
        letters = [c for w in self.words for c in w.text if c.isalpha()]
        return bool(letters) and sum(map(is_rtl, letters)) * 2 > len(letters)


def printed_lines(
    words: list[Word],
    rules: Sequence[Rule],
    page: int,
    fonts: Sequence[FontStyle],
    *,
    rtl: bool,
    columns: set[float] | None = None,
) -> list[PrintedLine]:
    """Return the printed lines of a page from top to bottom, those of one row from left to right.

    `columns` are the left edges of columns (points) that pages before had; this page's are added to it.
    """
    # twice: a comma between two raised numbers touches only them
    rows = _attach(_attach(_with_signs(_rows(words)), rtl=rtl), rtl=rtl)
    for row in rows:
        row.words = _once(sorted(row.words, key=lambda w: w.x0 + w.x1))
    from_right = rtl and reads_from_right(words)
    upright = [r for r in rules if not r.horizontal]
    lines = []
    for index, piece in cut_rows(rows, upright, set() if columns is None else columns, spaces=rtl):
        ordered = rtl and (from_right or any(is_rtl(w.text[0]) for w in piece))
        made = logical(piece, from_right=from_right) if ordered else _spaced(piece)
        if made:  # else white space alone
            lines.append(_line(made, page, fonts, index))
    return lines


def _rows(words: list[Word]) -> list[WordRow]:
    found = runs(
        sorted(words, key=lambda w: w.base), lambda row, w: w.base - row[0].base > max(0.6, 0.1 * w.size)
    )
    return [WordRow(row[0].base, row) for row in found]


def _with_signs(rows: list[WordRow]) -> list[WordRow]:
    """Return the rows with signs of lists moved to the row of their text: TeX sets an asterisk lower than its line."""
    for row, near in (*pairwise(rows), *((b, a) for a, b in pairwise(rows))):
        for sign in [w for w in row.words if len(w.text) == 1 and BULLET.match(w.text)]:
            reach = range(round(sign.x1), round(sign.x1 + 3 * sign.size))
            text = min((w for w in near.words if round(w.x0) in reach), key=lambda w: w.x0, default=None)
            beside = any(
                sign.x0 - 3 * sign.size < w.x1 and w.x0 < reach.stop for w in row.words if w is not sign
            )
            before = text and any(text.x0 - 3 * sign.size < w.x1 < text.x0 for w in near.words)
            if text and not beside and not before and abs(text.base - sign.base) < 0.5 * text.size:
                row.words.remove(sign)
                near.words.append(sign)
                sign.raised = near.base - sign.base
    return [row for row in rows if row.words]


def _attach(rows: list[WordRow], *, rtl: bool) -> list[WordRow]:
    """Return the rows with raised and lowered words moved to the row that they belong to."""
    for row in rows:
        row.words.sort(key=lambda w: w.x0)
    starts = [[w.x0 for w in row.words] for row in rows]
    moved: list[tuple[WordRow, list[Word]]] = []
    for i, row in enumerate(rows):
        leaving: set[Word] = set()
        for chain in runs(row.words, lambda chain, w: w.x0 - chain[-1].x1 >= 0.9 * w.size):
            text = "".join(w.text for w in chain)
            if len(text) > LONGEST_RAISED and not _MARKERS.match(text):
                continue
            home = _home(rows, starts, i, chain, rtl=rtl)
            if home is not None:
                moved.append((home, chain))
                leaving.update(chain)
        row.words = [w for w in row.words if w not in leaving]
    for home, chain in moved:
        for word in chain:
            word.raised = home.base - word.base
        home.words.extend(chain)
    return [row for row in rows if row.words]


def _home(
    rows: list[WordRow], starts: list[list[float]], i: int, chain: list[Word], *, rtl: bool
) -> WordRow | None:
    """Return the row whose words a chain of small words touches, above its baseline or a little under it."""
    x0, x1 = chain[0].x0, max(w.x1 for w in chain)
    base, size = rows[i].base, chain[0].size
    text = "".join(w.text for w in chain)
    few, marker = len(text), bool(_MARKERS.match(text))
    best: tuple[float, WordRow] | None = None
    for k in (*range(i + 1, min(i + 9, len(rows))), *range(max(0, i - 4), i)):
        row: WordRow = rows[k]
        rise = row.base - base
        at = bisect_left(starts[k], x0)
        for j in range(max(0, at - 2), min(len(starts[k]), at + 2)):
            near = row.words[j] if j < len(row.words) else None
            if near is None or near in chain or (not marker and few >= sum(len(w.text) for w in row.words)):
                continue
            measure = row.size if near.raised else near.size
            low, high = RAISED_MIN * measure, RAISED_MAX * measure
            if not (low < rise < high or -LOWERED * measure < rise < -0.05 * measure):
                continue
            after, before = x0 - near.x1, near.x0 - x1
            number = text.isdigit() and abs(rise) > FULL_SIZE * measure and abs(after) < 0.1 * near.size
            logo = few <= LOGO and _fills_a_gap(row.words, at, x0, x1, size)
            if size > SMALLER * measure and not number and not logo:
                continue
            edge, far = (j == len(starts[k]) - 1, after) if rtl else (j == 0, before)
            if not rtl and j and near.x0 > x1:
                # a note's number in the second column stands as well apart from the first
                edge = row.words[j - 1].x1 < x0 - size
            leads = edge and -0.2 * near.size < far < 4 * near.size and LABEL.match(text)
            if leads or any(-0.35 * near.size < gap < 0.6 * near.size for gap in (after, before)):
                distance = min(abs(after), abs(before)) + abs(rise)
                best = min(best or (distance, row), (distance, row), key=lambda x: x[0])
    return best[1] if best else None


def _fills_a_gap(words: list[Word], at: int, x0: float, x1: float, size: float) -> bool:
    """Do letters from `x0` to `x1` stand between the words before and at place `at`, with no room for a space?"""
    if not 0 < at < len(words):
        return False
    return x0 - words[at - 1].x1 < 0.05 * size and words[at].x0 - x1 < 0.05 * size


def _once(words: list[Word]) -> list[Word]:
    """Return the words without second prints in the same place."""
    out: list[Word] = []
    for word in words:
        if not out or out[-1].text != word.text or abs(out[-1].x0 - word.x0) >= TWICE * word.size:
            out.append(word)
    return out


def _spaced(words: list[Word]) -> list[Word]:
    """Return the words without white space; sets `space` of those that have white space before them."""
    words = [w for w in words if w.text != " "]
    for word in words[:1]:
        word.space = True
    for last, word in pairwise(words):
        gap = word.x0 - last.x1
        wide = parted(last.text[-1], word.text[0], gap / max(word.size, last.size))
        word.space = wide or (word.space and gap > 0.08 * word.size)
    return words


def _line(words: list[Word], page: int, fonts: Sequence[FontStyle], row: int) -> PrintedLine:
    # a row of raised numbers can be longer than what it is raised from
    size = main_size([w for w in words if not w.raised] or words)
    # the line's baseline is that of its main size
    bases = Counter(round(w.base, 2) for w in words if abs(w.size - size) < 0.3 for _ in w.text)
    base = bases.most_common(1)[0][0]
    bold = italic = letters = 0
    for word in words:
        word.raised = base - word.base if word.base != base else 0.0
        word.text = intern(word.text)
        style = fonts[word.style]
        letters += len(word.text)
        bold += len(word.text) * style.bold
        italic += len(word.text) * style.italic
    heavy = [fonts[w.style].bold for w in words]
    k = heavy.index(False) if heavy[0] and not all(heavy) else 0
    gaps = [b.x0 - a.x1 for a, b in pairwise(words) if b.space]
    apart = k > 0 and words[k].x0 - words[k - 1].x1 > max(RUN_IN * size, 2 * median(gaps or [0.0]))
    run_in = k if apart else 0
    made = (page, tuple(words), *hull(words), base, size, bold * 2 > letters, italic * 2 > letters, row)
    return PrintedLine(*made, run_in=run_in)


def without_run_in(line: PrintedLine) -> list[PrintedLine]:
    """Return the line, or two lines when a heading stands on it before the text that it heads."""
    if not line.run_in:
        return [line]
    head, text = line.words[: line.run_in], line.words[line.run_in :]
    return [_part(line, head, bold=True), _part(line, text, bold=False, run_in=0)]


def _part(line: PrintedLine, words: tuple[Word, ...], **changed: Any) -> PrintedLine:
    x0, top, x1, bottom = hull(words)
    return replace(line, words=words, x0=x0, top=top, x1=x1, bottom=bottom, **changed)
