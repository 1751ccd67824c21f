"""Refresh and ingest: the steps in order, over any executor. Knows no Prefect. discover and fetch -> raw/ -> plan ->
process in batches -> publish. The flow runs these same functions as its tasks."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, as_completed
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from osint_ingest import report
from osint_ingest.model import Capture, RefusedRun
from osint_ingest.read.cluster import dask_executor
from osint_ingest.read.documents import Work, age
from osint_ingest.read.plan import Plan, make_plan
from osint_ingest.read.pool import ReadingThreads, read_batch
from osint_ingest.read.staging import StagedBatch
from osint_ingest.release.folder import Releases
from osint_ingest.release.publish import Recap, publish
from osint_ingest.run.alerts import alerting
from osint_ingest.run.forget import complete
from osint_ingest.run.ingest import Given, PlacedFinding, check_read, reasons_of, take
from osint_ingest.run.progress import Reporter
from osint_ingest.settings import Settings
from osint_ingest.sources import all_sources, source_named
from osint_ingest.store import RawStore
from osint_ingest.store.folder import is_remote
from osint_ingest.store.forgotten import ForgottenList
from osint_ingest.store.lock import one_writer
from osint_ingest.tables import table_of
from osint_ingest.tables.documents import AddressRow
from osint_ingest.text.masking import mask_captures, mask_text

if TYPE_CHECKING:
    from osint_ingest.fetch import CrawlReport


@contextmanager
def workers_for(plan: Plan, settings: Settings) -> Iterator[Executor]:
    """Yield the executor that reads a plan's documents: `settings.workers` processes on this machine, or a Dask
    cluster. Each document is read within its limits. The processes start with their first batch and end a minute after
    their last. Raises `RefusedRun` if the cluster cannot be used (see `read.cluster`)."""
    if settings.task_runner == "dask" and plan.batches:
        with dask_executor(located(settings)) as executor:
            yield executor
    else:
        with ReadingThreads(max(1, min(settings.workers, len(plan.batches)))) as threads:
            yield threads


def located(settings: Settings) -> Settings:
    """The settings with absolute paths: a worker may run in another folder."""
    places = {"raw": settings.raw, "curated": settings.curated}
    whole = {name: p if is_remote(p) else str(Path(p).absolute()) for name, p in places.items()}
    return settings.model_copy(update=whole)


class NothingToDo(RefusedRun):
    """No source answered and raw/ is empty. The message says what to do."""


def fetched(
    reports: Sequence["CrawlReport"], settings: Settings, reporter: Reporter
) -> tuple[pa.Table, list[PlacedFinding]]:
    """The table `addresses` of what crawls found, and what went wrong where; the captures are in raw/. Warns if no
    source answered; raises `NothingToDo` if raw/ is empty too."""
    if not any(report.reachable for report in reports):
        lost = (
            "No source could be reached. The last release stays as it is. "
            "If a site blocks automated requests, a web archive may have its pages: osint-ingest backfill NAME. "
            "To try everything without a network: osint-ingest refresh --profile sample"
        )
        if next(iter(RawStore(settings.raw).captures()), None) is None:
            raise NothingToDo(lost)
        reporter.warn(f"{lost}\nReading what is already in {settings.raw}.")
    seen = sorted((a for r in reports for a in r.addresses), key=lambda a: a.url)
    return table_of(AddressRow).arrow(seen), [found for r in reports for found in r.findings]


def refresh(settings: Settings, reporter: Reporter | None = None) -> Recap:
    """Discovers, fetches, reads and publishes, in this process and its workers. A source that cannot be reached is
    named and the rest goes on. Raises `NothingToDo` if none can be reached and raw/ is empty, `LockedByAnother` while
    another run writes to the same folders."""
    reporter = reporter or Reporter(quiet=True)
    with alerting("refresh", settings, reporter) as ended, writing(settings), site_of(settings) as base_urls:
        reports = [fetch_source(name, settings, base_urls, reporter) for name in source_names(settings)]
        addresses, findings = fetched(reports, settings, reporter)
        return ended(
            read_and_publish(settings, reporter, findings=findings, base_urls=base_urls, addresses=addresses)
        )


def source_names(settings: Settings) -> list[str]:
    """The sources of a run that have pages to start from. KeyError names the known ones."""
    chosen = [source_named(name) for name in settings.sources] or all_sources()
    return [s.config.name for s in chosen if s.config.start or s.config.sitemaps]


@contextmanager
def site_of(settings: Settings) -> Iterator[Mapping[str, str]]:
    """Start the sample site, if the profile asks for it. Yields the base URL that stands in for each source's own."""
    if settings.profile == "live":
        yield {}
        return
    from osint_ingest.sample import SampleSite

    with SampleSite(faults=settings.profile == "sample-faults") as site:
        yield site.base_urls


