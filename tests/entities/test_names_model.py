"""The trained component: the names that it adds to those of the rules, whom it believes, and what it leaves alone."""

from __future__ import annotations

import numpy as np
import pytest
import spacy

from osint_ingest.entities.annotate import Annotator
from osint_ingest.entities.names_model.component import read_again, reconcile
from osint_ingest.entities.names_model.features import TextEvidence, document_words, tokenize
from osint_ingest.entities.names_model.tagger import Tagged, Tagger, tagger
from osint_ingest.entities.pipeline.evidence import Candidate
from osint_ingest.model import Passage

TAGS = ("O", "B-ORG", "B-PERSON", "I-ORG", "I-PERSON")
TEXT = "They wrote to Tarve Bank about it"
"""Its tokens: They wrote to Tarve Bank about it."""


def toy(**weights: dict[str, float]) -> Tagger:
    """A model with these weights: feature -> tag -> weight. `_` stands for `=`."""
    features = sorted(weights)
    table = np.zeros((len(features) + 1, len(TAGS)), np.float32)
    for row, feature in enumerate(features):
        for tag, weight in weights[feature].items():
            table[row, TAGS.index(tag)] = weight
    steps = np.zeros((len(TAGS), len(TAGS)), np.float32)
    for label in ("ORG", "PERSON"):
        steps[0, TAGS.index(f"I-{label}")] = -9.0
    return Tagger(TAGS, [f.replace("_", "=") for f in features], table, steps)


def tag(model: Tagger, text: str) -> Tagged:
    evidence, tokens = TextEvidence(text, (), ()), tokenize(text)
    (found,) = model.tag([(evidence, tokens)], document_words([(evidence, tokens)]))
    return found


def test_tags_are_the_best_sequence_and_probabilities_add_up_to_one() -> None:
    model = toy(w_tarve={"B-ORG": 5}, w_bank={"I-ORG": 5}, U={"O": 1})
    found = tag(model, TEXT)
    assert list(found.tags) == ["O", "O", "O", "B-ORG", "I-ORG", "O", "O"]
    assert np.allclose(found.probabilities.sum(axis=1), 1.0, atol=1e-5)
    assert found.probabilities[3, TAGS.index("B-ORG")] > 0.9


def test_probabilities_are_those_of_all_sequences_counted_one_by_one() -> None:
    chance = np.random.default_rng(5)
    words = ["Aa", "Bb", "Cc"]
    weights = {f"w_{w.lower()}": dict(zip(TAGS, chance.normal(size=5).tolist(), strict=True)) for w in words}
    model = toy(**weights)
    model.steps[:] = chance.normal(size=model.steps.shape)
    scores = np.array([list(weights[f"w_{w.lower()}"].values()) for w in words])
    total = np.zeros((3, 5))
    for a, b, c in np.ndindex(5, 5, 5):
        odds = np.exp(scores[0, a] + scores[1, b] + scores[2, c] + model.steps[a, b] + model.steps[b, c])
        total[0, a] += odds
        total[1, b] += odds
        total[2, c] += odds
    expected = total / total.sum(axis=1, keepdims=True)
    # texts of other lengths beside it change nothing
    texts = [TextEvidence(t, (), ()) for t in ("Aa Bb Cc", "Aa", "Cc Bb Aa Bb Cc")]
    read = [(t, tokenize(t.text)) for t in texts]
    assert np.allclose(model.tag(read, document_words(read))[0].probabilities, expected, atol=1e-4)


def sure_of(label: str, share: float) -> Tagged:
    """`Tarve Bank` is a name of this label, as sure as said."""
    probabilities = np.zeros((7, len(TAGS)), np.float32)
    probabilities[:, 0] = 1.0
    tags = ["O"] * 7
    for row, tag in ((3, f"B-{label}"), (4, f"I-{label}")):
        probabilities[row] = 0
        probabilities[row, TAGS.index(tag)] = share
        probabilities[row, 0] = 1 - share
        tags[row] = tag if share >= 0.5 else "O"
    return Tagged(tags, probabilities)


@pytest.mark.parametrize(
    ("rules", "tagged", "expected"),
    [
        ([], sure_of("ORG", 0.9), [("Tarve Bank", "ORG", "names_model")]),
        ([(14, 24, "ORG", "gazetteer")], sure_of("ORG", 0.0), [("Tarve Bank", "ORG", "gazetteer")]),
        ([(14, 24, "ORG", "gazetteer")], sure_of("PERSON", 1.0), [("Tarve Bank", "ORG", "gazetteer")]),
        ([(14, 24, "ORG", "form")], sure_of("PERSON", 1.0), [("Tarve Bank", "PERSON", "names_model")]),
        ([(14, 24, "ORG", "form")], sure_of("ORG", 0.0), []),
        ([(20, 24, "ORG", "form")], sure_of("ORG", 0.9), [("Tarve Bank", "ORG", "names_model")]),
        ([(20, 24, "ORG", "head:bank")], sure_of("ORG", 0.9), [("Bank", "ORG", "head:bank")]),
        ([(20, 24, "ORG", "gazetteer")], sure_of("ORG", 0.9), [("Tarve Bank", "ORG", "names_model")]),
        ([(11, 24, "ORG", "gazetteer")], sure_of("ORG", 0.9), [("to Tarve Bank", "ORG", "gazetteer")]),
        ([(14, 24, "ORG", "form")], sure_of("ORG", 0.45), [("Tarve Bank", "ORG", "form")]),
        ([(14, 24, "ORG", "head:bank")], sure_of("ORG", 0.2), []),
        ([(11, 24, "ORG", "head:bank")], sure_of("ORG", 0.2), [("to Tarve Bank", "ORG", "head:bank")]),
    ],
)
def test_whom_it_believes(
    rules: list[tuple[int, int, str, str]], tagged: Tagged, expected: list[tuple[str, str, str]]
) -> None:
    names = [Candidate(start, end, label, 0.8, rule) for start, end, label, rule in rules]
    found = reconcile(TEXT, tokenize(TEXT), names, tagged, TAGS)
    assert [(TEXT[f.start : f.end], f.label, f.rule) for f in found] == expected


