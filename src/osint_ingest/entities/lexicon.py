"""What the rules know of words, by the lists in `data/<language>/`, one folder a language, and in `data/common/`, what
belongs to none; of the heads of names, and of acronyms.

A list (`*.txt`) has one entry a line, in sections; a `#` starts a comment line. `words.toml` holds small words and
closed sets. Entries are folded (lower case, no accents) where texts vary.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from osint_ingest.text.language_files import any_form, any_of

DATA = files(__package__).joinpath("data")
COMMON = "common"
ROMANCE = ("es", "fr", "it", "pt")
"""Languages whose names start with their head noun."""
Sections = Mapping[str, tuple[str, ...]]


@lru_cache(maxsize=10_000)
def fold(text: str) -> str:
    """Lower case without accents: `É` -> `e`. For comparing words, never for output."""
    lower = text.lower().replace("’", "'")
    if lower.isascii():
        return lower
    decomposed = unicodedata.normalize("NFD", lower)
    return "".join(c for c in decomposed if not unicodedata.combining(c))


@cache
def languages() -> tuple[str, ...]:
    """The languages that have a folder, by ISO 639-1 code, English first."""
    codes = (folder.name for folder in DATA.iterdir() if len(folder.name) == len("en"))
    return tuple(sorted(codes, key=lambda code: (code != "en", code)))


@cache
def language_words(folder: str) -> Mapping[str, Any]:
    """What `words.toml` of a folder says."""
    return tomllib.loads(DATA.joinpath(folder, "words.toml").read_text(encoding="utf-8"))


@cache
def word_lists() -> Mapping[str, Any]:
    """What the `words.toml` of all folders say together: each word of a list once, English first. A text is its
    words."""
    merged: dict[str, Any] = {}
    for folder in (*languages(), COMMON):
        _add(merged, language_words(folder))
    return merged


def _add(merged: dict[str, Any], more: Mapping[str, Any]) -> None:
    for key, value in more.items():
        if isinstance(value, dict):
            _add(merged.setdefault(key, {}), value)
        else:
            listed = value.split() if isinstance(value, str) else value
            merged[key] = tuple(dict.fromkeys((*merged.get(key, ()), *listed)))


def any_word(*keys: str) -> str:
    """The words under any of these keys as a part of a pattern."""
    return any_form(word for key in keys for word in word_lists()[key])


ARTICLE = rf"(?:(?:{any_word('articles')})\s|l['’])"
"""A part of a pattern: an article with the space behind it, or one that is written on to its noun."""


@cache
def read_sections(name: str, folder: str = COMMON) -> Sections:
    """A list of a folder, by section; entries before a section belong to ''. Empty without such a list."""
    path = DATA.joinpath(folder, f"{name}.txt")
    sections: dict[str, list[str]] = {}
    section = ""
    for raw in path.read_text(encoding="utf-8").splitlines() if path.is_file() else ():
        line = raw.strip()
        if line.startswith("[") and line.endswith("]"):
            section = line[1:-1]
        elif line and not line.startswith("#"):
            sections.setdefault(section, []).append(line)
    return {key: tuple(entries) for key, entries in sections.items()}


def by_language(name: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """(language, section, entries) of a list in all languages."""
    for language in languages():
        for section, entries in read_sections(name, language).items():
            yield language, section, entries


def listed_places(*sections: str) -> Iterator[tuple[str, str]]:
    """The names in sections of `places.txt` (`country`, `town`), each with the code of its country, "" without one."""
    for entry in (entry for section in sections for entry in read_sections("places")[section]):
        name, _, code = entry.partition("|")
        yield name.strip().removeprefix("="), code.strip()


class Grammar:
    """How names go on over small words, in all languages."""

    def __init__(self) -> None:
        told = word_lists()
        self.links = inverted(told["links"])
        """Each small word as printed -> its kind."""
        self.tails = sets(told["tails"])
        """Kind -> labels whose names go on over it."""
        self.words = sets(told["words"])
        """Closed sets of words."""
        self.law_words = inverted(told["law_words"])
        self.elided_pattern = any_form(told["joins"]["elided"])
        """Small words that are written on to the next word, with either apostrophe."""
        self.and_pattern = any_of(told["joins"]["and"])
        """What stands between a comma and the last of a series."""

    def kind_of(self, link: str) -> str:
        """The kind of a link as printed; of one that ends in an article, that of the word before it."""
        return self.links.get(link) or self.links.get(link.split(" ", maxsplit=1)[0]) or "genitive"


@cache
def grammar() -> Grammar:
    """The grammar, read once."""
    return Grammar()


def sets(table: Mapping[str, Iterable[str]]) -> dict[str, frozenset[str]]:
    """A table of lists as one of sets."""
    return {name: frozenset(listed) for name, listed in table.items()}


def inverted(table: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Word -> the name of the list that has it."""
    return {word: name for name, listed in table.items() for word in listed}


