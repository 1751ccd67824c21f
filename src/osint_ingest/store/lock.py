"""One writer at a time. On this machine the lock is the kernel's, so a crash frees it; in an object store it is a lease
that its holder renews, and that lapses when it does not.

The leases of a root are numbered objects, `.writer.00000007.json`, and the highest one counts. A lease is only ever
created where there is none of its number (`If-None-Match: *`), so of several that want the next one gets it. Its
holder renews it every BEAT seconds and marks it free in the end; one of a crashed holder is over at once for
processes of the same machine, and after STALE_AFTER for others. Ages are told by the store's clock alone.
"""

import os
import platform
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from uuid import uuid4

import psutil
from filelock import FileLock, Timeout
from pydantic import TypeAdapter

from osint_ingest.model import RefusedRun
from osint_ingest.store.folder import is_remote, local_root, names_in, object_store, reaching

LOCK = ".writer.lock"
HOLDER = ".writer.json"
BEAT = 20.0  # seconds between two renewals
STALE_AFTER = 120.0  # seconds without a renewal after which a lease is over: six that were missed
FREE = b'{"free": true}'
_NAME = ".writer."


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
    token: str = ""  # tells two claims of one process apart

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

    def as_json(self) -> bytes:
        return _HOLDER.dump_json(self)


_HOLDER = TypeAdapter(Holder)


def this_process() -> Holder:
    return Holder(
        pid=os.getpid(),
        host=platform.node(),
        since=datetime.now(UTC).isoformat(timespec="seconds"),
        command=" ".join([Path(sys.argv[0]).name, *sys.argv[1:]]),
        machine=_machine(),
        started=psutil.Process().create_time(),
    )


def parse_holder(data: bytes) -> Holder | None:
    """Return a holder from the JSON of `Holder.as_json`; None for anything else."""
    try:
        return _HOLDER.validate_json(data)
    except ValueError:
        return None


