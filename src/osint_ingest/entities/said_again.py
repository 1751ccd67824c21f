"""How a text says again whom it has named: `the agency`, `it`."""

import re
from collections.abc import Iterable
from functools import cache

from osint_ingest.entities.lexicon import any_word, by_language, fold, language_words, languages, word_lists
from osint_ingest.text.language_files import any_form

SUBJECT = 30
"""A name that begins no further than this into its sentence is the subject, where the phrase names nothing."""


def said_again(opening: str, language: str | None) -> tuple[str, int] | None:
    """The kind noun by which the start of a sentence means a body named before, "" for a word that tells no kind, and
    how far it reaches; None for a sentence that does not. `language`: ISO 639-1."""
    folded = fold(opening)
    pronoun = _pronoun(language).match(folded) if language and language in languages() else None
    if pronoun is not None:
        return "", pronoun.end()
    found = _noun().search(folded)
    if found is None or found.start() > SUBJECT or _is_name(opening, found):
        return None
    head = found["head"]
    return ("" if head in word_lists()["said_again"]["bodies"] else head), found.end()


def nouns_said_again(texts: Iterable[str]) -> frozenset[str]:
    """The nouns of `the agency` and the like anywhere in these texts, folded."""
    return frozenset(
        m["head"] for text in texts for m in _noun().finditer(fold(text)) if not _is_name(text, m)
    )


@cache
def heads_of_bodies() -> frozenset[str]:
    """Nouns that tell what kind of body a name names, folded."""
    return frozenset(noun for _, label, nouns in by_language("heads") if label == "ORG" for noun in nouns)


def _is_name(text: str, noun: re.Match[str]) -> bool:
    """Does a name go on behind the noun: `the agency Relka`?"""
    return text[noun.end() + 1 : noun.end() + 2].isupper()


@cache
def _pronoun(language: str) -> re.Pattern[str]:
    """Of one language: some are articles in another."""
    pronouns = language_words(language).get("said_again", {}).get("pronouns", "")
    return re.compile(rf"(?:{any_form(pronouns.split())})(?!\w)" if pronouns else r"(?!)")


@cache
def _noun() -> re.Pattern[str]:
    """A noun of a body with a definite word before it and nothing that tells which."""
    words = word_lists()["said_again"]
    return re.compile(
        rf"(?<![\w-])(?:(?:{any_form(words['definite'])})\s|l')"
        rf"(?P<head>{any_form(heads_of_bodies().union(words['bodies']))})(?![\w-])"
        rf"(?!\s(?:{any_word('of', 'goes_on')})\b)"
    )
