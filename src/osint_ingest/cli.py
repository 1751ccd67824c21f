"""The command line: one verb a function. Exit codes: 0 well, 1 bad input, 3 some documents failed, 4 held back."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.console import Console
from rich.table import Table as RichTable

import osint_ingest
from osint_ingest.model import RefusedRun
from osint_ingest.progress import Reporter
from osint_ingest.settings import Profile, Settings

app = typer.Typer(
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    help="Country intelligence reports and open government pages as tables, each row with its place in the bytes.",
)
out = Console()

Raw = Annotated[str, typer.Option(envvar="OSINT_INGEST_RAW", help="Folder or fsspec URL of the captures.")]
Curated = Annotated[
    str, typer.Option(envvar="OSINT_INGEST_CURATED", help="Folder or fsspec URL of the releases.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
ReleaseName = Annotated[str, typer.Option("--release", help="A release's name, or the start of it.")]
ExportForm = Literal["csv", "jsonl", "sqlite", "ftm", "warc"]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but what went wrong.")]


@app.command()
def refresh(
    profile: Annotated[
        Profile, typer.Option(help="live: the real sources; sample: the embedded site.")
    ] = "live",
    source: Annotated[list[str] | None, typer.Option(help="Only this source; may be given again.")] = None,
    limit: Annotated[int | None, typer.Option(help="Fetch at most this many documents a source.")] = None,
    force: Annotated[bool, typer.Option(help="Read every document again.")] = False,
    accept_shrink: Annotated[str | None, typer.Option(help="Why a table may be smaller this time.")] = None,
    workers: Annotated[int, typer.Option(help="Processes that read documents.")] = 2,
    raw: Raw = "raw",
    curated: Curated = "curated",
    quiet: Quiet = False,
) -> None:
    """Discover, fetch, read and publish, without an orchestrator.

    Example: osint-ingest refresh --profile sample
    """
    from osint_ingest.pipeline import refresh as run

    settings = Settings(
        profile=profile,
        sources=tuple(source or ()),
        limit=limit,
        force=force,
        accept_shrink=accept_shrink,
        workers=workers,
        raw=raw,
        curated=curated,
    )
    _finish(run(settings, Reporter(quiet=quiet)), settings)


@app.command()
def ingest(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="Files or folders at hand.")],
    url: Annotated[str | None, typer.Option(help="The address that the file was saved from.")] = None,
    force: Annotated[bool, typer.Option(help="Read every document again.")] = False,
    accept_shrink: Annotated[str | None, typer.Option(help="Why a table may be smaller this time.")] = None,
    workers: Annotated[int, typer.Option(help="Processes that read documents.")] = 2,
    raw: Raw = "raw",
    curated: Curated = "curated",
    quiet: Quiet = False,
) -> None:
    """Takes files at hand through the same steps, without network.

    Example: osint-ingest ingest report.pdf saved-pages/
    """
    from osint_ingest.pipeline import ingest as run

    settings = Settings(force=force, accept_shrink=accept_shrink, workers=workers, raw=raw, curated=curated)
    _finish(run(paths, settings, Reporter(quiet=quiet), url=url), settings)


@app.command()
def tables(release: ReleaseName = "latest", curated: Curated = "curated", as_json: AsJson = False) -> None:
    """The tables of a release and how many rows each has.

    Example: osint-ingest tables
    """
    counts = osint_ingest.tables(release, curated)
    _print([{"table": name, "rows": rows} for name, rows in counts.items()], as_json)


@app.command()
def show(
    table: str,
    limit: Annotated[int, typer.Option(help="Rows to show.")] = 20,
    release: ReleaseName = "latest",
    curated: Curated = "curated",
    as_json: AsJson = False,
) -> None:
    """The first rows of a table.

    Example: osint-ingest show links --limit 5
    """
    found = osint_ingest.release(release, curated).table(table)
    _print(found.slice(0, limit).to_pylist(), as_json, found.column_names)


@app.command()
def query(
    sql: str, release: ReleaseName = "latest", curated: Curated = "curated", as_json: AsJson = False
) -> None:
    """SQL (DuckDB) over a release; every table is a view.

    Example: osint-ingest query "select host, count(*) from links group by 1 order by 2 desc"
    """
    import duckdb

    try:
        found = osint_ingest.connect(release, curated).sql(sql)
    except duckdb.Error as error:
        raise RefusedRun(f"the query failed: {error}") from error
    if found is not None:
        rows = found.to_arrow_table()
        _print(rows.to_pylist(), as_json, rows.column_names)


@app.command()
def trace(
    row_id: str, release: ReleaseName = "latest", curated: Curated = "curated", as_json: AsJson = False
) -> None:
    """The way back from a row to its page, boxes and bytes.

    Example: osint-ingest trace 'osor:ARG:2021#r13'
    """
    from osint_ingest.trace import trace as steps

    found = steps(osint_ingest.release(release, curated), row_id)
    _print([{"table": s.table, "row": s.row_id, "what it says": s.text} for s in found], as_json)


@app.command()
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
    _print(rows, as_json)


@app.command()
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
    _print(rows, as_json, ["release", "documents", "latest"])


@app.command()
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
    _print(rows.to_pylist(), as_json, rows.column_names)


@app.command()
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


@app.command()
def export(
    form: Annotated[
        ExportForm,
        typer.Argument(
            help="csv, jsonl: a folder of files; sqlite: a database; ftm: FollowTheMoney; warc: the captures."
        ),
    ],
    to: Annotated[Path, typer.Argument(help="The folder or file to write.")],
    release: ReleaseName = "latest",
    raw: Raw = "raw",
    curated: Curated = "curated",
) -> None:
    """A release, or the captures, for other tools.

    Example: osint-ingest export sqlite release.db
    """
    from osint_ingest.release.export import export_csv, export_jsonl, export_sqlite
    from osint_ingest.release.ftm import export_ftm
    from osint_ingest.sources import all_sources
    from osint_ingest.store import RawStore
    from osint_ingest.store.warc import write_warc

    if form == "warc":
        store = RawStore(raw)
        with to.open("wb") as file:
            count = write_warc(
                store, store.captures(), file, software=f"osint-ingest/{osint_ingest.__version__}"
            )
        out.print(f"{count} captures in {to}", highlight=False)
        return
    all_sources()  # declares the sources' tables
    found = osint_ingest.release(release, curated)
    if form == "csv":
        out.print(f"{len(export_csv(found, to))} files in {to}", highlight=False)
    elif form == "jsonl":
        out.print(f"{len(export_jsonl(found, to))} files in {to}", highlight=False)
    elif form == "ftm":
        out.print(f"{export_ftm(found, to)} entities in {to}", highlight=False)
    else:
        out.print(f"{export_sqlite(found, to)}", highlight=False)


@app.command()
def verify(raw: Raw = "raw") -> None:
    """Re-hashes every capture and names what does not match.

    Example: osint-ingest verify
    """
    from osint_ingest.store import RawStore

    problems = list(RawStore(raw).verify())
    for problem in problems:
        out.print(str(problem), highlight=False, markup=False)
    if problems:
        raise typer.Exit(1)
    out.print("every capture is whole", highlight=False)


@app.command()
def prune(
    days: Annotated[int | None, typer.Option(help="Captures older than this.")] = None,
    keep: Annotated[int | None, typer.Option(help="Captures beyond this many an address.")] = None,
    most_bytes: Annotated[
        int | None, typer.Option(help="The oldest, until the rest fits this many bytes.")
    ] = None,
    dry_run: Annotated[bool, typer.Option(help="Only say what would go.")] = False,
    raw: Raw = "raw",
    curated: Curated = "curated",
) -> None:
    """Removes old captures, never one that a kept release rests on.

    Example: osint-ingest prune --days 365 --dry-run
    """
    from osint_ingest.upkeep import prune as run

    if days is None and keep is None and most_bytes is None:
        raise RefusedRun("say what may go: --days, --keep or --most-bytes")
    settings = Settings(raw=raw, curated=curated)
    going, freed = run(settings, days=days, keep_per_url=keep, most_bytes=most_bytes, dry_run=dry_run)
    out.print(
        f"{len(going)} captures, {freed:,} bytes{' would go' if dry_run else ' removed'}", highlight=False
    )


@app.command()
def doctor(raw: Raw = "raw", curated: Curated = "curated", as_json: AsJson = False) -> None:
    """What is installed, which models load, what is missing and how to get it.

    Example: osint-ingest doctor
    """
    from osint_ingest.doctor import examine

    checks = list(examine(Settings(raw=raw, curated=curated)))
    _print(
        [{"what": c.what, "state": c.state, "found": c.found, "remedy": c.remedy} for c in checks], as_json
    )
    if any(c.state == "missing" for c in checks):
        raise typer.Exit(1)


def _finish(recap: Any, settings: Settings) -> None:
    from osint_ingest.recap import print_recap

    print_recap(recap, settings, out)
    raise typer.Exit(recap.exit_code)


def _print(rows: Sequence[dict[str, Any]], as_json: bool, columns: Iterable[str] = ()) -> None:
    """A table on a terminal, tab-separated lines in a pipe, JSON where asked."""
    names = list(rows[0]) if rows else list(columns)
    if as_json:
        typer.echo(json.dumps(rows, default=str, ensure_ascii=False, indent=1))
    elif out.is_terminal:
        table = RichTable(*names)
        for row in rows:
            table.add_row(*("" if row[n] is None else str(row[n]) for n in names))
        out.print(table)
    else:
        typer.echo("\t".join(names))
        for row in rows:
            typer.echo("\t".join("" if row[n] is None else " ".join(str(row[n]).split()) for n in names))


def main() -> None:
    """Runs the command line; bad input ends with one line on standard error and exit code 1."""
    try:
        app()
    except (RefusedRun, OSError, KeyError, ValueError) as error:
        text = error.args[0] if isinstance(error, KeyError) and error.args else error
        Console(stderr=True).print(
            f"osint-ingest: {text}", style="red", highlight=False, markup=False, soft_wrap=True
        )
        sys.exit(1)


if __name__ == "__main__":
    main()
