"""The flows, run as people and schedules run them: with a real Prefect server that starts and stops."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.flows.conftest import CHECKOUT, FlowRun, environment, environments
from tests.listener import listening

from osint_ingest.release.folder import Releases
from osint_ingest.store.lock import one_writer


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
    home = str(flow_run.folder / "prefect").encode()
    assert not any(home in told for told in environments())


_REFUSED = """
import sys
from types import SimpleNamespace

from refresh import refresh

places = dict(zip(("raw", "curated"), sys.argv[1:]))
state = refresh.fn(profile="sample", **places)
for hook in refresh.on_failure_hooks:
    hook(refresh, SimpleNamespace(parameters=places), state)
print(state.type.value, state.name, state.message)
"""


def test_a_run_beside_another_ends_as_refused_and_is_told(tmp_path: Path) -> None:
    places = [str(tmp_path / name) for name in ("raw", "curated")]
    with listening() as hook, one_writer(places[1]):
        env = environment(tmp_path / "prefect", OSINT_INGEST_WEBHOOK=hook.url)
        done = subprocess.run(
            [sys.executable, "-c", _REFUSED, *places],
            cwd=CHECKOUT / "flows",
            env=env,
            capture_output=True,
            text=True,
            check=True,
        )
    assert done.stdout.startswith("FAILED Refused "), done.stdout
    assert f"is being written by process {os.getpid()}" in done.stdout
    assert "Traceback" not in done.stderr
    (notice,) = hook.told
    assert (notice["run"], notice["ended"]) == ("refresh", "refused")
