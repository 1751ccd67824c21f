"""Tables about runs: history, link checks, changes, issues."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any, get_args

import pyarrow as pa

from osint_ingest.model import Severity
from osint_ingest.tables.dictionary import column, table

SEVERITIES = get_args(Severity)
STAGES = ("discover", "fetch", "read", "extract", "release")


@table("history", "How the field values of a page moved from capture to capture.", history=True)
class HistoryRow:
    document_id: str = column("The page", key=True)
    field: str = column("The field, as in ogp_commitment_values.field", key=True)
    first_captured_at: datetime = column("First capture with this value", unit="UTC", key=True)
    value: str | None = column("The value as printed; several values joined by ' | '")
    last_captured_at: datetime = column("Last capture with this value", unit="UTC")


@table("link_checks", "What the URLs of the documents answered when they were checked.", history=True)
class LinkCheckRow:
    url: str = column("The URL, as in links.url", key=True)
    checked_at: datetime = column("When it was checked", unit="UTC", key=True)
    http_status: int | None = column("HTTP status; null when nothing answered", default=None)
    final_url: str | None = column("The address after redirects", default=None)
    error: str | None = column("Why nothing answered", default=None)
    first_failed_at: datetime | None = column("Since when it fails", unit="UTC", default=None)
    archived_url: str | None = column("A kept copy elsewhere", default=None)


@table(
    "archived_copies",
    "Copies of cited URLs that web archives have, next to the dates of the documents that cite them.",
    history=True,
)
class ArchivedCopyRow:
    url: str = column("The URL, as in citations.url", key=True)
    archived_at: datetime = column("When the copy was taken", unit="UTC")
    archived_url: str = column("Where it is; a path in raw/ where it is kept here", key=True)
    found_by: str = column(
        "An archive's TimeMap, its availability service, saved there at our request, or kept here as WARC",
        vocabulary=("timemap", "availability", "saved", "kept"),
    )
    looked_up_at: datetime = column("When the archive was asked", unit="UTC")


@table(
    "changes",
    "What was added, removed or modified since the previous release, in the tables of records.",
    history=True,
)
class ChangeRow:
    table_name: str = column("The table", key=True)
    row_key: str = column("The row's key, its columns joined by ' | '", key=True)
    column_name: str = column("The column; empty for a whole row", key=True)
    change: str = column("What happened", vocabulary=("added", "removed", "modified"))
    before: str | None = column("The value before")
    after: str | None = column("The value now")
    document_id: str | None = column("The document of the row; null for an entity", default=None)
    title: str | None = column(
        "The document's title, the former one if it is gone, or the entity's name", default=None
    )


@table("issues", "What went wrong or needs a look, where, and what to do.", history=True)
class IssueRow:
    issue_id: str = column("Hash of stage, code, place and message: the same issue keeps its id", key=True)
    severity: str = column("`error`: something is missing; `warning`: look at it", vocabulary=SEVERITIES)
    stage: str = column("The step that noticed it", vocabulary=STAGES)
    code: str = column("Short code, as `no_text`, `inconsistent`, `partial`, `orphan_marker`")
    document_id: str | None = column("The document, if it is known")
    url: str | None = column("The address or file")
    message: str = column("What was found, and where")
    hint: str | None = column("What to do")


OBSERVATIONS = pa.schema([
    pa.field("document_id", pa.string(), nullable=False),
    pa.field("field", pa.string(), nullable=False),
    pa.field("captured_at", pa.timestamp("us", tz="UTC"), nullable=False),
    pa.field("value", pa.string()),
])  # fmt: skip
"""What a capture of a page said: one row for each field."""

BETWEEN_VALUES = " | "


def observed(rows: Iterable[Any], captured_at: datetime) -> pa.Table:
    """Observations from the record rows of one capture: those of tables with `field` and `value` columns. Several
    values of a field are one observation, joined by BETWEEN_VALUES in their order."""
    values: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for row in rows:
        if hasattr(row, "field") and hasattr(row, "value"):
            values[row.document_id, row.field] += [row.value] if row.value is not None else []
    observations = [
        {"document_id": d, "field": f, "captured_at": captured_at, "value": BETWEEN_VALUES.join(v) or None}
        for (d, f), v in values.items()
    ]
    return pa.Table.from_pylist(observations, schema=OBSERVATIONS)
