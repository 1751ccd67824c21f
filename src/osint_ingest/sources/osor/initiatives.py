"""Initiatives: the name, its translation and the year that a bullet begins with.

Avoin Talo (Open House), 2023: With this platform ...
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from osint_ingest.sources.cover import MONTH, YEAR, is_acronym
from osint_ingest.sources.osor.names import BULLET, EnglishShare, name_end, names_at_head

_MONTH = rf"(?:(?:{MONTH})\s++)?"
_UNTIL = rf"(?:\s*+(?:[-–—/]|to|until|and)\s*+(?:{_MONTH}{YEAR}|\d\d\b|present|now|today|ongoing)|\s*+[-–—])?"
_WHEN = rf"(?:(?:since|from|in|launched in|started in|as of)\s++)?{_MONTH}(?P<year>{YEAR}){_UNTIL}(?:,?\s*+ongoing)?"
_BEGIN = f"^{BULLET}*+"
_STOP = r"\s{0,9}+(?::|[–—](?=\s)|\.(?=\s)|-(?=\s)|$)"
_NAMED = re.compile(
    rf"{_BEGIN}(?P<name>\S.{{0,170}}?)\s{{0,9}}(?:[,;(\[]|\s[–—-])\s*+{_WHEN}\s*+[)\]]?{_STOP}", re.I
)
_SPACED = re.compile(rf"{_BEGIN}(?P<name>[^\s:][^:]{{0,80}}?)\s{{1,9}}{_WHEN}\s*+:", re.I)
_YEAR_FIRST = re.compile(rf"{_BEGIN}{_WHEN}\s*+[:–—-]\s++(?P<name>[^:.–—]{{2,120}}?){_STOP}", re.I)
_UNDATED = re.compile(rf"{_BEGIN}(?P<name>[^\W_a-z][^:.]{{1,120}}):(?=\s)")
_INSIDE = re.compile(rf"\b(?:in|since)\s++{_MONTH}(?P<year>{YEAR})\b", re.I)
_LEADING_YEAR = re.compile(rf"{_BEGIN}(?:in|since|on|from)\s+{_MONTH}{YEAR}", re.I)
# In 2021, the city launched the Name of It ...
_LAUNCHED = re.compile(
    rf"{_BEGIN}(?:in|since|on|from)\s+{_MONTH}(?P<year>{YEAR})\b[^.]{{0,160}}?"
    r"\b(?:launched|created|introduced|developed|released|started|initiated|set up|presented|founded)\s+"
    r"(?:(?:the|an?|its|their)\s+)?(?=(?-i:[^\W\d_a-z]))",
    re.I,
)
_ONGOING = re.compile(r",?\s{0,9}+\(?\b(?:ongoing|present)\)?$", re.I)
_TRANSLATED = re.compile(r"^(?P<name>.+?)\s{0,9}\((?P<inside>[^()]+)\)$")


@dataclass(frozen=True, slots=True)
class Initiative:
    """What a bullet's head says; the head is its first `end` characters."""

    name: str
    translation: str | None
    year: int | None
    end: int


def initiative_in(text: str, marks: tuple[int, ...], english: EnglishShare) -> Initiative | None:
    """The initiative that a bullet (or a heading) names; None when it begins with no name. A bullet without the usual
    head (`In 2021, the city launched ...`) is taken as an actor's is."""
    for pattern in (_NAMED, _SPACED, _YEAR_FIRST):
        if match := pattern.match(text):
            return _named(match["name"], int(match["year"]), match.end())
    if match := _UNDATED.match(text):
        return _named(match["name"], None, match.end())
    year = _INSIDE.search(text, 0, 300)
    if told := _LAUNCHED.match(text):
        end = name_end(text, told.end(), marks)
        return Initiative(text[told.end() : end], None, int(told["year"]), end)
    names = names_at_head(text, marks, english)
    if names is None or not any(c.isupper() for c in names.name) or _LEADING_YEAR.match(names.name):
        return None
    return Initiative(names.name, names.native_name, int(year["year"]) if year else None, names.end)


def _named(name: str, year: int | None, end: int) -> Initiative:
    name = _ONGOING.sub("", name.strip(" ,;“”\"'«»"))
    if (match := _TRANSLATED.match(name)) is None:
        return Initiative(name, None, year, end)
    inside = match["inside"].strip()
    return Initiative(match["name"], None if is_acronym(inside) else inside, year, end)
