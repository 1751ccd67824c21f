"""Journals of crawls, so that one that was killed or ran out of budget can be resumed: hidden files in raw/ with one
JSON line for each address that was fetched. Each file holds a few seconds' worth: an object store cannot append. They
are removed when the crawl ends; the journal of what was taken from web archives stays."""

import json
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, get_args

from osint_ingest.store.folder import Folder, open_folder
from osint_ingest.store.layout import moment_of

MOST_LINES = 50
SECONDS = (
    5.0  # with MOST_LINES, the most that a kill loses: those addresses are requested again, conditionally
)
RESUME_WITHIN = timedelta(days=1)  # an older crawl is not resumed


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
        self._lines = _Lines(root, f"{_NAME}{source}.")
        if not self._resume(self._lines.all(), now):
            self._lines.remove()
            self._lines.add({"began": self.began.isoformat()})
            self._lines.write()

    def note(self, look: Look) -> None:
        self.looks[look.url] = look
        self._lines.add({"url": look.url, "state": look.state, "leads_to": look.leads_to})

    def close(self, *, finished: bool) -> None:
        if finished:
            self._lines.remove()
        else:
            self._lines.write()

    def _resume(self, known: list[dict[str, Any]], now: datetime) -> bool:
        try:
            began = moment_of(known[0]["began"])
        except (IndexError, KeyError, ValueError):
            return False
        if not timedelta() <= now - began <= RESUME_WITHIN:
            return False
        self.began = began
        for line in known[1:]:
            if line.get("state") in get_args(LookState):
                self.looks[line["url"]] = Look(line["url"], line["state"], line.get("leads_to"))
        return True


class BackfillJournal:
    """The record of what was taken from web archives for one source. It stays, so that nothing is taken twice."""

    def __init__(self, root: str, source: str) -> None:
        self._lines = _Lines(root, f"{_BACKFILL}{source}.")
        self.taken: set[tuple[str, str]] = set()
        """Address and time of captures that need no further request: they were taken, or are of no use."""
        self.following: dict[str, str | None] = {}
        """Where to go on in the answer to a question to an index; None: all of it was taken, in a round through the
        index that has not ended."""
        self.sought: dict[str, datetime] = {}
        """When the newest copy of a page that could not be had was last looked for."""
        for line in self._lines.all():
            self._apply(line)

    def note(self, **line: str | None) -> None:
        """Record on disk: `url` and `timestamp` of what was taken, `index` and `next` of a page all of which was taken,
        `url` and `sought`, or that a `round` ended: the next run asks anew, for what the archive has got since."""
        self._apply(line)
        self._lines.add(line)

    def _apply(self, line: Mapping[str, Any]) -> None:
        if "timestamp" in line:
            self.taken.add((line["url"], line["timestamp"]))
        elif "index" in line:
            self.following[line["index"]] = line.get("next")
        elif "round" in line:
            self.following.clear()
        elif "sought" in line:
            self.sought[line["url"]] = moment_of(line["sought"])

    def close(self) -> None:
        self._lines.write()


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


class _Lines:
    """Lines of JSON in numbered files, a few at a time."""

    def __init__(self, root: str, name: str) -> None:
        self._folder = open_folder(root)
        self._name = name
        self._files: list[str] = []
        self._waiting: list[str] = []
        self._written_at = time.monotonic()

    def all(self) -> list[dict[str, Any]]:
        """Return all lines of earlier processes, in order, and join their files into one. A torn line becomes empty."""
        names = self._folder.names(self._name)
        self._files = sorted(name for name in names if name.split(".")[-2].isdecimal())
        texts = (data.decode("utf-8", "replace") for _, data in self._folder.read_all(self._files))
        lines = [line for text in texts for line in text.splitlines()]
        if len(self._files) > 1:
            self._waiting, before = lines[:], self._files[:]
            self.write()
            self._folder.remove(*before)
            del self._files[:-1]
        return [_parsed(line) for line in lines]

    def add(self, line: dict[str, Any]) -> None:
        self._waiting.append(json.dumps(line, ensure_ascii=False))
        if len(self._waiting) >= MOST_LINES or time.monotonic() - self._written_at > SECONDS:
            self.write()

    def write(self) -> None:
        if self._waiting:
            number = int(self._files[-1].split(".")[-2]) + 1 if self._files else 1
            self._files.append(f"{self._name}{number:06d}.jsonl")
            self._folder.write({self._files[-1]: "\n".join([*self._waiting, ""]).encode()})
            self._waiting.clear()
        self._written_at = time.monotonic()

    def remove(self) -> None:
        self._waiting.clear()
        self._folder.remove(*self._files)
        self._files.clear()


def _parsed(line: str) -> dict[str, Any]:
    try:
        known = json.loads(line)
    except ValueError:
        return {}
    return known if isinstance(known, dict) else {}
