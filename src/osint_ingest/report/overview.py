"""What the first page tells: counts, what changed, what needs attention, whom to name."""

from datetime import UTC, datetime
from typing import Any

import duckdb

from osint_ingest.release.changes import counted
from osint_ingest.release.folder import Release
from osint_ingest.sources import all_sources

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
        ("citations", cited, f"{evidence:,} of them evidence", "citations"),
        ("addresses", urls, f"on {hosts:,} hosts", "links"),
        ("names", names, f"in {mentions:,} places of the text", "entities"),
        ("issues", issues, f"{errors:,} of them errors", "issues"),
    )
    return [dict(zip(("label", "value", "remark", "table"), figure, strict=True)) for figure in figures]


def _title(db: duckdb.DuckDBPyConnection) -> str:
    (row,) = db.execute("select min(year), max(year), list(distinct source) from doc").fetchall()
    first, last, present = row
    known = (s.config for s in all_sources())
    names = [c.publisher for c in known if c.licence_url and c.name in (present or ())]
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
        (select count(*) from citations), (select count(*) from citations where role = 'evidence'),
        (select count(distinct url) from citations), (select count(distinct host) from citations),
        (select count(*) from entities), (select count(*) from mentions),
        (select count(*) from issues), (select count(*) from issues where severity = 'error')
"""
_ISSUES = """
    select severity, code, count(*) as count, arg_min(message, issue_id) as message, arg_min(hint, issue_id) as hint
    from issues group by severity, code
    order by case severity when 'error' then 0 when 'warning' then 1 else 2 end, count desc, code
"""
