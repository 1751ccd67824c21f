"""Capture -> Document -> rows: what a worker runs. One batch in, Arrow tables out."""

import traceback
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, partial
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pyarrow as pa

from osint_ingest.model import Capture, Finding, ReadOptions, UnreadableDocument
from osint_ingest.model.stages import NONE_SKIPPED, Stage, attempt, stages_of_document
from osint_ingest.pdf import looks_like_pdf
from osint_ingest.read.about import with_country
from osint_ingest.read.breach import Breach, document_breaches, inconsistent
from osint_ingest.read.fingerprint import fingerprint
from osint_ingest.settings import Settings
from osint_ingest.sources import Parsed, all_sources, source_for, source_named
from osint_ingest.store import RawStore
from osint_ingest.store.layout import kind_of, media_type_of
from osint_ingest.tables import table_of
from osint_ingest.tables.flatten import document_rows, issue_row, mention_rows, storable
from osint_ingest.tables.run import OBSERVATIONS, IssueRow, observed
from osint_ingest.text.language import language_of
from osint_ingest.text.masking import mask_row

if TYPE_CHECKING:
    from osint_ingest.entities.annotate import Annotator

GetAnnotator = Callable[[], "Annotator"]


@dataclass(frozen=True, slots=True)
class Watch:
    """Callbacks that follow the reading of a batch, and what failed in an earlier attempt."""

    begins: Callable[[Capture, bytes], None]  # told of a capture, before it is read
    in_stage: Callable[[Stage | None], None]
    """Is told of each stage of a document that begins (see `stages`), and with None when it ends."""
    given_up: Mapping[Capture, Finding]  # captures that are not looked into, and why
    skipped: Mapping[Capture, Mapping[Stage, str]]  # stages of captures that are not tried, and why


