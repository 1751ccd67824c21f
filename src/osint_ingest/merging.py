"""What was read and what is carried over, together: one set of rows for each document."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import pyarrow as pa

from osint_ingest.model import Finding
from osint_ingest.planning import Plan, documents_of_failed
from osint_ingest.process import Batch, Outcome, superseded
from osint_ingest.release.assemble import assemble, document_tables, rows_of_documents
from osint_ingest.release.folder import Release
from osint_ingest.tables.flatten import issue_row
from osint_ingest.tables.run import IssueRow


def merge(
    plan: Plan, batches: Sequence[Batch], outcomes: Sequence[Outcome], previous: Release | None
) -> tuple[dict[str, pa.Table], list[IssueRow]]:
    """Document tables of the new release, and the `issues` rows that putting them together raises.

    Where two batches hold captures of one document, the newest wins. A document whose newest capture
    failed keeps the rows that it had in the last release, and is named.
    """
    newest: dict[str, tuple[tuple[datetime, str], int, str]] = {}
    for number, batch in enumerate(batches):
        for document, captured_at, sha, url in _documents(batch):
            entry = ((captured_at, sha), number, url)
            newest[document] = max(newest.get(document, entry), entry)
    issues: list[IssueRow] = []
    dropped: list[set[str]] = [set() for _ in batches]
    for number, batch in enumerate(batches):
        for document, captured_at, sha, url in _documents(batch):
            if newest[document][1] != number:
                dropped[number].add(document)
                issues.append(superseded(document, captured_at, sha, url, newest[document][2]))
    stale = {d: url for d, url in documents_of_failed(previous, outcomes).items() if d not in newest}
    for document, url in sorted(stale.items()):
        finding = Finding(
            "warning",
            "release",
            "carried_over",
            f"{document}: its newest capture could not be read; its rows are those of the last release",
            "see the issue of the failed capture",
        )
        issues.append(issue_row(finding, document_id=document, url=url))
    carried = _carried(previous, (plan.carried | set(stale)) - set(newest))
    return assemble([b.tables for b in batches], dropped, carried), issues


def _carried(previous: Release | None, documents: set[str] | frozenset[str]) -> dict[str, pa.Table]:
    if previous is None or not documents:
        return {}
    return {
        table.name: rows_of_documents(table, previous.table(table.name), documents)
        for table in document_tables()
        if (previous.path / f"{table.name}.parquet").exists()
    }


def _documents(batch: Batch) -> Iterable[tuple[str, datetime, str, str]]:
    rows = batch.tables.get("documents")
    if rows is None:
        return []
    columns = (rows[c].to_pylist() for c in ("document_id", "captured_at", "content_sha256", "url"))
    return zip(*columns, strict=True)
