"""PDF bytes -> an open file: its pages, how they lie, its own title. What is broken is mended as viewers do."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from typing import Any

from pdfminer.pdfdocument import (
    PDFDocument,
    PDFEncryptionError,
    PDFPasswordIncorrect,
    PDFTextExtractionNotAllowed,
)
from pdfminer.pdfinterp import PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import PDFStream, resolve1
from pdfminer.utils import decode_text

from osint_ingest.model import UnreadableDocument
from osint_ingest.pdf.glyphs import Box

logging.getLogger("pdfminer").setLevel(logging.CRITICAL)

_LETTER = (0.0, 0.0, 612.0, 792.0)
_LARGEST = 200_000.0
"""Points; a larger page is a broken one (the largest that a PDF may have measures 14,400)."""


@dataclass(slots=True)
class OpenPage:
    """A page and how it lies, turned as it is shown.

    Positions on it are points from the page's top left, the media box's offset included: `left` is added to
    what the interpreter draws, which is measured up from `base`. `shown` is the box that viewers show.
    """

    number: int
    source: Any
    width: float
    height: float
    left: float
    base: float
    shown: Box

    def place(self, x0: float, y0: float, x1: float, y1: float) -> Box:
        """A rectangle of PDF user space -> the same on the page."""
        return _place(self.source, self.left, self.base, (x0, y0, x1, y1))

    @property
    def has_lost_content(self) -> bool:
        """Has it contents, and nothing in them? Their length is told wrong, then, or they cannot be unpacked."""
        return bool(self.source.contents) and not any(_bytes_of(c).strip() for c in self.source.contents)

    def forget(self) -> None:
        """Drops what pdfminer keeps of the page's content, so that memory does not grow with the pages."""
        cached = getattr(self.source.doc, "_cached_objs", None)
        for content in self.source.contents:
            try:
                stream = resolve1(content)
            except Exception:  # a content that leads nowhere
                continue
            if isinstance(cached, dict):
                cached.pop(getattr(stream, "objid", None), None)
        self.source.contents = []


class OpenPdf:
    """An open PDF."""

    def __init__(self, document: PDFDocument, pages: list[OpenPage]) -> None:
        self.document, self.pages = document, pages
        self.resources = PDFResourceManager()

    @property
    def title(self) -> str | None:
        """The title of its metadata."""
        for info in self.document.info:
            try:
                title = resolve1(info.get("Title"))
            except Exception:  # a reference that leads nowhere
                continue
            if isinstance(title, bytes):
                text = decode_text(title).strip("\0 \t\r\n")
                return text or None
        return None


def _bytes_of(content: Any) -> bytes:
    try:
        return bytes(resolve1(content).get_data())
    except Exception:  # a content that leads nowhere or cannot be unpacked
        return b""


def open_pdf(data: bytes) -> OpenPdf:
    """The open file. Raises `UnreadableDocument` (`empty`, `not_a_pdf`, `encrypted`, `corrupt`)."""
    if not data.strip(b"\0\t\n\r\f "):
        raise UnreadableDocument("empty", "The file is empty.", "Fetch it again.")
    start = data[:1024]
    if b"%PDF-" not in start:
        head = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
        is_page = head.startswith(b"<") and (b"<html" in head or b"<!doctype" in head)
        what = "an HTML page saved as a PDF" if is_page else "no PDF"
        raise UnreadableDocument(
            "not_a_pdf",
            f"The file is {what}: it does not begin with %PDF-.",
            "Look at it; fetch the PDF itself.",
        )
    failure: Exception | None = None
    for attempt in (_as_it_is, _as_pdfium_saves_it):
        try:
            document = attempt(data)
            pages = list(_pages(document)) if document else []
        except Exception as error:  # pdfminer raises whatever a broken file makes it stumble over
            failure = failure or error
            continue
        if pages and document:
            return OpenPdf(document, pages)
    if failure and _is_encrypted(failure):
        raise UnreadableDocument(
            "encrypted", "The PDF is encrypted and needs a password.", "Ask its publisher for an open copy."
        ) from failure
    said = f" ({failure})"[:200] if failure and str(failure) else ""
    raise UnreadableDocument(
        "corrupt",
        f"The PDF is damaged or cut short: it has no page that can be read{said}.",
        "Fetch it again.",
    ) from failure


