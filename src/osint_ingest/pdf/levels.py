"""White strips across a region of a page, over which its columns do not go on."""

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
    return _joined([(x.inset, x.x1, x.size) for x in lines])


def _joined(spans: list[_Span]) -> list[_Span]:
    """Return what spans cover, from left to right, parted where white space is wide enough for a gutter."""
    found: list[_Span] = []
    for x0, x1, size in sorted(spans):
        if found and x0 < found[-1][1] + 0.3 * size:
            found[-1] = (found[-1][0], max(found[-1][1], x1), found[-1][2])
        else:
            found.append((x0, x1, size))
    return found


def _same_link(one: Word, other: Word) -> bool:
    return bool(one.annotation and other.annotation and one.annotation.uri == other.annotation.uri)
