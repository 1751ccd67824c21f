"""The raw captures: written once, never edited, each with a sidecar (JSON) that records how it was fetched. The bytes
are written before the sidecar. Bytes without a sidecar are an incomplete capture: readers ignore it, and the next
writer removes it (`heal`)."""

import hashlib
from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from osint_ingest.model import Capture
from osint_ingest.store import layout
from osint_ingest.store.folder import TEMPORARY, is_remote, open_folder
from osint_ingest.store.forgotten import FORGOTTEN
from osint_ingest.store.journal import without_addresses
from osint_ingest.store.layout import CaptureDetails

_OURS = (FORGOTTEN, "archived-", "cited-")
"""Beginnings of the names of files that are no captures: see `forgotten` and `archived`."""
_SAME_MOMENT = timedelta(milliseconds=1)  # captures of one url that came together are moved apart by less
_WINDOW = 32_000_000  # bytes of captures that `verify` has in memory
NO_DETAILS = CaptureDetails()
_MANY = 16  # captures that the catalogue lacks before it is written anew


@dataclass(frozen=True, slots=True)
class Problem:
    """A file in raw/ that does not match its sidecar. `path` is relative to raw/."""

    path: str
    code: Literal["altered", "wrong_length", "missing_bytes", "damaged_sidecar", "incomplete", "stranger"]
    message: str
    url: str | None = None


