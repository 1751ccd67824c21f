"""`python -m tests.eval.train_confidence` (`make model`): fits how likely names are right, from `data/names`.

Each source of `train` and `tune` is read by a model of the other sources, as in `cross_validate`: of names in the texts
that a model has learnt from it is too sure. Logistic regression by Newton's method, without any chance in it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from osint_ingest.entities.names_model import confidence
from osint_ingest.entities.names_model.confidence import Measures, measures
from osint_ingest.entities.pipeline.consensus import Consensus

from .cross_validate import models_of_others
from .labelled_names import LabelledText, labelled_documents
from .name_scores import CORPUS
from .train_names import read_by_rules

FILE = Path(confidence.__file__).with_suffix(".toml")
LEAST = 8
"""Names that a measure must hold for."""
PENALTY = 2.0
"""Of the square of the weights: 1 and 3 are no better over sources."""
STEPS = 12


def judged(documents: Sequence[Sequence[LabelledText]]) -> Iterator[tuple[Measures, bool]]:
    """Measures of all names that are found, and whether each is right."""
    models = models_of_others(documents)
    for document in documents:
        docs = list(Consensus().pipe(models[document[0].source].pipe(read_by_rules(document))))
        for text, found in zip(document, measures(docs), strict=True):
            right = {(n.start, n.end): n.label for n in text.names or ()}
            for name, measured in found:
                yield measured, right.get((name.start, name.end)) == name.label


def fit(names: Sequence[tuple[Measures, bool]]) -> dict[str, float]:
    """The weight of each measure, in log-odds."""
    counts = Counter(measure for measured, _ in names for measure in measured)
    kept = sorted(measure for measure, count in counts.items() if count >= LEAST)
    told = np.array([[measured.get(measure, 0.0) for measure in kept] for measured, _ in names])
    right = np.array([float(is_right) for _, is_right in names])
    weights = np.zeros(len(kept))
    for _ in range(STEPS):
        sure = 1.0 / (1.0 + np.exp(-told @ weights))
        slope = told.T @ (sure - right) + PENALTY * weights
        bend = (told * (sure * (1.0 - sure))[:, None]).T @ told + PENALTY * np.eye(len(kept))
        weights -= np.linalg.solve(bend, slope)
    return {measure: round(float(w), 2) for measure, w in zip(kept, weights, strict=True)}


def main() -> None:
    """Writes the weights into `confidence.toml`, under what people set there."""
    names = list(judged([*labelled_documents(CORPUS, "train"), *labelled_documents(CORPUS, "tune")]))
    head, _, _ = FILE.read_text(encoding="utf-8").partition("[measures]\n")
    lines = (f'"{measure}" = {weight}\n' for measure, weight in fit(names).items() if weight)
    FILE.write_text(f"{head}[measures]\n{''.join(lines)}", encoding="utf-8")
    print(f"{FILE}: {len(names)} names, {math.fsum(right for _, right in names) / len(names):.3f} right")


if __name__ == "__main__":
    main()
