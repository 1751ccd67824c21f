"""The whole partnership in small: pages with captures of several years, reviews as PDF, and country reports.

    python -m tests.bench.partnership --share 0.1

All of it is about 5,000 commitment pages, 1,000 reviews and 100 country reports. The mix is read from nothing, and so
is each of its parts alone; then one page changes. Bars: the mix costs at most 1.1 times its parts together, one changed
page at most 3 % of the mix, and no process holds more for the whole than for half of it.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.bench.__main__ import run, say
from tests.bench.corpora import varied
from tests.bench.incremental import run_step
from tests.bench.reports import report, review

from osint_ingest.run.ingest import Given, take
from osint_ingest.settings import Settings

PAGES, REVIEWS, REPORTS = 5_000, 1_000, 100
YEARS = 10
"""Captures of each page, one a year."""
MOST_TOGETHER, MOST_CHANGED, MOST_MEMORY = 1.1, 0.03, 1.15

Parts = dict[str, tuple[Callable[[int], bytes], str, int]]
"""By name: what makes a document of a number, how its file ends, how many there are."""


def parts_of(share: float) -> Parts:
    """The parts of the mix at a share of its size."""
    return {
        "pages": (varied, "html", round(PAGES * share)),
        "reviews": (review, "pdf", round(REVIEWS * share)),
        "country reports": (report, "pdf", round(REPORTS * share)),
    }


def capture(folder: Path, parts: Parts, names: Sequence[str], years: int) -> None:
    """Fills raw/: documents as of the last year, and pages as of each year before too."""
    settings = Settings(raw=str(folder / "raw"), curated=str(folder / "curated"))
    for age in reversed(range(years)):
        files = []
        at = datetime(2026 - age, 3, 1, tzinfo=UTC).timestamp()
        for name in names:
            make, ending, count = parts[name]
            if age and name != "pages":
                continue
            for number in range(count):
                path = folder / "files" / f"{name}-{number:05}.{ending}"
                path.parent.mkdir(exist_ok=True, parents=True)
                path.write_bytes(varied(number, edition=years - age - 1) if name == "pages" else make(number))
                os.utime(path, (at, at))
                files.append(path)
        take(Given.of(files), settings)


def measure(share: float, names: Sequence[str], years: int, workers: int, folder: Path) -> dict[str, Any]:
    """CPU seconds of all processes and the most bytes of each, for a rebuild of these parts."""
    capture(folder, parts_of(share), names, years)
    places = [str(folder / name) for name in ("raw", "curated")]
    # with the report, from which the next run takes what is the same
    cpu, told = run("tests.bench.rebuild", *places, str(workers), "--report")
    if told["failed"]:
        raise SystemExit(f"{told['failed']} documents failed: the corpus is not what it was")
    say(f"{share:g} of {', '.join(names)}: {told['documents']} documents, {cpu:.0f} s")
    return {**told, "cpu": cpu}


def main() -> int:
    """Prints the figures; 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description="The whole partnership in small.")
    parser.add_argument("--share", type=float, default=0.1)
    parser.add_argument("--years", type=int, default=YEARS, help="captures of each page, one a year")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--json", type=Path, help="write the figures here too")
    chosen = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="osint-ingest-bench-"))
    names = list(parts_of(1))
    given = (chosen.years, chosen.workers)
    try:
        alone = {name: measure(chosen.share, [name], *given, home / name) for name in names}
        half = measure(chosen.share / 2, names, *given, home / "half")
        mix = measure(chosen.share, names, *given, home / "mix")
        settings = Settings(raw=str(home / "mix" / "raw"), curated=str(home / "mix" / "curated"))
        page = home / "mix" / "files" / "pages-00000.html"
        page.write_bytes(varied(0, edition=chosen.years))
        take(Given.of([page]), settings)
        changed = run_step(Path(settings.raw), Path(settings.curated), chosen.workers)
    finally:
        shutil.rmtree(home)
    together = mix["cpu"] / sum(part["cpu"] for part in alone.values())
    memory = {kind: mix[f"{kind}_peak"] / half[f"{kind}_peak"] for kind in ("main", "worker")}
    for name, part in (*alone.items(), ("half of all", half), ("all", mix)):
        print(
            f"{name:16} {part['documents']:6,} documents {part['cpu']:8.1f} s of CPU, "
            f"main {part['main_peak'] / 1e6:.0f} MB, worker {part['worker_peak'] / 1e6:.0f} MB"
        )
    print(f"all beside its parts {together:.2f}; memory beside half of it {memory}")
    print(
        f"one page changed: {changed.cpu:.2f} s of CPU, {changed.cpu / mix['cpu']:.2%}, {changed.read} read"
    )
    if chosen.json:
        told = {"share": chosen.share, "years": chosen.years, "alone": alone, "half": half, "all": mix}
        chosen.json.write_text(json.dumps({**told, "changed": changed.cpu}, indent=1))
    cheap = together <= MOST_TOGETHER and changed.cpu <= MOST_CHANGED * mix["cpu"] and changed.read == 1
    return 0 if cheap and max(memory.values()) <= MOST_MEMORY else 1


if __name__ == "__main__":
    sys.exit(main())
