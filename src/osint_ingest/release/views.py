"""A release as views of DuckDB, read from its files when they are queried: nothing is held whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from osint_ingest.release.files import TableFiles
from osint_ingest.release.folder import Release
from osint_ingest.release.sql import quoted
from osint_ingest.sources import all_sources
from osint_ingest.tables import Table, declared_tables

MEMORY = "96MB"
"""What DuckDB may hold at a time; more goes to a temporary folder."""

SOURCES = """
    create or replace view sources as
    with rows as (
        select document_id, table_row, string_agg(text, ' ' order by ordinal) as row_text
        from passages where table_row is not null group by all
    ),
    told as (
        from citations
        union all by name
        select r.ref_id as citation_id, r.document_id, r.passage_id, 'note' as kind, r.anchor_text as phrase,
            r.anchor_start as phrase_start, r.anchor_end as phrase_end, r.context_start, r.context_end, r.page,
            r.marker, r.ref_id, r.cited_footnote_id as footnote_id, n.text as note_text, 'evidence' as role,
            r.entity_id, r.confidence
        from footnote_refs r join footnotes n on n.footnote_id = r.cited_footnote_id
        where r.ref_id not in (select ref_id from citations where ref_id is not null)
    )
    select told.*, row_text
    from told left join passages using (passage_id)
        left join rows on rows.document_id = told.document_id and rows.table_row = passages.table_row
"""
"""What phrases are supported by: the citations, and the references whose note has no address (`url` is null; their id
is that of the reference). `row_text`: what all of its row of a table says, or a term with its explanation."""


@contextmanager
def views_of(release: Release) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with a view for every declared table and `sources`; what the release lacks is empty or null."""
    all_sources()  # declares their tables
    with TemporaryDirectory(prefix="osint-ingest-views-") as folder, duckdb.connect() as db:
        db.execute(f"set memory_limit='{MEMORY}'; set threads=1; set temp_directory={quoted(folder)}")
        files = release.files(Path(folder))
        for table in declared_tables().values():
            _add_view(db, files, table)
        db.execute(SOURCES)
        yield db


def _add_view(db: duckdb.DuckDBPyConnection, files: TableFiles, table: Table) -> None:
    declared = table.schema.empty_table()
    if not files.has(table.name):
        db.register(table.name, declared)
        return
    rows = f"from read_parquet({quoted(files.path(table.name))})"
    if not set(declared.column_names) <= set(files.schema(table.name).names):
        db.register(f"no_{table.name}", declared)
        rows += f" union all by name from no_{table.name}"
    db.execute(f"create view {table.name} as {rows}")
