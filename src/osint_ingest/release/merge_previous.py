"""Merges new rows with those of the previous release: one set of rows for each document."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from osint_ingest.model import Capture, Finding
from osint_ingest.read.documents import Outcome, age, superseded
from osint_ingest.read.plan import Plan
from osint_ingest.read.staging import OpenedBatch
from osint_ingest.release import draft
from osint_ingest.release.draft import write_scratch
from osint_ingest.release.files import TableFiles
from osint_ingest.release.sql import open_tables, query_batches, quoted
from osint_ingest.tables import Table, declared_tables
from osint_ingest.tables.contract import owner, owner_sql
from osint_ingest.tables.flatten import issue_row
from osint_ingest.tables.run import IssueRow

VERSION_COLUMNS = ("document_id", "captured_at", "content_sha256")


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Documents whose rows break the data contract, with the reasons: for rows that were `read` and for rows that were
    `carried` over."""

    read: Mapping[str, Finding] = field(default_factory=dict)
    carried: Mapping[str, Finding] = field(default_factory=dict)


NONE_LEFT_OUT = LeftOut()


class Merged:
    """The documents of a new release: those that were read, and those carried over. Where two batches, or a batch and
    the last release, hold captures of one document, the newest wins; `issues` are the rows that name the others. A
    document that is left out has its rows of the previous release, where there are any. `carried` are the documents
    whose rows come from there, `back` those of them that are left out. `outcomes` are what became of each address."""

    def __init__(
        self,
        plan: Plan,
        batches: Sequence[OpenedBatch],
        captures: Iterable[Capture],
        previous: TableFiles | None,
        left_out: LeftOut,
    ) -> None:
        self._plan = plan
        self._batches = batches
        self.carried = set(plan.carried) - left_out.carried.keys()
        self._dropped: list[set[str]] = [set() for _ in batches]
        self.issues: list[IssueRow] = []
        self.outcomes: list[Outcome] = []
        self.back: set[str] = set()
        self._lost = len(left_out.carried)
        self._leave_out(left_out, previous)
        self._previous = previous if self.carried else None
        self._settle({(c.captured_at, c.content_sha256): c for c in captures})
        self._gone: list[str] = []
        """Documents of the last release whose rows are not taken from there, sorted."""
        if self._previous is not None:
            known = self._previous.table("documents", VERSION_COLUMNS[:1])["document_id"].to_pylist()
            self._gone = sorted(set(known) - self.carried)

    @property
    def failed(self) -> int:
        return sum(o.failed for o in self.outcomes) + self._lost

    @property
    def dropped(self) -> Sequence[frozenset[str]]:
        """For each batch, the documents whose rows are not used."""
        return [frozenset(documents) for documents in self._dropped]

    def rows(self, table: Table, scratch: Path) -> Iterator[pa.Table]:
        """A table of documents, in parts (see `assembled`)."""
        new = (
            without_documents(table, rows, dropped)
            for batch, dropped in zip(self._batches, self._dropped, strict=True)
            if (rows := batch.table(table.name)) is not None
        )
        before = self._previous.declared_parts(table) if self._previous else ()
        carried = (without_documents(table, part, self._gone) for part in before)
        return assembled(table, new, carried, scratch)

    def _leave_out(self, left_out: LeftOut, previous: TableFiles | None) -> None:
        """Replaces documents that are left out by their previous rows, and records the outcome of each address."""
        for o in self._plan.remembered:
            if o.document_id is not None and o.document_id in left_out.carried:
                finding = left_out.carried[o.document_id]
                self.issues.append(issue_row(finding, document_id=o.document_id, url=o.url))
            else:
                self.outcomes.append(o)
        there = {o.document_id for o in self.outcomes}
        waiting: list[Outcome] = []
        for number, batch in enumerate(self._batches):
            for o in batch.batch.outcomes:
                if o.document_id is not None and o.document_id in left_out.read:
                    self._dropped[number].add(o.document_id)
                    finding = left_out.read[o.document_id]
                    self.issues.append(issue_row(finding, document_id=o.document_id, url=o.url))
                    waiting.append(Outcome(o.url, o.content_sha256, True, left_out=o.document_id))
                elif o.left_out:
                    waiting.append(o)
                else:
                    there.add(o.document_id)
                    self.outcomes.append(o)
        wanted = {o.left_out for o in waiting if o.left_out} - there - left_out.carried.keys()
        before: dict[str, tuple[datetime, str]] = {}
        if previous and wanted:
            known = previous.table("documents", VERSION_COLUMNS)
            rows = known.filter(
                pc.is_in(known["document_id"], value_set=pa.array(sorted(wanted), pa.string()))
            )
            ids, *captured = (rows[name].to_pylist() for name in VERSION_COLUMNS)
            before = dict(zip(ids, zip(*captured, strict=True), strict=True))
        self.outcomes += [self._from_before(o, before) for o in waiting]

    def _from_before(self, outcome: Outcome, before: Mapping[str, tuple[datetime, str]]) -> Outcome:
        """What becomes of an address whose document is left out: it has its rows `before`, if there are any."""
        document_id = outcome.left_out
        if document_id is None or document_id not in before:
            return outcome
        captured_at, sha256 = before[document_id]
        self.carried.add(document_id)
        self.back.add(document_id)
        message = (
            f"{document_id}: its rows are those of the previous release, captured on {captured_at:%Y-%m-%d}"
        )
        hint = "The issue `inconsistent` says why it was left out."
        finding = Finding("warning", "read", "carried_over", message, hint)
        self.issues.append(issue_row(finding, document_id=document_id, url=outcome.url))
        return replace(outcome, document_id=document_id, read_sha256=sha256)

    def _settle(self, by_bytes: dict[tuple[datetime, str], Capture]) -> None:
        """Finds who wins each document that there is more than once."""
        carried = len(self._batches)
        found: dict[str, tuple[int, tuple[datetime, str]]] = {}
        again: dict[str, list[tuple[int, tuple[datetime, str]]]] = {}
        for number, rows in self._documents():
            for document, *captured in zip(
                *(rows[name].to_pylist() for name in VERSION_COLUMNS), strict=True
            ):
                entry = (number, (captured[0], captured[1]))
                if document in found:
                    again.setdefault(document, [found[document]]).append(entry)
                else:
                    found[document] = entry
        for document, entries in again.items():
            *losers, winner = sorted(entries, key=lambda e: (age(by_bytes[e[1]]), e[0]))
            for number, captured_as in losers:
                (self.carried.discard if number == carried else self._dropped[number].add)(document)
                self.issues.append(superseded(document, by_bytes[captured_as], by_bytes[winner[1]].url))

    def _documents(self) -> Iterator[tuple[int, pa.Table]]:
        """The documents of each batch by its number, and last those carried over."""
        for number, batch in enumerate(self._batches):
            rows = batch.table("documents", VERSION_COLUMNS)
            if rows is not None:
                yield number, without_documents(declared_tables()["documents"], rows, self._dropped[number])
        if self._previous is not None:
            rows = self._previous.table("documents", VERSION_COLUMNS)
            known = pa.array(sorted(self.carried), pa.string())
            yield len(self._batches), rows.filter(pc.is_in(rows["document_id"], value_set=known))


