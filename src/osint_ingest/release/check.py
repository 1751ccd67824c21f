"""Checks before the switch: the contract, the sources' assertions. All findings at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from osint_ingest.model import Finding
from osint_ingest.release.places import place_findings
from osint_ingest.tables import Table, declared_tables
from osint_ingest.tables.assertion import Assertion


def held(code: str, message: str, hint: str) -> Finding:
    """A finding that holds the release back."""
    return Finding("error", "release", code, message, hint)


def contract_findings(tables: Mapping[str, pa.Table]) -> Iterator[Finding]:
    """Schema, keys, nulls, vocabularies, foreign keys, offsets, boxes, pages. Each finding holds the release back."""
    sound = {}
    for name, table in declared_tables().items():
        rows = tables.get(name)
        if rows is None:
            yield held(
                "missing_table", f"{name}: the table is missing", "a defect of osint-ingest: report it"
            )
        elif not rows.schema.equals(table.schema):
            yield held(
                "schema", f"{name}: the schema is not the declared one", "a defect of osint-ingest: report it"
            )
        else:
            sound[name] = rows
    for name, rows in sound.items():
        table = declared_tables()[name]
        yield from _column_findings(table, rows)
        yield from _key_findings(table, rows)
        yield from _reference_findings(table, rows, sound)
    yield from place_findings(sound)


def _column_findings(table: Table, rows: pa.Table) -> Iterator[Finding]:
    for c in table.columns:
        values = rows[c.name]
        if not c.nullable and values.null_count:
            yield held(
                "null", f"{table.name}.{c.name}: {values.null_count} nulls where none may be", "see `issues`"
            )
        if c.described.vocabulary:
            allowed = pa.array(c.described.vocabulary)
            strange = (
                values.filter(pc.invert(pc.is_in(values, value_set=allowed))).drop_null().unique().to_pylist()
            )
            if strange:
                yield held(
                    "vocabulary",
                    f"{table.name}.{c.name}: {strange[:5]} not in the vocabulary",
                    "see the dictionary",
                )


def _key_findings(table: Table, rows: pa.Table) -> Iterator[Finding]:
    distinct = len(rows.select(list(table.key)).group_by(list(table.key)).aggregate([]))
    if distinct != len(rows):
        yield held(
            "key",
            f"{table.name}: {len(rows) - distinct} rows repeat the key {', '.join(table.key)}",
            "two documents or records share an id; `issues` may name them",
        )


def _reference_findings(table: Table, rows: pa.Table, tables: Mapping[str, pa.Table]) -> Iterator[Finding]:
    for c in table.columns:
        if not c.described.references or c.described.references not in tables:
            continue
        target = declared_tables()[c.described.references]
        known = tables[target.name][target.key[0]].combine_chunks()
        values = rows[c.name].drop_null()
        lost = values.filter(pc.invert(pc.is_in(values, value_set=known))).unique().to_pylist()
        if lost:
            yield held(
                "foreign_key",
                f"{table.name}.{c.name}: {len(lost)} ids are not in {target.name}, as {lost[0]!r}",
                "a defect of osint-ingest: report it",
            )


def assertion_findings(
    tables: Mapping[str, pa.Table], assertions: Sequence[tuple[str, Assertion]]
) -> Iterator[Finding]:
    """What the sources assert: under `min` is an error (held back), over `max` a warning."""
    for source, a in assertions:
        rows = tables[a.table]
        if a.where:
            name, _, wanted = a.where.partition("=")
            rows = rows.filter(pc.equal(rows[name], wanted))
        if len(rows) < a.from_rows:
            continue
        if a.measure == "rows":
            found: float = len(rows)
        elif a.measure == "distinct":
            found = len(rows[a.column].drop_null().unique())
        else:
            filled = rows[a.column]
            found = 1 - filled.null_count / len(rows) if len(rows) else 1.0
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
