"""The small words of names and of what texts say about them, from `languages/`, one file a language."""

from __future__ import annotations

from osint_ingest.text.language_files import any_word as any_word_of
from osint_ingest.text.language_files import words


def own_words(key: str) -> tuple[str, ...]:
    """The words of all languages under a key. KeyError where there is none."""
    return words(key, __package__)


def any_word(*keys: str) -> str:
    """The words under any of these keys as a part of a pattern."""
    return any_word_of(*keys, package=__package__)


ARTICLE = rf"(?:(?:{any_word('articles')})\s|l['’])"
"""A part of a pattern: an article with the space behind it, or one that is written on to its noun."""
