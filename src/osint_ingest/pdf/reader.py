"""PDF bytes -> the whole document model: passages, notes, references, links, sections."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from osint_ingest.model import (
    Box,
    Content,
    Finding,
    Footnote,
    FootnoteRef,
    Link,
    Passage,
    ReadOptions,
    UnreadableDocument,
)
from osint_ingest.model.stages import attempt
from osint_ingest.pdf.annotations import Annotation
from osint_ingest.pdf.body_lines import is_bullet
from osint_ingest.pdf.breaks import Group, groups_of
from osint_ingest.pdf.evidence import body_size
from osint_ingest.pdf.frames import Frame
from osint_ingest.pdf.furniture import find_furniture
from osint_ingest.pdf.headings import Kind, kinds_of
from osint_ingest.pdf.layout import ReadPage
from osint_ingest.pdf.links import annotations_in_mail, links_in
from osint_ingest.pdf.markers import Reference, find_references
from osint_ingest.pdf.notes import Note
from osint_ingest.pdf.pages import ReadPdf, read_pages
from osint_ingest.pdf.titles import best_title
from osint_ingest.pdf.weave import DocumentFacts, Piece, Woven, box_on, document_facts, weave
from osint_ingest.text.anchors import anchor_before
from osint_ingest.text.language import by_function_words, language_of
from osint_ingest.text.masking import mask_content, mask_passages, mask_text
from osint_ingest.text.note_words import is_ibid, note_meant, raised_unread
from osint_ingest.text.urls import normalise_url


@dataclass(slots=True, eq=False)
class _Draft:
    """A passage before it has its number."""

    page: int
    rank: int
    kind: Kind
    woven: Woven
    note: Note | None = None
    cell: tuple[int, int, int] | None = None
    """Its table on the page, row and column."""


def read_pdf(
    data: bytes,
    options: ReadOptions = ReadOptions(),  # noqa: B008
    *,
    keep: bool = False,
) -> Content:
    """Reads a PDF, whatever its source. With `keep` its pages stay drawn for the next who reads the same bytes.

    Raises `UnreadableDocument` with one of the codes `empty`, `not_a_pdf`, `corrupt`, `encrypted`, `no_text`.
    A page that fails leaves `complete` false and a finding `page_failed`; what viewers do not show is not read
    (`hidden_text`), nor what fonts do not tell (`unmapped_font`); markers without a note and notes
    without a marker are findings `orphan_marker` and `orphan_note`.
    """
    read = read_pages(data, options, keep=keep)
    return content_of(read, options)


def references_in(data: bytes, options: ReadOptions = ReadOptions()) -> list[Reference]:  # noqa: B008
    """The references of a PDF with their evidence, in the order of `Content.refs`."""
    read = read_pages(data, options)
    pages = laid_out(read)
    notes, _ = find_references(pages)
    return [found for draft in _drafts(read, pages, notes) for found, _, _ in draft.woven.refs]


def content_of(read: ReadPdf, options: ReadOptions = ReadOptions()) -> Content:  # noqa: B008
    """The document model of pages that were read."""
    pages = laid_out(read)
    if not any(p.blocks or p.heads or p.feet for p in pages) and not any(p.turned for p in read.pages):
        raise _nothing(read)
    notes, unread = find_references(pages)
    if unread:
        read.findings.append(raised_unread(len(unread), unread[0].label))
    drafts = _drafts(read, pages, notes)
    refused = {a for draft in drafts for a in annotations_in_mail(draft.woven)}
    for visited in read.pages:
        visited.links = [a for a in visited.links if a not in refused]
    if options.keep_personal_data:
        return _content(read, drafts)
    masked = _mask(drafts)
    read.title = read.title and mask_text(read.title)
    content = mask_content(_content(read, drafts))
    return replace(content, masked=content.masked + masked)


def _mask(drafts: Sequence[_Draft]) -> int:
    """Masks the running text before anything is read off it; returns how many addresses and numbers there were."""
    texts, count = mask_passages(
        [d.woven.text for d in drafts], [[line.char_end for line in d.woven.lines] for d in drafts]
    )
    for draft, text in zip(drafts, texts, strict=True):
        draft.woven.text = text
    return count


def _nothing(read: ReadPdf) -> UnreadableDocument:
    """Why nothing of a PDF was read."""
    if any(finding.code == "page_failed" for finding in read.findings):
        return UnreadableDocument("corrupt", "No page of the PDF could be read.", "Download it again.")
    scan = ("No text layer (a scan?).", "Run OCR first, for example ocrmypdf, and read the result.")
    unmapped = ((f.message, f.hint or "") for f in read.findings if f.code == "unmapped_font")
    return UnreadableDocument("no_text", *next(unmapped, scan))


def laid_out(read: ReadPdf) -> list[ReadPage]:
    """Return the pages with their lines in reading order, running heads and feet apart."""
    find_furniture([p.lines for p in read.pages], [p.height for p in read.pages])
    for page in read.pages:
        page.lay_out()
    return read.pages


def body_of(pages: Sequence[ReadPage]) -> tuple[DocumentFacts, list[Group], list[Woven]]:
    """The passages of the body, and their running text; with what weaving has to know of the document."""
    document = document_facts([x for page in pages for block in page.blocks for x in block.lines])
    _set_right_edges(pages)
    groups = groups_of(pages, body_size(pages))
    return document, groups, [weave(_pieces(g), document) for g in groups]


def _drafts(read: ReadPdf, pages: Sequence[ReadPage], notes: Sequence[Note]) -> list[_Draft]:
    document, groups, woven = body_of(pages)
    kinds = kinds_of(groups, [w.text for w in woven], body_size(pages), read.outline)
    for i, (group, found) in enumerate(zip(groups, kinds, strict=True)):
        if found.kind in ("title", "heading") and group.label:
            woven[i] = weave(_pieces(group, number=True), document)
    drafts = [_Draft(g.page, 1, k, w, cell=g.cell) for g, k, w in zip(groups, kinds, woven, strict=True)]
    drafts += [_Draft(n.page, 2, Kind("footnote"), weave(n.pieces, document), n) for n in notes]
    head, foot = Kind("header"), Kind("footer")
    beside = [(page.number, 0, head, [line]) for page in pages for line in page.heads]
    beside += [(page.number, 3, foot, [line]) for page in pages for line in page.feet]
    beside += [(visited.number, 3, foot, run) for visited in read.pages for run in visited.turned]
    for number, rank, kind, lines in beside:
        drafts.append(_Draft(number, rank, kind, weave([(line, 0, None) for line in lines], document)))
    drafts = [d for d in drafts if d.woven.text or d.note]
    return sorted(drafts, key=lambda d: (d.page, d.rank))


def _pieces(group: Group, *, number: bool = False) -> list[Piece]:
    """A group's lines. A bullet's sign is no text, and neither is the `number` of a list's item, unless asked for."""
    label = 0 if number and not is_bullet(group.lines[0]) else group.label
    return [(line, 0 if i else label, None) for i, line in enumerate(group.lines)]


