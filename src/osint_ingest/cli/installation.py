"""The installation: what is there, what is missing and how to get it."""

from __future__ import annotations

import typer

from osint_ingest.cli.options import AsJson, Curated, Raw
from osint_ingest.cli.output import print_rows
from osint_ingest.settings import Settings


def doctor(raw: Raw = "raw", curated: Curated = "curated", as_json: AsJson = False) -> None:
    """What is installed, which models load, what is missing and how to get it.

    Example: osint-ingest doctor
    """
    from osint_ingest.doctor import examine

    checks = list(examine(Settings(raw=raw, curated=curated)))
    print_rows(
        [{"what": c.what, "state": c.state, "found": c.found, "remedy": c.remedy} for c in checks], as_json
    )
    if any(c.state == "missing" for c in checks):
        raise typer.Exit(1)
