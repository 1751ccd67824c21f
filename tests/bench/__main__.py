"""`make bench`: a full ingest of generated pages and reports beside the floor (the same libraries called bare).

    python -m tests.bench --pages 100 --pages 1000 --reports 20 --json result.json

Figures are whole processes: CPU of the run and of its workers, wall time, documents a second, the peak memory of the
largest process. Ratios are of one run on one machine; absolute times tell of the machine.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table
from tests.bench.pages import write_pages

CHECKOUT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Result:
    """One corpus: seconds of CPU and of the clock, documents a second, peak memory of the largest process in MB."""

    pages: int
    reports: int
    cpu: float
    wall: float
    documents_per_second: float
    peak_mb: float
    floor_cpu: float
    floor_by_stage: dict[str, float]

    @property
    def ratio(self) -> float:
        """CPU beside the floor's; the bar is 1.5."""
        return self.cpu / self.floor_cpu


def bench(pages: int, reports: int, folder: Path) -> Result:
    """Makes a corpus, ingests it, and measures the floor on the same bytes."""
    corpus = folder / "corpus"
    write_pages(corpus, pages)
    site = Path(str(files("osint_ingest.sample").joinpath("site")))
    report = next(site.rglob("*.pdf")).read_bytes()
    for number in range(reports):  # a comment after the end makes other bytes of the same pages
        (corpus / f"report-{number:04}.pdf").write_bytes(report + b"\n%% %d\n" % number)
    words = [
        "osint_ingest.cli",
        "ingest",
        str(corpus),
        "--raw",
        str(folder / "raw"),
        "--curated",
        str(folder / "curated"),
    ]
    cpu, wall, peak = _timed(words)
    floor, by_stage = _floor(folder)
    return Result(pages, reports, cpu, wall, (pages + reports) / wall, peak, floor, by_stage)


def _timed(words: list[str]) -> tuple[float, float, float]:
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, "-m", *words], cwd=CHECKOUT, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, time.perf_counter() - started, after.ru_maxrss / 1024


def _floor(folder: Path) -> tuple[float, dict[str, float]]:
    command = [
        sys.executable,
        "-m",
        "tests.bench.floor",
        str(folder / "raw"),
        str(folder / "curated" / "latest"),
    ]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, cwd=CHECKOUT, check=True, stdout=subprocess.PIPE, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, json.loads(done.stdout)


def main() -> None:
    """Measures each corpus and prints a table; with --json the figures as well."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--pages", type=int, action="append", help="commitment pages; may be given again (100)"
    )
    parser.add_argument("--reports", type=int, default=5, help="country reports beside them")
    parser.add_argument("--json", type=Path, help="write the figures here")
    chosen = parser.parse_args()
    results = []
    for pages in chosen.pages or [100]:
        with TemporaryDirectory() as folder:
            results.append(bench(pages, chosen.reports, Path(folder)))
    table = Table("pages", "reports", "CPU s", "floor s", "ratio", "documents/s", "peak MB", "floor by stage")
    for r in results:
        stages = ", ".join(f"{name} {seconds:.1f}" for name, seconds in r.floor_by_stage.items())
        table.add_row(
            str(r.pages), str(r.reports), f"{r.cpu:.1f}", f"{r.floor_cpu:.1f}", f"{r.ratio:.2f}",
            f"{r.documents_per_second:.1f}", f"{r.peak_mb:.0f}", stages,
        )  # fmt: skip
    Console().print(table)
    if chosen.json:
        chosen.json.write_text(json.dumps([{**asdict(r), "ratio": r.ratio} for r in results], indent=1))


if __name__ == "__main__":
    main()