class Lexicon:
    """The lists of all languages. Keys are folded; a head of several words has spaces in it."""

    def __init__(self) -> None:
        self.english_heads: dict[str, str] = {}
        self.romance_heads: dict[str, str] = {}
        either: dict[str, str] = {}
        for language, label, nouns in by_language("heads"):
            heads = self.romance_heads if language in ROMANCE else self.english_heads
            for noun in nouns:
                heads.setdefault(noun, label)
            if language_words(language).get("heads") == "either":
                either.update(dict.fromkeys(nouns, label))
        self.germanic_heads = frozenset(either.keys() - self.romance_heads.keys())
        """Those of languages whose names start or end with their head; they are among `romance_heads` too."""
        self.romance_heads |= {noun: label for noun, label in either.items() if noun in self.germanic_heads}
        self.kinds: dict[str, str] = {}
        self.plural_kinds: dict[str, str] = {}
        for _, section, nouns in by_language("kinds"):
            label, _, plural = section.partition(" ")
            for noun in nouns:
                (self.plural_kinds if plural else self.kinds).setdefault(noun, label)
        plain: dict[str, frozenset[str]] = {}
        for _, section, listed in by_language("plain_words"):
            plain[section] = plain.get(section, frozenset()).union(listed)
        self.openers, self.possessors, self.titles = plain["opener"], plain["possessor"], plain["title"]
        self.generic, self.concepts, self.demonyms = plain["generic"], plain["concept"], plain["demonym"]
        fields = {s.removeprefix("field "): plain[s] for s in plain if s.startswith("field ")}
        self.fields = inverted(fields)
        topics = {language: frozenset(listed) for language, _, listed in by_language("topics")}
        self.topics = frozenset().union(*topics.values())
        self.english_topics = topics["en"]
        self.romance_topics = frozenset().union(*(topics[code] for code in topics.keys() & ROMANCE))
        self.given_names = frozenset(read_sections("given_names")["PERSON"])


@cache
def lexicon() -> Lexicon:
    """The lists, read once."""
    return Lexicon()


def names_nothing(text: str) -> bool:
    """Is it a term, a concept's acronym or an adjective of nationality, wherever it stands?"""
    folded, known = fold(text), lexicon()
    return folded in known.generic or folded in known.concepts or folded in known.demonyms


Head = tuple[str | None, str | None]
"""Label and noun. The label is "NONE" for a head that names nothing, None where no head is known."""

NO_HEAD: Head = (None, None)
NAMELESS = (None, "NONE")
_NUMERAL = re.compile(r"\d\w*|[ivx]+")
_ROMAN = re.compile(r"[IVX]{1,4}")


def is_ordinal(folded: str) -> bool:
    """Is it a word or a number that counts (`third`, `iv`, `3rd`)? It stands before a head, alone it names nothing."""
    return folded in grammar().words["ordinal"] or _NUMERAL.fullmatch(folded) is not None


