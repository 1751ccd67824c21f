"""The truth about a PDF's notes, in the forms in which it comes."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .tally import squash


@dataclass(frozen=True)
class Anchor:
    """A marker: its label, the end of the clean text before it (squashed), the key of its note."""

    marker: str
    before: str
    note: str


@dataclass(frozen=True)
class Note:
    text: str
    urls: tuple[str, ...]


@dataclass(frozen=True)
class PdfTruth:
    """Everything that is known of a document. None: the truth says nothing about it."""

    anchors: tuple[Anchor, ...]
    notes: dict[str, Note]
    headings: tuple[str, ...] | None = None
    blocks: tuple[tuple[str, str, str], ...] | None = None
    """(kind, text, section)"""
    free: tuple[str, ...] = ()
    """Lines of the cover and the contents, which a reader may take as it likes."""
    running: tuple[str, ...] | None = None
    links: tuple[str, ...] | None = None


def read_truth(path: Path) -> PdfTruth:
    """Reads `*.truth.json` (anchors and notes) or `*.footnotes.json` (a word processor's own notes)."""
    raw: Any = json.loads(path.read_text(encoding="utf-8"))
    if isinstance(raw, list):
        anchors = [
            Anchor(str(x["n"]), squash(re.sub(r"\[\^\d+\]", "", x["anchor_before"]))[-20:], str(x["n"]))
            for x in raw
        ]
        notes = {
            str(x["n"]): Note(x["text"], tuple(x["link_targets"] or printed_urls(x["text"]))) for x in raw
        }
        return PdfTruth(tuple(anchors), notes)
    anchors = []
    for a in raw["anchors"]:
        marker = str(a.get("marker", a.get("n"))).strip("[]")
        anchors.append(
            Anchor(marker, squash(a.get("before", a.get("prev")))[-20:], str(a.get("note") or marker))
        )
    notes = {k: Note(v["text"], tuple(v["urls"] or printed_urls(v["text"]))) for k, v in raw["notes"].items()}
    blocks = raw.get("blocks")
    title = [b["text"] for b in blocks or () if b["kind"] == "title"]
    return PdfTruth(
        tuple(anchors),
        notes,
        headings=tuple(title + [h["text"] for h in raw["headings"]]) if "headings" in raw else None,
        blocks=tuple(
            (b["kind"], b["text"], b["section"]) for b in blocks if b["kind"] not in ("title", "free")
        )
        if blocks is not None
        else None,
        free=tuple(b["text"] for b in blocks or () if b["kind"] == "free"),
        running=tuple(raw["running"]) if "running" in raw else None,
        links=tuple(raw["links"]) if "links" in raw else None,
    )


def printed_urls(text: str) -> list[str]:
    """The addresses in a note whose truth names none, as far as a plain pattern sees them."""
    return re.findall(r"https?://\S+", text)
