"""What one part of a document tells of another: pairs of names, later short forms, evidence added up."""

from __future__ import annotations

import logging
from itertools import pairwise

import pytest
import spacy

from osint_ingest.entities import Annotations, Annotator, pipeline
from osint_ingest.entities.pipelines import _rules_only
from osint_ingest.model import Passage, PassageKind


@pytest.fixture(scope="module")
def rules() -> Annotator:
    return Annotator(use_models=False)


def read(annotator: Annotator, *texts: str, kind: PassageKind = "paragraph") -> Annotations:
    passages = [Passage(n, kind, text) for n, text in enumerate(texts, 1)]
    return annotator.annotate(passages, language="en", country_code="RUR")


def pairs(found: Annotations) -> list[str]:
    text = {m.ordinal: m.text for m in found.mentions}
    return [f"{text[p.first]} <{p.kind}> {text[p.second]}" for p in found.pairs]


NATIVE = "Oficina Nacional de Software"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            f"The National Office for Software ({NATIVE}) (ONS), located within the Ministry of Works, leads.",
            [f"National Office for Software <native> {NATIVE}", "National Office for Software <acronym> ONS"],
        ),
        (
            f"The National Office for Software (ONS) ({NATIVE}) leads.",
            ["National Office for Software <acronym> ONS", f"National Office for Software <native> {NATIVE}"],
        ),
        (
            f"The National Office for Software ({NATIVE}, ONS) leads.",
            [f"National Office for Software <native> {NATIVE}", "National Office for Software <acronym> ONS"],
        ),
        (
            "CAFSC, the Chamber of Free Software Companies, leads.",
            ["Chamber of Free Software Companies <acronym> CAFSC"],
        ),
        (
            "The board of CAJU (Civil Association for Justice Utility) met.",
            ["Civil Association for Justice Utility <acronym> CAJU"],
        ),
        ('the National Data Strategy ("Data Plan") begins', ["National Data Strategy <alias> Data Plan"]),
        (
            "built on the Public Consultation platform (Plataforma de Consulta Pública), a forum",
            ["Public Consultation platform <native> Plataforma de Consulta Pública"],
        ),
        (
            "L'Agence nationale de la sécurité des systèmes d'information (ANSSI) publie.",
            ["Agence nationale de la sécurité des systèmes d'information <acronym> ANSSI"],
        ),
        ("open source software (OSS) in the Ministry of Works (Vienna)", []),
        ("the National Data Strategy (see annex) and the City Plan (2019)", []),
        ("the Open Cities commitment (AB0123)", []),
        ("the Ruritania Action Plan 2023-2027 (December)", []),
        ("the Publications Office (Linux) and the Governance Committee (Members, Guests, Others)", []),
        ("the Sample Unit (Country Studies) met", []),
        ("Wilm Vankert (Publications Office of the Lake) met", []),
        ("the Contact class (Individual, Body, Place, Working Group) under Regulation (EC) No 1/2008", []),
        ("the Directory for Maps in the Lake Community (DIRMAPS) began", []),
        (
            "the Young Friends of Tarve and Hope for Tomorrow Society (Jóvenes de Tarve y Sociedad Esperanza)",
            [
                "Young Friends of Tarve <native> Jóvenes de Tarve",
                "Hope for Tomorrow Society <native> Sociedad Esperanza",
            ],
        ),
        ("Ana Keller (Publications Office) and the Data Expert Group (DG DATA)", []),
    ],
)  # fmt: skip
def test_names_that_the_text_ties(rules: Annotator, text: str, wanted: list[str]) -> None:
    assert pairs(read(rules, text)) == wanted


def test_the_native_name_and_the_acronym_have_the_label_of_their_name(rules: Annotator) -> None:
    found = read(rules, "The Digital Strategy (Digitalna Strategija) (DST) was adopted.")
    assert {(m.text, m.label) for m in found.mentions} == {
        ("Digital Strategy", "PROGRAM"),
        ("Digitalna Strategija", "PROGRAM"),
        ("DST", "PROGRAM"),
    }


def test_an_acronym_is_a_name_in_the_whole_document_once_it_is_spelled_out(rules: Annotator) -> None:
    found = read(rules, "ZZV values matter.", "The Ministry of Water (ZZV) leads.", "Said by ZZV staff.")
    assert [(m.passage, m.text) for m in found.mentions if m.text == "ZZV"] == [
        (1, "ZZV"),
        (2, "ZZV"),
        (3, "ZZV"),
    ]
    assert not [m for m in read(rules, "ZZV values matter.").mentions if m.text == "ZZV"]


def test_what_a_name_is_holds_wherever_it_stands(rules: Annotator) -> None:
    found = read(rules, "They met with Brisavela there.", "Brisavela is a civil association.")
    assert [(m.passage, m.label) for m in found.mentions if m.text == "Brisavela"] == [(1, "ORG"), (2, "ORG")]


