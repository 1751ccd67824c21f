"""How far a name runs on in lower case where its head stands in front; the year behind an act's title."""

from __future__ import annotations

import re
from functools import cache

from osint_ingest.entities.lexicon import fold, grammar, lexicon
from osint_ingest.text.language_files import any_form

_KINDS = frozenset({"genitive", "purpose", "about", "a", "en", "y", "and the"})
_OVER = frozenset({"genitive", "purpose", "about"})
"""Kinds of links over which a name goes on to any word with a capital."""
_YEAR = re.compile(r"(?:\s\([A-Z][\w ]+\))?,?\s(?:19|20)\d\d\b(?!-)")
_YEARS = re.compile(r"\s(?:19|20)\d\d(?:\s?[-–/]\s?(?:20)?\d\d)?\b")
_NO_NAMES = frozenset({"LAW", "PROGRAM", "EVENT", "SOFTWARE"})
"""Labels of heads that begin another name."""
MAX_WORDS = 14


@cache
def _step() -> re.Pattern[str]:
    """A word with the link before it, if there is one."""
    links = any_form(link for link, kind in grammar().links.items() if kind in _KINDS)
    return re.compile(
        rf"(?=\s?[^\W\d_])\s?(?:(?=\w{{1,9}}[\s'’])(?P<link>{grammar().elided_pattern}|{links}\s))?"
        r"(?P<word>[^\W\d_][\w’'-]*(?:\.[\w-]+)*)"
    )


@cache
def _and() -> re.Pattern[str]:
    return re.compile(rf"\s{grammar().and_pattern}\s")


def linked_word(text: str, at: int) -> tuple[int, str] | None:
    """The word from `at` on that a link ties to what stands before, with where it starts; None without one."""
    step = _step().match(text, at)
    return (step.start("word"), step["word"]) if step is not None and _kind(step) in _OVER else None


def tail_end(text: str, end: int, label: str, *, alone: bool = False) -> int:
    """End of the last word that belongs to a name with its head in front, by the subjects of `topics.txt`.

    `alone`: nothing but the head stands before, so that an adjective can follow it before what it is of.
    """
    if text[end - 1].isdigit():
        return end  # its years are the end of a plan's name
    nouns = label in ("ORG", "LAW", "PROGRAM")
    adjective = _step().match(text, end) if alone and nouns else None
    if adjective is not None and not adjective["link"] and _is_adjective(adjective["word"]):
        after = adjective.end("word")
        if linked_word(text, after):
            end = after
    end = _walk(text, end, nouns=nouns)
    if label == "ORG":
        end = _series_end(text, end)
    years = _YEARS.match(text, end) if label == "PROGRAM" else None
    return years.end() if years is not None else end


def _is_adjective(word: str) -> bool:
    # "code published by default" in Spanish
    return word.islower() and not word.endswith(grammar().participle_ends)


def year_end(text: str, end: int) -> int:
    """End of the year behind an act's title, or of the title."""
    year = _YEAR.match(text, end)
    return year.end() if year is not None else end


def _series_end(text: str, end: int) -> int:
    """End of a series of what a body is of, each with its small word after a comma, or `end`."""
    at = end
    while (
        text.startswith(", ", at)
        and linked_word(text, at + 1)
        and (stop := _walk(text, at + 1, nouns=True)) > at + 1
    ):
        at = stop
    return at if _and().search(text, end, at) else end


def _walk(text: str, end: int, *, nouns: bool) -> int:
    for _ in range(MAX_WORDS):
        step = _step().match(text, end)
        if step is None or not _belongs(text, step, end, nouns=nouns):
            break
        end = step.end("word")
    return end


def _link(step: re.Match[str]) -> str:
    return (step["link"] or "").strip().replace("’", "'")


def _kind(step: re.Match[str]) -> str:
    link = _link(step)
    return grammar().links.get(link) or grammar().links.get(link.split(" ")[0], "genitive") if link else ""


def _belongs(text: str, step: re.Match[str], end: int, *, nouns: bool) -> bool:
    word, link, kind = step["word"], _link(step), _kind(step)
    if word.endswith(grammar().verb_ends) or link == "a":
        return False
    plain = fold(word).split("'")[-1]
    topics = lexicon().topics
    known = plain in topics or plain.removesuffix("s") in topics
    if word[0].islower() and not link:
        return plain in lexicon().romance_topics or plain.removesuffix("s") in lexicon().romance_topics
    if word[0].islower():
        return known or (nouns and link in grammar().before_nouns and len(plain) > 3)
    if not link:
        return known and text[:end].rpartition(" ")[2][:1].isupper()
    # another name, or a place, stands after other links
    return kind in _OVER or (kind != "en" and known and lexicon().romance_heads.get(plain) not in _NO_NAMES)
