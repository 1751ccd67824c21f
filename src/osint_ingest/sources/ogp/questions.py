"""Questions and headings of the forms behind these pages, and what is answered below them."""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from importlib.resources import files

from osint_ingest.html.fields import Piece
from osint_ingest.html.labels import LabelBook, label_book, plain

LONGEST_QUESTION = 320

# a paragraph of a form that asks, though it is marked up as an answer is
_ASKS = re.compile(
    r"\A(?:what|how|who|why|which|when|where|please|describe|list|provide|qu[eé]|c[oó]mo|qui[eé]n(?:es)?|cu[aá]l(?:es)?|"
    r"cu[aá]nt[oa]s|cu[aá]ndo|d[oó]nde|por favor|describa|enumere|proporcione|quel(?:le)?s?|comment|qui|pourquoi|"
    r"combien|quand|o[uù]|veuillez|d[eé]crivez)\b",
    re.I,
)
_INSTRUCTS = re.compile(
    r"\A(?:please|mention|include|specify|describe|list|e\.g|menci|incluy|especif|indique|mentionn|pr[eé]cis|veuillez)",
    re.I,
)


@cache
def question_book() -> LabelBook:
    """The known questions and headings, by the key that says which column an answer feeds."""
    raw = tomllib.loads(files(__package__).joinpath("questions.toml").read_text(encoding="utf-8"))
    return label_book({key: {"role": "question", **table} for key, table in raw.items()})


@lru_cache(maxsize=4096)
def key_of(question: str) -> str | None:
    """The key of a known question, `other` among them; None for one that is not known."""
    labels = question_book().exact(question)
    return labels[0].key if labels else None


def asks(text: str) -> bool:
    """Is a whole paragraph a question of a form? It begins as one and ends as one, or with what to mention."""
    text = text.strip(' ¿"“')
    if "?" not in text or len(text) > LONGEST_QUESTION or not _ASKS.match(text):
        return False
    rest = text[text.rindex("?") + 1 :].strip()
    return not rest or bool(_INSTRUCTS.match(rest))


def glued_heading(piece: Piece) -> int | None:
    """Where a known heading ends that stands at the start of the paragraph with its answer."""
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
