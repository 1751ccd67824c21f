"""The process that writes to a folder: named to any second one that wants to."""

from __future__ import annotations

import json
import os
import platform
import sys
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import psutil

from osint_ingest.model import RefusedRun


class LockedByAnother(RefusedRun):
    """Another process writes to the folder. The message says who and since when."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A process that writes. `machine` identifies this boot of its machine; `started` is the start of the process in
    seconds of the epoch, because process ids are used again."""

    pid: int
    host: str
    since: str
    command: str
    machine: str = ""
    started: float = 0.0
    token: str = ""
    """Tells two claims of one process apart."""

    def __str__(self) -> str:
        return f"process {self.pid} on {self.host} since {self.since}: {self.command}"

    @property
    def is_dead(self) -> bool:
        """Did the process run on this machine and has it ended? False if that cannot be known from here."""
        if self.machine != _machine():
            return False
        try:
            began: float = psutil.Process(self.pid).create_time()
            return abs(began - self.started) > 1
        except psutil.NoSuchProcess:
            return True

    def told(self) -> bytes:
        """Return it as JSON."""
        return json.dumps(asdict(self)).encode()


def this_process() -> Holder:
    """Return this process as a holder, from now on."""
    return Holder(
        pid=os.getpid(),
        host=platform.node(),
        since=datetime.now(UTC).isoformat(timespec="seconds"),
        command=" ".join([Path(sys.argv[0]).name, *sys.argv[1:]]),
        machine=_machine(),
        started=psutil.Process().create_time(),
    )


def holder_from(data: bytes) -> Holder | None:
    """Return a holder from the JSON of `Holder.told`; None for anything else."""
    try:
        known = json.loads(data)
        return Holder(**{field.name: known[field.name] for field in fields(Holder) if field.name in known})
    except (ValueError, TypeError):
        return None


@cache
def _machine() -> str:
    """This boot of this machine and, on Linux, the space in which pids count: a container has its own."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot} {Path('/proc/self/ns/pid').stat().st_ino}"
    except OSError:
        return f"{platform.node()} {psutil.boot_time():.0f}"