UNWATCHED = Watch(lambda capture, data: None, lambda stage: None, MappingProxyType({}), MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Work:
    """The captures of one address, newest first. The document is read from the newest that can be read; the others
    only add to its history."""

    captures: tuple[Capture, ...]

    @property
    def newest(self) -> Capture:
        return self.captures[0]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of reading an address. `content_sha256` is its newest capture, `failed` if that could not be read;
    `read_sha256` is the capture that was read. `document_id` is None for a listing, or if nothing could be read.
    `left_out` is the document whose rows break the contract."""

    url: str
    content_sha256: str
    failed: bool
    document_id: str | None = None
    read_sha256: str | None = None
    left_out: str | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """The rows of the documents of a batch, by table name, and the outcome of each address. `observations` are the
    field values of every capture, older ones too (see `release.history`)."""

    tables: Mapping[str, pa.Table]
    outcomes: tuple[Outcome, ...]
    observations: pa.Table


def prepare(settings: Settings, while_loading: Callable[[], AbstractContextManager[None]]) -> None:
    """Load what every document needs. A process that reads batches calls this before the first. The pipeline of names
    is loaded with the first passage, within `while_loading`."""
    from osint_ingest.entities.pipeline import loading

    all_sources()
    language_of("The words by which a language is known are loaded once.", None)
    _annotator_of(settings)()
    loading.while_loading = while_loading


@cache
def _annotator(use_models: bool, spacy_models: tuple[tuple[str, str], ...]) -> "Annotator":
    # spaCy takes seconds to import: only a worker that annotates pays for it
    from osint_ingest.entities.annotate import Annotator

    return Annotator(use_models, spacy_models=dict(spacy_models))


def _annotator_of(settings: Settings) -> GetAnnotator:
    """What finds names, loaded when it is first asked for."""
    return partial(_annotator, settings.use_models, tuple(sorted(settings.spacy_models.items())))


def process_batch(work: Sequence[Work], settings: Settings, watch: Watch = UNWATCHED) -> Batch:
    """Reads captures into rows. One that fails gives a row of `issues` and the rest goes on; so does one whose rows
    break the contract, and one of which a stage fails is partial (see `stages`). Two captures of one document: the
    newest wins (`captured_at`, then sha256), the other is named. Where the newest capture of an address cannot be
    read, the newest that can be read stands in for it."""
    store = RawStore(settings.raw)
    store.bring(capture for item in work for capture in item.captures)
    mark = fingerprint(settings)
    options = ReadOptions(keep_personal_data=settings.keep_personal_data, max_pages=settings.max_pages)
    kept: dict[str, tuple[Capture, Mapping[str, pa.Table]]] = {}
    loose: list[object] = []
    outcomes: list[Outcome] = []
    observations = [OBSERVATIONS.empty_table()]
    for item in work:
        reading = _Reading(store, options, _annotator_of(settings), mark, watch)
        for capture in item.captures:
            reading.take(capture)
        outcomes.append(reading.outcome(item.newest))
        observations += reading.observations
        loose += reading.issues
        if reading.document_id is None or reading.capture is None:
            continue
        mine, other = (reading.capture, reading.tables), kept.get(reading.document_id)
        winner, loser = (mine, other) if other is None or age(mine[0]) > age(other[0]) else (other, mine)
        kept[reading.document_id] = winner
        if loser:
            loose.append(superseded(reading.document_id, loser[0], winner[0].url))
    parts: dict[str, list[pa.Table]] = defaultdict(list)
    for tables in (*(tables for _, tables in kept.values()), to_arrow(loose)):
        for name, rows in tables.items():
            parts[name].append(rows)
    together = {name: pa.concat_tables(rows).combine_chunks() for name, rows in parts.items()}
    return Batch(together, tuple(outcomes), pa.concat_tables(observations).combine_chunks())


class _Inconsistent(Exception):
    def __init__(self, document_id: str, breaches: Sequence[Breach]) -> None:
        super().__init__(document_id)
        self.document_id = storable(str(document_id))
        self.finding = inconsistent(self.document_id, breaches)


class _Reading:
    """Reads the captures of one address, the newest first."""

    def __init__(
        self, store: RawStore, options: ReadOptions, annotator: GetAnnotator, mark: str, watch: Watch
    ) -> None:
        self._store, self._options, self._mark, self._watch = store, options, mark, watch
        self._annotator = annotator
        self.document_id: str | None = None
        self.capture: Capture | None = None
        self.tables: Mapping[str, pa.Table] = {}
        self.issues: list[IssueRow] = []
        self.observations: list[pa.Table] = []
        self._newest_failed: bool | None = None
        self._left_out: str | None = None

    def take(self, capture: Capture) -> None:
        """Reads the next older capture."""
        finding = self._watch.given_up.get(capture) or self._read(capture)
        if finding and not self._options.keep_personal_data:
            finding = mask_row(finding)
        if finding and capture.archived_url:  # the page of today is not missing for it
            finding = replace(finding, severity="warning", message=f"the archived copy: {finding.message}")
        if self._newest_failed is None:
            self._newest_failed = finding is not None
            if finding:
                self.issues.append(issue_row(finding, document_id=self._left_out, url=capture.url))
        elif self._newest_failed and self.capture is capture and self.document_id:
            of = f"{capture.captured_at:%Y-%m-%d}"
            message = f"{self.document_id}: the newest capture could not be read; the rows are of {of}."
            finding = Finding(
                "warning", "read", "carried_over", message, "See the issue of the newest capture."
            )
            self.issues.append(issue_row(finding, document_id=self.document_id, url=capture.url))

    def outcome(self, newest: Capture) -> Outcome:
        read = self.capture.content_sha256 if self.capture else None
        return Outcome(
            newest.url,
            newest.content_sha256,
            bool(self._newest_failed) and not newest.archived_url,
            self.document_id,
            read,
            self._left_out if self._newest_failed else None,
        )

    def _read(self, capture: Capture) -> Finding | None:
        """Takes what a capture says; or why it cannot be read."""
        try:
            data = self._store.read(capture)
            self._watch.begins(capture, data)
            skipped = self._watch.skipped.get(capture, NONE_SKIPPED)
            with stages_of_document(self._watch.in_stage, skipped) as failed:
                parsed = _parse(capture, data, self._options)
                if parsed is not None:
                    parsed = parsed if self._options.keep_personal_data else parsed.masked()
                    self._keep(parsed, capture, failed)
        except _Inconsistent as error:
            if self._newest_failed is None:
                self._left_out = error.document_id
            return error.finding
        except UnreadableDocument as error:
            return Finding("error", "read", error.code, error.message, error.hint)
        except MemoryError:
            message = "Not enough memory to read it. The file is kept; everything else was read."
            return Finding("error", "read", "too_much_memory", message, "Look at the file.")
        except Exception as error:  # a reader's defect must not take the batch with it
            where = traceback.extract_tb(error.__traceback__)[-1]
            message = (
                f"the reader failed with {type(error).__name__}: {error} ({where.name}, line {where.lineno})"
            )
            hint = "This is a defect of osint-ingest. Please report it with the file."
            return Finding("error", "read", "reader_failed", message, hint)
        return None

    def _keep(self, parsed: Parsed, capture: Capture, failed: Mapping[Stage, Finding]) -> None:
        document_id = parsed.document.document_id
        observations = observed(parsed.records, capture.captured_at)
        own = pa.compute.and_(
            pa.compute.equal(observations["document_id"], document_id),
            pa.compute.is_valid(observations["field"]),
        )
        if self.document_id is None and self._left_out is None:
            # at once: as objects, each search for circles would go through the rows of the whole batch
            rows = list(_rows(parsed, capture, self._annotator, self._mark, failed))
            try:
                tables = to_arrow(rows)
            except (pa.ArrowException, OverflowError, TypeError, ValueError) as error:
                raise _Inconsistent(document_id, [Breach("type", str(error), document_id)]) from error
            if breaches := list(document_breaches(document_id, tables)):
                raise _Inconsistent(document_id, breaches)
            self.tables, self.document_id, self.capture = tables, document_id, capture
        elif document_id == self.document_id:
            self.issues.append(superseded(document_id, capture, capture.url))
        self.observations.append(observations.filter(own))


def age(capture: Capture) -> tuple[datetime, str]:
    """Return the key that decides which of two captures of one document wins: the larger."""
    return capture.captured_at, capture.content_sha256


def superseded(document_id: str, loser: Capture, winner_url: str) -> IssueRow:
    """Return the row of `issues` for a capture that was replaced by a newer one of the same document."""
    message = (
        f"{document_id}: the capture {loser.content_sha256[:12]} of {loser.captured_at:%Y-%m-%d %H:%M} "
        f"is replaced by a newer one of {winner_url}."
    )
    hint = "Nothing to do: the newest capture of a document counts."
    return issue_row(
        Finding("info", "read", "superseded", message, hint), document_id=document_id, url=loser.url
    )


def _parse(capture: Capture, data: bytes, options: ReadOptions) -> Parsed | None:
    """Return what a capture says; None if it is no document but a listing or a sitemap that was fetched on the way."""
    is_pdf = looks_like_pdf(data)
    if capture.media_type == "application/pdf" and data and not is_pdf:
        raise _not_a_pdf(data)
    if capture.source and capture.http_status is not None:  # fetched for that source
        hosts = set(source_named(capture.source).config.hosts)
        # of the sources of one site the most particular takes what any of them has found
        found = source_for([s for s in all_sources() if hosts & set(s.config.hosts)], capture, data)
        if found is None:
            if data and not is_pdf and urlsplit(capture.url).path.lower().endswith(".pdf"):
                raise _not_a_pdf(data)
            return None
    else:
        found = source_for(all_sources(), capture, data)
        if found is None:
            raise unknown_kind(data)
    return found.read(capture, data, options)


def _not_a_pdf(data: bytes) -> UnreadableDocument:
    found = "an HTML page" if media_type_of(data) == "text/html" else kind_of(data).name
    hint = "Fetch the report itself; to read a saved page, give it the ending .html."
    return UnreadableDocument("not_a_pdf", f"Expected a PDF, found {found}.", hint)


def unknown_kind(data: bytes) -> UnreadableDocument:
    """Return the error for bytes that no source can read."""
    kind = kind_of(data)
    message = f"Expected a PDF or an HTML page, found {kind.name}."
    return UnreadableDocument("unknown_kind" if data else "empty", message, kind.hint)


def _rows(
    parsed: Parsed, capture: Capture, annotator: GetAnnotator, mark: str, failed: Mapping[Stage, Finding]
) -> Iterator[object]:
    """Yield all rows of a document. `failed` holds the stages that failed; that of the names is added to it when the
    first row is asked for."""
    document = with_country(parsed.document, capture)
    content = document.content
    found = attempt(
        "names",
        lambda: annotator().annotate(
            content.passages,
            language=document.language or content.language,
            country_code=document.country_code,
        ),
        None,
    )
    if failed:
        document = replace(document, content=replace(content, complete=False))
    yield from document_rows(document, capture, mark)
    yield from parsed.records
    if found is not None:
        yield from mention_rows(document.document_id, found.mentions, found.pairs)
    archived = []
    if capture.archived_url:
        taken = f"{capture.captured_at:%Y-%m-%d} ({capture.archived_url})"
        message = f"{document.document_id}: its rows are those of a web archive's copy of {taken}"
        hint = "Compare it with the page of today, if there is one."
        archived.append(Finding("warning", "read", "archived_copy", message, hint))
    for finding in (*content.findings, *parsed.findings, *map(mask_row, failed.values()), *archived):
        yield issue_row(finding, document_id=document.document_id, url=capture.url)


def to_arrow(rows: Iterable[object]) -> dict[str, pa.Table]:
    """Return rows of any tables as one Arrow table for each, with its declared schema."""
    sorted_out: dict[type, list[object]] = defaultdict(list)
    for row in rows:
        sorted_out[type(row)].append(row)
    return {table_of(cls).name: table_of(cls).arrow(found) for cls, found in sorted_out.items()}
