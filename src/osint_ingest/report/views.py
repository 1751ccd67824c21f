"""A release as views of DuckDB, read from its files as they are asked for: nothing is held whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory

import duckdb
import pyarrow.dataset as ds

from osint_ingest.release.folder import Release
from osint_ingest.sources import all_sources
from osint_ingest.tables import Table, declared_tables

MEMORY = "160MB"
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
        for table in declared_tables().values():
            _add_view(db, release, table)
        db.execute(_DOC)
        yield db


def _add_view(db: duckdb.DuckDBPyConnection, release: Release, table: Table) -> None:
    if not release.has(table.name):
        db.register(table.name, table.schema.empty_table())
        return
    path, files = release.file_of(table.name)
    rows = ds.dataset(path, format="parquet", filesystem=files)
    missing = [c for c in table.columns if c.name not in rows.schema.names]
    nulls = "".join(
        f", cast(null as {_TYPES.get(str(c.arrow.type), 'timestamptz')}) as {c.name}" for c in missing
    )
    if "file" in (files.protocol if isinstance(files.protocol, tuple) else (files.protocol,)):
        told = f"read_parquet('{_quoted(path)}')"
    else:
        told = f"{table.name}_file"
        db.register(told, rows)
    db.execute(f"create view {table.name} as select *{nulls} from {told}")


def _quoted(text: str) -> str:
    return text.replace("'", "''")


_DOC = """
    create temp table doc as
    select row_number() over (order by document_id) - 1 as n, document_id, source, kind, content_sha256,
        fingerprint, url as address, captured_at, page_count, coalesce(year, year(published)) as year,
        coalesce(jurisdiction, country_code) as place,
        case when kind = 'osor_country_report' and jurisdiction is not null
            then concat_ws(' ', jurisdiction, year) || ': ' || coalesce(title, 'country report')
            else coalesce(nullif(trim(title), ''), document_id) end as shown
    from documents
    order by document_id
"""
