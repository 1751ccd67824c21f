"""Tables that are drawn: by rules that meet and enclose cells, or by level ones of one width with cells between."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from osint_ingest.pdf.drawing import Box, Rule, runs
from osint_ingest.pdf.lines import PrintedLine
from osint_ingest.pdf.table_rows import columns_of, underlines

MEET = 4.0
"""Rules that end this near to each other (points) meet: Word leaves out the corners of cells."""
MOST_RULES = 2000
"""Drawn lines of a page, over which they are a drawing."""
BROKEN = 12.0
"""Level rules of a table without upright ones are broken between columns; the gaps are not larger (points)."""
_SAME = 1.5
"""Rules nearer to each other than this (points) are one: both sides of a thin box, or of two cells."""
_LARGEST = 20.0
"""Rules further below a baseline (points) underline no text."""
_LOWEST = 8.0
"""Lower boxes (points) are signs and parts of pictures."""
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


def sides_of_cells(painted: Sequence[Box]) -> list[Rule]:
    """Return the sides of painted cells, as if they were drawn: of boxes that stand side by side in a row. Those of
    every other row go on over the rows between them that are not painted. `painted`: the boxes that a page paints."""
    cells = sorted({box for box in painted if box[3] - box[1] > _LOWEST})
    rows: list[list[Box]] = []
    taken: set[Box] = set()
    for cell in cells:
        row = [] if cell in taken else [cell]
        while row and (after := _next_to(row[-1], cells)):
            row.append(after)
        taken.update(row)
        rows += [row] if len(row) > 1 else []
    rules: list[Rule] = []
    reach: dict[tuple[int, ...], float] = {}
    for row in sorted(rows, key=lambda row: row[0][1]):
        top, bottom = min(x[1] for x in row), max(x[3] for x in row)
        sides = [*(x[0] for x in row), row[-1][2]]
        above = reach.get(key := tuple(map(round, sides)), top)
        reach[key] = bottom
        rules += [Rule(x, above, x, bottom) for x in sides]
        rules += [Rule(sides[0], y, sides[-1], y) for y in (top, bottom)]
    return rules


def _next_to(cell: Box, cells: Sequence[Box]) -> Box | None:
    """Return the box that begins where a cell ends, at its height: some producers paint what is printed in a cell
    alone. `cells`: from left to right."""
    first = bisect_left(cells, (cell[2] - MEET,))
    near = cells[first : bisect_right(cells, (cell[2] + MEET,))]
    middle = cell[1] + cell[3]
    return next((box for box in near if box[0] > cell[0] and abs(box[1] + box[3] - middle) < 2 * MEET), None)


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


def striped_tables(rules: Sequence[Rule], lines: Sequence[PrintedLine]) -> list[list[PrintedLine]]:
    """Return the lines between level rules of one width, where those between several of these are in columns."""
    stacks: dict[tuple[int, int], list[Rule]] = defaultdict(list)
    level = _level(rules, lines) if len(rules) <= MOST_RULES else []
    for rule in _whole(level, across=True, gap=BROKEN):
        stacks[round(rule.x0 / 2), round(rule.x1 / 2)].append(rule)
    found: list[list[PrintedLine]] = []
    for stack in stacks.values():
        tables: list[list[list[PrintedLine]]] = [[]]
        for over, under in pairwise(sorted(stack, key=lambda r: r.top)):
            inside = [
                x for x in lines
                if over.top < x.base - 0.3 * x.size < under.top and over.x0 - MEET < (x.x0 + x.x1) / 2 < over.x1 + MEET
            ]  # fmt: skip
            if inside and len(columns_of([*(x for stripe in tables[-1] for x in stripe), *inside])) < 2:
                tables.append([])
            if len(columns_of(inside)) > 1:
                tables[-1].append(inside)
        found += [[x for stripe in table for x in stripe] for table in tables if len(table) > 1]
    return found


def _level(rules: Sequence[Rule], lines: Sequence[PrintedLine]) -> list[Rule]:
    """Return the level rules that do not underline lines, whole."""
    ordered = sorted(lines, key=lambda x: x.base)
    return _whole([r for r in rules if r.horizontal and not underlines(r, _over(r, ordered))], across=True)


def _over(rule: Rule, ordered: Sequence[PrintedLine]) -> Sequence[PrintedLine]:
    """Return the lines whose baselines are near above a rule. `ordered`: by their baselines."""
    first = bisect_right(ordered, rule.top - _LARGEST, key=lambda x: x.base)
    return ordered[first : bisect_right(ordered, rule.top, key=lambda x: x.base)]


def _whole(rules: list[Rule], *, across: bool, gap: float = MEET) -> list[Rule]:
    """Return rules of one direction with those joined that lie on one line and touch: the sides of cells."""
    spans = sorted((r.top, r.x0, r.x1, r.bottom) if across else (r.x0, r.top, r.bottom, r.x1) for r in rules)
    found: list[Rule] = []
    for lane in runs(spans, lambda lane, span: span[0] - lane[0][0] > _SAME):
        joined: list[list[float]] = []
        for at, start, end, edge in sorted(lane, key=lambda span: span[1]):
            if joined and start <= joined[-1][2] + gap:
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
