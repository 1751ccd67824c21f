"""Names at the head of a bullet, in the ways that reports write them (all of them made up)."""

from __future__ import annotations

import pytest

from osint_ingest.entities.lexicon import is_acronym
from osint_ingest.sources.osor.names import names_at_head

PLAIN = "agency for digital affairs ministry of science office national data council free open lily code"


def english(phrase: str) -> float:
    found = phrase.lower().split()
    return sum(word in PLAIN.split() for word in found) / len(found)


@pytest.mark.parametrize(
    ("text", "name", "native_name", "acronym"),
    [
        ("The Data Office (Datenamt) (DA), located within", "Data Office", "Datenamt", "DA"),
        ("The Data Office (DA) (Datenamt) is part of", "Data Office", "Datenamt", "DA"),
        ("The Data Office (Datenamt, DA) is part of", "Data Office", "Datenamt", "DA"),
        ("The Data Office (DA, Datenamt) is part of", "Data Office", "Datenamt", "DA"),
        ("The Data Office (Datenamt – DA) sets the rules", "Data Office", "Datenamt", "DA"),
        ("The Data Office – DA (Datenamt) sets the rules", "Data Office", "Datenamt", "DA"),
        ("DA – Data Office (Datenamt) sets the rules", "Data Office", "Datenamt", "DA"),
        ("DA (National Data Office, Oficina de Datos) is", "National Data Office", "Oficina de Datos", "DA"),
        ("Oficina de Datos (Office of Data) is a body", "Office of Data", "Oficina de Datos", None),
        ("\uf0b7 The Data Office is a public body", "Data Office", None, None),
        ("The Data Unit (Enhet for kode) (UNI) is", "Data Unit", "Enhet for kode", "UNI"),
        ("• The Data Office is a public body", "Data Office", None, None),
        ("The Data Office (in Norlandish: Datakontoret) is", "Data Office", "Datakontoret", None),
        ("The Data Office (hereinafter “DO”) is", "Data Office", None, "DO"),
        ("The Data Office (formerly the Paper Office) is", "Data Office", None, None),
        ("The Data Office (2014) is", "Data Office", None, None),
        ("Digital Agency (数字庁) was set up", "Digital Agency", "数字庁", None),
        (
            "The Group for Digital Sustainability (Grudigi) has",
            "Group for Digital Sustainability",
            None,
            "Grudigi",
        ),
        (
            "The Ministry of Science, Art and Sport (Ministerio de Ciencia, Arte y Deporte) (MCAD), a",
            "Ministry of Science, Art and Sport",
            "Ministerio de Ciencia, Arte y Deporte",
            "MCAD",
        ),
        (
            "Launched in 2017, the Code Circle (Círculo de Código) is",
            "Code Circle",
            "Círculo de Código",
            None,
        ),
        ("Founded in Norport, Nordia, in 2004, Offencode is", "Offencode", None, None),
        ("Within the Ministry of Science, the Data Council leads", "Data Council", None, None),
        ("The Office for ICT and e-government (OIE) is", "Office for ICT and e-government", None, "OIE"),
        ("Together with the Ministry of Science, the Data Council leads", "Data Council", None, None),
        ("Red Abierta del Norte is a group", "Red Abierta del Norte", None, None),
        ("MapaLibre, the Chamber of Maps, speaks for", "MapaLibre", None, None),
        ("The city of Norport is a pioneer", "city of Norport", None, None),
        ("The Citizens' Office for Code (COC) answers", "Citizens' Office for Code", None, "COC"),
    ],
)
def test_names_at_the_head_of_a_bullet(
    text: str, name: str, native_name: str | None, acronym: str | None
) -> None:
    names = names_at_head(text, (), english)
    assert names is not None
    assert (names.name, names.native_name, names.acronym) == (name, native_name, acronym)


def test_a_marker_ends_a_name() -> None:
    text = "Free Mappers Collect maps of the north"
    names = names_at_head(text, (len("Free Mappers"),), english)
    assert names is not None
    assert names.name == "Free Mappers"


def test_the_head_reaches_over_the_parentheses_and_a_second_name() -> None:
    text = "CORN, the Chamber of Norths (Cámara del Norte), speaks for"
    names = names_at_head(text, (), english)
    assert names is not None
    assert text[names.start : names.end] == "CORN, the Chamber of Norths (Cámara del Norte)"


@pytest.mark.parametrize("text", ["", " ", "•", "(in brackets)", "—"])
def test_a_bullet_without_a_name_has_none(text: str) -> None:
    assert names_at_head(text, (), english) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ONDA", True),
        ("AgDA", True),
        ("FeSTo", True),
        ("DA2", True),
        ("GeoMapas", False),
        ("Data", False),
        ("A", False),
    ],
)
def test_acronyms_are_told_by_their_capitals(text: str, expected: bool) -> None:
    assert is_acronym(text) is expected
