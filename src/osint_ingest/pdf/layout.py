"""Printed lines of a page -> blocks in reading order: full-width flow, columns, cells of tables.

A region is cut at the gutter that stays open over the most lines; what lies above and below is cut again.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, pairwise
from statistics import median

from osint_ingest.pdf.annotations import Annotation
from osint_ingest.pdf.bands import best_band, within
from osint_ingest.pdf.drawing import Box, Rule, hull
from osint_ingest.pdf.drawn_tables import Cell, cells_of, drawn_tables, striped_tables
from osint_ingest.pdf.frames import Frame
from osint_ingest.pdf.levels import levels_of
from osint_ingest.pdf.lines import PrintedLine, without_run_in
from osint_ingest.pdf.table_rows import columns_of, row_cuts

MAX_DEPTH = 12
FEW, FEW_IN_A_COLUMN = 3, 8
"""Lines up to which what stands below a gap is no column, and from which lines beside others are one."""
MOST_UPRIGHT = 300
"""Upright rules of a page, over which they are a drawing."""
MAX_LINES = 1500
"""A page of more lines is read from top to bottom, so that no page takes long."""


@dataclass(slots=True)
class Block:
    """Lines that are read one after the other. `cell` is (table, row, column) when it is a table's cell."""

    page: int
    lines: list[PrintedLine]
    cell: tuple[int, int, int] | None = None
    aside: bool = False
    """It stands in a frame that text flows around."""
    x0: float = field(init=False)
    x1: float = field(init=False)
    top: float = field(init=False)
    bottom: float = field(init=False)

    def __post_init__(self) -> None:
        self.x0, self.top, self.x1, self.bottom = hull(self.lines)


@dataclass(slots=True)
class ReadPage:
    """What is kept of a page once it was visited. A page that is read sideways has its `frame`: all positions
    are those of that frame. `turned` has the runs of text at another angle, and the numbers of lines.
    `lay_out` puts `lines` into `blocks` in reading order, running heads and feet apart."""

    number: int
    width: float
    height: float
    lines: list[PrintedLine]
    turned: list[list[PrintedLine]]
    rules: list[Rule]
    links: list[Annotation]
    frame: Frame | None = None
    unmapped: bool = False
    """Do its fonts not say which characters they draw? Then nothing on it is taken for a marker."""
    lost: bool = False
    """Was text of it not read because of such a font?"""
    blocks: list[Block] = field(default_factory=list)
    heads: list[PrintedLine] = field(default_factory=list)
    feet: list[PrintedLine] = field(default_factory=list)

    def lay_out(self) -> None:
        """Set blocks, running heads and feet, once the furniture of the document is known."""
        body, self.heads, self.feet = (
            [x for x in self.lines if x.edge == edge] for edge in (None, "header", "footer")
        )
        self.blocks = reading_order(body, self.rules)

    def body(self) -> list[tuple[Block, list[PrintedLine]]]:
        """Return the blocks, each with its lines that belong to no note."""
        return [(b, [x for x in b.lines if not x.noted]) for b in self.blocks]


def reading_order(lines: Sequence[PrintedLine], rules: Sequence[Rule]) -> list[Block]:
    """Return the blocks of a page in reading order. `lines`: what it prints, without running heads and page numbers."""
    if not lines:
        return []
    rtl = sum(line.rtl for line in lines) * 2 > len(lines)
    ordered = sorted(lines, key=lambda x: (x.row, -x.x1 if rtl else x.x0))
    if len(ordered) > MAX_LINES:
        return [Block(ordered[0].page, ordered)]
    blocks = _LayoutReader(ordered, rules, rtl).blocks()
    for block in blocks:
        if block.cell is None:
            block.lines = [part for line in block.lines for part in without_run_in(line)]
    return blocks


