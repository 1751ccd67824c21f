"""The captures: are they whole, and which may go."""

from __future__ import annotations

from typing import Annotated

import typer

from osint_ingest.cli.errors import check_captures
from osint_ingest.cli.options import AsJson, Curated, Raw
from osint_ingest.cli.output import print_rows, say
from osint_ingest.model import RefusedRun
from osint_ingest.settings import Settings


def verify(raw: Raw = "raw", as_json: AsJson = False) -> None:
    """Re-hashes every capture and lists those that do not match.

    Example: osint-ingest verify
    """
    from osint_ingest.store import RawStore

    store = RawStore(raw)
    problems = [{"path": p.path, "code": p.code, "message": p.message, "url": p.url} for p in store.verify()]
    if problems or as_json:
        print_rows(problems, as_json, whole=("path", "message", "url"))
    else:
        check_captures(store)
        say(f"All {sum(1 for _ in store.captures()):,} captures are intact.")
    if problems:
        raise typer.Exit(1)


def prune(
    days: Annotated[int | None, typer.Option(min=0, help="Captures older than this many days.")] = None,
    keep: Annotated[
        int | None, typer.Option(min=1, help="All but this many newest captures of each address.")
    ] = None,
    most_bytes: Annotated[
        int | None, typer.Option(min=0, help="The oldest captures, until the rest fits into this many bytes.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be removed.")] = False,
    raw: Raw = "raw",
    curated: Curated = "curated",
) -> None:
    """Removes old captures, but none that a kept release is made from.

    Example: osint-ingest prune --days 365 --dry-run
    """
    from osint_ingest.store import RawStore
    from osint_ingest.upkeep import prune as run

    if days is None and keep is None and most_bytes is None:
        raise RefusedRun("Specify at least one of --days, --keep, --most-bytes.")
    settings = Settings(raw=raw, curated=curated)
    check_captures(RawStore(raw))
    going, freed = run(settings, days=days, keep_per_url=keep, most_bytes=most_bytes, dry_run=dry_run)
    say(f"{len(going)} captures, {freed:,} bytes{' would be removed' if dry_run else ' removed'}")
