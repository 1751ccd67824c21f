"""The pipeline as a spaCy user has it: components by name, spans with evidence, each to be used alone."""

from __future__ import annotations

from typing import Any

import pytest
import spacy
from spacy import displacy
from spacy.language import Language

from osint_ingest.entities.pipeline.evidence import (
    CANDIDATES,
    NAMES,
    NOT_A_NAME,
    Candidate,
    add_candidates,
    candidates,
)
from osint_ingest.entities.pipeline.gazetteer import GAZETTEER, licence_stems, listed_names
from osint_ingest.entities.pipeline.loading import pipeline

NAMED = [
    "gazetteer", "known_names", "legal_acts", "head_nouns", "context", "name_pairs", "document_vote",
    "resolve_overlaps", "names_model", "consensus", "confidence",
]  # fmt: skip
TEXT = "The Ministry of Health (MoH) runs Moodle under Law No. 12/2001."


def only(*names: str) -> Language:
    """A blank pipeline with some of the components."""
    nlp = spacy.blank("xx")
    for name in names:
        nlp.add_pipe(f"osint_{name}", name=name)
    return nlp


def found(nlp: Language, text: str) -> set[tuple[str, str, str]]:
    """Text, label and rule of the candidates."""
    doc = nlp(text)
    return {(s.text, s.label_, s.id_) for s in doc.spans.get(CANDIDATES, ()) if s.label_ != NOT_A_NAME}


def test_the_components_have_what_they_need() -> None:
    nlp = pipeline()
    assert nlp.pipe_names == NAMED
    analysis: Any = nlp.analyze_pipes(pretty=False)
    assert not any(analysis["problems"].values())
    assert analysis["summary"]["head_nouns"]["assigns"] == ["doc.spans", "doc._.phrases"]


def test_a_component_without_those_before_it_is_told() -> None:
    analysis: Any = only("context").analyze_pipes(pretty=False)
    assert analysis["problems"]["context"] == ["doc.spans", "doc._.phrases"]


def test_names_and_their_evidence() -> None:
    doc = pipeline()(TEXT)
    names = [(e.text, e.label_, e.id_) for e in doc.ents]
    assert names == [
        ("Ministry of Health", "ORG", "head:ministry"),
        ("MoH", "ORG", "pair:acronym"),
        ("Moodle", "SOFTWARE", "gazetteer"),
        ("Law No. 12/2001", "LAW", "legal:number"),
    ]
    assert [s.text for s in doc.spans[NAMES]] == [name for name, _, _ in names]
    assert all(0.5 <= score <= 1 for score in doc.spans[NAMES].attrs["scores"])
    assert "Moodle" in displacy.render(doc, style="ent")
    assert "Moodle" in displacy.render(doc, style="span", options={"spans_key": NAMES})


@pytest.mark.parametrize(
    ("components", "text", "wanted"),
    [
        (
            ["gazetteer"],
            "Moodle in Spain",
            {("Moodle", "SOFTWARE", "gazetteer"), ("Spain", "GPE", "gazetteer")},
        ),
        (["gazetteer"], "on data.gouv.fr and a.py", {("data.gouv.fr", "SOFTWARE", "site")}),
        (["legal_acts"], "la Ley 27.275 y el Act 2016", {("Ley 27.275", "LAW", "legal:number")}),
        (["legal_acts"], "la loi du 4 mai 2016", {("loi du 4 mai 2016", "LAW", "legal:dated")}),
        (["gazetteer", "head_nouns"], "the Tarve Council", {("Tarve Council", "ORG", "head:council")}),
        (
            ["gazetteer", "head_nouns", "context"],
            "Tarve is a platform by Mr. Bor",
            {("Tarve", "SOFTWARE", "cue:is-a"), ("Bor", "PERSON", "context:before")},
        ),
    ],
)
def test_a_component_alone(components: list[str], text: str, wanted: set[tuple[str, str, str]]) -> None:
    assert found(only(*components), text) == wanted


def test_candidates_over_the_same_words_add_up_over_a_document() -> None:
    nlp = only("document_vote", "resolve_overlaps")
    docs = [nlp.make_doc(text) for text in ("Tarve met.", "Tarve Bank of Bor", "Bor")]
    add_candidates(docs[0], [Candidate(0, 5, "ORG", 0.4, "a")])
    add_candidates(docs[1], [Candidate(0, 5, "ORG", 0.4, "b"), Candidate(0, 10, "ORG", 0.8, "c")])
    add_candidates(docs[2], [Candidate(0, 3, "GPE", 0.6, "d"), Candidate(0, 3, NOT_A_NAME, 0.9, "e")])
    first, second, third = nlp.pipe(docs)
    assert list(candidates(first, NAMES)) == [Candidate(0, 5, "ORG", 0.64, "a")]  # alone 0.4 is too little
    assert [e.text for e in second.ents] == ["Tarve Bank"]  # the longest of overlapping names
    assert not third.ents  # what speaks against it outweighs


def test_a_candidate_that_ends_in_a_token_takes_it_whole() -> None:
    doc = spacy.blank("xx").make_doc("Moodles run")
    add_candidates(doc, [Candidate(0, 6, "SOFTWARE", 0.9, "a")])
    assert [s.text for s in doc.spans[CANDIDATES]] == ["Moodles"]


def test_every_name_of_the_lists_is_found() -> None:
    nlp = only("gazetteer")
    names = [name for name in listed_names() if name not in licence_stems()][::23]
    assert len(names) > 100
    missed = [name for name, doc in zip(names, nlp.pipe(names), strict=True) if not doc.spans[GAZETTEER]]
    assert missed == []


def test_a_long_word_is_one_token() -> None:
    assert len(pipeline().make_doc("a." * 400)) == 1
    assert [t.text for t in pipeline().make_doc("l'OCDE")] == ["l'", "OCDE"]
