"""Releases: the latest one, all of them, what changed between two, going back to an earlier one."""

from typing import Annotated

import typer

import osint_ingest
from osint_ingest.cli.options import AsJson, Curated, ReleaseArgument
from osint_ingest.cli.output import Row, note, on_terminal, print_json, print_rows, say
from osint_ingest.model import RefusedRun

RUN_FACTS = ("made_at", "previous", "documents", "processed", "carried", "failed", "version")


def status(curated: Curated = "curated", as_json: AsJson = False) -> None:
    """Shows the latest release: when it was made, from what, and what needs attention.

    Example: osint-ingest status
    """
    last = osint_ingest.release("latest", curated)
    run = last.run()
    facts: Row = {"release": last.name, **{key: run.get(key) for key in RUN_FACTS}}
    counted = last.table("issues").group_by(["severity", "code"]).aggregate([("issue_id", "count")])
    issues: list[Row] = [
        {"severity": row["severity"], "code": row["code"], "count": row["issue_id_count"]}
        for row in counted.sort_by([("severity", "ascending"), ("code", "ascending")]).to_pylist()
    ]
    if as_json:
        print_json({**facts, "issues": issues})
        return
    told = [{"what": key, "value": value} for key, value in facts.items()]
    told += [{"what": f"issues: {i['severity']} {i['code']}", "value": i["count"]} for i in issues]
    print_rows(told, as_json=False, whole=("value",))


def releases(curated: Curated = "curated", as_json: AsJson = False) -> None:
    """Lists the releases, oldest first, and why any was held back.

    To look at one that was held back, give its whole name: `osint-ingest diff latest <name>`.

    Example: osint-ingest releases
    """
    from osint_ingest.release.folder import Releases

    folder = Releases(curated)
    last = folder.latest()
    rows: list[Row] = [
        {
            "release": r.name,
            "documents": r.row_counts().get("documents"),
            "latest": "yes" if last and r.name == last.name else "",
            "held_back_by": "; ".join(r.run().get("held_back_by", ())) if r.is_held else "",
        }
        for r in sorted([*folder.all(), *folder.held()], key=lambda r: r.name)
    ]
    if not rows:
        folder.named("latest")  # says what to do where there is none
    print_rows(rows, as_json, ["release", "documents", "latest", "held_back_by"])


def diff(
    a: ReleaseArgument = "previous",
    b: ReleaseArgument = "latest",
    curated: Curated = "curated",
    as_json: AsJson = False,
) -> None:
    """Shows what was added, removed or modified between two releases: counts for each table, then the rows.

    In a pipe the counts go to standard error. `--json` prints the rows alone.

    Example: osint-ingest diff previous latest
    """
    import duckdb

    from osint_ingest.release.changes import changes_between, counted
    from osint_ingest.sources import all_sources

    all_sources()  # declares the sources' tables
    older, newer = osint_ingest.release(a, curated), osint_ingest.release(b, curated)
    if older.name == newer.name:
        others = "`osint-ingest releases` lists the others."
        raise RefusedRun(f"{a!r} and {b!r} are the same release, {newer.name}: nothing to compare. {others}")
    rows = changes_between(older, newer)
    with duckdb.connect() as db:
        counts = counted(db.register("changes", rows))
    if not as_json:
        for c in counts:
            note(f"{c.table}: {c.added:,} added, {c.removed:,} removed, {c.modified:,} modified")
        if not counts:
            note(f"No record differs between {older.name} and {newer.name}.")
    if counts or as_json or not on_terminal():
        print_rows(rows.to_pylist(), as_json, rows.column_names)


def rollback(
    to: Annotated[
        str | None,
        typer.Argument(metavar="RELEASE", help="The release to go back to. Default: the previous one."),
    ] = None,
    curated: Curated = "curated",
) -> None:
    """Points `latest` at an earlier release.

    Example: osint-ingest rollback
    """
    from osint_ingest.release.folder import Releases
    from osint_ingest.store.lock import one_writer

    folder = Releases(curated)
    folder.named("latest")  # says what to do where there is none
    with one_writer(curated):
        chosen = folder.named(to) if to else folder.before_latest()
        if chosen.is_held:
            raise RefusedRun(
                f"{chosen.name} was held back, so `latest` cannot point at it. "
                "`osint-ingest releases` says which passed their checks."
            )
        folder.switch(chosen)
    say(f"`latest` now points at {chosen.name}")
