"""Every row leads to its place: offsets into their text, boxes and pages into their document. The rules, and whether
the rows of a release keep them."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from osint_ingest.read.breach import Breach, misplaced
from osint_ingest.tables.contract import BOXED, PAGED, RANGES, Range

NEEDED = ("documents", "passages", "spans", "links", "mentions", "footnote_refs")


_NO_BOX = "t.x0 is not null and not (t.x0 <= t.x1 and t.top <= t.bottom and isfinite(t.x0 + t.x1 + t.top + t.bottom))"
_NO_PAGE = "t.page < 1 or t.page > d.page_count"


def _outside(r: Range) -> str:
    outside = f"t.{r.start} < 0 or t.{r.end} < t.{r.start} or t.{r.end} > length(p.text)"
    if r.text is None:
        return outside
    return f"{outside} or substr(p.text, t.{r.start} + 1, t.{r.end} - t.{r.start}) <> t.{r.text}"


_RULES = (
    *(("offset", r.table, _outside(r)) for r in RANGES),
    *(("box", table, _NO_BOX) for table in BOXED),
    *(("page", table, _NO_PAGE) for table in PAGED),
)
"""Code, table and what is wrong with a row `t` of it, in passage `p` of document `d`."""


def misplaced_rows(db: duckdb.DuckDBPyConnection) -> Iterator[Breach]:
    """Yield a breach for each broken rule and each document. `db` has the tables as views.

    Each table is scanned once, and once more if a rule is broken.
    """
    for table in dict.fromkeys(table for _, table, _ in _RULES):
        rules = [(code, wrong) for code, of, wrong in _RULES if of == table]
        rows = (
            f"{table} t join passages p using (passage_id) join documents d on d.document_id = p.document_id"
        )
        judged = ", ".join(f"count(*) filter (where {wrong})" for _, wrong in rules)
        counts = db.execute(f"select {judged} from {rows}").fetchall()[0]
        for (code, wrong), count in zip(rules, counts, strict=True):
            if count:
                yield from _by_document(db, table, code, f"{rows} where {wrong}")


def _by_document(db: duckdb.DuckDBPyConnection, table: str, code: str, wrong: str) -> Iterator[Breach]:
    found = db.execute(
        f"select d.document_id, count(*), min(t.passage_id) from {wrong} group by all order by all"
    ).fetchall()
    for document_id, count, example in found:
        yield Breach(code, misplaced(table, code, count, example), document_id)
