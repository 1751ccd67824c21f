"""A language of these pages is one file of data: each says as much as the others, and Portuguese reads as they do."""

from __future__ import annotations

import json
import tomllib
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest

from osint_ingest.model import UnreadableDocument
from osint_ingest.sources.ogp.addresses import read_address
from osint_ingest.sources.ogp.dates import read_date
from osint_ingest.sources.ogp.discover import found_addresses
from osint_ingest.sources.ogp.milestones import milestones_in
from osint_ingest.sources.ogp.wording import codes as languages
from tests.ogp import markups
from tests.ogp.reading import capture, codes, read, row, rows, values

FILES = files("osint_ingest.sources.ogp").joinpath("languages")
FIXTURES = Path(__file__).parents[1] / "fixtures" / "ogp"
TITLE = "Compromisso da Zavaria | Open Government Partnership"


@pytest.mark.parametrize("code", [code for code in languages() if code != "en"])
def test_a_language_has_a_word_for_everything(code: str) -> None:
    own, english = (
        tomllib.loads(FILES.joinpath(f"{name}.toml").read_text(encoding="utf-8")) for name in (code, "en")
    )
    assert set(own) == set(english)
    for section in ("labels", "questions", "values"):
        assert set(own[section]) == set(english[section]), section
    for field, known in english["values"].items():
        # a canonical form that is the same word in the language needs no other form
        assert not {v for v in known if v not in own["values"][field]} - {"No", "Marginal", "Technology"}, (
            field
        )
    assert set(own["dates"]) == set(english["dates"])
    unsaid = set(english["policy_areas"]) - set(own["policy_areas"])
    assert len(unsaid) <= 0.1 * len(english["policy_areas"]), unsaid


def page_of(name: str, markup: int = 0) -> str:
    truth = json.loads((FIXTURES / f"{name}.truth.json").read_text(encoding="utf-8"))
    write = markups.plan if truth["kind"] == "ogp_action_plan" else markups.page
    return write(truth, markups.MARKUPS[markup])


def test_a_portuguese_commitment_has_its_canonical_values() -> None:
    commitment = row(read(page_of("zv0061_pt")), "ogp_commitments")
    assert (commitment.document_id, commitment.language, commitment.jurisdiction_type) == (
        "ogp:ZV0061@pt",
        "pt",
        "national",
    )
    assert [
        commitment.status_code, commitment.starred_code, commitment.early_results_code, commitment.verifiable_code,
        commitment.potential_impact_code, commitment.completion_code,
    ] == ["Active", "Yes", "Did Not Change", "Yes", "Moderate", "Not Started"]  # fmt: skip
    parsed = read(page_of("zv0061_pt"))
    canonical = {
        r.value: r.value_code
        for r in rows(parsed, "ogp_commitment_values")
        if r.field in ("policy_area", "relevance", "ogp_value")
    }
    assert canonical == {
        "Acesso à informação": "Access to Information",
        "Combate à corrupção": "Anti-Corruption",
        "Participação cidadã": "Public Participation",
        "Prestação de contas": "Public Accountability",
    }
    assert "unknown_value" not in codes(parsed)


def test_a_portuguese_local_commitment_has_its_dates() -> None:
    parsed = read(page_of("zpor0004_pt"))
    commitment = row(parsed, "ogp_commitments")
    assert commitment.jurisdiction_type == "local"
    assert (commitment.commitment_start, commitment.commitment_end) == ("março de 2023", "Dez 2025")
    assert values(parsed, "institution_involved").count("União dos Feirantes") == 2


def test_a_portuguese_plan_has_its_answers_and_endorsements() -> None:
    parsed = read(page_of("plan_porto_lirial_pt"))
    plan = row(parsed, "ogp_action_plans")
    assert (plan.groups_participated, plan.public_meetings) == (17, 5)
    assert plan.submitted_date == date(2023, 9, 1) and plan.ends_date == date(2025, 8, 1)
    assert plan.monitoring_body == "A Faculdade de Economia da Universidade de Porto Lirial."
    endorsed = [(r.name, r.role, r.organisation) for r in rows(parsed, "ogp_endorsements")]
    assert endorsed == [
        ("Conceição da Rocha e Souza", "Presidente", "União dos Feirantes"),
        ("Sra. Inês dos Anjos", "Diretora de Pesquisa", "Instituto das Ruas Abertas"),
    ]


@pytest.mark.parametrize(
    ("printed", "said"),
    [
        ("30 de julho de 2021", date(2021, 7, 30)),
        ("1º de março de 2022", date(2022, 3, 1)),
        ("out. 2023", date(2023, 10, 1)),
        ("fevereiro/2024", date(2024, 2, 1)),
        ("Setembro 2020", date(2020, 9, 1)),
        ("2020.9.", date(2020, 9, 1)),
        ("2020.9.14.", date(2020, 9, 14)),
    ],
)
def test_dates(printed: str, said: date) -> None:
    assert read_date(printed) == said


def test_portuguese_milestones_in_a_paragraph() -> None:
    (first, second) = milestones_in(
        "2.1 Publicar os contratos. Indicadores: contratos publicados Novo abril de 2019 a setembro de 2020 "
        "2.2 Abrir o balcão. Em andamento maio de 2019 até dezembro de 2020"
    )
    assert (first.text, first.metrics, first.state) == (
        "Publicar os contratos.",
        "contratos publicados",
        "Novo",
    )
    assert (second.state, second.starts, second.ends) == ("Em andamento", "maio de 2019", "dezembro de 2020")


def test_portuguese_addresses_are_found_and_known() -> None:
    url = "https://www.opengovpartnership.org/pt/documents/plano-de-acao-zavaria-2021-2023/"
    address = read_address(url.replace("https://www.", "http://"))
    assert address is not None and (address.language, address.url) == ("pt", url)
    page = (
        f"<html><body><a href='{url}'>Plano</a><a href='/pt/documents/relatorio-plano-de-acao-zavaria/'>R</a>"
        "<a href='/pt/members/zavaria/commitments/zv0061/'>C</a></body></html>"
    ).encode()
    named = [
        f.document_id for f in found_addresses(capture(page, "https://www.opengovpartnership.org/pt/"), page)
    ]
    assert named == ["ogp:plan/plano-de-acao-zavaria-2021-2023@pt", "ogp:ZV0061@pt"]


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("Só um momento…", "challenge_page"),
        ("Página não encontrada", "error_page"),
        ("Faça login", "login_page"),
    ],
)
def test_portuguese_refusals(title: str, code: str) -> None:
    with pytest.raises(UnreadableDocument) as refused:
        read(f"<html lang=pt><head><title>{title}</title></head><body><h1>Zavaria</h1></body></html>")
    assert refused.value.code == code


def test_the_member_of_a_portuguese_title() -> None:
    page = (
        f"<html lang=pt><head><title>Poços abertos (ZV0064) | {TITLE}</title></head><body><h1>Poços abertos</h1>"
        "<h2>Visão geral</h2><p><b>Situação:</b> Ativo</p></body></html>"
    )
    parsed = read(page)
    assert row(parsed, "ogp_commitments").member == "Zavaria"
    assert row(parsed, "ogp_commitments").status_code == "Active"
