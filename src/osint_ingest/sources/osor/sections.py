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
    """Return `policy_makers`, `strategic_players`, `actors`, `policies` or `initiatives`; None for another heading.

    `place` is the country's name, whose words are ignored (`Open source policies in Ireland`).
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

    A heading of no known kind ends a section, unless it is deeper than the section's own heading.
    """
    kind: str | None = None
    above: Passage | None = None
    for passage in passages:
        named = passage.kind in ("heading", "title")
        could_name = named or (passage.kind == "paragraph" and not passage.text.rstrip().endswith("."))
        if could_name and (found := heading_kind(passage.text, place)):
            kind, above = found, passage
        elif named and above and not _is_deeper(passage, above):
            kind, above = None, None
        if passage.kind in _BODY or named:
            yield Placed(passage, kind)


def _is_deeper(heading: Passage, above: Passage) -> bool:
    """Can this heading stand within the section that `above` names?

    A section named by a paragraph (a line of the contents, say) ends with the first heading; without
    levels, a heading under a list of records may be a record of its own.
    """
    if above.kind == "paragraph":
        return False
    return heading.level is None or above.level is None or heading.level > above.level
