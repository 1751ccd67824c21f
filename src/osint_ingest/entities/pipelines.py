"""One spaCy pipeline a language: its model's `ner`, the gazetteer, the rules. Loaded once a process."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from typing import Any

import spacy
from spacy.language import Language
from spacy.tokenizer import Tokenizer
from spacy.util import compile_prefix_regex, registry

from osint_ingest.entities.components import add_name_components
from osint_ingest.entities.models import Model, listed_models, model_for
from osint_ingest.entities.recogniser import RECOGNISER

log = logging.getLogger(__name__)

UNUSED = ("tagger", "parser", "senter", "attribute_ruler", "lemmatizer", "morphologizer")
"""Components of the models that no rule here needs; they are left out, which makes reading faster."""
STRINGS = "strings"
"""The words that a model met in training, some 100,000: memory for nothing, for those of a text are added anyway."""
STATISTICAL = "ner"
"""The component that finds names by a model."""
SHARED, LISTENER = "tok2vec", "tok2vec-listener"
"""Vectors of words for components whose model listens to them, and dear; `ner` of the listed models makes its own."""
EMPTY = "osint_empty"
"""A tokenizer without rules, for a model that brings its own: spaCy else makes those of the language first, then throws
them away. That is half the time of loading a model; in French, where rules are long expressions, seconds."""
RULES_ONLY = "xx"
"""The pipeline of any language without a model: spaCy's language-neutral tokens, and the rules."""
LONGEST_WORD = 300
"""Characters without a space between them: only addresses come near, and what is no text."""
while_loading: Callable[[], AbstractContextManager[None]] = nullcontext
"""Entered while a pipeline is loaded. Whoever measures what a document takes sets it: loading is not the document's."""
_ELISION = r"(?:[LlDdSsNnJjCc]|[Qq]u)['’](?=\w)"


def _empty_tokenizer() -> Callable[[Language], Tokenizer]:
    return lambda nlp: Tokenizer(nlp.vocab)


registry.tokenizers.register(EMPTY, func=_empty_tokenizer)


@cache
def pipeline(language: str | None, use_models: bool = True) -> Language:
    """The pipeline of a language (ISO 639-1): with its model where one is installed, else rules only."""
    with while_loading():
        return _loaded(language, use_models)


def _loaded(language: str | None, use_models: bool) -> Language:
    model = model_for(language) if use_models else None
    if model is not None:
        return add_name_components(_long_words_whole(load_model(model)))
    if use_models and any(m.language == language for m in listed_models()):
        log.warning(
            "No statistical model for %r is installed: names are read by rules alone. "
            "To get the models: `osint-ingest models install`.",
            language,
        )
    return _rules_only()


def load_model(model: Model, recogniser: str = RECOGNISER) -> Language:
    """The model with only what finding names needs. `recogniser` is the factory of its `ner`: spaCy's own is "ner".

    OSError from spaCy if it is not installed.
    """
    nlp = _load(model, recogniser, (*UNUSED, SHARED))
    statistical: Any = nlp.get_pipe(STATISTICAL)
    listens = any(node.name == LISTENER for node in statistical.model.walk())
    return _load(model, recogniser, UNUSED) if listens else nlp


def _load(model: Model, recogniser: str, left_out: tuple[str, ...]) -> Language:
    with warnings.catch_warnings():
        # W095: made for another minor version of spaCy
        warnings.filterwarnings("ignore", message=r".*\[W095\]")
        return spacy.load(
            model.installed or model.module,
            exclude=(*left_out, STRINGS),
            config={
                "nlp": {"tokenizer": {"@tokenizers": EMPTY}},
                "components": {STATISTICAL: {"factory": recogniser}},
            },
        )


@cache
def _rules_only() -> Language:
    nlp = spacy.blank(RULES_ONLY)
    # "l'OCDE" is two words
    tokenizer: Any = nlp.tokenizer
    tokenizer.prefix_search = compile_prefix_regex([*(nlp.Defaults.prefixes or ()), _ELISION]).search
    return add_name_components(_long_words_whole(nlp))


def _long_words_whole(nlp: Language) -> Language:
    """The pipeline, which takes a word over the longest as it is: the tokenizer cuts one sign after the other off its
    end and looks through all that is left each time."""
    tokenizer: Any = nlp.tokenizer
    matches = tokenizer.token_match

    def is_token(word: str) -> bool:
        return len(word) > LONGEST_WORD or (matches is not None and bool(matches(word)))

    tokenizer.token_match = is_token
    return nlp
