"""Folders of captures: on this machine, or at any fsspec URL. A file is written whole or not at all."""

import os
import shutil
import stat
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import fsspec
from pydantic import TypeAdapter, ValidationError

from osint_ingest.model import RefusedRun

TEMPORARY = ".tmp"  # ending of a file that is being written; its name starts with a dot
_SYNCED_AT_ONCE = 4  # more threads sync hardly faster and cost more
Line = TypeVar("Line")
_NO_PATH = frozenset({"", ".", ".."})  # what no part of a path below a folder can be


def local_root(root: str | Path) -> Path:
    """The folder of this machine behind a path or `file://` URL. Raises NotADirectoryError if a file has that path."""
    path = Path(str(root).removeprefix("file://"))
    if path.exists() and not path.is_dir():
        raise NotADirectoryError(f"{path}: expected a folder, found a file. Check --raw and --curated.")
    return path


def is_remote(root: str | Path) -> bool:
    """Is this an fsspec URL of something else than this machine's own files?"""
    text = str(root)
    return "://" in text and not text.startswith("file://")


class LocalFolder:
    """Files of this machine by relative path, with `/` between folders: temporary sibling, sync, length check, rename.
    `ObjectFolder` has the same methods. Folders are synced in `settle`: before that, a loss of power can undo a
    rename, which leaves a file absent but never half."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._unsettled: set[Path] = set()

    def walk(self) -> Iterator[tuple[str, int]]:
        """Every file: relative path and size in bytes, in no fixed order."""

        def unless_gone(error: OSError) -> None:
            if not isinstance(error, FileNotFoundError):
                raise error

        start = len(str(self.root)) + 1
        for folder, _, names in os.walk(self.root, onerror=unless_gone):
            for path in (f"{folder}/{name}" for name in names):
                try:
                    found = os.lstat(path)
                except FileNotFoundError:  # another crawl has just given it its name
                    continue
                if stat.S_ISREG(found.st_mode):
                    yield path[start:], found.st_size

    def read(self, path: str) -> bytes:
        with open(_below(self.root, path), "rb") as file:  # noqa: PTH123 - of thousands of sidecars, each a path of its own
            return file.read()

    def read_all(self, paths: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        """Path and bytes of many small files, in that order; those that are not there are left out."""
        for path in paths:
            with suppress(FileNotFoundError):
                yield path, self.read(path)

    def bring(self, paths: Sequence[str], to: Path) -> None:
        """Copies files into a folder of this machine, under their own paths."""
        for path in paths:
            (to / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(_below(self.root, path), to / path)

    def names(self, start: str) -> list[str]:
        """The files at the top whose names start so."""
        return [path.name for path in self.root.glob(f"{start}*")]

    def write(self, files: Mapping[str, bytes]) -> None:
        """Writes files in order, each whole or not at all. Raises OSError if that fails."""
        contents = [(_below(self.root, path), data) for path, data in files.items()]
        for folder in {Path(final).parent for final, _ in contents}:
            folder.mkdir(parents=True, exist_ok=True)
            self._unsettled.update(
                (folder, *(p for p in folder.parents if p.is_relative_to(self.root.parent)))
            )
        for temporary, (final, _) in zip(_beside(contents), contents, strict=True):
            os.replace(temporary, final)  # noqa: PTH105

    def settle(self) -> None:
        """Return when everything written would survive a loss of power."""
        folders, self._unsettled = self._unsettled, set()
        with ThreadPoolExecutor(_SYNCED_AT_ONCE) as threads:
            list(threads.map(sync, folders))

    def remove(self, *paths: str) -> None:
        """Removes files, and folders that this leaves empty; one that is not there is no error."""
        for path in paths:
            place = Path(_below(self.root, path))
            place.unlink(missing_ok=True)
            with suppress(OSError):  # a folder's name tells of the address whose captures lay in it
                while (place := place.parent) != self.root:
                    place.rmdir()
            self._unsettled.add(place)


def _below(root: Path | str, path: str) -> str:
    if "\\" in path or not _NO_PATH.isdisjoint(path.split("/")):
        raise ValueError(f"{path!r} is no path below {root}")
    return f"{root}/{path}"


def _beside(files: Sequence[tuple[str, bytes]]) -> list[str]:
    """Writes data into temporary siblings of files and syncs them together. Plain calls: fetching waits for this."""
    pending: list[str] = []
    opened: list[int] = []
    try:
        for final, data in files:
            folder, _, name = final.rpartition(os.sep)
            pending.append(f"{folder}{os.sep}.{name}.{os.getpid()}{TEMPORARY}")
            opened.append(os.open(pending[-1], os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o666))
            _write(opened[-1], data, final)
        _sync(opened)
        for (final, data), handle in zip(files, opened, strict=True):
            written = os.fstat(handle).st_size
            if written != len(data):
                raise OSError(f"{final}: {written} bytes on disk, {len(data)} written; is the disk full?")
    except BaseException:
        for temporary in pending:
            Path(temporary).unlink(missing_ok=True)
        raise
    finally:
        for handle in opened:
            os.close(handle)
    return pending


def _write(handle: int, data: bytes, path: str) -> None:
    left = memoryview(data)
    try:
        while left:
            left = left[os.write(handle, left) :]
    except OSError as error:  # a write does not know what it writes to
        raise OSError(error.errno, error.strerror, path) from error


def _sync(handles: Sequence[int]) -> None:
    """Syncs open files together: a file system commits many of them at once."""
    if len(handles) == 1:
        os.fsync(handles[0])
        return
    if sys.platform == "linux":  # begins to write them all, so that each sync has little left to wait for
        for handle in handles:
            os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
    with ThreadPoolExecutor(_SYNCED_AT_ONCE) as threads:
        list(threads.map(os.fsync, handles))


def sync(path: Path) -> None:
    """Returns when a file or folder is safe from a loss of power; one that is gone needs nothing."""
    with suppress(FileNotFoundError):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


AT_ONCE = 16  # requests that are under way together
_GROUP = 256  # small objects that are read before the first of them is looked at
_EXTRAS = {"s3": "s3", "s3a": "s3"}  # protocol -> the extra of this package that brings it
_OPTIONS = {"s3": {"max_concurrency": 1}, "s3a": {"max_concurrency": 1}}
"""More than one and s3fs asks for the size of each object before it reads it."""
_CLIENTS = ("botocore", "aiobotocore", "aiohttp", "google", "gcsfs", "azure", "adlfs")
"""Libraries whose errors are no OSError: no credentials, no such host."""


def object_store(url: str) -> tuple[Any, str]:
    """The fsspec file system behind a URL, and the path in it. RefusedRun says what is to be installed. Listings are
    asked for anew each time: another machine may have written. Where the store answers (endpoint, credentials, region)
    comes from the environment, as the store's own tools read it."""
    protocol = url.partition("://")[0]
    try:
        files, root = fsspec.core.url_to_fs(url, use_listings_cache=False, **_OPTIONS.get(protocol, {}))
    except ImportError as error:
        extra = _EXTRAS.get(protocol)
        remedy = f'pip install "osint-ingest[{extra}]"' if extra else str(error)
        raise RefusedRun(f"{url}: no library for {protocol} is installed; {remedy}") from error
    except ValueError as error:
        message = f"{url}: expected a folder or an fsspec URL such as s3://bucket/raw, found {error}."
        raise RefusedRun(message) from error
    return files, str(root).rstrip("/")


