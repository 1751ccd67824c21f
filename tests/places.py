"""Copies of what a run made, in another folder or in an object store."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TypeVar

from osint_ingest.release.folder import Releases
from osint_ingest.store import RawStore
from osint_ingest.store.folder import object_store

Place = TypeVar("Place", Path, str)


def copy(folder: Path, to: Place) -> Place:
    """A copy of raw/ and of the last release in curated/ that a test may go on with."""
    if "://" not in str(to):
        shutil.copytree(folder, to, symlinks=True)
        return to
    raw, releases = RawStore(f"{to}/raw"), Releases(f"{to}/curated")
    before = RawStore(str(folder / "raw"))
    for capture in before.captures():
        raw.put(capture, before.read(capture), details=before.details(capture))
    raw.settle()
    last = Releases(folder / "curated").latest()
    if last is not None:
        files, there = object_store(f"{to}/curated/releases")
        names = [path.name for path in last.path.iterdir()]
        files.put([str(last.path / n) for n in names], [f"{there}/{last.name}/{n}" for n in names])
        releases.switch(releases.named(last.name))
    return to
