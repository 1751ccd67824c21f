"""A release, or the captures, for other tools."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

import osint_ingest
from osint_ingest.cli.options import Curated, Raw, ReleaseName
from osint_ingest.cli.output import out

ExportForm = Literal["csv", "jsonl", "sqlite", "ftm", "warc"]


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
