"""A release, or the captures, for other tools."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

import osint_ingest
from osint_ingest.cli.errors import check_captures, check_target
from osint_ingest.cli.options import Curated, Raw, ReleaseName
from osint_ingest.cli.output import say

ExportForm = Literal["csv", "jsonl", "sqlite", "ftm", "warc"]


def export(
    form: Annotated[
        ExportForm,
        typer.Argument(
            help="csv, jsonl: a folder of files; sqlite: a database; ftm: FollowTheMoney entities; warc: the captures."
        ),
    ],
    to: Annotated[Path, typer.Argument(help="The folder or file to write.")],
    release: ReleaseName = "latest",
    raw: Raw = "raw",
    curated: Curated = "curated",
) -> None:
    """Exports a release, or the captures, for other tools.

    Example: osint-ingest export sqlite release.db
    """
    from osint_ingest.analyst.export import export_csv, export_jsonl, export_sqlite
    from osint_ingest.analyst.ftm import export_ftm
    from osint_ingest.sources import all_sources

    check_target(to, folder=form in ("csv", "jsonl"))
    if form == "warc":
        say(f"{_captures(raw, to)} captures in {to}")
        return
    all_sources()  # declares the sources' tables
    found = osint_ingest.release(release, curated)
    if form == "csv":
        say(f"{len(export_csv(found, to))} files in {to}")
    elif form == "jsonl":
        say(f"{len(export_jsonl(found, to))} files in {to}")
    elif form == "ftm":
        say(f"{export_ftm(found, to)} entities in {to}")
    else:
        say(f"{len(found.table_names())} tables in {export_sqlite(found, to)}")


def _captures(raw: str, to: Path) -> int:
    from osint_ingest.store import RawStore
    from osint_ingest.store.warc import write_warc

    store = RawStore(raw)
    check_captures(store)
    with to.open("wb") as file:
        return write_warc(store, store.captures(), file, software=f"osint-ingest/{osint_ingest.__version__}")
