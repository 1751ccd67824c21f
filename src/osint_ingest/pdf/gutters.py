"""Where rows of words are cut: at gutters between columns and cells, and at drawn vertical rules."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from statistics import median

from osint_ingest.pdf.drawing import Rule
from osint_ingest.pdf.numbering import BULLETS, BULLETS_AT_THE_START
from osint_ingest.pdf.words import Word

COLUMN_ROWS = 8
"""A gutter that stays open over so many rows parts columns; other rows and pages may have them too."""

LABEL = re.compile(
    rf"^(?:[{BULLETS_AT_THE_START}o]|[*†‡§¶]{{1,3}}|[(\[]?(?:\d{{1,4}}(?:\.\d{{1,2}}){{0,3}}|([a-z])\1?|[A-Z]|[ivxlcIVXLC]{{1,6}}|[⁰¹²³⁴⁵⁶⁷⁸⁹]{{1,4}})[.)\]:]{{0,2}})$"
)
_SIGN = re.compile(rf"^(?:[{BULLETS}]|\d{{1,2}}[.)])$")
_MOST_IN_A_LABEL = 24
_HUNG = "\"'“„«‘("
"""Signs that typesetters hang out of a column."""
HANGING = 30.0
"""Text that hangs after labels begins this near to them (points)."""
NEAR_ROWS = 4
"""Cells of one column begin at one place in rows as near as this; words of justified lines do so by chance."""


AT_EDGE = 0.6
"""Words of a column begin this near to its left edge (points)."""
ALIGNED = 4
"""So many words begin at the left edge of a column at least; words of running text do so by chance."""
WORDS_OF_A_CELL = 3
"""Fewer words before text, in rows that are no neighbours, are labels: the text under them hangs."""
LEAST_CELL = 3.0
"""Text of a cell that the next one nearly touches is wider than this (share of the size)."""
FAR_FROM_LABEL = 2.0
"""Text begins nearer to the label before it (share of the size)."""
NEAR_ROW = 3.5
"""Rows of one table are not further apart than this (share of the size)."""
LEADERS = ("..", "…", "_")
"""What leads to the number of a page."""


@dataclass
class WordRow:
    """Words on one baseline, from left to right."""

    base: float
    words: list[Word]

    @cached_property
    def size(self) -> float:
        return main_size(self.words)


def main_size(words: Sequence[Word]) -> float:
    """Return the size that most characters have, to a tenth of a point."""
    count: Counter[float] = Counter()
    for word in words:
        count[round(word.size, 1)] += len(word.text)
    return max(count, key=lambda size: (count[size], size))


@dataclass(slots=True)
class _Gutter:
    lo: float
    hi: float
    gaps: list[tuple[int, int]]
    """(row, index of the run after the gap) of every row that has text on both sides."""


def cut_rows(  # noqa: PLR0912, PLR0915 - one pass over rows, their gutters in hand
    rows: list[WordRow], verticals: list[Rule], columns: set[float], *, spaces: bool
) -> list[tuple[int, list[Word]]]:
    """Return the rows cut at gutters, as (row number, words), from top to bottom and left to right.

    `columns` are left edges of columns known from pages before, in points; this page's are added to it.
    """
    runs = [_runs(row, verticals, spaces) for row in rows]
    edges_of = _Edges(runs)
    splits: set[tuple[int, int]] = set()
    active: list[_Gutter] = []
    lefts: set[float] = set()

    def settle(gutter: _Gutter) -> None:
        width = (gutter.hi - gutter.lo) / rows[gutter.gaps[0][0]].size
        gaps = gutter.gaps
        if len(gaps) < COLUMN_ROWS:
            gaps = [gap for gap in gaps if not edges_of.justified(*gap, rows[gap[0]].size)]
        count = len(gaps)
        if (count >= 4 and width >= 0.7) or (count >= 2 and width >= 1.5) or (count and width >= 2.5):
            splits.update(gaps)
            if count >= COLUMN_ROWS:
                lefts.add(gutter.hi)

    for i, row in enumerate(rows):
        here = runs[i]
        size = row.size
        if i and row.base - rows[i - 1].base > 5 * size:
            for gutter in active:
                settle(gutter)
            active = []
        edges = [(float("-inf"), here[0][0][0])]
        edges += [(here[k - 1][0][1], here[k][0][0]) for k in range(1, len(here))]
        edges.append((here[-1][0][1], float("inf")))
        usual = median([b - a for a, b in edges[1:-1]]) if len(edges) > 4 else 0.0
        # all spaces of a justified line are wide; those within columns are not
        spaced = [b.x0 - a.x1 for a, b in pairwise(row.words) if b.space] if usual else ()
        within = min(median(spaced or [0.0]), usual)
        kept: list[_Gutter] = []
        used: set[int] = set()
        for gutter in active:
            spans = ((max(gutter.lo, a), min(gutter.hi, b), k) for k, (a, b) in enumerate(edges))
            width, k = max(((hi - lo, k) for lo, hi, k in spans if lo < hi), default=(0.0, 0))
            if width < 0.6 * size:
                settle(gutter)
                continue
            if width < 0.6 * (gutter.hi - gutter.lo):
                settle(gutter)
            inside = 0 < k < len(edges) - 1
            gaps = [*gutter.gaps, (i, k)] if inside else gutter.gaps
            kept.append(_Gutter(max(gutter.lo, edges[k][0]), min(gutter.hi, edges[k][1]), gaps))
            if inside:
                used.add(k)
        for k in range(1, len(edges) - 1):
            a, b = edges[k]
            beside = [*here[k - 1][1], *here[k][1]]
            alone = len(beside) == 2 and any(c.isalpha() for word in beside for c in word.text)
            if (k in used and b - a < 2.5 * size) or b - a < 1.4 * (usual if alone else within):
                continue
            kept.append(_Gutter(a, b, [(i, k)]))
        active = kept[-60:]
    for gutter in active:
        settle(gutter)
    columns |= _halves(lefts | _starts(runs, rows), runs)
    splits |= _at_columns(runs, rows, columns)
    splits = {(i, k) for i, k in splits if not _after_label(runs[i], k, columns, rows[i].size)}
    hanging = [_hanging(row.words, columns, row.size) for row in rows]
    if not spaces:
        _mark_aligned(rows, runs)
    narrow = _narrow(rows, runs, splits)

    out: list[tuple[int, list[Word]]] = []
    for i, here in enumerate(runs):
        for k, (_, words, ruled) in enumerate(here):
            if not k or ruled or (i, k) in splits:
                out.append((i, []))
            for word in words:
                if (word is hanging[i] or word in narrow or word.begins or word.aligned) and out[-1][1]:
                    out.append((i, []))
                out[-1][1].append(word)
    return out


_Run = tuple[tuple[float, float], list[Word], bool]


class _Edges:
    """Where the pieces of rows begin and end, over the page."""

    def __init__(self, runs: Sequence[Sequence[_Run]]) -> None:
        self._runs = runs
        self._starts = Counter(round(span[0]) for row in runs for span, _, _ in row)
        self._text_ends = {round(span[1]) for row in runs for span, words, _ in row if len(words) > 3}

    def justified(self, i: int, k: int, size: float) -> bool:
        """Tell whether a gap is a wide space of a justified line, and no cell or column begins after it.

        Such a line ends where many do, and all its spaces are about as wide.
        """
        row = self._runs[i]
        x0, x1 = row[k][0]
        near = self._runs[max(0, i - NEAR_ROWS) : i + NEAR_ROWS + 1]
        # the last words of justified lines that are as wide begin at one place, too
        alike = (any(abs(a - x0) < 1.5 < abs(b - x1) for (a, b), _, _ in other) for other in near)
        if sum(alike) > 1:
            return False
        starts = [n for n, (span, _, _) in enumerate(row) if self._begins(span[0]) >= COLUMN_ROWS]
        first = max((n for n in starts if n < k), default=0)
        last = min((n for n in starts if n > k), default=len(row)) - 1
        end = round(row[last][0][1])
        ends = range(end - 3, end + 4)  # signs may hang into the margin
        if self._text_ends.isdisjoint(ends):
            return False
        words = [w for _, run, _ in row[first : last + 1] for w in run]
        if LABEL.match(words[0].text):
            words = words[1:]
        gaps = [b.x0 - a.x1 for a, b in pairwise(words) if b.space]
        return row[k][0][0] - row[k - 1][0][1] < 1.3 * median(gaps or [0.0]) + 0.1 * size

    def _begins(self, x: float) -> int:
        return sum(self._starts[round(x) + near] for near in (-1, 0, 1))


def _mark_aligned(rows: Sequence[WordRow], runs: Sequence[Sequence[_Run]]) -> None:
    """Sets `aligned` of words that stand at the left edge of a column of cells, however near the words before them are:
    where a cell surely begins in some rows, words begin in others between, and no word reaches across."""
    starts = [[w.x0 for w in row.words] for row in rows]
    done: set[tuple[int, int]] = set()
    for i, here in enumerate(runs):
        for (left, _), _, _ in here:
            if (i, round(left)) in done:
                continue
            up, down = (_open_rows(rows, runs, starts, i, left, step) for step in (-1, 1))
            strip = [*up[::-1], i, *down]
            done.update((row, round(left)) for row in strip)
            at = [(row, bisect_left(starts[row], left - AT_EDGE)) for row in strip]
            begun = [(row, j) for row, j in at if j < len(starts[row]) and starts[row][j] < left + AT_EDGE]
            before = {row: _before(runs[row], rows[row].words[j]) for row, j in begun if j}
            hanging = [row for row, words in before.items() if len(words) < WORDS_OF_A_CELL]
            lone = sum(row - 1 not in before and row + 1 not in before for row in hanging)
            sure = sum(rows[row].words[j] is run[0] for row, j in begun for _, run, _ in runs[row])
            beside = sum(rows[row].words[j] is run[0] for row, j in begun if j for _, run, _ in runs[row])
            least = ALIGNED if sure > 1 else 2 * ALIGNED
            if len(begun if beside else before) < least or 2 * lone > len(before):
                continue
            ends = Counter(round(words[-1].x1 / 2) for words in before.values())
            for row, j in begun:
                word = rows[row].words[j]
                edge = row in before and ends[round(before[row][-1].x1 / 2)] > 2
                word.aligned |= row not in before or _parts(before[row], word, edge=edge)


def _parts(before: list[Word], word: Word, *, edge: bool) -> bool:
    """Can a cell begin between words of one run, which end at an `edge` of others or not, and the next word?"""
    last = before[-1]
    gap = (word.x0 - last.x1) / word.size
    if gap < FAR_FROM_LABEL and (last.raised > 0 or last.text.endswith(LEADERS) or _is_label(before)):
        return False
    wide = last.x1 - before[0].x0 > LEAST_CELL * word.size
    return gap > 0.6 or (gap > 0.1 and (edge or wide))


def _before(here: Sequence[_Run], word: Word) -> list[Word]:
    """Return the words before one in its run, or the run before, if it is the first of its own."""
    last: list[Word] = []
    for _, words, _ in here:
        at = next((n for n, w in enumerate(words) if w is word), None)
        if at is not None:
            return words[:at] or last
        last = words
    return last


def _open_rows(
    rows: Sequence[WordRow],
    runs: Sequence[Sequence[_Run]],
    starts: Sequence[Sequence[float]],
    i: int,
    x: float,
    step: int,
) -> list[int]:
    """Return the rows from row `i` up or down in which no word reaches across `x`, as long as they are near. The last
    ones surely have a cell there, or words of two begin at `x`: those of one may do so by chance."""
    found: list[int] = []
    unsure = begun = 0
    for j in range(i + step, len(rows) if step > 0 else -1, step):
        at = bisect_left(starts[j], x - AT_EDGE)
        across = at > 0 and rows[j].words[at - 1].x1 > x + AT_EDGE
        if across or abs(rows[j].base - rows[j - step].base) > NEAR_ROW * min(rows[j].size, rows[i].size):
            break
        found.append(j)
        if any(abs(left - x) < AT_EDGE for (left, _), _, _ in runs[j]):
            unsure = begun = 0
        else:
            unsure += 1
            begun += at < len(starts[j]) and starts[j][at] < x + AT_EDGE
    return found if unsure == begun > 1 else found[: len(found) - unsure]


def _narrow(
    rows: Sequence[WordRow], runs: Sequence[Sequence[_Run]], splits: set[tuple[int, int]]
) -> set[Word]:
    """Return words after a gap that is wider than their row's spaces, where a cell begins in several rows around."""
    begins = [
        [run[k][0][0] for k in range(1, len(run)) if (i, k) in splits]
        + [w.x0 for w in row.words[1:] if w.begins] * 2  # sure of itself
        for i, (run, row) in enumerate(zip(runs, rows, strict=True))
    ]
    found: set[Word] = set()
    for i, row in enumerate(rows):
        near = [x for at in begins[max(0, i - NEAR_ROWS) : i + NEAR_ROWS + 1] for x in at]
        if len(near) > 1:
            least = 1.5 * median([b.x0 - a.x1 for a, b in pairwise(row.words) if b.space] or [0.0])
            for a, b in pairwise(row.words):
                label = a.raised > 0 or LABEL.match(a.text)
                hung = 0.3 * b.size if b.text[0] in _HUNG else 0.5
                count = 0 if label else sum(-hung < b.x0 - x < 0.5 for x in near)
                if (count > 1 and b.x0 - a.x1 > least) or (count > 2 and b.x0 - a.x1 > 0.5 * row.size):
                    found.add(b)
    return found


