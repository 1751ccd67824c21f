"""Where captures lie: a folder of this machine, or any fsspec URL. Writes are whole or not there."""

from __future__ import annotations

import os
from collections.abc import Iterator
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

    def write(self, files: dict[str, bytes]) -> None:
        """Writes files of one folder, in order, each whole or not at all. OSError when that fails."""

    def remove(self, path: str) -> None:
        """Removes a file; one that is not there is no error."""


def open_folder(root: str | Path) -> Folder:
    """The folder behind a path or an fsspec URL such as `s3://bucket/raw` or `memory://raw`."""
    text = str(root)
    return ObjectFolder(text) if is_remote(text) else LocalFolder(Path(text.removeprefix("file://")))


def is_remote(root: str | Path) -> bool:
    """Is this an fsspec URL of something else than this machine's own files?"""
    text = str(root)
    return "://" in text and not text.startswith("file://")


class LocalFolder:
    """Files of this machine: temporary sibling, sync, length check, rename, sync of the folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

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

    def write(self, files: dict[str, bytes]) -> None:
        folders = {self._at(path).parent for path in files}
        for folder in folders:
            if not folder.is_dir():
                folder.mkdir(parents=True, exist_ok=True)
                _sync(folder.parent)
        pending = [(self._beside(path, data), self._at(path)) for path, data in files.items()]
        for temporary, final in pending:
            temporary.replace(final)
        for folder in folders:
            _sync(folder)

    def _beside(self, path: str, data: bytes) -> Path:
        final = self._at(path)
        temporary = final.with_name(f".{final.name}.{os.getpid()}{TEMPORARY}")
        try:
            with temporary.open("wb") as out:
                out.write(data)
                out.flush()
                os.fsync(out.fileno())
            written = temporary.stat().st_size
            if written != len(data):
                raise OSError(f"{path}: {written} bytes on disk, {len(data)} written; is the disk full?")
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        return temporary

    def remove(self, path: str) -> None:
        self._at(path).unlink(missing_ok=True)

    def _at(self, path: str) -> Path:
        parts = path.split("/")
        if path.startswith("/") or "\\" in path or any(part in ("", ".", "..") for part in parts):
            raise ValueError(f"{path!r} is no path below {self.root}")
        return self.root.joinpath(*parts)


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

    def write(self, files: dict[str, bytes]) -> None:
        for path, data in files.items():
            self._files.pipe_file(self._at(path), data)
            written = self._files.info(self._at(path))["size"]
            if written != len(data):
                raise OSError(f"{path}: {written} bytes in the store, {len(data)} written")

    def remove(self, path: str) -> None:
        if self._files.exists(self._at(path)):
            self._files.rm_file(self._at(path))

    def _at(self, path: str) -> str:
        if path.startswith("/") or "\\" in path or any(part in ("", ".", "..") for part in path.split("/")):
            raise ValueError(f"{path!r} is no path below {self._root}")
        return f"{self._root}/{path}"


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
