"""The glyphs of a page: pdfminer's interpreter draws on a device that keeps light tuples and nothing else.

Against a dict of 20 entries a glyph, as other readers make it, this is several times faster, flat in
memory, and knows each glyph's baseline, which is what tells a raised number from a small one.
Positions are points, origin at the page's top left, the media box's offset included.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import atan2, cos, degrees, hypot, isfinite, radians, sin
from typing import Any
from unicodedata import category

from pdfminer.pdfdevice import PDFTextDevice
from pdfminer.pdffont import PDFFont
from pdfminer.pdfinterp import PDFResourceManager
from pdfminer.utils import apply_matrix_pt, mult_matrix

from osint_ingest.pdf.drawing import EVERYWHERE, Box, Drawing, Glyph, Rule, Suspect, around, hull
from osint_ingest.pdf.fonts import FontStyle, font_style, glyph_of, plain, superscript_glyphs, text_string
from osint_ingest.pdf.interpreter import PageTooDense

MAX_GLYPHS = 200_000
"""A page with more is no page to read; a dense newspaper page has about 30,000."""
MAX_RULES = 20_000
MAX_PAINTED = 2_000
THIN = 2.5
"""A filled rectangle not thicker than this (points) is a drawn line."""
DOT_PATH = (2, 18)
"""The fewest and the most steps of a path that draws a disc, a circle or a square."""
MOST_DOT = 12.0
"""The largest width (points) of such a shape that may be the sign of a list."""

TINY = 1.6
"""Text smaller than this (points) cannot be read; on a page of larger print it is there to be hidden."""
LEAST = 0.1
"""No text is smaller (points): sizes are divided by, those of lines rounded to a tenth."""
WHITE = 0.98
FAINT = 0.02
"""Ink that covers less than this share of what is under it counts as none."""
SLANT = 0.08
"""Letters leaning by more than this share of their height are a made italic."""
ASKEW = 3
"""Degrees by which a scanned line may lean and still count as straight."""

_PLAIN_SPACES = frozenset({"DeviceGray", "CalGray", "DeviceRGB", "CalRGB", "DeviceCMYK", "ICCBased"})
_UNIT_SQUARE = ((0, 0), (1, 0), (0, 1), (1, 1))

TOUCHES = 0.06
"""Letters less apart than this (share of the size) touch each other; kerning draws them nearer by twice as much."""
_OPEN = frozenset({"Ps", "Pi", "Pd", "Zs"})
SUPS_SIZE, SUPS_RAISE = 0.6, 0.33
"""Size and rise (share of the size) that a font's own superscript digits are taken to have."""


def _goes_on(last: Glyph, first: Glyph) -> bool:
    """Does a string begin right beside the letter or sign that was drawn before it, which opens no bracket?"""
    return (
        category(last.text[-1:] or " ") not in _OPEN
        and abs(first.base - last.base) < TOUCHES * first.size
        and -2 * TOUCHES * first.size < first.x0 - last.x1 < TOUCHES * first.size
    )


