"""Release building alone, at any size: the rows of a small release, copied under other names, put together as batches.

    python -m tests.bench.release_building RELEASE 1000 10000    what building releases of so many documents costs

Reading is what costs; this is what has to hold still in memory. The copies' batches are staged as workers stage them;
the measured process starts with that.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from tests.peak import peak_bytes

from osint_ingest.model import Capture
from osint_ingest.read import staging
from osint_ingest.read.documents import Batch, Outcome, Work
from osint_ingest.read.plan import Plan
from osint_ingest.release.files import TableFiles
from osint_ingest.release.publish import publish
from osint_ingest.settings import Settings
from osint_ingest.sources import all_sources
from osint_ingest.tables.contract import document_tables
from osint_ingest.tables.run import OBSERVATIONS

OF_DOCUMENT = r"^([a-z]+:[^#]+)"
TOGETHER = 50
"""Documents of a batch."""
WHEN = datetime(2031, 5, 4, tzinfo=UTC)


def renamed(rows: pa.Table, copy: int) -> pa.Table:
    """The same rows of other documents."""
    for at, name in enumerate(rows.column_names):
        if (name.endswith("_id") and name != "entity_id") or name == "refers_to":
            told = pc.replace_substring_regex(rows[name], OF_DOCUMENT, rf"\1~{copy}")
            rows = rows.set_column(at, rows.schema.field(at), told)
    return rows


def batches(release: TableFiles, documents: int) -> Iterator[Batch]:
    """Batches of so many documents in all."""
    all_sources()
    tables = {t.name: release.table(t.name) for t in document_tables()}
    known = tables["documents"]["document_id"].to_pylist()
    shares = [known[at : at + TOGETHER] for at in range(0, len(known), TOGETHER)]
    made = copy = 0
    while made < documents:
        for share in shares:
            wanted = pa.array(share[: documents - made])
            rows = {name: _of(table, wanted) for name, table in tables.items()}
            outcomes = (
                Outcome(f"file:{d}~{copy}", "0", False, f"{d}~{copy}", "0") for d in wanted.to_pylist()
            )
            made += len(wanted)
            yield Batch(
                {name: renamed(found, copy) for name, found in rows.items() if len(found)},
                tuple(outcomes),
                OBSERVATIONS.empty_table(),
            )
            if made == documents:
                return
        copy += 1


def _of(rows: pa.Table, documents: pa.Array) -> pa.Table:
    if "document_id" in rows.column_names:
        return rows.filter(pc.is_in(rows["document_id"], value_set=documents))
    owner = pc.replace_substring_regex(rows["passage_id"], r"#p\d+$", "")
    return rows.filter(pc.is_in(owner, value_set=documents))


def stage_all(release: TableFiles, documents: int, settings: Settings) -> None:
    """Puts the batches where a run that was stopped before its release would have left them."""
    for number, batch in enumerate(batches(release, documents)):
        capture = Capture(url=f"file:{number}", captured_at=WHEN, content_sha256="0" * 64, size_bytes=1)
        staging.keep([Work((capture,))], batch, settings)


def build(settings: Settings) -> dict[str, Any]:
    """Publishes what is staged. Seconds of CPU and of the clock, bytes of memory before and at the most."""
    finished = tuple(staging.staged(settings))
    bytes_read = sum(p.stat().st_size for p in Path(settings.curated, ".work").iterdir())
    before, began, cpu = peak_bytes(), time.perf_counter(), time.process_time()
    recap = publish(Plan((), frozenset(), (), "bench", finished), [], [], settings)
    found = recap.release or recap.held
    return {
        "documents": recap.documents,
        "rows": sum(recap.rows.values()),
        "batches": len(finished),
        "bytes_read": bytes_read,
        "release_bytes": sum(p.stat().st_size for p in found.path.iterdir()) if found else 0,
        "findings": sorted({f.code for f in recap.findings}),
        "cpu": time.process_time() - cpu,
        "wall": time.perf_counter() - began,
        "peak_before": before,
        "peak": peak_bytes(),
    }


def main() -> None:
    """Prints one line of JSON for each size."""
    parser = argparse.ArgumentParser(description="CPU and memory of release building alone.")
    parser.add_argument("release", type=Path)
    parser.add_argument("documents", type=int, nargs="+")
    parser.add_argument("--built-in", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.built_in:
        print(json.dumps(build(Settings(curated=chosen.built_in, report=False, use_models=False))))
        return
    for documents in chosen.documents:
        with tempfile.TemporaryDirectory(prefix="osint-ingest-bench-") as folder:
            settings = Settings(curated=folder, use_models=False)
            stage_all(TableFiles(chosen.release.resolve()), documents, settings)
            command = [sys.executable, "-m", "tests.bench.release_building", str(chosen.release), "0"]
            subprocess.run([*command, "--built-in", folder], check=True)


if __name__ == "__main__":
    main()