class RawStore:
    """The captures under a folder or fsspec URL. One process writes."""

    def __init__(self, root: str) -> None:
        self.root = root
        self._folder = open_folder(root)
        self._by_url: dict[str, list[Capture]] | None = None
        self._listed: dict[str, int] | None = None
        self._catalogued: int | None = None
        self._ahead: dict[str, bytes] = {}
        self.written: list[Capture] = []
        """Captures that this object put where there was no such capture before, in order."""
        self._bytes = 0

    def put(self, capture: Capture, data: bytes, *, details: CaptureDetails = NO_DETAILS) -> Capture:
        """Keeps bytes as a capture and returns it with `raw_path` filled. The same bytes as the url's neighbouring
        capture in time write nothing: that capture comes back. Other bytes of the very same moment (files of an
        archive have whole seconds) count as taken just after. ValueError if `capture` does not describe `data`."""
        hashed = digest(data)
        if (hashed, len(data)) != (capture.content_sha256, capture.size_bytes):
            raise ValueError(
                f"{capture.url}: the data are {len(data)} bytes {hashed[:12]}, "
                f"the capture tells of {capture.size_bytes} bytes {capture.content_sha256[:12]}"
            )
        known = self._index().setdefault(capture.url, [])
        place = bisect_left(known, _age(capture), key=_age)
        neighbours = known[max(place - 1, 0) : place + 1]
        neighbours += [k for k in known[place + 1 :] if k.captured_at - capture.captured_at < _SAME_MOMENT]
        for neighbour in neighbours:
            if neighbour.content_sha256 == capture.content_sha256:
                return neighbour
        moment, taken = capture.captured_at, {other.captured_at for other in known}
        while moment in taken:
            moment += timedelta(microseconds=1)
        if moment != capture.captured_at:
            details = replace(details, clock_said=capture.captured_at)
        capture = replace(capture, captured_at=moment)
        path = layout.raw_path(capture)
        capture = replace(capture, raw_path=path)
        self._folder.write({path: data, layout.sidecar_path(path): layout.write_sidecar(capture, details)})
        self.written.append(capture)
        insort(known, capture, key=_age)
        self._bytes += capture.size_bytes
        return capture

    def settle(self) -> None:
        """Return when every capture put so far would survive a power failure. For the end of a run."""
        self._folder.settle()
        if self._by_url is None or self._catalogued is None:
            return
        captures = [c for captures in self._by_url.values() for c in captures]
        # a few more sidecars cost the next run one round of requests; a list costs its whole length
        if len(captures) - self._catalogued >= _MANY:
            layout.write_catalogue(self._folder, captures)
            self._catalogued = len(captures)

    def captures(self) -> Iterator[Capture]:
        """Every whole capture, sorted by url, then from the oldest to the newest."""
        yield from [capture for _, captures in sorted(self._index().items()) for capture in captures]

    def latest(self) -> dict[str, Capture]:
        """The newest whole capture of each url, in the order of the urls."""
        return {url: captures[-1] for url, captures in sorted(self._index().items()) if captures}

    def first(self) -> dict[str, Capture]:
        return {url: captures[0] for url, captures in sorted(self._index().items()) if captures}

    def size_bytes(self) -> int:
        """Bytes of all whole captures, sidecars not counted."""
        self._index()
        return self._bytes

    def read(self, capture: Capture) -> bytes:
        """The bytes of a capture. Raises FileNotFoundError if they are gone."""
        path = _path(capture)
        data = self._ahead.pop(path, None)
        return self._folder.read(path) if data is None else data

    def bring(self, captures: Iterable[Capture]) -> None:
        """Download captures that are about to be read, all at once, if each would be a request of its own."""
        if is_remote(self.root):
            self._ahead = dict(self._folder.read_all([_path(capture) for capture in captures]))

    def details(self, capture: Capture) -> CaptureDetails:
        """Return how a capture was fetched, from its sidecar. Raises ValueError if the sidecar is damaged."""
        path = _path(capture)
        return layout.read_sidecar(self._folder.read(layout.sidecar_path(path)), path)[1]

    def remove_all(self, captures: Sequence[Capture]) -> None:
        """Removes captures for good (see `prunable`): the sidecars first, so that no half is ever seen."""
        paths = [_path(capture) for capture in captures]
        self._folder.remove(*(layout.sidecar_path(path) for path in paths))
        self._folder.remove(*paths)
        for capture in captures:
            known = self._index().get(capture.url, [])
            if capture in known:
                known.remove(capture)
                self._bytes -= capture.size_bytes

    def forget(self, urls: Collection[str], sha256: Collection[str]) -> list[Capture]:
        """Removes all captures of some addresses, and all with some bytes, wherever they are named: in the catalogue
        and in the journals of crawls that were stopped too. Returns them. Done twice, it does the rest."""
        going = [c for c in self.captures() if c.url in urls or c.content_sha256 in sha256]
        self.remove_all(going)
        if is_remote(self.root) and self._folder.names(layout.CATALOGUE):
            left = list(self.captures())
            layout.write_catalogue(self._folder, left)
            self._catalogued = len(left)
        without_addresses(self._folder, urls)
        self._folder.settle()
        return going

    def heal(self) -> list[str]:
        """Clears away what a killed writer left half-written; returns the paths. For the one writer."""
        files = dict(self._folder.walk())
        cleared = [path for path in sorted(files) if _is_incomplete(path, files)]
        self._folder.remove(*cleared)
        self._by_url = None
        self._listed = {path: size for path, size in files.items() if path not in cleared}
        return cleared

    def verify(self) -> Iterator[Problem]:
        """Hash all of raw/ again and yield what does not match, sorted by path."""
        files = dict(self._folder.walk())
        for window in _windows(files):
            sidecars = [path for path in window if _is_sidecar(path)]
            wanted = [w for sidecar in sidecars for w in (sidecar, _bytes_beside(sidecar, files)) if w]
            loaded = dict(self._folder.read_all(wanted))
            for path in window:
                name = path.rpartition("/")[2]
                if _is_incomplete(path, files):
                    message = "has no sidecar: a run was stopped here; the next run clears it away"
                    yield Problem(path, "incomplete", message)
                elif not layout.is_capture_name(name) or path.count("/") != 2:
                    if not name.startswith((".", *_OURS)):
                        yield Problem(path, "stranger", "was not put here by osint-ingest")
                elif name.endswith(".json"):
                    yield from _verified(path, _bytes_beside(path, files), loaded)

    def _index(self) -> dict[str, list[Capture]]:
        if self._by_url is None:
            files = self._listed if self._listed is not None else dict(self._folder.walk())
            self._listed, self._by_url = None, {}
            beside = {s: path for s in files if _is_sidecar(s) and (path := _bytes_beside(s, files))}
            known = self._known(beside)
            for sidecar in sorted(beside):
                capture = known.get(beside[sidecar])
                if capture and capture.size_bytes == files[beside[sidecar]]:
                    self._by_url.setdefault(capture.url, []).append(capture)
            for captures in self._by_url.values():
                captures.sort(key=_age)
            self._bytes = sum(c.size_bytes for captures in self._by_url.values() for c in captures)
        return self._by_url

    def _known(self, beside: Mapping[str, str]) -> dict[str, Capture]:
        """The captures of sidecars by `raw_path`: listed in the catalogue, or read. `beside`: their bytes."""
        known: dict[str, Capture] = {}
        if is_remote(self.root):
            known = layout.read_catalogue(self._folder)
            self._catalogued = sum(path in known for path in beside.values())
        for sidecar, told in self._folder.read_all([s for s, path in beside.items() if path not in known]):
            with suppress(ValueError):  # `verify` names it
                known[beside[sidecar]] = layout.read_capture(told, beside[sidecar])[0]
        return known


