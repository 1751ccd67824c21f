"""A web archive on loopback: a CDX index paged by resume key or by number, captures, and faults on request."""

from __future__ import annotations

import base64
import hashlib
import json
from collections import deque
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from tests.fetch.unruly_site import Fault, UnrulySite

ARCHIVE = "https://web.archive.org"
_HEADER = ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"]


@dataclass(frozen=True)
class Held:
    """A capture that the archive holds. `told`: the digest in the index, where that is another."""

    url: str
    stamp: str
    body: bytes
    status: str = "200"
    media_type: str = "text/html"
    told: str | None = None

    @property
    def key(self) -> str:
        host, _, path = self.url.partition("://")[2].lower().partition("/")
        host = host.partition(":")[0].removeprefix("www.")
        return f"{','.join(reversed(host.split('.')))})/{path.rstrip('/')}"

    @property
    def path(self) -> str:
        return f"/web/{self.stamp}id_/{self.url}"

    def row(self) -> list[str]:
        digest = self.told or base64.b32encode(hashlib.sha1(self.body).digest()).decode()
        return [self.key, self.stamp, self.url, self.media_type, self.status, digest, str(len(self.body))]


class WebArchive(UnrulySite):
    """`holds` in the index's order. `faults`: what a path answers first, one after the other, before it behaves."""

    def __init__(self, *holds: Held, page_rows: int = 100, paging: str = "resume_key") -> None:
        super().__init__()
        self.holds = list(holds)
        self.page_rows = page_rows
        self.paging = paging
        self.faults: dict[str, deque[Fault]] = {}
        self.robots = "User-agent: *\nDisallow: /save/\n"
        self.pages = _Answers(self)

    @property
    def fetched(self) -> list[str]:
        """The captures that were given out whole, in order."""
        return [line.path for line in self.log if line.path.startswith("/web/") and line.status == 200]


class _Answers(dict):  # type: ignore[type-arg]
    def __init__(self, archive: WebArchive) -> None:
        super().__init__()
        self._archive = archive

    def get(self, path: str, default: object = None) -> object:  # type: ignore[override]
        archive = self._archive
        waiting = archive.faults.get(path.partition("?")[0])
        if waiting:
            return waiting.popleft()
        if path.startswith("/cdx"):
            return lambda h: h.say(200, self._index(path), {"Content-Type": "application/json"})
        held = next((one for one in archive.holds if one.path == path), None)
        if held is None:
            return super().get(path, default)
        return lambda h: h.say(200, held.body, {"Content-Type": held.media_type})

    def _index(self, path: str) -> bytes:
        archive = self._archive
        asked = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
        wanted = Held(f"http://{asked['url']}" if "://" not in asked["url"] else asked["url"], "", b"").key
        exact = asked["matchType"] == "exact"
        rows = [h.row() for h in archive.holds if (h.key == wanted if exact else h.key.startswith(wanted))]
        rows = [row for row in rows if row[1] >= asked.get("from", "")]
        size = archive.page_rows
        if archive.paging == "number":
            if "showNumPages" in asked:
                return json.dumps({"pages": -(-len(rows) // size)}).encode()
            start = size * int(asked["page"])
            named = [dict(zip(_HEADER, row, strict=True)) for row in rows[start : start + size]]
            return "".join(json.dumps(one) + "\n" for one in named).encode()
        start = int(asked.get("resumeKey", "row 0").partition(" ")[2])
        some: list[list[str]] = [_HEADER, *rows[start : start + size]]
        if start + size < len(rows):
            some += [[], [f"row%20{start + size}"]]
        return json.dumps(some).encode()
