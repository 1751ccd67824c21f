"""Endorsements of an action plan: `Name, Role, Organisation`, in a list, in lines or in a table."""

from __future__ import annotations

import re
from typing import NamedTuple

from osint_ingest.text.language_files import any_word

_NAME = re.compile(
    rf"\A[A-ZÀ-ÖØ-Þ][\w.'’-]*+(?:\s++(?:{any_word('person_particles')}|[A-ZÀ-ÖØ-Þ][\w.'’-]*)){{1,5}}$"
)
_TITLE = re.compile(rf"\A(?:{any_word('forms_of_address')})\.?\s+", re.I)
_LONGEST = 240
_COMMA_OR_DASH = re.compile(rf"\s{{0,9}}[,;|]\s++(?![^()]{{0,{_LONGEST}}}+\))|\s{{1,9}}[–—-]\s+")


class Endorsement(NamedTuple):
    """Who endorses, as printed."""

    name: str
    role: str | None
    organisation: str | None


def read_endorsement(text: str) -> Endorsement | None:
    """An endorsement from its line; None for a line that is none.

    The name stands before the first comma and the organisation after the last one but for its own commas
    in parentheses; what stands between is the role.
    """
    text = " ".join(text.split()).strip(" .;•-–")
    if len(text) > _LONGEST:
        return None
    parts = [p.strip() for p in _COMMA_OR_DASH.split(text) if p.strip()]
    if len(parts) < 2 or not _NAME.match(_TITLE.sub("", parts[0], count=1)):
        return None
    if len(parts) == 2:
        return Endorsement(parts[0], None, parts[1])
    return Endorsement(parts[0], ", ".join(parts[1:-1]), parts[-1])
