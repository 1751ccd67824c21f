"""A release as views of DuckDB, read from its files as they are asked for: nothing is held whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from osint_ingest.release.files import TableFiles
from osint_ingest.release.folder import Release
from osint_ingest.sources import all_sources
from osint_ingest.tables import Column, Table, declared_tables

MEMORY = "96MB"
"""What DuckDB may hold at a time; more goes to a temporary folder."""
_TYPES = {
    "string": "varchar",
    "int64": "bigint",
    "double": "double",
    "bool": "boolean",
    "date32[day]": "date",
}


@contextmanager
def opened(release: Release) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with a view for every declared table; what the release lacks is empty or null.

    Beside them `doc`: the documents numbered from 0 in the order of their ids (`n`), with the year that each is
    of, the place it is about and a name to show (`shown`).
    """
    all_sources()  # declares their tables
    with TemporaryDirectory(prefix="osint-ingest-report-") as folder, duckdb.connect() as db:
        db.execute(f"set memory_limit='{MEMORY}'; set threads=1; set temp_directory='{_quoted(folder)}'")
        files = release.files(Path(folder))
        for table in declared_tables().values():
            _add_view(db, files, table)
        db.execute(_DOC)
        yield db


def _add_view(db: duckdb.DuckDBPyConnection, files: TableFiles, table: Table) -> None:
    if not files.has(table.name):
        db.register(table.name, table.schema.empty_table())
        return
    rows = f"read_parquet('{_quoted(str(files.path(table.name)))}')"
    there = {column[0] for column in db.execute(f"from {rows} limit 0").description or ()}
    nulls = "".join(f", cast(null as {_type(c)}) as {c.name}" for c in table.columns if c.name not in there)
    db.execute(f"create view {table.name} as select *{nulls} from {rows}")


def _type(column: Column) -> str:
    return _TYPES.get(str(column.arrow.type), "timestamptz")


def _quoted(text: str) -> str:
    return text.replace("'", "''")


_DOC = """
    create temp table doc as
    select row_number() over (order by document_id) - 1 as n, document_id, source, kind, content_sha256,
        fingerprint, url as address, captured_at, page_count, coalesce(year, year(published)) as year,
        coalesce(jurisdiction, country_code) as place,
        case when length(whole) > 160 then left(whole, 159) || '…' else whole end as shown
    from (
        select *, case when kind = 'osor_country_report' and jurisdiction is not null
            then concat_ws(' ', jurisdiction, year) || ': ' || coalesce(title, 'country report')
            else coalesce(nullif(trim(title), ''), document_id) end as whole
        from documents
    )
    order by document_id
"""
