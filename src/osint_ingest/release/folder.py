"""The releases in a folder: list them, read one, publish one, remove old ones."""

import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from osint_ingest.model import RefusedRun
from osint_ingest.release.draft import Draft
from osint_ingest.release.files import TableFiles
from osint_ingest.release.shelf import RUN, open_shelf
from osint_ingest.release.sql import connected
from osint_ingest.store.folder import AT_ONCE, is_remote, object_store

HELD = ".held"  # ending of a release that was held back and stays for inspection
KEPT_HELD = 3  # held releases that are kept; older ones go with the next release that is published
_STAMP = "%Y%m%dT%H%M%S%fZ"


class DamagedRelease(RefusedRun):
    """A file of a release cannot be read: it was changed or cut short after it was written."""

    def __init__(self, place: str, why: Exception) -> None:
        said = " ".join(str(why).split()).rstrip(".")
        remedy = "Go back with `osint-ingest rollback`, or remove the folder of that release and run"
        anew = "`osint-ingest refresh`: everything is made again from raw/."
        super().__init__(f"{place} is damaged: {said}. {remedy} {anew}")


def suggestion_for(name: str, known: Sequence[str]) -> str:
    """A hint for a name that is not among those known: the nearest, or all that there are."""
    near = get_close_matches(name, known, n=3)
    return f"Did you mean {' or '.join(near)}?" if near else f"It has: {', '.join(known)}."


def _moment(name: str) -> datetime:
    """The moment that a release's name begins with. Raises ValueError if it begins with none."""
    return datetime.strptime(name.partition("-")[0], _STAMP).replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Release:
    """A release, published or held back: a folder of Parquet files with `run.json`, by its path or URL."""

    location: str

    @property
    def name(self) -> str:
        return self.location.rstrip("/").rpartition("/")[2]

    @property
    def named_at(self) -> datetime:
        return _moment(self.name)

    @property
    def is_held(self) -> bool:
        return self.name.endswith(HELD)

    @property
    def path(self) -> Path:
        """Its folder. Raises ValueError if it lies in an object store."""
        if is_remote(self.location):
            raise ValueError(f"{self.location} is not a folder on this machine")
        return Path(self.location)

    def run(self) -> dict[str, Any]:
        return self._json(RUN)

    def described(self) -> dict[str, Any]:
        """Its `datapackage.json`: title, sources, licences, tables. Raises DamagedRelease if it cannot be read."""
        return self._json("datapackage.json")

    def _json(self, name: str) -> dict[str, Any]:
        files, root = self._files()
        try:
            found: dict[str, Any] = json.loads(files.cat_file(f"{root}/{name}"))
        except (ValueError, FileNotFoundError) as error:
            raise DamagedRelease(f"{root}/{name}", error) from error
        return found

    def table_names(self) -> list[str]:
        files, root = self._files()
        names = (path.rpartition("/")[2] for path in files.ls(root, detail=False))
        return sorted(name.removesuffix(".parquet") for name in names if name.endswith(".parquet"))

    def has(self, table: str) -> bool:
        """Does it have that table? A release made before the table was declared does not."""
        return self.has_file(f"{table}.parquet")

    def table(self, name: str, columns: list[str] | None = None) -> pa.Table:
        """A table. FileNotFoundError names the tables of nearly that name, or all that there are; DamagedRelease where
        its file cannot be read."""
        files, root = self._files()
        path = f"{root}/{name}.parquet"
        try:
            if is_remote(self.location) and columns is None:
                # one request, where opening it costs four
                return pq.read_table(pa.BufferReader(files.cat_file(path)))
            with pq.ParquetFile(path, filesystem=files) as file:
                return file.read(columns)
        except FileNotFoundError:
            hint = suggestion_for(name, self.table_names())
            raise FileNotFoundError(f"Release {self.name} has no table {name!r}. {hint}") from None
        except pa.ArrowInvalid as error:
            raise DamagedRelease(path, error) from error

    def file_of(self, table: str) -> tuple[str, Any]:
        """Where a table lies: its path, and the fsspec file system that reads it."""
        files, root = self._files()
        return f"{root}/{table}.parquet", files

    def files(self, scratch: Path) -> TableFiles:
        """Return its tables as local files; from an object store they are downloaded to `scratch` first."""
        if not is_remote(self.location):
            return TableFiles(self.path)
        folder = scratch / self.name
        if not folder.exists():
            folder.mkdir(parents=True)
            store, root = self._files()
            names = [f"{name}.parquet" for name in self.table_names()]
            store.get([f"{root}/{name}" for name in names], [str(folder / name) for name in names])
        return TableFiles(folder)

    def altered(self, files: TableFiles) -> list[str]:
        """Return its tables that were changed or removed after they were written, sorted. `files`: what is there."""
        written: dict[str, str] = self.run()["sha256"]
        there = files.names()
        changed = {name for name in there if files.sha256(name) != written.get(name)}
        return sorted(changed | written.keys() - set(there))

    def row_counts(self) -> dict[str, int]:
        """Rows by table, from `run.json`, counted when the release was written."""
        recorded: dict[str, int] | None = self.run().get("rows")
        return dict(sorted(recorded.items())) if recorded else self.counted()

    def counted(self) -> dict[str, int]:
        files, root = self._files()

        def count(name: str) -> int:
            return int(pq.read_metadata(f"{root}/{name}.parquet", filesystem=files).num_rows)

        names = self.table_names()
        with ThreadPoolExecutor(AT_ONCE if is_remote(self.location) else 1) as threads:
            return dict(zip(names, threads.map(count, names), strict=True))

    def add_file(self, name: str, source: Path) -> None:
        """Copy a file into the release under that name, whole or not at all. Raises OSError if that fails."""
        files, root = self._files()
        if is_remote(self.location):
            files.put_file(str(source), f"{root}/{name}")
            return
        pending = self.path / f".{name}.tmp"
        try:
            shutil.copyfile(source, pending)
            with pending.open("rb+") as out:
                os.fsync(out.fileno())
            pending.replace(self.path / name)
        finally:
            pending.unlink(missing_ok=True)

    def has_file(self, name: str) -> bool:
        files, root = self._files()
        return bool(files.exists(f"{root}/{name}"))

    def copy_file(self, name: str, to: Path) -> bool:
        """Copy a file of the release to this machine; False if the release has no such file."""
        files, root = self._files()
        if found := self.has_file(name):
            files.get_file(f"{root}/{name}", str(to))
        return found

    def _files(self) -> tuple[Any, str]:
        return object_store(self.location)


