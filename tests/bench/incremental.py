"""What a refresh costs when little changed, beside reading everything: own processor time, fetching apart.

    python -m tests.bench.incremental --documents 2000 --kind recurring

Each step is a process of its own, so that imports and models count. Bars: nothing changed <= 1 % of the full
processing and no new release; one document changed <= 2 %, only that one read, and every table equal to that of
a rebuild from nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.corpora import KINDS, write_corpus

from osint_ingest.release.folder import Releases
from osint_ingest.run.ingest import Given, take
from osint_ingest.settings import Settings
from osint_ingest.tables import declared_tables

FIRST, LATER = (datetime(year, 3, 1, tzinfo=UTC).timestamp() for year in (2025, 2026))


@dataclass(frozen=True, slots=True)
class Step:
    """What a step cost: seconds of processor time of the process and its workers, start and end included; seconds on
    the clock."""

    cpu: float
    wall: float
    read: int
    documents: int
    new_release: bool


def run_step(raw: Path, curated: Path, workers: int) -> Step:
    """Plans, reads and publishes what raw/ holds, in a new process."""
    command = [sys.executable, "-m", "tests.bench.step", str(raw), str(curated), str(workers)]
    before = _spent()
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    # readers end with their process: only then is their time known
    return Step(cpu=_spent() - before, **json.loads(done.stdout.splitlines()[-1]))


def _spent() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(folder: Path, kind: str, documents: int, workers: int) -> dict[str, Step]:
    """The steps by name, in their order, on pages of a kind."""
    settings = Settings(raw=str(folder / "raw"), curated=str(folder / "curated"))
    write_corpus(folder / "pages", kind, documents)
    pages = sorted((folder / "pages").iterdir())
    for page in pages:
        os.utime(page, (FIRST, FIRST))
    take(Given.of(pages), settings)
    raw, curated, rebuilt = (folder / name for name in ("raw", "curated", "rebuilt"))
    steps = {
        "everything": run_step(raw, curated, workers),
        "nothing changed": run_step(raw, curated, workers),
    }
    changed = pages[documents // 2]
    changed.write_bytes(KINDS[kind](documents // 2, edition=1))
    os.utime(changed, (LATER, LATER))
    take(Given.of([changed]), settings)
    steps["one changed"] = run_step(raw, curated, workers)
    steps["rebuild"] = run_step(raw, rebuilt, workers)
    return steps


def differing(curated: Path, rebuilt: Path) -> list[str]:
    """Tables, those of time apart, whose files differ between the last releases of two folders."""
    one, two = (Releases(folder).latest() for folder in (curated, rebuilt))
    if one is None or two is None:
        raise SystemExit("a step made no release")
    names = [t.name for t in declared_tables().values() if not t.history]
    return [
        n
        for n in names
        if (one.path / f"{n}.parquet").read_bytes() != (two.path / f"{n}.parquet").read_bytes()
    ]


def main() -> int:
    """Prints the steps; 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description="Cost of a refresh when little changed.")
    parser.add_argument("--documents", type=int, default=2000)
    parser.add_argument("--kind", choices=sorted(KINDS), default="recurring", help="of pages: see corpora")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--json", type=Path, help="write the figures here too")
    chosen = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="osint-ingest-bench-"))
    try:
        steps = measure(folder, chosen.kind, chosen.documents, chosen.workers)
        different = differing(folder / "curated", folder / "rebuilt")
    finally:
        shutil.rmtree(folder)
    full = steps["everything"].cpu
    for name, step in steps.items():
        print(f"{name:16} {step.cpu:8.2f} s cpu {step.cpu / full:7.2%} {step.wall:8.2f} s  {step.read} read")
    print(f"tables unlike a rebuild: {', '.join(different) or 'none'}")
    if chosen.json:
        told = {name: asdict(step) for name, step in steps.items()}
        chosen.json.write_text(
            json.dumps(
                {"kind": chosen.kind, "documents": chosen.documents, "steps": told, "differing": different}
            )
        )
    unchanged, one = steps["nothing changed"], steps["one changed"]
    met = unchanged.cpu <= 0.01 * full and one.cpu <= 0.02 * full and (unchanged.read, one.read) == (0, 1)
    return 0 if met and not unchanged.new_release and not different else 1


if __name__ == "__main__":
    sys.exit(main())
