"""Annotations of a page: its links, the words under them and where they lead, and what others draw (form fields)."""

from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pdfminer.pdftypes import PDFStream, resolve1
from pdfminer.psparser import PSLiteral, literal_name
from pdfminer.utils import MATRIX_IDENTITY, apply_matrix_pt, mult_matrix

from osint_ingest.pdf.fonts import text_string
from osint_ingest.pdf.frames import Frame
from osint_ingest.pdf.glyphs import Box, Drawing, Glyph, around
from osint_ingest.pdf.interpreter import Interpreter, PageTooDense
from osint_ingest.pdf.lines import PrintedLine
from osint_ingest.pdf.opened import OpenPage, OpenPdf
from osint_ingest.pdf.words import Word

MAX_ANNOTATIONS = 5000
_NOT_DRAWN = frozenset({"Link", "Popup", "Text", "FileAttachment", "Sound", "Movie", "Screen"})
"""Annotations that show no text, or a sign to click on."""
_BUTTON = 1 << 16
_NOT_SHOWN = 2 | 32
"""Flags of an annotation that no viewer shows: Hidden, NoView (ISO 32000-1, table 165)."""
_PASSWORD = 1 << 13
_DEEPEST = 16
_SLACK = 0.3
"""So far (points) an edge of a link stands beside that of a word, by rounding."""
_MOST_LINES = 200
MAX_NODES = 20_000
"""Nodes of the tree of names that are looked at."""


@dataclass(frozen=True, slots=True, eq=False)
class Annotation:
    """A link of the PDF: where it leads and its rectangles."""

    uri: str
    page: int
    boxes: tuple[Box, ...]


def annotations_of(page: OpenPage, frame: Frame | None = None) -> list[Annotation]:
    """Return the URI links of a page, in order; one that cannot be read is skipped. With `frame` the boxes are in that
    frame's coordinates."""
    found = []
    for item in _listed(page):
        with suppress(Exception):  # whatever pdfminer raises on a broken object
            action = resolve1(item.get("A"))
            uri = resolve1(action.get("URI")) if isinstance(action, dict) else None
            if isinstance(uri, bytes | str) and uri:
                boxes = _boxes(item, page)
                placed = tuple(map(frame.into_frame, boxes) if frame else boxes)
                found.append(Annotation(_decoded(uri), page.number, placed))
    return found


def _listed(page: OpenPage) -> Iterator[dict[str, Any]]:
    """The annotations of a page as they stand in the file."""
    raw: Any = None
    with suppress(Exception):  # as above
        raw = resolve1(page.source.annots)
    for item in raw[:MAX_ANNOTATIONS] if isinstance(raw, list) else ():
        with suppress(Exception):  # as above
            if isinstance(found := resolve1(item), dict):
                yield found


def draw_appearances(page: OpenPage, interpreter: Interpreter, drawing: Drawing) -> None:
    """Draws what annotations show on a page: values of form fields, text typed on it. Links draw nothing."""
    for item in _listed(page):
        try:
            before = drawing.glyph_count
            box = _draw_appearance(item, page, interpreter)
            if box and drawing.glyph_count == before and (value := _value_of(item)):
                interpreter.draw_text(value, box, page.source)
        except PageTooDense:
            raise
        except Exception as error:  # as above
            interpreter.troubles.append(f"{type(error).__name__} in an annotation")


def _draw_appearance(item: dict[str, Any], page: OpenPage, interpreter: Interpreter) -> Box | None:
    """Draws what a file has drawn for an annotation; returns where that is (left, low, right, high edge in user
    space), None when nothing is shown there."""
    subtype = literal_name(resolve1(item.get("Subtype")))
    flags = resolve1(item.get("F"))
    if subtype in _NOT_DRAWN or (isinstance(flags, int) and flags & _NOT_SHOWN):
        return None
    if subtype == "Widget" and not _holds_text(item):
        return None
    x0, y0, x1, y1 = _rectangle(item)
    form = _appearance(item)
    if form is None:
        return x0, y0, x1, y1
    # ISO 32000-1, 12.5.5: the box of the form, turned by its matrix, is fitted into the rectangle
    matrix: Any = tuple(_numbers(form.get("Matrix") or MATRIX_IDENTITY))
    bx0, by0, bx1, by1 = _numbers(form["BBox"])
    ax0, ay0, ax1, ay1 = around(apply_matrix_pt(matrix, (x, y)) for x in (bx0, bx1) for y in (by0, by1))
    wide = (x1 - x0) / (ax1 - ax0) if ax1 > ax0 else 1.0
    high = (y1 - y0) / (ay1 - ay0) if ay1 > ay0 else 1.0
    fitted = mult_matrix(matrix, (wide, 0, 0, high, x0 - wide * ax0, y0 - high * ay0))
    interpreter.draw_form(form, fitted, page.source)
    return x0, y0, x1, y1


