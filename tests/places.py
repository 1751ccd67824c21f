"""Runs of a test in a folder or an object store of its own: their settings, what they made, and copies of that."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

from osint_ingest.release.check import contract_breaches
from osint_ingest.release.files import TableFiles
from osint_ingest.release.folder import Release, Releases
from osint_ingest.settings import Settings
from osint_ingest.store import RawStore
from osint_ingest.store.folder import object_store
from osint_ingest.tables import declared_tables

Place = TypeVar("Place", Path, str)


def settings(place: Path | str, **other: object) -> Settings:
    """raw/ and curated/ below a place; documents are read in this process, by rules alone, without a report."""
    told = {"raw": f"{place}/raw", "curated": f"{place}/curated", "workers": 0, "use_models": False}
    return Settings(**{**told, "report": False, **other})  # type: ignore[arg-type]


def latest(place: Path | str) -> Release:
    found = Releases(f"{place}/curated").latest()
    assert found is not None
    return found


def tables(release: Release | None) -> dict[str, bytes]:
    """The bytes of every table of a release in a folder that does not tell of time."""
    assert release is not None
    kept = (t.name for t in declared_tables().values() if not t.history)
    return {name: (release.path / f"{name}.parquet").read_bytes() for name in kept}


def sound_tables(release: Release, scratch: Path) -> TableFiles:
    """The tables of a release, which keep the contract."""
    files = release.files(scratch / uuid4().hex)
    assert list(contract_breaches(files)) == []
    return files


def sound_bytes(release: Release, scratch: Path) -> dict[str, bytes]:
    """The bytes of every table that does not tell of time; the release keeps the contract."""
    files = sound_tables(release, scratch)
    return {t.name: files.path(t.name).read_bytes() for t in declared_tables().values() if not t.history}


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
