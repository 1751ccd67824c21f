"""Questions and headings of the forms behind these pages, and what is answered below them."""

from __future__ import annotations

from functools import cache, lru_cache

from osint_ingest.html.fields import Piece
from osint_ingest.html.labels import plain, plain_words
from osint_ingest.sources.ogp.wording import own_words, question_book

LONGEST_QUESTION = 320


@cache
def _asking() -> frozenset[tuple[str, ...]]:
    return frozenset(plain_words(phrase) for phrase in own_words("words.asks"))


@cache
def _instructing() -> tuple[str, ...]:
    return tuple(plain(beginning) for beginning in own_words("words.instructs"))


@lru_cache(maxsize=4096)
def key_of(question: str) -> str | None:
    """The key of a known question, `other` among them; None for one that is not known."""
    labels = question_book().exact(question)
    return labels[0].key if labels else None


def asks(text: str) -> bool:
    """Is the whole paragraph a question of a form, by its beginning and its end?"""
    text = text.strip(' ¿"“')
    if "?" not in text or len(text) > LONGEST_QUESTION:
        return False
    begins = plain_words(text)
    if not {begins[:1], begins[:2]} & _asking():
        return False
    rest = text[text.rindex("?") + 1 :].strip()
    return not rest or plain(rest).startswith(_instructing())


def glued_heading(piece: Piece) -> int | None:
    """Return where a known heading ends that was printed at the start of the paragraph with its answer."""
    text = piece.line.text[piece.start : piece.end]
    if plain(text[:24].split(" ", 1)[0].strip("¿:*")) not in question_book().first_words:
        return None
    found = question_book().prefix(text)
    if found is None:
        return None
    _, end, words = found
    while end < len(text) and text[end] in '?.)"”’':
        end += 1
    rest = text[end:].lstrip()
    if words < 2 or not rest or not (rest[0].isupper() or rest[0] in '¿¡“"•●-–' or rest[0].isdigit()):
        return None
    return piece.start + end
