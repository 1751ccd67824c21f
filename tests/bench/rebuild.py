"""A full rebuild of what raw/ holds, watched: CPU of the main process by step, memory of it and of each worker.

    python -m tests.bench.rebuild RAW CURATED WORKERS [--stages] [--report]    prints it as JSON

With --stages it reads in its own process (WORKERS is 0 then) and tells what reading pages, reading reports, finding
entities and keeping rows cost.
"""

from __future__ import annotations

import argparse
import functools
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psutil
from tests.bench.counting import counted
from tests.peak import peak_bytes

EVERY = 0.2
"""Seconds between two looks at the workers' memory."""


@contextmanager
def watched(peaks: dict[str, int], steps: dict[str, float]) -> Iterator[None]:
    """Notes the most memory that a process of each kind holds: those that read, and whatever else is started.

    What looking costs is put down as `watching`, and taken from `read`, within which nearly all of it falls.
    """
    done = threading.Event()

    def look() -> None:
        me = psutil.Process()
        while not done.wait(EVERY):
            for child in me.children(recursive=True):
                try:
                    kind = "reader" if any("read.worker" in word for word in child.cmdline()) else "other"
                    peaks[kind] = max(peaks.get(kind, 0), child.memory_info().rss)
                except psutil.Error:
                    continue
        steps["watching"] = time.thread_time()

    watch = threading.Thread(target=look, daemon=True)
    watch.start()
    try:
        yield
    finally:
        done.set()
        watch.join()
        steps["read"] = steps.get("read", 0.0) - steps["watching"]


def rebuild(raw: str, curated: str, workers: int, *, stages: bool, report: bool) -> dict[str, Any]:
    """Plans, reads and publishes. CPU seconds of this process by step, bytes of memory at the most."""
    from osint_ingest.release import publish as publishing
    from osint_ingest.report import write
    from osint_ingest.run import refresh as pipeline
    from osint_ingest.run.progress import Reporter
    from osint_ingest.settings import Settings

    settings = Settings(raw=raw, curated=curated, workers=workers, report=report)
    steps = {"start": time.process_time()}
    began = time.perf_counter()
    inside: dict[str, float] = {}
    if stages:
        _time_inside(inside)
    peaks: dict[str, int] = {}
    with watched(peaks, steps):
        with counted(steps, "plan"):
            plan, captures = pipeline.plan_run(settings)
        with counted(steps, "read"), pipeline.workers_for(plan, settings) as executor:
            batches = pipeline.process_all(plan, settings, executor, Reporter(quiet=True))
        with counted(steps, "release"):
            recap = publishing.publish(plan, batches, captures, settings, write_report=write)
    if recap.release is None:
        raise SystemExit("\n".join(f.message for f in recap.findings) or "no release was made")
    return {
        "steps": steps,
        "inside": inside,
        "wall": time.perf_counter() - began,
        "documents": recap.documents,
        "failed": recap.failed,
        "batches": len(plan.batches),
        "main_peak": peak_bytes(),
        "worker_peak": peaks.get("reader", 0),
        "other_peak": peaks.get("other", 0),
        "release": recap.release.location,
    }


def _time_inside(inside: dict[str, float]) -> None:
    """Counts what the steps of reading cost, where all is done in this process."""
    from osint_ingest.entities.annotate import Annotator
    from osint_ingest.read import documents as process
    from osint_ingest.read import staging

    def timed(name: Callable[..., str], call: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(call)
        def run(*given: Any, **named: Any) -> Any:
            with counted(inside, name(*given)):
                return call(*given, **named)

        return run

    def kind(capture: Any, *_: Any) -> str:
        return "read pdf" if capture.media_type == "application/pdf" else "read html"

    process._parse = timed(kind, process._parse)
    Annotator.annotate = timed(lambda *_: "entities", Annotator.annotate)  # type: ignore[method-assign]
    process.to_arrow = timed(lambda *_: "rows", process.to_arrow)
    staging.keep = timed(lambda *_: "staging", staging.keep)


def main() -> None:
    """Prints what one rebuild costs."""
    parser = argparse.ArgumentParser(description="A full rebuild, watched.")
    parser.add_argument("raw")
    parser.add_argument("curated")
    parser.add_argument("workers", type=int)
    parser.add_argument("--stages", action="store_true")
    parser.add_argument("--report", action="store_true", help="with the report of the release")
    chosen = parser.parse_args()
    print(
        json.dumps(
            rebuild(chosen.raw, chosen.curated, chosen.workers, stages=chosen.stages, report=chosen.report)
        )
    )


if __name__ == "__main__":
    main()
