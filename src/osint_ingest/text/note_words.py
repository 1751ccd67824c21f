"""How documents in many languages say that notes are listed, and that a note means the one before it."""

from __future__ import annotations

import re
from functools import cache

from osint_ingest.text.language_files import any_word, words

_AROUND = "0123456789.: \t\n\u00a0"


@cache
def _headings() -> frozenset[str]:
    return frozenset(heading.casefold() for heading in words("note_headings"))


def is_notes_heading(text: str) -> bool:
    """Is this the heading of a list of notes?"""
    return text.strip().lstrip(_AROUND).rstrip(": .").casefold() in _headings()


@cache
def _ibid() -> re.Pattern[str]:
    return re.compile(rf"(?:(?:{any_word('ibid')})\.?|i[bd]\.)(?![^\W\d_])", re.I)


def is_ibid(text: str) -> bool:
    """Does a note mean the note before it: `ibid.`, `idem, p. 4`?"""
    return _ibid().match(text) is not None
