"""Checks that every row leads to its place: offsets into their text, boxes and pages into their document."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from osint_ingest.model import Finding
from osint_ingest.release.fresh import Fresh
from osint_ingest.tables import declared_tables

NEEDED = ("documents", "passages", "spans", "links", "mentions", "footnote_refs")

_SAID = "substr(p.text, t.{start} + 1, t.{end} - t.{start})"
_OUTSIDE = "t.{start} < 0 or t.{end} < t.{start} or t.{end} > length(p.text)"
_NO_BOX = "not (t.x0 <= t.x1 and t.top <= t.bottom and isfinite(t.x0 + t.x1 + t.top + t.bottom))"
_NO_PAGE = "t.page < 1 or t.page > d.page_count"

RULES = (
    ("offset", "links", _SAID.format(start="char_start", end="char_end") + " <> t.anchor_text"),
    ("offset", "mentions", _SAID.format(start="char_start", end="char_end") + " <> t.text"),
    ("offset", "footnote_refs", _SAID.format(start="anchor_start", end="anchor_end") + " <> t.anchor_text"),
    ("offset", "footnote_refs", _OUTSIDE.format(start="char_offset", end="char_offset")),
    ("offset", "spans", _OUTSIDE.format(start="char_start", end="char_end")),
    ("box", "spans", _NO_BOX),
    ("box", "footnote_refs", f"t.x0 is not null and {_NO_BOX}"),
    ("page", "passages", _NO_PAGE),
    ("page", "spans", _NO_PAGE),
    ("page", "footnote_refs", _NO_PAGE),
    ("page", "links", _NO_PAGE),
)
"""Code, table and what is wrong with a row `t` of it, in passage `p` of document `d`; what is null is not judged."""


def place_findings(db: duckdb.DuckDBPyConnection, fresh: Fresh) -> Iterator[Finding]:
    """A finding for each rule that `fresh` rows break; each holds the release back. Offsets count code points.

    `db` has the tables as views; each table is gone through once.
    """
    for table in dict.fromkeys(table for _, table, _ in RULES):
        rules = [(code, wrong) for code, of, wrong in RULES if of == table]
        judged = ", ".join(
            f"count(*) filter (where {wrong}), min(t.passage_id) filter (where {wrong})" for _, wrong in rules
        )
        columns = "*" if any("p.text" in wrong for _, wrong in rules) else "passage_id, document_id"
        texts = f"(select {columns} from {fresh.rows(declared_tables()['passages'])})"
        found = db.execute(
            f"select {judged} from {fresh.rows(declared_tables()[table])} t join {texts} p using (passage_id) "
            f"join documents d on d.document_id = p.document_id"
        ).fetchall()[0]
        for (code, _), count, example in zip(rules, found[::2], found[1::2], strict=True):
            if count:
                said = f"{table}: {count} rows whose {code} does not lead to their place, as in {example}"
                yield Finding("error", "release", code, said, "a defect of osint-ingest: report it")
