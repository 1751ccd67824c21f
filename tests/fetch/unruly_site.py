"""A site on loopback that keeps a log and misbehaves on request."""

from __future__ import annotations

import gzip
import hashlib
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

ORIGIN = "https://www.unruly.example"
"""What the pages of the site are known as; `base_url` stands in for it."""


@dataclass(frozen=True)
class Asked:
    """One line of the site's log."""

    at: float
    path: str
    host: str
    agent: str
    method: str
    status: int
    body_bytes: int


@dataclass
class Page:
    """A well-behaved page: its text, its validators."""

    body: bytes
    media_type: str = "text/html; charset=utf-8"
    validators: bool = True
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def etag(self) -> str:
        return f'"{hashlib.sha256(self.body).hexdigest()[:16]}"'


Fault = Callable[["_Handler"], None]
"""Answers a request in its own way; what it does is logged as status 0 unless it calls `say`."""


class UnrulySite:
    """`with UnrulySite() as site:` serves `site.pages` (path -> Page or Fault) until the end."""

    def __init__(self) -> None:
        self.pages: dict[str, Page | Fault] = {}
        self.log: list[Asked] = []
        self.counts: dict[str, int] = {}
        self.robots = "User-agent: *\nDisallow: /private/\n"
        self.tls: Any = None
        self._lock = threading.Lock()

    def __enter__(self) -> UnrulySite:
        handler = type("Handler", (_Handler,), {"site": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign]
        if self.tls:
            self._server.socket = self.tls.wrap_socket(self._server.socket, server_side=True)
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def write(self, asked: Asked) -> None:
        with self._lock:
            self.log.append(asked)

    def count(self, path: str) -> int:
        """How often a path was asked for, this time included."""
        with self._lock:
            self.counts[path] = self.counts.get(path, 0) + 1
            return self.counts[path]

    def asked(self, path: str) -> list[Asked]:
        return [line for line in self.log if line.path == path]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    site: UnrulySite
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_GET(self) -> None:
        self.arrived = time.monotonic()
        found = self.site.pages.get(self.path)
        if self.path == "/robots.txt" and found is None:
            found = Page(self.site.robots.encode(), "text/plain")
        if found is None:
            self.say(404, b"<html><title>Not here</title></html>")
        elif isinstance(found, Page):
            self._serve(found)
        else:
            self.noted = False
            try:
                found(self)
            finally:
                if not self.noted:
                    self.note(0, 0)

    def do_HEAD(self) -> None:
        self.do_GET()

    def _serve(self, page: Page) -> None:
        headers = {"Content-Type": page.media_type, **page.headers}
        if page.validators:
            headers["ETag"] = page.etag
            if self.headers.get("If-None-Match") == page.etag:
                self.say(304, b"", headers)
                return
        self.say(200, page.body, headers)

    def say(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        """A whole, correct answer."""
        self.note(status, len(body) if self.command == "GET" else 0)
        self.send_response(status)
        for name, value in (headers or {"Content-Type": "text/html"}).items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)
        self.wfile.flush()

    def raw(self, data: bytes) -> None:
        """Bytes as they are."""
        self.wfile.write(data)
        self.wfile.flush()

    def hang_up(self, *, reset: bool = False) -> None:
        """Ends the connection, with a reset if asked for."""
        if reset:
            self.connection.setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00"
            )
            self.connection.close()
        self.close_connection = True

    def note(self, status: int, body_bytes: int) -> None:
        self.noted = True
        agent, host = self.headers.get("User-Agent", ""), self.headers.get("Host", "")
        self.site.write(Asked(self.arrived, self.path, host, agent, self.command, status, body_bytes))

    def log_message(self, format: str, *args: Any) -> None:
        pass


def page(title: str, text: str = "", links: tuple[str, ...] = ()) -> Page:
    """A small page of the site with links."""
    anchors = "".join(f'<a href="{link}">{link}</a>\n' for link in links)
    return Page(
        f"<html><head><title>{title}</title></head><body><p>Unruly Gazette</p>{text}{anchors}</body></html>".encode()
    )


def pdf() -> Page:
    """The smallest thing that is a PDF by its bytes."""
    return Page(b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n", "application/pdf")


def zipped(body: bytes) -> dict[str, str]:
    return {
        "Content-Encoding": "gzip",
        "Content-Type": "text/html",
        "Content-Length": str(len(gzip.compress(body))),
    }
