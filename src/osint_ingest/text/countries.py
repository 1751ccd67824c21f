"""Countries by their names: ISO 3166-1 alpha-3 codes, in any of the forms that titles and file names use."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import pycountry

from osint_ingest.text.language_files import any_of


@dataclass(frozen=True, slots=True)
class NamedCountry:
    """A country found in a text: its code, and its name as the text has it."""

    code: str
    printed: str


def country_code(name: str) -> str | None:
    """The code of a name that stands alone (`Ireland`, `the Czech Republic`); None when it is no country."""
    return _codes().get(_key(name))


def country_in(text: str) -> NamedCountry | None:
    """The first country that a text names, the longest name at that place; None without one."""
    found = _pattern().search(text)
    return NamedCountry(_codes()[_key(found.group())], found.group()) if found else None


def _key(name: str) -> str:
    return re.sub(r"^the ", "", re.sub(r"[\s_]+", " ", name).strip().lower())


@cache
def _codes() -> dict[str, str]:
    codes: dict[str, str] = {}
    for country in pycountry.countries:
        for field in ("name", "official_name", "common_name"):
            if name := getattr(country, field, None):
                codes[_key(name)] = country.alpha_3
    # the standard has some names back to front: `Korea, Republic of`
    for name, code in list(codes.items()):
        head, comma, tail = name.partition(", ")
        if comma:
            codes.setdefault(f"{tail} {head}", code)
    aliases = tomllib.loads(files(__package__).joinpath("countries.toml").read_text(encoding="utf-8"))
    for code, names in aliases.items():
        codes.update((_key(name), code) for name in names)
    return codes


@cache
def _pattern() -> re.Pattern[str]:
    names = _codes()
    # `US` is a country and `us` is not: the shortest names count as capitals only
    long = any_of((name for name in names if len(name) > 3), space=r"[\s_]++")
    short = any_of(name.upper() for name in names if len(name) <= 3)
    return re.compile(rf"(?<![^\W_])(?=\w)(?:{long}|(?-i:{short}))(?![^\W_])", re.I)
