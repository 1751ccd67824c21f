"""The headings under which documents list their notes."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

_AROUND = "0123456789.: \t\n\u00a0"


@cache
def _headings() -> frozenset[str]:
    text = files("osint_ingest.text").joinpath("note_headings.txt").read_text(encoding="utf-8")
    return frozenset(x.strip().casefold() for x in text.splitlines() if x.strip() and not x.startswith("#"))


def is_notes_heading(text: str) -> bool:
    """Is this the heading of a list of notes, in one of the languages of `note_headings.txt`?"""
    return text.strip().lstrip(_AROUND).rstrip(": .").casefold() in _headings()
