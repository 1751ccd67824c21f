"""A release as the report asks for it: a view for each table, and its documents numbered."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from osint_ingest.release.folder import Release
from osint_ingest.release.views import views_of


@contextmanager
def opened(release: Release) -> Iterator[duckdb.DuckDBPyConnection]:
    """The views of a release (see `release.views`) and `doc`: the documents numbered from 0 in the order of their ids
    (`n`), with the year that each is of, the place it is about and a name to show (`shown`)."""
    with views_of(release) as db:
        db.execute(_DOC)
        yield db


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
