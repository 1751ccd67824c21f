"""What an earlier page holds and the next one can take over: chunks and drawn charts, by their keys."""

from __future__ import annotations

import mmap
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

CHUNK = '<script type="text/plain" id="{id}" data-key="{key}" data-size="{size}">{data}</script>\n'
"""A chunk in the page: text that no browser runs. Each stands on its own line."""
PLOT = '<div class="plot" data-key="{key}" tabindex="0" role="group" aria-label="{label}">{svg}</div>'

_CHUNK = re.compile(
    rb'<script type="text/plain" id="[a-z]-[\w-]+" data-key="([0-9a-f-]{8,80})" data-size="([0-9. ]*)">'
    rb"([A-Za-z0-9+/=]+)</script>\n"
)
_PLOT = re.compile(rb'<div class="plot" data-key="([0-9a-f]{32})"[^>]*>(<svg [^\n]*</svg>)</div>')


@dataclass(frozen=True, slots=True)
class Kept:
    """A chunk of an earlier page: where its data lies in the file, and its `data-size`."""

    start: int
    end: int
    size: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier page. `plots` are its charts' SVGs."""

    path: Path | None
    chunks: Mapping[str, Kept]
    plots: Mapping[str, str]

    def data(self, kept: Kept) -> bytes:
        """The data of a chunk."""
        assert self.path is not None
        with self.path.open("rb") as file:
            file.seek(kept.start)
            return file.read(kept.end - kept.start)


NOTHING = Earlier(None, {}, {})


def read_earlier(path: Path) -> Earlier:
    """What a page made by this room holds; nothing of a file that is empty or was made otherwise."""
    if path.stat().st_size == 0:
        return NOTHING
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as page:
        chunks = {
            found[1].decode(): Kept(found.start(3), found.end(3), found[2].decode())
            for found in _CHUNK.finditer(page)
        }
        plots = {found[1].decode(): found[2].decode() for found in _PLOT.finditer(page)}
    return Earlier(path, chunks, plots)
