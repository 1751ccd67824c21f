"""A Dask cluster of this machine beside the processes of a run: the same documents, through Prefect, in one run.

    python -m tests.bench.dask_cluster --pages 60 --reports 6

Each runner reads with two workers, in an interpreter of its own, and loads its models; the two take turns. The
cluster's start does not count, nor that of Prefect's server. Seconds on the clock tell only on a machine that does
nothing else; beside them stands the processor time of all processes. The bar: 1.3 times the process runner's time.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
from tests.bench.two_workers import corpus

from osint_ingest.run.refresh import located, plan_run, workers_for
from osint_ingest.settings import Settings

CHECKOUT = Path(__file__).resolve().parents[2]
RUNNERS = ("process", "dask")
BAR = 1.3


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds on the clock, and of processor time of all processes."""

    clock: float
    processor: float


def read(folder: Path, runner: str) -> Took:
    """Reads all of raw/ by tasks of a flow. Counts from where workers can be given work until the last batch is in."""
    sys.path.insert(0, str(CHECKOUT / "flows"))
    # first: it silences Prefect before Prefect is imported
    from embedded import prefect_server

    # isort: split
    from prefect import flow

    from embedded import untouched
    from refresh import read as read_batch

    curated = str(folder / f"{runner}-{time.monotonic_ns()}")
    settings = Settings.model_validate(
        {"raw": str(folder / "raw"), "curated": curated, "workers": 2, "task_runner": runner}
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


def measure(folder: Path, pages: int, reports: int, rounds: int) -> list[dict[str, Took]]:
    """What each runner took, round by round."""
    corpus(folder, pages, reports)
    found = []
    for _ in range(rounds):
        took = {}
        for runner in RUNNERS:
            command = [sys.executable, "-m", "tests.bench.dask_cluster", "--read", str(folder), runner]
            done = subprocess.run(command, stdout=subprocess.PIPE, cwd=CHECKOUT, check=True)
            took[runner] = Took(**json.loads(done.stdout.splitlines()[-1]))
            print(
                f"{runner:8} {took[runner].clock:7.1f} s on the clock, {took[runner].processor:7.1f} s of processor"
            )
        found.append(took)
    return found


def ratio(rounds: Sequence[dict[str, Took]], what: str) -> float:
    """The cluster's seconds for one of the processes', all rounds together."""
    here, there = (sum(getattr(took[runner], what) for took in rounds) for runner in RUNNERS)
    return float(there / here)


def main() -> int:
    """Prints the ratios; 1 when the bar is missed by processor time."""
    parser = argparse.ArgumentParser(description="A Dask cluster beside processes.")
    parser.add_argument("--pages", type=int, default=60)
    parser.add_argument("--reports", type=int, default=6)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--json", type=Path, help="write the figures here too")
    parser.add_argument("--read", nargs=2, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.read:
        print(json.dumps(asdict(read(Path(chosen.read[0]), chosen.read[1]))))
        return 0
    with TemporaryDirectory(prefix="osint-ingest-bench-") as name:
        rounds = measure(Path(name), chosen.pages, chosen.reports, chosen.rounds)
    found = {what: ratio(rounds, what) for what in ("clock", "processor")}
    print(
        f"Dask beside processes: {found['clock']:.2f} by the clock, {found['processor']:.2f} by processor time"
    )
    if chosen.json:
        told = [{runner: asdict(took) for runner, took in took.items()} for took in rounds]
        chosen.json.write_text(json.dumps({"ratio": found, "bar": BAR, "rounds": told}, indent=1))
    return 0 if found["processor"] <= BAR else 1


if __name__ == "__main__":
    sys.exit(main())
