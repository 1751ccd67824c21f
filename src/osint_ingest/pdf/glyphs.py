"""The glyphs of a page: pdfminer's interpreter draws on a device that keeps light tuples and nothing else.

Against pdfplumber's own `page.chars` (a dict of 20 entries a glyph) this is several times faster, flat in
memory, and knows each glyph's baseline, which is what tells a raised number from a small one.
Positions are pdfplumber's: points, origin at the page's top left, the media box's offset included.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pdfminer.pdfdevice import PDFTextDevice
from pdfminer.pdffont import PDFUnicodeNotDefined
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.utils import apply_matrix_pt, mult_matrix

MAX_GLYPHS = 200_000
"""A page with more is no page to read; a dense newspaper page has about 30,000."""
MAX_RULES = 20_000
THIN = 2.5
"""A filled rectangle not thicker than this (points) is a drawn line."""

_LIGATURES = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFB00, 0xFB07)}
# TeX's symbol fonts often come without a map to Unicode; these are the signs that text has
_TEX_SYMBOLS = dict(enumerate("−·×∗÷⋄±∓⊕⊖⊗⊘⊙○◦•≍≡⊆⊇≤≥⪯⪰∼≈⊂⊃≪≫≺≻←→↑↓↔↗↘≃⇐⇒⇑⇓⇔↖↙∝′∞∈∋")) | {
    102: "{",
    103: "}",
    106: "|",
    120: "§",
    121: "†",
    122: "‡",
    123: "¶",
}
# Arabic presentation forms are glyph shapes: the letters they stand for are meant
_FORMS = (range(0xFB50, 0xFE00), range(0xFE70, 0xFEFF))

SUPS_SIZE, SUPS_RAISE = 0.6, 0.33
"""Size and rise (share of the size) that a font's own superscript digits are taken to have."""


class Glyph(NamedTuple):
    """One drawn character. `base` is its baseline's distance from the page's top; `style` indexes fonts."""

    x0: float
    top: float
    x1: float
    bottom: float
    base: float
    size: float
    text: str
    style: int
    spacing: float
    """Extra advance set for this glyph's string (character spacing), points."""


class Rule(NamedTuple):
    """A drawn horizontal or vertical line."""

    x0: float
    top: float
    x1: float
    bottom: float

    @property
    def horizontal(self) -> bool:
        return self.x1 - self.x0 >= self.bottom - self.top


class PageTooDense(Exception):
    """More glyphs than a page can hold: the page is given up, the document goes on."""


@dataclass
class Drawing:
    """What one page draws: glyphs in drawing order, those at an angle apart, and ruled lines."""

    glyphs: list[Glyph] = field(default_factory=list)
    turned: list[Glyph] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class FontStyle:
    """A font of the document, by its name."""

    name: str
    bold: bool
    italic: bool


def font_style(name: str, descriptor_flags: int = 0) -> FontStyle:
    """Weight and slant as a font's name tells them (`ABCDEF+Verdana-BoldItalic`), or its flags."""
    low = name.lower()
    bold = any(w in low for w in ("bold", "black", "heavy", "semibold", "demi", "-bd", "cmbx", "sfbx"))
    italic = any(w in low for w in ("italic", "oblique", "-it", "cmti", "sfti", "slanted"))
    return FontStyle(name, bold or bool(descriptor_flags & (1 << 18)), italic or bool(descriptor_flags & 64))


def superscript_glyphs(font: Any) -> frozenset[int]:
    """Glyphs that draw small raised digits on the line itself (OpenType `sups`), by their width.

    Such a glyph says `1` as the full-size one does; it is the second and narrower glyph of its digit in
    the font, or narrower than letters ever let a full-size digit be.
    """
    digits: dict[int, tuple[str, float]] = {}
    letters: list[float] = []
    widths = font.widths if isinstance(font.widths, dict) and len(font.widths) < 4000 else {}
    for cid in widths:
        if not isinstance(cid, int):
            return frozenset()
        text, width = _glyph_of(font, cid)
        if len(text) == 1 and text in "0123456789" and width > 0:
            digits[cid] = (text, width)
        elif text in ("n", "e", "a", "o", "u", "н", "о", "е", "α", "ο", "ε") and width > 0:
            letters.append(width)
    if not digits:
        return frozenset()
    widest = max(width for _, width in digits.values())
    narrow = {cid for cid, (_, width) in digits.items() if width < 0.8 * widest}
    if not narrow and letters and widest < 0.72 * (sum(letters) / len(letters)):
        return frozenset(digits)
    # proportional figures have a narrow 1 and nothing else that is
    seconds = {
        cid
        for cid in narrow
        for other in digits
        if other not in narrow and digits[other][0] == digits[cid][0]
    }
    kinds = {digits[cid][0] for cid in narrow}
    return frozenset(narrow) if seconds or len(kinds) > 1 else frozenset()


