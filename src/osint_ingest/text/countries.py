"""Countries by their names: ISO 3166-1 alpha-3 codes, in any of the forms that titles and file names use."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from gettext import translation
from importlib.resources import files
from itertools import product
from pathlib import Path

import pycountry

from osint_ingest.text.language_files import any_of, language_files
from osint_ingest.text.normalise import without_accents

_WORD = re.compile(r"[^\W\d_]+")
_MOST_WORDS = 5
_SHORT = 3
"""Names so short are words of other languages: they count as capitals only."""
_FIELDS = ("name", "official_name", "common_name")


@dataclass(frozen=True, slots=True)
class NamedCountry:
    """A country found in a text: its code, and its name as the text has it."""

    code: str
    printed: str


def country_code(name: str, language: str | None = None) -> str | None:
    """The code of a name that stands alone (`Ireland`, `the Czech Republic`), in English or in a language (ISO 639-1);
    None when it is no country."""
    return _codes(language).get(_key(name))


def country_code_anywhere(name: str) -> str | None:
    """The code of a name that stands alone, in any language: `Österreich`; None where languages do not agree."""
    return _codes_anywhere().get(_key(name))


def country_in(text: str, language: str | None = None) -> NamedCountry | None:
    """The first country that a text names, in English or in its own language (ISO 639-1), the longest name at that
    place; None without one."""
    return next(countries_named(text, language), None)


def countries_named(text: str, language: str | None) -> Iterator[NamedCountry]:
    """All countries that a text names, in English or in its own language (ISO 639-1), in the order of the text."""
    for found in _pattern(language).finditer(text):
        yield NamedCountry(_codes(language)[_key(found.group())], found.group())


def country_code_in(text: str) -> str | None:
    """The code of the country that a text names, in any language that has its file; names begin with a capital where
    the text has any, accents do not matter: `Informe España 2024`, `bericht-osterreich`. None without one, or
    with several."""
    said = _WORD.findall(text)
    cased = any(map(str.isupper, text))
    found: set[str] = set()
    at = 0
    while at < len(said):
        name, length = None, 1
        if not cased or said[at][0].isupper():
            spans = ((n, " ".join(map(_plain, said[at : at + n]))) for n in range(_MOST_WORDS, 0, -1))
            name, length = next(
                ((_codes_by_words()[own], n) for n, own in spans if own in _codes_by_words()), (None, 1)
            )
        found |= {name} if name else set()
        at += length
    return found.pop() if len(found) == 1 else None


def country_of_domain(ending: str) -> str | None:
    """The code of a country by its top-level domain (`ar`); None if it is no country's."""
    country = pycountry.countries.get(alpha_2={"uk": "gb"}.get(ending.lower(), ending.upper()))
    return country.alpha_3 if country else None


def names_of_countries(language: str) -> Iterator[tuple[str, str]]:
    """(name, code) of all countries in a language (ISO 639-1), in English where it has no name for one; none of those
    that are printed back to front (`Korea, Republic of`)."""
    said = translation("iso3166-1", pycountry.LOCALES_DIR, languages=[language], fallback=True)
    for country, field in product(pycountry.countries, _FIELDS):
        if (name := getattr(country, field, None)) and "," not in (translated := said.gettext(name)):
            yield translated, country.alpha_3


def _key(name: str) -> str:
    return re.sub(r"^the ", "", re.sub(r"[\s_]+", " ", name).strip().lower())


@cache
def _codes(language: str | None = None) -> dict[str, str]:
    """Names -> codes: the English ones, and those of a language that the package of countries has."""
    if language is not None and language != "en":
        return dict(_translated(language)) | _codes()
    codes: dict[str, str] = {}
    for country, field in product(pycountry.countries, _FIELDS):
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


def _translated(language: str) -> Iterator[tuple[str, str]]:
    return ((_key(name), code) for name, code in names_of_countries(language))


@cache
def _codes_anywhere() -> dict[str, str]:
    """Names that mean one country in all languages that the package of countries has -> codes."""
    languages = sorted(path.name for path in Path(pycountry.LOCALES_DIR).iterdir() if path.is_dir())
    codes: dict[str, set[str]] = {}
    for language in languages:
        for name, code in _translated(language):
            codes.setdefault(name, set()).add(code)
    return {name: found.pop() for name, found in codes.items() if len(found) == 1}


@cache
def _codes_by_words() -> dict[str, str]:
    """Names that mean one country in the languages that have their file, their words without accents -> codes."""
    codes: dict[str, set[str]] = {}
    for language in language_files(__package__):
        for name, code in _codes(language).items():
            words = _WORD.findall(name)
            if len(words) <= _MOST_WORDS and len(name) > _SHORT:
                codes.setdefault(" ".join(map(_plain, words)), set()).add(code)
    return {name: found.pop() for name, found in codes.items() if len(found) == 1}


def _plain(word: str) -> str:
    return without_accents(word.casefold())


@cache
def _pattern(language: str | None = None) -> re.Pattern[str]:
    names = _codes(language)
    # `US` is a country and `us` is not: the shortest names count as capitals only
    long = any_of((name for name in names if len(name) > _SHORT), space=r"[\s_]++")
    short = any_of(name.upper() for name in names if len(name) <= _SHORT)
    return re.compile(rf"(?<![^\W_])(?=\w)(?:{long}|(?-i:{short}))(?![^\W_])", re.I)
