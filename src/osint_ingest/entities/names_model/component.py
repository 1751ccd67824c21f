"""Component `names_model`: the names of a text by the trained model, which reads what the rules say of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import filter_spans

from osint_ingest.entities.names_model.features import (
    TextEvidence,
    Tokens,
    document_words,
    tokenize,
)
from osint_ingest.entities.names_model.reconcile import reconcile, with_people
from osint_ingest.entities.names_model.tagger import Tagged, Tagger, tagger
from osint_ingest.entities.pipeline.evidence import NAMES, Candidate, add_candidates, candidates

LEAST_WORDS = 10
"""Words of running text."""
LEAST_SMALL = 0.4
"""Share of its words that are in lower case."""


def read_names_again(texts: Sequence[TextEvidence], model: Tagger | None = None) -> list[list[Candidate]]:
    """Return the names in the texts of one document: the model reads the words and what the rules found in them."""
    model = model or tagger()
    read = [(text, tokenize(text.text)) for text in texts]
    tagged = model.tag(read, document_words(read))
    return [
        _names_of(text, tokens, tags, model.tags) for (text, tokens), tags in zip(read, tagged, strict=True)
    ]


def _names_of(text: TextEvidence, tokens: Tokens, tagged: Tagged, tags: Sequence[str]) -> list[Candidate]:
    """The model has learnt from running text: in a list or a field it is believed of people, in a heading not."""
    words = [word for word in tokens.words if word[0].isalpha()]
    if len(words) < LEAST_WORDS:
        return list(text.names)
    running = sum(map(str.islower, words)) >= LEAST_SMALL * len(words)
    return (reconcile if running else with_people)(text.text, tokens, text.names, tagged, tags)


@Language.factory("osint_names_model", assigns=["doc.spans", "doc.ents"])
def make_names_model(nlp: Language, name: str) -> NamesModel:
    """Create the spaCy component `osint_names_model`. What the rules found is used if it is there."""
    return NamesModel()


class NamesModel:
    """Leaves the names of a text in `doc.spans["names"]` and `doc.ents`, none overlapping."""

    def __init__(self, model: Tagger | None = None) -> None:
        """`model`: another than that of this package."""
        self.model = model

    def __call__(self, doc: Doc) -> Doc:
        """The text with its names, by its own words alone."""
        return next(self.pipe([doc]))

    def pipe(self, stream: Iterable[Doc], batch_size: int = 0) -> Iterator[Doc]:
        """The texts of one document with their names."""
        docs = list(stream)
        found = read_names_again([evidence_of(doc) for doc in docs], self.model)
        for doc, names in zip(docs, found, strict=True):
            doc.spans.pop(NAMES, None)
            add_candidates(doc, (c for c in names if not _is_in_address(doc, c)), NAMES)
            doc.ents = filter_spans(doc.spans.get(NAMES, ()))
            yield doc


def _is_in_address(doc: Doc, name: Candidate) -> bool:
    """Is it a web or mail address, or a part of one? The texts that the model learnt from have few."""
    span = doc.char_span(name.start, name.end, alignment_mode="expand")
    return span is not None and any(
        t.like_email or ("/" in t.text[1:] and (t.like_url or "://" in t.text)) for t in span
    )


def evidence_of(doc: Doc) -> TextEvidence:
    """What the rules say of a text: what the model reads, and learns from."""
    return TextEvidence(doc.text, tuple(candidates(doc)), tuple(candidates(doc, NAMES)))
