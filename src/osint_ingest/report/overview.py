"""What the first page tells: counts, what changed, what needs attention, whom to name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb

from osint_ingest.release.changes import Changed, counted
from osint_ingest.release.folder import Release
from osint_ingest.sources import all_sources

MOST_PLACES = 3
"""Places that a title names."""


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

    title: str
    """Whose documents, about which places, of which years."""
    release: str
    made: str
    version: str
    previous: str | None
    counts: tuple[Count, ...]
    changes: tuple[Changed, ...]
    issues: tuple[Issue, ...]
    named: tuple[Named, ...]


def overview(db: duckdb.DuckDBPyConnection, release: Release) -> Overview:
    """Return the figures of the first page, from a release's views (see `views.opened`) and its `run.json`."""
    run = release.run()
    made = datetime.fromisoformat(run["made_at"]).astimezone(UTC)
    return Overview(
        title=_title(db),
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
    documents, pdfs, places, refs, tied, cited, evidence, urls, hosts, names, mentions, issues, errors = row
    share = f"{tied / refs:.0%} lead to their note" if refs else "no notes in these documents"
    return (
        Count("documents", documents, f"{pdfs:,} of them PDFs", "documents"),
        Count("countries and cities", places, "that the documents are about", "documents"),
        Count("references", refs, share, "documents"),
        Count("citations", cited, f"{evidence:,} of them evidence", "citations"),
        Count("addresses", urls, f"on {hosts:,} hosts", "links"),
        Count("names", names, f"in {mentions:,} places of the text", "entities"),
        Count("issues", issues, f"{errors:,} of them errors", "issues"),
    )


def _title(db: duckdb.DuckDBPyConnection) -> str:
    (row,) = db.execute("select min(year), max(year), list(distinct source) from doc").fetchall()
    first, last, present = row
    names = [
        c.publisher for c in (s.config for s in all_sources()) if c.licence_url and c.name in (present or ())
    ]
    places = db.execute("select place from doc where place is not null group by 1 order by count(*) desc, 1")
    about = [place for (place,) in places.fetchall()]
    if len(about) > MOST_PLACES + 1:
        about[MOST_PLACES:] = [f"{len(about) - MOST_PLACES} more"]
    years = [] if first is None else [str(first) if first == last else f"{first} to {last}"]
    return ": ".join(filter(None, (" and ".join(names) or "Documents", "; ".join([*about, *years]))))


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
        (select count(*) from citations), (select count(*) from citations where role = 'evidence'),
        (select count(distinct url) from citations), (select count(distinct host) from citations),
        (select count(*) from entities), (select count(*) from mentions),
        (select count(*) from issues), (select count(*) from issues where severity = 'error')
"""
_ISSUES = """
    select severity, code, count(*), arg_min(message, issue_id), arg_min(hint, issue_id)
    from issues group by severity, code
    order by case severity when 'error' then 0 when 'warning' then 1 else 2 end, count(*) desc, code
"""
