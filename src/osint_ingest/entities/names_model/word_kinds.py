"""What a single word looks like: a part of names of which label, or of none.

The weights in `word_kinds.npz` are those of a linear classifier over the word's letters in groups of one to five. It
is fitted on the names of `data/known/`, on lists of people's names and on words that texts write small (`make model`).
"""

from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import as_file, files
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

KINDS = "word_kinds.npz"
SIZE = 2**17
"""Rows of the weights; groups of letters share one where their checksums do."""
LONGEST_GROUP = 5
LONGEST_WORD = 30
"""Letters that are looked at."""
SHOUTED = 7
"""Letters from which a word in capitals is read as one that begins with a capital, not as an acronym."""
STEPS = 5
NONE = "NONE"
"""Label of words that are in no name."""


def rows_of(word: str) -> list[int]:
    """The rows of the weights that belong to a word's groups of letters."""
    if word.isupper() and len(word) >= SHOUTED:
        word = word.capitalize()
    marked = f"^{word[:LONGEST_WORD]}$"
    return [
        crc32(marked[start:end].encode()) % SIZE
        for start in range(len(marked))
        for end in range(start + 1, min(start + LONGEST_GROUP, len(marked)) + 1)
    ]


@lru_cache(20_000)
def word_kind(word: str) -> Sequence[str]:
    """Features of a word with a capital: its likeliest label, and how little it looks like a word of no name."""
    if not word[0].isupper():
        return ()
    labels, weights, bias = _stored()
    rows = rows_of(word)
    odds = 1.0 / (1.0 + np.exp(-(weights[rows].sum(axis=0) / len(rows) ** 0.5 + bias)))
    odds /= odds.sum()
    best = int(odds.argmax())
    none = odds[labels.index(NONE)]
    return f"wk={labels[best]}{_step(odds[best])}", f"wkn{_step(none)}"


def _step(share: float) -> int:
    return min(int(share * STEPS), STEPS - 1)


@cache
def _stored() -> tuple[tuple[str, ...], NDArray[np.float32], NDArray[np.float32]]:
    with as_file(files(__package__).joinpath(KINDS)) as path, np.load(path) as stored:
        return tuple(stored["labels"].tolist()), stored["weights"].astype(np.float32), stored["bias"]
