"""A Prefect server for the length of one run, where no other is given. It speaks to a log file, not to people."""

import atexit
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar, cast

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

from osint_ingest.read.limits import use_light_arrow

use_light_arrow()  # before a flow loads Arrow

# isort: split
import httpx
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect.utilities.annotations import quote

Value = TypeVar("Value")

START_LIMIT = 120.0  # seconds; 17 to 20 are usual
STOP_LIMIT = 10.0


def untouched(value: Value) -> Value:
    """Hands a large value to a task as it is: Prefect would look into every part of it for futures."""
    return cast(Value, quote(value))


@contextmanager
def prefect_server() -> Iterator[str]:
    """The address of a Prefect API: the one that the settings name, else that of a server started for this run. A
    server started here is stopped when the process ends, after Prefect has handed in its last records. RuntimeError
    with the server's own words when it does not come up within START_LIMIT."""
    given = PREFECT_API_URL.value()
    if given:
        yield given
        return
    with started_server(free_port(), "--no-ui") as address, temporary_settings({PREFECT_API_URL: address}):
        yield address


@contextmanager
def started_server(port: int, *options: str) -> Iterator[str]:
    """The address of the API of a server that is started here on loopback, with options of `prefect server start`. It
    is stopped when the process ends, after Prefect has handed in its last records."""
    log = Path(tempfile.mkdtemp(prefix="osint-ingest-prefect-")) / "server.log"
    address = f"http://127.0.0.1:{port}/api"
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1"]
    with log.open("wb") as out:
        server = subprocess.Popen(
            [*command, "--port", str(port), *options],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )

    def stop() -> None:
        end(server)
        log.unlink(missing_ok=True)
        log.parent.rmdir()

    atexit.register(stop)
    _wait_for(address, server, log)
    yield address


def free_port() -> int:
    """A port of loopback that nobody listens on."""
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


def end(process: subprocess.Popen[bytes]) -> None:
    """Ends a process, by force where it does not end within STOP_LIMIT."""
    process.terminate()
    try:
        process.wait(STOP_LIMIT)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
