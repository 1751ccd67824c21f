"""A look at one release: its tables, rows, SQL over it, its text, the way back from a row, a server of all that."""

from contextlib import suppress
from pathlib import Path
from typing import Annotated, Literal

import typer

import osint_ingest
from osint_ingest.cli.options import AsJson, Curated, Raw, ReleaseName, TableName
from osint_ingest.cli.output import check_target, note, print_rows, print_trace, say
from osint_ingest.model import RefusedRun
from osint_ingest.settings import Settings

FIRST = {
    "documents": ("document_id", "title", "file_name", "country_code", "year", "status"),
    "issues": ("severity", "code", "document_id", "url", "message", "hint"),
    "footnote_refs": ("ref_id", "marker", "anchor_text", "page"),
    "citations": ("phrase", "url", "entity", "page", "citation_id"),
    "cite": ("phrase", "url", "note", "entity", "page", "citation_id"),
    "search": ("rank", "snippet", "title", "page", "passage_id"),
    "links": ("link_id", "anchor_text", "url"),
    "changes": ("title", "table_name", "row_key", "change", "column_name", "before", "after"),
}
"""What is looked for first in a table: the columns that a terminal shows first."""


Role = Literal["evidence", "navigation", "all"]
WHOLE = {"issues": ("message", "hint")}  # columns that are read, so that a terminal never cuts them


def tables(release: ReleaseName = "latest", curated: Curated = "curated", as_json: AsJson = False) -> None:
    """Lists the tables of a release with their row counts.

    Example: osint-ingest tables
    """
    counts = osint_ingest.tables(release, curated)
    print_rows([{"table": name, "rows": rows} for name, rows in counts.items()], as_json)


def show(
    table: TableName,
    limit: Annotated[int, typer.Option(min=0, help="How many rows to show.")] = 20,
    columns: Annotated[str | None, typer.Option(help="Only these columns, separated by commas.")] = None,
    release: ReleaseName = "latest",
    curated: Curated = "curated",
    as_json: AsJson = False,
) -> None:
    """Shows the first rows of a table.

    Example: osint-ingest show links --limit 5 --columns link_id,url
    """
    from osint_ingest.release.folder import suggestion_for

    found = osint_ingest.release(release, curated).table(table)
    chosen = found.column_names
    if columns is not None:
        chosen = [name.strip() for name in columns.split(",")]
        for name in chosen:
            if name not in found.column_names:
                hint = suggestion_for(name, found.column_names)
                raise RefusedRun(f"Table {table} has no column {name!r}. {hint}")
    rows = found.select(chosen).slice(0, limit).to_pylist()
    first = () if columns is not None else FIRST.get(table, ())
    print_rows(rows, as_json, chosen, first=first, whole=WHOLE.get(table, ()), of=len(found))


def query(
    sql: Annotated[str, typer.Argument(help="The query, in DuckDB's SQL.")],
    release: ReleaseName = "latest",
    curated: Curated = "curated",
    as_json: AsJson = False,
) -> None:
    """Runs a SQL query (DuckDB) on a release. Every table is a view.

    Example: osint-ingest query "select host, count(*) as links from links group by all order by all"
    """
    import duckdb

    try:
        found = osint_ingest.connect(release, curated).sql(sql)
        rows = found.to_arrow_table() if found is not None else None
    except duckdb.Error as error:
        # DuckDB draws the place below its words; one line is what a person needs to see
        said = " ".join(str(error).partition("\nLINE ")[0].split())
        raise RefusedRun(f"The query failed: {said}") from error
    if rows is not None:
        names = rows.column_names
        # two columns of one name (`a.name, b.name`) would be one in a row: the later one is `name_1`
        names = [f"{name}_{n}" if (n := names[:at].count(name)) else name for at, name in enumerate(names)]
        print_rows(rows.rename_columns(names).to_pylist(), as_json, names)


def cite(
    words: Annotated[str, typer.Argument(help="Words of a phrase, or a name, acronym or id of an entity.")],
    role: Annotated[
        Role, typer.Option(help="evidence, navigation (menus, lists of the site's own pages), or all.")
    ] = "evidence",
    limit: Annotated[int | None, typer.Option(min=1, help="How many sources to list. Default: all.")] = None,
    release: ReleaseName = "latest",
    curated: Curated = "curated",
    as_json: AsJson = False,
) -> None:
    """Lists the sources of a claim: phrase, note, URL, and the entity that it is about.

    Matches in the phrase come first, then matches in its sentence. `url` is empty for a note without an address.

    Example: osint-ingest cite "national forge"
    """
    from osint_ingest.analyst.citing import check, cited

    found = osint_ingest.release(release, curated)
    check(found)
    with osint_ingest.connect(release, curated) as db:
        rows = cited(db, words, None if role == "all" else role).slice(0, limit)
    if not len(rows):
        message = f"has the words {words!r}, or is about an entity of that name"
        note(f"No source in release {found.name} {message}.")
    shown = rows.to_pylist(), as_json, rows.column_names
    print_rows(*shown, first=FIRST["cite"], whole=("phrase", "url"))


