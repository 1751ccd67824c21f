"""What a page said at each capture; `timeline` tells from it how values moved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import pyarrow as pa

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
