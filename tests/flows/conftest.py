"""A run of the refresh flow with a server of its own, made once for all tests of the flows."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]


def environment(home: Path, **other: str) -> dict[str, str]:
    """The environment of processes that keep what is Prefect's in a folder of their own, and start quickly."""
    quick = str(Path(__file__).with_name("quick"))
    env = {**os.environ, "PREFECT_HOME": str(home), "PYTHONPATH": quick, "OSINT_INGEST_WORKERS": "1", **other}
    env.pop("PREFECT_API_URL", None)
    return env


def environments() -> Iterator[bytes]:
    """Environments of the processes of this machine (Linux) that may be read; none elsewhere."""
    for path in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):
            yield path.read_bytes()


@dataclass(frozen=True)
class FlowRun:
    """A run that ended, and the folder where it ran, with `raw`, `curated` and Prefect's `prefect`."""

    done: subprocess.CompletedProcess[str]
    folder: Path


@pytest.fixture(scope="session")
def flow_run(tmp_path_factory: pytest.TempPathFactory) -> FlowRun:
    """The refresh of the sample site, as on a machine where Prefect never ran."""
    folder = tmp_path_factory.mktemp("flow")
    command = [sys.executable, str(CHECKOUT / "flows" / "refresh.py"), "--profile", "sample"]
    command += ["--raw", str(folder / "raw"), "--curated", str(folder / "curated")]
    env = environment(folder / "prefect")
    done = subprocess.run(
        command, cwd=folder, env=env, capture_output=True, text=True, timeout=240, check=False
    )
    return FlowRun(done, folder)
