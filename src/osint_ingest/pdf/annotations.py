"""Link annotations of a page, and the words that lie under them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pdfminer.pdftypes import resolve1

from osint_ingest.pdf.lines import PrintedLine
from osint_ingest.pdf.words import Word

MAX_ANNOTATIONS = 5000


@dataclass(frozen=True, slots=True, eq=False)
class Annotation:
    """A link of the PDF: where it leads and its rectangles (x0, top, x1, bottom)."""

    uri: str
    page: int
    boxes: tuple[tuple[float, float, float, float], ...]


def annotations_of(page: Any) -> list[Annotation]:
    """The URI links of a pdfplumber page, in their order. One that cannot be read is passed over."""
    found = []
    raw = resolve1(page.page_obj.annots)
    for item in (raw if isinstance(raw, list) else [])[:MAX_ANNOTATIONS]:
        try:
            link = _annotation(resolve1(item), page)
        except Exception:  # whatever pdfminer raises on a broken object
            continue
        if link is not None:
            found.append(link)
    return found


def _annotation(item: Any, page: Any) -> Annotation | None:
    if not isinstance(item, dict):
        return None
    action = resolve1(item.get("A"))
    uri = resolve1(action.get("URI")) if isinstance(action, dict) else None
    if not isinstance(uri, bytes | str) or not uri:
        return None
    x0, y0, x1, y1 = (float(resolve1(v)) for v in resolve1(item["Rect"]))
    boxes = [_turned(x0, y0, x1, y1, page)]
    quads = resolve1(item.get("QuadPoints"))
    if isinstance(quads, list) and len(quads) > 8 and len(quads) % 8 == 0:
        values = [float(resolve1(v)) for v in quads]
        boxes = []
        for i in range(0, len(values), 8):
            xs, ys = values[i : i + 8 : 2], values[i + 1 : i + 8 : 2]
            boxes.append(_turned(min(xs), min(ys), max(xs), max(ys), page))
    return Annotation(_decoded(uri), page.page_number, tuple(boxes))


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


def _turned(x0: float, y0: float, x1: float, y1: float, page: Any) -> tuple[float, float, float, float]:
    """PDF user space -> pdfplumber's (from the top left), a page's rotation included."""
    left, low, right, high = (float(v) for v in page.page_obj.mediabox)
    points = []
    for x, y in ((x0, y0), (x1, y1)):
        if page.rotation == 90:
            points.append((y - low, right - x))
        elif page.rotation == 180:
            points.append((right - x, high - y))
        elif page.rotation == 270:
            points.append((high - y, x - left))
        else:
            points.append((x - left, y - low))
    (ax, ay), (bx, by) = points
    shift_x, height = float(page.mediabox[0]), float(page.height) + float(page.mediabox[1])
    return (min(ax, bx) + shift_x, height - max(ay, by), max(ax, bx) + shift_x, height - min(ay, by))


def words_under(annotations: Iterable[Annotation], lines: Sequence[PrintedLine]) -> dict[int, Annotation]:
    """Annotations by `id` of the words whose middle they cover."""
    out: dict[int, Annotation] = {}
    for annotation in annotations:
        for x0, top, x1, bottom in annotation.boxes:
            for line in lines:
                if line.bottom < top - 2 or line.top > bottom + 2 or line.x1 < x0 or line.x0 > x1:
                    continue
                for word in line.words:
                    if _covers(word, x0, top, x1, bottom):
                        out.setdefault(id(word), annotation)
    return out


def _covers(word: Word, x0: float, top: float, x1: float, bottom: float) -> bool:
    # the middle of the letters' height: a box of pdfminer's reaches from the descent up
    middle = word.base - 0.3 * word.size
    inside = min(x1, word.x1) - max(x0, word.x0)
    return top - 1 < middle < bottom + 1 and inside > 0.45 * (word.x1 - word.x0)
