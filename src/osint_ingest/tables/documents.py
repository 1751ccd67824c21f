"""Tables of what was captured and what the documents say."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import get_args

from osint_ingest.model import LinkOrigin, PassageKind
from osint_ingest.tables.dictionary import column, table

_document_kinds: list[str] = []
PASSAGE_KINDS = get_args(PassageKind)
LINK_ORIGINS = get_args(LinkOrigin)
COUNTRY_EVIDENCE = ("source", "cover", "address", "text")
CONTEXT = "First character of what it speaks of: its sentence, or its share of that"
CONTEXT_END = "One past its last character"
ADDRESS_STATES = ("new", "unchanged", "changed", "gone", "listed_only", "alias")


def declare_document_kinds(kinds: Iterable[str]) -> None:
    """Add the document kinds of a source to the values that `documents.kind` may hold."""
    _document_kinds.extend(kind for kind in kinds if kind not in _document_kinds)


def document_kinds() -> tuple[str, ...]:
    """The kinds of document that the sources loaded so far declare, in alphabetical order."""
    return tuple(sorted(_document_kinds))


@table("captures", "Bytes taken from an address at a moment; each is kept unchanged in raw/.", history=True)
class CaptureRow:
    url: str = column("The address requested; `file:<sha256[:12]>` for a file without one", key=True)
    captured_at: datetime = column(
        "When the bytes arrived; of an archived copy, when it was taken", unit="UTC", key=True
    )
    source: str | None = column("The source that it belongs to")
    final_url: str | None = column("The address that answered, after redirects")
    http_status: int | None = column("HTTP status of the answer; null for a file at hand")
    media_type: str | None = column("Media type, from the answer or from the bytes")
    charset: str | None = column("Character set as declared by the answer")
    etag: str | None = column("ETag of the answer")
    last_modified: str | None = column("Last-Modified of the answer, as sent")
    content_sha256: str = column("SHA-256 of the bytes, hexadecimal")
    size_bytes: int = column("Length of the bytes", unit="bytes")
    raw_path: str | None = column("Where the bytes are, relative to raw/")
    archived_url: str | None = column("The web archive's own address, if they were taken from there")


@table(
    "addresses",
    "Every address that a source is known to have, and what became of it at the last look.",
    history=True,
)
class AddressRow:
    url: str = column("The address, normalised", key=True)
    source: str = column("The source that it belongs to")
    document_id: str | None = column("The document that it holds, where that is known", default=None)
    state: str = column("What the last look found", vocabulary=ADDRESS_STATES)
    first_seen: datetime | None = column("When it was first named or fetched", unit="UTC", default=None)
    last_seen: datetime | None = column("When it last was named or answered", unit="UTC", default=None)
    listed_by: str | None = column("The page, sitemap or start list that names it", default=None)


@table("documents", "One row for each document: a report or a page.", records=True)
class DocumentRow:
    document_id: str = column(
        "Readable id, as `osor:ARG:2021`, `ogp:CV0007@es`, `pdf:<sha256[:12]>`", key=True
    )
    source: str = column("The source that it belongs to")
    kind: str = column("What kind of document it is", vocabulary=document_kinds)
    file_name: str | None = column(
        "Name of the file as handed over, or the last part of its address, decoded"
    )
    parent_document_id: str | None = column("The document of the page that leads to this file")
    title: str | None = column("Its title, as printed")
    country_code: str | None = column("Country that it is about, ISO 3166-1 alpha-3")
    country_from: str | None = column(
        "What tells its country: its source's own fields, else cover, address or text",
        vocabulary=COUNTRY_EVIDENCE,
    )
    jurisdiction: str | None = column("Country, region or city that it is about, as printed")
    member_slug: str | None = column("Member of the Open Government Partnership, as in its address")
    language: str | None = column("Main language, ISO 639-1")
    year: int | None = column("Year that it is of, as its title or cover says")
    published: date | None = column("Date of publication or update; the first of a month that has no day")
    url: str | None = column("Its address")
    captured_at: datetime = column("When the bytes behind this row were taken", unit="UTC")
    content_sha256: str = column("SHA-256 of the bytes behind this row")
    page_count: int | None = column("Number of pages; null for HTML", unit="pages")
    status: str = column(
        "`partial` when a page, or its names, links or languages could not be read",
        vocabulary=("complete", "partial"),
    )
    coverage: float | None = column("Share of the visible content text that is in some table", unit="0 to 1")
    licence: str | None = column("Licence under which it may be used")
    masked: int = column("E-mail addresses and telephone numbers that were masked in it")
    fingerprint: str = column("Version of the readers, models and schema that read it")


@table("passages", "Headings, paragraphs, bullets, fields, notes ... in reading order.")
class PassageRow:
    passage_id: str = column("`<document_id>#p<ordinal>`", key=True)
    document_id: str = column("The document that it stands in", references="documents")
    ordinal: int = column("Place in reading order, from 1")
    kind: str = column("What it is on the page", vocabulary=PASSAGE_KINDS)
    level: int | None = column("Level of a heading (1 is the highest), depth of a bullet")
    section: str | None = column("Headings above it, joined by ' > '")
    text: str = column("Its text: markers removed, words and lines rejoined; a field is `Label: value`")
    language: str | None = column("Language of this passage, ISO 639-1")
    page: int | None = column("Page where it starts, from 1; null for HTML")
    selector: str | None = column("CSS selector of its element in the HTML; null for PDF")
    table_row: int | None = column(
        "Number of the row of a table that it stands in, or of the term of a list of terms that it is or explains, "
        "counted over the document; null elsewhere"
    )


@table("spans", "Where each printed line of a PDF passage lies.")
class SpanRow:
    passage_id: str = column("The passage", references="passages", key=True)
    ordinal: int = column("Number of the line in the passage, from 1", key=True)
    char_start: int = column("First character of the line in passages.text", unit="code points")
    char_end: int = column("One past its last character", unit="code points")
    page: int = column("Page, from 1")
    x0: float = column("Left edge", unit="PDF points from the page's left")
    top: float = column("Upper edge", unit="PDF points from the page's top")
    x1: float = column("Right edge", unit="PDF points from the page's left")
    bottom: float = column("Lower edge", unit="PDF points from the page's top")


@table("footnotes", "Notes: at the foot of a page, at the end, in a list of notes.", records=True)
class FootnoteRow:
    footnote_id: str = column("`<document_id>#n<ordinal>`", key=True)
    document_id: str = column("The document that it stands in", references="documents")
    marker: str = column("Its number or symbol, in ASCII, without brackets")
    ordinal: int = column("Place in reading order, from 1")
    passage_id: str = column("The passage of kind footnote with its text", references="passages")
    text: str = column("Its text, rejoined, without the marker")
    page: int | None = column("Page where it starts, from 1; null for HTML")
    refers_to: str | None = column("The note that its `ibid.` or `see note 4` means", references="footnotes")


@table("footnote_refs", "Markers in the text and the note that each leads to.")
class FootnoteRefRow:
    ref_id: str = column("`<document_id>#r<ordinal>`", key=True)
    document_id: str = column("The document that it stands in", references="documents")
    footnote_id: str | None = column("The note; null for an orphan", references="footnotes")
    marker: str = column("Number or symbol, in ASCII, without brackets")
    passage_id: str = column("The passage that it stands in", references="passages")
    char_offset: int = column("Where the marker stood in passages.text", unit="code points")
    anchor_text: str | None = column("The phrase that it supports")
    anchor_start: int | None = column("First character of the phrase in passages.text", unit="code points")
    anchor_end: int | None = column("One past its last character", unit="code points")
    page: int | None = column("Page of the marker, from 1; null for HTML")
    x0: float | None = column("Left edge of the marker", unit="PDF points from the page's left")
    top: float | None = column("Upper edge of the marker", unit="PDF points from the page's top")
    x1: float | None = column("Right edge of the marker", unit="PDF points from the page's left")
    bottom: float | None = column("Lower edge of the marker", unit="PDF points from the page's top")
    confidence: float = column("How sure it is that this is a reference to this note", unit="0 to 1")
    context_start: int | None = column(CONTEXT, unit="code points", default=None)
    context_end: int | None = column(CONTEXT_END, unit="code points", default=None)
    cited_footnote_id: str | None = column(
        "The note that it comes to through `ibid.`", references="footnotes", default=None
    )
    entity_id: str | None = column(
        "What the phrase is about, as citations.entity_id", references="entities", default=None
    )


@table("links", "Every URL: in notes, in the body, behind words. One row for each URL.", records=True)
class LinkRow:
    link_id: str = column("`<document_id>#l<ordinal>`", key=True)
    document_id: str = column("The document that it stands in", references="documents")
    passage_id: str | None = column("The passage that it stands in", references="passages")
    footnote_id: str | None = column("The note that it stands in", references="footnotes")
    char_start: int | None = column("First character in passages.text; null without text", unit="code points")
    char_end: int | None = column("One past its last character", unit="code points")
    anchor_text: str | None = column("The text that carries the link")
    url_raw: str | None = column("The URL as printed, its lines rejoined")
    url: str = column("Where it leads: annotation or href if there is one, else as printed; normalised")
    url_unwrapped: str | None = column(
        "Where a redirect leads (a mail filter's safe link, google.com/url); null where `url` is none"
    )
    host: str | None = column("Host of the URL")
    registered_domain: str | None = column("Registered domain of the host (public suffix list)")
    origin: str = column("Where it was found", vocabulary=LINK_ORIGINS)
    join_rule: str | None = column("How a printed URL was put together from its lines")
    confidence: float = column("How sure it is that this is the URL meant", unit="0 to 1")
    page: int | None = column("Page where it starts, from 1; null for HTML")
    context_start: int | None = column(f"{CONTEXT}; null in a note", unit="code points", default=None)
    context_end: int | None = column(CONTEXT_END, unit="code points", default=None)
