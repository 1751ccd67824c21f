"""Reads batches on a Dask cluster: an existing one, by its address, or one on this machine for the run."""

import logging
import os
import uuid
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from osint_ingest.model import RefusedRun
from osint_ingest.read.fingerprint import fingerprint
from osint_ingest.settings import Settings
from osint_ingest.store.folder import open_folder

if TYPE_CHECKING:
    from distributed import Client

ANSWER_WITHIN = 60.0  # seconds to wait for a cluster to answer and to have a worker

QUIET = "DASK_LOGGING__DISTRIBUTED"  # environment variable: the log level of workers
UNWATCHED = "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED"
"""Environment variable: whether workers profile themselves. They only wait for a reader."""


@contextmanager
def dask_executor(settings: Settings) -> Iterator[Executor]:
    """Yield an executor that runs `read_batch` on the cluster at `settings.dask_address`, else on one of
    `settings.workers` processes of this machine, which is stopped on leaving. Its workers read raw/ and write curated/
    themselves, so both must be where they can reach them: a shared folder or an object store. Raises `RefusedRun` if
    they cannot, where they would read otherwise than this process (another release of osint-ingest or of a model),
    where nobody answers, and where the extra is not installed."""
    with _cluster_at(settings) as address, _client_of(address) as client:
        _check_workers(client, settings, address)
        executor: Executor = client.get_executor(pure=False)  # type: ignore[no-untyped-call]
        yield executor


@contextmanager
def _cluster_at(settings: Settings) -> Iterator[str]:
    try:
        import dask
        from distributed import LocalCluster
    except ImportError as error:
        raise RefusedRun('A Dask cluster needs an extra: pip install "osint-ingest[dask]"') from error

    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # it logs each of its own steps
    if settings.dask_address:
        yield settings.dask_address
        return
    environment = {QUIET: "critical", UNWATCHED: "false"}
    with (
        dask.config.set({f"distributed.nanny.pre-spawn-environ.{n}": v for n, v in environment.items()}),
        TemporaryDirectory(prefix="osint-ingest-dask-") as folder,
        LocalCluster(  # type: ignore[no-untyped-call]
            n_workers=max(settings.workers, 1),
            threads_per_worker=1,
            processes=True,
            dashboard_address="127.0.0.1:0",  # nobody looks, and two runs must not want the same port
            memory_limit=0,  # documents have limits of their own
            local_directory=folder,
            silence_logs=logging.CRITICAL,
        ) as cluster,
    ):
        yield str(cluster.scheduler_address)


@contextmanager
def _client_of(address: str) -> Iterator["Client"]:
    from distributed import Client

    try:
        client = Client(address, timeout=ANSWER_WITHIN, set_as_default=False)  # type: ignore[no-untyped-call]
        client.wait_for_workers(1, timeout=ANSWER_WITHIN)
    except (OSError, TimeoutError, ValueError) as error:
        remedy = "Check the address, and that workers run."
        raise RefusedRun(f"No Dask cluster with workers answers at {address}: {error}. {remedy}") from error
    with client:
        yield client


def _check_workers(client: "Client", settings: Settings, address: str) -> None:
    """Check that every worker reads as this process would, and sees what it writes. Raises `RefusedRun` if not."""
    name = f"probe-{uuid.uuid4().hex}"
    folder = open_folder(f"{settings.curated}/.work")
    folder.write({name: b""})
    try:
        answers = client.run(check_worker, settings, name, fingerprint(settings))
    except ImportError as error:
        message = (
            f"The workers at {address} cannot import osint-ingest: {error}. Install this release on them."
        )
        raise RefusedRun(message) from error
    finally:
        folder.remove(name)
    for worker, problem in sorted(answers.items()):
        if problem:
            raise RefusedRun(f"The worker {worker} of the cluster at {address} {problem}.")


def check_worker(settings: Settings, name: str, mark: str) -> str | None:
    """Run on a worker: return why it would not read as this run does; None if it would."""
    if fingerprint(settings) != mark:
        return (
            "reads with another release of osint-ingest, of its libraries or of its models: install the same"
        )
    try:
        open_folder(f"{settings.curated}/.work").read(name)
        next(open_folder(settings.raw).walk(), None)
    except OSError as error:
        return f"({os.uname().nodename}) cannot reach raw or curated ({error}): use a shared folder or s3://"
    return None
