"""What the page lists (`listed.toml` and the sources' `report.toml`), each list one squeezed chunk of columns, and what
its first view tells: counts, what changed, what needs attention, whom to name."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Any

import duckdb

from osint_ingest.release.changes import counted
from osint_ingest.release.folder import Release
from osint_ingest.report.reading import squeezed
from osint_ingest.sources import all_sources

MOST_ROWS = 20_000  # rows of one table that the page holds; Parquet has them all
MOST_OF_ONE = 500  # documents, names, roles or sites of one entity that it holds
KINDS = frozenset({"text", "number", "date", "url", "choice", "document", "place", "entity"})


@dataclass(frozen=True, slots=True)
class Listed:
    """A table of the page. `columns` are (label, kind) pairs, in the order of the SQL's columns."""

    name: str
    title: str
    about: str
    sql: str
    columns: tuple[tuple[str, str], ...]
    group: int | None = None  # the number of the column whose values are counted above the rows


@dataclass(frozen=True, slots=True)
class Filled:
    listed: Listed
    shown: int
    total: int
    data: bytes


@cache
def listed_tables() -> tuple[Listed, ...]:
    """The lists of any release, with those of each source between the first and the `last` of them. ValueError for a
    kind of column that the page cannot show."""
    own = tomllib.loads(files(__package__).joinpath("listed.toml").read_text(encoding="utf-8"))["tables"]
    declared = (source.config.data("report.toml") for source in all_sources())
    of_sources = [table for data in declared for table in data.get("tables", ())]
    first, last = ([table for table in own if table.get("last", False) is wanted] for wanted in (False, True))
    return tuple(_listed(table) for table in (*first, *of_sources, *last))


def _listed(table: dict[str, Any]) -> Listed:
    columns = tuple((c["label"], c["kind"]) for c in table["columns"])
    if unknown := {kind for _, kind in columns} - KINDS:
        message = f"unknown kinds of column {sorted(unknown)}; known: {sorted(KINDS)}"
        raise ValueError(f"list {table['name']!r} of the report: {message}")
    group = [label for label, _ in columns].index(table["group"]) if "group" in table else None
    return Listed(table["name"], table["title"], table["about"], table["sql"], columns, group)


def fill(db: duckdb.DuckDBPyConnection, table: Listed) -> Filled:
    """The rows of a table, column by column: what is alike stands together and shrinks well. A list cannot leave
    memory, so the rows are found first and then each column is listed alone."""
    names = [f"c{number}" for number in range(len(table.columns))]
    rows = f"({table.sql} limit {MOST_ROWS}) as t({', '.join(names)})"
    db.execute(f"create temp table filled as select * from {rows}")
    ((shown,),) = db.execute("select count(*) from filled").fetchall()
    columns: list[str] = []
    for name in names:
        listed = f"select coalesce(cast(to_json(list({name})) as varchar), '[]') from filled"
        columns += db.execute(listed).fetchall()[0]
    db.execute("drop table filled")
    total = shown
    if shown == MOST_ROWS:
        ((total,),) = db.execute(f"select count(*) from ({table.sql})").fetchall()
    return Filled(table, shown, total, squeezed(f'{{"rows":{shown},"columns":[{",".join(columns)}]}}'))


def entity_lists(db: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, bytes]]:
    """Yield the further facts of each entity as (name, chunk): a list for each entity, in the order of their table.
    `where`: the numbers of the documents that name it; `names`: [kind, name]; `roles`: [role, document, passage];
    `sites`: [URL on the host of its homepage, document, its first passage that cites it]."""
    roles = [sql for source in all_sources() for sql in source.config.data("report.toml").get("roles", ())]
    of_sources = " union all ".join(f"({sql})" for sql in roles)
    asked = {
        "where": "select distinct entity_id, to_json(n) as told from mentions join doc using (document_id)",
        "names": "select entity_id, json_array(kind, name) as told from entity_names",
        "roles": f"select entity_id, json_array(role, n, {PASSAGE}) as told"
        f" from ({of_sources}) join doc using (document_id)",
        "sites": _SITES,
    }
    db.execute(_RANKED)
    for name, sql in asked.items():
        ((told,),) = db.execute(_OF_ENTITIES.format(sql=sql)).fetchall()
        yield name, squeezed(told)


