"""Which captures must be read, what can be carried over from the last release, and which documents are read together:
batches of about equal cost, expensive documents first, smaller ones last. Pages of one member stand together: what
they all say is then read once, by one process."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.compute as pc

from osint_ingest.model import Capture, Finding
from osint_ingest.read.documents import Outcome, Work, age
from osint_ingest.read.fingerprint import checks_fingerprint, fingerprint
from osint_ingest.read.staging import StagedBatch, key_of, staged
from osint_ingest.settings import Settings

BASE_COST = 2_000  # what any document costs before its first byte, in bytes of HTML
PDF_BYTE = 2
"""A byte of a PDF costs as much as so many of HTML. Measured: reports of 10 to 26 pages 7 to 12 s a MB, commitment
pages of 75 KB 5 s a MB, most of it for names. Only the order and the size of batches rest on it."""
MAX_BATCH = 256  # documents of a batch: the most that a crash can lose
MIN_PARALLEL_BYTES = 1_000_000  # less than this, in bytes of HTML, is read sooner than another process starts
SHARES = 2  # a batch is at most this part of what is left for each process, so that all end together
MIN_BATCH_FRACTION = 8
"""The smallest batch is this part of the largest: handing a batch over costs time. A document that costs more than
that goes first, so that no process has it left at the end."""


class PreviousRelease(Protocol):
    """What a plan needs from the previous release."""

    def run(self) -> dict[str, Any]: ...

    def table(self, name: str, columns: list[str] | None = None) -> pa.Table: ...


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run has to read. Rows of `carried` documents come from the previous release."""

    batches: tuple[tuple[Work, ...], ...]
    carried: frozenset[str]
    remembered: tuple[Outcome, ...]  # outcomes of unchanged captures, as the last release has them
    fingerprint: str
    finished: tuple[StagedBatch, ...] = ()  # batches that a run which was stopped had read already
    findings: tuple[tuple[Finding, str | None], ...] = ()  # of captures that are not read

    @property
    def size(self) -> int:
        return sum(len(batch) for batch in self.batches)


def make_plan(captures: Sequence[Capture], previous: PreviousRelease | None, settings: Settings) -> Plan:
    """Compares the newest capture of each address with what the last release rests on. A document is read again when
    its bytes or the fingerprint (readers, models, settings) changed, when an older capture was added, or when
    `settings.force` says so; then the older captures of its address are read for their history."""
    by_url: dict[str, list[Capture]] = {}
    for capture in sorted(captures, key=age, reverse=True):
        by_url.setdefault(capture.url, []).append(capture)
    mark = fingerprint(settings)
    before = {} if settings.force else _outcomes(previous, mark)
    winners: dict[str, str] = {}
    older: frozenset[tuple[str, datetime]] = frozenset()
    if before and previous is not None:
        rows = previous.table("documents", ["document_id", "content_sha256"])
        winners = dict(zip(*(column.to_pylist() for column in rows.columns), strict=True))
        older = _older_captures(previous, by_url)
    todo: list[Work] = []
    losers: list[tuple[Work, Outcome]] = []
    remembered: list[Outcome] = []
    for found in by_url.values():
        work = Work(tuple(found))
        outcome = before.get((work.newest.url, work.newest.content_sha256))
        if outcome is None or any((c.url, c.captured_at) not in older for c in found[1:]):
            todo.append(work)
        elif outcome.document_id and winners.get(outcome.document_id) != outcome.read_sha256:
            losers.append((work, outcome))
        else:
            remembered.append(outcome)
    carried = {o.document_id for o in remembered if o.document_id}
    for work, outcome in losers:  # a loser counts again when the capture that won is gone or changed
        if outcome.document_id in carried:
            remembered.append(outcome)
        else:
            todo.append(work)
    finished, todo = _finished(todo, settings)
    batches = tuple(batched(todo, settings.workers, settings.batch_bytes))
    return Plan(batches, frozenset(carried), tuple(remembered), mark, finished)


def _finished(todo: Sequence[Work], settings: Settings) -> tuple[tuple[StagedBatch, ...], list[Work]]:
    """The staged batches whose documents are all wanted, and what is left to read."""
    if settings.force:
        return (), list(todo)
    left = {key_of(work): work for work in todo}
    taken = []
    for found in staged(settings) if left else ():
        if found.works <= left.keys():
            taken.append(found)
            left = {key: work for key, work in left.items() if key not in found.works}
    return tuple(taken), list(left.values())


def _outcomes(previous: PreviousRelease | None, mark: str) -> dict[tuple[str, str], Outcome]:
    run = previous.run() if previous is not None else {}
    if run.get("fingerprint") != mark:
        return {}
    told = (Outcome(*outcome) for outcome in run["outcomes"])
    same_rules = run.get("checks") == checks_fingerprint()  # what other rules left out may keep to these
    return {(o.url, o.content_sha256): o for o in told if same_rules or not o.left_out}


def _older_captures(
    previous: PreviousRelease, by_url: Mapping[str, Sequence[Capture]]
) -> frozenset[tuple[str, datetime]]:
    """Address and time of the captures that the previous release knew, of addresses with several."""
    several = pa.array(sorted(url for url, captures in by_url.items() if len(captures) > 1), pa.string())
    if not len(several):
        return frozenset()
    rows = previous.table("captures", ["url", "captured_at"])
    rows = rows.filter(pc.is_in(rows["url"], value_set=several))
    return frozenset(zip(rows["url"].to_pylist(), rows["captured_at"].to_pylist(), strict=True))


def cost(work: Work) -> int:
    """Estimate the work of reading an address, as the size in bytes of an HTML page that takes as long."""
    price = BASE_COST * len(work.captures)
    for c in work.captures:
        is_pdf = (c.raw_path or "").endswith(".pdf") or c.media_type == "application/pdf"
        price += c.size_bytes * (PDF_BYTE if is_pdf else 1)
    return price


def batched(work: Iterable[Work], workers: int, batch_bytes: int) -> Iterator[tuple[Work, ...]]:
    """Expensive documents first, then the others by address. A batch costs at most `batch_bytes`, unless it is one
    expensive document; later batches are smaller, so that no process waits long for the last. The same work gives the
    same batches. What becomes of a document does not depend on its batch."""
    costly_from = batch_bytes // MIN_BATCH_FRACTION

    def place(costly: tuple[int, Work]) -> tuple[int, str]:
        return (-costly[0] if costly[0] > costly_from else 0), costly[1].newest.url

    waiting = sorted(((cost(w), w) for w in work), key=place)
    left = sum(price for price, _ in waiting)
    processes = max(1, min(workers, left // MIN_PARALLEL_BYTES))
    batch: list[Work] = []
    room = filled = 0
    for price, item in waiting:
        if batch and (filled + price > room or len(batch) == MAX_BATCH):
            yield tuple(batch)
            batch = []
        if not batch:
            filled, room = 0, batch_bytes
            if processes > 1:
                room = min(room, max(left // (SHARES * processes), room // MIN_BATCH_FRACTION))
        batch.append(item)
        filled += price
        left -= price
    if batch:
        yield tuple(batch)