def capture_of(url: str, captured_at: datetime, data: bytes) -> Capture:
    """A capture of `data` with its hash, length, media type and charset read off the bytes."""
    media_type = layout.media_type_of(data)
    return Capture(
        url=url,
        captured_at=captured_at,
        content_sha256=digest(data),
        size_bytes=len(data),
        media_type=media_type,
        charset=layout.charset_of(data) if media_type == "text/html" else None,
    )


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _age(capture: Capture) -> tuple[object, str]:
    return capture.captured_at, capture.content_sha256


def _path(capture: Capture) -> str:
    if capture.raw_path is None:
        raise ValueError(f"{capture.url} has no raw_path: it was not put into the store")
    return capture.raw_path


def _verified(sidecar: str, path: str | None, loaded: Mapping[str, bytes]) -> Iterator[Problem]:
    """Yield what does not match in a capture. `loaded`: the contents of existing files by path."""
    if path is None or path not in loaded:
        yield Problem(sidecar, "missing_bytes", "the file that this .json describes is missing")
        return
    try:
        capture, _ = layout.read_sidecar(loaded[sidecar], path)
    except ValueError as error:
        yield Problem(sidecar, "damaged_sidecar", str(error), None)
        return
    data = loaded[path]
    if not path.endswith(f"/{layout.stem(capture)}.{path.rpartition('.')[2]}"):
        message = f"its sidecar tells of {layout.stem(capture)}: one of the two was changed"
    elif len(data) != capture.size_bytes:
        message = f"has {len(data)} bytes; {capture.size_bytes} were captured"
        yield Problem(path, "wrong_length", message, capture.url)
        return
    elif (hashed := digest(data)) != capture.content_sha256:
        message = f"has sha256 {hashed[:12]}; {capture.content_sha256[:12]} was captured"
    else:
        return
    yield Problem(path, "altered", message, capture.url)


def _windows(files: Mapping[str, int]) -> Iterator[list[str]]:
    window: list[str] = []
    filled = 0
    for path in sorted(files):
        if window and filled + files[path] > _WINDOW:
            yield window
            window, filled = [], 0
        window.append(path)
        filled += files[path]
    if window:
        yield window


def _is_sidecar(path: str) -> bool:
    """Is this the sidecar of a capture, by its name?"""
    return path.endswith(".json") and layout.is_capture_name(path.rpartition("/")[2])


def _bytes_beside(sidecar: str, files: dict[str, int]) -> str | None:
    start = sidecar.removesuffix("json")
    return next((start + e for e in layout.EXTENSIONS if start + e in files), None)


def _is_incomplete(path: str, files: dict[str, int]) -> bool:
    name = path.rpartition("/")[2]
    if name.startswith("."):
        return name.endswith(TEMPORARY)
    return (
        layout.is_capture_name(name) and not name.endswith(".json") and layout.sidecar_path(path) not in files
    )


def prunable(
    store: RawStore,
    *,
    rested_on: Collection[str],
    now: datetime,
    older_than: timedelta | None = None,
    keep_per_url: int | None = None,
    most_bytes: int | None = None,
) -> tuple[Capture, ...]:
    """The captures that may go, the oldest first: older than an age, beyond a count for each url, or the oldest of all
    until the rest fits `most_bytes`. `rested_on`: SHA-256 of the bytes behind the documents of every release that is
    kept."""
    if keep_per_url is not None and keep_per_url < 1:
        raise ValueError(f"keep_per_url is {keep_per_url}; an address keeps at least its newest capture")
    going = []
    room = None if most_bytes is None else store.size_bytes() - most_bytes
    newer: Counter[str] = Counter()
    replaced = []
    for capture in reversed(list(store.captures())):
        if newer[capture.url]:  # the newest of an address stays
            replaced.append((newer[capture.url], capture))
        newer[capture.url] += 1
    for place, capture in sorted(replaced, key=lambda found: found[1].captured_at):
        if capture.content_sha256 in rested_on:
            continue
        old = older_than is not None and now - capture.captured_at > older_than
        many = keep_per_url is not None and place >= keep_per_url
        if old or many or (room is not None and room > 0):
            going.append(capture)
            if room is not None:
                room -= capture.size_bytes
    return tuple(going)
