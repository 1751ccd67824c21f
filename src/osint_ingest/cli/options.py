"""Options that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

Raw = Annotated[str, typer.Option(envvar="OSINT_INGEST_RAW", help="Folder or fsspec URL of the captures.")]
Curated = Annotated[
    str, typer.Option(envvar="OSINT_INGEST_CURATED", help="Folder or fsspec URL of the releases.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
ReleaseName = Annotated[str, typer.Option("--release", help="A release's name, or the start of it.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but what went wrong.")]
