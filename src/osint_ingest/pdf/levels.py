"""White strips across a region of a page: over which its columns do not go on, and over which its text does."""

from itertools import groupby, pairwise
from statistics import median

from osint_ingest.pdf.lines import PrintedLine
from osint_ingest.pdf.words import Word

HEADS = 1.15
"""A line is a heading if it is so many times as large as the text under it."""
NEAR = 12
"""So many lines of all columns are looked through for the one above a line."""
_Span = tuple[float, float, float]
"""Where a column begins and ends, and the size of its first line."""


def levels_of(lines: list[PrintedLine]) -> list[list[PrintedLine]]:
    """Return the lines above and below white strips over which columns do not go on: one side has three or more, the
    other has others, or is a row of headings."""
    slabs: list[list[PrintedLine]] = []
    reach, large = float("-inf"), HEADS * median(x.size for x in lines)
    for _, row in groupby(lines, lambda x: x.row):
        here = list(row)
        strip = min(x.top for x in here) > reach + 0.5 * here[0].size or min(x.size for x in here) > large
        above = slabs[-1][-NEAR:] if slabs else []
        if strip and not any(_same_link(a.words[-1], b.words[0]) for a in above for b in here):
            slabs.append([])
        slabs[-1] += here
        reach = max(reach, *(x.bottom for x in here))
    levels: list[list[PrintedLine]] = [[]]
    known: list[_Span] = []
    heads: list[PrintedLine] = []
    for slab, below in pairwise([*slabs, []]):
        if below and _heads(slab, below):
            levels[-1] += heads
            heads = slab
            continue
        spans = _spans(slab)
        both, most = _joined([*known, *spans]), max(len(known), len(spans))
        headed = len(spans) > 2 and (len(heads) == 1 or len(heads) > 2)
        parted = most > 2 and len(both) < min(len(known), len(spans))
        if headed and len(heads) == 1:
            levels += [heads, slab]
        elif headed or parted:
            levels.append([*heads, *slab])
        else:
            levels[-1] += [*heads, *slab]
        known, heads = spans if headed or len(both) < most else both, []
    return [level for level in levels if level]


def _heads(slab: list[PrintedLine], below: list[PrintedLine]) -> bool:
    """Is this a row of headings, one or some?"""
    large = min(x.size for x in slab) > HEADS * median(x.size for x in below)
    return large and len({x.row for x in slab}) == 1


def _spans(lines: list[PrintedLine]) -> list[_Span]:
    return _joined([(x.inset, x.x1, -0.3 * x.size if x.words[0].aligned else x.size) for x in lines])


def _joined(spans: list[_Span]) -> list[_Span]:
    """Return what spans cover, from left to right, parted where white space is wide enough for a gutter."""
    found: list[_Span] = []
    for x0, x1, size in sorted(spans):
        if found and x0 < found[-1][1] + 0.3 * size:
            found[-1] = (found[-1][0], max(found[-1][1], x1), found[-1][2])
        else:
            found.append((x0, x1, size))
    return found


def runs_over(at: float, columns: list[list[PrintedLine]], *, sure: bool = False) -> bool:
    """Does the text of most columns go on below a height? To be `sure`, with a small letter."""
    pairs = _lines_around(at, columns)
    wrapped = [below for above, below, edge in pairs if _wraps(above, below, edge)]
    if sure:
        wrapped = [line for line in wrapped if line.words[0].text[0].islower()]
    return 2 * len(wrapped) > len(pairs)


def link_over(at: float, columns: list[list[PrintedLine]]) -> bool:
    """Do the words of one link go on below a height?"""
    return any(_same_link(a.words[-1], b.words[0]) for a, b, _ in _lines_around(at, columns))


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


def _same_link(one: Word, other: Word) -> bool:
    return bool(one.annotation and other.annotation and one.annotation.uri == other.annotation.uri)


def _wraps(line: PrintedLine, below: PrintedLine, edge: float) -> bool:
    """Does a sentence go on in the next line, whose first word had no room before the `edge`?"""
    first = below.words[0]
    if abs(line.size - below.size) > 0.1 * line.size:
        return False
    return line.words[-1].text[-1] not in ".:;!?" and line.x1 + first.x1 - first.x0 > edge - 0.2 * line.size
