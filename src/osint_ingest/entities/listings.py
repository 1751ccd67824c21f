"""Entries of a listing (`Open Schools AB0012, 2021, Education`): titles of other pages, not sentences that name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from osint_ingest.model import Passage

_ENTRY = re.compile(
    r"\A(?P<title>.{2,300}?[\s,(])?[^\W\d_]{2,6}\d{4}\)?,\s?(?:19|20)\d\d\s?,(?:\s?[^.!?\d]{0,150})?\Z", re.S
)


def listing_entries(passages: Sequence[Passage]) -> frozenset[int]:
    """Ordinals of the passages that are entries: a title, a code, a year, a subject (that can be empty).

    Where the code stands in a passage of its own, the one before it is the title.
    """
    found: set[int] = set()
    for at, passage in enumerate(passages):
        match = _ENTRY.match(passage.text) if passage.kind not in ("footnote", "field") else None
        if match is None:
            continue
        found.add(passage.ordinal)
        if match["title"] is None and at:
            found.add(passages[at - 1].ordinal)
    return frozenset(found)
