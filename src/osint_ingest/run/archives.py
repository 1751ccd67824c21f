"""Asks web archives for copies of the sources' pages: all of them, or the newest of single pages."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from osint_ingest.fetch import ArchiveTaker, CrawlReport, archive_for
from osint_ingest.run.progress import Reporter
from osint_ingest.sample import ARCHIVE
from osint_ingest.settings import Settings
from osint_ingest.sources import source_named
from osint_ingest.store import RawStore

REFUSED = frozenset({"challenge", "refused_by_site", "missing_required"})
"""Codes of fetching for a page that is there, and is not shown to machines."""
UNREADABLE = frozenset({"unknown_template", "missing_required", "challenge_page", "login_page", "error_page"})
"""Codes of reading for bytes that are not the page that they should be."""

_SAMPLES = {
    "archive_index": f"{ARCHIVE}/cdx", "archive_captures": f"{ARCHIVE}/web/{{timestamp}}id_/{{url}}",
    "archive_paging": "resume_key", "archive_seconds": 0.001,
}  # fmt: skip
"""Settings of the sample's own web archive."""


def copies_of_refused(
    report: CrawlReport, settings: Settings, base_urls: Mapping[str, str], reporter: Reporter
) -> CrawlReport:
    """Takes the newest archived copy of each page that a crawl was refused; returns the report with what was found."""
    refused = [f.url for f in report.findings if f.finding.code in REFUSED]
    taken = newest_copies(report.source, refused, settings, base_urls, reporter)
    if taken is None:
        return report
    captures, findings = (*report.captures, *taken.captures), (*report.findings, *taken.findings)
    return replace(report, captures=captures, findings=findings)


def newest_copies(
    name: str, urls: list[str], settings: Settings, base_urls: Mapping[str, str], reporter: Reporter
) -> CrawlReport | None:
    """The newest copies of these addresses, taken into raw/; None where no archive is to be asked."""
    if not urls or not name or not settings.archive_fallback:
        return None
    with archive_taker(name, settings, base_urls, reporter) as taker:
        taken = taker.take_newest(sorted(set(urls))) if taker else None
    if taken is not None:
        reporter.say(taken.message)
    return taken


@contextmanager
def archive_taker(
    name: str,
    settings: Settings,
    base_urls: Mapping[str, str],
    reporter: Reporter,
    archive: str | None = None,
) -> Iterator[ArchiveTaker | None]:
    """What takes a source's pages from an archive, with the progress on `reporter`; None if it has no archive."""
    source, base_url = source_named(name), None
    if "archive" in base_urls and not settings.archive_index:  # the sample's own
        base_url = base_urls["archive"]
        settings = settings.model_copy(update=_SAMPLES)
    chosen = archive_for(source.config, settings, archive)
    if chosen is None:
        yield None
        return
    with (
        reporter.counting(f"asking {chosen.name} for {name}") as tell,
        ArchiveTaker(source, chosen, RawStore(settings.raw), settings, tell=tell, base_url=base_url) as taker,
    ):
        yield taker
