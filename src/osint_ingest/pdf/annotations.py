"""Annotations of a page: its links, the words under them and where they lead, and what others draw."""

import re
from bisect import bisect_left
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any

from pdfminer.pdftypes import PDFStream, resolve1
from pdfminer.psparser import PSLiteral, literal_name
from pdfminer.utils import MATRIX_IDENTITY, apply_matrix_pt, mult_matrix

from osint_ingest.pdf.drawing import Box, Glyph, around
from osint_ingest.pdf.fonts import text_string
from osint_ingest.pdf.frames import Frame
from osint_ingest.pdf.interpreter import Interpreter, PageTooDense
from osint_ingest.pdf.lines import PrintedLine
from osint_ingest.pdf.opened import OpenPage, OpenPdf
from osint_ingest.pdf.words import Word, cut

MAX_ANNOTATIONS = 5000
_NOT_DRAWN = frozenset({"Link", "Popup", "Text", "FileAttachment", "Sound", "Movie", "Screen", "Widget"})
"""Annotations that show no text, or a sign to click on; form fields are drawn by PDFium (`opened.mend_pdf`)."""
_NOT_SHOWN = 2 | 32
"""Flags of an annotation that no viewer shows: Hidden, NoView (ISO 32000-1, table 165)."""
_SLACK = 0.3
"""So far (points) an edge of a link stands beside that of a word, by rounding."""
_BESIDE = 2.5
"""So far (points) the edge of a link stands beside its first letter: some producers draw rectangles larger."""
APART = 0.35
"""The least gap between cells (share of the size): a space has 0.25, or more where lines are justified."""
_NUMBER_AT_END = re.compile(r"(?<=[^\d])\d{1,3}(?=[.,;:!?)”»]*$)")
_LARGEST = 20.0
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


def draw_appearances(page: OpenPage, interpreter: Interpreter) -> None:
    """Draws what annotations show on a page: text typed on it, stamps. Links draw nothing."""
    for item in _listed(page):
        try:
            _draw_appearance(item, page, interpreter)
        except PageTooDense:
            raise
        except Exception as error:  # as above
            interpreter.troubles.append(f"{type(error).__name__} in an annotation")


def _draw_appearance(item: dict[str, Any], page: OpenPage, interpreter: Interpreter) -> None:
    """Draws what a file has drawn for an annotation, unless no viewer shows it."""
    flags, form = resolve1(item.get("F")), _appearance(item)
    hidden = isinstance(flags, int) and flags & _NOT_SHOWN
    if form is None or hidden or literal_name(resolve1(item.get("Subtype"))) in _NOT_DRAWN:
        return
    # ISO 32000-1, 12.5.5: the box of the form, turned by its matrix, is fitted into the rectangle
    x0, y0, x1, y1 = _rectangle(item)
    matrix: Any = tuple(_numbers(form.get("Matrix") or MATRIX_IDENTITY))
    bx0, by0, bx1, by1 = _numbers(form["BBox"])
    ax0, ay0, ax1, ay1 = around(apply_matrix_pt(matrix, (x, y)) for x in (bx0, bx1) for y in (by0, by1))
    wide = (x1 - x0) / (ax1 - ax0) if ax1 > ax0 else 1.0
    high = (y1 - y0) / (ay1 - ay0) if ay1 > ay0 else 1.0
    fitted = mult_matrix(matrix, (wide, 0, 0, high, x0 - wide * ax0, y0 - high * ay0))
    interpreter.draw_form(form, fitted, page.source)


def _appearance(item: dict[str, Any]) -> PDFStream | None:
    """The form XObject that an annotation shows when nothing is done with it."""
    listed = resolve1(item.get("AP"))
    normal = resolve1(listed.get("N")) if isinstance(listed, dict) else None
    if isinstance(normal, dict):
        normal = resolve1(normal.get(literal_name(resolve1(item.get("AS")))))
    return normal if isinstance(normal, PDFStream) and "BBox" in normal else None


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
            for _, word in _words_under(lines, (x0, top, x1, bottom)):
                common = min(x1, word.x1) - max(x0, word.x0)
                if common > 0.45 * (word.x1 - word.x0):
                    word.annotation = word.annotation or annotation
                if common > 0 and (x0 > word.x0 + _SLACK or x1 < word.x1 - _SLACK):
                    if not rows:
                        for glyph in glyphs:
                            rows[round(glyph.base)].append(glyph)
                    letters = _letters(word, rows[round(word.base)])
                    first, last = _covered(word.text, letters, x0, x1)
                    if 0 < last - first < len(letters):
                        word.parts = (*word.parts, (first, last, annotation))


def _covered(text: str, letters: Sequence[tuple[float, float]], x0: float, x1: float) -> tuple[int, int]:
    """The letters of a word whose middle lies between `x0` and `x1`: the first, and the one after the last."""
    under = [at for at, (left, right) in enumerate(letters) if x0 < (left + right) / 2 < x1] or [0, -1]
    first, last = under[0], under[-1] + 1
    # a rectangle drawn too small ends within the first or the last letter
    if first and _ends(text[:first]) and x0 < letters[first - 1][1] - _SLACK:
        first -= 1
    if last < len(letters) and _ends(text[last:][::-1]) and x1 > letters[last][0] + _SLACK:
        last += 1
    return first, last


