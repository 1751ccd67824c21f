"""One spaCy pipeline a language: its model's `ner`, the gazetteer, the rules. Loaded once a process."""

from __future__ import annotations

import logging
from functools import cache

import spacy
from spacy.language import Language

from osint_ingest.entities.components import add_name_components
from osint_ingest.entities.models import load_model, model_for

log = logging.getLogger(__name__)
_TOKENISED = ("en", "es", "fr")


@cache
def pipeline(language: str | None, use_models: bool = True) -> Language:
    """The pipeline of a language (ISO 639-1): with its model where one is installed, else rules only."""
    model = model_for(language) if use_models else None
    if model is not None:
        return add_name_components(load_model(model))
    if use_models:
        _say_once(language if language in _TOKENISED else None)
    if language not in _TOKENISED and language != "xx":
        return pipeline("xx", False)
    return add_name_components(spacy.blank(language))


@cache
def _say_once(language: str | None) -> None:
    if language is not None:
        log.warning(
            "No statistical model for %r is installed: names are read by rules alone. "
            "`python -m osint_ingest.entities.models` lists the models.",
            language,
        )