def _appearance(item: dict[str, Any]) -> PDFStream | None:
    """The form XObject that an annotation shows when nothing is done with it."""
    listed = resolve1(item.get("AP"))
    normal = resolve1(listed.get("N")) if isinstance(listed, dict) else None
    if isinstance(normal, dict):
        normal = resolve1(normal.get(literal_name(resolve1(item.get("AS")))))
    return normal if isinstance(normal, PDFStream) and "BBox" in normal else None


def _holds_text(item: dict[str, Any]) -> bool:
    """Is this a field with a text to read: no box to tick, no password?"""
    kind, flags = literal_name(_inherited(item, "FT")), _inherited(item, "Ff")
    flags = flags if isinstance(flags, int) else 0
    if kind == "Tx":
        return not flags & _PASSWORD
    return bool(flags & _BUTTON) if kind == "Btn" else True


def _inherited(item: dict[str, Any], key: str) -> Any:
    """A value of a field, or of the field that it is part of."""
    for _ in range(_DEEPEST):
        value = resolve1(item.get(key))
        above = resolve1(item.get("Parent"))
        if value is not None or not isinstance(above, dict):
            return value
        item = above
    return None


def _value_of(item: dict[str, Any]) -> list[str]:
    """The lines of a field's value: of a list to choose from as they are shown there."""
    if literal_name(resolve1(item.get("Subtype"))) != "Widget":
        return []
    value, options = _inherited(item, "V"), _inherited(item, "Opt")
    pairs = [resolve1(o) for o in options[:_MOST_LINES]] if isinstance(options, list) else []
    shown = {text_string(p[0]): text_string(p[1]) for p in pairs if isinstance(p, list) and len(p) == 2}
    texts = [text_string(part) for part in (value if isinstance(value, list) else [value])]
    return [line for text in texts for line in shown.get(text, text).splitlines()][:_MOST_LINES]


def _numbers(values: Any) -> list[float]:
    return [float(resolve1(value)) for value in resolve1(values)]


def _rectangle(item: dict[str, Any]) -> Box:
    x0, y0, x1, y1 = _numbers(item["Rect"])
    return around([(x0, y0), (x1, y1)])


def _boxes(item: dict[str, Any], page: OpenPage) -> list[Box]:
    """Where a link lies: in its rectangle, or in the quadrilaterals of its lines."""
    quads = resolve1(item.get("QuadPoints"))
    if isinstance(quads, list) and len(quads) > 8 and len(quads) % 8 == 0:
        numbers = _numbers(quads)
        points = list(zip(numbers[::2], numbers[1::2], strict=True))
        return [page.place(*around(points[i : i + 4])) for i in range(0, len(points), 4)]
    return [page.place(*_rectangle(item))]


def _decoded(uri: bytes | str) -> str:
    if isinstance(uri, bytes) and not uri.startswith((BOM_UTF16_BE, BOM_UTF16_LE)):
        try:
            text = uri.decode("utf-8")
        except UnicodeDecodeError:
            text = uri.decode("latin-1")
        return "".join(c for c in text if c.isprintable()).strip()
    return text_string(uri).strip()


def annotate(
    annotations: Iterable[Annotation], lines: Sequence[PrintedLine], glyphs: Sequence[Glyph]
) -> None:
    """Gives the words whose middle an annotation covers that annotation (the first one counts), and `parts` to those
    of which it covers some letters only. `glyphs` are those that the lines are made of."""
    rows: defaultdict[int, list[Glyph]] = defaultdict(list)
    for annotation in annotations:
        for x0, top, x1, bottom in annotation.boxes:
            for word in _words_under(lines, (x0, top, x1, bottom)):
                common = min(x1, word.x1) - max(x0, word.x0)
                if common > 0.45 * (word.x1 - word.x0):
                    word.annotation = word.annotation or annotation
                if common > 0 and (x0 > word.x0 + _SLACK or x1 < word.x1 - _SLACK):
                    if not rows:
                        for glyph in glyphs:
                            rows[round(glyph.base)].append(glyph)
                    middles = _middles(word, rows[round(word.base)])
                    under = [at for at, middle in enumerate(middles) if x0 < middle < x1]
                    if 0 < len(under) < len(middles):
                        word.parts = (*word.parts, (under[0], under[-1] + 1, annotation))