def plain(text: str) -> str:
    """A glyph's text as letters: ligatures and Arabic presentation forms taken apart, else untouched."""
    if len(text) == 1 and text < "\u0530":
        return text
    out = ""
    for char in text:
        code = ord(char)
        if code in _LIGATURES:
            out += _LIGATURES[code]
        elif any(code in block for block in _FORMS):
            out += unicodedata.normalize("NFKC", char)
        else:
            out += char
    return out


class GlyphDevice(PDFTextDevice):
    """Receives what pdfminer's interpreter draws and keeps it in `drawing`."""

    def __init__(self, resources: PDFResourceManager) -> None:
        super().__init__(resources)
        self.fonts: list[FontStyle] = []
        self._font_index: dict[int, int] = {}
        self._widths: dict[int, dict[int, tuple[str, float]]] = {}
        self._raised: list[frozenset[int]] = []
        self._kept: list[Any] = []
        self._tags: list[tuple[int, str] | None] = []
        self.drawing = Drawing()
        self._left = self._height = 0.0

    def start(self, left: float, height: float) -> None:
        """Begins a page: `left` is added to every x, y is measured down from `height`."""
        self.drawing, self._left, self._height = Drawing(), left, height
        self._tags.clear()

    def _style_of(self, font: Any) -> int:
        index = self._font_index.get(id(font))
        if index is None:
            name = font.fontname.decode("latin-1") if isinstance(font.fontname, bytes) else str(font.fontname)
            index = len(self.fonts)
            self.fonts.append(font_style(name, font.flags if isinstance(font.flags, int) else 0))
            self._font_index[id(font)] = index
            self._raised.append(superscript_glyphs(font))
            self._kept.append(font)  # so that no other font gets its id
        return index

    def render_string(  # noqa: PLR0912, PLR0915 - one loop, for speed: it sees every glyph
        self, textstate: Any, seq: Any, ncs: Any, graphicstate: Any
    ) -> None:
        """Draws one string of glyphs (operators Tj and TJ)."""
        font = textstate.font
        if font is None or self.ctm is None:
            return
        a, b, c, d, e, f = mult_matrix(textstate.matrix, self.ctm)
        fontsize, scaling, rise = textstate.fontsize, textstate.scaling * 0.01, textstate.rise
        spacing = textstate.charspace * scaling
        wordspace = 0 if font.is_multibyte() else textstate.wordspace * scaling
        per_unit = 0.001 * fontsize * scaling
        vertical = font.is_vertical()
        style = self._style_of(font)
        known = self._widths.setdefault(style, {})
        raised = self._raised[style]
        low = font.get_descent() * fontsize + rise
        high = low + fontsize
        upright = abs(b) + abs(c) < 1e-3 * (abs(a) + abs(d)) and a * scaling > 0 and d > 0
        out = self.drawing.glyphs if upright else self.drawing.turned
        shift = 0.0 if vertical else spacing
        x, y = textstate.linematrix
        width, left, height = abs(a), self._left, self._height
        # one string stands on one line: its glyphs share these numbers (and their memory)
        level = d * y + f
        top, bottom, base = (
            height - (level + d * high),
            height - (level + d * low),
            height - (level + d * rise),
        )
        size, apart = abs(d * fontsize), width * spacing
        first = True
        for item in seq:
            if isinstance(item, bytes):
                for cid in font.decode(item):
                    if not first:
                        if vertical:
                            y += spacing
                        else:
                            x += shift
                    first = False
                    found = known.get(cid)
                    if found is None:
                        found = known[cid] = _glyph_of(font, cid)
                    text, advance = found[0], found[1] * fontsize * scaling
                    if upright and not vertical:
                        x0 = a * x + e + left
                        if cid in raised:
                            lift = SUPS_RAISE * size
                            out.append(
                                Glyph(
                                    x0,
                                    top,
                                    x0 + a * advance,
                                    bottom,
                                    base - lift,
                                    SUPS_SIZE * size,
                                    text,
                                    style,
                                    apart,
                                )
                            )
                        else:
                            out.append(
                                Glyph(x0, top, x0 + a * advance, bottom, base, size, text, style, apart)
                            )
                    else:
                        self._draw_turned((a, b, c, d, e, f), x, y, advance, low, high, text, style)
                    if vertical:
                        y += advance
                    else:
                        x += advance
                    if cid == 32 and wordspace:
                        if vertical:
                            y += wordspace
                        else:
                            x += wordspace
            elif isinstance(item, (int, float)):
                if vertical:
                    y -= item * per_unit
                else:
                    x -= item * per_unit
                first = False
        textstate.linematrix = (x, y)
        if len(out) > MAX_GLYPHS:
            raise PageTooDense(f"more than {MAX_GLYPHS} characters")

    def _draw_turned(
        self,
        matrix: tuple[float, ...],
        x: float,
        y: float,
        advance: float,
        low: float,
        high: float,
        text: str,
        style: int,
    ) -> None:
        a, b, c, d, e, f = matrix
        moved = (a, b, c, d, a * x + c * y + e, b * x + d * y + f)
        (ax, ay), (bx, by) = (apply_matrix_pt(moved, (0, low)), apply_matrix_pt(moved, (advance, high)))
        x0, x1 = sorted((ax + self._left, bx + self._left))
        top, bottom = sorted((self._height - ay, self._height - by))
        size = min(x1 - x0, bottom - top) or max(x1 - x0, bottom - top)
        self.drawing.turned.append(Glyph(x0, top, x1, bottom, bottom, size, text, style, 0.0))

    def begin_tag(self, tag: Any, props: Any = None) -> None:
        actual = props.get("ActualText") if isinstance(props, dict) else None
        self._tags.append((len(self.drawing.glyphs), _decoded(actual)) if isinstance(actual, bytes) else None)

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
        x0, x1 = min(g.x0 for g in glyphs[start:]), max(g.x1 for g in glyphs[start:])
        del glyphs[start + 1 :]
        glyphs[start] = first._replace(text=plain(text), x0=x0, x1=x1)

    def paint_path(
        self, graphicstate: Any, stroke: bool, fill: bool, evenodd: bool, path: Sequence[Any]
    ) -> None:
        """Keeps straight horizontal and vertical lines: strokes, edges of boxes, thin filled boxes."""
        if self.ctm is None or not (stroke or fill) or len(self.drawing.rules) > MAX_RULES or len(path) > 400:
            return
        start: tuple[float, float] | None = None
        last: tuple[float, float] | None = None
        points: list[tuple[float, float]] = []
        for segment in path:
            kind = segment[0]
            point = start if kind == "h" else apply_matrix_pt(self.ctm, segment[-2:])
            if point is None:
                continue
            if kind == "m":
                self._shape(points, stroke)
                start, points = point, [point]
            else:
                if kind == "l" and last is not None and len(points) > 64:
                    break
                points.append(point)
            last = point
        self._shape(points, stroke)

    def _shape(self, points: list[tuple[float, float]], stroke: bool) -> None:
        if len(points) < 2 or len(points) > 6:
            return
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        x0, x1, low, high = min(xs), max(xs), min(ys), max(ys)
        if min(x1 - x0, high - low) <= THIN:
            self._rule(x0, x1, low, high)
        elif stroke and len(points) >= 4:
            self._rule(x0, x1, low, low)
            self._rule(x0, x1, high, high)
            self._rule(x0, x0, low, high)
            self._rule(x1, x1, low, high)

    def _rule(self, x0: float, x1: float, low: float, high: float) -> None:
        if max(x1 - x0, high - low) > 4:
            self.drawing.rules.append(
                Rule(x0 + self._left, self._height - high, x1 + self._left, self._height - low)
            )


def _glyph_of(font: Any, cid: int) -> tuple[str, float]:
    try:
        text = plain(font.to_unichr(cid))
    except PDFUnicodeNotDefined:
        name = str(font.fontname).lower()
        text = _TEX_SYMBOLS.get(cid, "\ufffd") if "cmsy" in name or "txsy" in name else "\ufffd"
    try:
        return text, float(font.char_width(cid))
    except (TypeError, ValueError):
        return text, 0.0


def _decoded(raw: bytes) -> str:
    if raw[:2] in (b"\xfe\xff", b"\xff\xfe"):
        return raw.decode("utf-16", "ignore")
    return raw.decode("latin-1", "ignore")


def draw_page(page: Any, device: GlyphDevice, interpreter: PDFPageInterpreter) -> Drawing:
    """Draws a pdfplumber page on the device. Whatever pdfminer raises on a broken page goes through."""
    box = page.mediabox
    device.start(box[0], float(page.height) + box[1])
    interpreter.process_page(page.page_obj)
    return device.drawing
