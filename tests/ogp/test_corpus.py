"""The pages with truth: every field, every listed commitment, every block; and what single pages must give."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from tests.ogp.reading import codes, misses, read, row, rows, values

pytestmark = pytest.mark.corpus


def test_every_page_gives_what_its_truth_holds(corpus: Path) -> None:
    pages = sorted((corpus / "ogp").glob("*.html"))
    assert pages
    found = {
        page.name: missed
        for page in pages
        if (
            missed := misses(
                read(page.read_bytes()),
                json.loads(page.with_suffix(".truth.json").read_text(encoding="utf-8")),
            )
        )
    }
    assert found == {}


@pytest.mark.parametrize("markup", ["A", "B"])
def test_notes_of_a_summary_in_another_language(corpus: Path, markup: str) -> None:
    parsed = read((corpus / "ogp" / f"AR0068.{markup}.html").read_bytes())
    content = parsed.document.content
    assert [r.marker for r in content.refs] == ["125", "126", "127", "128", "129", "130"]
    assert [r.marker for r in content.refs if r.footnote is None] == ["126"]
    assert [(n.marker, n.refers_to) for n in content.footnotes] == [
        ("125", None),
        ("127", None),
        ("128", None),
        ("129", 3),
        ("130", 3),
    ]
    assert [(x.footnote, x.url) for x in content.links if x.footnote] == [
        (1, "https://bit.ly/2KtWDiW"),
        (2, "https://bit.ly/2XkPJBX"),
    ]
    assert "orphan_marker" in codes(parsed)
    assert parsed.document.language == "en"
    prose = [p for p in content.passages if p.section and p.section.startswith("IRM End of Term")]
    assert prose and {p.language for p in prose} == {"es"}


@pytest.mark.parametrize("markup", ["A", "B"])
def test_milestones_areas_and_values(corpus: Path, markup: str) -> None:
    parsed = read((corpus / "ogp" / f"BUE0007.{markup}.html").read_bytes())
    got = [(m.number, m.state, m.starts_date, m.ends_date) for m in rows(parsed, "ogp_milestones")]
    assert got == [
        ("2.1", "ongoing", date(2018, 7, 1), date(2019, 3, 1)),
        ("2.2", "new", date(2019, 4, 1), date(2020, 9, 1)),
        ("2.3", "new", date(2018, 10, 1), date(2020, 9, 1)),
    ]
    assert (len(values(parsed, "policy_area")), len(values(parsed, "ogp_value"))) == (13, 3)


@pytest.mark.parametrize("markup", ["A", "B"])
def test_a_plan_with_its_questions(corpus: Path, markup: str) -> None:
    path = corpus / "ogp" / f"buenos-aires-plan-2021-2023.{markup}.html"
    truth = json.loads(path.with_suffix(".truth.json").read_text(encoding="utf-8"))
    parsed = read(path.read_bytes())
    plan = row(parsed, "ogp_action_plans")
    assert (plan.groups_participated, plan.public_meetings, plan.submitted_date) == (22, 3, date(2021, 7, 30))
    assert plan.monitoring_body
    answered = {a.question: a.answer for a in rows(parsed, "ogp_answers")}
    asked = [
        b["text"]
        for b in truth["blocks"]
        if "?" in b["text"] and (b["kind"] == "heading" or b["text"].startswith("What kind"))
    ]
    assert len(asked) > 10 and all(answered.get(question) for question in asked)
    assert len(rows(parsed, "ogp_endorsements")) == 3
    assert all(e.name and e.role and e.organisation for e in rows(parsed, "ogp_endorsements"))
    assert "licenciado" not in " ".join(p.text for p in parsed.document.content.passages)
