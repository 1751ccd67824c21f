"""A webhook on loopback that remembers what it was told."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Listener:
    """A webhook on loopback: what it was told, and the answers that it gives, the last one again and again."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []
        self.answers = [204]
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                assert self.headers["Content-Type"].startswith("application/json")
                listener.told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(
                    listener.answers.pop(0) if len(listener.answers) > 1 else listener.answers[0]
                )
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook?token=abc"


@contextmanager
def listening() -> Iterator[Listener]:
    """A webhook that listens."""
    listener = Listener()
    threading.Thread(target=listener.server.serve_forever, daemon=True).start()
    try:
        yield listener
    finally:
        listener.server.shutdown()
        listener.server.server_close()
