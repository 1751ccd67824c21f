"""Tables: those that are drawn, by rules that meet and enclose cells, and where columns and rows part in the others."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from osint_ingest.pdf.drawing import Rule, hull, runs
from osint_ingest.pdf.lines import PrintedLine

LINES_OF_A_HEAD = 3
"""The most lines of the head of a table whose other rows no drawn line parts."""
ROWS_APART = 0.8
"""White space of this height (share of the size) parts rows, also where all lines are as far apart."""
MEET = 4.0
"""Rules that end this near to each other (points) meet: Word leaves out the corners of cells."""
MOST_RULES = 2000
"""Drawn lines of a page, over which they are a drawing."""
_SAME = 1.5
"""Rules nearer to each other than this (points) are one: both sides of a thin box, or of two cells."""
_LARGEST = 20.0
"""Rules further below a baseline (points) underline no text."""
_SHORTEST = 6.0
"""Shorter rules (points) are signs and parts of pictures."""

Cell = tuple[int, int]
"""Row and column, from the top left corner."""


@dataclass(frozen=True, slots=True)
class DrawnTable:
    """Rules that meet: at least two upright and three level ones, so that they enclose cells in rows and columns."""

    level: tuple[Rule, ...]
    upright: tuple[Rule, ...]
    tops: tuple[float, ...]
    lefts: tuple[float, ...]

    def cell_of(self, line: PrintedLine) -> Cell | None:
        """Return the cell whose drawn sides are the nearest around a line; None for a line outside the table."""
        x, y = min((line.x0 + line.x1) / 2, line.x0 + 4 * line.size), line.base - 0.3 * line.size
        over = [r.top for r in self.level if r.top <= y and r.x0 - MEET < x < r.x1 + MEET]
        under = [r.top for r in self.level if r.top > y and r.x0 - MEET < x < r.x1 + MEET]
        before = [r.x0 for r in self.upright if r.x0 <= x and r.top - MEET < y < r.bottom + MEET]
        after = [r.x0 for r in self.upright if r.x0 > x and r.top - MEET < y < r.bottom + MEET]
        # a table that goes on over pages is open above or below, one without lines at its sides on the left or right
        if len([side for side in (over, under, before, after) if side]) < 3:
            return None
        row = bisect_right(self.tops, max(over) + _SAME) if over else 0
        return row, bisect_right(self.lefts, max(before) + _SAME) if before else 0


def drawn_tables(rules: Sequence[Rule], lines: Sequence[PrintedLine]) -> list[DrawnTable]:
    """Return the tables that the rules of a page draw, apart from those that underline its `lines`."""
    if len(rules) > MOST_RULES or all(r.horizontal for r in rules):
        return []
    level = _level(rules, lines)
    upright = _whole([r for r in rules if not r.horizontal], across=False)
    tables = []
    for across, up in _meeting(level, upright):
        tops, lefts = _distinct([r.top for r in across]), _distinct([r.x0 for r in up])
        if len(tops) > 1 and len(lefts) > 1 and len(tops) + len(lefts) > 4:
            tables.append(DrawnTable(tuple(across), tuple(up), tops, lefts))
    return tables


def _level(rules: Sequence[Rule], lines: Sequence[PrintedLine]) -> list[Rule]:
    """Return the level rules that do not underline lines, whole."""
    ordered = sorted(lines, key=lambda x: x.base)
    return _whole([r for r in rules if r.horizontal and not underlines(r, _over(r, ordered))], across=True)


def _over(rule: Rule, ordered: Sequence[PrintedLine]) -> Sequence[PrintedLine]:
    """Return the lines whose baselines are near above a rule. `ordered`: by their baselines."""
    first = bisect_right(ordered, rule.top - _LARGEST, key=lambda x: x.base)
    return ordered[first : bisect_right(ordered, rule.top, key=lambda x: x.base)]


def _whole(rules: list[Rule], *, across: bool) -> list[Rule]:
    """Return rules of one direction with those joined that lie on one line and touch: the sides of cells."""
    spans = sorted((r.top, r.x0, r.x1, r.bottom) if across else (r.x0, r.top, r.bottom, r.x1) for r in rules)
    found: list[Rule] = []
    for lane in runs(spans, lambda lane, span: span[0] - lane[0][0] > _SAME):
        joined: list[list[float]] = []
        for at, start, end, edge in sorted(lane, key=lambda span: span[1]):
            if joined and start <= joined[-1][2] + MEET:
                joined[-1][2:] = max(joined[-1][2], end), max(joined[-1][3], edge)
            else:
                joined.append([at, start, end, edge])
        found += [
            Rule(start, at, end, edge) if across else Rule(at, start, edge, end)
            for at, start, end, edge in joined
        ]
    return [r for r in found if max(r.x1 - r.x0, r.bottom - r.top) > _SHORTEST]


def _meeting(level: list[Rule], upright: list[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """Return level and upright rules in groups: each meets another of its group."""
    groups: list[tuple[list[Rule], list[Rule]]] = []
    for up in upright:
        met = [
            r for r in level
            if r.x0 - MEET < up.x0 < r.x1 + MEET and up.top - MEET < r.top < up.bottom + MEET
        ]  # fmt: skip
        touched = [g for g in groups if any(r in g[0] for r in met)]
        across = list(dict.fromkeys([*(r for g in touched for r in g[0]), *met]))
        groups = [g for g in groups if g not in touched]
        groups.append((across, [*(r for g in touched for r in g[1]), up]))
    return groups


def _distinct(places: list[float]) -> tuple[float, ...]:
    return tuple(run[0] for run in runs(sorted(places), lambda run, place: place - run[0] > _SAME))


def cells_of(table: DrawnTable, lines: Sequence[PrintedLine]) -> dict[Cell, list[PrintedLine]]:
    """Return the lines of each cell with text, from left to right and top to bottom; none unless there are two rows
    and two columns of them."""
    cells: dict[Cell, list[PrintedLine]] = {}
    for line in lines:
        if (cell := table.cell_of(line)) is not None:
            cells.setdefault(cell, []).append(line)
    rows, columns = ({cell[side] for cell in cells} for side in (0, 1))
    return dict(sorted(cells.items())) if len(rows) > 1 and len(columns) > 1 else {}


def columns_of(lines: list[PrintedLine]) -> list[list[PrintedLine]]:
    """Return the columns of a region, from left to right: they part where no line reaches across."""
    columns: list[list[PrintedLine]] = []
    reach = float("-inf")
    for line in sorted(lines, key=lambda x: x.inset):
        if line.inset >= reach + 0.3 * line.size:
            columns.append([])
        columns[-1].append(line)
        reach = max(reach, line.x1)
    return [sorted(column, key=lambda x: (x.row, x.x0)) for column in columns]


def row_cuts(
    lines: list[PrintedLine], columns: list[list[PrintedLine]], rules: Sequence[Rule]
) -> list[float]:
    """Return the heights at which the rows of a table part: at drawn lines, else in white space where the text of
    most cells ends."""
    x0, top, x1, bottom = hull(lines)
    ruled: dict[int, float] = defaultdict(float)
    for rule in rules:
        if rule.horizontal and top < rule.top < bottom and not underlines(rule, lines):
            ruled[round(rule.top / 2)] += max(0.0, min(rule.x1, x1) - max(rule.x0, x0))
    cuts = sorted(2.0 * key for key, length in ruled.items() if length > 0.6 * (x1 - x0))
    if not cuts:
        return _white_cuts(lines, columns)
    head = [x for x in lines if x.base - 0.3 * x.size < cuts[0]]
    body = [x for x in lines if x.base - 0.3 * x.size >= cuts[-1]]
    below = [[x for x in column if x.base - 0.3 * x.size >= cuts[-1]] for column in columns]
    if len(head) + len(body) < len(lines) or len({x.row for x in head}) > LINES_OF_A_HEAD or not all(below):
        return cuts
    return cuts + _white_cuts(body, below)  # lines are drawn under the head alone


def _white_cuts(lines: list[PrintedLine], columns: list[list[PrintedLine]]) -> list[float]:
    """Return the heights at which white space parts the rows of a table: where it is wider than between the lines of
    a cell, or where each line is a row."""
    spans = sorted((x.top, x.bottom, x.size) for x in lines)
    reach, gaps = spans[0][1], []
    for low, high, size in spans[1:]:
        if low > reach - 0.25 * size:
            gaps.append((low - reach, (low + reach) / 2, size))
        reach = max(reach, high)
    usual = min((gap for gap, _, _ in gaps), default=0.0)
    wide = [at for gap, at, size in gaps if gap > min(usual + 0.25 * size, ROWS_APART * size)]
    if wide:
        telling = [column for column in columns if not _begin_small(column, wide)]
        return [at for at in wide if not _link_over(at, columns) and not _runs_over(at, telling, sure=True)]
    cuts = [at for _, at, _ in gaps]
    grid = _is_grid(columns)
    telling = [column for column in columns if not (grid and column[0].words[0].text[0].islower())]
    over = any(_link_over(at, columns) or _runs_over(at, telling, sure=grid) for at in cuts)
    return [] if over else cuts


def _is_grid(columns: list[list[PrintedLine]]) -> bool:
    """Has each of three columns or more a line at each height, and do no more than half of these begin with a small
    letter? Columns whose lines all do are left out."""
    if len(columns) < 3 or len({tuple(x.row for x in column) for column in columns}) > 1:
        return False
    small = [[x.words[0].text[0].islower() for x in column] for column in columns]
    told = [column for column in small if not all(column)]
    return bool(told) and all(2 * sum(row) <= len(row) for row in zip(*told, strict=True))


def _begin_small(column: list[PrintedLine], cuts: Sequence[float]) -> bool:
    """Do several cells of a column begin, and all with a small letter? Then it tells no text that goes on."""
    below = (next((x for x in column if x.base - 0.3 * x.size > at), None) for at in cuts)
    firsts = {line: None for line in below if line}
    return len(firsts) > 1 and all(line.words[0].text[0].islower() for line in firsts)


def underlines(rule: Rule, lines: Sequence[PrintedLine]) -> bool:
    """Does a rule stand right under the baseline of a line, or of pieces of one, and reach no further than these?"""
    over = [x for x in lines if 0 < rule.top - x.base < 0.3 * x.size]
    # the space after the last word is underlined, too
    return any(x.x0 - 1 < rule.x0 < x.x1 for x in over) and any(
        x.x0 < rule.x1 < x.x1 + 0.5 * x.size for x in over
    )


def _runs_over(at: float, columns: list[list[PrintedLine]], *, sure: bool = False) -> bool:
    """Does the text of most columns go on below a height? To be `sure`, with a small letter."""
    pairs = _lines_around(at, columns)
    wrapped = [below for above, below, edge in pairs if _wraps(above, below, edge)]
    if sure:
        wrapped = [line for line in wrapped if line.words[0].text[0].islower()]
    return 2 * len(wrapped) > len(pairs)


def _link_over(at: float, columns: list[list[PrintedLine]]) -> bool:
    """Do the words of one link go on below a height?"""
    over = [(a.words[-1].annotation, b.words[0].annotation) for a, b, _ in _lines_around(at, columns)]
    return any(a and b and a.uri == b.uri for a, b in over)


def _lines_around(
    at: float, columns: list[list[PrintedLine]]
) -> list[tuple[PrintedLine, PrintedLine, float]]:
    """Return the lines above and below a height of each column that has both, and how far its lines reach."""
    pairs = []
    for column in columns:
        above = [x for x in column if x.base - 0.3 * x.size < at]
        if 0 < len(above) < len(column):
            pairs.append((above[-1], column[len(above)], max(x.x1 for x in column)))
    return pairs


def _wraps(line: PrintedLine, below: PrintedLine, edge: float) -> bool:
    """Does a sentence go on in the next line, whose first word had no room before the `edge`?"""
    first = below.words[0]
    if abs(line.size - below.size) > 0.1 * line.size:
        return False
    return line.words[-1].text[-1] not in ".:;!?" and line.x1 + first.x1 - first.x0 > edge - 0.2 * line.size
