"""Which Brown cluster a word is in, and how often it has its capital: words that stand in like places are alike.

From the English and Spanish tables of spacy-lookups-data 1.0.5, Copyright (c) 2019 ExplosionAI GmbH, MIT licence, as
`python -m tests.eval.word_clusters` cuts them down: the most frequent words, by their CRC-32. Words of other languages
stand in them too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from importlib.resources import as_file, files
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

FILE = "word_clusters.npz"
LANGUAGES = ("en", "es")
UNKNOWN_CAPITAL = 9
"""Stands for words that are not written small."""
SMALL_WORD = -9
"""Stands for words that begin small."""
_BITS = ((4, 15), (6, 63), (10, 1023))
"""How many of its last bits tell of how wide a cluster: the tables have the path from the root in reverse."""


class _Table(NamedTuple):
    """The words of a language, in the order of their hashes."""

    hashes: NDArray[np.uint32]
    clusters: NDArray[np.int32]
    capitals: NDArray[np.int8]


@cache
def _tables() -> Sequence[tuple[str, _Table]]:
    with as_file(files(__package__).joinpath(FILE)) as path, np.load(path) as stored:
        return [
            (language, _Table(*(stored[f"{language}_{f}"] for f in _Table._fields))) for language in LANGUAGES
        ]


@lru_cache(20_000)
def cluster_features(word: str) -> tuple[Sequence[str], Sequence[str]]:
    """Features of a word that is judged, and those of one beside it."""
    mine: list[str] = []
    beside: list[str] = []
    hashed = crc32(word.encode())
    for language, table in _tables():
        at = int(np.searchsorted(table.hashes, np.uint32(hashed)))
        if at == len(table.hashes) or int(table.hashes[at]) != hashed:
            mine.append(f"{language}?")
            continue
        cluster, capital = int(table.clusters[at]), int(table.capitals[at])
        if cluster:
            widths = {size: f"{language}c{size}={cluster & mask}" for size, mask in _BITS}
            beside += [f"{language}c={cluster}", widths[6]]
            mine += [f"{language}c={cluster}", *widths.values()]
        if capital != SMALL_WORD:
            mine.append(f"{language}d={capital}")
    return mine, beside


def pack(words: Iterable[tuple[str, int, int]]) -> _Table:
    """The table of words, each with its cluster and its capital, by their hashes; of two words with one, the first."""
    by_hash: dict[int, tuple[int, int]] = {}
    for word, cluster, capital in words:
        by_hash.setdefault(crc32(word.encode()), (cluster, capital))
    hashes = sorted(by_hash)
    return _Table(
        np.array(hashes, np.uint32),
        np.array([by_hash[h][0] for h in hashes], np.int32),
        np.array([by_hash[h][1] for h in hashes], np.int8),
    )