class _LayoutReader:
    def __init__(self, lines: Sequence[PrintedLine], rules: Sequence[Rule], rtl: bool) -> None:
        self.lines = lines
        self.rules = rules
        self.upright = _upright(rules)
        self.rtl = rtl
        self.tables = 0
        self.drawn: dict[PrintedLine, list[Block]] = {}
        """The cells of drawn tables, by the line that stands for each while the page is put in order."""

    def blocks(self) -> list[Block]:
        """Return the blocks of the page in reading order."""
        lines = list(self.lines)
        for table in drawn_tables(self.rules, lines):
            if cells := cells_of(table, lines):
                lines = self._put_aside(lines, self._drawn(cells))
        for striped in striped_tables(self.rules, lines):
            columns = columns_of(striped)
            if self._is_table(striped, columns):
                lines = self._put_aside(lines, self._cells(striped, columns))
        blocks: list[Block] = []
        for block in (b for part in self.parts(lines) for b in self.region(part, 0)):
            for drawn, run in groupby(block.lines, self.drawn.get):
                blocks += drawn or [Block(block.page, list(run), block.cell, block.aside)]
        return blocks

    def _drawn(self, cells: dict[Cell, list[PrintedLine]]) -> list[Block]:
        """Return the cells of a drawn table as blocks. Where there is a line under its head alone, white space parts
        the rows of its body."""
        columns: dict[int, list[PrintedLine]] = defaultdict(list)
        for (_, column), lines in cells.items():
            columns[column] += lines
        if len({row for row, _ in cells}) < 3:
            ordered = [columns[at] for at in sorted(columns)]
            return self._cells([x for column in ordered for x in column], ordered)
        self.tables += 1
        return [Block(cell[0].page, cell, (self.tables, *at)) for at, cell in cells.items()]

    def _put_aside(self, lines: list[PrintedLine], cells: list[Block]) -> list[PrintedLine]:
        """Return lines with one in place of all in the cells of a table, as large as they are together. Its rules are
        none of the page's then."""
        inside = {line: None for cell in cells for line in cell.lines}
        x0, top, x1, bottom = hull([*inside])
        first = min(inside, key=lambda x: x.row)
        place = replace(first, x0=x0, top=top, x1=x1, bottom=bottom, base=bottom)
        self.drawn[place] = cells
        self.rules = [r for r in self.rules if not _around(r, (x0, top, x1, bottom))]
        self.upright = _upright(self.rules)
        kept = [line for line in lines if line not in inside]
        return sorted([*kept, place], key=lambda x: (x.row, -x.x1 if self.rtl else x.x0))

    def region(self, lines: list[PrintedLine], depth: int) -> list[Block]:
        if not lines:
            return []
        if depth < MAX_DEPTH and len(levels := levels_of(lines)) > 1:
            return [block for level in levels for block in self.region(level, depth + 1)]
        band = best_band(lines) if depth < MAX_DEPTH and len(lines) > 1 else None
        if band is None:
            return [Block(lines[0].page, lines)]
        first, _, x = band
        inside = within(lines, band)
        above = [
            line for line in lines if line.base < first or (line.base == first and line.inset < x < line.x1)
        ]
        chosen = {*inside, *above}
        below = [line for line in lines if line not in chosen]
        if self._goes_on(inside, below):
            inside, below = [*inside, *below], []
        return [*self.region(above, depth + 1), *self._band(inside, depth), *self.region(below, depth + 1)]

    def _goes_on(self, inside: list[PrintedLine], below: list[PrintedLine]) -> bool:
        """Do columns go on below a gap, as that of a picture in one of them? Then no line below crosses the gutter."""
        columns = columns_of(inside)
        if self.rtl or len(columns) != 2 or self._is_table(inside, columns):
            return False
        edge = min(line.inset for line in columns[1])
        left = [line for line in below if line.x1 < edge]
        return len(left) > FEW and all(line.inset > edge - line.size for line in below if line.x1 >= edge)

    def _band(self, lines: list[PrintedLine], depth: int) -> list[Block]:
        columns = columns_of(lines)
        if self.rtl:
            columns.reverse()
        if beside := _text_beside(columns):
            return [block for part in beside for block in self.region(part, depth + 1)]
        frame = self._frame(columns)
        whole = self.drawn.keys().isdisjoint(lines)  # what stands beside a whole table is none of its cells
        if len(columns) > 1 and frame is None and whole and self._is_table(lines, columns):
            return self._cells(lines, columns)
        blocks = []
        for column in columns:
            found = self.region(column, depth + 1)
            for block in found:
                block.aside = block.aside or column is frame
            blocks += found
        return blocks

    def parts(self, lines: list[PrintedLine]) -> list[list[PrintedLine]]:
        """Return the lines of ruled tables and those above and below, from top to bottom, on a page of one column."""
        if not 0 < len(self.upright) <= MOST_UPRIGHT:
            return [lines]
        level = groupby(lines, lambda x: any(r.top < x.base < r.bottom for r in self.upright))
        found = [(framed, list(part)) for framed, part in level]
        inside = [x for framed, part in found if framed for x in part]
        outside = [x.row for framed, part in found if not framed for x in part]
        alone = len({*outside}) == len(outside) and all(_beside(x, self.upright) for x in inside)
        return [part for _, part in found] if alone else [lines]

    def _frame(self, columns: list[list[PrintedLine]]) -> list[PrintedLine] | None:
        """The one of two columns that stands in a frame, beside text without lines between its rows or at its sides."""
        for column, text in (columns, columns[::-1]) if len(columns) == 2 else ():
            x0, top, x1, bottom = hull(text)
            if self._in_margin(column, text):
                return column
            near = [
                r for r in self.rules
                if r.x0 < x1 + 2 and r.x1 > x0 - 2 and r.top < bottom + 2 and r.bottom > top - 2
            ]  # fmt: skip
            free = all(r.horizontal and r.x1 - r.x0 < 0.5 * (x1 - x0) for r in near)
            if free and len(column) > 1 and _wordy(text) and all(_beside(x, self.upright) for x in column):
                return column
        return None

    def _in_margin(self, column: list[PrintedLine], text: list[PrintedLine]) -> bool:
        """Does a column stand beside all text of the page, as headings and notes in a margin do?"""
        x0, _, x1, _ = hull(column)
        left, _, right, _ = hull(text)
        others = [x for x in self.lines if x.base < column[0].top or x.base > column[-1].bottom]
        over = sum(x.x0 < right and x.x1 > left for x in others)
        beside = sum(x.x0 < x1 and x.x1 > x0 for x in others)
        return over >= FEW_IN_A_COLUMN and beside < 0.2 * over and 2 * (x1 - x0) < right - left

    def _is_table(self, lines: list[PrintedLine], columns: list[list[PrintedLine]]) -> bool:
        x0, top, x1, bottom = hull(lines)
        within = [r for r in self.rules if _around(r, (x0, top, x1, bottom))]
        wide = {round(r.top) for r in within if r.horizontal and r.x1 - r.x0 > 0.5 * (x1 - x0)}
        upright = [r for r in within if not r.horizontal and r.bottom - r.top > 8]
        outside = [[x for x in column if not _beside(x, upright)] for column in columns]
        if all(map(_fills, outside)):
            # small tables stand in columns of running text; the lines of a table that holds it all are as long as it
            columns = outside
            drawn: dict[int, float] = defaultdict(float)
            for r in upright:
                drawn[round(r.x0)] += r.bottom - r.top
            upright = [r for r in upright if 2 * drawn[round(r.x0)] > bottom - top]
        if _boxed(columns, upright, 0.6 * (bottom - top)):
            return False
        # a box has four sides round one column; a table's lines run across
        if len(wide) >= 3 or len({round(r.x0) for r in upright}) >= 3:
            return True
        if len(columns) == 2 and not wide and not upright:
            if _begins_a_column(*columns):
                return False
            halves = 0.35 < (min(x.x0 for x in columns[1]) - x0) / (x1 - x0) < 0.65
            running = any(map(_fills, columns)) or all(map(_wordy, columns))
            if halves and running and min(map(len, columns)) >= FEW_IN_A_COLUMN:
                return False
        return not all(map(_fills, columns))

    def _cells(self, lines: list[PrintedLine], columns: list[list[PrintedLine]]) -> list[Block]:
        self.tables += 1
        cuts = row_cuts(lines, columns, self.rules)
        blocks = []
        for row, (low, high) in enumerate(zip([float("-inf"), *cuts], [*cuts, float("inf")], strict=True)):
            for index, column in enumerate(columns):
                # a line's middle decides: descenders touch the rule under it
                if cell := [x for x in column if low <= x.base - 0.3 * x.size < high]:
                    blocks.append(Block(cell[0].page, cell, (self.tables, row, index)))
        return blocks