def _set_right_edges(pages: Sequence[ReadPage]) -> None:
    """Tells each line where its column ends, separately for body and notes of a block."""
    for page in pages:
        for block in page.blocks:
            for noted in (False, True):
                lines = [x for x in block.lines if x.noted == noted]
                right = max((x.x1 for x in lines), default=0.0)
                for line in lines:
                    line.right = right


def _content(read: ReadPdf, drafts: list[_Draft]) -> Content:
    unknown: Languages = (None, [None] * len(drafts))
    language, languages = attempt("language", lambda: _languages(drafts), unknown)
    frames = {page.number: page.frame for page in read.pages if page.frame}
    numbers = {draft: ordinal for ordinal, draft in enumerate(drafts, 1)}
    passages: list[Passage] = []
    notes: list[Footnote] = []
    numbered: dict[Note, int] = {}
    headings: list[tuple[int, str]] = []
    rows = _table_rows(drafts)
    for ordinal, (draft, own_language) in enumerate(zip(drafts, languages, strict=True), 1):
        kind, text = draft.kind, draft.woven.text
        heads = kind.kind == "heading" or (kind.kind == "title" and kind.level is not None)
        if heads:
            headings = [h for h in headings if h[0] < (kind.level or 0)]
        section = " > ".join(t for _, t in headings) or None
        outside = kind.kind in ("header", "footer", "footnote")
        passage = Passage(ordinal, kind.kind, text, None if outside else section, kind.level or None)
        lines = tuple(replace(x, box=_on_page(x.box, frames)) for x in draft.woven.lines)
        row = draft.cell and rows.get((draft.page, *draft.cell[:2]))
        passages.append(replace(passage, language=own_language, page=draft.page, lines=lines, table_row=row))
        if heads and kind.level is not None and text:
            headings.append((kind.level, text))
        if draft.note is not None and draft.note.label:
            number = notes[-1].marker if notes and is_ibid(text) else note_meant(text)
            meant = next((n.ordinal for n in reversed(notes) if n.marker == number), None)
            notes.append(Footnote(len(notes) + 1, draft.note.label, ordinal, text, draft.page, meant))
            numbered[draft.note] = len(notes)
    refs = _refs(drafts, numbers, numbered)
    no_links: list[Link] = []
    links = attempt("links", lambda: _links(read, drafts, numbers, numbered), no_links)
    refs = [replace(r, box=_on_page(r.box, frames)) if r.box else r for r in refs]
    unread = any(finding.code == "raised_numbers_unread" for finding in read.findings)
    return Content(
        passages=tuple(passages),
        footnotes=tuple(notes),
        refs=tuple(refs),
        links=tuple(links),
        findings=(*read.findings, *_orphans(notes, refs, unread=unread)),
        title=best_title(read.title, passages),
        language=language,
        page_count=read.page_count,
        complete=read.complete,
    )


