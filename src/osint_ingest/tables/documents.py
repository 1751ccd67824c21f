"""Tables of what was captured and what the documents say."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, get_args

from osint_ingest.model import LinkOrigin, PassageKind
from osint_ingest.tables.dictionary import column, table

_document_kinds: list[str] = []
PASSAGE_KINDS = get_args(PassageKind)
LINK_ORIGINS = get_args(LinkOrigin)
TELLS_COUNTRY = ("source", "cover", "address", "text")
ADDRESS_STATES = ("new", "unchanged", "changed", "gone", "listed_only", "alias")


def declare_document_kinds(kinds: Iterable[str]) -> None:
    """Add the document kinds of a source to the values that `documents.kind` may hold."""
    _document_kinds.extend(kind for kind in kinds if kind not in _document_kinds)


def document_kinds() -> tuple[str, ...]:
    """The kinds of document that the sources loaded so far declare, in alphabetical order."""
    return tuple(sorted(_document_kinds))


@table("captures", key=("url", "captured_at"), history=True)
class CaptureRow:
    """Bytes taken from an address at a moment; each is kept unchanged in raw/."""

    url: Annotated[str, column("The address asked for; `file:<sha256[:12]>` for a file without one")]
    captured_at: Annotated[
        datetime, column("When the bytes arrived; of an archived copy, when it was taken", unit="UTC")
    ]
    source: Annotated[str | None, column("The source that it belongs to")]
    final_url: Annotated[str | None, column("The address that answered, after redirects")]
    http_status: Annotated[int | None, column("HTTP status of the answer; null for a file at hand")]
    media_type: Annotated[str | None, column("Media type, from the answer or from the bytes")]
    charset: Annotated[str | None, column("Character set as declared by the answer")]
    etag: Annotated[str | None, column("ETag of the answer")]
    last_modified: Annotated[str | None, column("Last-Modified of the answer, as sent")]
    content_sha256: Annotated[str, column("SHA-256 of the bytes, hexadecimal")]
    size_bytes: Annotated[int, column("Length of the bytes", unit="bytes")]
    raw_path: Annotated[str | None, column("Where the bytes are, relative to raw/")]
    archived_url: Annotated[
        str | None, column("The web archive's own address, if they were taken from there")
    ]


@table("addresses", key=("url",), history=True)
class AddressRow:
    """Every address that a source is known to have, and what became of it at the last look."""

    url: Annotated[str, column("The address, normalised")]
    source: Annotated[str, column("The source that it belongs to")]
    document_id: Annotated[str | None, column("The document that it holds, where that is known")] = None
    state: Annotated[str, column("What the last look found", vocabulary=ADDRESS_STATES)]
    first_seen: Annotated[datetime | None, column("When it was first named or fetched", unit="UTC")] = None
    last_seen: Annotated[datetime | None, column("When it last was named or answered", unit="UTC")] = None
    listed_by: Annotated[str | None, column("The page, sitemap or start list that names it")] = None


@table("documents", key=("document_id",), records=True)
class DocumentRow:
    """One row for each document: a report or a page."""

    document_id: Annotated[
        str, column("Readable id, as `osor:ARG:2021`, `ogp:CV0007@es`, `pdf:<sha256[:12]>`")
    ]
    source: Annotated[str, column("The source that it belongs to")]
    kind: Annotated[str, column("What kind of document it is", vocabulary=document_kinds)]
    file_name: Annotated[
        str | None, column("Name of the file as handed over, or the last part of its address, decoded")
    ]
    parent_document_id: Annotated[str | None, column("The document of the page that leads to this file")]
    title: Annotated[str | None, column("Its title, as printed")]
    country_code: Annotated[str | None, column("Country that it is about, ISO 3166-1 alpha-3")]
    country_from: Annotated[
        str | None,
        column(
            "What tells its country: its source's own fields, else cover, address or text",
            vocabulary=TELLS_COUNTRY,
        ),
    ]
    jurisdiction: Annotated[str | None, column("Country, region or city that it is about, as printed")]
    member_slug: Annotated[str | None, column("Member of the Open Government Partnership, as in its address")]
    language: Annotated[str | None, column("Main language, ISO 639-1")]
    year: Annotated[int | None, column("Year that it is of, as its title or cover says")]
    published: Annotated[
        date | None, column("Date of publication or update; the first of a month that has no day")
    ]
    url: Annotated[str | None, column("Its address")]
    captured_at: Annotated[datetime, column("When the bytes behind this row were taken", unit="UTC")]
    content_sha256: Annotated[str, column("SHA-256 of the bytes behind this row")]
    page_count: Annotated[int | None, column("Number of pages; null for HTML", unit="pages")]
    status: Annotated[
        str,
        column(
            "`partial` when a page, or its names, links or languages could not be read",
            vocabulary=("complete", "partial"),
        ),
    ]
    coverage: Annotated[
        float | None, column("Share of the visible content text that is in some table", unit="0 to 1")
    ]
    licence: Annotated[str | None, column("Licence under which it may be used")]
    masked: Annotated[int, column("E-mail addresses and telephone numbers that were masked in it")]
    fingerprint: Annotated[str, column("Version of the readers, models and schema that read it")]


@table("passages", key=("passage_id",))
class PassageRow:
    """Headings, paragraphs, bullets, fields, notes ... in reading order."""

    passage_id: Annotated[str, column("`<document_id>#p<ordinal>`")]
    document_id: Annotated[str, column("The document that it stands in", references="documents")]
    ordinal: Annotated[int, column("Place in reading order, from 1")]
    kind: Annotated[str, column("What it is on the page", vocabulary=PASSAGE_KINDS)]
    level: Annotated[int | None, column("Level of a heading (1 is the highest), depth of a bullet")]
    section: Annotated[str | None, column("Headings above it, joined by ' > '")]
    text: Annotated[
        str, column("Its text: markers removed, words and lines rejoined; a field is `Label: value`")
    ]
    language: Annotated[str | None, column("Language of this passage, ISO 639-1")]
    page: Annotated[int | None, column("Page where it starts, from 1; null for HTML")]
    selector: Annotated[str | None, column("CSS selector of its element in the HTML; null for PDF")]


@table("spans", key=("passage_id", "ordinal"))
class SpanRow:
    """Where each printed line of a PDF passage lies."""

    passage_id: Annotated[str, column("The passage", references="passages")]
    ordinal: Annotated[int, column("Number of the line in the passage, from 1")]
    char_start: Annotated[int, column("First character of the line in passages.text", unit="code points")]
    char_end: Annotated[int, column("One past its last character", unit="code points")]
    page: Annotated[int, column("Page, from 1")]
    x0: Annotated[float, column("Left edge", unit="PDF points from the page's left")]
    top: Annotated[float, column("Upper edge", unit="PDF points from the page's top")]
    x1: Annotated[float, column("Right edge", unit="PDF points from the page's left")]
    bottom: Annotated[float, column("Lower edge", unit="PDF points from the page's top")]


@table("footnotes", key=("footnote_id",), records=True)
class FootnoteRow:
    """Notes: at the foot of a page, at the end, in a list of notes."""

    footnote_id: Annotated[str, column("`<document_id>#n<ordinal>`")]
    document_id: Annotated[str, column("The document that it stands in", references="documents")]
    marker: Annotated[str, column("Its number or symbol, in ASCII, without brackets")]
    ordinal: Annotated[int, column("Place in reading order, from 1")]
    passage_id: Annotated[str, column("The passage of kind footnote with its text", references="passages")]
    text: Annotated[str, column("Its text, rejoined, without the marker")]
    page: Annotated[int | None, column("Page where it starts, from 1; null for HTML")]
    refers_to: Annotated[str | None, column("The note that its `ibid.` means", references="footnotes")]


@table("footnote_refs", key=("ref_id",))
class FootnoteRefRow:
    """Markers in the text and the note that each leads to."""

    ref_id: Annotated[str, column("`<document_id>#r<ordinal>`")]
    document_id: Annotated[str, column("The document that it stands in", references="documents")]
    footnote_id: Annotated[str | None, column("The note; null for an orphan", references="footnotes")]
    marker: Annotated[str, column("Number or symbol, in ASCII, without brackets")]
    passage_id: Annotated[str, column("The passage that it stands in", references="passages")]
    char_offset: Annotated[int, column("Where the marker stood in passages.text", unit="code points")]
    anchor_text: Annotated[str | None, column("The phrase that it supports")]
    anchor_start: Annotated[
        int | None, column("First character of the phrase in passages.text", unit="code points")
    ]
    anchor_end: Annotated[int | None, column("One past its last character", unit="code points")]
    page: Annotated[int | None, column("Page of the marker, from 1; null for HTML")]
    x0: Annotated[float | None, column("Left edge of the marker", unit="PDF points from the page's left")]
    top: Annotated[float | None, column("Upper edge of the marker", unit="PDF points from the page's top")]
    x1: Annotated[float | None, column("Right edge of the marker", unit="PDF points from the page's left")]
    bottom: Annotated[float | None, column("Lower edge of the marker", unit="PDF points from the page's top")]
    confidence: Annotated[
        float, column("How sure it is that this is a reference to this note", unit="0 to 1")
    ]


@table("links", key=("link_id",), records=True)
class LinkRow:
    """Every URL: in notes, in the body, behind words. One row for each URL."""

    link_id: Annotated[str, column("`<document_id>#l<ordinal>`")]
    document_id: Annotated[str, column("The document that it stands in", references="documents")]
    passage_id: Annotated[str | None, column("The passage that it stands in", references="passages")]
    footnote_id: Annotated[str | None, column("The note that it stands in", references="footnotes")]
    char_start: Annotated[
        int | None, column("First character in passages.text; null without text", unit="code points")
    ]
    char_end: Annotated[int | None, column("One past its last character", unit="code points")]
    anchor_text: Annotated[str | None, column("The text that carries the link")]
    url_raw: Annotated[str | None, column("The URL as printed, its lines rejoined")]
    url: Annotated[
        str, column("Where it leads: annotation or href if there is one, else as printed; normalised")
    ]
    url_unwrapped: Annotated[
        str | None,
        column(
            "Where a redirect leads (a mail filter's safe link, google.com/url); null where `url` is none"
        ),
    ]
    host: Annotated[str | None, column("Host of the URL")]
    registered_domain: Annotated[str | None, column("Registered domain of the host (public suffix list)")]
    origin: Annotated[str, column("Where it was found", vocabulary=LINK_ORIGINS)]
    join_rule: Annotated[str | None, column("How a printed URL was put together from its lines")]
    confidence: Annotated[float, column("How sure it is that this is the URL meant", unit="0 to 1")]
    page: Annotated[int | None, column("Page where it starts, from 1; null for HTML")]