def _as_it_is(data: bytes) -> PDFDocument | None:
    return PDFDocument(PDFParser(io.BytesIO(data)))


def _as_pdfium_saves_it(data: bytes) -> PDFDocument | None:
    """The file as the PDF engine of Chrome mends it: its table of objects made anew, without encryption."""
    import pypdfium2  # noqa: PLC0415 - for the few files that need it

    saved = io.BytesIO()
    try:
        with pypdfium2.PdfDocument(data) as pdf:
            pdf.save(saved, flags=pypdfium2.raw.FPDF_REMOVE_SECURITY)
    except pypdfium2.PdfiumError:
        return None
    return PDFDocument(PDFParser(saved))


def mend_pdf(data: bytes) -> OpenPdf | None:
    """The file as PDFium saves it; None when that is of no help."""
    try:
        document = _as_pdfium_saves_it(data)
        return OpenPdf(document, list(_pages(document))) if document else None
    except Exception:  # pdfminer raises whatever a broken file makes it stumble over
        return None


def _is_encrypted(error: BaseException) -> bool:
    seen: list[object] = [error, *error.args, error.__cause__, error.__context__]
    return any(
        isinstance(x, PDFPasswordIncorrect | PDFEncryptionError | PDFTextExtractionNotAllowed) for x in seen
    )


def _pages(document: PDFDocument) -> Iterator[OpenPage]:
    for number, page in enumerate(PDFPage.create_pages(document), 1):
        page.contents = [c for c in page.contents if isinstance(resolve1(c), PDFStream)]
        yield _laid(number, page)


def _laid(number: int, page: Any) -> OpenPage:
    if page.rotate not in (90, 180, 270):
        page.rotate = 0
    page.mediabox = x0, y0, x1, y1 = _sound(page.mediabox, _LETTER)
    width, height = (x1 - x0, y1 - y0) if page.rotate in (0, 180) else (y1 - y0, x1 - x0)
    left, low = (x0, y0) if page.rotate in (0, 180) else (y0, x0)
    whole = _place(page, left, height - low, page.mediabox)
    crop = _place(page, left, height - low, _sound(page.cropbox, page.mediabox))
    shown = (
        max(whole[0], crop[0]), max(whole[1], crop[1]), min(whole[2], crop[2]), min(whole[3], crop[3])
    )  # fmt: skip
    if shown[0] >= shown[2] or shown[1] >= shown[3]:
        shown = whole  # viewers show the whole page when the two have nothing in common
    return OpenPage(number, page, width, height, left, height - low, shown)


def _sound(box: Any, otherwise: Box) -> Box:
    x0, y0, x1, y1 = (float(v) for v in box)
    x0, x1, y0, y1 = min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1)
    usable = all(map(isfinite, (x0, y0, x1, y1))) and 1 < x1 - x0 < _LARGEST and 1 < y1 - y0 < _LARGEST
    return (x0, y0, x1, y1) if usable else otherwise


def _place(page: Any, left: float, base: float, box: Box) -> Box:
    ax, ay, bx, by = page.mediabox
    points = []
    for x, y in ((box[0], box[1]), (box[2], box[3])):
        if page.rotate == 90:
            points.append((y - ay, bx - x))
        elif page.rotate == 180:
            points.append((bx - x, by - y))
        elif page.rotate == 270:
            points.append((by - y, x - ax))
        else:
            points.append((x - ax, y - ay))
    (px, py), (qx, qy) = points
    return min(px, qx) + left, base - max(py, qy), max(px, qx) + left, base - min(py, qy)