def without_documents(table: Table, rows: pa.Table, gone: Collection[str]) -> pa.Table:
    if not gone:
        return rows
    return rows.filter(pc.invert(pc.is_in(owner(table, rows), value_set=pa.array(sorted(gone), pa.string()))))


def assembled(
    table: Table, new: Iterable[pa.Table], carried: Iterable[pa.Table], scratch: Path
) -> Iterator[pa.Table]:
    """Yield all rows of a table in the order of document ids. The rows of one document keep their order. `carried`
    rows are in order already: without new rows they are returned as they are, and few new rows are put among them
    where they belong. Many are sorted with them on disk."""
    # what must have a value may lack it still: the draft says whose rows do
    loose = pa.schema([field.with_nullable(True) for field in table.schema])
    found = (rows.cast(loose) for rows in new if len(rows))
    few: list[pa.Table] = []
    for rows in found:
        few.append(rows)
        if sum(part.nbytes for part in few) > draft.GROUP_BYTES:
            every = chain(few, found, (c.cast(loose) for c in carried))
            ordered = _sorted_on_disk(table, loose, every, scratch)
            break
    else:
        ordered = _merged(table, pa.concat_tables(few), carried) if few else iter(carried)
    for part in ordered:
        yield pa.Table.from_arrays(part.columns, schema=table.schema)


def _merged(table: Table, new: pa.Table, carried: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Yield `carried` rows in their order, with `new` ones among them."""

    def in_order(rows: pa.Table) -> pa.Table:
        return rows.take(pc.sort_indices(owner(table, rows)))  # which keeps the order of equal ones

    new = in_order(new)
    for part in carried:
        if upto := len(part) and pc.sum(pc.less_equal(owner(table, new), owner(table, part)[-1])).as_py():
            part = in_order(pa.concat_tables([new.slice(0, upto), part.cast(new.schema)]))  # noqa: PLW2901
            new = new.slice(upto)
        yield part
    yield new


def _sorted_on_disk(
    table: Table, schema: pa.Schema, rows: Iterable[pa.Table], scratch: Path
) -> Iterator[pa.Table]:
    path = scratch / f"{table.name}.unordered.parquet"
    write_scratch(path, schema, rows)
    with open_tables(TableFiles(scratch), scratch, ()) as db:
        there = f"read_parquet({quoted(path)}, file_row_number=true) t"
        ordered = f"select * from {there} order by {owner_sql(table)}, file_row_number"
        yield from query_batches(db, ordered, schema)
    path.unlink()
