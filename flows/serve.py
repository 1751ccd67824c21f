"""A Prefect server and a worker on this machine, with the deployments of prefect.yaml: `make serve`.

Runs until Ctrl-C, which ends both. With PREFECT_API_URL set, the server there is used, and only the worker is started.
"""

import argparse
import os
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

# first: it silences Prefect before Prefect is imported
from embedded import end, started_server

# isort: split
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate, WorkPoolUpdate
from prefect.exceptions import ObjectAlreadyExists
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect.workers.process import ProcessWorker

CHECKOUT = Path(__file__).resolve().parents[1]
POOL = "osint-ingest"
_PREFECT = (sys.executable, "-m", "prefect", "--no-prompt")
AT_ONCE = 1  # runs of the pool at a time: they all write to the same folders


def serve(port: int, deployments: Path) -> int:
    """Serves until the worker ends or someone interrupts; returns an exit code."""
    with ExitStack() as stack:
        given = PREFECT_API_URL.value()
        if not given:
            print("starting the Prefect server (takes about 20 seconds)", flush=True)
        address = given or stack.enter_context(started_server(port))
        stack.enter_context(temporary_settings({PREFECT_API_URL: address}))
        environment = {**os.environ, "PREFECT_API_URL": address, "PREFECT_LOGGING_LEVEL": "INFO"}
        _make_pool()
        worker = subprocess.Popen(
            [*_PREFECT, "worker", "start", "--pool", POOL, "--name", "this-machine"],
            cwd=CHECKOUT,
            env=environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C reaches it through this process alone
        )
        stack.callback(end, worker)
        deployed = subprocess.run(
            [*_PREFECT, "deploy", "--all", "--prefect-file", str(deployments)],
            cwd=CHECKOUT,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if deployed.returncode != 0:  # else it says much that does not hold here
            print(deployed.stdout, deployed.stderr, sep="\n", file=sys.stderr)
            return 1
        ui = address.removesuffix("/api")
        print(f"\nlook at   {ui}  (deployments, their schedules, their runs)", flush=True)
        print("end with  Ctrl-C", flush=True)
        return worker.wait()


def _make_pool() -> None:
    template = ProcessWorker.get_default_base_job_template()
    with get_client(sync_client=True) as client:
        try:
            client.create_work_pool(
                WorkPoolCreate(
                    name=POOL, type="process", base_job_template=template, concurrency_limit=AT_ONCE
                )
            )
        except ObjectAlreadyExists:
            client.update_work_pool(POOL, WorkPoolUpdate(concurrency_limit=AT_ONCE))


def main() -> int:
    """Serves; the exit code is 0 after Ctrl-C."""
    parser = argparse.ArgumentParser(description="A Prefect server and a worker on this machine.")
    parser.add_argument("--port", type=int, default=4200, help="where the server listens, on loopback")
    parser.add_argument(
        "--deployments", type=Path, default=CHECKOUT / "prefect.yaml", help="another prefect.yaml"
    )
    given = parser.parse_args()
    for ending in (signal.SIGTERM, signal.SIGINT):  # what a shell starts with & is deaf to Ctrl-C's signal
        signal.signal(ending, signal.default_int_handler)
    try:
        return serve(given.port, given.deployments.resolve())
    except KeyboardInterrupt:
        print("\nended", flush=True)
        return 0


if __name__ == "__main__":
    sys.exit(main())
