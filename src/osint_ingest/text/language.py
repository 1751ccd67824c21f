"""Which language a passage is in: its commonest short words, else py3langid."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from py3langid.langid import MODEL_FILE, LanguageIdentifier

MIN_CHARACTERS = 40
"""A shorter passage tells too little: it has the language of its document."""
ENOUGH_WEIGHT, CLEAR_LEAD = 2.0, 1.6
"""So many function words of one language, and so many times those of the next one, leave no doubt. A word
that several languages have counts for each as its share."""
SAMPLE = 180
"""Code points that are looked at: more would cost time and tell nothing new."""


@cache
def _identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


@cache
def _function_words() -> dict[str, tuple[tuple[str, float], ...]]:
    """Each function word -> the languages that have it, each with its share of the word."""
    raw = tomllib.loads(files(__package__).joinpath("function_words.toml").read_text(encoding="utf-8"))
    languages: dict[str, list[str]] = {}
    for code, words in raw.items():
        for word in words.split():
            languages.setdefault(word, []).append(code)
    return {word: tuple((code, 1 / len(codes)) for code in codes) for word, codes in languages.items()}


def language_of(text: str, default: str | None = None, *, sure: float = 0.8) -> str | None:
    """ISO 639-1 code of the language of `text`; `default` when it is short or the guess is unsure."""
    sample = text[:SAMPLE]
    if sum(map(str.isalpha, sample)) < MIN_CHARACTERS:
        return default
    if quick := by_function_words(sample):
        return quick
    code, probability = _identifier().classify(sample)
    return str(code) if probability >= sure else default


def by_function_words(text: str, lead: float = CLEAR_LEAD) -> str | None:
    """The language whose commonest short words a text has, in some microseconds; None without that lead."""
    weights: dict[str, float] = {}
    for codes in map(_function_words().get, text[:SAMPLE].lower().split()):
        for code, weight in codes or ():
            weights[code] = weights.get(code, 0.0) + weight
    if not weights:
        return None
    best = max(weights, key=lambda code: weights[code])
    second = max((w for code, w in weights.items() if code != best), default=0.0)
    return best if weights[best] >= ENOUGH_WEIGHT and weights[best] >= lead * second else None
