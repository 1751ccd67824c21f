"""The recipes' queries on documents that nobody wrote for them: the answers were read off the pages."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import osint_ingest
from osint_ingest.sources.ogp import SOURCE
from tests.docs.blocks import PROJECT

RECIPES = (PROJECT / "docs" / "recipes.md").read_text("utf-8")
GAZETTE = "http://servicios.infoleg.gob.ar/infolegInternet/anexos/"


def query_of(question: str, number: int = 0) -> str:
    """The SQL that stands below a heading."""
    _, _, below = RECIPES.partition(f"{question}\n")
    assert below, question
    return re.findall(r'osint-ingest query "\n?([^"]+)"', below.partition("\n##")[0])[number]


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("question", "number", "answer"),
    [
        ("take part in more than one action plan?", 0, [
            ("Acción Colectiva", 3, "AR0090, AR0097, ARCRR0005"), ("Directorio Legislativo", 2, "AR0090, BUE0007"),
            ("Fundeps", 2, "AR0090, AR0097"),
        ]),
        ("appear in both sources?", 0, [("Democracia en Red", 5, 1)]),
        ("Who sits in a forum?", 1, [
            ("Michelle Volpin", "Coordinator", "Directorio Legislativo"),
            ("Yamila García", "Director", "Fundación Conocimiento Abierto"),
        ]),
        ("How do two plans compare?", 0, [("2018", 6, 0), ("2021", 2, 0)]),
        ("Which milestones end after their plan does?", 0, []),
        ("Where is the official text of each law?", 0, [
            ("Administrative Decision No. 297/18", f"{GAZETTE}305000-309999/307689/norma.htm"),
            ("Decree 434/2016", f"{GAZETTE}255000-259999/259082/norma.htm"),
            ("Law No. 24,156", f"{GAZETTE}0-4999/554/textact.htm"),
        ]),
        ("Which sites do the reports of a country rest on?", 0, [
            ("Argentina", "argentina.gob.ar", 24), ("Argentina", "github.com", 6), ("Argentina", "infoleg.gob.ar", 5),
        ]),
    ],
)  # fmt: skip
def test_a_recipe_answers_on_the_corpus(
    corpus_run: Path, question: str, number: int, answer: list[tuple[Any, ...]]
) -> None:
    with osint_ingest.connect(curated=str(corpus_run / "curated")) as db:
        assert db.sql(query_of(question, number)).fetchall() == answer


@pytest.mark.corpus
def test_longer_answers_on_the_corpus(corpus_run: Path) -> None:
    with osint_ingest.connect(curated=str(corpus_run / "curated")) as db:
        unproved = {row[0] for row in db.sql(query_of("Which results have no evidence?")).fetchall()}
        begun = db.sql(query_of("In what order did the initiatives begin?")).fetchall()
        sites = dict(
            db.sql(re.sub(r" limit \d+", "", query_of("the official site of each body?"))).fetchall()
        )
        where = db.sql(query_of("Which laws are named, and where?").replace(" limit 5", "")).fetchall()
    assert unproved == {"ogp:AM0037", "ogp:AR0086", "ogp:BUE0007", "ogp:CL0068", "ogp:UA0087@fr"}
    assert [year for year, _ in begun] == [
        2005, 2007, 2009, 2010, 2013, 2014, 2015, 2016, 2017, 2018, 2018, 2018,
    ]  # fmt: skip
    assert sites["National Office for Information Technology"].endswith("/innovacion-publica/onti")
    assert sites["Inter-American Development Bank"] == "https://www.iadb.org/en"
    assert ("Law No. 24,156", "osor:ARG:2021", 7) in {row[:3] for row in where}


@pytest.mark.corpus
def test_a_body_among_several_of_a_field_has_its_role(corpus_run: Path) -> None:
    with osint_ingest.connect(curated=str(corpus_run / "curated")) as db:
        roles = [
            row[:3] for sql in SOURCE.config.data("report.toml")["roles"] for row in db.sql(sql).fetchall()
        ]
    assert ("org-arg-fundeps", "support institution", "ogp:AR0097") in roles
