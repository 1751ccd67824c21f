"""What web archives have of the sources' pages: taken for good by `backfill`, or in place of a page that is refused."""

from __future__ import annotations

from osint_ingest.fetch import CrawlReport, archive_for, take_captures
from osint_ingest.model import RefusedRun
from osint_ingest.release.publish import Recap
from osint_ingest.run.alerts import telling
from osint_ingest.run.progress import Reporter
from osint_ingest.run.refresh import NothingToDo, read_and_publish, site_of, with_archive, writing
from osint_ingest.settings import Settings
from osint_ingest.sources import source_named
from osint_ingest.store import RawStore


def backfill(
    name: str,
    settings: Settings,
    reporter: Reporter | None = None,
    *,
    archive: str | None = None,
    since: int | None = None,
) -> Recap:
    """Takes the captures that a web archive has of a source's pages into raw/, and publishes a release with them.

    `archive`: one of `fetch/archives.toml`, else that of the settings, else the source's first. `since`: the first
    year. `settings.limit`: at most so many captures. A run that was killed or ran out of budget is gone on with by the
    next one. Raises RefusedRun for a source without archives, `NothingToDo` if the archive does not answer.
    """
    reporter = reporter or Reporter(quiet=True)
    with telling("backfill", settings, reporter) as ended, writing(settings), site_of(settings) as base_urls:
        told, base_url = with_archive(settings, base_urls)
        report = _taken(name, told, reporter, archive, since, base_url)
        return ended(
            read_and_publish(settings, reporter, findings=[(f.finding, f.url) for f in report.findings])
        )


def _taken(
    name: str,
    settings: Settings,
    reporter: Reporter,
    archive: str | None,
    since: int | None,
    base_url: str | None,
) -> CrawlReport:
    source = source_named(name)
    chosen = archive_for(source.config, settings, archive)
    if chosen is None or not source.config.archived_under:
        raise RefusedRun(
            f"{name} names no web archive: set `archives` and `archived_under` in its source.toml."
        )
    store = RawStore(settings.raw)
    with reporter.counting(f"asking {chosen.name} for {name}") as tell:
        report = take_captures(
            source, chosen, store, settings, since=since, most=settings.limit, tell=tell, base_url=base_url
        )
    if not report.reachable:
        raise NothingToDo(f"{report.message}. Nothing was changed. Run the same command again later.")
    (reporter.say if report.finished else reporter.warn)(report.message)
    return report
