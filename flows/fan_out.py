"""One task for each batch: on worker processes of this machine, or on the workers of a Dask cluster."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TypeAlias

# first: it silences Prefect before Prefect is imported
from embedded import untouched

# isort: split
from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.futures import PrefectFuture

from osint_ingest.read.cluster import cluster_for
from osint_ingest.read.documents import Work
from osint_ingest.read.plan import Plan
from osint_ingest.read.pool import read_batch
from osint_ingest.read.staging import StagedBatch
from osint_ingest.run.refresh import located, workers_for
from osint_ingest.settings import Settings

Start: TypeAlias = Callable[[tuple[Work, ...]], PrefectFuture[StagedBatch]]
"""Starts the task of one batch."""


@task(name="read", retries=1, cache_policy=NO_CACHE)
def read(work: tuple[Work, ...], settings: Settings, pool: Executor | None = None) -> StagedBatch:
    """Reads one batch by `pool`, or where it stands: on a worker of a cluster. Retried once, for a machine that failed:
    documents that fail do so within their batch."""
    return pool.submit(read_batch, work, settings).result() if pool else read_batch(work, settings)


@contextmanager
def fan_out(plan: Plan, settings: Settings) -> Iterator[Start]:
    """What starts the tasks of a plan's batches; call it within a flow. Raises `RefusedRun` where a cluster cannot
    run them. The cluster's workers report to the Prefect server themselves."""
    there = located(settings)
    if settings.task_runner == "dask" and plan.batches:
        with cluster_for(there) as address, _dask(address) as start:
            yield lambda work: start(work, there)
    else:
        with workers_for(plan, settings) as pool:
            yield lambda work: read.submit(untouched(work), there, untouched(pool))


@contextmanager
def _dask(address: str) -> Iterator[Callable[[tuple[Work, ...], Settings], PrefectFuture[StagedBatch]]]:
    import cloudpickle
    from prefect_dask.task_runners import DaskTaskRunner

    # this folder is no package that the workers could import from, and a task brings its flow along
    for module in _of_this_folder():
        cloudpickle.register_pickle_by_value(module)
    with DaskTaskRunner(address=address) as runner:
        runner.client.run(_imported)  # by all at once, and not within the first tasks
        yield lambda work, settings: runner.submit(read, {"work": work, "settings": settings})


def _of_this_folder() -> list[ModuleType]:
    here = Path(__file__).parent
    return [
        module
        for name, module in list(sys.modules.items())
        if name != "__main__" and (file := getattr(module, "__file__", None)) and Path(file).parent == here
    ]


def _imported() -> None:
    """Run on each worker of a cluster: seconds of imports, the first time."""
    for name in (
        "prefect_dask.client",
        "prefect.task_engine",
        "anyio._backends._asyncio",
        "osint_ingest.read.pool",
    ):
        import_module(name)
