"""A Prefect server for the length of one run, where no other is given. It speaks to a log file, not to people."""

from __future__ import annotations

import atexit
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar, cast

# before Prefect is imported: no telemetry, and a start-up limit that a slow machine meets
QUIET = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
    "PREFECT_TELEMETRY_ENABLE_RESOURCE_METRICS": "false",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    "PREFECT_LOGGING_LEVEL": "WARNING",
    "PREFECT_CLIENT_SERVER_VERSION_CHECK_ENABLED": "false",
}
for name, value in QUIET.items():
    os.environ.setdefault(name, value)

import httpx
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect.utilities.annotations import quote
from rich.console import Console

from osint_ingest.model import RefusedRun
from osint_ingest.publishing import Recap
from osint_ingest.recap import print_recap
from osint_ingest.settings import Settings

Value = TypeVar("Value")

START_LIMIT = 120.0
"""Seconds; 17 to 20 are usual."""
STOP_LIMIT = 10.0


def untouched(value: Value) -> Value:
    """Hands a large value to a task as it is: Prefect would look into every part of it for futures."""
    return cast(Value, quote(value))


@contextmanager
def prefect_server() -> Iterator[str]:
    """The address of a Prefect API: the one that the settings name, else that of a server started for this run.

    A server started here is stopped when the process ends, after Prefect has handed in its last records.
    RuntimeError with the server's own words when it does not come up within START_LIMIT.
    """
    given = PREFECT_API_URL.value()
    if given:
        yield given
        return
    log = Path(tempfile.mkdtemp(prefix="osint-ingest-prefect-")) / "server.log"
    port = _free_port()
    address = f"http://127.0.0.1:{port}/api"
    command = [
        sys.executable,
        "-m",
        "prefect",
        "server",
        "start",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--no-ui",
    ]
    with log.open("wb") as out:
        server = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True
        )
    atexit.register(_stop, server, log)
    _wait_for(address, server, log)
    with temporary_settings({PREFECT_API_URL: address}):
        yield address


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + START_LIMIT
    with httpx.Client(trust_env=False) as client:
        while time.monotonic() < until:
            if server.poll() is not None:
                break
            try:
                if client.get(f"{address}/health", timeout=2).status_code == httpx.codes.OK:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.1)
    said = log.read_text(encoding="utf-8", errors="replace")[-2000:]
    raise RuntimeError(f"the Prefect server did not start within {START_LIMIT:.0f} s. It said:\n{said}")


def _stop(server: subprocess.Popen[bytes], log: Path) -> None:
    server.terminate()
    try:
        server.wait(STOP_LIMIT)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
    log.unlink(missing_ok=True)
    log.parent.rmdir()


def run_once(chosen_flow: Callable[..., Recap], arguments: dict[str, Any]) -> int:
    """Runs a flow here and now, prints its recap, and returns the exit code of the command line."""
    try:
        with prefect_server():
            recap = chosen_flow(**arguments)
    except RefusedRun as refusal:
        Console(stderr=True).print(f"osint-ingest: {refusal}", style="red", markup=False, highlight=False)
        return 1
    print_recap(recap, Settings(curated=arguments["curated"]), Console())
    return recap.exit_code
