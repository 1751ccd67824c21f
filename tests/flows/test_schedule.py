"""`make serve` for real: a server, the deployments of prefect.yaml, a worker that runs a scheduled refresh."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from tests.flows.conftest import FlowRun, environment, environments
from tests.listener import Listener, listening

from osint_ingest.release.folder import Releases

CHECKOUT = Path(__file__).resolve().parents[2]

PATIENCE = 240
"""Seconds, for a machine that does much else: 40 to 60 are usual for all of it."""


@dataclass(frozen=True)
class Served:
    """A running `make serve`."""

    process: subprocess.Popen[str]
    port: int
    folder: Path
    hook: Listener

    def asks(self, path: str, body: object = None, method: str = "POST") -> Any:
        """What the server's API answers."""
        with httpx.Client(
            trust_env=False, base_url=f"http://127.0.0.1:{self.port}/api/", timeout=30
        ) as client:
            for pause in (1, 3, 10, 30, 0):
                answer = client.request(method, path, json=body)
                if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:  # what a busy server says
                    break
                time.sleep(pause)
            answer.raise_for_status()
            return answer.json() if answer.content else None

    def waits(self, found: Callable[[], Any]) -> Any:
        """Asks again until there is something."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self.process.poll() is None:
            try:
                if got := found():
                    return got
            except httpx.HTTPError:  # not yet
                pass
            time.sleep(0.5)
        said = (self.folder / "out.txt").read_text()[-3000:]
        pytest.fail(f"nothing came of it; it ended with {self.process.poll()} and said:\n{said}")

    def runs(self, deployment_id: str) -> list[dict[str, Any]]:
        """The runs of a deployment that ended."""
        ended = ["COMPLETED", "FAILED", "CRASHED", "CANCELLED"]
        chosen = {"deployments": {"id": {"any_": [deployment_id]}}}
        found: list[dict[str, Any]] = self.asks("flow_runs/filter", chosen)
        return [run for run in found if run["state_type"] in ended]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def served(flow_run: FlowRun, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder, port = tmp_path_factory.mktemp("served"), free_port()
    # the database that the server of that run made: a new one takes ten seconds of a processor
    (folder / "prefect").mkdir()
    for file in (flow_run.folder / "prefect").glob("prefect.db*"):
        shutil.copy(file, folder / "prefect")
    with listening() as hook:
        env = environment(
            folder / "prefect",
            PREFECT_WORKER_QUERY_SECONDS="1",
            PREFECT_SERVER_SERVICES_SCHEDULER_RECENT_DEPLOYMENTS_LOOP_SECONDS="1",
            OSINT_INGEST_WEBHOOK=hook.url,
            OSINT_INGEST_REPORT="false",
            OSINT_INGEST_USE_MODELS="false",
            OSINT_INGEST_WORKERS="0",
        )
        with (folder / "out.txt").open("w") as out:
            command = [sys.executable, str(CHECKOUT / "flows" / "serve.py"), "--port", str(port)]
            process = subprocess.Popen(command, env=env, stdout=out, stderr=out, text=True)
        try:
            served = Served(process, port, folder, hook)
            served.waits(lambda: "look at" in (folder / "out.txt").read_text())
            yield served
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(40)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def test_a_scheduled_refresh_makes_a_release(served: Served) -> None:
    # a server that has just started can be too busy to answer in time
    pool = served.waits(lambda: served.asks("work_pools/osint-ingest", method="GET"))
    assert (pool["type"], pool["concurrency_limit"]) == ("process", 1)
    told = {
        d["name"]: d
        for d in yaml.safe_load((CHECKOUT / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]
    }
    deployed = {d["name"]: d for d in served.asks("deployments/filter", {})}
    assert deployed.keys() == told.keys() >= {"osor-weekly", "ogp-daily", "links-weekly", "sample"}
    for name, deployment in deployed.items():
        crons = [
            (s["schedule"]["cron"], s["schedule"]["timezone"], s["active"]) for s in deployment["schedules"]
        ]
        assert crons == [(s["cron"], s["timezone"], True) for s in told[name]["schedules"]]
        assert deployment["global_concurrency_limit"]["limit"] == 1
        assert sorted(deployment["tags"]) == sorted(told[name]["tags"])
        assert deployment["parameters"] == told[name]["parameters"]

    sample = deployed["sample"]["id"]
    places = {name: str(served.folder / name) for name in ("raw", "curated")}
    mine = {"parameters": {"profile": "sample", "sources": ["osor"], **places}}
    served.asks(f"deployments/{sample}", mine, method="PATCH")
    soon = {"interval": 3600, "anchor_date": (datetime.now(UTC) + timedelta(seconds=12)).isoformat()}
    served.asks(f"deployments/{sample}/schedules", [{"schedule": soon, "active": True}])
    (run,) = served.waits(lambda: served.runs(sample))
    assert run["auto_scheduled"] and run["state_type"] == "COMPLETED", run["state"]["message"]
    release = Releases(places["curated"]).latest()
    assert release is not None and release.row_counts()["footnote_refs"] > 40
    assert release.name in run["state"]["message"] and " read. 0 failed." in run["state"]["message"]
    assert served.hook.told == []

    logs = served.asks("logs/filter", {"logs": {"flow_run_id": {"any_": [run["id"]]}}})
    messages = [log["message"] for log in logs]
    assert [message for message in messages if "Traceback" in message] == []
    assert any(message.startswith("osor:") for message in messages), "what the crawl said"

    served.process.send_signal(signal.SIGINT)  # Ctrl-C
    assert served.process.wait(60) == 0
    home = str(served.folder / "prefect").encode()
    assert not any(home in told for told in environments())
