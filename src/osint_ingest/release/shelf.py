"""Where releases are stored: a local folder or an object store. A release is there whole or not at all.
<curated>/releases/<name>/run.json ..., <curated>/latest -> releases/<name>. In a local folder `latest` is a symbolic
link, in an object store an object that holds the name."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from osint_ingest.store.folder import is_remote, local_root, object_store, reaching, sync
from osint_ingest.store.lock import confirm

RUN = "run.json"  # a release has it, written last where files cannot be renamed together
POINTER = "latest"

_BUILDING = ".building.tmp"


class LocalShelf:
    """A store of whole releases by name, with a pointer `latest`, in a local folder: written and synced under a hidden
    name, then renamed. `ObjectShelf` has the same methods."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._folder = root / "releases"

    def names(self) -> list[str]:
        if not self._folder.is_dir():
            return []
        found = (p.name for p in self._folder.iterdir() if not p.name.startswith(".") and (p / RUN).exists())
        return sorted(found)

    def location(self, name: str) -> str:
        return str(self._folder / name)

    @contextmanager
    def workplace(self) -> Iterator[Path]:
        """Yield an empty local folder to build a release in. It is removed afterwards."""
        # beside the releases, so that one rename makes a release of it
        self._folder.mkdir(parents=True, exist_ok=True)
        self.sweep()
        place = self._folder / _BUILDING
        place.mkdir()
        try:
            yield place
        finally:
            shutil.rmtree(place, ignore_errors=True)

    def put(self, name: str, folder: Path) -> None:
        """Store a folder of the workplace as a release, whole or not at all. Raises OSError if that fails."""
        for path in (*sorted(folder.iterdir()), folder):
            sync(path)
        folder.rename(self._folder / name)
        sync(self._folder)

    def sweep(self) -> None:
        """Removes what a process that was killed left of releases that are not whole. For the one writer."""
        for left in self._folder.glob(".*.tmp"):
            shutil.rmtree(left)

    def remove(self, name: str) -> None:
        """Removes a release; nobody sees half of it."""
        hidden = self._folder / f".{name}.tmp"
        (self._folder / name).rename(hidden)
        shutil.rmtree(hidden)

    def pointed(self) -> str | None:
        link = self._root / POINTER
        return link.resolve().name if (link / RUN).exists() else None

    def point(self, name: str) -> None:
        """Point `latest` at a release, in one step; readers of the old one are not disturbed."""
        pending = self._root / f".{POINTER}-{os.getpid()}"
        pending.unlink(missing_ok=True)
        pending.symlink_to(Path("releases") / name)
        pending.replace(self._root / POINTER)
        sync(self._root)


class ObjectShelf:
    """Releases in an object store, through fsspec. `run.json` is written last: without it there is no release."""

    def __init__(self, url: str) -> None:
        self._files, self._root = object_store(url)
        self._url = url.rstrip("/")

    def names(self) -> list[str]:
        return [name for name, whole in self._found().items() if whole]

    def location(self, name: str) -> str:
        return f"{self._url}/releases/{name}"

    @contextmanager
    def workplace(self) -> Iterator[Path]:
        with tempfile.TemporaryDirectory(prefix="osint-ingest-") as place:
            yield Path(place)

    def put(self, name: str, folder: Path) -> None:
        confirm(self._url)
        self.sweep()
        there = f"{self._root}/releases/{name}"
        names = [path.name for path in folder.iterdir() if path.name != RUN]
        try:
            with reaching(self._url):
                self._files.put([str(folder / n) for n in names], [f"{there}/{n}" for n in names])
                self._files.put_file(str(folder / RUN), f"{there}/{RUN}")
        except BaseException:
            if self._files.exists(there):
                self._files.rm(there, recursive=True)
            raise

    def sweep(self) -> None:
        for left, whole in self._found().items():
            if not whole:
                self._files.rm(f"{self._root}/releases/{left}", recursive=True)

    def remove(self, name: str) -> None:
        folder = f"{self._root}/releases/{name}"
        self._files.rm_file(f"{folder}/{RUN}")
        self._files.rm(folder, recursive=True)

    def pointed(self) -> str | None:
        try:
            with reaching(self._url):
                name = str(self._files.cat_file(f"{self._root}/{POINTER}").decode())
        except FileNotFoundError:
            return None
        return name if self._files.exists(f"{self._root}/releases/{name}/{RUN}") else None

    def point(self, name: str) -> None:
        confirm(self._url)
        self._files.pipe_file(f"{self._root}/{POINTER}", name.encode())

    def _found(self) -> dict[str, bool]:
        """Every release of which there is something, sorted, and whether it is whole."""
        folder = f"{self._root}/releases"
        with reaching(self._url):
            paths = self._files.find(folder)
        files = [path.removeprefix(f"{folder}/").split("/") for path in sorted(paths)]
        whole = {name for name, *file in files if file == [RUN]}
        return {name: name in whole for name, *_ in files}


def open_shelf(curated: str | Path) -> LocalShelf | ObjectShelf:
    """The releases under a folder or an fsspec URL."""
    text = str(curated)
    return ObjectShelf(text) if is_remote(text) else LocalShelf(local_root(text))
