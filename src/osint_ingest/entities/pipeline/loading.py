"""The spaCy pipeline that `config.cfg` describes, and the spaCy models that settings name; loaded once a process."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from importlib.resources import files
from typing import Any

import spacy
from spacy.lang.xx import MultiLanguage
from spacy.language import Language
from spacy.tokenizer import Tokenizer
from spacy.tokens import Doc
from spacy.util import (
    compile_infix_regex,
    compile_prefix_regex,
    compile_suffix_regex,
    load_model_from_config,
    registry,
)
from thinc.api import Config

from osint_ingest.entities.names_model import component as names_model
from osint_ingest.entities.names_model import confidence
from osint_ingest.entities.pipeline import (
    consensus,
    context,
    document_vote,
    gazetteer,
    head_nouns,
    legal_acts,
    name_pairs,
)
from osint_ingest.entities.pipeline.evidence import Candidate, add_candidates, text_of

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
        found = load_spacy_model(model)(text_of(doc)).ents
        add_candidates(
            doc,
            (
                Candidate(e.start_char, e.end_char, LABELS[e.label_], WEIGHT, "spacy")
                for e in found
                if e.label_ in LABELS
            ),
        )
    return doc


COMPONENTS = (
    gazetteer,
    legal_acts,
    head_nouns,
    context,
    name_pairs,
    document_vote,
    names_model,
    consensus,
    confidence,
)
"""Modules that register the components."""
LONGEST_WORD = 300
"""Characters without a space between them: only addresses come near, and what is no text."""
while_loading: Callable[[], AbstractContextManager[None]] = nullcontext
"""Entered while the pipeline is loaded. Whoever measures what a document takes sets it: loading is not of it."""
_ELISION = r"(?:[LlDdSsNnJjCc]|[Qq]u|[^\W\d_]{1,4}ll)['’](?=\w)"
_HYPHEN = r"(?<=[0-9.])-(?=[^\W\d_])"
"""`X.509-style`, `U.S.-Soviet`."""
_BRACKET = r"(?<=[^\W\d_]{2})\((?=[A-Z])"
"""Where print has lost the space: `Board of Tarve(NBT`."""
_FULL_STOP = r"(?<=[0-9][A-Z])\."
"""After `18F`, which is no unit and no initial."""


@cache
def pipeline() -> Language:
    """The pipeline that reads texts in any language."""
    with while_loading():
        config = Config().from_str(files(__package__).joinpath("config.cfg").read_text(encoding="utf-8"))
        return load_model_from_config(config, auto_fill=True)


def make_tokenizer() -> Callable[[Language], Tokenizer]:
    """spaCy's tokenizer with three differences: an elided article is a token of its own, names with digits or full
    stops part from what is tied to them, and a word over the longest is taken as it is (else one sign after the other
    is cut off its end, and all that is left looked through each time)."""

    def tokenizer(nlp: Language) -> Tokenizer:
        made: Any = registry.tokenizers.get("spacy.Tokenizer.v1")()(nlp)
        told = MultiLanguage.Defaults
        made.prefix_search = compile_prefix_regex([*(told.prefixes or ()), _ELISION]).search
        made.infix_finditer = compile_infix_regex([*(told.infixes or ()), _HYPHEN, _BRACKET]).finditer
        made.suffix_search = compile_suffix_regex([*(told.suffixes or ()), _FULL_STOP]).search
        matches = made.token_match
        made.token_match = lambda word: len(word) > LONGEST_WORD or bool(matches and matches(word))
        return made

    return tokenizer


registry.tokenizers.register("osint_tokenizer", func=make_tokenizer)
