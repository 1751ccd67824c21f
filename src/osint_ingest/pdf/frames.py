"""Text at an angle is read in a frame of its own, which is the page turned back by that angle."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians, sin

from osint_ingest.pdf.drawing import Box, Drawing, Glyph, Rule, around
from osint_ingest.pdf.fonts import FontStyle
from osint_ingest.pdf.lines import PrintedLine, printed_lines
from osint_ingest.pdf.words import Word, has_rtl, words_of

NEXT_LINE = 2.0
"""Lines of one run follow each other at most this far apart (share of the size)."""
SIDEWAYS = 40
"""A page is read sideways when more than so many characters are turned, and more than stand upright."""


@dataclass(frozen=True, slots=True)
class Frame:
    """How a page lies when it is turned back by an angle (degrees).

    `left` and `height` are those of its own coordinates; `right` and `down` are added in the frame.
    """

    angle: int
    left: float
    height: float
    right: float = 0.0
    down: float = 0.0

    def onto_page(self, box: Box) -> Box:
        """Return the box on the page that encloses a box of the frame."""
        return _turned(box, self.angle, (self.right, self.down), (self.left, self.height))

    def into_frame(self, box: Box) -> Box:
        """A box of the page -> the same in the frame."""
        return _turned(box, -self.angle, (self.left, self.height), (self.right, self.down))


def _turned(box: Box, angle: int, pivot: tuple[float, float], to: tuple[float, float]) -> Box:
    """What is drawn round a box that is turned, around a point which thereby comes to lie at another."""
    turn = radians(angle)
    x0, low, x1, high = around(
        (px * cos(turn) - py * sin(turn), px * sin(turn) + py * cos(turn))
        for px in (box[0] - pivot[0], box[2] - pivot[0])
        for py in (pivot[1] - box[1], pivot[1] - box[3])
    )
    return x0 + to[0], to[1] - high, x1 + to[0], to[1] - low


def turned_runs(
    drawing: Drawing, here: Frame, page: int, fonts: Sequence[FontStyle], *, sideways: bool
) -> list[list[PrintedLine]]:
    """Return the text at other angles than the page is read in, as runs of consecutive lines.

    `here` is the frame that the page is read in; boxes are in its coordinates.
    """
    runs: list[list[PrintedLine]] = []
    for angle, glyphs in sorted(drawing.turned.items()):
        # what stands upright on a page that is read sideways has the page's own coordinates
        frame = Frame(angle, here.left, here.height) if angle else Frame(0, 0.0, 0.0)
        lines = printed_lines(words_of(glyphs), (), page, fonts, rtl=has_rtl(glyphs))
        own: list[list[PrintedLine]] = []
        for line in lines:
            near = next((run for run in reversed(own[-12:]) if _follows(run[-1], line)), [])
            if not near:
                own.append(near)
            near.append(line)

        for line in lines:
            parts: tuple[Word | PrintedLine, ...] = (*line.words, line)
            for part in parts:
                box = frame.onto_page((part.x0, part.top, part.x1, part.bottom))
                part.x0, part.top, part.x1, part.bottom = here.into_frame(box) if sideways else box
            line.base = line.bottom
        runs += own
    return runs


def _follows(last: PrintedLine, line: PrintedLine) -> bool:
    step = line.base - last.base
    if step < 0.3 * line.size:
        return 0 <= line.x0 - last.x1 < 4 * line.size  # a piece of the same row
    near = step < NEXT_LINE * line.size and abs(last.size - line.size) < 0.2 * line.size
    return near and line.x0 < last.x1 and last.x0 < line.x1


def sideways(
    drawing: Drawing, left: float, height: float, size: tuple[float, float]
) -> tuple[Drawing, Frame] | None:
    """The frame that a page is read in when most of its text is turned by a quarter or by half; else None.

    With it comes the drawing in that frame: its text is upright there, and what was upright is turned (by 0).
    `size` is the page's width and height.
    """
    quarter = {angle: glyphs for angle, glyphs in drawing.turned.items() if angle % 90 == 0}
    if not quarter:
        return None
    angle, most = max(quarter.items(), key=lambda item: _inked(item[1]))
    if _inked(most) <= max(SIDEWAYS, _inked(drawing.glyphs)):
        return None
    width, tall = size
    right = {90: 0.0, -90: tall, -180: width}[angle]
    down = {90: 0.0, -90: width, -180: 0.0}[angle]
    frame = Frame(angle, left, height, right, down)
    glyphs = [
        g._replace(
            x0=g.x0 + right, x1=g.x1 + right, top=g.top + down, bottom=g.bottom + down, base=g.base + down
        )
        for g in most
    ]
    turned = {key: kept for key, kept in drawing.turned.items() if key != angle}
    if drawing.glyphs:
        turned[0] = drawing.glyphs
    rules = [Rule(*frame.into_frame(rule)) for rule in drawing.rules]
    return Drawing(glyphs, turned, rules), frame


def _inked(glyphs: Sequence[Glyph]) -> int:
    return sum(not g.text.isspace() for g in glyphs)
