"""The raw captures: written once, never edited, each with a sidecar that says how it came.

The bytes are written before the sidecar: bytes without one are an incomplete capture, which nobody
sees and the next writer clears away (`heal`).
"""

from __future__ import annotations

import hashlib
import threading
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from osint_ingest.model import Capture
from osint_ingest.store.folder import TEMPORARY, open_folder
from osint_ingest.store.layout import EXTENSIONS, is_capture_name, raw_path, sidecar_path, stem
from osint_ingest.store.media import charset_of, media_type_of
from osint_ingest.store.sidecar import CaptureDetails, read_sidecar, write_sidecar


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in raw/ that is not as its sidecar says. `path` is relative to raw/."""

    path: str
    code: Literal["altered", "wrong_length", "missing_bytes", "damaged_sidecar", "incomplete", "stranger"]
    message: str
    url: str | None = None


class RawStore:
    """The captures under a folder or fsspec URL. Safe to use from several threads; one process writes."""

    def __init__(self, root: str) -> None:
        self.root = root
        self._folder = open_folder(root)
        self._lock = threading.Lock()
        self._by_url: dict[str, list[Capture]] | None = None
        self._bytes = 0

    def put(self, capture: Capture, data: bytes, *, details: CaptureDetails | None = None) -> Capture:
        """Keeps bytes as a capture and returns it with `raw_path` filled.

        The same bytes as the url's neighbouring capture in time write nothing: that capture comes back.
        ValueError when `capture` does not describe `data`.
        """
        hashed = digest(data)
        if (hashed, len(data)) != (capture.content_sha256, capture.size_bytes):
            raise ValueError(
                f"{capture.url}: the data are {len(data)} bytes {hashed[:12]}, "
                f"the capture tells of {capture.size_bytes} bytes {capture.content_sha256[:12]}"
            )
        with self._lock:
            known = self._index().setdefault(capture.url, [])
            place = bisect_left(known, _age(capture), key=_age)
            for neighbour in known[max(place - 1, 0) : place + 1]:
                if neighbour.content_sha256 == hashed:
                    return neighbour
        path = raw_path(capture)
        kept = replace(capture, raw_path=path)
        sidecar = write_sidecar(kept, details or CaptureDetails())
        self._folder.write({path: data, sidecar_path(path): sidecar})
        with self._lock:
            known.insert(bisect_left(known, _age(kept), key=_age), kept)
            self._bytes += kept.size_bytes
        return kept

    def settle(self) -> None:
        """Returns when every capture put so far is safe from a loss of power; for the end of a run."""
        self._folder.settle()

    def captures(self) -> Iterator[Capture]:
        """Every whole capture, sorted by url, then from the oldest to the newest."""
        with self._lock:
            listed = [captures[:] for _, captures in sorted(self._index().items())]
        for captures in listed:
            yield from captures

    def latest(self) -> dict[str, Capture]:
        """The newest whole capture of each url, in the order of the urls."""
        with self._lock:
            return {url: captures[-1] for url, captures in sorted(self._index().items()) if captures}

    def first(self) -> dict[str, Capture]:
        """The oldest whole capture of each url, in the order of the urls."""
        with self._lock:
            return {url: captures[0] for url, captures in sorted(self._index().items()) if captures}

    def size_bytes(self) -> int:
        """Bytes of all whole captures, sidecars not counted."""
        with self._lock:
            self._index()
            return self._bytes

    def read(self, capture: Capture) -> bytes:
        """The bytes of a capture; FileNotFoundError where they are gone."""
        return self._folder.read(_path(capture))

    def details(self, capture: Capture) -> CaptureDetails:
        """How a capture came, from its sidecar. ValueError where that is damaged."""
        path = _path(capture)
        return read_sidecar(self._folder.read(sidecar_path(path)), path)[1]

    def remove(self, capture: Capture) -> None:
        """Removes a capture for good (see `prune`): the sidecar first, so that no half is ever seen."""
        path = _path(capture)
        self._folder.remove(sidecar_path(path))
        self._folder.remove(path)
        with self._lock:
            known = self._index().get(capture.url, [])
            if capture in known:
                known.remove(capture)
                self._bytes -= capture.size_bytes

    def heal(self) -> list[str]:
        """Clears away what a killed writer left half-written; returns the paths. For the one writer."""
        with self._lock:
            self._by_url = None
        files = dict(self._folder.walk())
        cleared = [path for path in sorted(files) if _is_incomplete(path, files)]
        for path in cleared:
            self._folder.remove(path)
        return cleared

    def verify(self) -> Iterator[Problem]:
        """Re-hashes all of raw/ and yields whatever does not match, sorted by path."""
        files = dict(self._folder.walk())
        for path in sorted(files):
            name = path.rpartition("/")[2]
            if _is_incomplete(path, files):
                yield Problem(
                    path, "incomplete", "has no sidecar: a run was stopped here; the next run clears it away"
                )
            elif not is_capture_name(name) or path.count("/") != 2:
                if not name.startswith("."):
                    yield Problem(path, "stranger", "was not put here by osint-ingest")
            elif name.endswith(".json"):
                yield from self._verify_capture(path, files)

    def _verify_capture(self, sidecar: str, files: dict[str, int]) -> Iterator[Problem]:
        path = _bytes_beside(sidecar, files)
        if path is None:
            yield Problem(sidecar, "missing_bytes", "the bytes beside this sidecar are gone")
            return
        try:
            capture, _ = read_sidecar(self._folder.read(sidecar), path)
        except ValueError as error:
            yield Problem(sidecar, "damaged_sidecar", str(error), None)
            return
        if not path.endswith(f"/{stem(capture)}.{path.rpartition('.')[2]}"):
            message = f"its sidecar tells of {stem(capture)}: one of the two was changed"
            yield Problem(path, "altered", message, capture.url)
            return
        if files[path] != capture.size_bytes:
            message = f"has {files[path]} bytes; {capture.size_bytes} were captured"
            yield Problem(path, "wrong_length", message, capture.url)
            return
        hashed = digest(self._folder.read(path))
        if hashed != capture.content_sha256:
            message = f"has sha256 {hashed[:12]}; {capture.content_sha256[:12]} was captured"
            yield Problem(path, "altered", message, capture.url)

    def _index(self) -> dict[str, list[Capture]]:
        if self._by_url is None:
            self._by_url = {}
            files = dict(self._folder.walk())
            for sidecar in sorted(files):
                capture = self._whole(sidecar, files)
                if capture:
                    self._by_url.setdefault(capture.url, []).append(capture)
            for captures in self._by_url.values():
                captures.sort(key=_age)
            self._bytes = sum(c.size_bytes for captures in self._by_url.values() for c in captures)
        return self._by_url

    def _whole(self, sidecar: str, files: dict[str, int]) -> Capture | None:
        """The capture behind a sidecar; None for another file and for one whose bytes are not whole."""
        if not sidecar.endswith(".json") or not is_capture_name(sidecar.rpartition("/")[2]):
            return None
        path = _bytes_beside(sidecar, files)
        if path is None:
            return None
        try:
            capture, _ = read_sidecar(self._folder.read(sidecar), path)
        except ValueError:
            return None  # `verify` names it
        return capture if capture.size_bytes == files[path] else None


def capture_of(url: str, captured_at: datetime, data: bytes) -> Capture:
    """A capture of `data` with its hash, length, media type and charset read off the bytes."""
    media_type = media_type_of(data)
    return Capture(
        url=url,
        captured_at=captured_at,
        content_sha256=digest(data),
        size_bytes=len(data),
        media_type=media_type,
        charset=charset_of(data) if media_type == "text/html" else None,
    )


def digest(data: bytes) -> str:
    """SHA-256 of bytes, hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def _age(capture: Capture) -> tuple[object, str]:
    return capture.captured_at, capture.content_sha256


def _path(capture: Capture) -> str:
    if capture.raw_path is None:
        raise ValueError(f"{capture.url} has no raw_path: it was not put into the store")
    return capture.raw_path


def _bytes_beside(sidecar: str, files: dict[str, int]) -> str | None:
    start = sidecar.removesuffix("json")
    return next((start + e for e in EXTENSIONS if start + e in files), None)


def _is_incomplete(path: str, files: dict[str, int]) -> bool:
    name = path.rpartition("/")[2]
    if name.startswith("."):
        return name.endswith(TEMPORARY)
    return is_capture_name(name) and not name.endswith(".json") and sidecar_path(path) not in files
