"""The words around notes in many languages, and what is said of raised numbers that belong to no note."""

import re

from osint_ingest.model import Finding, Messages
from osint_ingest.text.language_files import any_word, words

_AROUND = "0123456789.: \t\n\u00a0"
_HEADINGS = frozenset(heading.casefold() for heading in words("note_headings"))
_IBID = re.compile(rf"(?:(?:{any_word('ibid')})\.?|i[bd]\.)(?![^\W\d_])", re.I)
_NOTE = re.compile(rf"\A(?:[^\W\d_]++[\W_]++){{0,3}}?(?:{any_word('note')})\.?\s(\d{{1,4}})(?![\w/])", re.I)


def is_notes_heading(text: str) -> bool:
    return text.strip().lstrip(_AROUND).rstrip(": .").casefold() in _HEADINGS


def is_ibid(text: str) -> bool:
    """Does a note mean the note before it: `ibid.`, `idem, p. 4`?"""
    return _IBID.match(text) is not None


def note_meant(text: str) -> str | None:
    """The number of the note that a note means by it: `see note 4`, `Brask, supra note 4, p. 7`."""
    found = _NOTE.match(text)
    return found[1] if found is not None else None


MANY_RAISED = 5
"""From so many different raised numbers after words on, a document without a reference was not understood."""


def raised_unread(count: int, first: str) -> Finding:
    """The finding for a document with raised numbers and no references; a source may make it an error."""
    return Messages(__package__).finding("raised_numbers_unread", count=count, first=first)
