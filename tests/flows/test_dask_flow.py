"""The refresh flow with Prefect's tasks on a Dask cluster: a long test, for a server and a cluster start."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
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
    assert refreshed(tmp_path, "here").returncode == 0
    done = refreshed(tmp_path, "there", "--task-runner", "dask", "--workers", "2")
    with cluster_without_checkout(tmp_path) as address:
        far = refreshed(tmp_path, "far", "--task-runner", "dask", "--dask-address", address)
    for run in (done, far):
        assert run.returncode == 0, run.stderr
        assert "Traceback" not in run.stderr and "distributed" not in run.stderr
    here, *others = (Releases(tmp_path / name).latest() for name in ("here", "there", "far"))
    for other in others:
        assert here is not None and other is not None
        for table in declared_tables().values():
            if not table.history:
                one, two = ((r.path / f"{table.name}.parquet").read_bytes() for r in (here, other))
                assert one == two, table.name


@contextmanager
def cluster_without_checkout(folder: Path) -> Iterator[str]:
    """The scheduler's address of a cluster that others started: its worker has the package, and no flows."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    scheduler = ["scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"]
    worker = ["worker", address, "--nthreads", "1", "--no-dashboard", "--local-directory", str(folder)]
    started = [
        subprocess.Popen([sys.executable, "-m", "dask", *command], cwd=folder, stderr=subprocess.DEVNULL)
        for command in (scheduler, worker)
    ]
    try:
        yield address
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait()
