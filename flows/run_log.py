"""What a run says, where people look for it: on the terminal, or in the log of a scheduled run."""

from __future__ import annotations

import os

from prefect import get_run_logger, runtime
from rich.console import Console

from osint_ingest.run.progress import Reporter


class RunLog(Reporter):
    """Says everything into the log of the flow run, which the server keeps and its pages show."""

    def __init__(self) -> None:
        super().__init__(Console(file=open(os.devnull, "w", encoding="utf-8"), force_terminal=False))  # noqa: PTH123, SIM115

    def say(self, line: str) -> None:
        get_run_logger().info(line)

    def warn(self, line: str) -> None:
        get_run_logger().warning(line)


def reporter_of_run() -> Reporter:
    """The run's log where a worker runs a deployment, else the terminal."""
    return RunLog() if runtime.deployment.id else Reporter()
