"""Checks whether the cited addresses still answer, and looks up archived copies of them."""

from __future__ import annotations

from typing import Annotated

import typer

from osint_ingest.cli.options import Curated, Quiet, Raw
from osint_ingest.cli.running import finish
from osint_ingest.run.progress import Reporter
from osint_ingest.settings import Settings

MostUrls = Annotated[
    int | None,
    typer.Option(
        "--limit",
        min=1,
        help="At most this many URLs: those never asked first, then those asked longest ago.",
    ),
]


def check_links(
    limit: MostUrls = None, raw: Raw = "raw", curated: Curated = "curated", quiet: Quiet = False
) -> None:
    """Checks whether the URLs of the latest release still answer, and publishes a release with the results.

    The table `link_checks` keeps every check, so that it shows since when a URL fails.

    Example: osint-ingest check-links --limit 2
    """
    from osint_ingest.run.maintenance import check_links as run

    settings = Settings(raw=raw, curated=curated)
    finish(run(settings, Reporter(quiet=quiet), limit=limit), settings)


def archive_links(
    limit: MostUrls = None,
    save: Annotated[
        int, typer.Option(min=0, help="Ask an archive for at most this many copies, of URLs that have none.")
    ] = 0,
    keep: Annotated[
        bool, typer.Option("--keep", help="Fetch URLs that still have none, and keep them in raw/ as WARC.")
    ] = False,
    again_after: Annotated[
        int, typer.Option(min=0, help="Leave out URLs that were looked up less than this many days ago.")
    ] = 90,
    raw: Raw = "raw",
    curated: Curated = "curated",
    quiet: Quiet = False,
) -> None:
    """Looks up copies of the cited URLs in a web archive, and publishes a release that names them.

    Two copies for each document that cites a URL: the newest up to the document's date, and the first one after it.
    The table `archived_copies` has both; `citations.archived_url` is the nearer one.

    Example: osint-ingest archive-links --limit 2
    """
    from osint_ingest.run.maintenance import archive_links as run

    settings = Settings(raw=raw, curated=curated)
    recap = run(settings, Reporter(quiet=quiet), limit=limit, save=save, keep=keep, again_after=again_after)
    finish(recap, settings)
