"""A document, as read, becomes rows: ordinals turn into ids such as `osor:ARG:2021#p12`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence

from osint_ingest.model import (
    Capture,
    Document,
    Finding,
    Footnote,
    FootnoteRef,
    Link,
    Mention,
    NamePair,
    Passage,
)
from osint_ingest.tables.documents import (
    CaptureRow,
    DocumentRow,
    FootnoteRefRow,
    FootnoteRow,
    LinkRow,
    PassageRow,
    SpanRow,
)
from osint_ingest.tables.entities import MentionRow, NamePairRow
from osint_ingest.tables.run import IssueRow
from osint_ingest.text.redirects import unwrapped
from osint_ingest.text.urls import file_name_of, host_of, registered_domain


def passage_id(document_id: str, ordinal: int) -> str:
    """Id of the passage of that number."""
    return f"{document_id}#p{ordinal}"


def footnote_id(document_id: str, ordinal: int) -> str:
    """Id of the footnote of that number."""
    return f"{document_id}#n{ordinal}"


def mention_id(document_id: str, ordinal: int) -> str:
    """Id of the mention of that number."""
    return f"{document_id}#m{ordinal}"


def _maybe(make: Callable[[str, int], str], document_id: str, ordinal: int | None) -> str | None:
    return None if ordinal is None else make(document_id, ordinal)


def capture_row(capture: Capture) -> CaptureRow:
    """The row of a capture."""
    return CaptureRow(
        url=capture.url,
        captured_at=capture.captured_at,
        source=capture.source,
        final_url=capture.final_url,
        http_status=capture.http_status,
        media_type=capture.media_type,
        charset=capture.charset,
        etag=capture.etag,
        last_modified=capture.last_modified,
        content_sha256=capture.content_sha256,
        size_bytes=capture.size_bytes,
        raw_path=capture.raw_path,
    )


def document_rows(document: Document, capture: Capture, fingerprint: str) -> Iterator[object]:
    """All rows of a document but its mentions, records and issues, in reading order."""
    content = document.content
    yield DocumentRow(
        document_id=document.document_id,
        source=document.source,
        kind=document.kind,
        file_name=capture.file_name or file_name_of(capture.final_url or capture.url),
        parent_document_id=document.parent_document_id,
        title=document.title or content.title,
        country_code=document.country_code,
        jurisdiction=document.jurisdiction,
        member_slug=document.member_slug,
        language=document.language or content.language,
        year=document.year,
        published=document.published,
        url=document.url or capture.url,
        captured_at=capture.captured_at,
        content_sha256=capture.content_sha256,
        page_count=content.page_count,
        status="complete" if content.complete else "partial",
        coverage=content.coverage,
        licence=document.licence or capture.licence,
        masked=content.masked,
        fingerprint=fingerprint,
    )
    for passage in content.passages:
        yield _passage(document.document_id, passage)
        yield from _spans(document.document_id, passage)
    for note in content.footnotes:
        yield _footnote(document.document_id, note)
    for ref in content.refs:
        yield _ref(document.document_id, ref)
    for link in content.links:
        yield _link(document.document_id, link)


def _passage(document_id: str, passage: Passage) -> PassageRow:
    return PassageRow(
        passage_id=passage_id(document_id, passage.ordinal),
        document_id=document_id,
        ordinal=passage.ordinal,
        kind=passage.kind,
        level=passage.level,
        section=passage.section,
        text=passage.text,
        language=passage.language,
        page=passage.page,
        selector=passage.selector,
    )


def _spans(document_id: str, passage: Passage) -> Iterator[SpanRow]:
    for ordinal, line in enumerate(passage.lines, 1):
        yield SpanRow(
            passage_id=passage_id(document_id, passage.ordinal),
            ordinal=ordinal,
            char_start=line.char_start,
            char_end=line.char_end,
            page=line.box.page,
            x0=line.box.x0,
            top=line.box.top,
            x1=line.box.x1,
            bottom=line.box.bottom,
        )


def _footnote(document_id: str, note: Footnote) -> FootnoteRow:
    return FootnoteRow(
        footnote_id=footnote_id(document_id, note.ordinal),
        document_id=document_id,
        marker=note.marker,
        ordinal=note.ordinal,
        passage_id=passage_id(document_id, note.passage),
        text=note.text,
        page=note.page,
        refers_to=_maybe(footnote_id, document_id, note.refers_to),
    )


def _ref(document_id: str, ref: FootnoteRef) -> FootnoteRefRow:
    box = ref.box
    return FootnoteRefRow(
        ref_id=f"{document_id}#r{ref.ordinal}",
        document_id=document_id,
        footnote_id=_maybe(footnote_id, document_id, ref.footnote),
        marker=ref.marker,
        passage_id=passage_id(document_id, ref.passage),
        char_offset=ref.char_offset,
        anchor_text=ref.anchor_text,
        anchor_start=ref.anchor_start,
        anchor_end=ref.anchor_end,
        page=box.page if box else None,
        x0=box.x0 if box else None,
        top=box.top if box else None,
        x1=box.x1 if box else None,
        bottom=box.bottom if box else None,
        confidence=ref.confidence,
    )


def _link(document_id: str, link: Link) -> LinkRow:
    return LinkRow(
        link_id=f"{document_id}#l{link.ordinal}",
        document_id=document_id,
        passage_id=_maybe(passage_id, document_id, link.passage),
        footnote_id=_maybe(footnote_id, document_id, link.footnote),
        char_start=link.char_start,
        char_end=link.char_end,
        anchor_text=link.anchor_text,
        url_raw=link.url_raw,
        url=link.url,
        url_unwrapped=unwrapped(link.url),
        host=host_of(link.url),
        registered_domain=registered_domain(link.url),
        origin=link.origin,
        join_rule=link.join_rule,
        confidence=link.confidence,
        page=link.page,
    )


def mention_rows(
    document_id: str, mentions: Sequence[Mention], pairs: Sequence[NamePair]
) -> Iterator[MentionRow | NamePairRow]:
    """Rows of the mentions and name pairs of a document, not yet resolved to entities."""
    for m in mentions:
        yield MentionRow(
            mention_id=mention_id(document_id, m.ordinal),
            entity_id=None,
            document_id=document_id,
            passage_id=passage_id(document_id, m.passage),
            char_start=m.char_start,
            char_end=m.char_end,
            text=m.text,
            label=m.label,
            method=m.method,
            score=m.score,
        )
    for pair in pairs:
        yield NamePairRow(
            document_id=document_id,
            ordinal=pair.ordinal,
            first_mention_id=mention_id(document_id, pair.first),
            second_mention_id=mention_id(document_id, pair.second),
            kind=pair.kind,
            rule=pair.rule,
        )


def storable(said: str, most: int = 2000) -> str:
    """What an error says, as a table can hold it: no half of a surrogate pair, and no whole document."""
    cut = said if len(said) <= most else f"{said[:most]}..."
    return cut.encode("utf-8", "replace").decode("utf-8")


def issue_row(finding: Finding, *, document_id: str | None = None, url: str | None = None) -> IssueRow:
    """The row of a finding. Its id is a hash of what it says and where: the same finding keeps its id."""
    message = storable(finding.message)
    place = "\x1f".join((finding.stage, finding.code, document_id or "", url or "", message))
    return IssueRow(
        issue_id=hashlib.sha256(place.encode()).hexdigest()[:16],
        severity=finding.severity,
        stage=finding.stage,
        code=finding.code,
        document_id=document_id,
        url=url,
        message=message,
        hint=finding.hint,
    )
