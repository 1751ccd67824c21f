"""Capture -> Document -> rows: what a worker runs. One batch in, Arrow tables out."""

from __future__ import annotations

import os
import traceback
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

import pyarrow as pa

from osint_ingest.fingerprint import fingerprint
from osint_ingest.model import Capture, Finding, ReadOptions, UnreadableDocument
from osint_ingest.release.history import OBSERVATIONS, observed
from osint_ingest.settings import Settings
from osint_ingest.sources import Parsed, all_sources, source_for, source_named
from osint_ingest.store import RawStore
from osint_ingest.tables import table_of
from osint_ingest.tables.flatten import document_rows, issue_row, mention_rows
from osint_ingest.tables.run import IssueRow

PDF_HEAD = 1024
"""Bytes in which a PDF says that it is one: readers take `%PDF-` anywhere among them."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one capture. `document_id` is None when no document came of it."""

    url: str
    content_sha256: str
    document_id: str | None
    failed: bool


@dataclass(frozen=True, slots=True)
class Batch:
    """The rows of the documents of a batch, by table name, and what became of each capture.

    `observations` tell what each capture said, the older ones too (see `release.history`).
    """

    tables: Mapping[str, pa.Table]
    outcomes: tuple[Outcome, ...]
    observations: pa.Table


@dataclass(frozen=True, slots=True)
class Work:
    """A capture to be read. Of an `older` one of its address only the observations are kept."""

    capture: Capture
    older: bool = False


def prepare_worker() -> None:
    """Called once in each worker process: one thread a worker (unpinned, two were slower than one)."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"


@cache
def _annotator(use_models: bool):  # type: ignore[no-untyped-def]
    # spaCy takes seconds to import: only a worker that annotates pays for it
    from osint_ingest.entities import Annotator

    return Annotator(use_models=use_models)


def process_batch(work: Sequence[Work], settings: Settings) -> Batch:
    """Reads captures into rows. One that fails gives a row of `issues` and the rest goes on.

    Two captures of one document: the newest wins (`captured_at`, then sha256), the other is named.
    """
    store = RawStore(settings.raw)
    mark = fingerprint(settings)
    kept: dict[str, tuple[Capture, list[object]]] = {}
    loose: list[object] = []
    outcomes: list[Outcome] = []
    observations = [OBSERVATIONS.empty_table()]
    for item in work:
        capture = item.capture
        document_id, rows, failed = _process_one(item, store, settings, mark)
        observations.append(observed(rows, capture.captured_at))
        if item.older:
            continue
        outcomes.append(Outcome(capture.url, capture.content_sha256, document_id, failed))
        if document_id is None:
            loose += rows
            continue
        winner, loser = capture, kept.get(document_id)
        if loser and age(loser[0]) > age(capture):
            winner, loser = loser[0], (capture, rows)
        if winner is capture:
            kept[document_id] = (capture, rows)
        if loser:
            gone = loser[0]
            loose.append(superseded(document_id, gone.captured_at, gone.content_sha256, gone.url, winner.url))
    rows_by_document = (rows for _, rows in kept.values())
    tables = to_arrow(row for rows in (*rows_by_document, loose) for row in rows)
    return Batch(tables, tuple(outcomes), pa.concat_tables(observations).combine_chunks())


def age(capture: Capture) -> tuple[datetime, str]:
    """What decides which of two captures of one document wins: the larger."""
    return capture.captured_at, capture.content_sha256


def superseded(document_id: str, captured_at: datetime, sha256: str, url: str, winner_url: str) -> IssueRow:
    """The `issues` row that names a capture which a newer capture of the same document replaces."""
    finding = Finding(
        "info",
        "read",
        "superseded",
        f"{document_id}: the capture {sha256[:12]} of {captured_at:%Y-%m-%d %H:%M} gives way to one of {winner_url}",
        "nothing to do; the newest capture of a document is the one that counts",
    )
    return issue_row(finding, document_id=document_id, url=url)


def _process_one(
    item: Work, store: RawStore, settings: Settings, mark: str
) -> tuple[str | None, list[object], bool]:
    """The document, its rows, and whether reading failed."""
    capture = item.capture
    try:
        parsed = _parse(capture, store.read(capture), settings)
        if parsed is None:
            return None, [], False
        rows = list(parsed.records) if item.older else list(_rows(parsed, capture, settings, mark))
        return parsed.document.document_id, rows, False
    except UnreadableDocument as error:
        finding = Finding("error", "read", error.code, error.message, error.hint)
    except Exception as error:  # a reader's defect must not take the batch with it
        where = traceback.extract_tb(error.__traceback__)[-1]
        finding = Finding(
            "error",
            "read",
            "reader_failed",
            f"the reader failed with {type(error).__name__}: {error} ({where.name}, line {where.lineno})",
            "this is a defect of osint-ingest: please report it with the file",
        )
    return None, [issue_row(finding, url=capture.url)], True


def _parse(capture: Capture, data: bytes, settings: Settings) -> Parsed | None:
    """None for a capture that is no document: a listing or a sitemap that was fetched on the way."""
    if capture.media_type == "application/pdf" and data and b"%PDF-" not in data[:PDF_HEAD]:
        is_page = b"<html" in data[:PDF_HEAD].lower() or b"<!doctype html" in data[:PDF_HEAD].lower()
        raise UnreadableDocument(
            "not_a_pdf",
            f"called a PDF, but it is {'an HTML page' if is_page else f'something else: it starts with {data[:16]!r}'}",
            "fetch the report itself; to read a saved page, give it the ending .html",
        )
    if capture.source and capture.http_status is not None:  # fetched for that source
        source = source_named(capture.source)
        if not source.recognises(capture, data):
            return None
    else:
        found = source_for(all_sources(), capture, data)
        if found is None:
            start = f"the bytes start with {data[:16]!r}" if data else "it has no bytes"
            raise UnreadableDocument(
                "unknown_kind" if data else "empty",
                f"neither a PDF nor an HTML page: {start}",
                "give a PDF report or a saved HTML page",
            )
        source = found
    options = ReadOptions(keep_personal_data=settings.keep_personal_data, max_pages=settings.max_pages)
    return source.read(capture, data, options)


def _rows(parsed: Parsed, capture: Capture, settings: Settings, mark: str) -> Iterator[object]:
    document = parsed.document
    yield from document_rows(document, capture, mark)
    yield from parsed.records
    found = _annotator(settings.use_models).annotate(
        document.content.passages,
        language=document.language or document.content.language,
        country_code=document.country_code,
    )
    yield from mention_rows(document.document_id, found.mentions, found.pairs)
    for finding in (*document.content.findings, *parsed.findings):
        yield issue_row(finding, document_id=document.document_id, url=capture.url)


def to_arrow(rows: Iterable[object]) -> dict[str, pa.Table]:
    """Rows of any tables -> one Arrow table each, with its declared schema."""
    sorted_out: dict[type, list[object]] = defaultdict(list)
    for row in rows:
        sorted_out[type(row)].append(row)
    return {table_of(cls).name: table_of(cls).arrow(found) for cls, found in sorted_out.items()}
