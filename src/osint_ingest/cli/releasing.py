"""Releases: the last one, all of them, what changed between two, the way back to an earlier one."""

from __future__ import annotations

from typing import Annotated, Any

import typer

import osint_ingest
from osint_ingest.cli.options import AsJson, Curated
from osint_ingest.cli.output import out, print_rows


def status(curated: Curated = "curated", as_json: AsJson = False) -> None:
    """The last release: when it was made, from what, and what needs a look.

    Example: osint-ingest status
    """
    last = osint_ingest.release("latest", curated)
    run = last.run()
    issues = last.table("issues", ["severity", "code"]).to_pandas().value_counts().reset_index()
    rows: list[dict[str, Any]] = [{"what": "release", "value": last.name}]
    rows += [
        {"what": key, "value": run.get(key)}
        for key in ("made_at", "previous", "processed", "carried", "version")
    ]
    rows += [
        {"what": f"issues: {r.severity} {r.code}", "value": int(r["count"])} for _, r in issues.iterrows()
    ]
    print_rows(rows, as_json)


def releases(curated: Curated = "curated", as_json: AsJson = False) -> None:
    """The releases that there are, the oldest first.

    Example: osint-ingest releases
    """
    from osint_ingest.release.folder import Releases

    folder = Releases(curated)
    last = folder.latest()
    rows = [
        {
            "release": r.name,
            "documents": r.row_counts().get("documents"),
            "latest": "yes" if last and r.name == last.name else "",
        }
        for r in folder.all()
    ]
    print_rows(rows, as_json, ["release", "documents", "latest"])


def diff(
    a: str,
    b: Annotated[str, typer.Argument()] = "latest",
    curated: Curated = "curated",
    as_json: AsJson = False,
) -> None:
    """What is new, gone or different between two releases.

    Example: osint-ingest diff 20261122T1015 latest
    """
    import osint_ingest.sources
    from osint_ingest.release.changes import changes_between
    from osint_ingest.sources import all_sources

    all_sources()  # declares the sources' tables
    rows = changes_between(osint_ingest.release(a, curated), osint_ingest.release(b, curated))
    print_rows(rows.to_pylist(), as_json, rows.column_names)


def rollback(
    to: Annotated[str | None, typer.Argument(help="The release to go back to; else the one before.")] = None,
    curated: Curated = "curated",
) -> None:
    """Leads `latest` back to an earlier release.

    Example: osint-ingest rollback
    """
    from osint_ingest.release.folder import Releases
    from osint_ingest.store.lock import one_writer

    with one_writer(curated):
        folder = Releases(curated)
        chosen = folder.named(to) if to else folder.before_latest()
        folder.switch(chosen)
    out.print(f"latest is now {chosen.name}", highlight=False)
