"""What a crawl has looked at so far, so that one that was killed or ran out of budget goes on.

A hidden file in raw/, one JSON line an address, written after its capture; gone when the crawl ends.
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, TextIO, get_args

from osint_ingest.store.folder import is_remote
from osint_ingest.store.sidecar import moment_of

GOES_ON_FOR = timedelta(days=1)
"""An older crawl is not taken up again: what it saw is too old to be called seen."""


LookState = Literal["new", "unchanged", "changed", "gone", "alias"]


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at an address found. `leads_to`: where an alias leads."""

    url: str
    state: LookState
    leads_to: str | None = None


class Journal:
    """The journal of one source's crawl. On an object store it is kept in memory alone."""

    def __init__(self, root: str, source: str, *, now: datetime | None = None) -> None:
        now = now or datetime.now(UTC)
        self.began = now
        self.looks: dict[str, Look] = {}
        self._lock = threading.Lock()
        self._file: TextIO | None = None
        self._path: Path | None = None
        if is_remote(root):
            return
        self._path = Path(root.removeprefix("file://")) / f".crawl-{source}.jsonl"
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._take_up(now)
        self._file = self._path.open("a", encoding="utf-8")
        if not self._path.stat().st_size:
            self._write({"began": self.began.isoformat()})

    def note(self, look: Look) -> None:
        """Remembers a look, whatever happens to this process next."""
        with self._lock:
            self.looks[look.url] = look
            self._write({"url": look.url, "state": look.state, "leads_to": look.leads_to})

    def close(self, *, finished: bool) -> None:
        """Ends the journal; that of a finished crawl is removed."""
        if self._file:
            self._file.close()
        if finished and self._path:
            self._path.unlink(missing_ok=True)

    def _take_up(self, now: datetime) -> None:
        """Reads the journal of a crawl that did not end, unless it is too old. A torn last line is left."""
        if not self._path or not self._path.exists():
            return
        lines = [
            _parsed(line) for line in self._path.read_text(encoding="utf-8", errors="replace").splitlines()
        ]
        try:
            began = moment_of(lines[0]["began"])
        except (IndexError, KeyError, ValueError):
            began = None
        if began is None or not timedelta() <= now - began <= GOES_ON_FOR:
            self._path.unlink()
            return
        self.began = began
        looks = [
            Look(line["url"], line["state"], line.get("leads_to"))
            for line in lines[1:]
            if line.get("state") in get_args(LookState)
        ]
        self.looks = {look.url: look for look in looks}
        # a torn line must not swallow the next one
        with self._path.open("a", encoding="utf-8") as file:
            file.write("\n")

    def _write(self, line: dict[str, Any]) -> None:
        if self._file:
            self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
            self._file.flush()


def _parsed(line: str) -> dict[str, Any]:
    try:
        known = json.loads(line)
    except ValueError:
        return {}
    return known if isinstance(known, dict) else {}