PASSAGE = "cast(substr(passage_id, length(document_id) + 3) as integer)"
_RANKED = f"""
    create temp view ranked as select entity_id, place from weighed where place <= {MOST_ROWS}
"""
_OF_ENTITIES = f"""
    with found as (
        select place, list(told order by length(told), told)[:{MOST_OF_ONE}] as listed
        from (select distinct place, cast(told as varchar) as told from ({{sql}}) join ranked using (entity_id))
        group by place
    )
    select '[' || coalesce(string_agg('[' || coalesce(array_to_string(listed, ','), '') || ']', ',' order by place), '')
        || ']'
    from ranked left join found using (place)
"""
_SITES = f"""
    with evidence as (
        select b.entity_id, b.url, r.document_id, r.passage_id
        from entity_links b join footnote_refs r using (ref_id)
        union
        select s.entity_id, s.url, l.document_id, l.passage_id from entity_sites s join links l using (link_id)
    )
    select v.entity_id, json_array(v.url, n, min({PASSAGE})) as told
    from evidence v join entities e using (entity_id) join doc using (document_id)
    where split_part(v.url, '/', 3) = split_part(e.homepage, '/', 3) group by v.entity_id, v.url, n
"""


MOST_PLACES = 3  # places that a title names


def overview(db: duckdb.DuckDBPyConnection, release: Release) -> dict[str, Any]:
    """Return what the template shows of a release, from its views (see `build.opened`) and its `run.json`."""
    run = release.run()
    made = datetime.fromisoformat(run["made_at"]).astimezone(UTC)
    documents = dict(db.execute("select source, count(*) from doc group by all").fetchall())
    return {
        "title": _title(db),
        "release": release.name,
        "made": f"{made.day} {made:%B %Y, %H:%M} UTC",
        "version": run.get("version", ""),
        "previous": run.get("previous"),
        "counts": _counts(db),
        "changes": counted(db),
        "issues": db.sql(_ISSUES).to_arrow_table().to_pylist(),
        "named": [
            {name: getattr(c, name) for name in ("publisher", "licence", "licence_url")}
            | {"documents": documents[c.name]}
            for c in (source.config for source in all_sources())
            if c.name in documents
        ],
    }


def _counts(db: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Figures with what each counts, a word on it, and the list that has the rows."""
    (row,) = db.execute(_COUNTS).fetchall()
    documents, pdfs, places, refs, tied, cited, evidence, urls, hosts, names, mentions, issues, errors = row
    share = f"{tied / refs:.0%} lead to their note" if refs else "no notes in these documents"
    figures = (
        ("documents", documents, f"{pdfs:,} of them PDFs", "documents"),
        ("countries and cities", places, "that the documents are about", "documents"),
        ("references", refs, share, "documents"),
        ("sources", cited, f"{evidence:,} of them evidence", "citations"),
        ("addresses", urls, f"on {hosts:,} hosts", "links"),
        ("names", names, f"in {mentions:,} places of the text", "entities"),
        ("issues", issues, f"{errors:,} of them errors", "issues"),
    )
    return [dict(zip(("label", "value", "remark", "table"), figure, strict=True)) for figure in figures]


def _title(db: duckdb.DuckDBPyConnection) -> str:
    (row,) = db.execute("select min(year), max(year), list(distinct source) from doc").fetchall()
    first, last, present = row
    known = (s.config for s in all_sources())
    published = [c.publisher for c in known if c.licence_url and c.name in (present or ())]
    # a body that publishes two sources is named once
    names = [name for name in published if not any(name != other and name in other for other in published)]
    places = db.execute("select place from doc where place is not null group by 1 order by count(*) desc, 1")
    about = [place for (place,) in places.fetchall()]
    if len(about) > MOST_PLACES + 1:
        about[MOST_PLACES:] = [f"{len(about) - MOST_PLACES} more"]
    years = [] if first is None else [str(first) if first == last else f"{first} to {last}"]
    return ": ".join(filter(None, (" and ".join(names) or "Documents", "; ".join([*about, *years]))))


_COUNTS = """
    select (select count(*) from doc), (select count(*) from doc where page_count is not null),
        (select count(distinct place) from doc),
        (select count(*) from footnote_refs), (select count(*) from footnote_refs where footnote_id is not null),
        (select count(*) from sources), (select count(*) from sources where role = 'evidence'),
        (select count(distinct url) from citations), (select count(distinct host) from citations),
        (select count(*) from entities), (select count(*) from mentions),
        (select count(*) from issues), (select count(*) from issues where severity = 'error')
"""
_ISSUES = """
    select severity, code, count(*) as count, arg_min(message, issue_id) as message, arg_min(hint, issue_id) as hint
    from issues group by severity, code
    order by case severity when 'error' then 0 when 'warning' then 1 else 2 end, count desc, code
"""
