"""What the IRM's prose says of a commitment: assessments and numbered milestones."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.ogp.reading import codes, read, rows

PAGE = (
    '<!DOCTYPE html><html lang="en"><head><title>Open Wells (ZV0001) | Commitment from Zavaria | Open Government '
    "Partnership</title></head><body><h1>Open Wells (ZV0001)</h1><p>Action Plan Cycle: 2020</p>{fields}"
    "<h2>IRM End of Term Status Summary</h2>{prose}</body></html>"
)


def assessed(prose: str, fields: str = "") -> list[tuple[str, str, str | None]]:
    parsed = read(PAGE.format(fields=fields, prose=prose))
    return [(r.field, r.value, r.value_code) for r in rows(parsed, "ogp_assessments")]


@pytest.mark.parametrize(
    ("prose", "expected"),
    [
        (
            "<ul><li>Verificable: sí</li><li>Relevante:</li><li>Impacto potencial: menor</li>"
            "<li>Cumplimiento: completo</li><li>¿Contribuyó a la apertura de gobierno? significativamente</li></ul>",
            [
                ("verifiable", "sí", "Yes"),
                ("potential_impact", "menor", "Minor"),
                ("completion", "completo", "Complete"),
                ("early_results", "significativamente", "Major"),
            ],
        ),
        (
            "<p>Verifiable: Yes Relevant: Yes Potential impact: Moderate Completion: Limited</p>",
            [
                ("verifiable", "Yes", "Yes"),
                ("relevance", "Yes", "Yes"),
                ("potential_impact", "Moderate", "Moderate"),
                ("completion", "Limited", "Limited"),
            ],
        ),
        (
            "<table><tr><td>Niveau d’achèvement</td><td>Substantiel</td></tr>"
            "<tr><td>Impact potentiel</td><td>Transformateur</td></tr></table>",
            [
                ("completion", "Substantiel", "Substantial"),
                ("potential_impact", "Transformateur", "Transformative"),
            ],
        ),
        (
            "<table><tr><td>Verificável</td><td>Potencial de resultados</td><td>Nível de cumprimento</td></tr>"
            "<tr><td>Sim</td><td>Modesto</td><td>Limitado</td></tr></table>",
            [
                ("verifiable", "Sim", "Yes"),
                ("ambition", "Modesto", "Medium"),
                ("completion", "Limitado", "Limited"),
            ],
        ),
        (
            "<h3>¿Contribuyó a la apertura del gobierno?</h3>"
            "<p>El compromiso contribuyó marginalmente a la apertura. Los registros cambiaron poco.</p>",
            [("early_results", "marginalmente", "Marginal")],
        ),
        (
            "<p>Relevant: Access to Information, Civic Participation</p>",
            [
                ("relevance", "Access to Information", "Access to Information"),
                ("relevance", "Civic Participation", "Civic Participation"),
            ],
        ),
        ("<p>Completion: delayed by the courts</p>", [("completion", "delayed by the courts", None)]),
    ],
)
def test_prose_tells_assessments(prose: str, expected: list[tuple[str, str, str | None]]) -> None:
    assert assessed(prose) == expected


@pytest.mark.parametrize(
    "prose",
    [
        "<p>Completion of the register was delayed until the courts had ruled on the wells of the north.</p>",
        "<p>Relevant: the ministry has told the villages that the register of wells will be kept by them.</p>",
        "<h3>Completion</h3><p>The register was finished in May, and the villages were told of it in June.</p>",
        "<p>The plan has a limited number of wells; potential impact cannot be told from complete lists.</p>",
    ],
)
def test_prose_about_the_same_words_tells_none(prose: str) -> None:
    assert assessed(prose) == []


def test_a_field_that_its_prose_contradicts_is_kept_and_reported() -> None:
    parsed = read(PAGE.format(fields="<p>Completion: Limited</p>", prose="<p>Completion: Substantial</p>"))
    (commitment,) = rows(parsed, "ogp_commitments")
    (said,) = rows(parsed, "ogp_assessments")
    assert (commitment.completion_code, said.value_code) == ("Limited", "Substantial")
    assert (said.commitment_code, said.about_document_id) == ("ZV0001", "ogp:ZV0001")
    assert said.assessed_by == "IRM End of Term Status Summary"
    assert codes(parsed).count("contradicted") == 1


def test_sentences_numbered_one_after_the_other_are_milestones() -> None:
    prose = (
        "<p>34.1. Publish the register of wells.</p><p>34.2. Twelve (12) visits to villages.</p>"
        "<p>They are held at noon.</p><p>34.3. A report on what was found. 34.4. A budget for repairs.</p>"
        "<p>Version 2.1. Was never installed.</p>"
    )
    parsed = read(PAGE.format(fields="", prose=prose))
    assert [(m.number, m.text) for m in rows(parsed, "ogp_milestones")] == [
        ("34.1", "Publish the register of wells."),
        ("34.2", "Twelve (12) visits to villages."),
        ("34.3", "A report on what was found."),
        ("34.4", "A budget for repairs."),
    ]


def test_the_word_for_milestones_may_stand_before_the_first() -> None:
    prose = "<p>Hitos 3.1. Relevar los pozos del norte; 3.2. Publicar el mapa de las 2.1 leguas.</p>"
    found = rows(read(PAGE.format(fields="", prose=prose)), "ogp_milestones")
    assert [m.number for m in found] == ["3.1", "3.2"]


@pytest.mark.parametrize(
    ("prose", "expected"),
    [
        (
            "<h4>Jalon 6.1. Creuser</h4><p>Achèvement : limité</p><h4>Jalon 6.2. Lire</h4><p>Achèvement : achevé</p>",
            [("6.1", "Creuser", None, None, "Limited"), ("6.2", "Lire", None, None, "Complete")],
        ),
        (
            "<p>Hito 1. Cavar.</p><ul><li>Fecha de inicio: mayo de 2018</li><li>Fecha de término: T3 2019</li></ul>"
            "<p>Hito 2. Medir. Fecha de inicio: T1 2018. Fecha de término: segundo semestre de 2019.</p>",
            [("1", "Cavar.", (2018, 5), (2019, 9), None), ("2", "Medir.", (2018, 1), (2019, 12), None)],
        ),
        (
            "<p><b>Milestone 3.1</b><br>Dig.</p><p><b>Milestone 3.2</b><br>Measure (May 2018 – June 2019)</p>"
            "<p>Milestone 3.1. They dug (limited).</p><p>Milestone 3.2. Nobody measured.</p>",
            [("3.1", "Dig.", None, None, "Limited"), ("3.2", "Measure", (2018, 5), (2019, 6), None)],
        ),
    ],
)  # fmt: skip
def test_what_stands_at_a_numbered_milestone_is_said_of_it(prose: str, expected: list[Any]) -> None:
    def month(day: date | None) -> tuple[int, int] | None:
        return day and (day.year, day.month)

    # of the commitment, not of the last milestone
    parsed = read(PAGE.format(fields="", prose=f"{prose}<p>Completion: Substantial</p>"))
    found = rows(parsed, "ogp_milestones")
    assert expected == [
        (m.number, m.text, month(m.starts_date), month(m.ends_date), m.completion_code) for m in found
    ]
    said = {r.value_code for r in rows(parsed, "ogp_assessments")}
    assert said == {"Substantial"}


def test_a_field_that_waits_for_its_review_is_not_contradicted() -> None:
    parsed = read(
        PAGE.format(fields="<p>Completion: Pending IRM Review</p>", prose="<p>Completion: Complete</p>")
    )
    assert "contradicted" not in codes(parsed)


@pytest.mark.parametrize(
    ("heading", "prose", "expected"),
    [
        (
            "Resumen de la evaluación final del MRI",
            "<p>Cumplimiento: sustancial</p>",
            [("completion", "Substantial")],
        ),
        ("Résumé de l’évaluation finale du MEI", "<p>Vérifiable : Oui</p>", [("verifiable", "Yes")]),
        ("Síntese do MRI no meio do período", "<p>Cumprimento: Completo</p>", [("completion", "Complete")]),
        ("Assessment by the IRM", "<p>Has an open government lens: Yes</p>", [("relevance", "Yes")]),
        ("El MRI visita la provincia", "<p>Cumplimiento: sustancial</p>", []),
    ],
)
def test_the_summary_is_known_by_words_of_its_heading(
    heading: str, prose: str, expected: list[tuple[str, str]]
) -> None:
    page = PAGE.replace("IRM End of Term Status Summary", heading)
    found = rows(read(page.format(fields="", prose=prose)), "ogp_assessments")
    assert [(r.field, r.value_code) for r in found] == expected
