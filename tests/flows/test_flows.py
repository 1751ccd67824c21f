"""The flows, run as people and schedules run them: with a real Prefect server that starts and stops."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from tests.flows.conftest import FlowRun

from osint_ingest.release.folder import Releases


def test_the_refresh_flow_publishes_and_ends_with_0(flow_run: FlowRun) -> None:
    assert flow_run.done.returncode == 0, flow_run.done.stderr
    release = Releases(flow_run.folder / "curated").latest()
    assert release is not None and release.row_counts()["footnote_refs"] > 40
    assert "Published" in flow_run.done.stdout and "documents" in flow_run.done.stdout


def test_nobody_sees_a_traceback_or_the_orchestrators_own_talk(flow_run: FlowRun) -> None:
    for stream in (flow_run.done.stdout, flow_run.done.stderr):
        assert "Traceback" not in stream and "prefect" not in stream.lower(), stream
        # DuckDB's binding reports what outlives it: its types, in annotations of functions that Prefect's threads hold
        assert "nanobind" not in stream, stream


def test_no_server_is_left_behind(flow_run: FlowRun) -> None:
    assert not any(str(flow_run.folder / "prefect") in environment for environment in _environments())


def _environments() -> Iterator[str]:
    """Environments of the processes of this machine (Linux) that may be read; none elsewhere."""
    for path in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):
            yield path.read_bytes().decode(errors="replace")
