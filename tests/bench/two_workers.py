"""Two workers beside two bare processes that each read half of the same documents, in one run.

    python -m tests.bench.two_workers --pages 300 --reports 6

Bare: two single-threaded processes, each with every second document, no watch, no batches handed out. Ours: a run's
reading step with two workers. Both start their interpreters, load their models and keep what they read in staging.

Two throughputs are compared. By the clock: only worth something on a machine that does nothing else. By processor
time: how long the busier of the two was at work, and ours with what the run itself did meanwhile; a busy machine does
not change that. The bar is 0.95. Beside it stand the most memory of each worker and of the run (bars: 450 and 350 MB).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
from tests.bench.pages import write_pages
from tests.peak import peak_bytes

from osint_ingest.read.plan import cost
from osint_ingest.read.pool import ONE_THREAD
from osint_ingest.read.staging import read_batch
from osint_ingest.run.ingest import Given, take
from osint_ingest.run.progress import Reporter
from osint_ingest.run.refresh import plan_run, process_all, workers_for
from osint_ingest.settings import Settings

CHECKOUT = Path(__file__).resolve().parents[2]
BAR = 0.95
CHUNK = 64
"""Documents that a bare process keeps at once."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Seconds on the clock, seconds of processor time of each process that read and of the run beside them, peak MB."""

    wall: float
    readers: tuple[float, ...]
    main: float
    reader_peaks: tuple[float, ...]
    main_peak: float

    @property
    def makespan(self) -> float:
        """Processor seconds until the last is done, if each had a core."""
        return max(self.readers) + self.main


def bare(folder: Path) -> Reading:
    """Two processes, each told which half is its own."""
    started = time.perf_counter()
    halves = [
        subprocess.Popen(_command("--half", folder, number), stdout=subprocess.PIPE, cwd=CHECKOUT)
        for number in (0, 1)
    ]
    told = [json.loads(half.communicate()[0]) for half in halves]
    wall = time.perf_counter() - started
    return Reading(wall, tuple(t["cpu"] for t in told), 0.0, tuple(t["peak"] for t in told), 0.0)


def ours(folder: Path) -> Reading:
    """The reading step of a run, in a process of its own."""
    done = subprocess.run(_command("--ours", folder), stdout=subprocess.PIPE, cwd=CHECKOUT, check=True)
    return Reading(**json.loads(done.stdout))


def _command(what: str, folder: Path, number: int | None = None) -> list[str]:
    env = [f"{name}={value}" for name, value in ONE_THREAD.items()]
    mine = [] if number is None else ["--number", str(number)]
    return ["env", *env, sys.executable, "-m", "tests.bench.two_workers", what, str(folder), *mine]


def _read_half(folder: Path, number: int) -> dict[str, float]:
    settings = _settings(folder, f"half-{number}")
    plan, _ = plan_run(settings)
    mine = sorted((w for b in plan.batches for w in b), key=cost, reverse=True)[number::2]
    for start in range(0, len(mine), CHUNK):
        read_batch(mine[start : start + CHUNK], settings)
    return {"cpu": time.process_time(), "peak": peak_bytes() / 1e6}


def _read_ours(folder: Path) -> Reading:
    settings = _settings(folder, "ours")
    plan, _ = plan_run(settings)
    started, used = time.perf_counter(), time.process_time()
    with workers_for(plan, settings) as executor:
        process_all(plan, settings, executor, Reporter(quiet=True))
    wall, main = time.perf_counter() - started, time.process_time() - used
    readers = psutil.Process().children()
    cpu = tuple(sum(reader.cpu_times()[:2]) for reader in readers)
    peaks = tuple(_peak(reader.pid) for reader in readers)
    return Reading(wall, cpu, main, peaks, peak_bytes() / 1e6)


def _peak(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in status if line.startswith("VmHWM")).split()[1]) * 1024 / 1e6


def _settings(folder: Path, name: str) -> Settings:
    # a worker that were replaced would take its figures with it
    curated = str(folder / f"{name}-{time.monotonic_ns()}")
    return Settings(raw=str(folder / "raw"), curated=curated, workers=2, worker_bytes=10**12)


def corpus(folder: Path, pages: int, reports: int) -> None:
    """Pages and reports in raw/."""
    write_pages(folder / "pages", pages)
    report = next(Path(str(files("osint_ingest.sample").joinpath("site"))).rglob("*.pdf")).read_bytes()
    for number in range(reports):  # a comment after the end makes other bytes of the same pages
        (folder / "pages" / f"report-{number:04}.pdf").write_bytes(report + b"\n%% %d\n" % number)
    take(Given.of([folder / "pages"]), _settings(folder, "corpus"))


def compared(pairs: Sequence[tuple[Reading, Reading]]) -> dict[str, float]:
    """Our throughput beside the bare one, by the clock and by processor time; all rounds together."""
    return {
        "clock": sum(b.wall for b, _ in pairs) / sum(o.wall for _, o in pairs),
        "processor": sum(b.makespan for b, _ in pairs) / sum(o.makespan for _, o in pairs),
    }


def main() -> int:
    """Prints the comparison; 1 when the bar is missed by processor time."""
    parser = argparse.ArgumentParser(description="Two workers beside two bare processes.")
    parser.add_argument("--pages", type=int, default=300)
    parser.add_argument("--reports", type=int, default=6)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--json", type=Path, help="write the figures here too")
    parser.add_argument("--half", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--number", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--ours", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.half:
        print(json.dumps(_read_half(chosen.half, chosen.number)))
        return 0
    if chosen.ours:
        print(json.dumps(asdict(_read_ours(chosen.ours))))
        return 0
    with TemporaryDirectory(prefix="osint-ingest-bench-") as name:
        folder = Path(name)
        corpus(folder, chosen.pages, chosen.reports)
        pairs = [(bare(folder), ours(folder)) for _ in range(chosen.rounds)]
    found = compared(pairs)
    for b, o in pairs:
        print(
            f"bare  {b.wall:7.1f} s on the clock, processor {_listed(b.readers)} s, peak {_listed(b.reader_peaks)} MB"
        )
        print(
            f"ours  {o.wall:7.1f} s on the clock, processor {_listed(o.readers)} s and {o.main:.1f} s in the run, "
            f"peak {_listed(o.reader_peaks)} MB and {o.main_peak:.0f} MB in the run"
        )
    print(
        f"throughput beside the bare: {found['clock']:.3f} by the clock, {found['processor']:.3f} by processor time"
    )
    if chosen.json:
        rounds = [{"bare": asdict(b), "ours": asdict(o)} for b, o in pairs]
        chosen.json.write_text(json.dumps({"throughput": found, "bar": BAR, "rounds": rounds}, indent=1))
    return 0 if found["processor"] >= BAR else 1


def _listed(values: Sequence[float]) -> str:
    return " and ".join(f"{value:.1f}" for value in values)


if __name__ == "__main__":
    sys.exit(main())