@cache
def _machine() -> str:
    """This boot of this machine and, on Linux, the space in which pids count: a container has its own."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot} {Path('/proc/self/ns/pid').stat().st_ino}"
    except OSError:
        return f"{platform.node()} {psutil.boot_time():.0f}"


_SOMEONE = Holder(0, "another machine", "an unknown time", "its lease cannot be read")
_held: dict[str, "_Lease"] = {}


@contextmanager
def one_writer(root: str | Path, *, wait: float = 0.0) -> Iterator[None]:
    """Holds the writer's lock of a folder or fsspec URL; waits up to `wait` seconds for another to end.
    LockedByAnother names the process that holds it: pid, host, since, command."""
    if is_remote(root):
        with _leased(str(root), wait=wait):
            yield
        return
    folder = local_root(root)
    made = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    lock, holder = FileLock(folder / LOCK), folder / HOLDER
    try:
        lock.acquire(timeout=wait)
    except Timeout:
        who: object = "another process"
        with suppress(OSError):
            who = parse_holder(holder.read_bytes()) or who
        raise LockedByAnother(f"{folder} is being written by {who}. Wait until it has ended.") from None
    try:
        pending = holder.with_name(f"{holder.name}.{os.getpid()}.tmp")
        pending.write_bytes(this_process().as_json())
        pending.replace(holder)
        yield
    finally:
        holder.unlink(missing_ok=True)
        within = sorted(folder.rglob("*"), reverse=True) if made else []
        if made and all(path.is_dir() or path.name == LOCK for path in within):  # nothing was kept in it
            for path in (*within, folder):
                path.rmdir() if path.is_dir() else path.unlink()
        lock.release()


@contextmanager
def _leased(root: str, *, wait: float = 0.0) -> Iterator[None]:
    """Holds the lease of a root; waits up to `wait` seconds for another to end it. LockedByAnother names it."""
    lease = _Lease(root)
    until = time.monotonic() + wait
    with reaching(root):
        while (other := lease.take()) is not None:
            if time.monotonic() >= until:
                raise LockedByAnother(
                    f"{root} is being written by {other}. Wait until it has ended. (The lock of a process that was "
                    f"stopped on another machine ends {STALE_AFTER:.0f} seconds after its last renewal.)"
                )
            time.sleep(min(1.0, max(0.0, until - time.monotonic())))
    _held[root.rstrip("/")] = lease
    try:
        yield
    finally:
        del _held[root.rstrip("/")]
        lease.free()


def confirm(root: str) -> None:
    """Check that this process still holds the lease of a root, if it ever took one. Raises LockedByAnother if another
    took over: this process stood still for too long. For the last moment before readers see what was written."""
    lease = _held.get(root.rstrip("/"))
    if lease is None:
        return
    with reaching(root):
        other = lease.taken_over_by()
    if other is not None:
        why = "this process did not renew its lock in time"
        raise LockedByAnother(f"{root} was taken over by {other}: {why}. Nothing was published.")


class _Lease:
    """One process's claim to a root."""

    def __init__(self, root: str) -> None:
        self._files, self._root = object_store(root)
        self._own = replace(this_process(), token=uuid4().hex).as_json()
        self._number = 0
        self._over = threading.Event()
        self._beating: threading.Thread | None = None

    def take(self) -> Holder | None:
        """Take the lease and keep renewing it. Returns None, or the process that holds it already."""
        while True:
            numbers = self._numbers()
            highest = max(numbers, default=0)
            holder = self._holder(highest)
            if holder is not None and not holder.is_dead and self._age(highest) < STALE_AFTER:
                return holder
            number = highest + 1
            with suppress(FileExistsError):  # another's, or an own request that was sent twice
                self._files.pipe_file(self._path(number), self._own, mode="create")
            # who stood still before creating may have made a number that has passed; and a store that does not
            # know the condition lets two write the same one: the last of them is read back
            if max(self._numbers(), default=0) != number or self._read(number) != self._own:
                continue
            self._number = number
            for old in numbers:
                with suppress(FileNotFoundError):
                    self._files.rm_file(self._path(old))
            self._beating = threading.Thread(target=self._beat, name="lease", daemon=True)
            self._beating.start()
            return None

    def free(self) -> None:
        """Gives the lease back, unless another has it. The number stays, so that numbers only rise."""
        self._over.set()
        if self._beating:
            self._beating.join()
        if self.taken_over_by() is None:
            self._files.pipe_file(self._path(self._number), FREE)

    def taken_over_by(self) -> Holder | None:
        """Who has the lease now, if not this process."""
        highest = max(self._numbers(), default=0)
        return None if highest == self._number else self._holder(highest) or _SOMEONE

    def _beat(self) -> None:
        while not self._over.wait(BEAT):
            with suppress(Exception):  # the next beat may get through; `confirm` decides in the end
                if self.taken_over_by() is not None:
                    return
                self._files.pipe_file(self._path(self._number), self._own)

    def _numbers(self) -> list[int]:
        names = (name for name in names_in(self._files, self._root) if name.startswith(_NAME))
        parts = (name.removeprefix(_NAME).removesuffix(".json") for name in names)
        return [int(part) for part in parts if part.isdecimal()]

    def _holder(self, number: int) -> Holder | None:
        """Who holds a lease; None if it is free."""
        data = self._read(number)
        return None if data in (None, FREE) else parse_holder(data or b"") or _SOMEONE

    def _age(self, number: int) -> float:
        """Seconds since a lease was renewed, by the clock of the store: it dates an object that is written now."""
        probe = f"{self._root}/.clock.{uuid4().hex}"
        try:
            renewed = self._files.modified(self._path(number))
            self._files.pipe_file(probe, b"now")
            return float((self._files.modified(probe) - renewed).total_seconds())
        except FileNotFoundError:
            return STALE_AFTER  # given back or taken over in between
        finally:
            with suppress(FileNotFoundError):
                self._files.rm_file(probe)

    def _read(self, number: int) -> bytes | None:
        try:
            return bytes(self._files.cat_file(self._path(number)))
        except FileNotFoundError:
            return None

    def _path(self, number: int) -> str:
        return f"{self._root}/{_NAME}{number:08d}.json"
