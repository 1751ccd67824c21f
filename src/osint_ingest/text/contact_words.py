"""The words of `contact_words.toml` as parts of patterns."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

EAST = "\u2e80-\ua4cf\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff"
"""Scripts of East Asia, as a part of a set of signs: their words stand beside others without a space."""


@cache
def _lists() -> dict[str, tuple[str, ...]]:
    raw = tomllib.loads(files(__package__).joinpath("contact_words.toml").read_text(encoding="utf-8"))
    return {name: tuple(dict.fromkeys(w for words in by.values() for w in words)) for name, by in raw.items()}


def any_of(*names: str) -> str:
    """Alternatives of a pattern: the words of these lists, a longer one before its own beginning, spaces as any
    white space. A list that is not in the file raises KeyError."""
    words = {word for name in names for word in _lists()[name]}
    return "|".join(
        re.escape(word).replace(r"\ ", r"\s") for word in sorted(words, key=lambda w: (-len(w), w))
    )
