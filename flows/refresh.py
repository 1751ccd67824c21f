"""The scheduled refresh as a Prefect flow: discover and fetch -> read in batches -> release.

    python flows/refresh.py --profile sample

The steps are those of `osint_ingest.run.refresh`, made into tasks; here are only arguments, retries and the
artifact. Works with the server that PREFECT_API_URL names, else with one of its own for the length of the run.
"""

import argparse
import sys
from concurrent.futures import Executor
from typing import Any, get_args

# first: it silences Prefect before Prefect is imported
from embedded import untouched

# isort: split
from prefect import task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.task_runners import ThreadPoolTaskRunner

from ending import as_flow, reporter_of_run, run_once, settings_of
from osint_ingest.read.documents import Work
from osint_ingest.read.plan import Plan
from osint_ingest.read.pool import read_batch
from osint_ingest.read.staging import StagedBatch
from osint_ingest.release.publish import Recap
from osint_ingest.run import refresh as pipeline
from osint_ingest.run.summary import recap_text
from osint_ingest.settings import Profile, Settings, TaskRunner

# a crawl retries its own requests; the retry here is for what it did not foresee
fetch = task(name="fetch", retries=1, retry_delay_seconds=30, cache_policy=NO_CACHE)(pipeline.fetch_source)
plan = task(name="plan", cache_policy=NO_CACHE)(pipeline.plan_run)
release = task(name="release", cache_policy=NO_CACHE)(pipeline.publish_run)


THREADS: Any = ThreadPoolTaskRunner(max_workers=128)
"""They only wait: for sources, for worker processes, for the workers of a cluster."""


@task(name="read", retries=1, cache_policy=NO_CACHE)
def read(work: tuple[Work, ...], settings: Settings, pool: Executor) -> StagedBatch:
    """Reads one batch on a worker of this machine or of a Dask cluster. Retried once, for a machine that failed:
    documents that fail do so within their batch."""
    return pool.submit(read_batch, work, settings).result()


@as_flow("refresh", task_runner=THREADS)
def refresh(
    profile: Profile = "live",
    sources: list[str] | None = None,
    limit: int | None = None,
    force: bool = False,
    raw: str | None = None,
    curated: str | None = None,
    workers: int | None = None,
    task_runner: TaskRunner | None = None,
    dask_address: str | None = None,
) -> Recap:
    """Discovers, fetches, reads and publishes; one failed document never fails the run.

    `profile`: live, sample or sample-faults; `sources`: names, none for all; `limit`: documents to fetch a source;
    `force`: read every document again; `raw`, `curated`: folders or fsspec URLs, else as the settings say;
    `workers`: processes that read; `task_runner`: process (of this machine) or dask (the cluster at `dask_address`,
    else one of this machine).
    """
    settings = settings_of(**locals() | {"sources": tuple(sources or ())})  # all parameters are settings
    reporter = reporter_of_run()
    with pipeline.writing(settings), pipeline.site_of(settings) as base_urls:
        names = pipeline.source_names(settings)
        fetching = [fetch.submit(n, settings, untouched(base_urls), untouched(reporter)) for n in names]
        reports = [future.result() for future in fetching]
        addresses, findings = pipeline.fetched(reports, settings, reporter)
        todo, captures = plan(settings)
        there = pipeline.located(settings)
        with pipeline.workers_for(todo, settings) as pool:

            def read_all(some: Plan) -> list[StagedBatch]:
                with reporter.step("reading captures", some.size) as tick:
                    futures = [read.submit(untouched(w), there, untouched(pool)) for w in some.batches]
                    batches = []
                    for work, future in zip(some.batches, futures, strict=True):
                        batches.append(future.result())
                        tick(len(work))
                return batches

            todo, batches, captures, more = pipeline.with_copies(
                (todo, read_all(todo), captures), settings, base_urls, reporter, read_all
            )
        recap: Recap = release(
            untouched(todo),
            untouched(batches),
            untouched(captures),
            settings,
            addresses=untouched(addresses),
            findings=untouched([*findings, *more]),
        )
    message = f"```\n{recap_text(recap, settings)}```"
    create_markdown_artifact(key="refresh-recap", markdown=message, description="What the run made")
    return recap


def main() -> int:
    """Runs the flow once and prints its recap; returns the exit code of `osint-ingest refresh`."""
    parser = argparse.ArgumentParser(description="Discover, fetch, read and publish, as a Prefect flow.")
    parser.add_argument("--profile", choices=get_args(Profile), default="live")
    parser.add_argument(
        "--source", action="append", dest="sources", help="only this source; may be given again"
    )
    parser.add_argument("--limit", type=int, help="fetch at most this many documents a source")
    parser.add_argument("--force", action="store_true", help="read every document again")
    parser.add_argument("--workers", type=int, help="processes that read documents")
    parser.add_argument(
        "--task-runner", choices=get_args(TaskRunner), help="who reads: this machine, or Dask"
    )
    parser.add_argument("--dask-address", help="tcp://host:8786; else a cluster of this machine for the run")
    parser.add_argument("--raw")
    parser.add_argument("--curated")
    return run_once(refresh, vars(parser.parse_args()))


if __name__ == "__main__":
    sys.exit(main())
