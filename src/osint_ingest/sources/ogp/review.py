"""What only the whole release tells: commitments that are listed but not here, and those that no list names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from osint_ingest.model import Finding
from osint_ingest.sources.base import Reviewed

if TYPE_CHECKING:
    import duckdb

_NOT_HERE = """
    select distinct on (code) code, title, document_id, url
    from ogp_listing anti join ogp_commitments using (code)
    order by code, document_id
"""
_NOT_LISTED = """
    select c.code, c.member, c.document_id, c.url
    from ogp_commitments c anti join ogp_listing using (code)
    where exists (
        select 1 from ogp_listing l join documents d using (document_id)
        where d.member_slug is not distinct from c.member_slug
    )
    order by c.document_id
"""


def across_pages(db: duckdb.DuckDBPyConnection) -> Iterator[Reviewed]:
    """`listed_not_fetched` for each listed code without a page in the release; `unlisted` for each commitment
    that no list names although the release has a list of its member."""
    for code, title, document, url in db.execute(_NOT_HERE).fetchall():
        said = f"{code} “{title}” is listed by {document}, but its page is not in this release"
        hint = (
            "refresh, or save the page and ingest it; the table `addresses` tells what its address answered"
        )
        yield Reviewed(Finding("info", "release", "listed_not_fetched", said, hint), f"ogp:{code}", url)
    for code, member, document, url in db.execute(_NOT_LISTED).fetchall():
        said = f"{code} has a page, but no list of {member} names it"
        hint = "it may have been withdrawn or renumbered; compare the member's page"
        yield Reviewed(Finding("warning", "release", "unlisted", said, hint), document, url)
