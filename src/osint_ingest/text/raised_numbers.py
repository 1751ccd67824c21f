"""Raised numbers of which nothing could be made are said, and never left in the text as digits."""

from __future__ import annotations

from osint_ingest.model import Finding

MANY_RAISED = 5
"""From so many raised numbers after words on, a document without a reference is one that was not understood."""


def raised_unread(count: int, first: str) -> Finding:
    """The finding for a document with raised numbers and no references; a source may make it an error."""
    return Finding(
        "warning",
        "read",
        "raised_numbers_unread",
        f"{count} raised numbers follow words (the first is {first}), and no note was found for any of them; "
        "they are kept as references without a note.",
        "If the document has notes, their layout is one that is not known yet: please report it with the file.",
    )
