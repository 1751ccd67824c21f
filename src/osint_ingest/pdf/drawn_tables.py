"""Tables that are drawn: by rules that meet and enclose cells."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from osint_ingest.pdf.drawing import Rule, runs
from osint_ingest.pdf.lines import PrintedLine
from osint_ingest.pdf.table_rows import underlines

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
