"""What Prefect's tasks cost beside the reading that they stand for: processor time of the run and of its server.

    python -m tests.bench.orchestration --pages 300

A flow without a batch is the start, which does not count; the same batches handed out without Prefect are what a run
does anyway. What a flow with batches takes above both is the orchestration. The bar: at most 5 % of the run's
processor time beyond start. Releases are not made here, so the share of a whole run is smaller.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
from tests.bench.two_workers import corpus

from osint_ingest.read.plan import Plan
from osint_ingest.run.progress import Reporter
from osint_ingest.run.refresh import plan_run, process_all, workers_for
from osint_ingest.settings import Settings

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "flows"))

# first: it silences Prefect before Prefect is imported
from embedded import prefect_server

# isort: split
from prefect import flow
from prefect.task_runners import ThreadPoolTaskRunner

from embedded import untouched
from refresh import read

BAR = 0.05
SETTLE = 5.0
"""Seconds in which the server works off what it was told."""


@dataclass(frozen=True, slots=True)
class Orchestration:
    """Seconds of processor time: of the reading processes, and of the run and its server in three runs."""

    batches: int
    readers: float
    start: float
    without: float
    flow: float

    @property
    def more(self) -> float:
        """Seconds of processor time that are Prefect's."""
        return self.flow - self.start - self.without

    @property
    def share(self) -> float:
        """Of the run's processor time beyond start."""
        return self.more / (self.readers + self.without + self.more)


def measure(folder: Path, pages: int, batch_bytes: int | None) -> Orchestration:
    """The three runs on the same documents."""
    corpus(folder, pages, 0)

    @flow(name="reading", task_runner=ThreadPoolTaskRunner(max_workers=8), validate_parameters=False)  # type: ignore[arg-type]
    def reading() -> None:
        with workers_for(todo, settings) as pool:
            started = [read.submit(untouched(work), settings, untouched(pool)) for work in todo.batches]
            for future in started:
                future.result()

    def plain() -> None:
        with workers_for(todo, settings) as executor:
            process_all(todo, settings, executor, Reporter(quiet=True))

    with prefect_server():
        settings = Settings(raw=str(folder / "raw"), curated=str(folder / "warm"))
        if batch_bytes:
            settings = settings.model_copy(update={"batch_bytes": batch_bytes})
        whole, _ = plan_run(settings)
        todo: Plan = replace(whole, batches=whole.batches[:1])
        _beside(reading)  # what is loaded once is loaded
        todo = replace(whole, batches=())
        start, _ = _beside(reading)
        todo, settings = whole, settings.model_copy(update={"curated": str(folder / "without")})
        without, readers = _beside(plain, with_server=False)
        settings = settings.model_copy(update={"curated": str(folder / "flow")})
        flown, _ = _beside(reading)
    return Orchestration(len(whole.batches), readers, start, without, flown)


def _beside(act: Callable[[], None], with_server: bool = True) -> tuple[float, float]:
    """What this process and its server take, and what the reading processes take."""
    own, readers = _used(with_server)
    act()
    time.sleep(SETTLE)
    own_after, readers_after = _used(with_server)
    return own_after - own, sum(used - readers.get(pid, 0.0) for pid, used in readers_after.items())


def _used(with_server: bool) -> tuple[float, dict[int, float]]:
    own, readers = time.process_time(), {}
    for child in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            used = sum(child.cpu_times()[:2])
            if any("read.worker" in word for word in child.cmdline()):
                readers[child.pid] = used
            elif with_server:
                own += used
    return own, readers


def main() -> int:
    """Prints the share; 1 when it is above the bar."""
    parser = argparse.ArgumentParser(description="What Prefect's tasks cost.")
    parser.add_argument("--pages", type=int, default=300)
    parser.add_argument("--batch-bytes", type=int, help="smaller batches: what one task costs shows better")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    chosen = parser.parse_args()
    with TemporaryDirectory(prefix="osint-ingest-bench-") as name:
        found = measure(Path(name), chosen.pages, chosen.batch_bytes)
    print(
        f"{found.batches} batches: reading {found.readers:.1f} s, the run without Prefect {found.without:.2f} s, "
        f"a flow {found.flow:.2f} s, a flow without batches {found.start:.2f} s of processor time"
    )
    print(
        f"orchestration: {found.share:.2%} of the run beyond start, {found.more / found.batches:.3f} s a batch"
    )
    if chosen.json:
        chosen.json.write_text(json.dumps({**asdict(found), "share": found.share, "bar": BAR}, indent=1))
    return 0 if found.share <= BAR else 1


if __name__ == "__main__":
    sys.exit(main())