def _table_rows(drafts: Sequence[_Draft]) -> dict[tuple[int, ...], int]:
    """Number the rows of tables by page, table and row. Where several cells of one hold several passages each it is
    rather some rows that were not told apart, and is left out."""
    cells = Counter((draft.page, *draft.cell) for draft in drafts if draft.cell)
    full = Counter(cell[:3] for cell, count in cells.items() if count > 1)
    rows = dict.fromkeys(cell[:3] for cell in cells if full[cell[:3]] < 2)
    return {row: number for number, row in enumerate(rows, 1)}


def _on_page(box: Box, frames: Mapping[int, Frame]) -> Box:
    """A box as it lies on the page, where the page was read sideways."""
    frame = frames.get(box.page)
    return box_on(box.page, frame.onto_page((box.x0, box.top, box.x1, box.bottom))) if frame else box


Languages = tuple[str | None, list[str | None]]
"""A document's language, and that of each of its parts."""


def _languages(drafts: Sequence[_Draft]) -> Languages:
    texts = [d.woven.text for d in drafts[:400] if d.kind.kind in ("paragraph", "list_item")]
    for tell in (by_function_words, language_of):
        count: Counter[str] = Counter()
        for text in texts:
            if code := tell(text):
                count[code] += len(text[:1000])
        if main := max(count, key=count.__getitem__, default=None):
            break
    return main, [language_of(draft.woven.text, main) for draft in drafts]


def _refs(
    drafts: Sequence[_Draft], numbers: Mapping[_Draft, int], numbered: Mapping[Note, int]
) -> list[FootnoteRef]:
    refs: list[FootnoteRef] = []
    for draft in drafts:
        floor = before = 0
        for candidate, offset, box in draft.woven.refs:
            if offset != before:
                floor, before = before, offset
            text, note = draft.woven.text, numbered.get(candidate.note) if candidate.note else None
            start, end = anchor_before(text, offset, floor) or (None, None)
            anchor = (None if start is None else text[start:end], start, end)
            place = (len(refs) + 1, candidate.label, numbers[draft], offset, note)
            refs.append(FootnoteRef(*place, *anchor, box=box, confidence=candidate.confidence))
    return refs


def _links(
    read: ReadPdf, drafts: Sequence[_Draft], numbers: Mapping[_Draft, int], numbered: Mapping[Note, int]
) -> list[Link]:
    links: list[Link] = []
    used: set[Annotation] = set()
    seen: set[tuple[str, int | None]] = set()
    for draft in drafts:
        note = numbered.get(draft.note) if draft.note is not None else None
        for link, under in links_in(draft.woven, numbers[draft], note):
            used.update(under)
            seen.add((link.url, link.page))
            links.append(replace(link, ordinal=len(links) + 1))
    # those over no text (pictures, buttons), and those whose text another link already carries
    for page in read.pages:
        for annotation in page.links:
            url = normalise_url(annotation.uri)
            if annotation not in used and (url, page.number) not in seen and annotation.uri:
                seen.add((url, page.number))
                links.append(Link(len(links) + 1, url, "annotation", page=page.number))
    return links


def _orphans(notes: Sequence[Footnote], refs: Sequence[FootnoteRef], *, unread: bool) -> list[Finding]:
    """Markers without a note and notes without a marker; markers of which one finding tells (`unread`) apart."""
    met = {r.footnote for r in refs}
    lone = [
        ("orphan_marker", f"Marker {r.marker} on page {r.box.page if r.box else '?'} has no note.")
        for r in refs
        if r.footnote is None and not unread
    ]
    lone += [
        ("orphan_note", f"Note {n.marker} on page {n.page} has no marker.")
        for n in notes
        if n.ordinal not in met
    ]
    where = {"orphan_marker": "the note may stand in a place or", "orphan_note": "its marker may stand in a"}
    hint = "Look at that page: {} form that is not read yet."
    return [Finding("warning", "read", code, said, hint.format(where[code])) for code, said in lone]
