"""The lines of the body in reading order, each with where it stands in its column."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from osint_ingest.pdf.labels import Lead, is_raised
from osint_ingest.pdf.layout import Block, ReadPage
from osint_ingest.pdf.lines import PrintedLine
from osint_ingest.pdf.numbering import BULLET
from osint_ingest.text.language_files import any_word

_CAPITAL = re.compile(r"([A-Z]|[IVX]{2,4})[.)]$")
SHORTENED = re.compile(rf"\b(?:{any_word('shortened')}|{any_word('forms_of_address')})\.$", re.I)
"""A line's end that is a shortened word's, not a sentence's."""
FAR = 9.0
"""The value of a distance that cannot be measured: the next line stands in another column or on another page."""
FEW = 5
"""Lines that it takes to learn from: the usual distance of larger print, where quotations end, how paragraphs begin."""
INDENTED = 1.0
"""An indented line begins so far from its column's edge (share of the size)."""


@dataclass(slots=True)
class BodyLine:
    """A line of the body, with where it stands in its column. Lengths are in units of the line's size."""

    line: PrintedLine
    block: Block
    start: float
    """From where its column begins to the line, in the line's size."""
    rest: float
    """From the line to where its column ends."""
    width: float
    """Of its column."""
    word: float
    """The width of its first word, with the next one where it is shortened: `Mr. Smith` is not broken."""
    text: str
    """Without its markers."""
    rtl: bool
    usual: float
    """The size of most lines of its block."""
    step: float = FAR
    """From the baseline above it in its column."""
    joined: bool = False
    """It continues the block above, beside or under a frame that text flows around."""
    parted: bool = False
    """A drawn line parts it from the line before it."""

    @property
    def page(self) -> int:
        return self.block.page

    @property
    def lead(self) -> Lead | None:
        """The label that it begins with, where that stands apart from its text."""
        leads, words = self.line.leads, self.line.words
        if leads and not leads[0].guess:
            return leads[0]
        capital = _CAPITAL.match(words[0].text) if len(words) > 1 and words[1].space else None
        # capitals count the items of a list; they are no labels of notes
        return Lead(capital[1].lower(), "capital", 1, alone=False) if capital else None

    @property
    def bullet(self) -> bool:
        return is_bullet(self.line)


def is_bullet(line: PrintedLine) -> bool:
    """Tell whether a line begins with the sign of a list. An `o` is one when a wide gap follows."""
    if len(line.words) < 2:
        return False
    sign, text = line.words[:2]
    return bool(BULLET.fullmatch(sign.text) and not is_raised(sign, line)) or (
        sign.text == "o" and text.x0 - sign.x1 > 0.7 * line.size
    )


def rows_of(pages: Sequence[ReadPage]) -> list[BodyLine]:
    """Return the lines of the body in reading order."""
    rows: list[BodyLine] = []
    for page in pages:
        above: BodyLine | None = None
        drawn = sorted((r.top, r.x0, r.x1) for r in page.rules if r.horizontal)
        before: dict[bool, PrintedLine] = {}  # in the text, and in frames that it flows around
        for k, block in enumerate(page.blocks):
            lines = [x for x in block.lines if not x.noted]
            if not lines:
                continue
            left, right = min(x.x0 for x in lines), max(x.x1 for x in lines)
            rtl = sum(x.rtl for x in lines) * 2 > len(lines)
            usual = median(x.size for x in lines)
            around = not block.aside and any(b.aside for b in page.blocks[max(0, k - 1) : k + 2])
            last = above if above and around and _under(above.block, block) else None
            for line in lines:
                size = line.size or 1.0
                start, rest = (line.x0 - left) / size, (right - line.x1) / size
                if rtl:
                    start, rest = rest, start
                width, word = (right - left) / size, _first_word(line) / size
                row = BodyLine(line, block, start, rest, width, word, _unmarked(line), rtl, usual)
                if last is not None:
                    if line.row == last.line.row and last.line.bold:
                        row.start = last.start  # text after a heading on its line
                    row.step = (line.base - last.line.base) / size
                    row.joined = last.block is not block
                row.parted = block.aside in before and _parted(before[block.aside], line, drawn)
                rows.append(row)
                last, before[block.aside] = row, line
            if not block.aside:
                above = last
    _narrow(rows)
    return rows


def _parted(above: PrintedLine, line: PrintedLine, drawn: Sequence[tuple[float, float, float]]) -> bool:
    """Does a drawn line (top, x0, x1) that is at least as wide as one of two printed lines part them, as the side of a
    box does? What underlines the first stands nearer to it."""
    low, high = above.base + 0.25 * above.size, line.base - 0.55 * line.size
    between = drawn[bisect_left(drawn, (low,)) : bisect_left(drawn, (high,))] if low < high else ()
    return any(x0 < x.x0 + 1 and x1 > x.x1 - 1 for _, x0, x1 in between for x in (above, line))


def _unmarked(line: PrintedLine) -> str:
    taken = {k for r in line.refs for k in range(r.mark.start, r.mark.end)}
    if not taken:
        return line.text
    words = ((" " if w.space and i else "") + w.text for i, w in enumerate(line.words) if i not in taken)
    return "".join(words).strip()


def _narrow(rows: Sequence[BodyLine]) -> None:
    """Measure the white space after indented lines from where such lines end: quotations are narrower on both sides."""
    ends: dict[int, list[float]] = defaultdict(list)
    for row in rows:
        if row.start > INDENTED:
            ends[round(4 * row.start)].append(row.rest)
    least = {at: min(rests) for at, rests in ends.items() if len(rests) >= FEW}
    for row in rows:
        if row.start > INDENTED:
            row.rest -= least.get(round(4 * row.start), 0.0)


def _first_word(line: PrintedLine) -> float:
    """Its width, and that of the words after it which do not part from a shortened one (points)."""
    head, end = "", line.x0
    for word in line.words:
        if head and word.space and not SHORTENED.search(head):
            break
        head, end = head + word.text, word.x1
    return end - line.words[0].x0


def _under(above: Block, block: Block) -> bool:
    return above.bottom < block.top + 3 and above.x0 < block.x1 and block.x0 < above.x1
