"""`python -m tests.eval.cross_validate`: figures of the names model on sources that it has not seen.

Each source of the parts `train` and `tune` is read by a model of the other sources. The rules have seen all of them, so
the figures tell more of the model and of `trust.toml` than of the rules; only the part `measure` is new to both.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from osint_ingest.entities.names_model.component import NamesModel
from osint_ingest.entities.names_model.confidence import Confidence
from osint_ingest.entities.pipeline.consensus import Consensus
from osint_ingest.entities.pipeline.evidence import NAMES, candidates

from .labelled_names import LabelledText, Name, labelled_documents
from .name_scores import CORPUS, NameScores, Proposed, print_figures, score_names
from .train_names import read_by_rules, sequences, train

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


def models_of_others(documents: Sequence[Sequence[LabelledText]]) -> dict[str, NamesModel]:
    """For each source a model of other sources."""
    learnt = [(document[0].source, list(sequences(document))) for document in documents]
    of_source = {}
    for group in folds(documents):
        model = train([s for source, some in learnt if source not in group for s in some])
        of_source.update(dict.fromkeys(group, NamesModel(model)))
    return of_source


def cross_validate(documents: Sequence[Sequence[LabelledText]]) -> NameScores:
    """Scores the documents, each read by a model of other sources."""
    models = models_of_others(documents)

    def read(document: Sequence[LabelledText]) -> list[list[Proposed]]:
        docs = Consensus().pipe(models[document[0].source].pipe(read_by_rules(document)))
        return [
            [Proposed(Name(c.start, c.end, c.label), c.rule) for c in candidates(doc, NAMES)]
            for doc in Confidence().pipe(docs)
        ]

    return score_names(documents, read)


if __name__ == "__main__":
    print_figures(cross_validate([*labelled_documents(CORPUS, "train"), *labelled_documents(CORPUS, "tune")]))
