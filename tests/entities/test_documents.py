"""What one part of a document tells of another: pairs of names, later short forms, evidence added up."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
import spacy

from osint_ingest.entities.annotate import Annotations, Annotator
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
            "The board of CAJU (Civil Association for Justice Utility) met.",
            ["Civil Association for Justice Utility <acronym> CAJU"],
        ),
        (
            "CAFSC, the Chamber of Free Software Companies, leads.",
            ["Chamber of Free Software Companies <acronym> CAFSC"],
        ),
        ('the National Data Strategy ("Data Plan") begins', ["National Data Strategy <alias> Data Plan"]),
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


def test_headers_and_footers_are_not_read(rules: Annotator) -> None:
    assert read(rules, "Ministry of Health", kind="footer").mentions == ()
    assert read(rules, "Ministry of Health", kind="heading").mentions != ()


def test_the_same_passages_give_the_same_mentions_again(rules: Annotator) -> None:
    texts = ("The Ministry of Health uses QGIS.", "The Ministry of Health uses QGIS.")
    first = read(Annotator(use_models=False), *texts)
    assert first == read(rules, *texts) == read(rules, *texts)
    assert [m.text for m in first.mentions] == ["Ministry of Health", "QGIS"] * 2


def test_a_spacy_model_is_plugged_in_by_its_name(tmp_path: Path) -> None:
    nlp = spacy.blank("en")
    ruler = nlp.add_pipe("entity_ruler", name="ner")
    ruler.add_patterns([{"label": "ORG", "pattern": "zorblat quux"}])  # type: ignore[attr-defined]
    nlp.to_disk(tmp_path / "model")
    text = "The papers were sent to zorblat quux, which did not answer them for a whole year."

    def names(**models: str) -> list[tuple[str, str]]:
        found = read(Annotator(use_models=False, spacy_models=models), text)
        return [(m.text, m.method) for m in found.mentions]

    assert names(en=str(tmp_path / "model")) == [("zorblat quux", "spacy")]
    assert names(es=str(tmp_path / "model")) == names() == []
    nlp.remove_pipe("ner")
    nlp.to_disk(tmp_path / "without")
    with pytest.raises(ValueError, match="finds no names"):
        names(en=str(tmp_path / "without"))


SAID_TOGETHER = {
    "a term that the document also writes small": (
        (
            "The Catalogue Record describes a file.",
            "A catalogue record has a date, and catalogue records have titles.",
        ),
        [],
    ),
    "what the document numbers": (
        ("Papers of the Ministry of Works, Lirium 14, and Lirium 15, Oxen",),
        ["ORG Ministry of Works"],
    ),
    "an act and the title of the one that repeals it": (
        ("the Regulation that repeals Directive 95/46/EC (General Data Protection Regulation)",),
        ["LAW Directive 95/46/EC", "LAW General Data Protection Regulation"],
    ),
    "an acronym of a title that ends in a place": (
        ("Relations of the United States (RUS) has many volumes, and RUS is read.",),
        ["GPE United States"],
    ),
    "a cell and a plural": (
        ("Catalogue Record", "Catalogue Record", "The Catalogue Record", "Catalogue Records"),
        [],
    ),
    "years of a place": (
        ("Brazil 2018-2020 and Oezler 2020 and France 2030",),
        ["GPE Brazil", "PROGRAM France 2030"],
    ),
    "items of a field": (
        ("Lead Institution: Forest Guard, Swimmers of the North Bay",),
        ["ORG Forest Guard", "ORG Swimmers of the North Bay"],
    ),
    "whose union": (("The Dockworkers’ Union of Velmar agreed.",), ["ORG Dockworkers’ Union of Velmar"]),
    "codes that are none": (
        ("Se lanza Código para Escuelas y rige el Código Penal. Código publicado por defecto.",),
        ["LAW Código Penal"],
    ),
    "an acronym of a term": (
        ("CRX is a platform.", "All coded reference xylographs (CRX) are kept with CRX tools."),
        [],
    ),
    "a series": (
        ("PELS is a platform.", "The PELS volumes came out.", "Two PELS editions of 1904 are lost."),
        [],
    ),
    "a surname": (
        ("Anna Velmora wrote a report.", "It was published by Velmora."),
        ["PERSON Anna Velmora", "PERSON Velmora"],
    ),
    "initials": (("It was written by Anna B. Velmora and by C. D. Okonjo.",), ["PERSON Anna B. Velmora"]),
    "particles and shortened names": (
        ("It was read by Anna Velmora van der Brask, by Anna Velmora de Rossi and by Wm. Anna Okonjo.",),
        ["PERSON Anna Velmora van der Brask", "PERSON Anna Velmora de Rossi", "PERSON Wm. Anna Okonjo"],
    ),
    "an office of a body": (("The Chief of the Historical Division met them.",), ["ORG Historical Division"]),
    "a file and an example": (
        ("See readme.do and portal.example.com and data.gob.ar for more.",),
        ["SOFTWARE data.gob.ar"],
    ),
    "a term and its acronym": (("Personally identifying information (PII) is kept apart.",), []),
    "the end of a longer name": (
        ("The Infrastructure for Maps in the European Union (INSPIRE) began.",),
        ["ORG European Union", "PROGRAM INSPIRE"],
    ),
}


@pytest.mark.parametrize(("texts", "wanted"), SAID_TOGETHER.values(), ids=SAID_TOGETHER)
def test_a_document_agrees_on_its_names(rules: Annotator, texts: tuple[str, ...], wanted: list[str]) -> None:
    assert [f"{m.label} {m.text}" for m in read(rules, *texts).mentions] == wanted


@pytest.mark.parametrize(
    "text",
    [
        "The U.K. Foreign Office (Harrison) wrote.",
        "The Commission on National Publications (hereafter Report by the Committee on Methods) met.",
    ],
)
def test_what_is_no_other_name_is_not_tied(rules: Annotator, text: str) -> None:
    assert pairs(read(rules, text)) == []
