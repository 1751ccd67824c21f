"""The installation: what is there, what is missing and how to get it."""

from __future__ import annotations

from typing import Annotated

import typer

from osint_ingest.cli.options import AsJson, Curated, Raw
from osint_ingest.cli.output import print_rows
from osint_ingest.settings import Settings


def doctor(
    online: Annotated[bool, typer.Option("--online", help="Also check whether the sources answer.")] = False,
    raw: Raw = "raw",
    curated: Curated = "curated",
    as_json: AsJson = False,
) -> None:
    """Checks the installation: what is there, what is missing and how to get it.

    Example: osint-ingest doctor
    """
    from osint_ingest.run.doctor import examine, reach

    settings = Settings(raw=raw, curated=curated)
    checks = [*examine(settings), *(reach(settings) if online else ())]
    rows = [{"what": c.what, "state": c.state, "found": c.found, "remedy": c.remedy} for c in checks]
    print_rows(rows, as_json, whole=("found", "remedy"))
    if any(c.state == "missing" for c in checks):
        raise typer.Exit(1)