def search(
    words: Annotated[list[str], typer.Argument(help="Whole words, all of which a passage must contain.")],
    limit: Annotated[int, typer.Option(min=1, help="How many passages to list.")] = 20,
    release: ReleaseName = "latest",
    curated: Curated = "curated",
    as_json: AsJson = False,
) -> None:
    """Searches the text of passages and notes, the best match first.

    Capitals, accents and English endings do not matter. '"two words"' finds a phrase, 'begin*' words that begin so.

    Example: osint-ingest search open data portal
    """
    from osint_ingest.analyst.search import search as found_in

    found = osint_ingest.release(release, curated)
    rows = found_in(found, " ".join(words), limit)
    if not len(rows):
        note(f"No passage of release {found.name} has all of these words: {' '.join(words)}.")
    print_rows(rows.to_pylist(), as_json, rows.column_names, first=FIRST["search"], whole=("snippet",))


def report(
    show: Annotated[bool, typer.Option("--open", help="Open it in a browser.")] = False,
    to: Annotated[Path | None, typer.Option(help="Write a copy to this file.")] = None,
    release: ReleaseName = "latest",
    raw: Raw = "raw",
    curated: Curated = "curated",
) -> None:
    """Prints the path of a release's report: one HTML page with charts, tables and texts. It works offline.

    A release without a report gets one, with pictures of PDF pages from the captures.

    Example: osint-ingest report
    """
    from osint_ingest.report import REPORT, write
    from osint_ingest.store.folder import is_remote

    if to is not None:
        check_target(to)
    found = osint_ingest.release(release, curated)
    if not found.has_file(REPORT):
        for finding in write(found, None, Settings(raw=raw, curated=curated, report=True)):
            if finding.code == "report_failed":
                raise RefusedRun(finding.message)
            say(finding.message)
    if to is None and is_remote(found.location):
        to = Path(f"{found.name}-{REPORT}")
    if to is not None:
        found.copy_file(REPORT, to)
    page = to or found.path / REPORT
    say(str(page))
    if show:
        typer.launch(page.absolute().as_uri())


def trace(
    row_id: Annotated[str, typer.Argument(help="The id of a row: the first column of most tables.")],
    why: Annotated[
        bool,
        typer.Option(
            "--why",
            help="Also explain how this reference was recognised: what was measured, with its weight. PDFs only.",
        ),
    ] = False,
    release: ReleaseName = "latest",
    raw: Raw = "raw",
    curated: Curated = "curated",
    as_json: AsJson = False,
) -> None:
    """Traces a row back to its page, its place on that page and the captured file.

    Example: osint-ingest trace osor:CORVALIA:2025#r13 --why
    """
    from osint_ingest.analyst.trace import trace as steps

    found_release = osint_ingest.release(release, curated)
    try:
        found = steps(found_release, row_id)
        if why:
            from osint_ingest.analyst.trace import explain

            found[1:1] = explain(found_release, row_id, raw)
    except LookupError as error:
        raise RefusedRun(str(error.args[0])) from error
    print_trace(found, as_json)


def serve(
    host: Annotated[
        str,
        typer.Option(help="The address to listen on. Any other than this one lets other machines connect."),
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = 8620,
    stdio: Annotated[
        bool, typer.Option("--stdio", help="Serve one assistant (MCP) over standard input and output.")
    ] = False,
    release: ReleaseName = "latest",
    curated: Curated = "curated",
) -> None:
    """Serves a release on this machine, read-only: the report, the tables as JSON, and tools for assistants (MCP).

    It writes nothing and can read no other file. Ctrl-C ends it.

    Example: osint-ingest serve --port 8620
    """
    try:
        import uvicorn

        from osint_ingest.analyst.server.app import LOOPBACK, assistant_server, http_app
        from osint_ingest.analyst.server.questions import questions_of
    except ModuleNotFoundError as error:
        raise RefusedRun(
            f"serve needs {error.name}, which is not installed: pip install 'osint-ingest[serve]'."
        ) from error
    found = osint_ingest.release(release, curated)
    with questions_of(found) as questions:
        if stdio:
            assistant_server(questions).run("stdio")
            return
        where = f"http://{host}:{port}/ (JSON and its description: /api, assistants: /mcp)"
        say(f"Release {found.name} on {where}")
        if host not in LOOPBACK:
            say("Other machines can read this release, and run SQL over it.")
        app = http_app(questions, {*LOOPBACK, host})
        server = uvicorn.Server(uvicorn.Config(app, host, port, log_level="warning", access_log=False))
        with suppress(SystemExit, KeyboardInterrupt):  # the first where it cannot listen
            server.run()
        if not server.started:
            raise RefusedRun(
                f"Cannot listen on {host}:{port}: another program uses that port, or this machine has no such "
                "address. Choose others with --port and --host."
            )
