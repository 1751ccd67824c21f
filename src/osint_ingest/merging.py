"""What was read and what is carried over, together: one set of rows for each document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from osint_ingest.model import Capture
from osint_ingest.planning import Plan
from osint_ingest.process import age, superseded
from osint_ingest.release.assemble import Source, assembled, conform, in_order, without_documents
from osint_ingest.release.files import TableFiles
from osint_ingest.release.kept_entities import KeptEntities, kept_entities
from osint_ingest.spool import Opened
from osint_ingest.tables import Table, declared_tables
from osint_ingest.tables.run import IssueRow

TOLD = ("document_id", "captured_at", "content_sha256")
KEPT_TO = 100_000
"""Rows of documents that were read again, up to which it is looked whether their entities stay: they are held whole."""


class Merged:
    """The documents of a new release: those that were read, and those carried over.

    Where two batches, or a batch and the last release, hold captures of one document, the newest wins; `issues`
    are the rows that name the others. `carried` are the documents whose rows come from the last release.
    """

    def __init__(
        self,
        plan: Plan,
        batches: Sequence[Opened],
        captures: Iterable[Capture],
        previous: TableFiles | None,
    ) -> None:
        self._batches = batches
        self._previous = previous if plan.carried else None
        self.carried = set(plan.carried)
        self._dropped: list[set[str]] = [set() for _ in batches]
        self.issues: list[IssueRow] = []
        self._settle({(c.captured_at, c.content_sha256): c for c in captures})
        self._gone = self._not_carried()

    def rows(self, table: Table, scratch: Path) -> Iterator[pa.Table]:
        """A table of documents, in parts (see `assembled`)."""
        return assembled(table, self._new(table), self._carried_rows(table), scratch)

    def kept_entities(self, scratch: Path) -> KeptEntities | None:
        """The entities of the last release, where they are those of this one (see `kept_entities`). None where it has
        other documents, and where so much was read that to look costs more than it saves."""
        rows = sum(stream.rows for batch in self._batches for stream in batch.batch.streams.values())
        if self._previous is None or rows > KEPT_TO:
            return None

        def new(name: str) -> pa.Table:
            table = declared_tables()[name]
            return in_order(table, self._new(table))

        again = new("documents")["document_id"].to_pylist()
        return kept_entities(again, new, self._previous, scratch) if again == self._gone else None

    def _new(self, table: Table) -> list[Source]:
        return [
            Source(stream.size, _reader(batch, table.name), frozenset(dropped))
            for batch, dropped in zip(self._batches, self._dropped, strict=True)
            if (stream := batch.batch.streams.get(table.name)) is not None
        ]

    def _carried_rows(self, table: Table) -> Iterator[pa.Table]:
        if self._previous is None or not self._previous.has(table.name):
            return
        for part in self._previous.parts(table.name):
            yield without_documents(table, conform(table, part), self._gone)

    def _not_carried(self) -> list[str]:
        """Documents of the last release whose rows are not taken from there, sorted."""
        if self._previous is None:
            return []
        return sorted(
            set(self._previous.table("documents", TOLD[:1])["document_id"].to_pylist()) - self.carried
        )

    def _settle(self, by_bytes: dict[tuple[datetime, str], Capture]) -> None:
        """Finds who wins each document that there is more than once."""
        carried = len(self._batches)
        found: dict[str, tuple[int, tuple[datetime, str]]] = {}
        again: dict[str, list[tuple[int, tuple[datetime, str]]]] = {}
        for number, rows in self._documents():
            for document, *captured in zip(*(rows[name].to_pylist() for name in TOLD), strict=True):
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
            rows = batch.table("documents", TOLD)
            if rows is not None:
                yield number, rows
        if self._previous is not None:
            rows = self._previous.table("documents", TOLD)
            known = pa.array(sorted(self.carried), pa.string())
            yield len(self._batches), rows.filter(pa.compute.is_in(rows["document_id"], value_set=known))


def _reader(batch: Opened, name: str):  # type: ignore[no-untyped-def]
    return lambda columns: batch.table(name, columns)