def fetch_source(
    name: str, settings: Settings, base_urls: Mapping[str, str], reporter: Reporter
) -> "CrawlReport":
    """Fetches what is new or changed at a source into raw/, and an archive's copy of what it refuses. Call it while
    `writing`. `base_urls`: what stands in for the source's site and for the archive."""
    from osint_ingest.fetch import crawl
    from osint_ingest.run.archives import copies_of_refused

    last, store = Releases(settings.curated).latest(), RawStore(settings.raw)
    known = last.table("addresses").to_pylist() if last else []
    # a release masks what an address says of a person: the address itself is known from its capture
    clear = {mask_text(url): url for url in store.latest()}
    seen = [AddressRow(**r | {"url": clear.get(r["url"], r["url"])}) for r in known if r["source"] == name]
    with reporter.counting(f"fetching {name}") as tell:
        report = crawl(
            source_named(name),
            store,
            settings,
            base_url=base_urls.get(name),
            known=seen,
            progress=lambda done, waiting: tell(done, done + waiting),
        )
    (reporter.say if report.reachable else reporter.warn)(report.message)
    return copies_of_refused(report, settings, base_urls, reporter)


def ingest(
    paths: Iterable[str | Path],
    settings: Settings,
    reporter: Reporter | None = None,
    *,
    url: str | None = None,
    again: bool = False,
) -> Recap:
    """Reads files, folders and WARC files and publishes a release, without network. An http(s) address among the paths
    is fetched, but nothing that it links to. `url` is the address of a single file; `again` also reads documents that
    were forgotten. What cannot be read becomes a row of `issues`. If nothing can be read, there is no release, raw/
    stays as it was, and NothingReadable says why. Raises `LockedByAnother` while another run writes there."""
    reporter = reporter or Reporter(quiet=True)
    given = Given.of(paths, url, again=again)
    with alerting("ingest", settings, reporter) as ended:
        given.check()
        with writing(settings) as store:
            taken = take(given, settings, store)
            for finding, _ in taken.findings:
                if finding.severity == "info":
                    reporter.say(finding.message)
            plan, batches, captures, _ = read_new(settings, reporter, store=store)
            if given.paths or given.addresses:
                check_read(taken, plan, batches, store, settings)
            keep = settings.keep_personal_data
            places = {url: path if keep else mask_text(path) for url, path in taken.paths.items()}
            findings = taken.findings
            return ended(publish_run(plan, batches, captures, settings, findings=findings, paths=places))


@contextmanager
def writing(settings: Settings) -> Iterator[RawStore]:
    """Holds raw/ and curated/ for this run, clears away what a killed run left half-written, and completes what a
    killed process had begun to forget. Yields the captures."""
    with one_writer(settings.raw), one_writer(settings.curated):
        store = RawStore(settings.raw)
        store.heal()
        for line in complete(settings):
            Reporter().warn(f"Completed an interrupted `forget` of {line.at:%Y-%m-%d}.")
            store = RawStore(settings.raw)
        yield store


