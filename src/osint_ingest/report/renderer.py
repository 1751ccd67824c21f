"""Runs the process that draws charts and pictures, with a time limit."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from types import TracebackType
from typing import Any

from osint_ingest.report import drawing


class CannotDraw(Exception):
    """A chart or picture could not be drawn; the message says why."""


class Renderer:
    """The process that draws, started with the first request and again after it was lost."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Renderer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def ask(self, request: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Return the answer to a drawing request (see `drawing`). Raises CannotDraw if there is none within that many
        seconds."""
        process = self._started()
        assert process.stdin is not None and process.stdout is not None
        late = threading.Timer(seconds, process.kill)
        late.start()
        try:
            process.stdin.write(json.dumps(request) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except OSError:  # it died before it read the request
            line = ""
        finally:
            late.cancel()
        if not line.endswith("\n"):
            self._end()
            raise CannotDraw(f"drawing took more than {seconds:.0f} seconds or was lost")
        answer: dict[str, Any] = json.loads(line)
        if "failed" in answer:
            raise CannotDraw(answer["failed"])
        return answer

    def _started(self) -> subprocess.Popen[str]:
        if self._process is None:
            self._process = subprocess.Popen(
                # as a file: as a module of this package it would load the package, at twice the cost of drawing
                [sys.executable, "-P", drawing.__file__],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                encoding="utf-8",
            )
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:  # what was not sent is lost with it
                    continue
