"""The lists of the page (`listed.toml` and the sources' `report.toml`), each as one squeezed chunk of columns."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import duckdb

from osint_ingest.report.reading import squeezed
from osint_ingest.sources import all_sources

MOST_ROWS = 20_000
"""Rows of one table that the page holds; Parquet has them all."""
KINDS = frozenset({"text", "number", "date", "url", "choice", "document", "place", "entity"})


@dataclass(frozen=True, slots=True)
class Listed:
    """A table of the page. `columns` are (label, kind) pairs, in the order of the SQL's columns."""

    name: str
    title: str
    about: str
    sql: str
    columns: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Filled:
    """A table with rows: how many are in the page, how many there are, and the chunk."""

    listed: Listed
    shown: int
    total: int
    data: bytes


@cache
def listed_tables() -> tuple[Listed, ...]:
    """The lists of any release, with those of each source between the first and the `last` of them.

    ValueError for a kind of column that the page cannot show.
    """
    own = tomllib.loads(files(__package__).joinpath("listed.toml").read_text(encoding="utf-8"))["tables"]
    of_sources = [
        table for source in all_sources() for table in source.config.data("report.toml").get("tables", ())
    ]
    first, last = ([table for table in own if table.get("last", False) is wanted] for wanted in (False, True))
    return tuple(_listed(table) for table in (*first, *of_sources, *last))


def _listed(table: dict[str, Any]) -> Listed:
    columns = tuple((c["label"], c["kind"]) for c in table["columns"])
    if unknown := {kind for _, kind in columns} - KINDS:
        raise ValueError(
            f"list {table['name']!r} of the report: unknown kinds of column {sorted(unknown)}; known: {sorted(KINDS)}"
        )
    return Listed(table["name"], table["title"], table["about"], table["sql"], columns)


def fill(db: duckdb.DuckDBPyConnection, table: Listed) -> Filled:
    """The rows of a table, column by column: what is alike stands together and shrinks well.

    A list cannot leave memory, so the rows are found first and then each column is listed alone.
    """
    names = [f"c{number}" for number in range(len(table.columns))]
    db.execute(
        f"create temp table filled as select * from ({table.sql} limit {MOST_ROWS}) as t({', '.join(names)})"
    )
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


def whereabouts(db: duckdb.DuckDBPyConnection) -> bytes:
    """For each entity in the order of its table: the numbers of the documents that name it."""
    ((told,),) = db.execute(
        f"""
        with top as (select entity_id, mention_count from entities order by mention_count desc, entity_id
                     limit {MOST_ROWS}),
        found as (select entity_id, list(distinct n order by n) as numbers
                  from mentions join top using (entity_id) join doc using (document_id) group by entity_id)
        select coalesce(cast(to_json(list(coalesce(numbers, [])
            order by mention_count desc, entity_id)) as varchar), '[]')
        from top left join found using (entity_id)
        """
    ).fetchall()
    return squeezed(told)
