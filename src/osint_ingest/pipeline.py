"""Refresh and ingest: the steps in order, over any executor. Knows no Prefect.

discover and fetch -> raw/ -> plan -> process in batches -> publish. The flow runs these same
functions as its tasks.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from osint_ingest.model import Capture, Finding
from osint_ingest.planning import Plan, make_plan
from osint_ingest.process import Batch, prepare_worker, process_batch
from osint_ingest.progress import Reporter
from osint_ingest.publishing import Recap, publish
from osint_ingest.release.folder import Releases
from osint_ingest.settings import Settings
from osint_ingest.sources import all_sources, source_for
from osint_ingest.store import RawStore
from osint_ingest.store.at_hand import NotTaken, files_at_hand
from osint_ingest.store.lock import one_writer

PlacedFinding = tuple[Finding, str | None]
"""A finding and the address or path that it is about."""


def process_pool(settings: Settings) -> ProcessPoolExecutor:
    """The executor that reads documents on this machine. Spawned, so that no lock of this process is copied."""
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(settings.workers, mp_context=context, initializer=prepare_worker)


def ingest(
    paths: Iterable[str | Path],
    settings: Settings,
    reporter: Reporter | None = None,
    *,
    url: str | None = None,
) -> Recap:
    """Takes files, folders and WARC files at hand through the same steps, without network.

    `url` is the address of a single file. What cannot be taken becomes a row of `issues`.
    Raises `LockedByAnother` while another run writes to the same folders.
    """
    reporter = reporter or Reporter(quiet=True)
    with writing(settings):
        findings = take(paths, settings, url=url)
        return read_and_publish(settings, reporter, findings=findings)


def take(paths: Iterable[str | Path], settings: Settings, *, url: str | None = None) -> list[PlacedFinding]:
    """Puts files at hand into raw/; returns what could not be taken, with its path."""
    store = RawStore(settings.raw)
    findings: list[PlacedFinding] = []
    for found in files_at_hand(paths, url=url):
        if isinstance(found, NotTaken):
            findings.append(
                (Finding("error", "discover", found.code, found.message, found.hint), str(found.path))
            )
            continue
        source = source_for(all_sources(), found.capture, found.data)
        capture = replace(found.capture, source=source.config.name) if source else found.capture
        store.put(capture, found.data, details=found.details)
    return findings


@contextmanager
def writing(settings: Settings) -> Iterator[None]:
    """Holds raw/ and curated/ for this run, and clears away what a killed run left half-written."""
    with one_writer(settings.raw), one_writer(settings.curated):
        RawStore(settings.raw).heal()
        yield


def read_and_publish(
    settings: Settings,
    reporter: Reporter,
    *,
    addresses: pa.Table | None = None,
    findings: Sequence[PlacedFinding] = (),
) -> Recap:
    """The second half of every run: plan, process, publish. Workers are started only where they pay."""
    plan, captures = plan_run(settings)
    if settings.workers > 1 and len(plan.batches) > 1:
        with process_pool(settings) as executor:
            batches = process_all(plan, settings, executor, reporter)
    else:
        batches = process_all(plan, settings, None, reporter)
    return publish(plan, batches, captures, settings, addresses=addresses, findings=findings)


def plan_run(settings: Settings) -> tuple[Plan, Sequence[Capture]]:
    """What has to be read, and all captures that there are."""
    store = RawStore(settings.raw)
    return make_plan(store.latest(), Releases(settings.curated).latest(), settings), list(store.captures())


def process_all(plan: Plan, settings: Settings, executor: Executor | None, reporter: Reporter) -> list[Batch]:
    """The batches of a plan, read by `executor`, or in this process without one."""
    with reporter.step("reading documents", plan.size) as tick:
        batches: dict[int, Batch] = {}
        if executor is None:
            for number, batch in enumerate(plan.batches):
                batches[number] = process_batch(batch, settings)
                tick(len(batch))
        else:
            waiting = {
                executor.submit(process_batch, batch, settings): n for n, batch in enumerate(plan.batches)
            }
            for future in as_completed(waiting):
                batches[waiting[future]] = future.result()
                tick(len(plan.batches[waiting[future]]))
    return [batches[n] for n in sorted(batches)]
