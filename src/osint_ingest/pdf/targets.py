"""Where the internal links of a PDF lead: from a marker to its note, from a note back to its marker."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pdfminer.pdftypes import resolve1
from pdfminer.psparser import PSLiteral

from osint_ingest.pdf.annotations import listed, on_line_of
from osint_ingest.pdf.lines import PrintedLine
from osint_ingest.pdf.opened import OpenPage, OpenPdf

MAX_NODES = 20_000
"""Nodes of the tree of names that are looked at."""


class LinkTargets:
    """The named places of a PDF, and its pages by their objects."""

    def __init__(self, opened: OpenPdf) -> None:
        self._pages = {page.source.pageid: page for page in opened.pages}
        self._catalog = opened.document.catalog
        self._named: dict[bytes, Any] | None = None

    def mark(self, page: OpenPage, lines: Sequence[PrintedLine]) -> None:
        """Sets `target` (page and height on it) of the words that an internal link covers."""
        for item in listed(page):
            try:
                target = self._target(item)
                if target is None:
                    continue
                x0, top, x1, bottom = page.place(*(float(resolve1(v)) for v in resolve1(item["Rect"])))
            except Exception:  # whatever pdfminer raises on a broken object
                continue
            for line in lines:
                if line.bottom < top - 2 or line.top > bottom + 2 or line.x1 < x0 or line.x0 > x1:
                    continue
                for word in line.words:
                    if x0 < (word.x0 + word.x1) / 2 < x1 and on_line_of(word, top, bottom):
                        word.target = target

    def _target(self, item: dict[str, Any]) -> tuple[int, float] | None:
        action = resolve1(item.get("A"))
        place = resolve1(item.get("Dest") or (action.get("D") if isinstance(action, dict) else None))
        if isinstance(place, PSLiteral | bytes | str):
            name = place.name if isinstance(place, PSLiteral) else place
            place = self._places().get(name.encode("latin-1") if isinstance(name, str) else name)
        if isinstance(place, dict):
            place = resolve1(place.get("D"))
        if not isinstance(place, list) or len(place) < 3:
            return None
        page = self._pages.get(getattr(place[0], "objid", None))
        kind, values = place[1].name, [resolve1(v) for v in place[2:]]
        height = {"XYZ": 1, "FitH": 0, "FitBH": 0, "FitR": 3}.get(kind)
        if page is None or height is None or not isinstance(values[height], int | float):
            return None
        across = values[0] if kind in ("XYZ", "FitR") and isinstance(values[0], int | float) else 0.0
        return page.number, page.place(across, values[height], across, values[height])[1]

    def _places(self) -> dict[bytes, Any]:
        """The named places: those of the tree of names, and of the older dictionary."""
        if self._named is None:
            self._named = {}
            try:
                names = resolve1(self._catalog.get("Names"))
                self._named.update(_leaves(names.get("Dests") if isinstance(names, dict) else None))
                older = resolve1(self._catalog.get("Dests"))
                for name, place in older.items() if isinstance(older, dict) else ():
                    self._named[name.encode("latin-1")] = resolve1(place)
            except Exception:  # as above: what was found by then counts
                return self._named
        return self._named


def _leaves(root: Any) -> Iterator[tuple[bytes, Any]]:
    waiting = [root]
    for _ in range(MAX_NODES):
        if not waiting:
            return
        node = resolve1(waiting.pop())
        if not isinstance(node, dict):
            continue
        waiting += resolve1(node.get("Kids")) or []
        names = resolve1(node.get("Names")) or []
        for name, place in zip(names[::2], names[1::2], strict=False):
            key = resolve1(name)
            if isinstance(key, bytes):
                yield key, resolve1(place)
