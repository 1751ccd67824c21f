"""The refresh flow with Prefect's tasks on a Dask cluster: a long test, for a server and a cluster start."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from osint_ingest.release.folder import Releases
from osint_ingest.tables import declared_tables

CHECKOUT = Path(__file__).resolve().parents[2]
pytestmark = [
    pytest.mark.skipif(not os.environ.get("OSINT_INGEST_SOAK"), reason="long: set OSINT_INGEST_SOAK=1"),
    pytest.mark.skipif(os.environ.get("PREFECT_API_URL") is not None, reason="starts a server of its own"),
]


def refreshed(folder: Path, curated: str, *options: str) -> subprocess.CompletedProcess[str]:
    """A run of the flow on the sample site; captures are shared, so that their times are the same."""
    command = [sys.executable, str(CHECKOUT / "flows" / "refresh.py"), "--profile", "sample", *options]
    places = ["--raw", str(folder / "raw"), "--curated", str(folder / curated)]
    env = {**os.environ, "PREFECT_HOME": str(folder / "prefect"), "OSINT_INGEST_USE_MODELS": "false"}
    return subprocess.run(
        [*command, *places], cwd=folder, env=env, capture_output=True, text=True, timeout=600, check=False
    )


def test_soak_a_flow_on_a_cluster_makes_the_same_bytes(tmp_path: Path) -> None:
    assert refreshed(tmp_path, "here").returncode == 3
    done = refreshed(tmp_path, "there", "--task-runner", "dask", "--workers", "2")
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr and "distributed" not in done.stderr
    here, there = (Releases(tmp_path / name).latest() for name in ("here", "there"))
    assert here is not None and there is not None
    for table in declared_tables().values():
        if not table.history:
            one, two = ((r.path / f"{table.name}.parquet").read_bytes() for r in (here, there))
            assert one == two, table.name
