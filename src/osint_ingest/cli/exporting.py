"""A release, or the captures, for other tools."""

from importlib import import_module
from pathlib import Path
from typing import Annotated, Literal

import typer

import osint_ingest
from osint_ingest.cli.errors import check_captures, check_target
from osint_ingest.cli.options import Curated, Raw, ReleaseName
from osint_ingest.cli.output import say
from osint_ingest.model import RefusedRun

_WRITTEN_BY = {
    "csv": ("export", "files"),
    "jsonl": ("export", "files"),
    "sqlite": ("export", "tables"),
    "ftm": ("ftm", "entities"),
    "csl": ("bibliography", "citations"),
    "bibtex": ("bibliography", "citations"),
    "gexf": ("graph", "pairs of entities"),
    "atom": ("feed", "changed documents and entities"),
}
"""The module of `analyst` whose `export_<form>` writes each form, and what that counts. A module that needs a library
which is not always there has the name of the extra that brings it."""
ExportForm = Literal["csv", "jsonl", "sqlite", "ftm", "csl", "bibtex", "gexf", "atom", "warc"]


def export(
    form: Annotated[
        ExportForm,
        typer.Argument(
            help="csv, jsonl: a folder of files; sqlite: a database, also for Datasette; ftm: FollowTheMoney entities; "
            "csl, bibtex: the cited URLs, for reference managers; gexf: a graph of entities named together; "
            "atom: a feed of changes; warc: the captures."
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
    from osint_ingest.sources import all_sources

    check_target(to, folder=form in ("csv", "jsonl"))
    if form == "warc":
        say(f"{_captures(raw, to)} captures in {to}")
        return
    all_sources()  # declares the sources' tables
    module, what = _WRITTEN_BY[form]
    found = osint_ingest.release(release, curated)
    try:
        written = getattr(import_module(f"osint_ingest.analyst.{module}"), f"export_{form}")(found, to)
    except ModuleNotFoundError as error:
        raise RefusedRun(
            f"export {form} needs {error.name}, which is not installed: pip install 'osint-ingest[{module}]'."
        ) from error
    say(f"{written if isinstance(written, int) else len(written)} {what} in {to}")


def _captures(raw: str, to: Path) -> int:
    from osint_ingest.store import RawStore
    from osint_ingest.store.warc import write_warc

    store = RawStore(raw)
    check_captures(store)
    with to.open("wb") as file:
        return write_warc(store, store.captures(), file, software=f"osint-ingest/{osint_ingest.__version__}")
