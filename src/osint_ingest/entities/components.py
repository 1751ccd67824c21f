"""The spaCy components, registered by name, so that `nlp.add_pipe("osint_names")` and displacy work.

`osint_gazetteer()` gives the configured SpanRuler; `osint_names` reads a Doc by all rules, weighs what a
statistical `ner` before it found, and leaves `doc._.osint_names`, `doc.spans["osint"]` and `doc.ents`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import filter_spans

from osint_ingest.entities.decide import settle
from osint_ingest.entities.evidence import Found
from osint_ingest.entities.gazetteer import GAZETTEER, gazetteer_patterns
from osint_ingest.entities.reading import read_names
from osint_ingest.entities.votes import ModelName

SPANS = "osint"
NAMES_ONLY = "osint_names_only"
"""Key of `doc.user_data`: true where only `doc._.osint_names` is wanted, not spans and entities."""

MODEL_LABELS = {
    "ORG": "ORG", "PERSON": "PERSON", "PER": "PERSON", "GPE": "GPE", "LOC": "LOC", "FAC": "ORG",
    "LAW": "LAW", "EVENT": "EVENT", "PRODUCT": "SOFTWARE", "WORK_OF_ART": "PROGRAM", "MISC": "MISC", "NORP": "NORP",
}  # fmt: skip

TRUST = {"PERSON": 0.85, "PER": 0.85, "PRODUCT": 0.8, "WORK_OF_ART": 0.7, "FAC": 0.8, "EVENT": 0.9}
"""Labels that the small models give less reliably, with what their word is worth."""

if not Doc.has_extension("osint_names"):
    Doc.set_extension("osint_names", default=None)


@Language.factory("osint_names", default_config={"model_weight": 0.5})
def make_names(nlp: Language, name: str, model_weight: float) -> NameReader:
    """The component that reads names by rule and reconciles them with `ner`, if one runs before it."""
    return NameReader(model_weight, places="LOC" if nlp.lang == "en" else "GPE")


class NameReader:
    """Callable spaCy component: Doc in, the same Doc with names out."""

    def __init__(self, model_weight: float, places: str = "LOC") -> None:
        self.model_weight = model_weight
        # the Spanish and French models call every place LOC; most are towns and provinces
        self.labels = {**MODEL_LABELS, "LOC": places}

    def __call__(self, doc: Doc) -> Doc:
        known = [
            Found(s.start_char, s.end_char, s.label_, "gazetteer", 0.9) for s in doc.spans.get(GAZETTEER, ())
        ]
        model = [
            ModelName(e.start_char, e.end_char, self.labels[e.label_], TRUST.get(e.label_, 1.0))
            for e in doc.ents
            if e.label_ in self.labels
        ]
        names = read_names(doc.text, known, model, self.model_weight)
        doc._.osint_names = names
        if doc.user_data.get(NAMES_ONLY):
            return doc
        spans = list(_spans(doc, settle(doc.text, names)))
        doc.spans[SPANS] = spans
        doc.ents = filter_spans(spans)
        return doc


def _spans(doc: Doc, found: Iterable[Found]) -> Iterable[Span]:
    for f in found:
        span = doc.char_span(f.start, f.end, label=f.label, alignment_mode="expand")
        if span is not None:
            yield span


def add_name_components(nlp: Language) -> Language:
    """Adds the gazetteer and the name reader to the end of a pipeline (blank, or with a model's `ner`)."""
    ruler: Any = nlp.add_pipe(GAZETTEER, first=True)
    ruler.add_patterns(gazetteer_patterns())
    nlp.add_pipe("osint_names", last=True)
    return nlp
