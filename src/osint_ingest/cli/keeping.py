"""The captures: are they whole, and which may go."""

from __future__ import annotations

from typing import Annotated

import typer

from osint_ingest.cli.options import Curated, Raw
from osint_ingest.cli.output import out
from osint_ingest.model import RefusedRun
from osint_ingest.settings import Settings


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