def head_of(printed: Sequence[str], *, romance_follows: bool) -> Head:
    """Head of words that only spaces part: the last one in English, the first in Romance languages.

    `romance_follows`: does a small word of such a language stand after them?
    """
    words = lexicon()
    folded = list(map(fold, printed))
    while folded and (
        folded[-1] in ("no", "nr") or folded[-1][:1].isdigit() or _ROMAN.fullmatch(printed[len(folded) - 1])
    ):
        folded.pop()
    if not folded:
        return NO_HEAD
    first = 1 if len(folded) > 1 and is_ordinal(folded[0]) else 0
    several = len(folded) > first + 1
    romance = words.romance_heads.get(" ".join(folded[first : first + 2])) or words.romance_heads.get(
        folded[first]
    )
    english = words.english_heads.get(" ".join(folded[-2:])) or words.english_heads.get(folded[-1])
    if english == "GPE" and len(folded) > 1 and all(w in words.topics for w in folded[:-1]):
        english = "NONE"  # "Member State", "Open State"
    accents = not all(map(str.isascii, printed))
    if (
        romance is not None
        and (several or english == "NONE")
        and (romance_follows or accents or _is_plain(folded[first], romance, english))
    ):
        # a place has a small word after such a head
        return (None if romance == "GPE" else romance), folded[first]
    if english is not None:
        return english, folded[-1]
    if _singular(folded[-1]) in words.english_heads:
        return "NONE", folded[-1]
    told = (
        romance is not None and _is_plain(folded[first], romance, None) and not (romance == "GPE" and several)
    )
    return (romance, folded[first]) if told else NO_HEAD


def _is_plain(word: str, romance: str, english: str | None) -> bool:
    """Does nothing of an English name speak against this Romance head: neither its last word nor the head itself?"""
    return english is None and lexicon().english_heads.get(word, romance) == romance


def _singular(word: str) -> str:
    """The singular of an English plural, "" for another word."""
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else ""


_ACRONYM = re.compile(r"\A[^\W\d_a-z][\w.&/-]{1,11}\Z")
_CODE = re.compile(r"[A-Z]{2,5}\d{3,5}")
_WORD = re.compile(r"[^\W_]+")


def is_acronym(text: str) -> bool:
    """One word of two to twelve characters, half or more of its letters capitals; no code like `AB0123`."""
    if _ACRONYM.match(text) is None:
        return False
    letters = [c for c in text if c.isalpha()]
    capitals = sum(c.isupper() for c in letters)
    return capitals >= 2 and capitals * 2 >= len(letters) and not _CODE.fullmatch(text)


def abbreviates(acronym: str, long: str, *, strict: bool = False) -> bool:
    """Are the letters of an acronym taken in order from a name, the first from its first word?

    A digit stands for itself or for a word that it is read as: `4` for "for". `strict`: every letter starts a word, and
    no more than one word that counts is left over.
    """
    letters = [c for c in fold(acronym) if c.isalnum()]
    words = _WORD.findall(fold(long))
    if not letters or not words or not _begins(letters[0], words[0]):
        return False
    main = [w for w in words if w not in grammar().words["small"]]
    if strict and not (len(letters) >= 3 and 2 <= len(main) <= len(letters) + 1):
        return False
    at = 0
    for number, word in enumerate(words):
        if at == len(letters) or not _begins(letters[at], word):
            continue
        at += 1
        if not strict:
            at = _inside(letters, at, word, {w[0] for w in words[number + 1 :]})
    return at == len(letters)


def _begins(letter: str, word: str) -> bool:
    """Does a word begin with this letter, or is it what this digit stands for?"""
    return word[0] == letter or (letter.isdigit() and word in word_lists()["digits"].get(letter, ()))


def _inside(letters: list[str], at: int, word: str, starts_later: set[str]) -> int:
    """How far the letters go on inside of a word (`MinTIC`), leaving those that later words start with."""
    position = 1
    while at < len(letters) and letters[at] not in starts_later:
        hit = word.find(letters[at], position)
        if hit < 0:
            break
        at, position = at + 1, hit + 1
    return at


def loosely_abbreviates(short: str, long: str) -> bool:
    """Half of the capitals of a short name begin words of the long one: names in two languages share some."""
    capitals = [c.lower() for c in short if c.isupper()]
    initials = {w[0] for w in _WORD.findall(fold(long))}
    return sum(c in initials for c in capitals) * 2 >= len(capitals)
