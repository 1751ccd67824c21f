"""Checks before a release is published: the data contract, the sources' assertions, and what was lost since the last
release (tables that shrink, columns that fall empty). Finds all problems at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from osint_ingest.model import Finding
from osint_ingest.read.breach import Breach, held, unknown_values
from osint_ingest.release.changes import moved_records
from osint_ingest.release.draft import GROUP
from osint_ingest.release.files import TableFiles
from osint_ingest.release.sql import open_both, open_tables, quoted
from osint_ingest.sources.base import Assertion
from osint_ingest.tables import Table, declared_tables
from osint_ingest.tables.contract import BOXED, PAGED, RANGES, Range, document_tables, owner_sql

NEEDED = ("documents", "passages", "spans", "links", "mentions", "footnote_refs")
_NO_BOX = "t.x0 is not null and not (t.x0 <= t.x1 and t.top <= t.bottom and isfinite(t.x0 + t.x1 + t.top + t.bottom))"
_NO_PAGE = "t.page < 1 or t.page > d.page_count"


def _outside(r: Range) -> str:
    outside = f"t.{r.start} < 0 or t.{r.end} < t.{r.start} or t.{r.end} > length(p.text)"
    other = f" or substr(p.text, t.{r.start} + 1, t.{r.end} - t.{r.start}) <> t.{r.text}"
    return outside + (other if r.text else "")


_RULES = (
    *(("offset", r.table, _outside(r)) for r in RANGES),
    *(("box", table, _NO_BOX) for table in BOXED),
    *(("page", table, _NO_PAGE) for table in PAGED),
)
"""Code, table and what is wrong with a row `t` of it, in passage `p` of document `d`."""


def contract_breaches(
    tables: TableFiles,
    scratch: Path | None = None,
    carried: Collection[str] = (),
    fresh: Collection[str] | None = None,
) -> Iterator[Breach]:
    """Yield a breach for each rule that is broken and each document that breaks it: schema, keys, vocabularies, foreign
    keys, offsets, boxes, pages. Of two documents with the same key, one that is `carried` over from the last release
    keeps it. If that release was checked by the same rules, only the rows of `fresh` documents are checked, wherever
    other documents cannot matter. No document is at fault for a table that is missing or not as declared, nor for rows
    of tables that are made from all documents or by the run."""
    sound = []
    for name, table in declared_tables().items():
        if not tables.has(name):
            yield Breach("missing_table", f"{name}: the table is missing")
        elif not tables.schema(name).equals(table.schema):
            yield Breach("schema", f"{name}: the schema differs from the declared one")
        else:
            sound.append(table)
    names = {table.name for table in sound}
    rows = {name: tables.rows(name) for name in names}
    filled = [table for table in sound if rows[table.name]]
    small = {
        t.name: tables.table(t.name, _checked(t)) if rows[t.name] else t.schema.empty_table()
        for t in sound
        if rows[t.name] <= GROUP
    }
    asked = [table for table in filled if not _holds(table, small)]
    needed = {*NEEDED, *(table for _, table, _ in _RULES), *(table.name for table in asked)}
    needed.update(c.described.references for t in asked for c in t.columns if c.described.references)
    with open_tables(tables, scratch, needed & names) as db:
        db.register("carried", pa.table({"document_id": pa.array(sorted(carried), pa.string())}))
        for table in asked:
            yield from _vocabulary(db, table, _asked(table, fresh))
            yield from _keys(db, table)
            yield from _references(db, table, names, _asked(table, fresh))
        if set(NEEDED) <= names:
            yield from _misplaced_rows(db, {table.name: _asked(table, fresh) for table in filled})


def _checked(table: Table) -> list[str]:
    """The columns that keys, vocabularies and references are checked by."""
    return [
        c.name
        for c in table.columns
        if c.described.key or c.described.vocabulary or c.described.references is not None
    ]


def _holds(table: Table, small: Mapping[str, pa.Table]) -> bool:
    """Does a table keep to its key, vocabularies and references? Told without a query, where it and the tables that it
    refers to are `small`: most releases of a few documents have nothing but such tables, and a query takes longer than
    all of this. False: perhaps not."""
    if table.name not in small:
        return False
    rows = small[table.name]
    if len(rows.group_by([*table.key]).aggregate([])) < len(rows):
        return False
    for c in table.columns:
        allowed = []
        if c.described.vocabulary:
            allowed.append(pa.array(c.described.vocabulary))
        if c.described.references is not None:
            if c.described.references not in small:
                return False
            allowed.append(small[c.described.references][declared_tables()[c.described.references].key[0]])
        values = rows[c.name].drop_null() if allowed else ()
        if not all(pc.all(pc.is_in(values, value_set=known), min_count=0).as_py() for known in allowed):
            return False
    return True


def _asked(table: Table, fresh: Collection[str] | None) -> str:
    """The SQL condition for rows `t` of a table that belong to these documents; None: to any."""
    if fresh is None or "document_id" not in table.schema.names:
        return "true"
    return f"t.document_id in ({', '.join(map(quoted, sorted(fresh))) or 'null'})"


def null_breaches(left_out: Mapping[tuple[str, str, str | None], int]) -> Iterator[Breach]:
    """Yield a breach for rows without a value in a required column: how many, by table, column and document."""
    for (table, column, document_id), count in left_out.items():
        message = f"{table}.{column}: {count} missing values in a required column"
        yield Breach("null", message, document_id)


def _vocabulary(db: duckdb.DuckDBPyConnection, table: Table, asked: str) -> Iterator[Breach]:
    for c in table.columns:
        if not c.described.vocabulary:
            continue
        wrong: dict[str | None, set[str]] = {}
        for document_id, value in db.execute(
            f'select distinct {owner_sql(table)} as d, t."{c.name}" as v from {table.name} t '
            f"where v not in (select unnest($1)) and {asked} order by all",
            [list(c.described.vocabulary)],
        ).fetchall():
            wrong.setdefault(document_id, set()).add(value)
        for document_id, values in wrong.items():
            hint = "docs/tables.md lists the values."
            yield Breach("vocabulary", unknown_values(table.name, c.name, values), document_id, hint)


def _keys(db: duckdb.DuckDBPyConnection, table: Table) -> Iterator[Breach]:
    key = ", ".join(f'"{name}"' for name in table.key)
    said_twice = f"select {key} from {table.name} group by {key} having count(*) > 1"
    if not db.execute(f"select count(*) from ({said_twice})").fetchall()[0][0]:
        return
    hint = "Two documents or records share an id."
    message = f"{table.name}: {{}} rows repeat the key {', '.join(table.key)}"
    if table not in document_tables():
        ((count,),) = db.execute(f"select count(*) - count(distinct ({key})) from {table.name}").fetchall()
        yield Breach("key", message.format(count), None, hint)
        return
    # whose rows were there first keeps them: those of the last release, then those of the earlier capture
    first = "d.document_id not in (from carried), d.captured_at, d.content_sha256, d.document_id"
    found = db.execute(
        f"""with again as ({said_twice}), numbered as (
            select {owner_sql(table)} as owner, row_number() over (partition by {key} order by {first}) as n
            from {table.name} t semi join again using ({key})
            left join (select distinct on (document_id) * from documents) d on d.document_id = {owner_sql(table)})
        select owner, count(*) from numbered where n > 1 group by owner order by owner"""
    ).fetchall()
    for document_id, count in found:
        yield Breach("key", message.format(count), document_id, hint)


def _references(
    db: duckdb.DuckDBPyConnection, table: Table, sound: Collection[str], asked: str
) -> Iterator[Breach]:
    for c in table.columns:
        if c.described.references not in sound:
            continue
        target = declared_tables()[str(c.described.references)]
        # what is made over all documents is at fault itself where it lacks something
        owner = owner_sql(table) if target in document_tables() else "null::varchar"
        inside = target in document_tables() and target.name != "documents"
        found = db.execute(
            f'select {owner} as d, count(distinct t."{c.name}"), min(t."{c.name}") from {table.name} t '
            f'anti join {target.name} o on o."{target.key[0]}" = t."{c.name}" where t."{c.name}" is not null '
            f"and {asked if inside else 'true'} group by d order by d"
        ).fetchall()
        for document_id, count, example in found:
            message = f"{table.name}.{c.name}: {count} ids are not in {target.name}, such as {example!r}"
            yield Breach("foreign_key", message, document_id)


def _misplaced_rows(db: duckdb.DuckDBPyConnection, filled: Mapping[str, str]) -> Iterator[Breach]:
    """Of the rows that are asked, by table, those that do not lead to their place: offsets into their text, boxes and
    pages into their document. Each table is gone through once, and once more where a rule is broken."""
    joined = "join passages p using (passage_id) join documents d on d.document_id = p.document_id"
    for table in dict.fromkeys(table for _, table, _ in _RULES if table in filled):
        rules = [(code, wrong) for code, of, wrong in _RULES if of == table]
        rows = f"{table} t {joined} where {filled[table]}"
        judged = ", ".join(f"count(*) filter (where {wrong})" for _, wrong in rules)
        counts = db.execute(f"select {judged} from {rows}").fetchall()[0]
        for (code, wrong), count in zip(rules, counts, strict=True):
            told = f"from {rows} and ({wrong}) group by all order by all"
            by_document = f"select d.document_id, count(*), min(t.passage_id) {told}"
            for document_id, its, example in db.execute(by_document).fetchall() if count else ():
                message = (
                    f"{table}: the {code} of {its} rows does not point at their place, such as {example}"
                )
                yield Breach(code, message, document_id)


def assertion_findings(
    db: duckdb.DuckDBPyConnection, assertions: Sequence[tuple[str, Assertion]]
) -> Iterator[Finding]:
    """Yield a finding for each assertion of a source that does not hold. `db` has the tables. Under `min` is an error,
    which holds the release back; over `max` is a warning."""
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
            message = f"{what} is {found:g}, expected at least {a.min:g}"
            yield held("assertion", message, "Check whether the site or a reader has changed.")
        if a.max is not None and found > a.max:
            message = f"{what} is {found:g}, expected at most {a.max:g}"
            hint = "Check whether this bound is out of date."
            yield Finding("warning", "release", "assertion", message, hint)


MIN_ROWS = 20  # a smaller table may shrink by any share: a few documents make it
MIN_LOST = 3  # so many rows have to lose their value in a column before it counts as fallen empty


def drift_findings(
    tables: TableFiles,
    previous: TableFiles | None,
    max_shrink: float,
    accepted: str | None,
    scratch: Path | None = None,
) -> Iterator[Finding]:
    """A table that lost more than `max_shrink` of its rows, and a column that lost more than that share of the
    values in rows that are still there. `accepted` says why that is right: then they are only warnings."""
    if previous is None:
        return
    lost = []
    for name, before in previous.counts().items():
        declared = declared_tables().get(name)
        if declared is None or declared.history or not tables.has(name) or before < MIN_ROWS:
            continue
        if 1 - (now := tables.rows(name)) / before > max_shrink:
            lost.append(("shrink", f"{name} shrinks from {before} to {now} rows"))
    for code, message in (*lost, *_emptied(tables, previous, max_shrink, scratch)):
        if accepted:
            yield Finding("warning", "release", "shrink_accepted", f"{message}; accepted: {accepted}", None)
        else:
            hint = 'Check whether the site or a reader has changed. If it is right: --accept-shrink "why"'
            yield held(code, message, hint)


def _emptied(
    tables: TableFiles, previous: TableFiles, most: float, scratch: Path | None
) -> Iterator[tuple[str, str]]:
    moved = moved_records(previous, tables)
    with open_both(previous, tables, moved, scratch) as db:
        for name, table in moved.items():
            known = previous.schema(name).names
            watched = [c.name for c in table.columns if c.nullable and c.name in known]
            watched = [name for name in watched if name not in table.key]
            if not watched:
                continue
            # in how many rows that are still there it was filled, and in how many of these it is empty; whether there
            # is a value, not the value: that can be a long text
            keys = ", ".join(f'"{k}"' for k in table.key)
            empty = "".join(f', "{c}" is null as "{c}"' for c in watched)
            old, new = (f"(select {keys}{empty} from {which}_{name})" for which in ("old", "new"))
            counts = ", ".join(
                f'count(*) filter (where not o."{c}"), count(*) filter (where not o."{c}" and n."{c}")'
                for c in watched
            )
            found = db.execute(f"select {counts} from {old} o join {new} n using ({keys})").fetchall()
            for column, before, lost in zip(watched, found[0][::2], found[0][1::2], strict=True):
                if lost >= MIN_LOST and lost / before > most:
                    yield "emptied", f"{name}.{column}: {lost} of {before} rows lost their value"
