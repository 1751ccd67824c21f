"""A look at one release: its tables, rows, SQL over it, the way back from a row."""

from __future__ import annotations

from typing import Annotated

import typer

import osint_ingest
from osint_ingest.cli.options import AsJson, Curated, ReleaseName
from osint_ingest.cli.output import print_rows
from osint_ingest.model import RefusedRun


def tables(release: ReleaseName = "latest", curated: Curated = "curated", as_json: AsJson = False) -> None:
    """The tables of a release and how many rows each has.

    Example: osint-ingest tables
    """
    counts = osint_ingest.tables(release, curated)
    print_rows([{"table": name, "rows": rows} for name, rows in counts.items()], as_json)


def show(
    table: str,
    limit: Annotated[int, typer.Option(help="Rows to show.")] = 20,
    release: ReleaseName = "latest",
    curated: Curated = "curated",
    as_json: AsJson = False,
) -> None:
    """The first rows of a table.

    Example: osint-ingest show links --limit 5
    """
    found = osint_ingest.release(release, curated).table(table)
    print_rows(found.slice(0, limit).to_pylist(), as_json, found.column_names)


def query(
    sql: str, release: ReleaseName = "latest", curated: Curated = "curated", as_json: AsJson = False
) -> None:
    """SQL (DuckDB) over a release; every table is a view.

    Example: osint-ingest query "select host, count(*) from links group by 1 order by 2 desc"
    """
    import duckdb

    try:
        found = osint_ingest.connect(release, curated).sql(sql)
    except duckdb.Error as error:
        raise RefusedRun(f"the query failed: {error}") from error
    if found is not None:
        rows = found.to_arrow_table()
        print_rows(rows.to_pylist(), as_json, rows.column_names)


def trace(
    row_id: str, release: ReleaseName = "latest", curated: Curated = "curated", as_json: AsJson = False
) -> None:
    """The way back from a row to its page, boxes and bytes.

    Example: osint-ingest trace 'osor:ARG:2021#r13'
    """
    from osint_ingest.trace import trace as steps

    found = steps(osint_ingest.release(release, curated), row_id)
    print_rows([{"table": s.table, "row": s.row_id, "what it says": s.text} for s in found], as_json)
