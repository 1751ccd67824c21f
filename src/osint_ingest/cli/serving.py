"""The read-only server of a release."""

from typing import Annotated

import typer

import osint_ingest
from osint_ingest.cli.options import Curated, ReleaseName
from osint_ingest.cli.output import say
from osint_ingest.model import RefusedRun


def serve(
    host: Annotated[
        str, typer.Option(help="The address that it listens on. Other machines reach it if you change this.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port.")] = 8620,
    stdio: Annotated[
        bool, typer.Option("--stdio", help="Serve one assistant (MCP) over standard input and output.")
    ] = False,
    release: ReleaseName = "latest",
    curated: Curated = "curated",
) -> None:
    """Serves a release on this machine, read-only: the report, the tables as JSON, and tools for assistants (MCP).

    Nothing is written and no other file can be read. Ctrl-C ends it.

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
        say(
            f"Release {found.name} on http://{host}:{port}/ (JSON and its description: /api, assistants: /mcp)"
        )
        if host not in LOOPBACK:
            say("Other machines can read this release, and run SQL over it.")
        uvicorn.run(
            http_app(questions, {*LOOPBACK, host}),
            host=host,
            port=port,
            log_level="warning",
            access_log=False,
        )
