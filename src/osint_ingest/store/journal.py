"""What a crawl has looked at so far, so that one that was killed or ran out of budget goes on.

A hidden file in raw/, one JSON line for each address, written after its capture; gone when the crawl ends. In an object
store, which cannot append, the lines go into small objects, a few seconds' worth each.
"""

from __future__ import annotations

import json
import time
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, TextIO, get_args

from osint_ingest.store.folder import Folder, is_remote, open_folder
from osint_ingest.store.sidecar import moment_of

LINES_AN_OBJECT = 50
SECONDS_AN_OBJECT = 5.0
"""What a kill loses at most of the journal in an object store: those addresses are asked again, conditionally."""
GOES_ON_FOR = timedelta(days=1)
"""An older crawl is not taken up again: what it saw is too old to be called seen."""


_NAME, _BACKFILL = ".crawl-", ".backfill-"

LookState = Literal["new", "unchanged", "changed", "gone", "alias"]


@dataclass(frozen=True, slots=True)
class Look:
    """The result of fetching an address. `leads_to`: the target of an alias."""

    url: str
    state: LookState
    leads_to: str | None = None


class Journal:
    """The record of what one source's crawl has fetched so far."""

    def __init__(self, root: str, source: str, *, now: datetime | None = None) -> None:
        now = now or datetime.now(UTC)
        self.began = now
        self.looks: dict[str, Look] = {}
        self._lines = _lines(root, f"{_NAME}{source}")
        known = self._lines.all()
        if not self._take_up(known, now):
            if known:
                self._lines.remove()
            self._write({"began": self.began.isoformat()})

    def note(self, look: Look) -> None:
        """Record a result on disk, so that it survives a crash."""
        self.looks[look.url] = look
        self._write({"url": look.url, "state": look.state, "leads_to": look.leads_to})

    def close(self, *, finished: bool) -> None:
        """Close the journal; that of a finished crawl is removed."""
        self._lines.close()
        if finished:
            self._lines.remove()

    def _take_up(self, lines: list[str], now: datetime) -> bool:
        """Takes over the looks of a crawl that did not end, unless it is too old. A torn last line is left."""
        known = [_parsed(line) for line in lines]
        try:
            began = moment_of(known[0]["began"])
        except (IndexError, KeyError, ValueError):
            return False
        if not timedelta() <= now - began <= GOES_ON_FOR:
            return False
        self.began = began
        looks = [
            Look(line["url"], line["state"], line.get("leads_to"))
            for line in known[1:]
            if line.get("state") in get_args(LookState)
        ]
        self.looks = {look.url: look for look in looks}
        return True

    def _write(self, line: dict[str, Any]) -> None:
        self._lines.add(json.dumps(line, ensure_ascii=False))


class BackfillJournal:
    """The record of what was taken from web archives for one source. It stays, so that nothing is taken twice."""

    def __init__(self, root: str, source: str) -> None:
        self._lines = _lines(root, f"{_BACKFILL}{source}")
        self._taken: set[tuple[str, str]] = set()
        self._next: dict[str, str | None] = {}
        self._sought: dict[str, datetime] = {}
        for line in map(_parsed, self._lines.all()):
            if "timestamp" in line:
                self._taken.add((line["url"], line["timestamp"]))
            elif "index" in line:
                self._next[line["index"]] = line.get("next")
            elif "sought" in line:
                self._sought[line["url"]] = moment_of(line["sought"])

    def has(self, url: str, timestamp: str) -> bool:
        """Was the capture of that address and time taken, or found to be of no use?"""
        return (url, timestamp) in self._taken

    def take(self, url: str, timestamp: str) -> None:
        """Record that a capture needs no further request."""
        self._taken.add((url, timestamp))
        self._lines.add(json.dumps({"url": url, "timestamp": timestamp}, ensure_ascii=False))

    def place(self, index: str) -> str | None:
        """Where to go on in the answer to a question to an index; None: at its beginning."""
        return self._next.get(index)

    def pass_page(self, index: str, following: str | None) -> None:
        """Record that all of a page was taken, and where the next one begins; None: that was the last."""
        self._next[index] = following
        self._lines.add(json.dumps({"index": index, "next": following}))

    def sought(self, url: str) -> datetime | None:
        """When the newest copy of a page that could not be had was last looked for."""
        return self._sought.get(url)

    def seek(self, url: str, now: datetime) -> None:
        self._sought[url] = now
        self._lines.add(json.dumps({"url": url, "sought": now.isoformat()}, ensure_ascii=False))

    def close(self) -> None:
        self._lines.close()


def without_addresses(folder: Folder, urls: Collection[str]) -> None:
    """Remove addresses from the journals of crawls and of what archives gave."""
    for name, data in folder.read_all(sorted({*folder.names(_NAME), *folder.names(_BACKFILL)})):
        lines = data.decode("utf-8", "replace").splitlines()
        left = [
            line
            for line, known in zip(lines, map(_parsed, lines), strict=True)
            if known.get("url") not in urls and known.get("leads_to") not in urls
        ]
        if left != lines:
            folder.write({name: "\n".join([*left, ""]).encode()})


def _lines(root: str, name: str) -> _LinesOfFile | _LinesOfObjects:
    if is_remote(root):
        return _LinesOfObjects(root, name)
    return _LinesOfFile(Path(root.removeprefix("file://")) / f"{name}.jsonl")


class _LinesOfFile:
    """Lines that are kept as they come; the last one that an earlier process left may be torn."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: TextIO | None = None

    def all(self) -> list[str]:
        if not self._path.exists():
            return []
        return self._path.read_text(encoding="utf-8", errors="replace").splitlines()

    def add(self, line: str) -> None:
        if self._file is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._path.open("a", encoding="utf-8")
            if self._path.stat().st_size:  # a torn line must not swallow the next one
                self._file.write("\n")
        self._file.write(line + "\n")
        self._file.flush()

    def close(self) -> None:
        if self._file:
            self._file.close()
            self._file = None

    def remove(self) -> None:
        self.close()
        self._path.unlink(missing_ok=True)


class _LinesOfObjects:
    """The same in an object store."""

    def __init__(self, root: str, name: str) -> None:
        self._folder = open_folder(root)
        self._name = name
        self._names: list[str] = []
        self._waiting: list[str] = []
        self._kept_at = time.monotonic()

    def all(self) -> list[str]:
        self._names = sorted(self._folder.names(f"{self._name}."))
        texts = (data for _, data in self._folder.read_all(self._names))
        return [line for data in texts for line in data.decode("utf-8", "replace").splitlines()]

    def add(self, line: str) -> None:
        self._waiting.append(line)
        if len(self._waiting) >= LINES_AN_OBJECT or time.monotonic() - self._kept_at > SECONDS_AN_OBJECT:
            self._keep()

    def close(self) -> None:
        self._keep()

    def remove(self) -> None:
        self._waiting.clear()
        self._folder.remove(*self._names)
        self._names.clear()

    def _keep(self) -> None:
        if self._waiting:
            number = int(self._names[-1].split(".")[-2]) + 1 if self._names else 1
            self._names.append(f"{self._name}.{number:06d}.jsonl")
            self._folder.write({self._names[-1]: "\n".join([*self._waiting, ""]).encode()})
            self._waiting.clear()
        self._kept_at = time.monotonic()


def _parsed(line: str) -> dict[str, Any]:
    try:
        known = json.loads(line)
    except ValueError:
        return {}
    return known if isinstance(known, dict) else {}
