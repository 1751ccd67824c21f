"""Annotations of a page: its links with the words that lie under them, and what others draw (form fields, stamps)."""

from __future__ import annotations

from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pdfminer.pdftypes import PDFStream, resolve1
from pdfminer.psparser import literal_name
from pdfminer.utils import MATRIX_IDENTITY, apply_matrix_pt, decode_text, mult_matrix

from osint_ingest.pdf.frames import Frame
from osint_ingest.pdf.glyphs import Drawing
from osint_ingest.pdf.interpreter import Interpreter, PageTooDense
from osint_ingest.pdf.lines import PrintedLine
from osint_ingest.pdf.opened import OpenPage
from osint_ingest.pdf.words import Word

MAX_ANNOTATIONS = 5000
_NOT_DRAWN = frozenset({"Link", "Popup", "Text", "FileAttachment", "Sound", "Movie", "Screen"})
"""Annotations that show no text, or a sign to click on."""
_BUTTON = 1 << 16
_NOT_SHOWN = 2 | 32
"""Flags of an annotation that no viewer shows: Hidden, NoView (ISO 32000-1, table 165)."""
_PASSWORD = 1 << 13
_DEEPEST = 16
_MOST_LINES = 200


Rectangle = tuple[float, float, float, float]
"""Left, low, right and high edge in the page's user space."""


@dataclass(frozen=True, slots=True, eq=False)
class Annotation:
    """A link of the PDF: where it leads and its rectangles (x0, top, x1, bottom)."""

    uri: str
    page: int
    boxes: tuple[tuple[float, float, float, float], ...]


def annotations_of(page: OpenPage, frame: Frame | None = None) -> list[Annotation]:
    """The URI links of a page, in their order. One that cannot be read is passed over.

    With `frame` their boxes are those of that frame.
    """
    found = []
    for item in listed(page):
        try:
            link = _annotation(item, page)
        except Exception:  # whatever pdfminer raises on a broken object
            continue
        if link is not None:
            boxes = link.boxes
            found.append(replace(link, boxes=tuple(map(frame.into_frame, boxes))) if frame else link)
    return found


def listed(page: OpenPage) -> Iterator[dict[str, Any]]:
    """The annotations of a page as they stand in the file."""
    try:
        raw = resolve1(page.source.annots)
    except Exception:  # as above
        return
    for item in (raw if isinstance(raw, list) else [])[:MAX_ANNOTATIONS]:
        try:
            found = resolve1(item)
        except Exception:  # as above
            continue
        if isinstance(found, dict):
            yield found


def draw_appearances(page: OpenPage, interpreter: Interpreter, drawing: Drawing) -> None:
    """Draws what annotations show on a page: values of form fields, text typed on it. Links draw nothing."""
    for item in listed(page):
        try:
            before = drawing.glyph_count
            box = _draw_appearance(item, page, interpreter)
            if box and drawing.glyph_count == before and (value := _value_of(item)):
                interpreter.draw_text(value, box, page.source)
        except PageTooDense:
            raise
        except Exception as error:  # as above
            interpreter.troubles.append(f"{type(error).__name__} in an annotation")


def _draw_appearance(item: dict[str, Any], page: OpenPage, interpreter: Interpreter) -> Rectangle | None:
    """Draws what a file has drawn for an annotation; returns where that is, None when nothing is shown there."""
    subtype = literal_name(resolve1(item.get("Subtype")))
    flags = resolve1(item.get("F"))
    if subtype in _NOT_DRAWN or (isinstance(flags, int) and flags & _NOT_SHOWN):
        return None
    if subtype == "Widget" and not _holds_text(item):
        return None
    x0, y0, x1, y1 = (float(resolve1(v)) for v in resolve1(item["Rect"]))
    x0, x1, y0, y1 = min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1)
    form = _appearance(item)
    if form is None:
        return x0, y0, x1, y1
    # ISO 32000-1, 12.5.5: the box of the form, turned by its matrix, is fitted into the rectangle
    matrix: Any = tuple(float(resolve1(v)) for v in resolve1(form.get("Matrix")) or MATRIX_IDENTITY)
    bx0, by0, bx1, by1 = (float(resolve1(v)) for v in resolve1(form["BBox"]))
    points = [apply_matrix_pt(matrix, p) for p in ((bx0, by0), (bx1, by0), (bx0, by1), (bx1, by1))]
    ax0, ax1 = min(p[0] for p in points), max(p[0] for p in points)
    ay0, ay1 = min(p[1] for p in points), max(p[1] for p in points)
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
        if value is not None:
            return value
        above = resolve1(item.get("Parent"))
        if not isinstance(above, dict):
            return None
        item = above
    return None


