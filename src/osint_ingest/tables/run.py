"""Tables about runs: history, link checks, changes, issues."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any, get_args

import pyarrow as pa

from osint_ingest.model import Severity
from osint_ingest.tables.dictionary import column, table

SEVERITIES = get_args(Severity)
STAGES = ("discover", "fetch", "read", "extract", "release")


@table("history", key=("document_id", "field", "first_captured_at"), history=True)
class HistoryRow:
    """How the field values of a page moved from capture to capture."""

    document_id: Annotated[str, column("The page")]
    field: Annotated[str, column("The field, as in ogp_commitment_values.field")]
    first_captured_at: Annotated[datetime, column("First capture with this value", unit="UTC")]
    value: Annotated[str | None, column("The value as printed; several values joined by ' | '")]
    last_captured_at: Annotated[datetime, column("Last capture with this value", unit="UTC")]


@table("link_checks", key=("url", "checked_at"), history=True)
class LinkCheckRow:
    """What the URLs of the documents answered when they were asked."""

    url: Annotated[str, column("The URL, as in links.url")]
    checked_at: Annotated[datetime, column("When it was asked", unit="UTC")]
    http_status: Annotated[int | None, column("HTTP status; null when nothing answered")] = None
    final_url: Annotated[str | None, column("The address after redirects")] = None
    error: Annotated[str | None, column("Why nothing answered")] = None
    first_failed_at: Annotated[datetime | None, column("Since when it fails", unit="UTC")] = None
    archived_url: Annotated[str | None, column("A kept copy elsewhere")] = None


@table("archived_copies", key=("url", "archived_url"), history=True)
class ArchivedCopyRow:
    """Copies of cited URLs that web archives have, next to the dates of the documents that cite them."""

    url: Annotated[str, column("The URL, as in citations.url")]
    archived_at: Annotated[datetime, column("When the copy was taken", unit="UTC")]
    archived_url: Annotated[str, column("Where it is; a path in raw/ where it is kept here")]
    found_by: Annotated[
        str,
        column(
            "An archive's TimeMap, its availability service, saved there at our request, or kept here as WARC",
            vocabulary=("timemap", "availability", "saved", "kept"),
        ),
    ]
    looked_up_at: Annotated[datetime, column("When the archive was asked", unit="UTC")]


@table("changes", key=("table_name", "row_key", "column_name"), history=True)
class ChangeRow:
    """What was added, removed or modified since the previous release, in the tables of records."""

    table_name: Annotated[str, column("The table")]
    row_key: Annotated[str, column("The row's key, its columns joined by ' | '")]
    column_name: Annotated[str, column("The column; empty for a whole row")]
    change: Annotated[str, column("What happened", vocabulary=("added", "removed", "modified"))]
    before: Annotated[str | None, column("The value before")]
    after: Annotated[str | None, column("The value now")]


@table("issues", key=("issue_id",), history=True)
class IssueRow:
    """What went wrong or needs a look, where, and what to do."""

    issue_id: Annotated[str, column("Hash of stage, code, place and message: the same issue keeps its id")]
    severity: Annotated[
        str, column("`error`: something is missing; `warning`: look at it", vocabulary=SEVERITIES)
    ]
    stage: Annotated[str, column("The step that noticed it", vocabulary=STAGES)]
    code: Annotated[str, column("Short code, as `no_text`, `inconsistent`, `partial`, `orphan_marker`")]
    document_id: Annotated[str | None, column("The document, where one could be told")]
    url: Annotated[str | None, column("The address or file")]
    message: Annotated[str, column("What was found, and where")]
    hint: Annotated[str | None, column("What to do")]


OBSERVATIONS = pa.schema(
    [
        pa.field("document_id", pa.string(), nullable=False),
        pa.field("field", pa.string(), nullable=False),
        pa.field("captured_at", pa.timestamp("us", tz="UTC"), nullable=False),
        pa.field("value", pa.string()),
    ]
)
"""What a capture of a page said: one row for each field."""

BETWEEN_VALUES = " | "


def observed(rows: Iterable[Any], captured_at: datetime) -> pa.Table:
    """Observations from the record rows of one capture: those of tables with `field` and `value` columns.

    Several values of a field are one observation, joined by BETWEEN_VALUES in their order.
    """
    values: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for row in rows:
        if hasattr(row, "field") and hasattr(row, "value"):
            values[row.document_id, row.field] += [row.value] if row.value is not None else []
    said = [
        {"document_id": d, "field": f, "captured_at": captured_at, "value": BETWEEN_VALUES.join(v) or None}
        for (d, f), v in values.items()
    ]
    return pa.Table.from_pylist(said, schema=OBSERVATIONS)