def read_and_publish(
    settings: Settings,
    reporter: Reporter,
    *,
    findings: Sequence[PlacedFinding] = (),
    base_urls: Mapping[str, str] | None = None,
    addresses: pa.Table | None = None,
    link_checks: pa.Table | None = None,
) -> Recap:
    """The second half of every run: plan, read, publish. `base_urls`: see `read_new`; the others: see
    `release.publish`."""
    plan, batches, captures, more = read_new(settings, reporter, base_urls)
    all_findings = (*findings, *more)
    return publish_run(
        plan, batches, captures, settings, findings=all_findings, addresses=addresses, link_checks=link_checks
    )


def read_new(
    settings: Settings,
    reporter: Reporter,
    base_urls: Mapping[str, str] | None = None,
    store: RawStore | None = None,
) -> tuple[Plan, list[StagedBatch], Sequence[Capture], Sequence[PlacedFinding]]:
    """Read what a run has to read: the plan, what was read, all captures, and what was found on the way. `base_urls`:
    archives are asked for copies of pages that cannot be read; what stands in for them. `store`: the captures, listed
    already."""
    plan, captures = plan_run(settings, store)
    if plan.finished:
        known = sum(len(batch.outcomes) for batch in plan.finished)
        reporter.say(
            f"{known} documents were read by an earlier run that did not finish. They are not read again."
        )
    with workers_for(plan, settings) as executor:

        def read(some: Plan) -> list[StagedBatch]:
            return process_all(some, settings, executor, reporter)

        batches = read(plan)
        if base_urls is None:
            return plan, batches, captures, ()
        return with_copies((plan, batches, captures), settings, base_urls, reporter, read)


def with_copies(
    found: tuple[Plan, list[StagedBatch], Sequence[Capture]],
    settings: Settings,
    base_urls: Mapping[str, str],
    reporter: Reporter,
    read: Callable[[Plan], list[StagedBatch]],
) -> tuple[Plan, list[StagedBatch], Sequence[Capture], list[PlacedFinding]]:
    """What was read, with the pages that could not be read from an archived copy, and what was found on the way. A
    page of which an older capture could be read needs none. `read` reads the documents of a plan."""
    from osint_ingest.run.archives import UNREADABLE, newest_copies

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
    asked = (newest_copies(name, urls, settings, base_urls, reporter) for name, urls in by_source.items())
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


def publish_run(
    plan: Plan,
    batches: Sequence[StagedBatch],
    captures: Sequence[Capture],
    settings: Settings,
    *,
    findings: Sequence[PlacedFinding] = (),
    addresses: pa.Table | None = None,
    link_checks: pa.Table | None = None,
    paths: Mapping[str, str] = {},
) -> Recap:
    """Publish a release of what was read, with its report. Findings and tables: see `release.publish`; `paths` are the
    files behind some addresses. The recap names a file that failed by its path or, when an earlier run took it in, by
    the file name that raw/ keeps."""
    recap = publish(
        plan,
        batches,
        captures,
        settings,
        findings=findings,
        addresses=addresses,
        link_checks=link_checks,
        write_report=report.write,
    )
    names = {c.url: c.file_name for c in captures if c.file_name} | dict(paths)
    failures = tuple((names.get(place, place), code, message) for place, code, message in recap.failures)
    return replace(recap, failures=failures)


def plan_run(settings: Settings, store: RawStore | None = None) -> tuple[Plan, Sequence[Capture]]:
    """What has to be read, and all captures that there are."""
    captures, forgotten = ForgottenList(settings.raw).sift((store or RawStore(settings.raw)).captures())
    if not settings.keep_personal_data:
        captures = mask_captures(captures)
    plan = make_plan(captures, Releases(settings.curated).latest(), settings)
    return replace(plan, findings=tuple(forgotten)), captures


def process_all(plan: Plan, settings: Settings, executor: Executor, reporter: Reporter) -> list[StagedBatch]:
    """The batches of a plan, read by `executor`, in the order of the plan. Their rows stay staged."""
    with reporter.step("reading captures", plan.size) as tick:
        there = located(settings)
        waiting = {executor.submit(read_batch, work, there): n for n, work in enumerate(plan.batches)}
        for future in as_completed(waiting):
            future.result()
            tick(len(plan.batches[waiting[future]]))
    return [future.result() for future in waiting]