class Releases:
    """The releases under a curated folder or fsspec URL."""

    def __init__(self, curated: str | Path) -> None:
        self._curated = curated
        self._shelf = open_shelf(curated)

    def all(self) -> list[Release]:
        return [self._release(name) for name in self._shelf.names() if not name.endswith(HELD)]

    def held(self) -> list[Release]:
        return [self._release(name) for name in self._shelf.names() if name.endswith(HELD)]

    def latest(self) -> Release | None:
        name = self._shelf.pointed()
        return self._release(name) if name else None

    def named(self, name: str) -> Release:
        """A release by its name or the start of it, `latest` or `previous`, or one that was held back by its whole
        name; FileNotFoundError names the known ones."""
        known = self.all()
        if name.endswith(HELD) and (held := [r for r in self.held() if r.name == name]):
            return held[0]
        if not known:
            raise FileNotFoundError(
                f"There is no release in {self._curated!s} yet. Make one with `osint-ingest refresh` "
                "(--profile sample for the embedded sample), or say where releases are with --curated."
            )
        if name == "previous":
            return self.before_latest()
        if name == "latest" and (latest := self.latest()):
            return latest
        found = [r for r in known if r.name.startswith(name)]
        if len(found) != 1:
            which = f"{len(found)} releases begin with {name!r}" if found else f"No release matches {name!r}"
            there = ", ".join(r.name for r in found or known)
            raise FileNotFoundError(f"{which}. Available: {there}.")
        return found[0]

    def before_latest(self) -> Release:
        """The release before the one that `latest` points at. Raises FileNotFoundError if there is none."""
        latest = self.latest()
        earlier = [r for r in self.all() if latest is not None and r.name < latest.name]
        if not earlier:
            raise FileNotFoundError(f"There is no release before {latest.name if latest else 'the first'}.")
        return earlier[-1]

    def switch(self, release: Release) -> None:
        self._shelf.point(release.name)

    def remove(self, release: Release) -> None:
        """Remove a release in one step: nobody sees half of it."""
        self._shelf.remove(release.name)

    def sweep(self) -> None:
        """Remove incomplete releases that a killed process left. Only for the process that holds the lock."""
        self._shelf.sweep()

    def retire(self, keep: int) -> list[str]:
        """Removes old releases; keeps the last `keep`, the first of each month and the one `latest` points at.
        Of those held back the last KEPT_HELD stay."""
        latest = self.latest()
        releases = self.all()
        kept = {r.name for r in releases[-keep:]} | {latest.name if latest else ""}
        months: set[str] = set()
        going = [r.name for r in self.held()[:-KEPT_HELD]]
        for release in releases:
            month = release.name[:6]
            if release.name in kept or month not in months:
                months.add(month)
            else:
                going.append(release.name)
        for name in going:
            self._shelf.remove(name)
        return going

    def new_name(self, digest: str, now: datetime | None = None) -> str:
        """`<UTC time>-<digest[:8]>`, later than every name there is, even where the clock went back."""
        moment = now or datetime.now(UTC)
        for name in self._shelf.names():
            try:
                before = _moment(name)
            except ValueError:  # a folder that someone named otherwise
                continue
            moment = max(moment, before + timedelta(microseconds=1))
        return f"{moment:{_STAMP}}-{digest[:8]}"

    @contextmanager
    def building(self) -> Iterator[Draft]:
        """Yield a draft of a release. What `write` does not use is removed at the end."""
        with self._shelf.workplace() as place:
            folder, scratch = place / "release", place / "scratch"
            folder.mkdir()
            scratch.mkdir()
            with connected(scratch):
                yield Draft(folder, scratch)

    def write(
        self, draft: Draft, run: Mapping[str, Any], texts: Mapping[str, str], *, name: str, held: bool
    ) -> Release:
        """Makes a release of a draft and reads it back; nothing points at it until `switch`. `texts` are further files
        by name. A held release gets the ending `.held`. Raises OSError if it cannot be written whole: then nothing of
        it stays."""
        final = name + (HELD if held else "")
        folder = draft.tables.folder
        written = draft.rows
        sha256 = {table: draft.tables.sha256(table) for table in written}
        run_json = json.dumps({**run, "sha256": sha256}, indent=1, sort_keys=True, ensure_ascii=False)
        for file_name, text in {**texts, RUN: run_json}.items():
            (folder / file_name).write_bytes(text.encode("utf-8"))
        self._shelf.put(final, folder)
        release = self._release(final)
        counted = release.counted()
        for table, rows in written.items():
            if counted.get(table) != rows:
                self._shelf.remove(final)
                message = f"{counted.get(table)} rows read back, {rows} written"
                raise OSError(f"{table}: {message}; is the disk full?")
        return release

    def _release(self, name: str) -> Release:
        return Release(self._shelf.location(name))
