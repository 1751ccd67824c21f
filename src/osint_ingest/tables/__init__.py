"""The data contract: every table and column, once. Sources add their own in `sources/<name>/tables.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from osint_ingest.tables.dictionary import Column, Table, column, declared_tables, table, table_of

__all__ = ["Column", "Table", "column", "declared_tables", "table", "table_of"]


def __getattr__(name: str) -> Any:
    """The dictionary, once it is asked for: to import the package must not load Arrow."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from osint_ingest.tables import dictionary, documents, entities, run  # noqa: F401

    return getattr(dictionary, name)