def _upright(rules: Sequence[Rule]) -> list[Rule]:
    return [r for r in rules if not r.horizontal and r.bottom - r.top > 8]


def _around(rule: Rule, box: Box) -> bool:
    """Does a rule stand in a box, or near around it?"""
    x0, top, x1, bottom = box
    return rule.top > top - 12 and rule.bottom < bottom + 12 and rule.x0 > x0 - 20 and rule.x1 < x1 + 20


def _beside(line: PrintedLine, upright: Sequence[Rule]) -> bool:
    """Does a line stand between two upright rules?"""
    level = [r.x0 for r in upright if r.top < line.base < r.bottom]
    return any(x < line.x0 for x in level) and any(x > line.x1 - 2 for x in level)


def _boxed(columns: list[list[PrintedLine]], upright: Sequence[Rule], tall: float) -> bool:
    """Do boxes stand in each column, so that two rules, `tall` in all, part it from the next?"""
    drawn = Counter[int]()
    for r in upright:
        drawn[round(r.x0)] += round(r.bottom - r.top)
    sides = [x for x, length in drawn.items() if length > tall]
    between = [
        [x for x in sides if max(line.x1 for line in a) - 2 < x < min(line.x0 for line in b) + 2]
        for a, b in pairwise(columns)
    ]
    return all(x and max(x) - min(x) > 2 for x in between)