def _starts(runs: Sequence[Sequence[_Run]], rows: Sequence[WordRow]) -> set[float]:
    """Return where many rows begin far from the left: a column whose lines stand between those of the first."""
    firsts = Counter(round(here[0][0][0], 1) for here in runs)
    left = min(firsts, default=0.0) + 10 * max((row.size for row in rows), default=0.0)
    return {x for x, count in firsts.items() if count >= COLUMN_ROWS and x > left}


def _halves(lefts: set[float], runs: Sequence[Sequence[_Run]]) -> set[float]:
    """Return the left edge of the second of two columns that share the page; a table's columns are none."""
    # text after the labels of notes in the second column begins at one place, too
    lefts = {x for x in lefts if not any(1 < x - label < HANGING for label in lefts)}
    if not lefts or max(lefts) - min(lefts) > 1:
        return set()
    x0, x1 = min(here[0][0][0] for here in runs), max(here[-1][0][1] for here in runs)
    return lefts if 0.45 < (min(lefts) - x0) / (x1 - x0) < 0.6 else set()


def _at_columns(
    runs: Sequence[Sequence[_Run]], rows: Sequence[WordRow], lefts: set[float]
) -> set[tuple[int, int]]:
    """Gaps before the place where a column of other rows (or pages) begins, up to an indent after it: of a line
    set wide in its column, or of a column of one or two lines, whose gutter no other row keeps open. Not where text
    of most rows around reaches across."""
    found = set()
    for left in lefts:
        across = [any(x0 < left - 2 and x1 > left + 2 for (x0, x1), _, _ in here) for here in runs]
        for i, here in enumerate(runs):
            near, size = across[max(0, i - 3) : i + 4], rows[i].size
            found |= {
                (i, k)
                for k in range(1, len(here) if 2 * sum(near) < len(near) else 0)
                if here[k - 1][0][1] < left - 0.6 * size and -0.5 < here[k][0][0] - left < 2 * size
            }
    return found


