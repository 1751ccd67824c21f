"""One writer at a time on a folder. The lock is the kernel's, so a crash frees it."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from osint_ingest.model import RefusedRun
from osint_ingest.store.folder import is_remote

LOCK = ".writer.lock"
HOLDER = ".writer.json"


class LockedByAnother(RefusedRun):
    """Another process writes to the folder. The message says who and since when."""


@contextmanager
def one_writer(root: str | Path, *, wait: float = 0.0) -> Iterator[None]:
    """Holds the writer's lock of a folder; waits up to `wait` seconds for another to end.

    LockedByAnother names the process that holds it: pid, host, since, command. On an object store this
    does nothing: there, objects are whole or absent and never overwritten, so two writers can at worst
    capture the same page twice.
    """
    if is_remote(root):
        yield
        return
    folder = Path(str(root).removeprefix("file://"))
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / LOCK)
    try:
        lock.acquire(timeout=wait)
    except Timeout:
        raise LockedByAnother(f"{folder} is being written by {_holder(folder)}") from None
    holder = folder / HOLDER
    try:
        _name_holder(holder)
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def _name_holder(holder: Path) -> None:
    told = {
        "pid": os.getpid(),
        "host": platform.node(),
        "since": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": " ".join([Path(sys.argv[0]).name, *sys.argv[1:]]),
    }
    pending = holder.with_name(f"{holder.name}.{os.getpid()}.tmp")
    pending.write_text(json.dumps(told), encoding="utf-8")
    pending.replace(holder)


def _holder(folder: Path) -> str:
    try:
        told: dict[str, Any] = json.loads((folder / HOLDER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return "another process"
    return f"process {told['pid']} on {told['host']} since {told['since']}: {told['command']}"