def mark_beginnings(annotations: Iterable[Annotation], words: Iterable[Word]) -> None:
    """Sets `begins` of the words with which a link goes on that was broken at the end of the line above, and of those
    that stand beside that end, in another column or cell."""
    boxes = [(annotation.uri, *box) for annotation in annotations for box in annotation.boxes]
    ordered: list[Word] = []
    for (uri, start, top, right, bottom), (next_uri, left, next_top, _, next_bottom) in pairwise(boxes):
        height = bottom - top
        if uri != next_uri or left > right or not 0.4 * height < next_top - top < 2 * height:
            continue
        ordered = ordered or sorted(words, key=lambda w: w.base)
        above, below = (_row_of(ordered, low, high) for low, high in ((top, bottom), (next_top, next_bottom)))
        at = next((n for n, w in enumerate(below) if w.x0 + w.x1 > 2 * left), len(below))
        rest = [w for w in above if w.x0 + w.x1 > 2 * right]
        used = [w for w in above if w not in rest]
        if at == len(below) or not used:
            continue
        ends = not rest or rest[0].x0 - used[-1].x1 > APART * rest[0].size
        first = below[at]
        if ends and abs(first.x0 - left) < _BESIDE:
            first.begins = not at or first.x0 - below[at - 1].x1 > APART * first.size
            if rest and first.begins and start > left + first.size:
                rest[0].begins = True


def _row_of(ordered: Sequence[Word], top: float, bottom: float) -> list[Word]:
    """The words of the line that a box lies over, from left to right. `ordered`: by their baselines."""
    first = bisect_left(ordered, top, key=lambda w: w.base)
    last = bisect_left(ordered, bottom + _LARGEST, key=lambda w: w.base)
    return sorted((w for w in ordered[first:last] if on_line_of(w, top, bottom)), key=lambda w: w.x0)


def _ends(rest: str) -> bool:
    """Is the last sign of what is not covered a letter without another before it?"""
    return rest[-1].isalnum() and not rest[-2:-1].isalnum()


def _letters(word: Word, row: Sequence[Glyph]) -> list[tuple[float, float]]:
    """Where each letter of a word begins and ends, from the glyphs of its row, else as if all were equally wide."""
    own = [g for g in row if g.x0 > word.x0 - _SLACK and g.x1 < word.x1 + _SLACK and not g.text.isspace()]
    if "".join(g.text for g in own) != word.text:
        wide = (word.x1 - word.x0) / len(word.text)
        return [(word.x0 + wide * at, word.x0 + wide * (at + 1)) for at in range(len(word.text))]
    wides = [(g.x0, (g.x1 - g.x0) / len(g.text), len(g.text)) for g in own]  # a ligature is several letters
    return [(x0 + wide * at, x0 + wide * (at + 1)) for x0, wide, count in wides for at in range(count)]


def _words_under(lines: Sequence[PrintedLine], box: Box) -> Iterator[tuple[PrintedLine, Word]]:
    """The words of the lines that a box lies over, each with its line."""
    x0, top, x1, bottom = box
    for line in lines:
        if line.bottom >= top - 2 and line.top <= bottom + 2 and line.x1 >= x0 and line.x0 <= x1:
            yield from ((line, word) for word in line.words if on_line_of(word, top, bottom))


def on_line_of(word: Word, top: float, bottom: float) -> bool:
    """Does a box from `top` to `bottom` lie over the line of a word?"""
    # the middle of the letters' height: a box of pdfminer's reaches from the descent up
    return top - 1 < word.base - 0.3 * word.size < bottom + 1


def _number_under(word: Word, x0: float, x1: float) -> list[int]:
    """Where to cut a word that ends with a number, when the number is all of it that lies between `x0` and `x1`: a
    marker that is neither raised nor small, as of fonts without raised digits."""
    number = _NUMBER_AT_END.search(word.text)
    if number is None:
        return []
    each = (word.x1 - word.x0) / len(word.text)
    begins, ends = word.x0 + number.start() * each, word.x0 + number.end() * each
    if abs(x0 - begins) > each or x1 < ends - each:
        return []
    return [at for at in number.span() if at < len(word.text)]


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
                for line, word in _words_under(lines, (x0, top, x1, bottom)):
                    at = line.words.index(word)
                    last = line.words[at - 1] if at and not word.space else None
                    if places := _number_under(word, x0, x1):
                        pieces = cut(word, places)
                        pieces[1].target = target
                        line.words = (*line.words[:at], *pieces, *line.words[at + 1 :])
                    elif not x0 < (word.x0 + word.x1) / 2 < x1:
                        continue
                    elif last and last.target == target and (last.text + word.text).isdigit():
                        both = replace(last, text=last.text + word.text, x1=max(last.x1, word.x1))
                        line.words = (*line.words[: at - 1], both, *line.words[at + 1 :])
                    else:
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
