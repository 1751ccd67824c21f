"""Names that the field knows: where they stand whole, what only hints, and what the letters of a word tell."""

from __future__ import annotations

import pytest
import spacy

from osint_ingest.entities.names_model.features import word_kind
from osint_ingest.entities.pipeline.evidence import Candidate, candidates
from osint_ingest.entities.pipeline.gazetteer import HINT, KNOWN, SURE, known_by_label
from osint_ingest.entities.pipeline.loading import pipeline
from osint_ingest.entities.pipeline.name_edges import is_no_person, whole_people


def known(text: str) -> set[tuple[str, str, str]]:
    """Text, label and rule of what the lists know in a text."""
    nlp = spacy.blank("xx")
    nlp.add_pipe("osint_known_names")
    return {(text[c.start : c.end], c.label, c.rule) for c in candidates(nlp(text))}


def test_a_name_of_the_lists_is_found_with_its_label() -> None:
    assert known("Petitions go to Decidim, statistics to Statistisches Bundesamt.") == {
        ("Decidim", "SOFTWARE", KNOWN),
        ("Statistisches Bundesamt", "ORG", KNOWN),
    }


def test_the_longest_name_is_taken() -> None:
    assert known("the Open Knowledge network") == {("Open Knowledge", "ORG", KNOWN)}
    assert known("the Open Knowledge Conference") == {("Open Knowledge Conference", "EVENT", KNOWN)}


@pytest.mark.parametrize("text", ["the decidimos of", "their Decidimos", "see https://decidim.example/x"])
def test_a_part_of_a_word_or_an_address_is_no_name(text: str) -> None:
    assert not {found for found in known(text) if "ecidim" in found[0]}


def test_signs_that_are_written_in_several_ways_are_one() -> None:
    assert {found[0] for found in known("in Côte d’Ivoire")} == {"Côte d’Ivoire"}
    assert {found[0] for found in known("in Côte d'Ivoire")} == {"Côte d'Ivoire"}


def test_words_that_are_a_name_among_other_things_only_hint() -> None:
    found = known("They write in Notion every day.")
    assert found and {rule for _, _, rule in found} == {HINT}


def test_a_hint_by_itself_is_no_name() -> None:
    with pipeline().select_pipes(disable=["names_model", "consensus", "confidence"]):
        assert not pipeline()("We take up the Notion in it.").ents


def test_lists_have_each_name_once_a_label() -> None:
    seen: dict[tuple[str, str], str] = {}
    for label, section, name in known_by_label():
        assert section in (SURE, HINT)
        assert name == name.strip() and len(name) > 1
        assert seen.setdefault((label, name), section) == section
    assert len(seen) > 50_000


@pytest.mark.parametrize(
    ("word", "label"), [("Openforge", "SOFTWARE"), ("Fernándezovich", "PERSON"), ("Consequently", "NONE")]
)
def test_the_letters_of_a_word_tell_its_kind(word: str, label: str) -> None:
    assert word_kind(word)[0].removeprefix("wk=").rstrip("0123456789") == label


def test_words_in_small_letters_have_no_kind() -> None:
    assert word_kind("ministry") == ()


def test_a_hint_gains_nothing_by_being_repeated() -> None:
    with pipeline().select_pipes(disable=["names_model", "consensus", "confidence"]):
        docs = list(pipeline().pipe(["We take up the Notion in it."] * 12, batch_size=12))
    assert not any(doc.ents for doc in docs)


def test_a_body_stands_without_the_year_before_it_and_without_half_a_bracket() -> None:
    with pipeline().select_pipes(disable=["confidence"]):
        doc = pipeline()("In 1866 Congress and the Services Directive (2006/123/EC")
    found = {(e.text, e.label_) for e in doc.ents}
    assert ("Congress", "ORG") in found
    assert not any(text.startswith("1866") or "(" in text for text, _ in found)


def test_a_listed_place_is_a_person_only_where_the_words_end_with_the_family() -> None:
    def whole(text: str) -> Candidate:
        return next(whole_people(text, [Candidate(0, text.index(" "), "GPE", 0.69, KNOWN)]))

    assert whole("Eugene Hale, February 28").label == "PERSON"
    assert whole("Virginia Law Review 23").label == "GPE"


def beside(text: str, name: str, label: str = "PERSON") -> Candidate:
    """A name that the model alone finds in a text."""
    return Candidate(text.index(name), text.index(name) + len(name), label, 0.9, "names_model")


@pytest.mark.parametrize(
    ("text", "found", "whole"),
    [
        ("he told my Lord Brask of it", "Lord Brask", "Brask"),
        ("as Major Tolven had said", "Major Tolven", "Tolven"),
        ("there I saw Sir Nich. Tolven on it", "Nich", "Nich. Tolven"),
        ("he went to Sir W. Brask’s at noon", "W. Brask’s", "W. Brask"),
        ("(as Laura Brask told us)", "Brask", "Laura Brask"),
        ("when Charles I was king", "Charles I", "Charles I"),
    ],
)
def test_a_person_stands_without_a_rank_and_with_all_initials(text: str, found: str, whole: str) -> None:
    (name,) = whole_people(text, [beside(text, found)])
    assert text[name.start : name.end] == whole


@pytest.mark.parametrize(
    ("text", "name", "label", "is_none"),
    [
        ("the first Earl of Tarve came", "Earl", "PERSON", True),
        ("the Duke of Tarve said so", "Duke of Tarve", "ORG", True),
        ("Duke Brask said so", "Duke Brask", "PERSON", False),
        ("it was the Lord’s day", "Lord", "PERSON", True),
        ("Charles, Earl of Tolven, said", "Tolven", "PERSON", True),
        ("Comm. ACM 50, 1 (Jan. 2007), 36", "Jan", "PERSON", True),
        ("we asked Jan about it", "Jan", "PERSON", False),
    ],
)
def test_ranks_and_months_are_no_people(text: str, name: str, label: str, is_none: bool) -> None:
    assert is_no_person(text, beside(text, name, label)) == is_none


@pytest.mark.parametrize("text", ["la norma è stata approvata", "in our discourse with him", "un ami sympa"])
def test_software_named_like_a_word_has_its_capital(text: str) -> None:
    nlp = spacy.blank("xx")
    nlp.add_pipe("osint_gazetteer")
    assert not list(candidates(nlp(text)))
