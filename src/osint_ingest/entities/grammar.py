"""The grammar of names, from `data/grammar.toml`: links inside names, labels that go on, closed word sets."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from osint_ingest.text.language_files import any_form, any_of


@dataclass(frozen=True, slots=True)
class Grammar:
    """`links`: each small word as printed -> its kind. `tails`: kind -> labels whose names go on over it."""

    links: Mapping[str, str]
    tails: Mapping[str, frozenset[str]]
    words: Mapping[str, frozenset[str]]
    law_words: Mapping[str, str]
    digits: Mapping[str, frozenset[str]]
    """Digits of acronyms -> words that they stand for."""
    link_pattern: str
    """All small words as one regular expression, the longest first."""
    elided_pattern: str
    """Small words that are written on to the next word, with either apostrophe."""
    and_pattern: str
    """What stands between a comma and the last of a series."""
    ordinal_ends: str
    owned: frozenset[str]
    """Links after which a plan's or a product's owner stands."""
    plans: tuple[str, ...]
    """How action plans are called, before a dash and their places."""
    before_nouns: frozenset[str]
    """Links after which a name goes on in lower case over any noun."""
    verb_ends: tuple[str, ...]
    participle_ends: tuple[str, ...]


@cache
def grammar() -> Grammar:
    """The grammar, read once."""
    raw = tomllib.loads(files(__package__).joinpath("data", "grammar.toml").read_text(encoding="utf-8"))
    inside = raw["inside"]
    links = {word: kind for kind, words in raw["links"].items() for word in words}
    return Grammar(
        links=links,
        tails={kind: frozenset(labels) for kind, labels in raw["tails"].items()},
        words={name: frozenset(listed.split()) for name, listed in raw["words"].items()},
        law_words=raw["law_words"],
        digits={digit: frozenset(listed.split()) for digit, listed in raw["digits"].items()},
        link_pattern=any_of(links),
        elided_pattern=any_form(inside["elided"]),
        and_pattern=any_of(inside["and"]),
        plans=tuple(raw["plans"]["names"]),
        before_nouns=frozenset(raw["lower_tails"]["nouns"]),
        verb_ends=tuple(raw["lower_tails"]["verbs"]),
        participle_ends=tuple(raw["lower_tails"]["participles"]),
        owned=frozenset(inside["owned"]),
        ordinal_ends=any_of(inside["ordinal_ends"]),
    )
