"""Where captures lie: a folder of this machine, or any fsspec URL. Writes are whole or not there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol

import fsspec

TEMPORARY = ".tmp"
"""Ending of a file that is being written; its name starts with a dot."""


class Folder(Protocol):
    """A tree of files by relative path, with `/` between folders."""

    def walk(self) -> Iterator[tuple[str, int]]:
        """Every file: relative path and size in bytes, in no fixed order."""

    def read(self, path: str) -> bytes:
        """The bytes of a file; FileNotFoundError where there is none."""

    def read_part(self, path: str, start: int, end: int) -> bytes:
        """The bytes of a file from `start` up to `end`; FileNotFoundError where there is none."""

    def write(self, files: dict[str, bytes]) -> None:
        """Writes files of one folder, in order, each whole or not at all. OSError when that fails."""

    def remove(self, path: str) -> None:
        """Removes a file; one that is not there is no error."""

    def settle(self) -> None:
        """Returns when all that was written is safe from a loss of power."""


def open_folder(root: str | Path) -> Folder:
    """The folder behind a path or an fsspec URL such as `s3://bucket/raw` or `memory://raw`."""
    text = str(root)
    return ObjectFolder(text) if is_remote(text) else LocalFolder(Path(text.removeprefix("file://")))


def is_remote(root: str | Path) -> bool:
    """Is this an fsspec URL of something else than this machine's own files?"""
    text = str(root)
    return "://" in text and not text.startswith("file://")


class LocalFolder:
    """Files of this machine: temporary sibling, sync, length check, rename.

    Folders are synced in `settle`: before that, a loss of power can undo a rename, which leaves a file
    absent but never half.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._unsettled: set[Path] = set()

    def walk(self) -> Iterator[tuple[str, int]]:
        yield from self._walk(self.root, "")

    def _walk(self, folder: Path, prefix: str) -> Iterator[tuple[str, int]]:
        try:
            entries = os.scandir(folder)
        except FileNotFoundError:
            return
        with entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    yield from self._walk(Path(entry.path), f"{prefix}{entry.name}/")
                elif entry.is_file(follow_symlinks=False):
                    yield prefix + entry.name, entry.stat(follow_symlinks=False).st_size

    def read(self, path: str) -> bytes:
        return self._at(path).read_bytes()

    def read_part(self, path: str, start: int, end: int) -> bytes:
        with self._at(path).open("rb") as file:
            file.seek(start)
            return file.read(end - start)

    def write(self, files: dict[str, bytes]) -> None:
        finals = [self._at(path) for path in files]
        for folder in {final.parent for final in finals}:
            self._make(folder)
        pending = [_beside(str(final), data) for final, data in zip(finals, files.values(), strict=True)]
        for temporary, final in zip(pending, finals, strict=True):
            os.replace(temporary, final)  # noqa: PTH105

    def _make(self, folder: Path) -> None:
        try:
            folder.mkdir()
        except FileExistsError:
            self._unsettled.add(folder)
        except FileNotFoundError:
            self._make(folder.parent)
            self._make(folder)
        else:
            self._unsettled.update((folder, folder.parent))

    def settle(self) -> None:
        folders, self._unsettled = self._unsettled, set()
        # together: a file system commits many of them at once
        with ThreadPoolExecutor(16) as threads:
            list(threads.map(_sync, folders))

    def remove(self, path: str) -> None:
        self._at(path).unlink(missing_ok=True)

    def _at(self, path: str) -> Path:
        parts = path.split("/")
        if path.startswith("/") or "\\" in path or any(part in ("", ".", "..") for part in parts):
            raise ValueError(f"{path!r} is no path below {self.root}")
        return self.root.joinpath(*parts)


def _beside(final: str, data: bytes) -> str:
    """Writes data into a temporary sibling of a file and syncs it. Plain calls: this is what fetching waits for."""
    folder, _, name = final.rpartition(os.sep)
    temporary = f"{folder}{os.sep}.{name}.{os.getpid()}{TEMPORARY}"
    try:
        with open(temporary, "wb", buffering=0) as out:  # noqa: PTH123
            out.write(data)
            os.fsync(out.fileno())
            written = os.fstat(out.fileno()).st_size
        if written != len(data):
            raise OSError(f"{final}: {written} bytes on disk, {len(data)} written; is the disk full?")
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return temporary


class ObjectFolder:
    """An object store through fsspec: one object is there whole or not at all, so nothing is renamed."""

    def __init__(self, url: str) -> None:
        self._files: Any
        self._files, self._root = fsspec.core.url_to_fs(url)
        self._root = self._root.rstrip("/")

    def walk(self) -> Iterator[tuple[str, int]]:
        found = self._files.find(self._root, detail=True) if self._files.exists(self._root) else {}
        for name, info in found.items():
            yield name.removeprefix(self._root).lstrip("/"), int(info["size"])

    def read(self, path: str) -> bytes:
        return bytes(self._files.cat_file(self._at(path)))

    def read_part(self, path: str, start: int, end: int) -> bytes:
        return bytes(self._files.cat_file(self._at(path), start=start, end=end))

    def write(self, files: dict[str, bytes]) -> None:
        for path, data in files.items():
            self._files.pipe_file(self._at(path), data)
            written = self._files.info(self._at(path))["size"]
            if written != len(data):
                raise OSError(f"{path}: {written} bytes in the store, {len(data)} written")

    def remove(self, path: str) -> None:
        if self._files.exists(self._at(path)):
            self._files.rm_file(self._at(path))

    def settle(self) -> None:
        """An object store settles each object before it answers."""

    def _at(self, path: str) -> str:
        if path.startswith("/") or "\\" in path or any(part in ("", ".", "..") for part in path.split("/")):
            raise ValueError(f"{path!r} is no path below {self._root}")
        return f"{self._root}/{path}"


def _sync(folder: Path) -> None:
    try:
        handle = os.open(folder, os.O_RDONLY)
    except FileNotFoundError:
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
