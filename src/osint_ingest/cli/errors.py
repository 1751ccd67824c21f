"""Error messages for people: what happened, where, and what to do."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from osint_ingest.model import RefusedRun

if TYPE_CHECKING:
    from osint_ingest.store import RawStore

TRACEBACK = "OSINT_INGEST_TRACEBACK"  # with this in the environment, an error shows where it arose

_LAST_STAYS = "and run it again. The last release stays as it was."
REMEDIES = {
    errno.ENOENT: "Check the path.",
    errno.ENOTDIR: "Expected a folder, found a file: check the path.",
    errno.EISDIR: "Expected a file, found a folder: check the path.",
    errno.EEXIST: "Expected a folder or nothing there, found a file: choose another path.",
    errno.ENAMETOOLONG: "Choose a shorter name.",
    errno.ENOSPC: f"Free some space on that disk {_LAST_STAYS}",
    errno.EDQUOT: f"Free some of your quota on that disk {_LAST_STAYS}",
    errno.EROFS: "That disk is read-only: choose folders that can be written.",
    errno.EACCES: "Choose folders that you may read and write, or ask their owner.",
    errno.EPERM: "Choose folders that you may read and write, or ask their owner.",
    errno.EMFILE: "Too many files are open at once: raise the limit (ulimit -n).",
}
"""What to do where the system refuses a file or folder."""


def in_words(error: Exception) -> str:
    """Return what to print of an error. The messages of RefusedRun, OSError and ValueError are written for people."""
    if isinstance(error, RefusedRun):
        return str(error)
    if isinstance(error, ValidationError):
        return "; ".join(f"setting {e['loc'][0]}: {e['msg']}, not {e['input']!r}" for e in error.errors())
    if isinstance(error, OSError) and error.errno is not None and error.strerror:
        return _of_the_system(error, error.errno, error.strerror)
    said = str(error.args[0]) if isinstance(error, KeyError) and error.args else str(error)
    line = " ".join(said.split())
    if " " in line:
        return line
    return f"{type(error).__name__} {line}".rstrip() + f" (to see where: {TRACEBACK}=1)"


def _of_the_system(error: OSError, number: int, said: str) -> str:
    where = error.filename2 or error.filename
    what = said[:1].lower() + said[1:]
    remedy = REMEDIES.get(number, f"To see where it arose: {TRACEBACK}=1.")
    return f"{os.fsdecode(where) if where else 'reading or writing a file'}: {what}. {remedy}"


def check_target(to: Path, *, folder: bool = False) -> None:
    """Raise RefusedRun if a file (or a folder) cannot be written to that path."""
    parent = to.absolute().parent
    if not parent.is_dir():
        raise RefusedRun(f"Cannot write {to}: there is no folder {parent}. Make it, or choose another path.")
    if folder and to.exists() and not to.is_dir():
        raise RefusedRun(f"Cannot write to {to}: expected a folder, found a file. Choose another path.")
    if not folder and to.is_dir():
        raise RefusedRun(
            f"Cannot write {to}: expected a file name, found a folder. Add the name of a file to it."
        )
    if not os.access(to if to.exists() else parent, os.W_OK):
        raise RefusedRun(f"Cannot write {to}: you have no permission. Choose another path.")


def check_captures(store: RawStore) -> None:
    """Raise RefusedRun if raw/ has no capture: a mistyped folder must not look like an intact one."""
    if next(iter(store.captures()), None) is None:
        raise RefusedRun(
            f"There are no captures in {store.root}. Fetch some with `osint-ingest refresh`, "
            "or say where they are with --raw."
        )