class GlyphDevice(PDFTextDevice):
    """Receives what the interpreter draws and keeps it in `drawing`."""

    def __init__(self, resources: PDFResourceManager) -> None:
        super().__init__(resources)
        self.fonts: list[FontStyle] = []
        self._font_index: dict[tuple[PDFFont, bool], int] = {}
        self._widths: dict[int, dict[int, tuple[str, float]]] = {}
        self._raised: list[frozenset[int]] = []
        self._tags: list[tuple[int, str] | None] = []
        self.drawing = Drawing()
        self._left = self._height = 0.0

    def start(self, left: float, height: float, box: Box) -> None:
        """Begins a page: `left` is added to every x, y is measured down from `height`; `box` is what viewers show."""
        self.drawing, self._left, self._height = Drawing(left=left, height=height, shown=box), left, height
        self._tags.clear()

    def _style_of(self, font: PDFFont, slanted: bool) -> int:
        index = self._font_index.get((font, slanted))
        if index is None:
            name = font.fontname.decode("latin-1") if isinstance(font.fontname, bytes) else str(font.fontname)
            index = len(self.fonts)
            style = font_style(name, font.flags if isinstance(font.flags, int) else 0)
            self.fonts.append(replace(style, italic=True) if slanted else style)
            self._font_index[font, slanted] = index
            self._raised.append(superscript_glyphs(font))
        return index

    def render_string(  # noqa: PLR0912, PLR0915 - one loop, for speed: it sees every glyph
        self, textstate: Any, seq: Any, ncs: Any, graphicstate: Any
    ) -> None:
        """Draws one string of glyphs (operators Tj and TJ)."""
        font = textstate.font
        if font is None or self.ctm is None or not isinstance(seq, list):
            return
        matrix = mult_matrix(textstate.matrix, self.ctm)
        fontsize, scaling, rise = textstate.fontsize, textstate.scaling * 0.01, textstate.rise
        if not all(map(isfinite, matrix)) or not fontsize:
            return
        vertical = font.is_vertical()
        a, b, c, d, e, f = matrix
        left, height, out = self._left, self._height, self.drawing.glyphs
        along = -fontsize if vertical else fontsize * scaling
        angle = _angle(c * along, d * along) if vertical else _angle(a * along, b * along)
        if angle:
            back = radians(-angle)
            turn = (cos(back), sin(back), -sin(back), cos(back), 0.0, 0.0)
            a, b, c, d, e, f = mult_matrix(matrix, turn)
            left = height = 0.0
            out = self.drawing.turned.setdefault(angle, [])
        spacing = textstate.charspace * scaling
        wordspace = 0 if font.is_multibyte() else textstate.wordspace * scaling
        per_unit = 0.001 * fontsize * scaling
        style = self._style_of(font, not vertical and abs(c) > SLANT * abs(d))
        known = self._widths.setdefault(style, {})
        raised = self._raised[style]
        low = font.get_descent() * fontsize + rise
        high = low + fontsize
        x, y = textstate.linematrix
        level = d * y + b * x + f
        # one string stands on one line: its glyphs share these numbers (and their memory)
        if vertical:
            half = max(0.5 * hypot(a, b) * abs(fontsize), LEAST)
            top, bottom, base = height - level - half, height - level + half, height - level + 0.7 * half
            size, apart = 2 * half, abs(c) * spacing
            at, run, origin = y, c, a * x + e + left
        else:
            top, bottom = sorted((height - (level + d * high), height - (level + d * low)))
            base = height - (level + d * rise)
            size, apart = max(abs(d * fontsize), LEAST), abs(a) * spacing
            at, run, origin = x, a, c * y + e + left
        begun = len(out)
        first = True
        for item in seq:
            if isinstance(item, bytes):
                for cid in font.decode(item):
                    if not first:
                        at += spacing
                    first = False
                    found = known.get(cid)
                    if found is None:
                        found = known[cid] = glyph_of(font, cid)
                    text, advance = found[0], found[1] * fontsize * scaling
                    x0 = run * at + origin
                    x1 = x0 + run * advance
                    if x1 < x0:
                        x0, x1 = x1, x0
                    glyph = Glyph(x0, top, x1, bottom, base, size, text, style, apart)
                    if cid in raised:
                        glyph = glyph._replace(base=base - SUPS_RAISE * size, size=SUPS_SIZE * size)
                    out.append(glyph)
                    at += advance
                    if cid == 32:
                        at += wordspace
            elif isinstance(item, (int, float)):
                at -= item * per_unit
                first = False
        textstate.linematrix = (x, at) if vertical else (at, y)
        if apart > TOUCHES * size and 0 < begun < len(out) and _goes_on(*out[begun - 1 : begun + 1]):
            # Ghostscript draws the space between two words as spacing of the letters round it; spaced out
            # letters stand apart from those before them too
            out[begun:] = [glyph._replace(spacing=0.0) for glyph in out[begun:]]
        if len(out) > begun:
            self._suspect(out, begun, textstate.render, graphicstate, angle)
        if len(out) > MAX_GLYPHS:
            raise PageTooDense(f"more than {MAX_GLYPHS} characters")

    def _suspect(self, out: list[Glyph], begun: int, render: int, graphicstate: Any, angle: int) -> None:
        """Notes a string that may not be seen."""
        start, end, end_at = out[begun], out[-1], len(out)
        add = self.drawing.suspects.append
        ends = (start.x0, start.base - 0.3 * start.size), (end.x1, start.base - 0.3 * start.size)
        # a string that begins and ends inside lies inside
        if not all(self.drawing.shows(point, angle) for point in ends):
            add(Suspect(out, begun, end_at, "outside", angle))
        if render == 3 or (render < 7 and _ink(graphicstate, render % 4) < FAINT):
            add(Suspect(out, begun, end_at, "invisible"))
        elif render in (0, 4) and is_white(graphicstate.ncs, graphicstate.ncolor):
            add(Suspect(out, begun, end_at, "white"))
        if start.size < TINY:
            add(Suspect(out, begun, end_at, "tiny"))

    def begin_tag(self, tag: Any, props: Any = None) -> None:
        actual = props.get("ActualText") if isinstance(props, dict) else None
        self._tags.append(
            (len(self.drawing.glyphs), text_string(actual)) if isinstance(actual, bytes) else None
        )

    def end_tag(self) -> None:
        """`ActualText` of a marked sequence is what its glyphs mean: the first one takes it all."""
        marked = self._tags.pop() if self._tags else None
        glyphs = self.drawing.glyphs
        if marked is None or marked[0] >= len(glyphs):
            return
        start, text = marked
        if "".join(g.text for g in glyphs[start:]) == text or len(glyphs) - start > 4 * len(text) + 8:
            return
        first, last = glyphs[start], glyphs[-1]
        if abs(first.base - last.base) > first.size:
            return
        x0, _, x1, _ = hull(glyphs[start:])
        del glyphs[start + 1 :]
        glyphs[start] = first._replace(text=plain(text), x0=x0, x1=x1)

    def render_image(self, name: str, stream: Any) -> None:
        """Keeps where a picture lies: the unit square of its space."""
        if self.ctm is not None and len(self.drawing.images) < MAX_PAINTED:
            self.drawing.images.append(self._box_of([apply_matrix_pt(self.ctm, p) for p in _UNIT_SQUARE]))

    def paint_everywhere(self) -> None:
        """Something may have been painted anywhere on the page."""
        self.drawing.painted.append(EVERYWHERE)

    def _box_of(self, points: Iterable[tuple[float, float]]) -> Box:
        x0, low, x1, high = around(points)
        return x0 + self._left, self._height - high, x1 + self._left, self._height - low

    def _paint(self, path: Sequence[Any], graphicstate: Any) -> None:
        """Keeps where something that is not white was filled."""
        painted, state = self.drawing.painted, graphicstate
        if is_white(state.ncs, state.ncolor) or _ink(state, 0) < FAINT or self.ctm is None:
            return
        if len(painted) >= MAX_PAINTED:
            painted[-1] = EVERYWHERE
            return
        points = [apply_matrix_pt(self.ctm, s[-2:]) for s in path if s[0] != "h"]
        if points:
            x0, top, x1, bottom = box = self._box_of(points)
            if x1 - x0 > THIN and bottom - top > THIN:
                painted.append(box)

    def paint_path(
        self, graphicstate: Any, stroke: bool, fill: bool, evenodd: bool, path: Sequence[Any]
    ) -> None:
        """Keeps straight horizontal and vertical lines: strokes, edges of boxes, thin filled boxes."""
        if fill and path:
            self._paint(path, graphicstate)
        if self.ctm is None or not (stroke or fill) or len(self.drawing.rules) > MAX_RULES or len(path) > 400:
            return
        if DOT_PATH[0] <= len(path) <= DOT_PATH[1] and len(self.drawing.dots) < MAX_PAINTED:
            thick = graphicstate.linewidth * abs(self.ctm[0]) if stroke else 0.0
            self._dot([apply_matrix_pt(self.ctm, s[-2:]) for s in path if s[0] != "h"], thick)
        points: list[tuple[float, float]] = []
        for kind, *numbers in path:
            if kind == "m":
                self._shape(points, stroke)
                points = []
            if kind != "h":
                points.append(apply_matrix_pt(self.ctm, (numbers[-2], numbers[-1])))
            elif points:
                points.append(points[0])
        self._shape(points, stroke)

    def _dot(self, points: Sequence[tuple[float, float]], thick: float) -> None:
        x0, top, x1, bottom = self._box_of(points)
        if x0 == x1:
            x0, x1 = x0 - thick / 2, x1 + thick / 2  # TeX draws a square as a stroke as thick as it is long
        if 1 < x1 - x0 < MOST_DOT and abs((x1 - x0) - (bottom - top)) < 0.1 * (x1 - x0):
            self.drawing.dots.append((x0, top, x1, bottom))

    def _shape(self, points: list[tuple[float, float]], stroke: bool) -> None:
        if not 2 <= len(points) <= 6:
            return
        x0, top, x1, bottom = self._box_of(points)
        if min(x1 - x0, bottom - top) <= THIN:
            sides = [Rule(x0, top, x1, bottom)]
        elif stroke and len(points) >= 4:
            sides = [
                Rule(x0, bottom, x1, bottom), Rule(x0, top, x1, top), Rule(x0, top, x0, bottom),
                Rule(x1, top, x1, bottom),
            ]  # fmt: skip
        else:
            return
        self.drawing.rules += [side for side in sides if max(side.x1 - side.x0, side.bottom - side.top) > 4]


def _ink(state: Any, render: int) -> float:
    """Return how much ink text is drawn with; `render`: it is filled (0), stroked (1) or both (2)."""
    alphas = (state.fill_alpha, state.stroke_alpha)
    return float(state.group_alpha * (max(alphas) if render == 2 else alphas[render == 1]))


def is_white(space: Any, colour: Any) -> bool:
    """Tell whether a colour is that of paper, in the colour spaces whose numbers say so by themselves."""
    if getattr(space, "name", None) not in _PLAIN_SPACES:
        return False
    parts = colour if isinstance(colour, tuple) else (colour,)
    known = all(isinstance(part, int | float) for part in parts)
    return known and bool(max(parts) < 1 - WHITE if len(parts) == 4 else min(parts) > WHITE)


def _angle(x: float, y: float) -> int:
    """Return the direction of a line of text in whole degrees; one that a scanner turned a little counts as upright."""
    angle = round(degrees(atan2(y, x)))
    straight = 90 * round(angle / 90)
    angle = straight if abs(angle - straight) <= ASKEW else angle
    return -180 if angle == 180 else angle
