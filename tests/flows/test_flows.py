"""The flows, run as people and schedules run them: with a real Prefect server that starts and stops."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from osint_ingest.release.folder import Releases

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def flow_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[subprocess.CompletedProcess[str], Path]:
    folder = tmp_path_factory.mktemp("flow")
    command = [sys.executable, str(CHECKOUT / "flows" / "refresh.py"), "--profile", "sample"]
    command += ["--raw", str(folder / "raw"), "--curated", str(folder / "curated")]
    env = {**os.environ, "PREFECT_HOME": str(folder / "prefect")}
    env.pop("PREFECT_API_URL", None)
    return subprocess.run(
        command, cwd=folder, env=env, capture_output=True, text=True, timeout=240, check=False
    ), folder


def test_the_refresh_flow_publishes_and_ends_with_3_for_the_broken_page(
    flow_run: tuple[subprocess.CompletedProcess[str], Path],
) -> None:
    done, folder = flow_run
    assert done.returncode == 3, done.stderr
    release = Releases(folder / "curated").latest()
    assert release is not None and release.row_counts()["footnote_refs"] > 40
    assert "published" in done.stdout and "documents" in done.stdout


def test_nobody_sees_a_traceback_or_the_orchestrators_own_talk(
    flow_run: tuple[subprocess.CompletedProcess[str], Path],
) -> None:
    done, _ = flow_run
    for stream in (done.stdout, done.stderr):
        assert "Traceback" not in stream and "prefect" not in stream.lower(), stream


def test_no_server_is_left_behind(flow_run: tuple[subprocess.CompletedProcess[str], Path]) -> None:
    _, folder = flow_run
    assert not any(str(folder / "prefect") in environment for environment in _environments())


def _environments() -> Iterator[str]:
    """Environments of the processes of this machine (Linux) that may be read; none elsewhere."""
    for path in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):
            yield path.read_bytes().decode(errors="replace")
