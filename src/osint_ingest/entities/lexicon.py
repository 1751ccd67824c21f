"""The word lists of `data/`: sections of one entry a line, folded (lower case, no accents) where texts vary."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

ROMANCE = ("es", "fr", "pt", "it")
"""Languages whose names start with their head noun."""


@lru_cache(maxsize=50_000)
def fold(text: str) -> str:
    """Lower case without accents: `É` -> `e`. For comparing words, never for output."""
    lower = text.lower().replace("’", "'")
    if lower.isascii():
        return lower
    decomposed = unicodedata.normalize("NFD", lower)
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def read_sections(name: str) -> Mapping[str, tuple[str, ...]]:
    """`data/<name>.txt` by section. A `#` starts a comment line; entries before a section belong to ''."""
    sections: dict[str, list[str]] = {}
    section = ""
    for raw in files(__package__).joinpath("data", f"{name}.txt").read_text(encoding="utf-8").splitlines():
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("[") and line.endswith("]"):
            section = line[1:-1]
            continue
        sections.setdefault(section, []).append(line)
    return {key: tuple(entries) for key, entries in sections.items()}


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All that the rules know of words. Keys are folded; a head of several words has spaces in it."""

    english_heads: Mapping[str, str]
    romance_heads: Mapping[str, str]
    kinds: Mapping[str, str]
    plural_kinds: Mapping[str, str]
    topics: frozenset[str]
    english_topics: frozenset[str]
    romance_topics: frozenset[str]
    openers: frozenset[str]
    possessors: frozenset[str]
    titles: frozenset[str]
    generic: frozenset[str]
    concepts: frozenset[str]
    demonyms: frozenset[str]
    given_names: frozenset[str]
    fields: Mapping[str, str]


@cache
def lexicon() -> Lexicon:
    """The word lists, read once."""
    english: dict[str, str] = {}
    romance: dict[str, str] = {}
    for section, nouns in read_sections("heads").items():
        label, language = section.split()
        heads = romance if language in ROMANCE else english
        for noun in nouns:
            heads.setdefault(noun, label)
    kinds: dict[str, str] = {}
    plural: dict[str, str] = {}
    for section, nouns in read_sections("kinds").items():
        label, number = section.split()
        for noun in nouns:
            (plural if number == "plural" else kinds).setdefault(noun, label)
    plain = read_sections("plain_words")
    fields = (line.split("|") for line in read_sections("fields")[""])
    topics = {language: frozenset(listed) for language, listed in read_sections("topics").items()}
    return Lexicon(
        english_heads=english,
        romance_heads=romance,
        kinds=kinds,
        plural_kinds=plural,
        topics=frozenset().union(*topics.values()),
        english_topics=topics["en"],
        romance_topics=frozenset().union(*(topics[code] for code in topics.keys() & ROMANCE)),
        openers=frozenset(plain["opener"]),
        possessors=frozenset(plain["possessor"]),
        titles=frozenset(plain["title"]),
        generic=frozenset(plain["generic"]),
        concepts=frozenset(plain["concept"]),
        demonyms=frozenset(read_sections("demonyms")["en"]),
        given_names=frozenset(read_sections("given_names")["PERSON"]),
        fields={label.strip(): kind.strip() for label, kind in fields},
    )
