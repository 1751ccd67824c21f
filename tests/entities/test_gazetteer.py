"""The gazetteer finds what spaCy's ruler finds, though it makes a phrase ready only when a text has its first word."""

from __future__ import annotations

import random
from typing import Any

import pytest
import spacy
from spacy.language import Language
from spacy.tokenizer import Tokenizer

from osint_ingest.entities import gazetteer
from osint_ingest.entities.gazetteer import GAZETTEER, gazetteer_patterns
from osint_ingest.entities.models import listed_models, model_for
from osint_ingest.entities.pipelines import RULES_ONLY, load_model, pipeline

TEXTS = [
    "The Ministry of Tarve runs PostgreSQL, Linux and linux on servers in Spain and in BUENOS AIRES.",
    "Nothing.",
    "",
    "l'OCDE et l'Uruguay signent la Creative Commons Attribution; GNU General Public License, node.js",
    "Spain again, with Moodle and the United Nations.",
]


def tokenizer_of(language: str) -> Tokenizer:
    """As the pipeline of a language has it."""
    model = model_for(language)
    return load_model(model).tokenizer if model else pipeline(RULES_ONLY, False).tokenizer  # type: ignore[return-value]


def with_ruler(factory: str, tokenizer: Tokenizer) -> Language:
    """All patterns, in a ruler of ours or of spaCy's."""
    nlp = spacy.blank("xx")
    nlp.tokenizer = tokenizer
    config = {} if factory == GAZETTEER else {"spans_key": GAZETTEER, "annotate_ents": False}
    ruler: Any = nlp.add_pipe(factory, config=config)
    ruler.add_patterns(gazetteer_patterns())
    return nlp


def found(nlp: Language, texts: list[str]) -> list[list[tuple[int, int, str]]]:
    docs = [nlp(text) for text in texts]
    return [[(s.start_char, s.end_char, s.label_) for s in doc.spans[GAZETTEER]] for doc in docs]


@pytest.mark.filterwarnings("ignore:.*W095")
@pytest.mark.parametrize(("language", "some"), [(RULES_ONLY, 20), ("en", 1_000)])
def test_it_finds_what_the_ruler_of_spacy_finds(
    language: str, some: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gazetteer, "SOME_TEXTS", some)
    tokenizer = tokenizer_of(language)
    ours, theirs = with_ruler(GAZETTEER, tokenizer), with_ruler("span_ruler", tokenizer)
    names = [str(p["pattern"]) for p in gazetteer_patterns()]
    chance = random.Random(20261122)
    lists = [", ".join(chance.sample(names, 12)) + "." for _ in range(40)]
    texts = [*TEXTS, *names[::19], *lists]
    assert found(ours, texts) == found(theirs, texts)
    assert sum(map(len, found(ours, TEXTS))) > 8


@pytest.mark.filterwarnings("ignore:.*W095")
@pytest.mark.parametrize("language", [RULES_ONLY, *(m.language for m in listed_models())])
def test_a_phrase_that_waits_begins_with_a_token_of_its_own(language: str) -> None:
    nlp = with_ruler(GAZETTEER, tokenizer_of(language))
    waiting = nlp.get_pipe(GAZETTEER)._waiting  # type: ignore[attr-defined]
    words = sorted(str(p["pattern"]).split(" ")[0] for patterns in waiting.values() for p in patterns)
    assert len(words) > 3_000
    assert [word for word in words[::4] if len(nlp.make_doc(word)) != 1] == []


def test_labels_can_be_removed_and_patterns_listed_as_ever() -> None:
    nlp = spacy.blank("xx")
    ruler: Any = nlp.add_pipe(GAZETTEER)
    patterns = [{"label": "SOFTWARE", "pattern": "Tarve Map"}, {"label": "ORG", "pattern": "Tarve Bank"}]
    ruler.add_patterns(patterns)
    assert ruler.patterns == patterns
    ruler.remove("ORG")
    text = "Tarve Map of Tarve Bank"
    assert found(nlp, [text]) == [[(0, 9, "SOFTWARE")]]
    again = spacy.blank("xx")
    again.add_pipe(GAZETTEER)
    again.from_bytes(nlp.to_bytes())
    assert found(again, [text]) == [[(0, 9, "SOFTWARE")]]
