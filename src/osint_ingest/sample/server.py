"""Serves the sample site's files on loopback, with the manners of a real site: ETag, 304, redirects, a log."""

import hashlib
import json
import posixpath
import re
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Self
from urllib.parse import parse_qs, quote, unquote, urlsplit

SOURCES = ("osor", "ogp", "factsheets", "archive")
"""The sites; the last is a web archive, with a CDX index, that holds pages of the others."""
ARCHIVE = "https://archive.example"  # what the addresses of that archive begin with
LAST_MODIFIED = "Mon, 10 Mar 2025 08:00:00 GMT"
"""One date for all files: the real dates of installed files tell nothing."""

MEDIA_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".pdf": "application/pdf",
    ".xml": "application/xml; charset=utf-8",
    ".json": "application/json",
    ".txt": "text/plain; charset=utf-8",
}
MOVED = {("ogp", "/sitemap.xml"): "/sitemap_index.xml"}  # addresses that are somewhere else now


@dataclass(frozen=True, slots=True)
class LoggedRequest:
    """A request that was served: seconds since the epoch, source, method, path, status, bytes of the body."""

    time: float
    source: str
    method: str
    path: str
    status: int
    sent: int


class SampleSite(ExitStack):
    """A context manager that serves the site of each source on loopback, each on a free port of its own. `root` is a
    folder of sites by source; by default the embedded one. `faults` replaces sound files by the broken ones of
    `sample/faults`."""

    def __init__(self, root: Traversable | None = None, *, faults: bool = False) -> None:
        super().__init__()
        self.log: list[LoggedRequest] = []
        self.base_urls: dict[str, str] = {}
        sample = files("osint_ingest.sample")
        overlays = (sample.joinpath("faults"),) if faults else ()
        self._roots = (*overlays, root or sample.joinpath("site"))

    def __enter__(self) -> Self:
        for source in SOURCES:
            roots = tuple(r for root in self._roots if (r := root.joinpath(source)).is_dir())
            self.base_urls[source] = self.enter_context(_serving(source, roots, self.log))
        return self


@contextmanager
def _serving(source: str, roots: tuple[Traversable, ...], log: list[LoggedRequest]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, source, roots, log))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), name=f"sample-{source}", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "osint-ingest-sample"
    sys_version = ""
    timeout = 10

    def __init__(
        self, source: str, roots: tuple[Traversable, ...], log: list[LoggedRequest], *args: object
    ) -> None:
        self._source, self._roots, self._log = source, roots, log
        super().__init__(*args)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        if self._source == "archive" and self._roots and path != "/robots.txt":
            self._answer_as_archive(path)
            return
        at_roots = (found for root in self._roots if (found := _find(root, path)) is not None)
        found = MOVED.get((self._source, path)) or next(at_roots, None)
        if found is None:
            body = b"<!doctype html><title>Not found</title><h1>Not found</h1>\n"
            self._answer(HTTPStatus.NOT_FOUND, body, ".html")
        elif isinstance(found, str):
            self._answer(HTTPStatus.MOVED_PERMANENTLY, b"", ".html", {"Location": quote(found)})
        else:
            self._send_file(found)

    def do_HEAD(self) -> None:
        self.do_GET()

    def _answer_as_archive(self, path: str) -> None:
        """`/cdx?url=...&matchType=...` lists captures; `/web/<time>id_/<url>` gives the bytes of one."""
        header, *rows = json.loads(self._roots[-1].joinpath("index.json").read_text(encoding="utf-8"))
        if path == "/cdx":
            asked = parse_qs(urlsplit(self.path).query)
            wanted, exact = _key(asked.get("url", [""])[0]), asked.get("matchType") == ["exact"]
            found = [r for r in rows if (_key(r[2]) == wanted if exact else _key(r[2]).startswith(wanted))]
            self._answer(HTTPStatus.OK, json.dumps([header, *found] if found else []).encode(), ".json")
            return
        for _, stamp, url, *_ in rows:
            if path == f"/web/{stamp}id_/{url}":
                body = self._roots[-1].joinpath(f"{stamp}.html").read_bytes()
                taken = datetime.strptime(stamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
                headers = {"Memento-Datetime": format_datetime(taken, usegmt=True)}
                self._answer(HTTPStatus.OK, body, ".html", headers)
                return
        self._answer(HTTPStatus.NOT_FOUND, b"<title>Not in the archive</title>\n", ".html")

    def _send_file(self, file: Traversable) -> None:
        suffix = posixpath.splitext(file.name)[1]
        body = file.read_bytes()
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        headers = {"ETag": etag, "Last-Modified": LAST_MODIFIED}
        known = self.headers.get("If-None-Match")
        # the date is asked only where no ETag is (RFC 9110, 13.1.3)
        fresh = etag in known if known else self.headers.get("If-Modified-Since") == LAST_MODIFIED
        status, body = (HTTPStatus.NOT_MODIFIED, b"") if fresh else (HTTPStatus.OK, body)
        self._answer(status, body, suffix, headers)

    def _answer(
        self, status: HTTPStatus, body: bytes, suffix: str, headers: dict[str, str] | None = None
    ) -> None:
        sent = 0 if self.command == "HEAD" else len(body)
        self._log.append(LoggedRequest(time.time(), self._source, self.command, self.path, int(status), sent))
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Type", MEDIA_TYPES[suffix])
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if sent:
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing on the terminal: the log is in `SampleSite.log`."""


def _key(url: str) -> str:
    """An address as an index sorts it: without scheme, `www.` and final slash, in small letters."""
    return re.sub(r"^[^/]*://", "", url.lower()).removeprefix("www.").rstrip("/")


def _find(root: Traversable, path: str) -> Traversable | str | None:
    """The file behind a path, the path to redirect to, or None. As on the real sites, a page's address ends with a
    slash or has no ending, and case does not matter."""
    at = root
    parts = [part for part in path.split("/") if part]
    for index, part in enumerate(parts):
        names = {entry.name.lower(): entry for entry in at.iterdir()}
        last = index == len(parts) - 1
        entry = names.get(part.lower()) or (names.get(f"{part.lower()}.html") if last else None)
        if entry is None or (not last and not entry.is_dir()):
            return None
        at = entry
        parts[index] = entry.name if entry.is_dir() or part.lower() == entry.name.lower() else part.lower()
    if at.is_dir():
        page = at.joinpath("index.html")
        if not page.is_file():
            return None
        right = "/".join(["", *parts, ""])
        return page if path == right else right
    right = "/" + "/".join(parts)
    return at if path == right else right
