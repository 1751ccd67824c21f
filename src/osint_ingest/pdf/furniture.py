"""Running heads, feet, page numbers and the numbers of lines: recognised by their place, kept as such.

From a page's edge inwards a line is furniture while it stands where other pages have the same text
(digits apart), or is nothing but the page's number. The first line that is neither ends the search: a
note that happens to end two pages in the same way is no foot.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Literal

from osint_ingest.pdf.lines import PrintedLine
from osint_ingest.pdf.numbering import systems_of
from osint_ingest.pdf.words import Word
from osint_ingest.text.language_files import any_word

Edge = Literal["header", "footer"]
DEEPEST = 5
"""The most rows of furniture at one edge."""
SHARE = 0.3
MARGIN = 0.16
"""Furniture stands in this outermost share of the page's height,"""
NUMBER_AT_FOOT = 0.22
"""a page's number at the foot in this one (KOMA-Script leaves a quarter of the page free there),"""
MARGIN_LEAST = 110.0
"""or, on a small page, this near to its edge (points)."""

_NUMBER = re.compile(
    rf"^[\W_]*(?:(?:{any_word('page')})\s*)?(\d{{1,4}}|[ivxlc]{{1,7}})"
    rf"(?:\s*(?:/|{any_word('page_of')})\s*\d{{1,4}})?(?:\s+(?:{any_word('page')}))?[\W_]*$",
    re.I,
)
_DIGITS = re.compile(r"\d+")
NUMBERED = 8
"""The fewest numbers in a margin that may count the lines of a page."""
SMALL_NUMBER = 0.75
"""A line's number is small up to this share of the line's size."""


def _key(line: PrintedLine) -> tuple[str, int]:
    return _DIGITS.sub("#", line.text.casefold()), round(line.base / 6)


def _look(line: PrintedLine) -> tuple[float, bool, int]:
    return line.size, line.italic, round(line.base / 6)


def line_numbers(words: Sequence[Word]) -> list[Word]:
    """The numbers in a page's margin that count its lines: beside all its text, under each other, each as much
    more than the one above. They are far smaller than the lines, or most lines begin with a small letter, as lines of
    running text do; beside notes and rows of tables neither is so.
    """
    digits = [w for w in words if w.text.isdecimal() and len(w.text) < 5]
    text = [w for w in words if not w.text.isdecimal()]
    if len(digits) < NUMBERED or not text:
        return []
    left, right = min(w.x0 for w in text), max(w.x1 for w in text)
    by_height: dict[int, Word] = {}
    for word in sorted(text, key=lambda w: w.x0):
        by_height.setdefault(round(word.base), word)
    for beside in ([w for w in digits if w.x1 < left], [w for w in digits if w.x0 > right]):
        # a note's number may hang into the same margin
        found = max((_under_each_other(beside, edge) for edge in ("x0", "x1")), key=len)
        steps = Counter(int(b.text) - int(a.text) for a, b in pairwise(found))
        step, count = steps.most_common(1)[0] if steps else (0, 0)
        if len(found) < NUMBERED or step < 1 or count < 0.8 * len(found):
            continue
        firsts = [_first_of_row(by_height, number) for number in found]
        running = sum(w.text[0].islower() and "/" not in w.text for w in firsts)
        small = sum(n.size < SMALL_NUMBER * w.size for n, w in zip(found, firsts, strict=True))
        if 2 * max(running, small) > len(found):
            return found
    return []


def _under_each_other(words: Sequence[Word], edge: Literal["x0", "x1"]) -> list[Word]:
    """Those words that begin, or end, where most of them do, from the top."""
    at = {word: getattr(word, edge) for word in words}
    usual = Counter(round(x) for x in at.values()).most_common(1)
    return sorted((w for w in words if abs(at[w] - usual[0][0]) < 1), key=lambda w: w.base)


def _first_of_row(by_height: Mapping[int, Word], number: Word) -> Word:
    """The first word of the text in a number's row; the number where there is none."""
    at = round(number.base)
    near = (by_height[at + n] for n in (-1, 0, 1) if at + n in by_height)
    return min((w for w in near if abs(w.base - number.base) < 1), key=lambda w: w.x0, default=number)


def find_furniture(pages: Sequence[Sequence[PrintedLine]], heights: Sequence[float]) -> None:
    """Set `edge` of every line that is a running head, a foot or a page's number."""
    edges: tuple[Edge, ...] = ("header", "footer")
    filled = sum(map(bool, pages))
    for edge in edges:
        outermost = [_rows_from(lines, height, edge) for lines, height in zip(pages, heights, strict=True)]
        habits = _Habits(outermost, filled, edge)
        for number, (lines, rows) in enumerate(zip(pages, outermost, strict=True), 1):
            for depth, row in enumerate(rows):
                sure = [habits.hold(line, number, depth, lines) for line in row]
                if not all(sure) and not (any(sure) and all(map(habits.repeat, row))):
                    break
                for line in row:
                    line.edge = edge
    if filled < 3:
        _lone_heads(pages, heights)


