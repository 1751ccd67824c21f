"""What `words.toml` says, ready for use."""

from __future__ import annotations

import re
import tomllib
from calendar import month_name
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class HeadingWords:
    """A heading is of this kind with one of `needs`, and otherwise only `may` words and fillers."""

    kind: str
    needs: frozenset[str]
    may: frozenset[str]


@dataclass(frozen=True, slots=True)
class Words:
    """The facts of `words.toml`; patterns are compiled and take no notice of case."""

    fillers: frozenset[str]
    headings: tuple[HeadingWords, ...]
    title: re.Pattern[str]
    title_words: frozenset[str]
    not_countries: re.Pattern[str]
    dated: re.Pattern[str]
    licences: tuple[tuple[str, re.Pattern[str]], ...]
    connectors: frozenset[str]
    openers: frozenset[str]
    asides: frozenset[str]
    said_as: re.Pattern[str]
    joined: re.Pattern[str]
    act_kinds: frozenset[str]


MONTHS = tuple(name.lower() for name in month_name[1:])
MONTH = "|".join(f"{name[:3]}(?:{name[3:]})?\\.?" for name in MONTHS)
YEAR = r"(?:19|20)\d\d"


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


@cache
def words() -> Words:
    raw = tomllib.loads(files(__package__).joinpath("words.toml").read_text(encoding="utf-8"))
    headings = {k: v for k, v in raw["headings"].items() if isinstance(v, dict)}
    cover, names = raw["cover"], raw["names"]
    date = rf"(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+)?(?P<month>{MONTH})\s+(?P<year>{YEAR})"
    return Words(
        fillers=_set(raw["headings"]["fillers"]),
        headings=tuple(HeadingWords(k, _set(v["needs"]), _set(v["may"])) for k, v in headings.items()),
        title=re.compile("|".join(cover["titles"]), re.I),
        title_words=_set(cover["title_words"]),
        not_countries=_any_of(cover["not_countries"]),
        dated=re.compile(rf"\b(?:{cover['dated']})\b[\s:]{{0,9}}(?:in|on|of)?\s{{0,9}}{date}", re.I),
        licences=tuple((name, re.compile("|".join(forms), re.I)) for name, forms in raw["licences"].items()),
        connectors=_set(names["connectors"]),
        openers=_set(names["openers"]),
        asides=_set(names["asides"]),
        said_as=re.compile(rf"^(?:{names['said_as']})\b[\s:,]*", re.I),
        joined=re.compile(rf"\s(?:{'|'.join(names['joined'].split())})\s"),
        act_kinds=_set(raw["acts"]["kinds"]),
    )


def _any_of(text: str) -> re.Pattern[str]:
    alternatives = "|".join(sorted(map(re.escape, text.split()), key=len, reverse=True))
    return re.compile(rf"\b(?:{alternatives})\b", re.I)
