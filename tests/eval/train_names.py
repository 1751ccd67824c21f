"""`python -m tests.eval.train_names` (`make model`): trains the names model on all parts of `data/names` but `measure`.

Needs the texts, which stand beside the checkout, and python-crfsuite, a development dependency; reading names needs
only the file of weights. Training is L-BFGS from zero weights without any chance in it: the same labels, rules and
libraries give the same weights.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pycrfsuite
from spacy.tokens import Doc

from osint_ingest.entities.names_model import features as features_module
from osint_ingest.entities.names_model.component import evidence_of
from osint_ingest.entities.names_model.features import (
    OFFSETS,
    Tokens,
    context_features,
    document_words,
    tokenize,
    word_features,
)
from osint_ingest.entities.names_model.tagger import OUTSIDE, WEIGHTS, Tagger, stretches_of
from osint_ingest.entities.pipeline.loading import pipeline

from .labelled_names import LabelledText, Name, labelled_documents
from .name_scores import CORPUS
from .train_word_kinds import train_word_kinds

FILE = Path(features_module.__file__).with_name(WEIGHTS)
SETTINGS = {
    "c1": 0.05,
    "c2": 0.3,
    "max_iterations": 60,
    "feature.minfreq": 2,
    "feature.possible_transitions": False,
}
"""Five folds by source of train and tune: strict F1 0.633 with these, 0.62 to 0.63 with ten times the penalties."""
LEAST = 0.01
"""Weights nearer to zero than this are left out: they change no figure."""
Sequenced = tuple[list[list[str]], list[str]]


def read_by_rules(document: Sequence[LabelledText]) -> list[Doc]:
    """The texts of a document with what the model reads."""
    nlp = pipeline()
    later = nlp.pipe_names[nlp.pipe_names.index("names_model") :]
    return list(nlp.pipe([t.text for t in document], disable=later, batch_size=len(document)))


def sequences(document: Sequence[LabelledText]) -> Iterator[Sequenced]:
    """Features and tags, token by token, of each stretch in which the model looks for names."""
    read = [(evidence_of(doc), tokenize(doc.text)) for doc in read_by_rules(document)]
    words = document_words(read)
    for (told, tokens), text in zip(read, document, strict=True):
        tags = tags_of(tokens, text.names or ())
        for start, end in stretches_of(told, tokens):
            features = context_features(told, tokens, words, range(start, end))
            for n, mine in enumerate(features, start):
                for offset in OFFSETS:
                    if 0 <= n + offset < len(tags):
                        mine.extend(word_features(tokens.words[n + offset], offset))
            yield features, tags[start:end]


def tags_of(tokens: Tokens, names: Iterable[Name]) -> list[str]:
    """`O`, `B-ORG`, `I-ORG` ... for each token."""
    tags = [OUTSIDE] * len(tokens.words)
    for name in names:
        for n in (numbers := tokens.covered(name.start, name.end)):
            tags[n] = f"{'B' if n == numbers[0] else 'I'}-{name.label}"
    return tags


def train(data: Sequence[Sequenced]) -> Tagger:
    """The model of these texts."""
    trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
    for features, tags in data:
        trainer.append(pycrfsuite.ItemSequence(features), tags)
    trainer.set_params(SETTINGS)
    with TemporaryDirectory() as folder:
        trainer.train(f"{folder}/model")
        model = pycrfsuite.Tagger()
        model.open(f"{folder}/model")
        learnt = model.info()
        tags = sorted(model.labels(), key=lambda tag: (tag != OUTSIDE, tag))
        model.close()
    column = {tag: n for n, tag in enumerate(tags)}
    steps = np.zeros((len(tags), len(tags)), np.float32)
    for (before, after), weight in learnt.transitions.items():
        steps[column[before], column[after]] = weight
    kept = {place: w for place, w in learnt.state_features.items() if abs(w) >= LEAST}
    names = sorted({feature for feature, _ in kept})
    row = {feature: n for n, feature in enumerate(names)}
    weights = np.zeros((len(names) + 1, len(tags)), np.float32)
    for (feature, tag), weight in kept.items():
        weights[row[feature], column[tag]] = np.float16(weight)
    return Tagger(tags, names, weights, steps)


def save(model: Tagger, path: Path) -> None:
    """Writes the weights that are not zero, in half precision."""
    rows, columns = np.nonzero(model.weights)
    np.savez_compressed(
        path,
        tags=np.array(model.tags),
        features=np.frombuffer("\n".join(model.features).encode(), np.uint8),
        rows=rows.astype(np.uint32),
        columns=columns.astype(np.uint8),
        weights=model.weights[rows, columns].astype(np.float16),
        steps=model.steps,
    )


def main() -> int:
    """Writes the weights; exit code 1 where the texts are absent."""
    parser = argparse.ArgumentParser(prog="python -m tests.eval.train_names", description=__doc__)
    parser.add_argument("--out", type=Path, default=FILE, help="the file of weights")
    options = parser.parse_args()
    try:
        documents = [*labelled_documents(CORPUS, "train"), *labelled_documents(CORPUS, "tune")]
    except FileNotFoundError as error:
        print(f"The model was not trained: {error}", file=sys.stderr)
        return 1
    train_word_kinds(text.text for document in documents for text in document)
    model = train([s for d in documents for s in sequences(d)])
    save(model, options.out)
    print(f"{options.out}: {len(model.features)} features, {options.out.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
