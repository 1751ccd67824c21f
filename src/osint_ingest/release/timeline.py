"""How a page's field values moved from capture to capture."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pyarrow as pa

from osint_ingest.release.asking import answers
from osint_ingest.tables import declared_tables

_HISTORY = """
    select document_id, field, min(captured_at) as first_captured_at, value, max(captured_at) as last_captured_at
    from (
        select *,
            row_number() over (partition by document_id, field order by captured_at, value)
            - row_number() over (partition by document_id, field, value order by captured_at) as island
        from (select distinct * from observations)
    )
    group by document_id, field, value, island
    union all by name
    select document_id, field, first_captured_at, value, last_captured_at from carried
    order by document_id, field, first_captured_at
"""


def history_of(db: duckdb.DuckDBPyConnection) -> Iterator[pa.Table]:
    """Rows of `history`, in parts: for each field the stretches of captures that agree, and rows carried over.

    The views `observations` (in the schema OBSERVATIONS) and `carried` (in that of `history`) hold them.
    """
    return answers(db, _HISTORY, declared_tables()["history"].schema)
