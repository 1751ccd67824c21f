"""Checks before the switch: the contract, the sources' assertions. All findings at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

import duckdb

from osint_ingest.model import Finding
from osint_ingest.release.asking import asking
from osint_ingest.release.files import TableFiles
from osint_ingest.release.fresh import ALL, Fresh
from osint_ingest.release.places import NEEDED, place_findings
from osint_ingest.tables import Table, declared_tables
from osint_ingest.tables.assertion import Assertion


def held(code: str, message: str, hint: str) -> Finding:
    """A finding that holds the release back."""
    return Finding("error", "release", code, message, hint)


def contract_findings(
    tables: TableFiles, scratch: Path | None = None, fresh: Fresh = ALL
) -> Iterator[Finding]:
    """Schema, keys, vocabularies, foreign keys, offsets, boxes, pages. Each finding holds the release back.

    Rows of documents are looked at where they are `fresh`.
    """
    sound = []
    for name, table in declared_tables().items():
        if not tables.has(name):
            yield held(
                "missing_table", f"{name}: the table is missing", "a defect of osint-ingest: report it"
            )
        elif not tables.schema(name).equals(table.schema):
            yield held(
                "schema", f"{name}: the schema is not the declared one", "a defect of osint-ingest: report it"
            )
        else:
            sound.append(table)
    names = {table.name for table in sound}
    filled = [table for table in sound if tables.rows(table.name)]
    with asking(tables, scratch) as db:
        fresh.add(db)
        for table in filled:
            if table.name in fresh.same:
                continue
            yield from _vocabulary_findings(db, table, fresh)
            yield from _key_findings(db, table, fresh)
            yield from _reference_findings(db, table, names, fresh)
        if set(NEEDED) <= names:
            yield from place_findings(db, fresh)


def null_findings(left_out: Mapping[tuple[str, str], int]) -> Iterator[Finding]:
    """Rows that a draft could not take, because they have no value in a column that must have one."""
    for (table, column), nulls in left_out.items():
        yield held("null", f"{table}.{column}: {nulls} nulls where none may be", "see `issues`")


def _vocabulary_findings(db: duckdb.DuckDBPyConnection, table: Table, fresh: Fresh) -> Iterator[Finding]:
    for c in table.columns:
        if not c.described.vocabulary:
            continue
        found = db.execute(f'select distinct "{c.name}" from {fresh.rows(table)}').fetchall()
        strange = sorted({value for (value,) in found if value is not None} - set(c.described.vocabulary))
        if strange:
            yield held(
                "vocabulary",
                f"{table.name}.{c.name}: {strange[:5]} not in the vocabulary",
                "see the dictionary",
            )


def _key_findings(db: duckdb.DuckDBPyConnection, table: Table, fresh: Fresh) -> Iterator[Finding]:
    key = ", ".join(f'"{name}"' for name in table.key)
    rows = fresh.rows(table) if table.name != "documents" else table.name
    if rows != table.name:  # the key of a fresh row can be that of one that came over
        rows = f"(select {key} from {table.name} semi join {rows} using ({key}))"
    ((repeated,),) = db.execute(
        f"select coalesce(sum(n - 1), 0) from (select count(*) as n from {rows} group by {key} having count(*) > 1)"
    ).fetchall()
    if repeated:
        yield held(
            "key",
            f"{table.name}: {repeated} rows repeat the key {', '.join(table.key)}",
            "two documents or records share an id; `issues` may name them",
        )


def _reference_findings(
    db: duckdb.DuckDBPyConnection, table: Table, sound: Collection[str], fresh: Fresh
) -> Iterator[Finding]:
    for c in table.columns:
        if c.described.references not in sound:
            continue
        target = declared_tables()[str(c.described.references)]
        rows, known = fresh.referring(table, target)
        ((lost, example),) = db.execute(
            f'select count(distinct t."{c.name}"), min(t."{c.name}") from {rows} t '
            f'anti join {known} o on o."{target.key[0]}" = t."{c.name}" where t."{c.name}" is not null'
        ).fetchall()
        if lost:
            yield held(
                "foreign_key",
                f"{table.name}.{c.name}: {lost} ids are not in {target.name}, as {example!r}",
                "a defect of osint-ingest: report it",
            )


def assertion_findings(
    db: duckdb.DuckDBPyConnection, assertions: Sequence[tuple[str, Assertion]]
) -> Iterator[Finding]:
    """What the sources assert: under `min` is an error (held back), over `max` a warning. `db` has the tables."""
    for source, a in assertions:
        name, _, wanted = (a.where or "").partition("=")
        measure = {
            "rows": "count(*)",
            "distinct": f'count(distinct "{a.column}")',
            "filled": f'case when count(*) = 0 then 1.0 else count("{a.column}") / count(*) end',
        }[a.measure]
        where = f'where "{name}" = $1' if a.where else ""
        ((rows, found),) = db.execute(
            f"select count(*), {measure} from {a.table} {where}", [wanted] if a.where else []
        ).fetchall()
        if rows < a.from_rows:
            continue
        column = f".{a.column}" if a.column else ""
        what = f"{source}: {a.measure} of {a.table}{column}{' where ' + a.where if a.where else ''}"
        if a.min is not None and found < a.min:
            yield held(
                "assertion",
                f"{what} is {found:g}, expected at least {a.min:g}",
                "has the site or a reader changed?",
            )
        if a.max is not None and found > a.max:
            yield Finding(
                "warning",
                "release",
                "assertion",
                f"{what} is {found:g}, expected at most {a.max:g}",
                "is the bound out of date?",
            )
