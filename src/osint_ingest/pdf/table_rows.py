"""Where the columns of a table part, and its rows: at drawn lines, or in white space."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from osint_ingest.pdf.drawing import Rule, hull
from osint_ingest.pdf.levels import link_over, runs_over
from osint_ingest.pdf.lines import PrintedLine

LINES_OF_A_HEAD = 3
"""The most lines of the head of a table whose other rows no drawn line parts."""
ROWS_APART = 0.8
"""White space of this height (share of the size) parts rows, also where all lines are as far apart."""


def columns_of(lines: list[PrintedLine]) -> list[list[PrintedLine]]:
    """Return the columns of a region, from left to right: they part where no line reaches across."""
    columns: list[list[PrintedLine]] = []
    reach = float("-inf")
    for line in sorted(lines, key=lambda x: x.inset):
        if line.inset >= reach + (-0.1 if line.words[0].aligned else 0.3) * line.size:
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
        return [at for at in wide if not link_over(at, columns) and not runs_over(at, telling, sure=True)]
    cuts = [at for _, at, _ in gaps]
    grid = _is_grid(columns)
    telling = [column for column in columns if not (grid and column[0].words[0].text[0].islower())]
    over = any(link_over(at, columns) or runs_over(at, telling, sure=grid) for at in cuts)
    return [] if over else cuts


def _begin_small(column: list[PrintedLine], cuts: Sequence[float]) -> bool:
    """Do several cells of a column begin, and all with a small letter? Then it tells no text that goes on."""
    below = (next((x for x in column if x.base - 0.3 * x.size > at), None) for at in cuts)
    firsts = {line: None for line in below if line}
    return len(firsts) > 1 and all(line.words[0].text[0].islower() for line in firsts)


def _is_grid(columns: list[list[PrintedLine]]) -> bool:
    """Has each of three columns or more a line at each height, and do no more than half of these begin with a small
    letter? Columns whose lines all do are left out."""
    if len(columns) < 3 or len({tuple(x.row for x in column) for column in columns}) > 1:
        return False
    small = [[x.words[0].text[0].islower() for x in column] for column in columns]
    told = [column for column in small if not all(column)]
    return bool(told) and all(2 * sum(row) <= len(row) for row in zip(*told, strict=True))


def underlines(rule: Rule, lines: Sequence[PrintedLine]) -> bool:
    """Does a rule stand right under the baseline of a line, or of pieces of one, and reach no further than these?"""
    over = [x for x in lines if 0 < rule.top - x.base < 0.3 * x.size]
    # the space after the last word is underlined, too
    return any(x.x0 - 1 < rule.x0 < x.x1 for x in over) and any(
        x.x0 < rule.x1 < x.x1 + 0.5 * x.size for x in over
    )
