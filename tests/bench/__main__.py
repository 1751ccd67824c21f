"""`make bench`: full rebuilds of generated corpora beside the floor (the same libraries called bare on the same bytes).

    python -m tests.bench                  100 and 1,000 pages with 20 reports, and 1,000 pages of one member
    python -m tests.bench --all            10,000 pages with 200 reports too
    python -m tests.bench --size one_member:200:0    a corpus of another size: kind, pages, reports
    python -m tests.bench --page           docs/performance.md from tests/bench/results.json

CPU is that of all processes of a run; rebuild and floor take turns. Figures go to tests/bench/results.json, and from
there to docs/performance.md.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tests.bench.corpora import CALLED, KINDS, write_corpus
from tests.bench.page import write_page

CHECKOUT = Path(__file__).resolve().parents[2]
RESULTS = Path(__file__).with_name("results.json")
LIBRARIES = ("beautifulsoup4", "lxml", "pdfplumber", "spacy", "pyarrow", "duckdb")
MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Size:
    """A corpus: its kind, pages and reports."""

    kind: str
    pages: int
    reports: int

    @property
    def name(self) -> str:
        return f"{self.pages} {CALLED[self.kind]}, {self.reports} reports"

    @classmethod
    def named(cls, words: str) -> Size:
        """`varied:200:20`. ValueError where it is none."""
        kind, pages, reports = words.split(":")
        if kind not in KINDS:
            raise ValueError(f"there are corpora of the kinds {', '.join(KINDS)}")
        return cls(kind, int(pages), int(reports))


BOUNDED = (Size("varied", 100, 20), Size("varied", 1000, 20), Size("one_member", 1000, 0))
ALL = (*BOUNDED, Size("varied", 10_000, 200), Size("recurring", 100, 0), Size("recurring", 10_000, 0))


@dataclass
class Result:
    """What one corpus cost. Seconds of CPU of all processes, of the clock; bytes of memory at the most."""

    kind: str
    pages: int
    reports: int
    load_before: float
    cpu: float = 0.0
    wall: float = 0.0
    main_peak: int = 0
    worker_peak: int = 0
    other_peak: int = 0
    """Of the process that resolves very many names, where one is started."""
    main_steps: dict[str, float] = field(default_factory=dict)
    inside: dict[str, float] = field(default_factory=dict)
    floor_cpu: float = 0.0
    floor_stages: dict[str, float] = field(default_factory=dict)
    naive_cpu: float = 0.0
    naive_stages: dict[str, float] = field(default_factory=dict)


def say(line: str) -> None:
    """A line of progress."""
    print(f"{datetime.now(UTC):%H:%M:%S} {line}", file=sys.stderr, flush=True)


def run(module: str, *words: str) -> tuple[float, dict[str, Any]]:
    """CPU seconds of a process and all that it starts, and what it printed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", module, *words]
    done = subprocess.run(command, cwd=CHECKOUT, check=True, stdout=subprocess.PIPE, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, json.loads(done.stdout.splitlines()[-1])


def bench(size: Size, folder: Path, workers: int, *, stages: bool) -> Result:
    """Makes a corpus, rebuilds it, and measures the floor on the same bytes."""
    say(f"{size.name}: making the corpus")
    result = Result(size.kind, size.pages, size.reports, os.getloadavg()[0])
    raw, curated = str(folder / "raw"), str(folder / "curated")
    write_corpus(folder / "corpus", size.kind, size.pages, size.reports)
    run("tests.bench.take", str(folder / "corpus"), raw, curated)
    shutil.rmtree(folder / "corpus")
    say(f"{size.name}: full rebuild with {workers} workers")
    result.cpu, told = run("tests.bench.rebuild", raw, curated, str(workers))
    result.wall, result.main_steps = told["wall"], told["steps"]
    result.main_peak, result.worker_peak = told["main_peak"], told["worker_peak"]
    result.other_peak = told["other_peak"]
    if told["documents"] != size.pages + size.reports or told["failed"]:
        raise SystemExit(
            f"{told['documents']} documents were read, {told['failed']} failed: the corpus is not what it was"
        )
    say(f"{size.name}: {result.cpu:.0f} s of CPU; the floor")
    result.floor_cpu, floor = run("tests.bench.floor", raw, told["release"])
    result.floor_stages = floor["stages"]
    if size.kind == "one_member":
        say(f"{size.name}: the naive floor")
        result.naive_cpu, floor = run("tests.bench.floor", raw, told["release"], "--naive")
        result.naive_stages = floor["stages"]
    if stages:
        say(f"{size.name}: once more in one process, by stage")
        _, told = run("tests.bench.rebuild", raw, str(folder / "again"), "0", "--stages")
        result.inside = {**told["inside"], "release": told["steps"]["release"]}
    say(f"{size.name}: {result.cpu / result.floor_cpu:.2f} of the floor")
    return result


def machine() -> dict[str, Any]:
    """What the figures are of."""
    return {
        "when": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "processor": platform.processor() or platform.machine(),
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
    }


def main() -> None:
    """Measures corpora one after the other; keeps what was measured of others."""
    parser = argparse.ArgumentParser(description="Full rebuilds beside the floor.")
    parser.add_argument("--all", action="store_true", help="10,000 pages and 200 reports too (an hour)")
    parser.add_argument(
        "--only", type=int, action="append", help="only corpora of so many pages; may be given again"
    )
    parser.add_argument("--size", type=Size.named, action="append", help="this corpus; may be given again")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--results", type=Path, default=RESULTS, help="where the figures go")
    parser.add_argument("--page", action="store_true", help="only write docs/performance.md from the figures")
    chosen = parser.parse_args()
    if not chosen.page:
        sizes = chosen.size or [
            s
            for s in (ALL if chosen.all or chosen.only else BOUNDED)
            if not chosen.only or s.pages in chosen.only
        ]
        known = json.loads(chosen.results.read_text()) if chosen.results.exists() else {"results": []}
        started = time.perf_counter()
        for size in sizes:
            with tempfile.TemporaryDirectory(prefix="osint-ingest-bench-") as folder:
                result = bench(size, Path(folder), chosen.workers, stages=size.pages <= 1000)
            others = [r for r in known["results"] if (r["kind"], r["pages"]) != (size.kind, size.pages)]
            told = [*others, {**asdict(result), "workers": chosen.workers, "machine": machine()}]
            known = {"results": sorted(told, key=lambda r: (list(KINDS).index(r["kind"]), r["pages"]))}
            chosen.results.write_text(json.dumps(known, indent=1) + "\n")
        say(f"all in {time.perf_counter() - started:.0f} s")
    page = write_page(json.loads(chosen.results.read_text())["results"])
    (CHECKOUT / "docs" / "performance.md").write_text(page, encoding="utf-8")
    print(page)


if __name__ == "__main__":
    main()
