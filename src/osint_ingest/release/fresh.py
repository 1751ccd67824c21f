"""What checks must look at: rows of documents that did not come over from a release which passed them.

Such rows refer to rows of their own document only, so those that came over with their document stand as they stood.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from osint_ingest.tables import Table
from osint_ingest.tables.contract import document_tables, owner_column


def add_carried(db: duckdb.DuckDBPyConnection, carried: Collection[str]) -> None:
    """Tells a connection, as `carried`, the documents whose rows came over from the release before."""
    db.register("carried", pa.table({"document_id": pa.array(sorted(carried), pa.string())}))


@dataclass(frozen=True, slots=True)
class Fresh:
    """The documents whose rows are new: all but `carried`."""

    carried: Collection[str] = ()

    def add(self, db: duckdb.DuckDBPyConnection) -> None:
        """Makes them known to a connection that has the tables as views."""
        if self.carried:
            add_carried(db, self.carried)
            db.execute(
                "create temp table fresh as select document_id from documents anti join carried using (document_id)"
            )

    @property
    def some(self) -> str:
        """Their ids, as a query in SQL."""
        return "select document_id from fresh" if self.carried else "select document_id from documents"

    def rows(self, table: Table) -> str:
        """The rows of a table that are to be looked at, as SQL has them after `from`: all, where it is not of
        documents."""
        if not self.carried or table not in document_tables():
            return table.name
        owner = owner_column(table)
        wanted = "from fresh"
        if owner == "passage_id":
            wanted = f"select passage_id from passages where document_id in ({wanted})"
        return f"(select * from {table.name} where {owner} in ({wanted}))"

    def referring(self, table: Table, target: Table) -> tuple[str, str]:
        """The same of a table and one that it refers to. What is not of documents is made anew with each release."""
        if table in document_tables() and target in document_tables():
            return self.rows(table), self.rows(target)
        return table.name, target.name


ALL = Fresh()
