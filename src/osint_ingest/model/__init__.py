"""What crosses the rooms: captures, documents and their parts, as frozen dataclasses.

Children of a document are numbered from 1 in reading order (`ordinal`); other parts refer to them by
that number. Ids such as `osor:ARG:2021#p12` are made only when rows are made (see `tables`).
Text is NFC. Positions on a page are PDF points with the origin at the top left; pages count from 1.
Character offsets are half-open and count code points of `Passage.text`.
"""

import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from importlib.resources import files
from typing import Any, Literal, get_args

PassageKind = Literal[
    "title", "heading", "paragraph", "list_item", "field", "caption", "table_cell", "footnote", "header", "footer",
]  # fmt: skip
LinkOrigin = Literal["footnote", "body", "href", "annotation"]
Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Capture:
    """Bytes that were fetched from an address (or read from a file given by hand), when and how."""

    url: str
    captured_at: datetime
    content_sha256: str
    size_bytes: int
    source: str | None = None
    final_url: str | None = None
    http_status: int | None = None
    media_type: str | None = None
    charset: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    raw_path: str | None = None
    licence: str | None = None
    file_name: str | None = None
    """What the file was called that someone handed over; None for what was fetched."""
    archived_url: str | None = None
    """Where a web archive keeps these bytes, if they were taken from there; `captured_at` is then its time."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page, in PDF points, origin top left."""

    page: int
    x0: float
    top: float
    x1: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line of a passage: its characters `[char_start, char_end)` and where they lie."""

    char_start: int
    char_end: int
    box: Box


@dataclass(frozen=True, slots=True)
class Passage:
    """A heading, paragraph, bullet, field ...: markers removed, words and lines rejoined. `section` holds the headings
    above it joined by " > ". `selector` leads to the element in HTML. `lines` is empty for HTML. `table_row`: which row
    of a table of the document it stands in, or which term of a list of terms it is or explains."""

    ordinal: int
    kind: PassageKind
    text: str
    section: str | None = None
    level: int | None = None
    language: str | None = None
    page: int | None = None
    selector: str | None = None
    table_row: int | None = None
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Footnote:
    """A note. Its text is also a passage of kind `footnote`; `refers_to`: what an "ibid." or "see note 4" means."""

    ordinal: int
    marker: str
    passage: int
    text: str
    page: int | None = None
    refers_to: int | None = None


@dataclass(frozen=True, slots=True)
class FootnoteRef:
    """A marker in the text. `footnote` is None for an orphan. `anchor_*` is the phrase that it supports."""

    ordinal: int
    marker: str
    passage: int
    char_offset: int
    footnote: int | None = None
    anchor_text: str | None = None
    anchor_start: int | None = None
    anchor_end: int | None = None
    box: Box | None = None
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Link:
    """One URL of a document. `url_raw` as printed (rejoined), `url` absolute and normalised."""

    ordinal: int
    url: str
    origin: LinkOrigin
    passage: int | None = None
    footnote: int | None = None
    char_start: int | None = None
    char_end: int | None = None
    anchor_text: str | None = None
    url_raw: str | None = None
    join_rule: str | None = None
    confidence: float = 1.0
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in a passage. `method` says which rule or model found it, `score` how sure it is."""

    ordinal: int
    passage: int
    char_start: int
    char_end: int
    text: str
    label: str
    method: str
    score: float


@dataclass(frozen=True, slots=True)
class NamePair:
    """Two mentions that the text itself declares to be one thing, as in `National Office (ONTI)`. `first` and `second`
    are the ordinals of the mentions; `kind` is what the second name is to the first."""

    ordinal: int
    first: int
    second: int
    kind: Literal["native", "acronym", "alias"]
    rule: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that someone should know about a document. Becomes a row of `issues`."""

    severity: Severity
    stage: str
    code: str
    message: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """What a reader (PDF or HTML) finds in a document: passages, notes, references, links."""

    passages: tuple[Passage, ...]
    footnotes: tuple[Footnote, ...] = ()
    refs: tuple[FootnoteRef, ...] = ()
    links: tuple[Link, ...] = ()
    findings: tuple[Finding, ...] = ()
    title: str | None = None
    language: str | None = None
    page_count: int | None = None
    complete: bool = True
    """False when a page could not be read: the rest is published as a partial document."""
    coverage: float | None = None
    """Share of the visible content text that ended up in a passage, 0 to 1 (HTML)."""
    masked: int = 0
    """How many e-mail addresses and telephone numbers were masked."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document: its content, and what is known about it (source, country, year, address, licence)."""

    document_id: str
    source: str
    kind: str
    content: Content
    title: str | None = None
    parent_document_id: str | None = None
    country_code: str | None = None
    country_from: str | None = None
    """What tells the country where the source does not: cover, address or text."""
    jurisdiction: str | None = None
    member_slug: str | None = None
    language: str | None = None
    year: int | None = None
    published: date | None = None
    url: str | None = None
    licence: str | None = None


@dataclass(frozen=True, slots=True)
class FoundAddress:
    """An address that a page of a source lists, with what the page says about it."""

    url: str
    listed_by: str
    document_id: str | None = None
    last_modified: str | None = None
    fetch: bool = True
    """False when the address is only recorded: it is known to exist but not wanted."""


class RefusedRun(Exception):
    """A run cannot go on and has changed nothing; the message says why and what to do."""


class UnreadableDocument(Exception):
    """A document that cannot be read. `code` is one of the codes of the `issues` table."""

    def __init__(self, code: str, message: str, hint: str) -> None:
        super().__init__(code, message, hint)
        self.code = code
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} ({self.hint})"


class Messages:
    """What the readers of a package report, from its `messages.toml`. A finding there has its severity and stage, a
    document that cannot be read has neither; its code is the name, unless it has one of its own. Facts stand in braces
    in its message and hint."""

    def __init__(self, package: str) -> None:
        self._package = package

    @cached_property
    def _said(self) -> dict[str, dict[str, str]]:
        return tomllib.loads(files(self._package).joinpath("messages.toml").read_text(encoding="utf-8"))

    def finding(self, name: str, **facts: Any) -> Finding:
        said = self._said[name]
        severity = next(known for known in get_args(Severity) if known == said["severity"])
        return Finding(severity, said["stage"], *self._filled(name, facts))

    def unreadable(self, name: str, **facts: Any) -> UnreadableDocument:
        return UnreadableDocument(*self._filled(name, facts))

    def _filled(self, name: str, facts: dict[str, Any]) -> tuple[str, str, str]:
        said = self._said[name]
        return said.get("code", name), said["message"].format(**facts), said["hint"].format(**facts)


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """Options of a reader."""

    keep_personal_data: bool = False
    max_pages: int = 2000
