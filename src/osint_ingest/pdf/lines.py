"""Words -> printed lines: rows of one baseline with their raised and lowered words, cut at gutters.

A gutter is white space that stays open over rows: between columns, between cells of a table. A drawn
vertical rule is one too. A bullet, a list number or a note's number keeps its text, however wide the gap.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from sys import intern

from osint_ingest.pdf.bidi import logical, mirrored, reads_from_right
from osint_ingest.pdf.glyphs import FontStyle, Rule
from osint_ingest.pdf.words import GAP, TWICE, Word, is_rtl, spaceless

RAISED_MIN, RAISED_MAX = 0.08, 0.85
"""A raised word's baseline stands this much higher than its line's (share of the line's size)."""
SMALLER = 0.93
"""A raised or lowered word is at most this share of its neighbour's size."""
LONGEST_RAISED = 24

LABEL = re.compile(
    r"^(?:[•●▪■◦○‣–—\-*†‡§¶·\uf000-\uf0ff\ufffdo]|[*†‡§¶]{1,3}|[(\[]?(?:\d{1,4}(?:\.\d{1,2}){0,3}|[a-zA-Z]|[ivxlcIVXLC]{1,6}|[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,4})[.)\]:]{0,2})$"
)


@dataclass(slots=True)
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

    @property
    def text(self) -> str:
        """Its words as printed, one space between them."""
        return "".join((" " if w.space and i else "") + w.text for i, w in enumerate(self.words))

    @property
    def rtl(self) -> bool:
        letters = [c for w in self.words for c in w.text if c.isalpha()]
        return bool(letters) and sum(map(is_rtl, letters)) * 2 > len(letters)


@dataclass(slots=True)
class _Row:
    base: float
    words: list[Word]

    @property
    def size(self) -> float:
        return main_size(self.words)


def main_size(words: Sequence[Word]) -> float:
    """The size most characters have, to a tenth of a point."""
    count: Counter[float] = Counter()
    for word in words:
        count[round(word.size, 1)] += len(word.text)
    return max(count, key=lambda size: (count[size], size))


def printed_lines(
    words: list[Word], rules: Sequence[Rule], page: int, fonts: Sequence[FontStyle], *, rtl: bool
) -> list[PrintedLine]:
    """The printed lines of a page from top to bottom, those of one row from left to right."""
    # twice: a comma between two raised numbers touches only them
    rows = _attach(_attach(_rows(words), rtl=rtl), rtl=rtl)
    for row in rows:
        row.words = _once(sorted(row.words, key=lambda w: w.x0 + w.x1))
    from_right = rtl and reads_from_right(words)
    turn = from_right and mirrored([row.words for row in rows])
    pieces = _cut(rows, [r for r in rules if not r.horizontal], spaces=rtl)
    lines = []
    for index, piece in pieces:
        made = _line(piece, page, fonts, index, rtl=rtl, from_right=from_right, turn=turn)
        if made is not None:
            lines.append(made)
    return lines


def _rows(words: list[Word]) -> list[_Row]:
    rows: list[_Row] = []
    for word in sorted(words, key=lambda w: w.base):
        if rows and word.base - rows[-1].base <= max(0.6, 0.1 * word.size):
            rows[-1].words.append(word)
        else:
            rows.append(_Row(word.base, [word]))
    return rows


def _chains(words: list[Word]) -> list[list[Word]]:
    chains: list[list[Word]] = []
    for word in sorted(words, key=lambda w: w.x0):
        if chains and word.x0 - chains[-1][-1].x1 < 0.9 * word.size:
            chains[-1].append(word)
        else:
            chains.append([word])
    return chains


def _attach(rows: list[_Row], *, rtl: bool) -> list[_Row]:
    """Gives raised and lowered words to the row that they belong to."""
    for row in rows:
        row.words.sort(key=lambda w: w.x0)
    starts = [[w.x0 for w in row.words] for row in rows]
    moved: list[tuple[_Row, list[Word]]] = []
    for i, row in enumerate(rows):
        leaving: set[int] = set()
        for chain in _chains(row.words):
            if sum(len(w.text) for w in chain) > LONGEST_RAISED:
                continue
            home = _home(rows, starts, i, chain, rtl=rtl)
            if home is not None:
                moved.append((home, chain))
                leaving.update(map(id, chain))
        if leaving:
            row.words = [w for w in row.words if id(w) not in leaving]
    for home, chain in moved:
        for word in chain:
            word.raised = home.base - word.base
        home.words.extend(chain)
    return [row for row in rows if row.words]


def _home(
    rows: list[_Row], starts: list[list[float]], i: int, chain: list[Word], *, rtl: bool
) -> _Row | None:
    """The row whose words a small chain of words touches, above its baseline or a little under it."""
    x0, x1 = chain[0].x0, max(w.x1 for w in chain)
    base, size = rows[i].base, chain[0].size
    text = "".join(w.text for w in chain)
    few = len(text)
    best: tuple[float, _Row] | None = None
    for k in (*range(i + 1, min(i + 9, len(rows))), *range(max(0, i - 4), i)):
        row: _Row = rows[k]
        rise = row.base - base
        at = bisect_left(starts[k], x0)
        if few <= 2 and abs(rise) < 0.4 * size and _inside(row.words, at, x0, x1, size):
            return row
        for j in range(max(0, at - 2), min(len(starts[k]), at + 2)):
            near = row.words[j] if j < len(row.words) else None
            if near is None or near in chain or few >= sum(len(w.text) for w in row.words):
                continue
            measure = row.size if near.raised else near.size
            low, high = RAISED_MIN * measure, RAISED_MAX * measure
            if size > SMALLER * measure or not (low < rise < high or -0.4 * measure < rise < -0.05 * measure):
                continue
            after, before = x0 - near.x1, near.x0 - x1
            edge, far = (j == len(starts[k]) - 1, after) if rtl else (j == 0, before)
            if not rtl and j and near.x0 > x1:
                # a note's number in the second column stands as well apart from the first
                edge = row.words[j - 1].x1 < x0 - size
            leads = edge and -0.2 * near.size < far < 4 * near.size and LABEL.match(text)
            if (
                -0.35 * near.size < after < 0.6 * near.size
                or -0.35 * near.size < before < 0.6 * near.size
                or leads
            ):
                distance = min(abs(after), abs(before)) + abs(rise)
                if best is None or distance < best[0]:
                    best = (distance, row)
    return best[1] if best else None


def _inside(words: list[Word], at: int, x0: float, x1: float, size: float) -> bool:
    """Does a letter stand between two words that touch it, as the lowered E of TeX does?"""
    if not 0 < at < len(words):
        return False
    left, right = words[at - 1], words[at]
    return abs(left.size - size) < 0.1 * size and max(abs(x0 - left.x1), abs(right.x0 - x1)) < 0.3 * size


def _once(words: list[Word]) -> list[Word]:
    """Words printed twice in one place are kept once."""
    out: list[Word] = []
    for word in words:
        again = out and out[-1].text == word.text and abs(out[-1].x0 - word.x0) < TWICE * word.size
        if not again:
            out.append(word)
    return out


@dataclass(slots=True)
class _Gutter:
    lo: float
    hi: float
    gaps: list[tuple[int, int]]
    """(row, index of the run after the gap) of every row that has text on both sides."""


def _cut(  # noqa: PLR0912 - one pass over rows, their gutters in hand
    rows: list[_Row], verticals: list[Rule], *, spaces: bool
) -> list[tuple[int, list[Word]]]:
    """Rows cut at gutters: (row number, words) from top to bottom, left to right."""
    runs = [_runs(row, verticals, spaces) for row in rows]
    splits: set[tuple[int, int]] = set()
    active: list[_Gutter] = []

    def settle(gutter: _Gutter) -> None:
        width = (gutter.hi - gutter.lo) / rows[gutter.gaps[0][0]].size
        count = len(gutter.gaps)
        if (count >= 4 and width >= 0.7) or (count >= 2 and width >= 1.5) or width >= 2.5:
            splits.update(gutter.gaps)

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
        kept: list[_Gutter] = []
        used: set[int] = set()
        for gutter in active:
            fits = [
                (min(gutter.hi, b) - max(gutter.lo, a), k)
                for k, (a, b) in enumerate(edges)
                if a < gutter.hi and b > gutter.lo
            ]
            width, k = max(fits, default=(0.0, 0))
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
            if (k in used and b - a < 2.5 * size) or b - a < 1.4 * usual:
                continue
            kept.append(_Gutter(a, b, [(i, k)]))
        active = kept[-60:]
    for gutter in active:
        settle(gutter)

    out: list[tuple[int, list[Word]]] = []
    for i, here in enumerate(runs):
        piece: list[Word] = []
        for k, (_, words, ruled) in enumerate(here):
            if piece and (ruled or (i, k) in splits):
                out.append((i, piece))
                piece = []
            piece = piece + words
        out.append((i, piece))
    return out


_Run = tuple[tuple[float, float], list[Word], bool]


def _runs(row: _Row, verticals: list[Rule], spaces: bool) -> list[_Run]:
    """Words that surely stand together; (x0, x1), words, is there a vertical rule before them."""
    size = row.size
    crossing = [r.x0 for r in verticals if r.top < row.base - 0.2 * size and r.bottom > row.base - 0.4 * size]
    runs: list[tuple[list[float], list[Word], bool]] = []
    for word in row.words:
        if spaces and word.text == " ":
            if runs:
                runs[-1][1].append(word)
            continue
        ruled = False
        if runs:
            x1 = runs[-1][0][1]
            ruled = any(x1 - 1 <= x <= word.x0 + 1 for x in crossing)
            gap = word.x0 - x1
            label: object = (
                len(runs) == 1 and gap < 5 * size and LABEL.match("".join(w.text for w in runs[0][1]).strip())
            )
            # in a second column a note's raised number keeps its text as well
            label = label or (
                bool(runs)
                and gap < 5 * size
                and all(w.raised > 0 for w in runs[-1][1])
                and LABEL.match("".join(w.text for w in runs[-1][1]))
            )
            # read from the right, a note's number stands at the right end
            label = label or (spaces and word.raised > 0 and gap < 5 * size)
            if not ruled and (gap < 0.6 * size or label):
                runs[-1][0][1] = max(x1, word.x1)
                runs[-1][1].append(word)
                continue
        runs.append(([word.x0, word.x1], [word], ruled))
    return [((x[0], x[1]), words, ruled) for x, words, ruled in runs] or [
        ((0.0, 0.0), list(row.words), False)
    ]


def _line(
    words: list[Word],
    page: int,
    fonts: Sequence[FontStyle],
    row: int,
    *,
    rtl: bool,
    from_right: bool,
    turn: bool,
) -> PrintedLine | None:
    if rtl and (from_right or any(is_rtl(w.text[0]) for w in words)):
        words = logical(words, from_right=from_right, turn=turn)
    else:
        words = [w for w in words if w.text != " "]
        if not words:
            return None
        words[0].space = True
        last: Word | None = None
        for word in words:
            if last is not None:
                gap = word.x0 - last.x1
                wide = gap > GAP * max(word.size, last.size)
                if wide and gap < 0.6 * word.size and (spaceless(word.text[0]) or spaceless(last.text[-1])):
                    wide = False  # typesetters part Chinese from Latin by a quarter of a letter
                word.space = wide or (word.space and gap > 0.08 * word.size)
            last = word
    size = main_size(words)
    # the line's baseline is that of its main size
    base = Counter(round(w.base, 1) for w in words if abs(w.size - size) < 0.3 for _ in w.text).most_common(
        1
    )[0][0]
    bold = italic = letters = 0
    for word in words:
        word.raised = base - word.base if word.base != base else 0.0
        word.text = intern(word.text)
        style = fonts[word.style]
        letters += len(word.text)
        bold += len(word.text) * style.bold
        italic += len(word.text) * style.italic
    return PrintedLine(
        page,
        tuple(words),
        min(w.x0 for w in words),
        min(w.top for w in words),
        max(w.x1 for w in words),
        max(w.bottom for w in words),
        base,
        size,
        bold * 2 > letters,
        italic * 2 > letters,
        row,
    )
