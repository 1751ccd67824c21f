"""What the first page tells: counts, what changed, what needs attention, whom to name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb

from osint_ingest.release.changes import Changed, counted
from osint_ingest.release.folder import Release
from osint_ingest.sources import all_sources


@dataclass(frozen=True, slots=True)
class Count:
    """A figure with what it counts, a word on it, and the table that has the rows."""

    label: str
    value: int
    remark: str
    table: str


@dataclass(frozen=True, slots=True)
class Issue:
    """Issues of one code: how many, and the first one's message and hint."""

    severity: str
    code: str
    count: int
    message: str
    hint: str | None


@dataclass(frozen=True, slots=True)
class Named:
    """Whom to name for the documents of a source, under which licence."""

    publisher: str
    licence: str
    licence_url: str
    documents: int


@dataclass(frozen=True, slots=True)
class Overview:
    """The figures of the first page."""

    release: str
    made: str
    version: str
    previous: str | None
    counts: tuple[Count, ...]
    changes: tuple[Changed, ...]
    issues: tuple[Issue, ...]
    named: tuple[Named, ...]


def overview(db: duckdb.DuckDBPyConnection, release: Release) -> Overview:
    """Takes the figures from a release's views (see `views.opened`) and its `run.json`."""
    run = release.run()
    made = datetime.fromisoformat(run["made_at"]).astimezone(UTC)
    return Overview(
        release=release.name,
        made=f"{made.day} {made:%B %Y, %H:%M} UTC",
        version=str(run.get("version", "")),
        previous=run.get("previous"),
        counts=_counts(db),
        changes=tuple(counted(db)),
        issues=tuple(Issue(*row) for row in db.execute(_ISSUES).fetchall()),
        named=_named(db.execute("select source, count(*) from doc group by all").fetchall()),
    )


def _counts(db: duckdb.DuckDBPyConnection) -> tuple[Count, ...]:
    (row,) = db.execute(_COUNTS).fetchall()
    documents, pdfs, places, refs, tied, urls, hosts, names, mentions, issues, errors = row
    share = f"{tied / refs:.0%} lead to their note" if refs else "no notes in these documents"
    return (
        Count("documents", documents, f"{pdfs:,} of them PDFs", "documents"),
        Count("countries and cities", places, "that the documents are about", "documents"),
        Count("references", refs, share, "sources"),
        Count("addresses", urls, f"on {hosts:,} hosts", "links"),
        Count("names", names, f"in {mentions:,} places of the text", "entities"),
        Count("issues", issues, f"{errors:,} of them errors", "issues"),
    )


def _named(present: Sequence[tuple[str, int]]) -> tuple[Named, ...]:
    counted = dict(present)
    return tuple(
        Named(c.publisher, c.licence, c.licence_url, counted[c.name])
        for c in (source.config for source in all_sources())
        if c.name in counted
    )


_COUNTS = """
    select (select count(*) from doc), (select count(*) from doc where page_count is not null),
        (select count(distinct place) from doc),
        (select count(*) from footnote_refs), (select count(*) from footnote_refs where footnote_id is not null),
        (select count(distinct url) from links), (select count(distinct host) from links),
        (select count(*) from entities), (select count(*) from mentions),
        (select count(*) from issues), (select count(*) from issues where severity = 'error')
"""
_ISSUES = """
    select severity, code, count(*), arg_min(message, issue_id), arg_min(hint, issue_id)
    from issues group by severity, code
    order by case severity when 'error' then 0 when 'warning' then 1 else 2 end, count(*) desc, code
"""