class _Habits:
    """What the pages of a document have in common at one edge: texts and styles by height, numbers that count up."""

    def __init__(self, pages: Sequence[Sequence[Sequence[PrintedLine]]], filled: int, edge: Edge) -> None:
        self.edge = edge
        self.filled, self.needed = filled, max(2, SHARE * filled)
        self.seen = Counter(key for rows in pages for key in {_key(line) for row in rows for line in row})
        self.looks = Counter(look for rows in pages for look in {_look(line) for row in rows for line in row})
        self.offsets = Counter(
            value - number
            for number, rows in enumerate(pages, 1)
            for row in rows[:2]
            for line in row
            if (value := _page_number(line)) is not None
        )

    def repeat(self, line: PrintedLine) -> bool:
        """Tell whether enough pages have this line at this height."""
        return self.seen[_key(line)] >= self.needed

    def hold(self, line: PrintedLine, number: int, depth: int, lines: Sequence[PrintedLine]) -> bool:
        """Tell whether a line on page `number` is furniture; `depth` is its row, counted from the page's edge."""
        text, place = _key(line)
        count = max(self.seen[(text, place + near)] for near in (-1, 0, 1))
        alike = max(self.looks[(line.size, line.italic, place + near)] for near in (-1, 0, 1))
        value = _page_number(line)
        if value is not None and depth < 2:
            # a page's number counts up with the pages; a lone number in the margin is taken for one
            follows = self.offsets[value - number]
            expected = self.filled <= 2 or value == number
            if follows >= 2 or (follows and expected and _set_off(line, lines)):
                return True
        if any(c.isalpha() for c in text):
            deep = max(self.needed, 0.5 * self.filled, 3 if self.filled > 3 else 2)
            # the head of a chapter comes on its pages alone, but looks as those of the others do
            chapter = self.edge == "header" and count >= 2 and alike >= max(3, self.needed)
            return chapter or count >= (deep if depth else self.needed)
        return count >= self.needed and value is not None and depth == 0


def _lone_heads(pages: Sequence[Sequence[PrintedLine]], heights: Sequence[float]) -> None:
    """Set `edge` in documents too short for repetition: of a first row in small print, set off from the text."""
    sizes = Counter(line.size for lines in pages for line in lines for _ in line.text)
    body = max(sizes, key=sizes.__getitem__, default=0.0)
    for lines, height in zip(pages, heights, strict=True):
        rows = sorted({line.row for line in lines})
        if len(rows) < 2 or any(x.edge == "header" for x in lines):
            continue
        first = [line for line in lines if line.row == rows[0]]
        gap = min(x.base - x.size for x in lines if x.row == rows[1]) - first[0].base
        small = all(x.size < 0.97 * body for x in first)
        plain = all(x.size <= body + 0.2 and len(x.text) < 100 for x in first)
        depth = first[0].base / height
        # small print well apart from the text may hang lower, at the very edge it may stand nearer
        far = small and gap > 2.2 * first[0].size
        near = 0.9 if small and depth < 0.08 else 1.2
        if plain and depth < (0.18 if far else 0.12 if small else 0.085) and gap > near * first[0].size:
            for line in first:
                line.edge = "header"


def _rows_from(lines: Sequence[PrintedLine], height: float, edge: Edge) -> list[list[PrintedLine]]:
    """Return the outermost rows of a page, from its edge inwards."""
    rows: dict[int, list[PrintedLine]] = defaultdict(list)
    margin = max(MARGIN * height, min(MARGIN_LEAST, 0.2 * height))
    for line in lines:
        number = edge == "footer" and _page_number(line) is not None
        reach = max(margin, NUMBER_AT_FOOT * height) if number else margin
        if line.base < reach if edge == "header" else line.base > height - reach:
            rows[line.row].append(line)
    order = sorted(rows, key=lambda row: rows[row][0].base, reverse=edge == "footer")
    return [rows[row] for row in order[:DEEPEST]]


def _set_off(line: PrintedLine, lines: Sequence[PrintedLine]) -> bool:
    """Tell whether a line is apart from every other row, as a page's number is and the last digits of a URL are not."""
    others = (
        x for x in lines if x.row != line.row and x.x0 < line.x1 + line.size and x.x1 > line.x0 - line.size
    )
    return all(abs(x.base - line.base) > 1.7 * max(x.size, line.size) for x in others)


def _page_number(line: PrintedLine) -> int | None:
    match = _NUMBER.match(line.text)
    systems = dict(systems_of(match[1].casefold())) if match else {}
    return systems.get("digits", systems.get("roman"))
