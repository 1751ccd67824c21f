"""PDF bytes -> an open file: its pages, how they lie, its own title. What is broken is mended as viewers do."""

import io
import logging
from contextlib import suppress
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
from pdfminer.utils import apply_matrix_pt

from osint_ingest.model import UnreadableDocument
from osint_ingest.pdf.drawing import Box, around
from osint_ingest.pdf.fonts import text_string
from osint_ingest.pdf.interpreter import matrix_of

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
        matrix = matrix_of(self.source)
        ax, low, bx, high = around(apply_matrix_pt(matrix, point) for point in ((x0, y0), (x1, y1)))
        return ax + self.left, self.base - high, bx + self.left, self.base - low

    @property
    def has_lost_content(self) -> bool:
        """Has it contents, and nothing in them? Their length is told wrong, then, or they cannot be unpacked."""
        return bool(self.source.contents) and not any(_bytes_of(c).strip() for c in self.source.contents)

    def forget(self) -> None:
        """Drops what pdfminer keeps of the page's content, so that memory does not grow with the pages."""
        cached = getattr(self.source.doc, "_cached_objs", {})
        for content in self.source.contents:
            with suppress(Exception):  # a content that leads nowhere
                cached.pop(resolve1(content).objid, None)
        self.source.contents = []


class OpenPdf:
    """An open PDF."""

    def __init__(self, document: PDFDocument) -> None:
        self.document, self.pages = (
            document,
            [_laid(number, page) for number, page in enumerate(PDFPage.create_pages(document), 1)],
        )
        self.resources = PDFResourceManager()

    @property
    def has_form(self) -> bool:
        """Has it fields to fill in?"""
        with suppress(Exception):  # a reference that leads nowhere
            return bool(resolve1(resolve1(self.document.catalog["AcroForm"])["Fields"]))
        return False

    @property
    def title(self) -> str | None:
        """The title of its metadata."""
        for info in self.document.info:
            with suppress(Exception):  # a reference that leads nowhere
                if isinstance(title := resolve1(info.get("Title")), bytes):
                    return text_string(title).strip("\0 \t\r\n") or None
        return None


def _bytes_of(content: Any) -> bytes:
    try:
        return bytes(resolve1(content).get_data())
    except Exception:  # a content that leads nowhere or cannot be unpacked
        return b""


def open_pdf(data: bytes) -> OpenPdf:
    """The open file. Raises `UnreadableDocument` (`empty`, `not_a_pdf`, `encrypted`, `corrupt`)."""
    if not data.strip(b"\0\t\n\r\f "):
        raise UnreadableDocument("empty", "The file is empty.", "Download it again.")
    start = data[:1024]
    if b"%PDF-" not in start:
        head = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
        is_page = head.startswith(b"<") and (b"<html" in head or b"<!doctype" in head)
        what = "an HTML page saved as a PDF" if is_page else "no PDF"
        said = f"The file is {what}: it does not begin with %PDF-."
        raise UnreadableDocument("not_a_pdf", said, "Download the PDF itself.")
    failure: Exception | None = None
    for attempt in (_as_it_is, _as_pdfium_saves_it):
        try:
            opened = attempt(data)
        except Exception as error:  # pdfminer raises whatever a broken file makes it stumble over
            failure = failure or error
            continue
        if opened and opened.pages:
            return opened
    if failure and _is_encrypted(failure):
        raise UnreadableDocument(
            "encrypted", "The PDF is encrypted and needs a password.", "Ask its publisher for an open copy."
        ) from failure
    why = f" ({failure})"[:200] if failure and str(failure) else ""
    said = f"The PDF is damaged or cut short: it has no page that can be read{why}."
    raise UnreadableDocument("corrupt", said, "Download it again.") from failure


def _as_it_is(data: bytes) -> OpenPdf | None:
    return OpenPdf(PDFDocument(PDFParser(io.BytesIO(data))))


def _as_pdfium_saves_it(data: bytes, *, filled: bool = False) -> OpenPdf | None:
    """The file as the PDF engine of Chrome mends it: its table of objects made anew, without encryption. With
    `filled` the values of its form fields are drawn on its pages."""
    import pypdfium2  # noqa: PLC0415 - for the few files that need it

    saved = io.BytesIO()
    try:
        with pypdfium2.PdfDocument(data) as pdf:
            if filled and pdf.init_forms():
                for number in range(len(pdf)):
                    page = pdf[number]
                    page.flatten()
                    page.close()
            pdf.save(saved, flags=pypdfium2.raw.FPDF_REMOVE_SECURITY)
    except pypdfium2.PdfiumError:
        return None
    return OpenPdf(PDFDocument(PDFParser(saved)))


def mend_pdf(data: bytes, pages: int, *, filled: bool = False) -> OpenPdf | None:
    """The file of so many pages as PDFium saves it; None when that is of no help."""
    with suppress(Exception):  # pdfminer raises whatever a broken file makes it stumble over
        mended = _as_pdfium_saves_it(data, filled=filled)
        return mended if mended and len(mended.pages) == pages else None
    return None


def _is_encrypted(error: BaseException) -> bool:
    seen: list[object] = [error, *error.args, error.__cause__, error.__context__]
    return any(
        isinstance(x, PDFPasswordIncorrect | PDFEncryptionError | PDFTextExtractionNotAllowed) for x in seen
    )


def _laid(number: int, page: Any) -> OpenPage:
    page.contents = [c for c in page.contents if isinstance(resolve1(c), PDFStream)]
    if page.rotate not in (90, 180, 270):
        page.rotate = 0
    page.mediabox = x0, y0, x1, y1 = _sound(page.mediabox, _LETTER)
    width, height = (x1 - x0, y1 - y0) if page.rotate in (0, 180) else (y1 - y0, x1 - x0)
    left, low = (x0, y0) if page.rotate in (0, 180) else (y0, x0)
    laid = OpenPage(number, page, width, height, left, height - low, _LETTER)
    laid.shown = whole = laid.place(*page.mediabox)
    crop = laid.place(*_sound(page.cropbox, page.mediabox))
    shown = (
        max(whole[0], crop[0]), max(whole[1], crop[1]), min(whole[2], crop[2]), min(whole[3], crop[3])
    )  # fmt: skip
    if shown[0] < shown[2] and shown[1] < shown[3]:
        laid.shown = shown  # viewers show the whole page when the two have nothing in common
    return laid


def _sound(box: Any, otherwise: Box) -> Box:
    x0, y0, x1, y1 = map(float, box)
    x0, y0, x1, y1 = around([(x0, y0), (x1, y1)])
    usable = all(map(isfinite, (x0, y0, x1, y1))) and 1 < x1 - x0 < _LARGEST and 1 < y1 - y0 < _LARGEST
    return (x0, y0, x1, y1) if usable else otherwise
