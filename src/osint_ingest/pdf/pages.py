"""PDF bytes -> pages of printed lines, rules and link annotations: the one visit that each page gets."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from osint_ingest.model import Finding, ReadOptions
from osint_ingest.pdf.annotations import (
    LinkTargets,
    annotate,
    annotations_of,
    draw_appearances,
    mark_beginnings,
)
from osint_ingest.pdf.drawing import Drawing, Hidden
from osint_ingest.pdf.drawn_tables import sides_of_cells
from osint_ingest.pdf.fonts import UNMAPPED
from osint_ingest.pdf.frames import Frame, sideways, turned_runs
from osint_ingest.pdf.furniture import line_numbers
from osint_ingest.pdf.glyphs import GlyphDevice
from osint_ingest.pdf.headings import outline_of
from osint_ingest.pdf.interpreter import Interpreter
from osint_ingest.pdf.layout import ReadPage
from osint_ingest.pdf.lines import printed_lines
from osint_ingest.pdf.opened import OpenPage, OpenPdf, mend_pdf, open_pdf
from osint_ingest.pdf.visible import hide, not_read, pages_named
from osint_ingest.pdf.words import drawn_bullets, has_rtl, words_of

MOST_UNMAPPED = 0.4
"""A page is unreadable from this share of words on that are signs without a character."""


@dataclass(slots=True)
class ReadPdf:
    """The pages of a PDF, its title and outline, and the findings of reading them."""

    pages: list[ReadPage]
    page_count: int
    title: str | None
    outline: dict[str, int]
    findings: list[Finding] = field(default_factory=list)
    complete: bool = True


@dataclass(slots=True)
class _Visited:
    drawing: Drawing
    hidden: Counter[Hidden]
    troubles: Counter[str]


class PdfFile:
    """A PDF whose pages are drawn once, though two readers ask for them: who recognises it, and who reads it."""

    def __init__(self, data: bytes) -> None:
        self.opened = open_pdf(data)
        self.device = GlyphDevice(self.opened.resources)
        self.targets = LinkTargets(self.opened)
        self._data = data
        self._visited: dict[int, _Visited] = {}
        filled = mend_pdf(data, len(self.opened.pages), filled=True) if self.opened.has_form else None
        self._drawn = filled or self.opened
        self._interpreter = Interpreter(self._drawn.resources, self.device)

    def visit(self, page: OpenPage, *, keep: bool) -> _Visited:
        """What a page draws; with `keep` it is there for the next who asks. Raises whatever its drawing raises."""
        known = self._visited.get(page.number) if keep else self._visited.pop(page.number, None)
        if known:
            return known
        visited = self._draw(self._drawn.pages[page.number - 1], self._interpreter)
        if page.has_lost_content and visited.drawing.is_empty and self._mended:
            opened, interpreter = self._mended
            visited = self._draw(opened.pages[page.number - 1], interpreter)
        if keep:
            self._visited[page.number] = visited
        else:
            page.forget()
            self._drawn.pages[page.number - 1].forget()
        return visited

    @cached_property
    def _mended(self) -> tuple[OpenPdf, Interpreter] | None:
        """The file as PDFium mends it, for pages whose content pdfminer does not find."""
        mended = mend_pdf(self._data, len(self.opened.pages))
        return (mended, Interpreter(mended.resources, self.device)) if mended else None

    def _draw(self, page: OpenPage, interpreter: Interpreter) -> _Visited:
        self.device.start(page.left, page.base, page.shown)
        interpreter.draw(page.source)
        draw_appearances(page, interpreter)
        drawing = self.device.drawing
        return _Visited(drawing, hide(drawing), Counter(interpreter.troubles))


@lru_cache(maxsize=1)
def _file(data: bytes) -> PdfFile:
    return PdfFile(data)


def read_pages(data: bytes, options: ReadOptions, *, keep: bool = False) -> ReadPdf:
    """Visits every page once. Raises `UnreadableDocument`; a single page that fails is a finding.

    With `keep` the file stays open, and its pages drawn, for the next who reads the same bytes.
    """
    file = _file(data)
    if not keep:
        _file.cache_clear()
    opened = file.opened
    read = ReadPdf([], len(opened.pages), opened.title, outline_of(opened.document))
    columns: set[float] = set()
    hidden: dict[int, Counter[Hidden]] = {}
    troubles: dict[int, Counter[str]] = {}
    for page in opened.pages[: options.max_pages]:
        try:
            visited = file.visit(page, keep=keep)
            hidden[page.number], troubles[page.number] = visited.hidden, visited.troubles
            read.pages.append(_read_page(page, visited.drawing, file, columns))
        except Exception as error:  # pdfminer raises whatever a broken page makes it stumble over
            read.complete = False
            read.findings.append(_failed(page.number, error))
    read.findings += [*not_read(hidden), *_damaged(troubles), *_unmapped(read.pages)]
    if len(opened.pages) > options.max_pages:
        read.complete = False
        said = f"Only the first {options.max_pages} of {len(opened.pages)} pages were read."
        hint = "To read them all, set OSINT_INGEST_MAX_PAGES."
        read.findings.append(Finding("warning", "read", "too_many_pages", said, hint))
    return read


def _read_page(page: OpenPage, drawing: Drawing, file: PdfFile, columns: set[float]) -> ReadPage:
    number, fonts = page.number, file.device.fonts
    here = Frame(0, page.left, page.base)
    frame, width, height = None, page.width, page.height
    if found := sideways(drawing, page.left, page.base, (width, height)):
        drawing, frame = found
        if frame.angle % 180:
            width, height = height, width
    words = words_of(drawing.glyphs)
    unmapped, lost = sum(UNMAPPED in w.text for w in words), False
    if too_many := unmapped > MOST_UNMAPPED * len(words) and unmapped > 1:
        words = [w for w in words if UNMAPPED not in w.text]
    elif lost := sum(_is_lost(w.text) for w in words) > 1:
        words = [w for w in words if not _is_lost(w.text)]
    rtl, edges = has_rtl(drawing.glyphs), set() if frame else columns
    beside = dict.fromkeys(line_numbers(words))
    words = [w for w in words if w not in beside]
    words += drawn_bullets(drawing.dots, words)
    links = annotations_of(page, frame)
    mark_beginnings(links, words)
    rules = [*drawing.rules, *sides_of_cells(drawing.painted)]
    lines = printed_lines(words, rules, number, fonts, rtl=rtl, columns=edges)
    turned = turned_runs(drawing, frame or here, number, fonts, sideways=frame is not None)
    if beside:
        turned.append(printed_lines([*beside], (), number, fonts, rtl=False))
    annotate(links, lines, drawing.glyphs)
    if frame is None:
        file.targets.mark(page, lines)
    unread = too_many, too_many or lost
    return ReadPage(number, width, height, lines, turned, rules, links, frame, *unread)


def _is_lost(text: str) -> bool:
    """Is nothing known of a word? A sign or two of a formula stay, as the gap that they are."""
    return text.count(UNMAPPED) == len(text) > 2


def _failed(number: int, error: BaseException) -> Finding:
    why = f"{type(error).__name__}: {error}"[:200]
    said = f"Page {number} could not be read ({why})."
    return Finding("error", "read", "page_failed", said, "Look at that page.")


def _damaged(troubles: dict[int, Counter[str]]) -> Iterator[Finding]:
    """One finding for all pages on which something was passed over."""
    pages = {number: found for number, found in troubles.items() if found}
    if pages:
        most = sum(pages.values(), Counter()).most_common(3)
        what = ", ".join(f"{name} ({count})" for name, count in most)
        said = f"Damaged drawing operators on {pages_named(pages)} were skipped: {what}."
        hint = "Compare with a PDF viewer: text may be missing there."
        yield Finding("warning", "read", "page_damaged", said, hint)


def _unmapped(pages: list[ReadPage]) -> Iterator[Finding]:
    numbers = [page.number for page in pages if page.lost]
    if numbers:
        fonts = f"Fonts on {pages_named(numbers)} do not say which characters they draw"
        hint = "Run OCR on it, for example ocrmypdf --force-ocr, and read the result."
        yield Finding("warning", "read", "unmapped_font", f"{fonts}; their text was not read.", hint)
