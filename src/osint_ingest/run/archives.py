"""What web archives have of the sources' pages: taken for good by `backfill`, or in place of a page that its site
refuses to machines, or that no reader can read."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from osint_ingest.fetch import ArchiveTaker, CrawlReport, archive_for
from osint_ingest.model import Capture, RefusedRun
from osint_ingest.read.documents import Work, age
from osint_ingest.read.plan import Plan
from osint_ingest.read.staging import StagedBatch
from osint_ingest.release.publish import Recap
from osint_ingest.run.alerts import telling
from osint_ingest.run.ingest import PlacedFinding, reasons_of
from osint_ingest.run.progress import Reporter
from osint_ingest.run.refresh import NothingToDo, plan_run, read_and_publish, site_of, writing
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
Read = tuple[Plan, list[StagedBatch], Sequence[Capture]]


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
    next one. Raises RefusedRun for a source without archives, `NothingToDo` if the archive does not answer."""
    reporter = reporter or Reporter(quiet=True)
    with telling("backfill", settings, reporter) as ended, writing(settings), site_of(settings) as base_urls:
        with _taker(name, settings, base_urls, reporter, archive) as taker:
            if taker is None or not source_named(name).config.archived_under:
                said = "names no web archive: set `archives` and `archived_under` in its source.toml."
                raise RefusedRun(f"{name} {said}")
            report = taker.take_all(since, settings.limit)
        if not report.reachable:
            raise NothingToDo(f"{report.message}. Nothing was changed. Run the same command again later.")
        (reporter.say if report.finished else reporter.warn)(report.message)
        return ended(read_and_publish(settings, reporter, findings=report.findings))


def copies_of_refused(
    report: CrawlReport, settings: Settings, base_urls: Mapping[str, str], reporter: Reporter
) -> CrawlReport:
    """Takes the newest archived copy of each page that a crawl was refused; returns the report with what was found."""
    refused = [f.url for f in report.findings if f.finding.code in REFUSED]
    taken = _newest(report.source, refused, settings, base_urls, reporter)
    if taken is None:
        return report
    return replace(
        report,
        captures=(*report.captures, *taken.captures),
        findings=(*report.findings, *taken.findings),
        requests=report.requests + taken.requests,
        bytes=report.bytes + taken.bytes,
    )


def with_copies(
    found: Read,
    settings: Settings,
    base_urls: Mapping[str, str],
    reporter: Reporter,
    read: Callable[[Plan], list[StagedBatch]],
) -> tuple[Plan, list[StagedBatch], Sequence[Capture], list[PlacedFinding]]:
    """What was read, with the pages that could not be read from an archived copy, and what was found on the way. A
    page of which an older capture could be read needs none. `read` reads the documents of a plan."""
    plan, batches, captures = found
    every = (*plan.remembered, *(o for batch in (*plan.finished, *batches) for o in batch.outcomes))
    failed = {o.url for o in every if o.failed and o.document_id is None}
    if not failed:
        return *found, []
    why = reasons_of(failed, (*plan.finished, *batches), settings)
    wanted = {url for finding, url in why if url and finding.code in UNREADABLE}
    by_source: dict[str, list[str]] = defaultdict(list)
    for url, capture in RawStore(settings.raw).latest().items():
        if url in wanted and capture.source:
            by_source[capture.source].append(url)
    asked = (_newest(name, urls, settings, base_urls, reporter) for name, urls in by_source.items())
    reports = [report for report in asked if report]
    findings: list[PlacedFinding] = [found for report in reports for found in report.findings]
    copied = {capture.url for report in reports for capture in report.captures}
    if not copied:
        return *found, findings
    _, captures = plan_run(settings)
    again = [
        Work(tuple(sorted((c for c in captures if c.url == url), key=age, reverse=True)))
        for url in sorted(copied)
    ]
    left = [
        [replace(batch, outcomes=tuple(o for o in batch.outcomes if o.url not in copied)) for batch in some]
        for some in (plan.finished, batches)
    ]
    remembered = tuple(o for o in plan.remembered if o.url not in copied)
    plan = replace(plan, remembered=remembered, finished=tuple(left[0]))
    return plan, [*left[1], *read(replace(plan, batches=(tuple(again),)))], captures, findings


def _newest(
    name: str, urls: list[str], settings: Settings, base_urls: Mapping[str, str], reporter: Reporter
) -> CrawlReport | None:
    """The newest copies of these addresses, taken into raw/; None where no archive is to be asked."""
    if not urls or not name or not settings.archive_fallback:
        return None
    with _taker(name, settings, base_urls, reporter) as taker:
        taken = taker.take_newest(sorted(set(urls))) if taker else None
    if taken is not None:
        reporter.say(taken.message)
    return taken


@contextmanager
def _taker(
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
