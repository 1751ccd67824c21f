"""The data contract: every table and column, once. Sources add their own in `sources/<name>/tables.py`."""

from osint_ingest.tables import documents, entities, run
from osint_ingest.tables.dictionary import Column, Table, column, declared_tables, table, table_of

__all__ = [
    "Column",
    "Table",
    "column",
    "declared_tables",
    "documents",
    "entities",
    "run",
    "table",
    "table_of",
]