def _value_of(item: dict[str, Any]) -> list[str]:
    """The lines of a field's value: of a list to choose from as they are shown there."""
    if literal_name(resolve1(item.get("Subtype"))) != "Widget":
        return []
    value, options = _inherited(item, "V"), _inherited(item, "Opt")
    pairs = [resolve1(o) for o in options[:_MOST_LINES]] if isinstance(options, list) else []
    shown = {_text_of(p[0]): _text_of(p[1]) for p in pairs if isinstance(p, list) and len(p) == 2}
    texts = [_text_of(part) for part in (value if isinstance(value, list) else [value])]
    return [line for text in texts for line in shown.get(text, text).splitlines()][:_MOST_LINES]


def _text_of(value: Any) -> str:
    """A text string, or a stream that holds one (ISO 32000-1, 7.9.2.2, 7.9.3); nothing for what is no text."""
    value = resolve1(value)
    raw = value.get_data() if isinstance(value, PDFStream) else value
    if isinstance(raw, bytes):
        if raw.startswith((BOM_UTF16_BE, BOM_UTF16_LE)):
            return raw.decode("utf-16", "replace")
        return raw[3:].decode("utf-8", "replace") if raw.startswith(BOM_UTF8) else decode_text(raw)
    return raw if isinstance(raw, str) else ""


def _annotation(item: Any, page: OpenPage) -> Annotation | None:
    action = resolve1(item.get("A"))
    uri = resolve1(action.get("URI")) if isinstance(action, dict) else None
    if not isinstance(uri, bytes | str) or not uri:
        return None
    x0, y0, x1, y1 = (float(resolve1(v)) for v in resolve1(item["Rect"]))
    boxes = [page.place(x0, y0, x1, y1)]
    quads = resolve1(item.get("QuadPoints"))
    if isinstance(quads, list) and len(quads) > 8 and len(quads) % 8 == 0:
        values = [float(resolve1(v)) for v in quads]
        boxes = []
        for i in range(0, len(values), 8):
            xs, ys = values[i : i + 8 : 2], values[i + 1 : i + 8 : 2]
            boxes.append(page.place(min(xs), min(ys), max(xs), max(ys)))
    return Annotation(_decoded(uri), page.number, tuple(boxes))


def _decoded(uri: bytes | str) -> str:
    if isinstance(uri, str):
        return uri.strip()
    if uri[:2] in (b"\xfe\xff", b"\xff\xfe"):
        return uri.decode("utf-16", "replace").strip()
    try:
        text = uri.decode("utf-8")
    except UnicodeDecodeError:
        text = uri.decode("latin-1")
    return "".join(c for c in text if c.isprintable()).strip()


def annotate(annotations: Iterable[Annotation], lines: Sequence[PrintedLine]) -> None:
    """Gives the words whose middle an annotation covers that annotation (the first one counts), and those
    that lie in a word, be it in a part of it, as `inside`."""
    for annotation in annotations:
        for x0, top, x1, bottom in annotation.boxes:
            for line in lines:
                if line.bottom < top - 2 or line.top > bottom + 2 or line.x1 < x0 or line.x0 > x1:
                    continue
                for word in line.words:
                    if not on_line_of(word, top, bottom):
                        continue
                    common = min(x1, word.x1) - max(x0, word.x0)
                    if common > 0.45 * (word.x1 - word.x0):
                        word.annotation = word.annotation or annotation
                    if common > 0.45 * (x1 - x0):
                        word.inside = (*word.inside, annotation)


def on_line_of(word: Word, top: float, bottom: float) -> bool:
    """Does a box from `top` to `bottom` lie over the line of a word?"""
    # the middle of the letters' height: a box of pdfminer's reaches from the descent up
    return top - 1 < word.base - 0.3 * word.size < bottom + 1
