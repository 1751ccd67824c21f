"""Which part of a report a passage belongs to, told by the meaning of the headings above it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from osint_ingest.model import Passage
from osint_ingest.sources.osor.words import words

_NUMBERING = re.compile(r"^(?:(?:\d+|[IVX]+|[A-Z])(?:\.\d+)*[.)]?\s+)(?=\S)")
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*|\d+|&")
_LONGEST_HEADING = 90
_BODY = ("paragraph", "list_item", "table_cell", "caption")


@dataclass(frozen=True, slots=True)
class Placed:
    """A passage, and the kind of the section that it stands in (None: none of those with records)."""

    passage: Passage
    kind: str | None


def heading_kind(text: str, place: str | None = None) -> str | None:
    """`policy_makers`, `strategic_players`, `actors`, `policies`, `initiatives`, or None.

    `place` is the country's name, whose words say nothing (`Open source policies in Ireland`).
    """
    if len(text) > _LONGEST_HEADING:
        return None
    known = words()
    found = {w.lower() for w in _WORD.findall(_NUMBERING.sub("", text.strip()))}
    found -= known.fillers | {w.lower() for w in _WORD.findall(place or "")}
    for heading in known.headings:
        if found & heading.needs and found <= heading.needs | heading.may:
            return heading.kind
    return None


def placed(passages: Iterable[Passage], place: str | None = None) -> Iterator[Placed]:
    """Each passage of the body, in order, with the kind of its section.

    A heading of no known kind ends a section only when it is no deeper than the section's own heading.
    """
    kind: str | None = None
    level: int | None = None
    for passage in passages:
        named = passage.kind in ("heading", "title")
        could_name = named or (passage.kind == "paragraph" and not passage.text.rstrip().endswith("."))
        if could_name and (found := heading_kind(passage.text, place)):
            kind, level = found, passage.level
        elif named and (level is None or passage.level is None or passage.level <= level) and kind:
            # without levels a heading under a list of records may be a record of its own
            kind = kind if level is None or passage.level is None else None
        if passage.kind in _BODY or named:
            yield Placed(passage, kind)