def _after_label(here: Sequence[_Run], k: int, lefts: set[float], size: float) -> bool:
    """Does a gap part a label at the left edge of a column from its text?"""
    (x0, x1), label, _ = here[k - 1]
    return here[k][0][0] - x1 < 5 * size and any(abs(x0 - x) < 1.5 for x in lefts) and _is_label(label)


def _hanging(words: Sequence[Word], lefts: set[float], size: float) -> Word | None:
    """Return the first word of a note's label that hangs out of its column into the gutter, near the text of the
    column before; None where a row has none."""
    for j in range(1, len(words)):
        touches = words[j].x0 - words[j - 1].x1 < 0.5 * size
        if not touches or not any(abs(words[j].x0 - left) < 0.5 for left in lefts):
            continue
        for k in range(max(0, j - 3), j):
            label = words[k:j]
            apart = all(w.raised > 0 for w in label) or label[0].text == "["
            if (
                apart
                and words[k].x0 > words[j].x0 - 2.2 * size
                and LABEL.match("".join(w.text for w in label))
            ):
                return words[k] if k else None
    return None


def _is_label(words: list[Word]) -> bool:
    # a line of many words would be put together once for each of them
    return len(words) <= _MOST_IN_A_LABEL and bool(LABEL.match("".join(w.text for w in words).strip()))


