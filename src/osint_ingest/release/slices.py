"""Two states of a table, a slice at a time: the rows of both sides that SQL holds together stay within its memory."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from osint_ingest.release.asking import quoted
from osint_ingest.release.files import TableFiles
from osint_ingest.tables import Table

GROUPS = 4
"""Row groups of the larger side in a slice."""


def slices(old: TableFiles, new: TableFiles, table: Table, *, fresh_only: bool) -> Iterator[str]:
    """Conditions of SQL that part a table into slices, which hold for both sides.

    `fresh_only`: a single slice without the rows that came over (see `fresh.add_carried`), where these are the same on
    both sides: they are not where the table names entities.
    """
    of_document = "document_id" in table.schema.names
    if fresh_only and of_document and "entity_id" not in table.schema.names:
        yield "document_id not in (from carried)"
        return
    column = "document_id" if of_document else table.key[0]
    larger = max(old, new, key=lambda files: files.rows(table.name))
    cuts = sorted(set(larger.first_of_groups(table.name, column)[GROUPS::GROUPS]))
    for low, high in pairwise([None, *cuts, None]):
        bounds = [f"{column} >= {quoted(low)}"] if low else []
        bounds += [f"{column} < {quoted(high)}"] if high else []
        yield " and ".join(bounds) or "true"
