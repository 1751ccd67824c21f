"""Fits the weights of word kinds: of which label's names a word looks like a part, by its letters."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from math import log2
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import SGDClassifier

from osint_ingest.entities.names_model import features
from osint_ingest.entities.names_model.features import (
    LETTER_ROWS,
    NO_NAME,
    WORD_KINDS,
    family_names,
    given_names,
    rows_of,
)
from osint_ingest.entities.pipeline.gazetteer import SURE, known_by_label

FILE = Path(features.__file__).with_name(WORD_KINDS)
LEAST_USES = 2
"""Uses in small letters from which a word counts as one of no name."""
HINT_WEIGHT = 0.5
_WORD = re.compile(r"\w+")


def words(texts: Iterable[str]) -> Counter[tuple[str, str]]:
    """How often each word stands in names of each label, and how often the texts write it small."""
    counts: Counter[tuple[str, str]] = Counter()
    for label, section, name in known_by_label():
        parts = _WORD.findall(name)
        for part in parts:
            if label != "LICENCE" and (part[0].isupper() or (part[0].isalpha() and len(parts) == 1)):
                counts[part, label] += 1 if section == SURE else HINT_WEIGHT  # type: ignore[assignment]
    for name in sorted({*given_names(), *family_names()}):
        counts[name.capitalize(), "PERSON"] += 1
    small = Counter(w for text in texts for w in _WORD.findall(text) if w.isalpha() and w.islower())
    for word, uses in small.items():
        if uses >= LEAST_USES and len(word) > 1:
            counts[word.capitalize(), NO_NAME] += log2(1 + uses)  # type: ignore[assignment]
    return counts


def train_word_kinds(texts: Iterable[str], path: Path = FILE) -> None:
    """Writes the weights. The same lists, texts and libraries give the same."""
    counts = words(texts)
    rows = [rows_of(word) for word, _ in counts]
    ends = np.cumsum([0, *map(len, rows)])
    values = np.repeat([len(r) ** -0.5 for r in rows], [len(r) for r in rows])
    seen = csr_matrix((values, np.concatenate(rows), ends), shape=(len(rows), LETTER_ROWS))
    model = SGDClassifier(loss="log_loss", alpha=2e-6, max_iter=15, tol=None, random_state=0)
    model.fit(seen, [label for _, label in counts], sample_weight=[log2(1 + n) for n in counts.values()])
    np.savez_compressed(
        path,
        labels=model.classes_,
        weights=model.coef_.T.astype(np.float16),
        bias=model.intercept_.astype(np.float32),
    )
