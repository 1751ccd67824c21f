"""PDF bytes -> pages of printed lines, rules and link annotations: the one visit that each page gets."""

from __future__ import annotations

import io
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect, PDFTextExtractionNotAllowed
from pdfminer.pdfinterp import PDFPageInterpreter
from pdfminer.pdftypes import resolve1

from osint_ingest.model import Finding, ReadOptions, UnreadableDocument
from osint_ingest.pdf.annotations import Annotation, annotations_of, words_under
from osint_ingest.pdf.glyphs import Drawing, GlyphDevice, Rule, draw_page
from osint_ingest.pdf.headings import outline_of
from osint_ingest.pdf.lines import PrintedLine, printed_lines
from osint_ingest.pdf.words import has_rtl, words_of

logging.getLogger("pdfminer").setLevel(logging.ERROR)


@dataclass(slots=True)
class ReadPage:
    """What is kept of a page once it was visited."""

    number: int
    width: float
    height: float
    lines: list[PrintedLine]
    turned: list[PrintedLine]
    rules: list[Rule]
    links: list[Annotation]


@dataclass(slots=True)
class ReadPdf:
    """A PDF's pages, its own title and outline, and what went wrong on the way."""

    pages: list[ReadPage]
    annotated: dict[int, Annotation]
    """Annotations by `id` of the word under them."""
    page_count: int
    title: str | None
    outline: dict[str, int]
    findings: list[Finding] = field(default_factory=list)
    complete: bool = True


def read_pages(data: bytes, options: ReadOptions) -> ReadPdf:
    """Visits every page once. Raises `UnreadableDocument`; a single page that fails is a finding."""
    pdf = _open(data)
    try:
        listed = _page_list(pdf)
        read = ReadPdf([], {}, len(listed), _title(pdf), outline_of(pdf))
        device = GlyphDevice(pdf.rsrcmgr)
        interpreter = PDFPageInterpreter(pdf.rsrcmgr, device)
        columns: set[float] = set()
        for page in listed[: options.max_pages]:
            try:
                drawing = draw_page(page, device, interpreter)
                read.pages.append(_read_page(page, drawing, device, read.annotated, columns))
            except Exception as error:  # pdfminer raises whatever a broken page makes it stumble over
                read.complete = False
                read.findings.append(_failed(page.page_number, error))
            finally:
                page.close()
                _forget(page)
        if len(listed) > options.max_pages:
            read.complete = False
            read.findings.append(
                Finding(
                    "warning",
                    "read",
                    "too_many_pages",
                    f"{len(listed)} pages; the first {options.max_pages} were read.",
                    "Raise max_pages to read them all.",
                )
            )
        return read
    finally:
        pdf.stream.close()


def _open(data: bytes) -> Any:
    if not data.strip(b"\0\t\n\r\f "):
        raise UnreadableDocument("empty", "The file is empty.", "Fetch it again.")
    start = data[:1024]
    if b"%PDF-" not in start:
        head = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
        what = (
            "an HTML page saved as a PDF"
            if head.startswith(b"<") and (b"<html" in head or b"<!doctype" in head)
            else "no PDF"
        )
        raise UnreadableDocument(
            "not_a_pdf",
            f"The file is {what}: it does not begin with %PDF-.",
            "Look at it; fetch the PDF itself.",
        )
    try:
        return pdfplumber.open(io.BytesIO(data), raise_unicode_errors=False)
    except Exception as error:
        if _is_encrypted(error):
            raise UnreadableDocument(
                "encrypted",
                "The PDF is encrypted and wants a password.",
                "Ask its publisher for an open copy.",
            ) from error
        raise _corrupt(error) from error


def _is_encrypted(error: BaseException) -> bool:
    seen: list[object] = [error, *error.args, error.__cause__, error.__context__]
    return any(
        isinstance(x, PDFPasswordIncorrect | PDFEncryptionError | PDFTextExtractionNotAllowed) for x in seen
    )


def _corrupt(error: BaseException | None = None) -> UnreadableDocument:
    said = f" ({error})" if error and str(error) else ""
    return UnreadableDocument(
        "corrupt",
        f"The PDF is damaged or cut short: it has no page that can be read{said[:200]}.",
        "Fetch it again.",
    )


def _page_list(pdf: Any) -> Sequence[Any]:
    try:
        listed: Sequence[Any] = pdf.pages
    except Exception as error:
        raise _corrupt(error) from error
    if not listed:
        raise _corrupt()
    return listed


def _title(pdf: Any) -> str | None:
    title = pdf.metadata.get("Title") if isinstance(pdf.metadata, dict) else None
    return title.strip() or None if isinstance(title, str) else None


def _read_page(
    page: Any, drawing: Drawing, device: GlyphDevice, annotated: dict[int, Annotation], columns: set[float]
) -> ReadPage:
    number = page.page_number
    rtl = has_rtl(drawing.glyphs)
    lines = printed_lines(
        words_of(drawing.glyphs), drawing.rules, number, device.fonts, rtl=rtl, columns=columns
    )
    turned: list[PrintedLine] = []
    if drawing.turned:
        words = words_of(drawing.turned)
        turned = printed_lines(words, (), number, device.fonts, rtl=False)
    links = annotations_of(page)
    if links:
        annotated.update(words_under(links, lines))
    return ReadPage(number, float(page.width), float(page.height), lines, turned, drawing.rules, links)


def _failed(number: int, error: BaseException) -> Finding:
    said = f"{type(error).__name__}: {error}"[:200]
    return Finding(
        "error", "read", "page_failed", f"Page {number} could not be read ({said}).", "Look at that page."
    )


def _forget(page: Any) -> None:
    """Drops what pdfminer keeps of a page's content, so that memory does not grow with the pages."""
    cached = getattr(page.page_obj.doc, "_cached_objs", None)
    for content in page.page_obj.contents:
        stream = resolve1(content)
        if isinstance(cached, dict):
            cached.pop(getattr(stream, "objid", None), None)
    page.page_obj.contents = []
