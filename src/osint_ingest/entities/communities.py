"""Communities around software: `the Estonia OpenStreetMap community`.

A place and a thing that a list knows make a proper name of the noun between or beside them; `the OpenStreetMap
community` alone is everybody who takes part.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from osint_ingest.entities.evidence import Found
from osint_ingest.entities.lexicon import fold, lexicon

SCORE = 0.85
METHOD = "community"
_AROUND = ("SOFTWARE", "PROGRAM", "EVENT", "ORG")
_PLACES = ("GPE", "LOC")
_WORD_BEFORE = re.compile(r"(?<![\w-])[^\W\d_]+ \Z")


@dataclass(frozen=True, slots=True)
class _Nouns:
    after: re.Pattern[str]
    """Behind the name, in English."""
    before: re.Pattern[str]
    """In front of it, in Spanish and French."""
    of: re.Pattern[str]
    """Between it and a place behind it."""


@cache
def _nouns() -> _Nouns:
    data = tomllib.loads(files(__package__).joinpath("data", "communities.toml").read_text(encoding="utf-8"))
    before, links = "|".join(data["before"]["nouns"]), "|".join(data["before"]["links"])
    return _Nouns(
        after=re.compile(rf" (?:{'|'.join(data['after']['nouns'])})(?![\w-])"),
        before=re.compile(rf"(?<![\w-])(?:{before}) (?:(?:{links}) ?)?\Z"),
        of=re.compile(rf" (?:(?:{'|'.join(data['place']['links'])}) ?)?"),
    )


def communities(text: str, known: Sequence[Found]) -> Iterator[Found]:
    """Communities in a text. `known` are the gazetteer's names in it, in order, none overlapping."""
    ordered = sorted(known, key=lambda k: k.start)
    for number, about in enumerate(ordered):
        if about.label not in _AROUND:
            continue
        following = ordered[number + 1] if number + 1 < len(ordered) else None
        end = _end_of_place(text, about, following)
        start = _start_of_place(text, about, ordered[number - 1] if number else None)
        after = _nouns().after.match(text, end if end is not None else about.end)
        before = _nouns().before.search(text, max(0, about.start - 40), about.start)
        if after is not None and end is not None and _bare(text, about, following):
            yield Found(about.start, after.end(), "ORG", METHOD, SCORE)
        elif after is not None and end is None and start is not None:
            yield Found(start, after.end(), "ORG", METHOD, SCORE)
        elif before is not None and end is not None:
            yield Found(before.start(), end, "ORG", METHOD, SCORE)


def _bare(text: str, about: Found, place: Found | None) -> bool:
    return place is not None and text[about.end : place.start] == " "


def _end_of_place(text: str, about: Found, place: Found | None) -> int | None:
    """Where the place right behind ends: `OpenStreetMap Estonia`."""
    if place is None or place.label not in _PLACES:
        return None
    return place.end if _nouns().of.fullmatch(text, about.end, place.start) else None


def _start_of_place(text: str, about: Found, place: Found | None) -> int | None:
    """Where the place or the nationality right in front begins: `Estonia OpenStreetMap`, `Estonian QGIS`."""
    if place is not None and place.label in _PLACES and text[place.end : about.start] == " ":
        return place.start
    word = _WORD_BEFORE.search(text, max(0, about.start - 30), about.start)
    if word is None or fold(word.group().strip()) not in lexicon().demonyms or not word.group()[0].isupper():
        return None
    return word.start()
