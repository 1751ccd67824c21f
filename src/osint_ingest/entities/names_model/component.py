"""Component `names_model`: the names of a text by the trained model, which reads what the rules say of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

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


class Reading(NamedTuple):
    """What the model made of a text: kept in `doc._.reading` until the names have their scores."""

    tokens: Tokens
    tagged: Tagged
    tags: Sequence[str]
    """The columns of the probabilities."""

    def is_running(self) -> bool | None:
        """Is it running text, and no list or field? None for a few words."""
        words = [word for word in self.tokens.words if word[0].isalpha()]
        if len(words) < LEAST_WORDS:
            return None
        return sum(map(str.islower, words)) >= LEAST_SMALL * len(words)

    def names(self, text: TextEvidence) -> list[Candidate]:
        """The model has learnt from running text: in a list or a field it is believed of people, in a heading not."""
        running = self.is_running()
        if running is None:
            return list(text.names)
        return (reconcile if running else with_people)(
            text.text, self.tokens, text.names, self.tagged, self.tags
        )


def read_again(texts: Sequence[TextEvidence], model: Tagger | None = None) -> list[Reading]:
    """Return what the model makes of the texts of one document, from their words and what the rules found in them."""
    model = model or tagger()
    read = [(text, tokenize(text.text)) for text in texts]
    tagged = model.tag(read, document_words(read))
    return [Reading(tokens, tags, model.tags) for (_, tokens), tags in zip(read, tagged, strict=True)]


if not Doc.has_extension("reading"):
    Doc.set_extension("reading", default=None)


@Language.factory("osint_names_model", assigns=["doc.spans", "doc.ents", "doc._.reading"])
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
        told = [evidence_of(doc) for doc in docs]
        for doc, text, reading in zip(docs, told, read_again(told, self.model), strict=True):
            doc._.reading = reading
            doc.spans.pop(NAMES, None)
            add_candidates(doc, (c for c in reading.names(text) if not _is_in_address(doc, c)), NAMES)
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
