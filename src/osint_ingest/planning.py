"""Which captures must be read, and what can be carried over from the last release."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from osint_ingest.fingerprint import fingerprint
from osint_ingest.model import Capture
from osint_ingest.process import Outcome, Work, age
from osint_ingest.release.folder import Release
from osint_ingest.settings import Settings

PDF_COST = 8
"""A byte of a PDF costs about this many times the work of a byte of HTML."""
MAX_BATCH = 64
"""Documents of a batch: what a crash in the middle loses at most."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run has to read. `carried` are documents whose rows come from the last release."""

    batches: tuple[tuple[Work, ...], ...]
    carried: frozenset[str]
    remembered: tuple[Outcome, ...]
    """Outcomes of unchanged captures, as the last release tells them."""
    fingerprint: str

    @property
    def size(self) -> int:
        """Captures whose documents are to be read; older captures are not counted."""
        return sum(not item.older for b in self.batches for item in b)


def make_plan(captures: Sequence[Capture], previous: Release | None, settings: Settings) -> Plan:
    """Compares the newest capture of each address with what the last release rests on.

    A document is read again when its bytes or the fingerprint (readers, models, settings) changed, or
    when `settings.force` says so; then the older captures of its address are read for their history.
    """
    newest = {c.url: c for c in sorted(captures, key=age)}
    mark = fingerprint(settings)
    before = {} if settings.force else _outcomes(previous, mark)
    winners = _winners(previous) if before else {}
    todo: list[Capture] = []
    losers: list[tuple[Capture, Outcome]] = []
    remembered: list[Outcome] = []
    carried: set[str] = set()
    for capture in newest.values():
        outcome = before.get((capture.url, capture.content_sha256))
        if outcome is None:
            todo.append(capture)
        elif outcome.document_id and winners.get(outcome.document_id) != capture.content_sha256:
            losers.append((capture, outcome))
        else:
            remembered.append(outcome)
            if outcome.document_id:
                carried.add(outcome.document_id)
    for capture, outcome in losers:  # a loser counts again when the capture that won is gone or changed
        if outcome.document_id in carried:
            remembered.append(outcome)
        else:
            todo.append(capture)
    read_again = {c.url for c in todo}
    work = [Work(c) for c in todo]
    work += [Work(c, older=True) for c in captures if c.url in read_again and c is not newest[c.url]]
    return Plan(tuple(_batched(work, settings.batch_bytes)), frozenset(carried), tuple(remembered), mark)


def _outcomes(previous: Release | None, mark: str) -> dict[tuple[str, str], Outcome]:
    if previous is None:
        return {}
    run = previous.run()
    if run.get("fingerprint") != mark:
        return {}
    return {(url, sha): Outcome(url, sha, document, failed) for url, sha, document, failed in run["outcomes"]}


def _winners(previous: Release | None) -> dict[str, str]:
    if previous is None:
        return {}
    rows = previous.table("documents", ["document_id", "content_sha256"])
    return dict(zip(rows["document_id"].to_pylist(), rows["content_sha256"].to_pylist(), strict=True))


def cost(capture: Capture) -> int:
    """About how much work a capture is, in bytes of HTML."""
    is_pdf = (capture.raw_path or "").endswith(".pdf") or capture.media_type == "application/pdf"
    return capture.size_bytes * (PDF_COST if is_pdf else 1) + 1


def _batched(work: Iterable[Work], batch_bytes: int) -> Iterator[tuple[Work, ...]]:
    """The dearest first, so that no long one is left for the end; batches of about equal cost."""
    batch: list[Work] = []
    filled = 0
    for item in sorted(work, key=lambda w: (-cost(w.capture), w.capture.url, w.capture.captured_at)):
        dear = cost(item.capture)
        if batch and (filled + dear > batch_bytes or len(batch) == MAX_BATCH):
            yield tuple(batch)
            batch, filled = [], 0
        batch.append(item)
        filled += dear
    if batch:
        yield tuple(batch)


def documents_of_failed(previous: Release | None, outcomes: Sequence[Outcome]) -> dict[str, str]:
    """Documents of the last release whose newest capture failed now: document -> address."""
    failed = {o.url for o in outcomes if o.failed}
    if previous is None or not failed:
        return {}
    rows = previous.table("documents", ["document_id", "url"])
    known = zip(rows["document_id"].to_pylist(), rows["url"].to_pylist(), strict=True)
    return {document: url for document, url in known if url in failed}
