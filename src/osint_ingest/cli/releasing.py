"""Releases: the latest one, all of them, what changed between two, going back to an earlier one, other tools."""

from importlib import import_module
from pathlib import Path
from typing import Annotated, Literal

import typer

import osint_ingest
from osint_ingest.cli import output
from osint_ingest.cli.options import AsJson, Curated, Raw, ReleaseArgument, ReleaseName
from osint_ingest.model import RefusedRun

RUN_FACTS = ("made_at", "previous", "documents", "processed", "carried", "failed", "version")


def status(curated: Curated = "curated", as_json: AsJson = False) -> None:
    """Shows the latest release: when it was made, from what, and what needs attention.

    Example: osint-ingest status
    """
    last = osint_ingest.release("latest", curated)
    run = last.run()
    facts = {"release": last.name, **{key: run.get(key) for key in RUN_FACTS}}
    counted = last.table("issues").group_by(["severity", "code"]).aggregate([("issue_id", "count")])
    counted = counted.rename_columns(["severity", "code", "count"])
    issues = counted.sort_by([("severity", "ascending"), ("code", "ascending")]).to_pylist()
    if as_json:
        output.print_json({**facts, "issues": issues})
        return
    rows = [{"what": key, "value": value} for key, value in facts.items()]
    rows += [{"what": f"issues: {i['severity']} {i['code']}", "value": i["count"]} for i in issues]
    output.print_rows(rows, as_json=False, whole=("value",))


def releases(curated: Curated = "curated", as_json: AsJson = False) -> None:
    """Lists the releases, oldest first, and why any was held back.

    To look at one that was held back, give its full name: `osint-ingest diff latest NAME`.

    Example: osint-ingest releases
    """
    from osint_ingest.release.folder import Releases

    folder = Releases(curated)
    last = folder.latest()
    rows: list[output.Row] = [
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
    output.print_rows(rows, as_json, ["release", "documents", "latest", "held_back_by"])


def diff(
    a: ReleaseArgument = "previous",
    b: ReleaseArgument = "latest",
    curated: Curated = "curated",
    as_json: AsJson = False,
) -> None:
    """Shows what was added, removed or modified between two releases: counts for each table, then the rows.

    In a pipe the counts go to standard error. `--json` prints only the rows.

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
            output.note(f"{c.table}: {c.added:,} added, {c.removed:,} removed, {c.modified:,} modified")
        if not counts:
            output.note(f"No record differs between {older.name} and {newer.name}.")
    if counts or as_json or not output.on_terminal():
        output.print_rows(rows.to_pylist(), as_json, rows.column_names)


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
    output.say(f"`latest` now points at {chosen.name}")


_WRITTEN_BY = {
    "csv": ("export", "files"),
    "jsonl": ("export", "files"),
    "sqlite": ("export", "tables"),
    "ftm": ("ftm", "entities"),
    "csl": ("bibliography", "cited sources"),
    "bibtex": ("bibliography", "cited sources"),
    "gexf": ("export", "pairs of entities"),
    "atom": ("export", "changed documents and entities"),
}
"""The module of `analyst` whose `export_<form>` writes each form, and what that counts."""
ExportForm = Literal["csv", "jsonl", "sqlite", "ftm", "csl", "bibtex", "gexf", "atom", "warc"]


def export(
    form: Annotated[
        ExportForm,
        typer.Argument(
            help="csv, jsonl: a folder of files; sqlite: a database, also for Datasette; ftm: FollowTheMoney entities; "
            "csl, bibtex: the cited sources, for reference managers; gexf: a graph of entities named together; "
            "atom: a feed of changes; warc: the captures."
        ),
    ],
    to: Annotated[Path, typer.Argument(help="The folder or file to write.")],
    release: ReleaseName = "latest",
    raw: Raw = "raw",
    curated: Curated = "curated",
) -> None:
    """Exports a release, or the captures, for other tools.

    Example: osint-ingest export sqlite release.db
    """
    from osint_ingest.sources import all_sources

    output.check_target(to, folder=form in ("csv", "jsonl"))
    if form == "warc":
        from osint_ingest.store import RawStore
        from osint_ingest.store.warc import write_warc

        store = RawStore(raw)
        output.check_captures(store.captures(), raw)
        software = f"osint-ingest/{osint_ingest.__version__}"
        with to.open("wb") as file:
            output.say(f"{write_warc(store, store.captures(), file, software=software)} captures in {to}")
        return
    all_sources()  # declares the sources' tables
    module, what = _WRITTEN_BY[form]
    found = osint_ingest.release(release, curated)
    try:
        written = getattr(import_module(f"osint_ingest.analyst.{module}"), f"export_{form}")(found, to)
    except ModuleNotFoundError as error:
        remedy = "pip install 'osint-ingest[graph]'"
        raise RefusedRun(f"export {form} needs {error.name}, which is not installed: {remedy}.") from error
    output.say(f"{written if isinstance(written, int) else len(written)} {what} in {to}")


def entities(
    action: Annotated[
        Literal["link"], typer.Argument(help="link: find the entities in a dump of Wikidata or ROR.")
    ],
    dump: Annotated[
        Path,
        typer.Option(
            help="The dump in JSON, plain or compressed (.zip, .gz, .bz2).", exists=True, dir_okay=False
        ),
    ],
    to: Annotated[Path, typer.Option(help="The Parquet file to write.")] = Path("entity_matches.parquet"),
    release: ReleaseName = "latest",
    curated: Curated = "curated",
) -> None:
    """Matches the entities of a release with Wikidata or ROR, offline, from a downloaded dump.

    The matches go to a separate file, each with its evidence: host and name, host alone, or name and country.

    Example: osint-ingest entities link --dump ror-data.json --to matches.parquet
    """
    from osint_ingest.analyst.linking import link_release

    output.check_target(to)
    found, reader = link_release(osint_ingest.release(release, curated), dump, to)
    for fault in reader.faults[:3]:
        output.note(f"{dump}, {fault}: left out.")
    if len(reader.faults) > 3:
        output.note(f"{dump}: {len(reader.faults) - 3} more records could not be read and were left out.")
    linked = len(set(found["entity_id"].to_pylist()))
    output.say(f"Matched {linked} entities with {len(found)} of {reader.records} records: {to}")
