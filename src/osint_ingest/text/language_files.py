"""What a package knows about languages: one file for each, `languages/<code>.toml`. Adding a language is adding a
file.

A list of words is found by its key, in every file that has it.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

EAST = "\u2e80-\ua4cf\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff"
"""Scripts of East Asia, as a part of a set of signs: their words stand beside others without a space."""

_FIRST = "en.toml"


@cache
def language_files(package: str) -> Mapping[str, Mapping[str, Any]]:
    """What each language's file of a package says, by ISO 639-1 code: English first, then in the order of codes.
    ValueError names a file that cannot be read."""
    found = [p for p in files(package).joinpath("languages").iterdir() if p.name.endswith(".toml")]
    said: dict[str, Mapping[str, Any]] = {}
    for path in sorted(found, key=lambda p: (p.name != _FIRST, p.name)):
        try:
            said[path.name.removesuffix(".toml")] = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ValueError(f"{package}/languages/{path.name}: {error}") from error
    return said


@cache
def words(key: str, package: str = __package__) -> tuple[str, ...]:
    """The words that all languages have under a key (`contact.at` is `at` in the table `contact`), each once. A list
    is its items, a text its words. Raises KeyError if no language has the key."""
    lists = [own for said in language_files(package).values() if (own := _under(said, key)) is not None]
    if not lists:
        raise KeyError(f"{key} in no language of {package}")
    return tuple(dict.fromkeys(word for own in lists for word in own))


@cache
def months() -> Mapping[str, int]:
    """Each name of a month, long and short, in small letters -> its number, in all languages that have them."""
    return {
        name: number
        for said in language_files(__package__).values()
        for number, names in enumerate(_under(said, "dates.months") or (), 1)
        for name in names.split()
    }


def any_form(phrases: Iterable[str]) -> str:
    """A part of a pattern: any of these, the longest first, spaces as any white space, both forms of apostrophes."""
    forms = {form for phrase in phrases for form in (phrase, phrase.replace("'", "’"))}
    return any_of(forms, space=r"\s")


def any_word(*keys: str, package: str = __package__) -> str:
    """A part of a pattern: the words under any of these keys, as `any_form` has them."""
    return any_form(word for key in keys for word in words(key, package))


def _under(said: Mapping[str, Any], key: str) -> list[str] | None:
    own: Any = said
    for part in key.split("."):
        own = own.get(part)
        if own is None:
            return None
    return own.split() if isinstance(own, str) else list(own)


def any_of(words: Iterable[str], *, space: str = r"\ ") -> str:
    """A pattern for any of the words, at each place the longest; `space` stands for a space between their parts. Words
    that begin alike share what is alike, so that each letter of a text is compared once, not once for each word: `re`
    has no such step for alternatives and tries one after the other."""
    return _tree(sorted(dict.fromkeys(words), key=lambda w: (-len(w), w)), space)


def _tree(endings: list[str], space: str) -> str:
    by_letter: dict[str, list[str]] = {}
    for ending in endings:
        by_letter.setdefault(ending[:1], []).append(ending[1:])
    ends = by_letter.pop("", None) is not None
    branches = [
        (space if letter == " " else re.escape(letter)) + (_tree(rest, space) if rest != [""] else "")
        for letter, rest in by_letter.items()
    ]
    return f"(?:{'|'.join(branches + [''] * ends)})" if len(branches) + ends > 1 else "".join(branches)


def late(pattern: str) -> Callable[[], re.Pattern[str]]:
    """Return what compiles a pattern when first asked for: with large sets of signs that takes 10 ms."""

    @cache
    def compiled() -> re.Pattern[str]:
        return re.compile(pattern)

    return compiled