def _text_beside(columns: list[list[PrintedLine]]) -> list[list[PrintedLine]]:
    """A column of running text and those of a table beside it, from left to right: none of their lines are at one
    height. Empty where there is no such column."""
    for at in (1, -1) if len(columns) > 2 else ():
        parts = [[x for column in part for x in column] for part in (columns[:at], columns[at:])]
        heights, others = ({round(x.base) for x in part} for part in parts)
        if heights.isdisjoint(others) and _fills(parts[0 if at == 1 else 1]):
            return [sorted(part, key=lambda x: (x.row, x.x0)) for part in parts]
    return []


def _fills(column: list[PrintedLine]) -> bool:
    """Is this a column of running text: enough lines, and most of them as wide as the column?"""
    x0, _, x1, _ = hull(column) if column else (0.0,) * 4
    full = sum(x.x1 - x.x0 > 0.72 * (x1 - x0) for x in column)
    return len(column) >= 4 and full * 2 > len(column) and _wordy(column)


def _begins_a_column(first: list[PrintedLine], second: list[PrintedLine]) -> bool:
    """Are the lines of a second column beside the first lines of running text, one under the other?"""
    lines = zip(second, first, strict=False)
    level = len(second) < len(first) and all(abs(b.base - a.base) < 0.5 * a.size for b, a in lines)
    return level and len(first) >= FEW_IN_A_COLUMN and _fills(first) and _wordy(second)


def _wordy(column: list[PrintedLine]) -> bool:
    return median(len(x.text) for x in column) > 14
