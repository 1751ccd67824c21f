"""`python -m tests.eval.cross_validate`: figures of the names model on sources that it has not seen.

Each source of the parts `train` and `tune` is read by a model of the other sources. The rules have seen all of them, so
the figures tell more of the model and of `trust.toml` than of the rules; only the part `measure` is new to both.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from osint_ingest.entities.names_model.component import read_names_again

from .labelled_names import LabelledText, Name, labelled_documents
from .name_scores import CORPUS, NameScores, Proposed, print_figures, score_names
from .train_names import rules_say, sequences, train

FOLDS = 5


def folds(documents: Sequence[Sequence[LabelledText]], count: int = FOLDS) -> list[set[str]]:
    """The sources in so many groups, each with about as many names."""
    names: Counter[str] = Counter()
    for document in documents:
        names[document[0].source] += sum(len(text.names or ()) for text in document)
    groups: list[set[str]] = [set() for _ in range(count)]
    for source in sorted(names, key=lambda s: (-names[s], s)):
        min(groups, key=lambda group: sum(names[s] for s in group)).add(source)
    return groups


def cross_validate(documents: Sequence[Sequence[LabelledText]]) -> NameScores:
    """Scores the documents, each read by a model of other sources."""
    told = [rules_say(document) for document in documents]
    found: dict[str, list[Proposed]] = {}
    for group in folds(documents):
        others = [(d, e) for d, e in zip(documents, told, strict=True) if d[0].source not in group]
        model = train([s for d, e in others for s in sequences(d, e)])
        for document, evidence in zip(documents, told, strict=True):
            if document[0].source in group:
                for text, names in zip(document, read_names_again(evidence, model), strict=True):
                    found[text.id] = [Proposed(Name(n.start, n.end, n.label), n.rule) for n in names]
    return score_names(documents, lambda document: [found[text.id] for text in document])


if __name__ == "__main__":
    print_figures(cross_validate([*labelled_documents(CORPUS, "train"), *labelled_documents(CORPUS, "tune")]))
