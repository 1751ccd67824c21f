"""Turns a document into rows; ordinals become ids such as `osor:ARG:2021#p12`."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from functools import cache
from typing import Any, TypeVar

from osint_ingest.model import Capture, Content, Document, Finding, FootnoteRef, Link, Mention, NamePair
from osint_ingest.tables import documents as rows
from osint_ingest.tables.entities import MentionRow, NamePairRow
from osint_ingest.tables.run import IssueRow
from osint_ingest.text.contexts import ContextMark, contexts
from osint_ingest.text.redirects import unwrapped
from osint_ingest.text.urls import file_name_of, host_of, registered_domain

Row = TypeVar("Row")
_LONGEST_MESSAGE = 2000


def passage_id(document_id: str, ordinal: int) -> str:
    return f"{document_id}#p{ordinal}"


def _part_id(document_id: str, letter: str, ordinal: int | None) -> str | None:
    return None if ordinal is None else f"{document_id}#{letter}{ordinal}"


@cache
def _shared(cls: type, source: type) -> tuple[str, ...]:
    return tuple(f.name for f in fields(cls) if hasattr(source, f.name))


def row_of(cls: type[Row], source: Any, **own: Any) -> Row:
    """A row with the columns `own`, and those that the source has under the same name."""
    names = _shared(cls, type(source))  # type: ignore[arg-type]
    shared = {name: getattr(source, name) for name in names if name not in own}
    return cls(**shared, **own)


def capture_row(capture: Capture) -> rows.CaptureRow:
    return row_of(rows.CaptureRow, capture)


def document_rows(document: Document, capture: Capture, fingerprint: str) -> Iterator[object]:
    """All rows of a document but its mentions, records and issues, in reading order."""
    content, document_id = document.content, document.document_id
    yield row_of(
        rows.DocumentRow,
        document,
        file_name=capture.file_name or file_name_of(capture.final_url or capture.url),
        title=document.title or content.title,
        country_from=document.country_from or ("source" if document.country_code else None),
        language=document.language or content.language,
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
        place = passage_id(document_id, passage.ordinal)
        yield row_of(rows.PassageRow, passage, passage_id=place, document_id=document_id)
        for ordinal, line in enumerate(passage.lines, 1):
            at = {"char_start": line.char_start, "char_end": line.char_end}
            yield row_of(rows.SpanRow, line.box, passage_id=place, ordinal=ordinal, **at)
    for note in content.footnotes:
        yield row_of(
            rows.FootnoteRow,
            note,
            footnote_id=_part_id(document_id, "n", note.ordinal),
            document_id=document_id,
            passage_id=passage_id(document_id, note.passage),
            refers_to=_part_id(document_id, "n", note.refers_to),
        )
    spoken_of = _contexts(content)
    for ref in content.refs:
        yield row_of(
            rows.FootnoteRefRow,
            ref,
            **spoken_of(ref),
            ref_id=_part_id(document_id, "r", ref.ordinal),
            document_id=document_id,
            footnote_id=_part_id(document_id, "n", ref.footnote),
            passage_id=passage_id(document_id, ref.passage),
            **{side: getattr(ref.box, side, None) for side in ("page", "x0", "top", "x1", "bottom")},
        )
    for link in content.links:
        yield row_of(
            rows.LinkRow,
            link,
            **spoken_of(link),
            link_id=_part_id(document_id, "l", link.ordinal),
            document_id=document_id,
            passage_id=_part_id(document_id, "p", link.passage),
            footnote_id=_part_id(document_id, "n", link.footnote),
            url_unwrapped=unwrapped(link.url),
            host=host_of(link.url),
            registered_domain=registered_domain(link.url),
        )


def _contexts(content: Content) -> Callable[[FootnoteRef | Link], dict[str, int]]:
    """Tells what a reference or a link of the text speaks of, as columns (see `text.contexts`)."""
    texts = {passage.ordinal: passage.text for passage in content.passages}
    marks: defaultdict[int, dict[FootnoteRef | Link, ContextMark]] = defaultdict(dict)
    for ref in content.refs:
        start, end, at = ref.anchor_start, ref.anchor_end, ref.char_offset
        marks[ref.passage][ref] = ContextMark(at if start is None else start, at if end is None else end, at)
    for link in content.links:
        start, end = link.char_start, link.char_end
        if link.footnote is None and link.passage and start is not None and end is not None:
            marks[link.passage][link] = ContextMark(start, end, end, is_link=True)
    found = {
        one: {"context_start": start, "context_end": end}
        for place, here in marks.items()
        for one, (start, end) in zip(here, contexts(texts.get(place, ""), list(here.values())), strict=True)
    }
    return lambda one: found.get(one, {})


def mention_rows(
    document_id: str, mentions: Sequence[Mention], pairs: Sequence[NamePair]
) -> Iterator[MentionRow | NamePairRow]:
    """Rows of the mentions and name pairs of a document, not yet resolved to entities."""
    for m in mentions:
        yield row_of(
            MentionRow,
            m,
            mention_id=_part_id(document_id, "m", m.ordinal),
            entity_id=None,
            document_id=document_id,
            passage_id=passage_id(document_id, m.passage),
        )
    for pair in pairs:
        yield row_of(
            NamePairRow,
            pair,
            document_id=document_id,
            first_mention_id=_part_id(document_id, "m", pair.first),
            second_mention_id=_part_id(document_id, "m", pair.second),
        )


def storable(said: str) -> str:
    """Return the text of an error in a form that a table can hold: valid Unicode, and not too long."""
    cut = said if len(said) <= _LONGEST_MESSAGE else f"{said[:_LONGEST_MESSAGE]}..."
    return cut.encode("utf-8", "replace").decode("utf-8")


def issue_row(finding: Finding, *, document_id: str | None = None, url: str | None = None) -> IssueRow:
    """The row of a finding. Its id is a hash of what it says and where: the same finding keeps its id."""
    message = storable(finding.message)
    place = "\x1f".join((finding.stage, finding.code, document_id or "", url or "", message))
    issue_id = hashlib.sha256(place.encode()).hexdigest()[:16]
    return row_of(IssueRow, finding, issue_id=issue_id, document_id=document_id, url=url, message=message)
