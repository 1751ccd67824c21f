"""Checks the rows of one document against the data contract, so that a document that breaks it is left out alone.

The rules are those of `check` and `places`, which check a whole release. Only here: do the rows belong to the
document, and do their ids have the right form?
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from osint_ingest.read.breach import Breach, lost, misplaced, nulls, repeated, strange
from osint_ingest.tables import Table, declared_tables
from osint_ingest.tables.contract import BOXED, PAGED, RANGES, Range, document_tables, owner, owner_column

Tables = Mapping[str, pa.Table]
_LETTERS = {"passages": "p", "footnotes": "n", "footnote_refs": "r", "links": "l", "mentions": "m"}
_ORDINAL = re.compile(r"[1-9][0-9]{0,8}")
_NONE = pa.array([], pa.string())


def document_breaches(document_id: str, tables: Tables) -> Iterator[Breach]:
    """Yield a breach for each rule that the rows of a document break.

    `tables` are its rows by table name, in the declared schemas; a missing table has no rows.
    """
    by_name = {table.name: table for table in document_tables()}
    ids = {name: tables[name][t.key[0]].combine_chunks() for name, t in by_name.items() if name in tables}
    for name, rows in tables.items():
        table = by_name.get(name)
        for code, said in (
            *_nulls(declared_tables()[name], rows),
            *_strange(declared_tables()[name], rows),
            *(_of_others(document_id, table, rows) if table else ()),
            *_numbered(document_id, name, rows),
            *(_repeated(table, rows) if table else ()),
            *(_lost(table, rows, ids) if table else ()),
        ):
            yield Breach(code, said, document_id)
    for code, said in _misplaced(tables):
        yield Breach(code, said, document_id)


def _nulls(table: Table, rows: pa.Table) -> Iterator[tuple[str, str]]:
    for c in table.columns:
        if not c.nullable and (count := rows[c.name].null_count):
            yield "null", nulls(table.name, c.name, count)


def _strange(table: Table, rows: pa.Table) -> Iterator[tuple[str, str]]:
    for c in table.columns:
        if c.described.vocabulary:
            found = set(pc.unique(rows[c.name]).to_pylist()) - {None, *c.described.vocabulary}
            if found:
                yield "vocabulary", strange(table.name, c.name, found)


def _of_others(document_id: str, table: Table, rows: pa.Table) -> Iterator[tuple[str, str]]:
    others = set(pc.unique(owner(table, rows)).to_pylist()) - {document_id, None}
    if others:
        yield "owner", f"{table.name}.{owner_column(table)}: rows of {sorted(others)[:5]} among its own"


def _numbered(document_id: str, name: str, rows: pa.Table) -> Iterator[tuple[str, str]]:
    """Ids are `<document_id>#<letter><ordinal>`: much that shows rows counts on it."""
    if name in _LETTERS:
        column, start = declared_tables()[name].key[0], f"{document_id}#{_LETTERS[name]}"
        wrong = [
            found
            for found in rows[column].to_pylist()
            if found is not None and not (found.startswith(start) and _ORDINAL.fullmatch(found, len(start)))
        ]
        if wrong:
            yield "id", f"{name}.{column}: {len(wrong)} are not {start}<number>, as {min(wrong)!r}"


def _repeated(table: Table, rows: pa.Table) -> Iterator[tuple[str, str]]:
    # not grouped by Arrow: it starts threads for that, which takes longer than the rows of a page
    count = len(rows) - len(set(zip(*_columns(rows, *table.key), strict=True)))
    if count:
        yield "key", repeated(table.name, table.key, count)


def _lost(table: Table, rows: pa.Table, ids: Mapping[str, pa.Array]) -> Iterator[tuple[str, str]]:
    for c in table.columns:
        target = declared_tables().get(c.described.references or "")
        if target is None or c.name == "document_id" or rows[c.name].null_count == len(rows):
            continue  # `_of_others` sees to whose rows they are
        named = pc.drop_null(pc.unique(rows[c.name]))
        missed = named.filter(pc.invert(pc.is_in(named, value_set=ids.get(target.name, _NONE)))).to_pylist()
        if missed:
            yield "foreign_key", lost(table.name, c.name, target.name, len(missed), min(missed))


def _misplaced(tables: Tables) -> Iterator[tuple[str, str]]:
    passages = tables.get("passages")
    texts = dict(zip(*_columns(passages, "passage_id", "text"), strict=True)) if passages is not None else {}
    documents = tables.get("documents")
    pages = documents["page_count"][0].as_py() if documents is not None and len(documents) else None
    rules: list[tuple[str, str, tuple[str, ...], Callable[..., bool]]] = [
        *(("offset", r.table, _columns_of(r), _outside(texts)) for r in RANGES),
        *(("box", name, ("x0", "top", "x1", "bottom"), _no_box) for name in BOXED),
        *(
            ("page", name, ("page",), lambda _, page: page < 1 or (pages is not None and page > pages))
            for name in PAGED
        ),
    ]
    for code, name, columns, wrong in rules:
        if name not in tables:
            continue
        rows = zip(*_columns(tables[name], "passage_id", *columns), strict=True)
        found = [row[0] or "" for row in rows if row[1] is not None and wrong(*row)]
        if found:
            yield code, misplaced(name, code, len(found), min(found))


def _columns(rows: pa.Table, *names: str) -> list[list[object]]:
    return [rows[name].to_pylist() for name in names]


def _columns_of(r: Range) -> tuple[str, ...]:
    return (r.start, r.end) if r.text is None else (r.start, r.end, r.text)


def _outside(texts: Mapping[object, object]) -> Callable[..., bool]:
    def outside(passage_id: str | None, start: int, end: int | None, said: str | None = None) -> bool:
        text = texts.get(passage_id)
        if not isinstance(text, str) or end is None:
            return False
        return not 0 <= start <= end <= len(text) or (said is not None and text[start:end] != said)

    return outside


def _no_box(_: str, x0: float, top: float | None, x1: float | None, bottom: float | None) -> bool:
    if top is None or x1 is None or bottom is None:
        return False
    return not (x0 <= x1 and top <= bottom and math.isfinite(x0 + x1 + top + bottom))
