"""Adds further files to a release after its tables; each is written whole or not at all."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import fsspec

from osint_ingest.release.folder import Release
from osint_ingest.store.folder import is_remote


def add_file(release: Release, name: str, source: Path) -> None:
    """Puts a copy of a file into a release under that name. Raises OSError if it cannot be written whole."""
    if is_remote(release.location):
        files, root = fsspec.core.url_to_fs(release.location)
        files.put_file(str(source), f"{root}/{name}")
        return
    pending = release.path / f".{name}.tmp"
    try:
        shutil.copyfile(source, pending)
        with pending.open("rb+") as out:
            os.fsync(out.fileno())
        pending.replace(release.path / name)
    finally:
        pending.unlink(missing_ok=True)


def has_file(release: Release, name: str) -> bool:
    """Does a release have this file?"""
    files, root = fsspec.core.url_to_fs(release.location)
    return bool(files.exists(f"{root}/{name}"))


def copy_file(release: Release, name: str, to: Path) -> bool:
    """Copies a file of a release to this machine; False if the release has no such file."""
    if not has_file(release, name):
        return False
    files, root = fsspec.core.url_to_fs(release.location)
    files.get_file(f"{root}/{name}", str(to))
    return True
