"""Acronyms: what is one, and whether its letters are taken from a name."""

import re

from osint_ingest.entities.lexicon import fold, grammar, word_lists

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
