"""Archived copies that stand in for pages which their site refuses to machines, or which no reader can read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from osint_ingest.fetch import CrawlReport, archive_for, newest_copies
from osint_ingest.model import Capture
from osint_ingest.read.documents import Work, age
from osint_ingest.read.plan import Plan
from osint_ingest.read.staging import StagedBatch
from osint_ingest.run.ingest import PlacedFinding, reasons_of
from osint_ingest.run.progress import Reporter
from osint_ingest.run.refresh import plan_run, with_archive
from osint_ingest.settings import Settings
from osint_ingest.sources import source_named
from osint_ingest.store import RawStore

REFUSED = frozenset({"challenge", "refused_by_site", "missing_required"})
"""Codes of fetching for a page that is there, and is not shown to machines."""
UNREADABLE = frozenset({"unknown_template", "missing_required", "challenge_page", "login_page", "error_page"})
"""Codes of reading for bytes that are not the page that they should be."""

Read = tuple[Plan, list[StagedBatch], Sequence[Capture]]


def copies_of_refused(
    report: CrawlReport, settings: Settings, base_urls: Mapping[str, str], reporter: Reporter
) -> CrawlReport:
    """Takes the newest archived copy of each page that a crawl was refused; returns the report with what was found."""
    refused = [f.url for f in report.findings if f.finding.code in REFUSED]
    taken = _taken(report.source, refused, settings, base_urls, reporter)
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
    """What was read, with the pages that could not be read from an archived copy, and what was found on the way.

    A page of which an older capture could be read needs none. `read` reads the documents of a plan.
    """
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
    reports = [_taken(name, urls, settings, base_urls, reporter) for name, urls in by_source.items()]
    findings: list[PlacedFinding] = [
        (f.finding, f.url) for report in reports if report for f in report.findings
    ]
    copied = {capture.url for report in reports if report for capture in report.captures}
    if not copied:
        return *found, findings
    _, captures = plan_run(settings)
    again = [
        Work(tuple(sorted((c for c in captures if c.url == url), key=age, reverse=True)))
        for url in sorted(copied)
    ]
    plan = replace(
        plan,
        remembered=tuple(o for o in plan.remembered if o.url not in copied),
        finished=tuple(_without(plan.finished, copied)),
    )
    batches = [*_without(batches, copied), *read(replace(plan, batches=(tuple(again),)))]
    return plan, batches, captures, findings


def _without(batches: Iterable[StagedBatch], urls: set[str]) -> Iterable[StagedBatch]:
    for batch in batches:
        yield replace(batch, outcomes=tuple(o for o in batch.outcomes if o.url not in urls))


def _taken(
    name: str, urls: list[str], settings: Settings, base_urls: Mapping[str, str], reporter: Reporter
) -> CrawlReport | None:
    """The newest copies of these addresses, taken into raw/; None where no archive is to be asked."""
    if not urls or not name or not settings.archive_fallback:
        return None
    settings, base_url = with_archive(settings, base_urls)
    source = source_named(name)
    archive = archive_for(source.config, settings)
    if archive is None:
        return None
    with reporter.counting(f"asking {archive.name} for {name}") as tell:
        taken = newest_copies(
            source, archive, sorted(set(urls)), RawStore(settings.raw), settings, tell=tell, base_url=base_url
        )
    reporter.say(taken.message)
    return taken
