"""New data: refresh asks the sources, ingest takes what is at hand."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from osint_ingest.cli.options import Curated, Quiet, Raw
from osint_ingest.cli.output import out
from osint_ingest.progress import Reporter
from osint_ingest.settings import Profile, Settings


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


def _finish(recap: Any, settings: Settings) -> None:
    from osint_ingest.recap import print_recap

    print_recap(recap, settings, out)
    raise typer.Exit(recap.exit_code)