def _runs(row: WordRow, verticals: list[Rule], spaces: bool) -> list[_Run]:
    """Return the runs of words that surely stand together: (x0, x1), words, and whether a rule stands before them."""
    size = row.size
    crossing = [r.x0 for r in verticals if r.top < row.base - 0.2 * size and r.bottom > row.base - 0.4 * size]

    def keeps(word: Word, before: list[Word], first: bool) -> object:
        """Does text stay with the note's number or list's sign before it? In a second column only a raised number."""
        if spaces and word.raised > 0:
            return True  # read from the right, a note's number stands at the right end
        sign = len(before) == 1 and _SIGN.match(before[0].text)
        return sign or (_is_label(before) and (first or all(w.raised > 0 for w in before)))

    runs: list[_Run] = []
    for word in row.words:
        if spaces and word.text == " ":
            if runs:
                runs[-1][1].append(word)
            continue
        ruled = False
        if runs:
            (x0, x1), before, was_ruled = runs[-1]
            ruled = any(x1 - 1 <= x <= word.x0 + 1 for x in crossing)
            gap = word.x0 - x1
            if not ruled and (gap < 0.6 * size or (gap < 5 * size and keeps(word, before, len(runs) == 1))):
                before.append(word)
                runs[-1] = (x0, max(x1, word.x1)), before, was_ruled
                continue
        runs.append(((word.x0, word.x1), [word], ruled))
    return runs or [((0.0, 0.0), list(row.words), False)]
