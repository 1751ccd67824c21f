"""A Dask cluster of this machine beside the processes of a run: the same documents, through Prefect, in one run.

    python -m tests.bench.dask_cluster --pages 60 --reports 6
    python -m tests.bench.dask_cluster --share 0.02 --s3

Each runner reads with two workers, in an interpreter of its own, and loads its models; the two take turns. The
cluster's start does not count, nor that of Prefect's server. Seconds on the clock tell only on a machine that does
nothing else; beside them stands the processor time of all processes. The bar: 1.3 times the process runner's time.
With `--share` the documents are those of `partnership`. With `--s3` the cluster reads from an object store on loopback
and keeps what it read there; that store's own work, in Python, is not the cluster's and is not counted.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
from fsspec.core import url_to_fs
from tests.bench.partnership import YEARS, capture, parts_of
from tests.bench.two_workers import corpus
from tests.object_store import s3_bucket

from osint_ingest.run.refresh import located, plan_run, workers_for
from osint_ingest.settings import Settings

CHECKOUT = Path(__file__).resolve().parents[2]
RUNNERS = ("process", "dask")
S3 = "dask on S3"
BAR = 1.3


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds on the clock, and of processor time of all processes."""

    clock: float
    processor: float


def read(folder: str, runner: str) -> Took:
    """Reads all of raw/ by tasks of a flow. Counts from where workers can be given work until the last batch is in."""
    sys.path.insert(0, str(CHECKOUT / "flows"))
    # first: it silences Prefect before Prefect is imported
    from embedded import prefect_server

    # isort: split
    from prefect import flow

    from embedded import untouched
    from refresh import read as read_batch

    curated = f"{folder}/{runner}-{time.monotonic_ns()}"
    settings = Settings.model_validate(
        {"raw": f"{folder}/raw", "curated": curated, "workers": 2, "task_runner": runner}
    )
    plan, _ = plan_run(settings)

    @flow(name="reading", validate_parameters=False)
    def reading() -> Took:
        with workers_for(plan, settings) as pool:
            began, used = time.perf_counter(), _used()
            there = located(settings)
            started = [read_batch.submit(untouched(work), there, untouched(pool)) for work in plan.batches]
            for future in started:
                future.result()
            return Took(time.perf_counter() - began, _used() - used)

    with prefect_server():
        return reading()


def _used() -> float:
    """Seconds of processor time of this process and all that live below it."""
    seconds = time.process_time()
    for child in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            seconds += sum(child.cpu_times()[:2])
    return seconds


def measure(places: Mapping[str, str], rounds: int) -> list[dict[str, Took]]:
    """What each runner took, round by round. `places`: the folder that each reads in."""
    found = []
    for _ in range(rounds):
        took = {}
        for name, place in places.items():
            command = [sys.executable, "-m", "tests.bench.dask_cluster", "--read", place, name.split()[0]]
            done = subprocess.run(command, stdout=subprocess.PIPE, cwd=CHECKOUT, check=True)
            took[name] = Took(**json.loads(done.stdout.splitlines()[-1]))
            print(
                f"{name:10} {took[name].clock:7.1f} s on the clock, {took[name].processor:7.1f} s of processor"
            )
        found.append(took)
    return found


@contextmanager
def in_store(raw: Path) -> Iterator[str]:
    """A copy of raw/ in an object store: the URL of the folder that has it."""
    with s3_bucket() as bucket:
        files, path = url_to_fs(bucket)
        files.put(str(raw), f"{path}/raw", recursive=True)
        yield bucket


def ratio(rounds: Sequence[dict[str, Took]], runner: str, what: str) -> float:
    """The runner's seconds for one of the processes', all rounds together."""
    here, there = (sum(getattr(took[name], what) for took in rounds) for name in (RUNNERS[0], runner))
    return float(there / here)


def main() -> int:
    """Prints the ratios; 1 when the bar is missed by processor time."""
    parser = argparse.ArgumentParser(description="A Dask cluster beside processes.")
    parser.add_argument("--pages", type=int, default=60)
    parser.add_argument("--reports", type=int, default=6)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--share", type=float, help="that share of the partnership instead")
    parser.add_argument("--s3", action="store_true", help="the cluster on an object store too")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    parser.add_argument("--read", nargs=2, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.read:
        print(json.dumps(asdict(read(*chosen.read))))
        return 0
    with ExitStack() as opened:
        folder = Path(opened.enter_context(TemporaryDirectory(prefix="osint-ingest-bench-")))
        if chosen.share:
            capture(folder, parts_of(chosen.share), list(parts_of(1)), YEARS)
        else:
            corpus(folder, chosen.pages, chosen.reports)
        places = dict.fromkeys(RUNNERS, str(folder))
        if chosen.s3:
            places[S3] = opened.enter_context(in_store(folder / "raw"))
        rounds = measure(places, chosen.rounds)
    found = {
        name: {what: ratio(rounds, name, what) for what in ("clock", "processor")} for name in [*places][1:]
    }
    for name, told in found.items():
        print(
            f"{name}: {told['clock']:.2f} by the clock, {told['processor']:.2f} by processor time of processes"
        )
    if chosen.json:
        each = [{name: asdict(took) for name, took in round.items()} for round in rounds]
        chosen.json.write_text(json.dumps({"ratios": found, "bar": BAR, "rounds": each}, indent=1))
    return 0 if found["dask"]["processor"] <= BAR else 1


if __name__ == "__main__":
    sys.exit(main())
