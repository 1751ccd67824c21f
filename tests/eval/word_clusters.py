"""`python -m tests.eval.word_clusters`: writes the table of word clusters that the names model reads.

Needs spacy-lookups-data 1.0.5 (98 MB; `pip install spacy-lookups-data==1.0.5`), which nothing else does.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import numpy as np

from osint_ingest.entities.names_model import word_clusters
from osint_ingest.entities.names_model.word_clusters import FILE, SMALL_WORD, UNKNOWN_CAPITAL, pack

MOST = {"en": 100_000, "es": 60_000}
"""Words that are kept of a language, the most frequent ones."""
WIDEST = 4
"""Powers of e between the frequencies of a word with and without its capital, at most."""


def read_words(language: str) -> Iterator[tuple[str, int, int]]:
    """The words of a language with cluster and capital: how much more often it has one than not, in powers of e."""
    data = files("spacy_lookups_data").joinpath("data")
    clusters, frequencies = (
        json.loads(gzip.decompress(data.joinpath(f"{language}_lexeme_{what}.json.gz").read_bytes()))
        for what in ("cluster", "prob")
    )
    words = [w for w in frequencies if w.isalpha() and len(w) > 1]
    for word in sorted(words, key=lambda w: (-frequencies[w], w))[: MOST[language]]:
        capital, small = SMALL_WORD, frequencies.get(word.lower())
        if word[0].isupper():
            more = UNKNOWN_CAPITAL if small is None else round(frequencies[word] - small)
            capital = more if small is None else max(-WIDEST, min(WIDEST, more))
        yield word, clusters.get(word) or 0, capital


def main() -> int:
    """Writes the table; exit code 1 where the package is absent."""
    try:
        tables = {language: pack(read_words(language)) for language in MOST}
    except ModuleNotFoundError as error:
        print(
            f"The table was not written: {error}. Run: pip install spacy-lookups-data==1.0.5", file=sys.stderr
        )
        return 1
    path = Path(word_clusters.__file__).with_name(FILE)
    np.savez_compressed(
        path,
        **{
            f"{code}_{field}": value
            for code, table in tables.items()
            for field, value in table._asdict().items()
        },
    )
    print(f"{path}: {path.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
