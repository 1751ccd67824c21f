"""What was read and what is carried over, together: one set of rows for each document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import pyarrow as pa

from osint_ingest.model import Capture
from osint_ingest.planning import Plan
from osint_ingest.process import Batch, age, superseded
from osint_ingest.release.assemble import assemble, conform, document_tables, rows_of_documents
from osint_ingest.release.folder import Release
from osint_ingest.tables.run import IssueRow


def merge(
    plan: Plan, batches: Sequence[Batch], captures: Iterable[Capture], previous: Release | None
) -> tuple[dict[str, pa.Table], list[IssueRow]]:
    """Document tables of the new release, and the `issues` rows that putting them together raises.

    Where two batches, or a batch and the last release, hold captures of one document, the newest wins.
    """
    by_bytes = {(c.captured_at, c.content_sha256): c for c in captures}
    carried = _carried(previous, plan.carried)
    entries: dict[str, list[tuple[tuple[datetime, str], int, Capture]]] = {}
    for number, tables in enumerate((*(b.tables for b in batches), carried)):
        for document, captured in _documents(tables):
            capture = by_bytes[captured]
            entries.setdefault(document, []).append((age(capture), number, capture))
    issues: list[IssueRow] = []
    dropped: list[set[str]] = [set() for _ in range(len(batches) + 1)]
    for document, found in entries.items():
        *losers, winner = sorted(found, key=lambda entry: entry[:2])
        for _, number, capture in losers:
            dropped[number].add(document)
            issues.append(superseded(document, capture, winner[2].url))
    return assemble([*(b.tables for b in batches), carried], dropped), issues


def _carried(previous: Release | None, documents: frozenset[str]) -> dict[str, pa.Table]:
    if previous is None or not documents:
        return {}
    return {
        table.name: rows_of_documents(table, conform(table, previous.table(table.name)), documents)
        for table in document_tables()
        if previous.has(table.name)
    }


def _documents(tables: Mapping[str, pa.Table]) -> Iterable[tuple[str, tuple[datetime, str]]]:
    """Each document and the capture behind it."""
    rows = tables.get("documents")
    if rows is None:
        return []
    captured = zip(rows["captured_at"].to_pylist(), rows["content_sha256"].to_pylist(), strict=True)
    return zip(rows["document_id"].to_pylist(), captured, strict=True)