def names_in(files: Any, root: str) -> list[str]:
    """What lies right below a root, by one request; nothing if there is no such root."""
    try:
        return [path.rstrip("/").rpartition("/")[2] for path in files.ls(root, detail=False)]
    except FileNotFoundError:
        return []


@contextmanager
def reaching(url: str) -> Iterator[None]:
    """Turn errors of the store's client library into an OSError that names the store."""
    try:
        yield
    except OSError as error:
        message = str(error)
        if url.partition("://")[2].partition("/")[0] in message:
            raise
        raise type(error)(f"{url}: {message or type(error).__name__}") from error
    except Exception as error:
        if not type(error).__module__.startswith(_CLIENTS):
            raise
        remedy = "Check the address, the network and the credentials."
        raise OSError(f"{url} cannot be reached: {error}. {remedy}") from error


class ObjectFolder:
    def __init__(self, url: str) -> None:
        self.root = self._url = url.rstrip("/")
        self._files, self._root = object_store(url)

    def walk(self) -> Iterator[tuple[str, int]]:
        with reaching(self._url):
            found = self._files.find(self._root, detail=True)
        for name, info in found.items():
            yield name.removeprefix(self._root).lstrip("/"), int(info["size"])

    def read(self, path: str) -> bytes:
        with reaching(self._url):
            return bytes(self._files.cat_file(self._at(path)))

    def read_all(self, paths: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        for first in range(0, len(paths), _GROUP):
            group = paths[first : first + _GROUP]
            with reaching(self._url):
                found = self._files.cat([self._at(path) for path in group], on_error="omit")
            for path in group:
                data = found.get(self._at(path))
                if data is not None:
                    yield path, bytes(data)

    def bring(self, paths: Sequence[str], to: Path) -> None:
        with reaching(self._url):
            self._files.get([self._at(path) for path in paths], [str(to / path) for path in paths])

    def names(self, start: str) -> list[str]:
        with reaching(self._url):
            found = names_in(self._files, self._root)
        return [name for name in found if name.startswith(start)]

    def write(self, files: Mapping[str, bytes]) -> None:
        with reaching(self._url):
            for path, data in files.items():
                self._files.pipe_file(self._at(path), data)

    def remove(self, *paths: str) -> None:
        there = [self._at(path) for path in paths]
        with reaching(self._url), suppress(FileNotFoundError):
            if len(there) == 1:
                self._files.rm_file(there[0])
            elif there:
                self._files.rm(there)

    def settle(self) -> None:
        """An object store settles each object before it answers."""

    def _at(self, path: str) -> str:
        return _below(self._root, path)


Folder = LocalFolder | ObjectFolder


def read_lines(folder: Folder, names: Sequence[str], reader: TypeAdapter[Line]) -> Iterator[Line]:
    """What the lines of JSON in files at the top say. ValueError names a line that cannot be read."""
    for name, data in folder.read_all(names):
        for number, line in enumerate(data.decode().splitlines(), 1):
            try:
                yield reader.validate_json(line)
            except ValidationError as error:
                first = error.errors()[0]
                why = ": ".join(map(str, (*first["loc"], first["msg"])))
                where = f"{folder.root}/{name}, line {number}"
                raise ValueError(f"{where} cannot be read ({why}); mend or remove that line") from error


def open_folder(root: str | Path) -> Folder:
    """The folder behind a path or an fsspec URL such as `s3://bucket/raw` or `memory://raw`."""
    text = str(root)
    return ObjectFolder(text) if is_remote(text) else LocalFolder(local_root(text))
