"""Commands that publish a release: new data, and what the cited addresses answer and archives have of them."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from osint_ingest.cli import options
from osint_ingest.cli.output import out
from osint_ingest.run.progress import Reporter
from osint_ingest.settings import Settings

if TYPE_CHECKING:
    from osint_ingest.release.publish import Recap


def refresh(
    profile: options.ProfileName = "live",
    source: options.Sources = None,
    limit: options.Limit = None,
    force: options.Force = False,
    accept_shrink: options.AcceptShrink = None,
    workers: options.Workers = 2,
    task_runner: options.TaskRunnerName = "process",
    dask_address: options.DaskAddress = None,
    raw: options.Raw = "raw",
    curated: options.Curated = "curated",
    quiet: options.Quiet = False,
) -> None:
    """Fetches what is new at the sources, reads it and publishes a release.

    Example: osint-ingest refresh --profile sample
    """
    from osint_ingest.run.refresh import refresh as run

    settings = _settings(locals())
    if source:
        settings = settings.model_copy(update={"sources": tuple(source)})
    finish(run(settings, Reporter(quiet=quiet)), settings)


def ingest(
    paths: Annotated[
        list[str],
        typer.Argument(metavar="PATH_OR_URL", help="Files, folders, WARC files, http(s) addresses."),
    ],
    url: Annotated[
        str | None, typer.Option(help="The address that the file was saved from. For a single file only.")
    ] = None,
    again: Annotated[
        bool,
        typer.Option("--again", help="Also read documents that `forget` removed, now and in later runs."),
    ] = False,
    force: options.Force = False,
    accept_shrink: options.AcceptShrink = None,
    workers: options.Workers = 2,
    task_runner: options.TaskRunnerName = "process",
    dask_address: options.DaskAddress = None,
    raw: options.Raw = "raw",
    curated: options.Curated = "curated",
    quiet: options.Quiet = False,
) -> None:
    """Reads your own files, folders, WARC files and web addresses, and publishes a release.

    If nothing among them can be read, no release is made and the exit code is 1.

    Example: osint-ingest ingest report.pdf saved-pages/
    """
    from osint_ingest.run.refresh import ingest as run

    settings = _settings(locals())
    finish(run(paths, settings, Reporter(quiet=quiet), url=url, again=again), settings)


def backfill(
    source: Annotated[
        str,
        typer.Argument(help="The source whose pages to take.", autocompletion=options.source_names),
    ],
    since: Annotated[
        int | None, typer.Option("--from", min=1991, help="Leave out captures before this year.")
    ] = None,
    archive: Annotated[
        str | None,
        typer.Option(
            help="The archive to ask: wayback, commoncrawl or arquivo. Default: the source's first."
        ),
    ] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Take at most this many captures; the next run takes more.")
    ] = None,
    profile: options.ProfileName = "live",
    force: options.Force = False,
    accept_shrink: options.AcceptShrink = None,
    workers: options.Workers = 2,
    task_runner: options.TaskRunnerName = "process",
    dask_address: options.DaskAddress = None,
    raw: options.Raw = "raw",
    curated: options.Curated = "curated",
    quiet: options.Quiet = False,
) -> None:
    """Takes the captures of a source's pages that a web archive holds, and publishes a release with them.

    They are captures like any other, with the archive's time, so the table `history` reaches back to the first of
    them. The next run continues one that was stopped or used up its requests.

    Example: osint-ingest backfill ogp --from 2015 --profile sample
    """
    from osint_ingest.run.maintenance import backfill as run

    settings = _settings(locals())
    finish(run(source, settings, Reporter(quiet=quiet), archive=archive, since=since), settings)


def _settings(given: dict[str, Any]) -> Settings:
    """Those options of a command that are settings: they have their names."""
    return Settings(**{name: value for name, value in given.items() if name in Settings.model_fields})


def finish(recap: "Recap", settings: Settings) -> None:
    """Prints what a run did, and ends the command with its exit code."""
    from osint_ingest.run.summary import print_recap

    print_recap(recap, settings, out)
    raise typer.Exit(recap.exit_code)


MostUrls = Annotated[
    int | None,
    typer.Option(
        "--limit",
        min=1,
        help="At most this many URLs: first those never checked, then those checked longest ago.",
    ),
]


def check_links(
    limit: MostUrls = None,
    raw: options.Raw = "raw",
    curated: options.Curated = "curated",
    quiet: options.Quiet = False,
) -> None:
    """Checks whether the URLs of the latest release still answer, and publishes a release with the results.

    The table `link_checks` keeps every check: it shows since when a URL has failed.

    Example: osint-ingest check-links --limit 2
    """
    from osint_ingest.run.maintenance import check_links as run

    settings = Settings(raw=raw, curated=curated)
    finish(run(settings, Reporter(quiet=quiet), limit=limit), settings)


def archive_links(
    limit: MostUrls = None,
    save: Annotated[
        int, typer.Option(min=0, help="Ask the archive to save at most this many URLs that have no copy.")
    ] = 0,
    keep: Annotated[
        bool,
        typer.Option("--keep", help="Fetch URLs that still have no copy, and keep them in raw/ as WARC."),
    ] = False,
    again_after: Annotated[
        int, typer.Option(min=0, help="Leave out URLs that were looked up less than this many days ago.")
    ] = 90,
    raw: options.Raw = "raw",
    curated: options.Curated = "curated",
    quiet: options.Quiet = False,
) -> None:
    """Looks up copies of the cited URLs in a web archive, and publishes a release that names them.

    The table `archived_copies` gets two for each document that cites a URL: the newest up to the document's date, and
    the first after it. `citations.archived_url` is the nearer of the two.

    Example: osint-ingest archive-links --limit 2
    """
    from osint_ingest.run.maintenance import archive_links as run

    settings = Settings(raw=raw, curated=curated)
    recap = run(settings, Reporter(quiet=quiet), limit=limit, save=save, keep=keep, again_after=again_after)
    finish(recap, settings)
