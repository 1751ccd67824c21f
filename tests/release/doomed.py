"""Runs of `ingest` or `forget` in a process of their own that something happens to: killed, out of disk, without leave
to write.

They are forked from a server that has read a page already (see `warmed`), so that a run costs its own work alone.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import resource
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from osint_ingest.run.maintenance import forget
from osint_ingest.run.refresh import ingest
from osint_ingest.settings import Settings

CHANGES = ("open", "os.mkdir", "os.rename", "os.remove", "os.symlink", "os.rmdir", "shutil.rmtree")
"""Events of Python's audit hooks that touch a file."""
ASKED = ("put_object", "delete_object", "delete_objects", "copy_object")
"""Requests that change something in an S3."""

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["tests.release.warmed"])


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended: its exit code (negative: the signal), the error that it raised, how many files it touched."""

    code: int | None
    error: str | None = None
    touched: int = 0
    read: int = 0
    """Documents that were read."""


def run(
    paths: Sequence[str | Path],
    settings: Settings,
    *,
    forgotten: str | None = None,
    die_at: int | None = None,
    largest_file: int | None = None,
    without_privileges: bool = False,
) -> Ended:
    """`ingest` in its own process, or `forget` of what is to be `forgotten`. `die_at`: killed right before it touches a
    file of curated/ (of raw/ too where it forgets), or changes anything in an S3, for the n-th time;
    `largest_file`: bytes that a file may have, as if the disk were full; `without_privileges`: the mode of a folder
    counts for root too."""
    here, there = _context.Pipe(duplex=False)
    process = _context.Process(
        target=_run,
        args=(
            there,
            list(paths),
            settings,
            forgotten,
            die_at,
            largest_file,
            without_privileges,
            dict(os.environ),
        ),
    )
    process.start()
    there.close()
    told: dict[str, Any] = {}
    with suppress(EOFError):  # killed before it could tell
        told = here.recv()
    process.join()
    return Ended(process.exitcode, **told)


def _run(
    answer: Connection,
    paths: list[str | Path],
    settings: Settings,
    forgotten: str | None,
    die_at: int | None,
    largest_file: int | None,
    without_privileges: bool,
    environment: dict[str, str],
) -> None:
    os.environ.update(environment)  # the server is older than some of it
    touched = 0
    watched = [str(Path(settings.curated).resolve())]
    if forgotten is not None:
        watched.append(str(Path(settings.raw).resolve()))

    def touch() -> None:
        nonlocal touched
        touched += 1
        if touched == die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        if event in CHANGES and arguments and str(arguments[0]).startswith(tuple(watched)):
            if event == "open" and not int(str(arguments[2])) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
                return
            touch()

    if largest_file is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))
    if without_privileges:
        _drop_capabilities()
    if settings.curated.startswith("s3:"):
        _watch_requests(touch)
    else:
        sys.addaudithook(watch)
    try:
        if forgotten is not None:
            forget(forgotten, settings)
            answer.send({"touched": touched})
        else:
            recap = ingest(paths, settings)
            answer.send({"touched": touched, "read": recap.processed})
    except Exception as error:
        answer.send({"error": f"{type(error).__name__}: {error}", "touched": touched})


def _watch_requests(touch: Callable[[], None]) -> None:
    from s3fs import S3FileSystem

    ask = S3FileSystem._call_s3

    async def watched(files: Any, method: str, *args: Any, **kwargs: Any) -> Any:
        if method in ASKED:
            touch()
        return await ask(files, method, *args, **kwargs)

    S3FileSystem._call_s3 = watched


def _drop_capabilities() -> None:
    """Without them a read-only folder is read-only for root as well (Linux)."""
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)  # version 3, this process
    none = (ctypes.c_uint32 * 6)()
    if ctypes.CDLL(None, use_errno=True).capset(header, none) != 0:
        raise OSError(ctypes.get_errno(), "capset failed")
