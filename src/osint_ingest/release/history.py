"""How a page's field values moved from capture to capture."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import duckdb
import pyarrow as pa

from osint_ingest.tables import declared_tables

OBSERVATIONS = pa.schema(
    [
        pa.field("document_id", pa.string(), nullable=False),
        pa.field("field", pa.string(), nullable=False),
        pa.field("captured_at", pa.timestamp("us", tz="UTC"), nullable=False),
        pa.field("value", pa.string()),
    ]
)
"""What a capture of a page said: one row a field."""

BETWEEN_VALUES = " | "

_ISLANDS = """
    select document_id, field, min(captured_at) as first_captured_at, value, max(captured_at) as last_captured_at
    from (
        select *,
            row_number() over (partition by document_id, field order by captured_at, value)
            - row_number() over (partition by document_id, field, value order by captured_at) as island
        from (select distinct * from observations)
    )
    group by document_id, field, value, island
    order by document_id, field, first_captured_at
"""


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


def history_of(observations: Iterator[pa.Table] | Iterable[pa.Table], carried: pa.Table) -> pa.Table:
    """Rows of `history`: for each field the stretches of captures that agree, and the rows carried over."""
    with duckdb.connect() as db:
        db.register("observations", pa.concat_tables([OBSERVATIONS.empty_table(), *observations]))
        found = db.sql(_ISLANDS).to_arrow_table()
    both = pa.concat_tables([carried, found.cast(declared_tables()["history"].schema)])
    return both.sort_by([(name, "ascending") for name in ("document_id", "field", "first_captured_at")])
