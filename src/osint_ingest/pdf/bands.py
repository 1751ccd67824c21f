"""The gutter at which a region of a page is cut, and how far up and down it is open."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from statistics import median

from osint_ingest.pdf.levels import HEADS
from osint_ingest.pdf.lines import PrintedLine
from osint_ingest.pdf.table_rows import columns_of

MAX_CANDIDATES = 24

Band = tuple[float, float, float]
"""The first and the last baseline of a gutter, and where it is (x)."""


def best_band(lines: list[PrintedLine]) -> Band | None:
    """Return the gutter that has the most lines at both sides."""
    candidates: Counter[float] = Counter()
    for i, line in enumerate(lines):
        for other in lines[i + 1 : i + 12]:
            if other.top > line.bottom:
                break
            a, b = (line, other) if line.x0 < other.x0 else (other, line)
            if b.words[0].aligned and b.x0 > a.x1:
                candidates.update({round(b.x0 - 0.3, 1)})
            elif b.x0 - a.x1 > 0.5 * min(a.size, b.size):
                # the middle of the gap, and just before the right one: left edges of columns are even
                candidates.update({2.0 * round((a.x1 + b.x0) / 4), 2.0 * round((b.x0 - 2) / 2)})
    best: tuple[int, float, float, float] | None = None
    for x, _ in candidates.most_common(MAX_CANDIDATES):
        for run in _runs(lines, x):
            found = _trim(run, x)
            if found is None or (best and found[0] < best[0]):
                continue
            if best is None or found[0] > best[0] or _more_columns(lines, (*found[1:], x), best[1:]):
                best = (*found, x)
    return best[1:] if best else None


def _more_columns(lines: list[PrintedLine], band: Band, other: Band) -> bool:
    """Does one band have more columns than another? A line that follows the other may reach over two of them."""
    return len(columns_of(within(lines, band))) > len(columns_of(within(lines, other)))


def within(lines: list[PrintedLine], band: Band) -> list[PrintedLine]:
    first, last, x = band
    return [line for line in lines if first <= line.base <= last and not line.inset < x < line.x1]


def _runs(lines: list[PrintedLine], x: float) -> list[list[PrintedLine]]:
    runs: list[list[PrintedLine]] = [[]]
    for line in lines:
        if line.inset < x < line.x1:
            runs.append([])
        else:
            runs[-1].append(line)
    return [run for run in runs if len(run) > 1]


def _trim(run: list[PrintedLine], x: float) -> tuple[int, float, float] | None:
    left, right = [r for r in run if r.x1 <= x], [r for r in run if r.inset >= x]
    if not left or not right:
        return None
    first = max(left[0].top, right[0].top)
    last = min(max(r.bottom for r in left), max(r.bottom for r in right))
    if last <= first:
        return None
    inside = [r for r in run if r.bottom > first and r.top < last]
    # a column that begins higher or ends lower belongs to the band as long as its lines follow closely
    for line in reversed([r for r in run if r.bottom <= first]):
        side = [r for r in inside if (r.x1 <= x) == (line.x1 <= x)]
        if (
            side
            and not _heads_column(line, side, x)
            and min(r.top for r in side) - line.bottom < 0.9 * line.size
        ):
            inside.append(line)
    for line in [r for r in run if r.top >= last]:
        side = [r for r in inside if (r.x1 <= x) == (line.x1 <= x)]
        if _heads_column(line, side, x):
            break
        if side and _follows(max(side, key=lambda r: r.base), line, side):
            inside.append(line)
    n_left = sum(r.x1 <= x for r in inside)
    return min(n_left, len(inside) - n_left), min(r.base for r in inside), max(r.base for r in inside)


def _heads_column(line: PrintedLine, side: list[PrintedLine], x: float) -> bool:
    """Is a line left of a gutter larger than those at its side, so that it may head what crosses the gutter?"""
    return line.x1 <= x and bool(side) and line.size > HEADS * median(r.size for r in side)


def _follows(last: PrintedLine, line: PrintedLine, column: list[PrintedLine]) -> bool:
    """Does a line stand under the last one of a column as near as the lines of the column do to each other?"""
    if line.top - last.bottom < 0.6 * line.size:
        return True
    steps = [b.base - a.base for a, b in pairwise(sorted(column, key=lambda x: x.base))]
    return len(steps) > 2 and line.base - last.base < 1.1 * median(steps)