SENTENCE = (
    "The draft was read by Dagny Oakes, who wrote about it, and by the people of the Hentzau Initiative."
)


def test_it_finds_people_that_no_rule_knows() -> None:
    def names(annotator: Annotator) -> list[tuple[str, str]]:
        found = annotator.annotate([Passage(1, "paragraph", SENTENCE)], language="en", country_code=None)
        return [(m.text, m.label) for m in found.mentions if m.method == "names_model"]

    assert ("Dagny Oakes", "PERSON") in names(Annotator())
    assert names(Annotator(use_models=False)) == []


def test_what_the_model_is_sure_of_once_is_a_name_wherever_the_document_has_it() -> None:
    passages = [Passage(1, "paragraph", SENTENCE), Passage(2, "heading", "Dagny Oakes")]
    found = Annotator().annotate(passages, language="en", country_code=None).mentions
    assert [(m.passage, m.method) for m in found if m.text == "Dagny Oakes"] == [
        (1, "names_model"),
        (2, "again"),
    ]


def test_a_family_name_is_not_taken_out_of_a_longer_name() -> None:
    texts = [
        "The draft was read by Mr. Tolven, who wrote about it, and by the people of the Hentzau Initiative.",
        "Later it was Radomir Tolven who came, and he said that it was not as good as it had been before.",
        "We went on until World War I. Then nobody wrote more of it for some years, and all went home.",
    ]
    passages = [Passage(n, "paragraph", text) for n, text in enumerate(texts, 1)]
    found = Annotator().annotate(passages, language="en", country_code=None).mentions
    named = [(m.passage, m.text) for m in found]
    assert (1, "Tolven") in named
    assert (2, "Tolven") not in named
    assert (3, "World War I") in named


def names_again(text: TextEvidence) -> list[Candidate]:
    (reading,) = read_again([text])
    return reading.names(text)


def test_in_a_list_it_is_believed_of_people_alone() -> None:
    people = [
        "Anna Keller",
        "Thomas Weber",
        "Laura Rossi",
        "Karen Whitfield",
        "Pedro Alvarez",
        "Marie Dubois",
    ]
    text = f"Present: {', '.join(people)}, Sedgeford Heritage, Oslo"
    names = names_again(TextEvidence(text, (), ()))
    assert [(text[n.start : n.end], n.label) for n in names] == [(name, "PERSON") for name in people]


@pytest.mark.parametrize(
    "text", ["Skip Navigation", "Status: Active", "Policy Areas", "Major Major, Early Results", ""]
)
def test_headings_and_fields_are_left_to_the_rules(text: str) -> None:
    rules = [Candidate(0, 4, "ORG", 0.4, "form")] if text else []
    assert names_again(TextEvidence(text, rules, rules)) == rules


def test_spacy_users_add_it_by_its_name() -> None:
    nlp = spacy.blank("xx")
    nlp.add_pipe("osint_names_model", name="names_model")
    doc = nlp(SENTENCE)
    assert ("Dagny Oakes", "PERSON") in [(e.text, e.label_) for e in doc.ents]
    assert "doc.ents" in nlp.analyze_pipes()["summary"]["names_model"]["assigns"]


def test_a_text_is_read_the_same_alone_and_after_others() -> None:
    evidence = TextEvidence(SENTENCE, (), ())
    alone = names_again(evidence)
    names_again(TextEvidence(TEXT, (), ()))
    assert names_again(evidence) == alone
    assert tagger() is tagger()


def scores(text: str) -> dict[str, float]:
    """The score of each name of a text."""
    found = Annotator().annotate([Passage(1, "paragraph", text)], language="en", country_code=None)
    return {m.text: m.score for m in found.mentions}


def test_a_name_is_less_sure_where_it_may_be_a_part_of_a_longer_one_or_of_a_title() -> None:
    name, ending = (
        "Tarve Council",
        "was there when they met in the morning, and told the others what it had heard.",
    )
    whole = scores(f"The {name} {ending}")[name]
    assert whole > 0.75
    assert scores(f"What «the {name}, of late» said {ending}")[name] < whole
    longer = scores(f"The {name} & Partners {ending}")
    assert longer.get(name, 0.0) < whole


def test_a_listed_name_keeps_its_score_in_a_text_too_short_to_read() -> None:
    assert scores("Support Institution(s): OGP")["OGP"] > 0.9
