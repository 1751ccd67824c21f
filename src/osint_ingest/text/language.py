"""Which language a passage is in: py3langid, held to the languages that these documents come in."""

from __future__ import annotations

from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

MIN_CHARACTERS = 40
"""A shorter passage tells too little: it has the language of its document."""


@cache
def _identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def language_of(text: str, default: str | None = None, *, sure: float = 0.8) -> str | None:
    """ISO 639-1 code of the language of `text`; `default` when it is short or the guess is unsure."""
    letters = sum(c.isalpha() for c in text)
    if letters < MIN_CHARACTERS:
        return default
    code, probability = _identifier().classify(text)
    return str(code) if probability >= sure else default
