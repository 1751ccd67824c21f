"""Which language a passage is in: its commonest short words, else py3langid."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

from py3langid.langid import MODEL_FILE, LanguageIdentifier

MIN_CHARACTERS = 40
"""A shorter passage tells too little: it has the language of its document."""
ENOUGH_WORDS = 4
"""With so many function words of one language, and twice those of any other, there is no doubt."""
SAMPLE = 1500
"""Code points that are looked at: more would cost time and tell nothing new."""

_WORD = re.compile(r"[^\W\d_]+")


@cache
def _identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


@cache
def _function_words() -> dict[str, tuple[str, ...]]:
    """Each function word -> the languages that have it."""
    raw = tomllib.loads(files(__package__).joinpath("function_words.toml").read_text(encoding="utf-8"))
    languages: dict[str, tuple[str, ...]] = {}
    for code, words in raw.items():
        for word in words.split():
            languages[word] = (*languages.get(word, ()), code)
    return languages


def language_of(text: str, default: str | None = None, *, sure: float = 0.8) -> str | None:
    """ISO 639-1 code of the language of `text`; `default` when it is short or the guess is unsure."""
    sample = text[:SAMPLE]
    words = _WORD.findall(sample)
    if sum(map(len, words)) < MIN_CHARACTERS:
        return default
    known = _function_words()
    counts: dict[str, int] = {}
    for word in words:
        for code in known.get(word.lower(), ()):
            counts[code] = counts.get(code, 0) + 1
    if counts:
        (best, most), *rest = sorted(counts.items(), key=lambda item: -item[1])
        if most >= ENOUGH_WORDS and most >= 2 * (rest[0][1] if rest else 0):
            return best
    code, probability = _identifier().classify(sample)
    return str(code) if probability >= sure else default
