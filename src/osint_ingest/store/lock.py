"""One writer at a time on a folder. On this machine the lock is the kernel's, so a crash frees it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from osint_ingest.store.folder import is_remote, local_root
from osint_ingest.store.holder import LockedByAnother, holder_from, this_process
from osint_ingest.store.lease import leased

LOCK = ".writer.lock"
HOLDER = ".writer.json"


@contextmanager
def one_writer(root: str | Path, *, wait: float = 0.0) -> Iterator[None]:
    """Holds the writer's lock of a folder or fsspec URL; waits up to `wait` seconds for another to end.

    LockedByAnother names the process that holds it: pid, host, since, command. In an object store the lock
    is a lease (see `lease`).
    """
    if is_remote(root):
        with leased(str(root), wait=wait):
            yield
        return
    folder = local_root(root)
    made = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / LOCK)
    try:
        lock.acquire(timeout=wait)
    except Timeout:
        raise LockedByAnother(
            f"{folder} is being written by {_holder(folder)}. Wait until it has ended."
        ) from None
    holder = folder / HOLDER
    try:
        pending = holder.with_name(f"{holder.name}.{this_process().pid}.tmp")
        pending.write_bytes(this_process().told())
        pending.replace(holder)
        yield
    finally:
        holder.unlink(missing_ok=True)
        if made:
            _leave_nothing(folder)
        lock.release()


def _leave_nothing(folder: Path) -> None:
    """Removes a folder that was made for this lock and in which nothing was kept."""
    within = sorted(folder.rglob("*"), reverse=True)
    if all(path.is_dir() or path.name == LOCK for path in within):
        for path in (*within, folder):
            path.rmdir() if path.is_dir() else path.unlink()


def _holder(folder: Path) -> str:
    try:
        return str(holder_from((folder / HOLDER).read_bytes()) or "another process")
    except OSError:
        return "another process"
