"""Captures in an object store, through fsspec: an object is there whole or not at all, so nothing is renamed."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import fsspec

from osint_ingest.model import RefusedRun

AT_ONCE = 16  # requests that are under way together
_GROUP = 256  # small objects that are read before the first of them is looked at
_EXTRAS = {"s3": "s3", "s3a": "s3"}  # protocol -> the extra of this package that brings it
_OPTIONS = {"s3": {"max_concurrency": 1}, "s3a": {"max_concurrency": 1}}
"""More than one and s3fs asks for the size of each object before it reads it."""
_CLIENTS = ("botocore", "aiobotocore", "aiohttp", "google", "gcsfs", "azure", "adlfs")
"""Libraries whose errors are no OSError: no credentials, no such host."""


def object_store(url: str) -> tuple[Any, str]:
    """The fsspec file system behind a URL, and the path in it. RefusedRun says what is to be installed.

    Listings are asked for anew each time: another machine may have written. Where the store answers
    (endpoint, credentials, region) comes from the environment, as the store's own tools read it.
    """
    protocol = url.partition("://")[0]
    try:
        files, root = fsspec.core.url_to_fs(url, use_listings_cache=False, **_OPTIONS.get(protocol, {}))
    except ImportError as error:
        extra = _EXTRAS.get(protocol)
        remedy = f'pip install "osint-ingest[{extra}]"' if extra else str(error)
        raise RefusedRun(f"{url}: nothing that speaks {protocol} is installed; {remedy}") from error
    except ValueError as error:
        raise RefusedRun(
            f"{url}: expected a folder or an fsspec URL such as s3://bucket/raw, found {error}."
        ) from error
    return files, str(root).rstrip("/")


def names_in(files: Any, root: str) -> list[str]:
    """What lies right below a root, by one request; nothing if there is no such root."""
    try:
        return [path.rstrip("/").rpartition("/")[2] for path in files.ls(root, detail=False)]
    except FileNotFoundError:
        return []


@contextmanager
def reaching(url: str) -> Iterator[None]:
    """What goes wrong on the way to a store becomes an OSError that names it."""
    try:
        yield
    except OSError as error:
        told = str(error)
        if url.partition("://")[2].partition("/")[0] in told:
            raise
        raise type(error)(f"{url}: {told or type(error).__name__}") from error
    except Exception as error:
        if not type(error).__module__.startswith(_CLIENTS):
            raise
        raise OSError(
            f"{url} cannot be reached: {error}. Check the address, the network and the credentials."
        ) from error


class ObjectFolder:
    """A tree of objects by relative path (see `folder.Folder`)."""

    def __init__(self, url: str) -> None:
        self._files: Any
        self._url = url
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
        if path.startswith("/") or "\\" in path or any(part in ("", ".", "..") for part in path.split("/")):
            raise ValueError(f"{path!r} is no path below {self._root}")
        return f"{self._root}/{path}"
