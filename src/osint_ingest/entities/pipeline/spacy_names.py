"""The names that an installed spaCy model finds, as candidates: for whoever names one in the settings."""

from __future__ import annotations

from functools import cache

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from osint_ingest.entities.pipeline.evidence import Candidate, add_candidates

LABELS = {
    "ORG": "ORG", "PERSON": "PERSON", "PER": "PERSON", "GPE": "GPE", "LOC": "LOC", "FAC": "ORG", "LAW": "LAW",
    "EVENT": "EVENT", "PRODUCT": "SOFTWARE", "WORK_OF_ART": "PROGRAM",
}  # fmt: skip
"""Labels of spaCy's models -> ours."""
WEIGHT = 0.5
"""What its word is worth: enough where nothing speaks against it."""
UNUSED = ("tagger", "parser", "senter", "attribute_ruler", "lemmatizer", "morphologizer")


@cache
def load_spacy_model(name: str) -> Language:
    """An installed spaCy model with what finding names needs. OSError where it is not installed, ValueError where it
    finds none."""
    nlp = spacy.load(name, exclude=UNUSED)
    if "ner" not in nlp.pipe_names:
        raise ValueError(f"The spaCy model {name} has no component 'ner': it finds no names.")
    return nlp


def add_spacy_names(doc: Doc, model: str | None) -> Doc:
    """The text with the model's names among its candidates; as it is without a model."""
    if model:
        found = load_spacy_model(model)(doc.text).ents
        add_candidates(
            doc,
            (
                Candidate(e.start_char, e.end_char, LABELS[e.label_], WEIGHT, "spacy")
                for e in found
                if e.label_ in LABELS
            ),
        )
    return doc