def test_no_two_mentions_share_a_character_and_all_are_where_they_say(rules: Annotator) -> None:
    texts = (
        "In 2020, the Office for Data (Datový úřad) (OFD) of the City of Prague ran CKAN on Linux.",
        "Lead Institution: Ministry of Finance, Hnutí Data & OFD",
        "The OFD, the City Data Plan 2021-2024 and Decree 4/2020 on Public Data in Prague.",
    )
    mentions = read(rules, *texts).mentions
    assert len(mentions) >= 10
    for m in mentions:
        assert texts[m.passage - 1][m.char_start : m.char_end] == m.text
    spans = sorted((m.passage, m.char_start, m.char_end) for m in mentions)
    assert all(a[0] != b[0] or a[2] <= b[1] for a, b in pairwise(spans))
    assert [m.ordinal for m in mentions] == list(range(1, len(mentions) + 1))


PLANS = [
    (
        "Action Plan: Tarvia Action Plan 2018-2020, Tarvia Action Plan, 2021 – 2023",
        ["Tarvia Action Plan 2018-2020", "Tarvia Action Plan, 2021 – 2023"],
    ),
    (
        "Action Plan: Action plan – Port Ember, Tarvia, 2023 – 2025",
        ["Action plan – Port Ember, Tarvia, 2023 – 2025"],
    ),
    ("Plan d'action: Plan d’action Tarvia 2023-2025 (mai)", ["Plan d’action Tarvia 2023-2025"]),
    (
        "Inception Report: Inception Report – Action plan – Port Ember, Tarvia, 2023 – 2025",
        ["Action plan – Port Ember, Tarvia, 2023 – 2025"],
    ),
]


@pytest.mark.parametrize(("text", "wanted"), PLANS, ids=[p[0][:30] for p in PLANS])
def test_action_plans_keep_their_whole_names(rules: Annotator, text: str, wanted: list[str]) -> None:
    found = read(rules, text, "Port Ember, Tarvia", kind="field").mentions
    assert [m.text for m in found if m.label == "PROGRAM"] == wanted


def test_entries_of_a_listing_name_nothing(rules: Annotator) -> None:
    entries = (
        "Register of Ships CV0013, 2021, Anti-Corruption",
        "Starred commitment Data Portal of Towns, AB0009, 2018, Open Data",
        "Office for Clerks ABCDE0010, 2018,",
        "Ministry of Health and the Lake",
        "AB0011, 2018, Access to Information",
    )
    assert read(rules, *entries, kind="list_item").mentions == ()
    prose = "The Ministry of Health ran the commitment AB0013, 2021, and the Lake Office helped."
    assert len(read(rules, prose).mentions) == 2


TERMS = (
    "dcat:Dataset", "dcat:CatalogRecord", "dcat:keyword", "foaf:Agent", "skos:ConceptScheme", "vcard:Kind",
    "spdx:Checksum", "adms:status", "dct:LicenseDocument", "prov:Activity",
)  # fmt: skip


def test_what_a_specification_calls_its_classes_names_nothing(rules: Annotator) -> None:
    prose = (
        "In the Tarve Data Catalogue each Catalogue Record has a Licence Document; Datasets follow Agents."
    )
    terms = [f"The class {term} is described here." for term in TERMS]
    found = {m.text for m in read(rules, prose, *terms).mentions}
    assert found == {"Tarve Data Catalogue"}
    assert {"Catalogue Record", "Licence Document"} <= {m.text for m in read(rules, prose).mentions}


@pytest.mark.parametrize(
    "text", ["Code Published by Default (AB0012)", "a unit (the Code Rejected by Design)"]
)
def test_english_titles_with_a_word_that_is_a_head_elsewhere(rules: Annotator, text: str) -> None:
    assert read(rules, text).mentions == ()


def test_headers_and_footers_are_not_read(rules: Annotator) -> None:
    assert read(rules, "Ministry of Health", kind="footer").mentions == ()
    assert read(rules, "Ministry of Health", kind="heading").mentions != ()


def test_the_same_passages_give_the_same_mentions_again(rules: Annotator) -> None:
    texts = ("The Ministry of Health uses QGIS.", "The Ministry of Health uses QGIS.")
    first = read(Annotator(use_models=False), *texts)
    assert first == read(rules, *texts) == read(rules, *texts)
    assert [m.text for m in first.mentions] == ["Ministry of Health", "QGIS"] * 2


def test_spacy_users_find_the_component_by_its_name() -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("osint_names")
    doc = nlp("The Ministry of Health follows Law 12/2001.")
    assert [(e.text, e.label_) for e in doc.ents] == [("Ministry of Health", "ORG"), ("Law 12/2001", "LAW")]
    whole = pipeline("de", False)("Das Ministry of Health und QGIS in Berlin.")
    assert [e.label_ for e in whole.ents] == ["ORG", "SOFTWARE", "GPE"]


def test_without_models_it_says_so_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("osint_ingest.entities.pipelines.model_for", lambda language: None)
    pipeline.cache_clear()
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            found = read(Annotator(), "The Ministry of Health met.")
    pipeline.cache_clear()
    assert [m.text for m in found.mentions] == ["Ministry of Health"]
    assert len([r for r in caplog.records if "No statistical model" in r.message]) == 1
    assert _rules_only().pipe_names == ["osint_gazetteer", "osint_names"]