def _middles(word: Word, row: Sequence[Glyph]) -> list[float]:
    """Where the middle of each letter of a word is, from the glyphs of its row, else as if all were equally wide."""
    own = [g for g in row if g.x0 > word.x0 - _SLACK and g.x1 < word.x1 + _SLACK and not g.text.isspace()]
    if "".join(g.text for g in own) != word.text:
        wide = (word.x1 - word.x0) / len(word.text)
        return [word.x0 + wide * (at + 0.5) for at in range(len(word.text))]
    return [
        g.x0 + (g.x1 - g.x0) * (at + 0.5) / len(g.text) for g in own for at in range(len(g.text))
    ]  # a ligature is several letters


def _words_under(lines: Sequence[PrintedLine], box: Box) -> Iterator[Word]:
    """The words of the lines that a box lies over."""
    x0, top, x1, bottom = box
    for line in lines:
        if line.bottom >= top - 2 and line.top <= bottom + 2 and line.x1 >= x0 and line.x0 <= x1:
            yield from (word for word in line.words if on_line_of(word, top, bottom))


def on_line_of(word: Word, top: float, bottom: float) -> bool:
    """Does a box from `top` to `bottom` lie over the line of a word?"""
    # the middle of the letters' height: a box of pdfminer's reaches from the descent up
    return top - 1 < word.base - 0.3 * word.size < bottom + 1


class LinkTargets:
    """The named places of a PDF, and its pages by their objects."""

    def __init__(self, opened: OpenPdf) -> None:
        self._pages = {page.source.pageid: page for page in opened.pages}
        self._catalog = opened.document.catalog

    def mark(self, page: OpenPage, lines: Sequence[PrintedLine]) -> None:
        """Sets `target` (page and height on it) of the words that an internal link covers."""
        for item in _listed(page):
            with suppress(Exception):  # as above
                if (target := self._target(item)) is None:
                    continue
                x0, top, x1, bottom = page.place(*_rectangle(item))
                for word in _words_under(lines, (x0, top, x1, bottom)):
                    if x0 < (word.x0 + word.x1) / 2 < x1:
                        word.target = target

    def _target(self, item: dict[str, Any]) -> tuple[int, float] | None:
        action = resolve1(item.get("A"))
        place = resolve1(item.get("Dest") or (action.get("D") if isinstance(action, dict) else None))
        if isinstance(place, PSLiteral | bytes | str):
            name = place.name if isinstance(place, PSLiteral) else place
            place = self._places.get(name.encode("latin-1") if isinstance(name, str) else name)
        if isinstance(place, dict):
            place = resolve1(place.get("D"))
        if not isinstance(place, list) or len(place) < 3:
            return None
        page = self._pages.get(getattr(place[0], "objid", None))
        kind, values = place[1].name, [resolve1(v) for v in place[2:]]
        height = {"XYZ": 1, "FitH": 0, "FitBH": 0, "FitR": 3}.get(kind)
        if page is None or height is None or not isinstance(values[height], int | float):
            return None
        across = values[0] if kind in ("XYZ", "FitR") and isinstance(values[0], int | float) else 0.0
        return page.number, page.place(across, values[height], across, values[height])[1]

    @cached_property
    def _places(self) -> dict[bytes, Any]:
        """The named places: those of the tree of names, and of the older dictionary."""
        named: dict[bytes, Any] = {}
        with suppress(Exception):  # as above: what was found by then counts
            names = resolve1(self._catalog.get("Names"))
            named.update(_leaves(names.get("Dests") if isinstance(names, dict) else None))
            older = resolve1(self._catalog.get("Dests"))
            for name, place in older.items() if isinstance(older, dict) else ():
                named[name.encode("latin-1")] = resolve1(place)
        return named


def _leaves(root: Any) -> Iterator[tuple[bytes, Any]]:
    waiting = [root]
    for _ in range(MAX_NODES):
        if not waiting:
            return
        node = resolve1(waiting.pop())
        if not isinstance(node, dict):
            continue
        waiting += resolve1(node.get("Kids")) or []
        names = resolve1(node.get("Names")) or []
        for name, place in zip(names[::2], names[1::2], strict=False):
            key = resolve1(name)
            if isinstance(key, bytes):
                yield key, resolve1(place)
