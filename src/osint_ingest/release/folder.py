"""The folder of releases: which there are, which is the last, and the one rename that switches it."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from osint_ingest.tables import declared_tables

HELD = ".held"
"""Ending of a release that was held back and stays for inspection."""


@dataclass(frozen=True, slots=True)
class Release:
    """A published release: a folder of Parquet files with `run.json`."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.name

    def run(self) -> dict[str, Any]:
        """What `run.json` tells of how it was made."""
        found: dict[str, Any] = json.loads((self.path / "run.json").read_text(encoding="utf-8"))
        return found

    def table(self, name: str, columns: list[str] | None = None) -> pa.Table:
        """A table. FileNotFoundError names the tables that there are."""
        path = self.path / f"{name}.parquet"
        if not path.exists():
            known = ", ".join(sorted(p.stem for p in self.path.glob("*.parquet")))
            raise FileNotFoundError(f"release {self.name} has no table {name!r}; it has: {known}")
        return pq.read_table(path, columns=columns)

    def row_counts(self) -> dict[str, int]:
        """Rows by table."""
        return {p.stem: pq.read_metadata(p).num_rows for p in sorted(self.path.glob("*.parquet"))}


class Releases:
    """The releases under a curated folder."""

    def __init__(self, curated: str | Path) -> None:
        self.root = Path(curated)
        self.folder = self.root / "releases"

    def all(self) -> list[Release]:
        """Published releases, the oldest first."""
        if not self.folder.is_dir():
            return []
        return [
            Release(p)
            for p in sorted(self.folder.iterdir())
            if (p / "run.json").exists() and not p.name.startswith(".") and not p.name.endswith(HELD)
        ]

    def latest(self) -> Release | None:
        """The release that `latest` leads to."""
        link = self.root / "latest"
        return Release(link.resolve()) if (link / "run.json").exists() else None

    def named(self, name: str) -> Release:
        """A release by its name or the start of it; FileNotFoundError names the known ones."""
        found = [r for r in self.all() if r.name.startswith(name)] if name != "latest" else [self.latest()]
        if len(found) != 1 or found[0] is None:
            known = ", ".join(r.name for r in self.all()) or "none yet"
            raise FileNotFoundError(f"{name!r} names {len(found)} releases; there are: {known}")
        return found[0]

    def before_latest(self) -> Release:
        """The release before the one that `latest` leads to; FileNotFoundError where there is none."""
        latest = self.latest()
        earlier = [r for r in self.all() if latest is not None and r.name < latest.name]
        if not earlier:
            raise FileNotFoundError(f"there is no release before {latest.name if latest else 'the first'}")
        return earlier[-1]

    def switch(self, release: Release) -> None:
        """Leads `latest` to a release by one atomic rename; readers of the old one are not disturbed."""
        pending = self.root / f".latest-{os.getpid()}"
        pending.unlink(missing_ok=True)
        pending.symlink_to(Path("releases") / release.name)
        pending.replace(self.root / "latest")
        _sync(self.root)

    def retire(self, keep: int) -> list[str]:
        """Removes old releases; keeps the last `keep`, the first of each month and the one `latest` leads to."""
        latest = self.latest()
        releases = self.all()
        kept = {r.name for r in releases[-keep:]} | {latest.name if latest else ""}
        months: set[str] = set()
        removed = []
        for release in releases:
            month = release.name[:6]
            if release.name in kept or month not in months:
                months.add(month)
            else:
                shutil.rmtree(release.path)
                removed.append(release.name)
        return removed

    def write(
        self,
        tables: Mapping[str, pa.Table],
        run: Mapping[str, Any],
        texts: Mapping[str, str],
        *,
        name: str,
        held: bool,
    ) -> Release:
        """Writes a release into a temporary sibling, syncs it, reads it back and renames it.

        Nothing leads to it until `switch`. `texts` are further files by name. A held release gets the
        ending `.held`.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        for left in self.folder.glob(".*.tmp"):  # of a run that was killed
            shutil.rmtree(left)
        final = self.folder / (name + (HELD if held else ""))
        pending = self.folder / f".{final.name}.tmp"
        pending.mkdir()
        try:
            for table_name, rows in tables.items():
                write_table(rows, pending / f"{table_name}.parquet")
            for file_name, text in {
                **texts,
                "run.json": json.dumps(run, indent=1, sort_keys=True, ensure_ascii=False),
            }.items():
                _write_text(pending / file_name, text)
            for table_name, rows in tables.items():
                written = pq.read_metadata(pending / f"{table_name}.parquet").num_rows
                if written != len(rows):
                    raise OSError(
                        f"{table_name}.parquet: {written} rows read back, {len(rows)} written; is the disk full?"
                    )
            _sync(pending)
            pending.rename(final)
            _sync(self.folder)
        except BaseException:
            shutil.rmtree(pending, ignore_errors=True)
            raise
        return Release(final)


def release_name(digest: str, now: datetime | None = None) -> str:
    """`<UTC time>-<digest[:8]>`, which sorts by time."""
    return f"{now or datetime.now(UTC):%Y%m%dT%H%M%S%fZ}-{digest[:8]}"


def write_table(rows: pa.Table, path: Path) -> None:
    """Parquet with the declared schema. The same rows give the same bytes."""
    declared = declared_tables()[path.stem]
    with path.open("wb") as out:
        pq.write_table(rows.cast(declared.schema), out, compression="zstd", row_group_size=128 * 1024)
        out.flush()
        os.fsync(out.fileno())


def _write_text(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
