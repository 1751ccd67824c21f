"""Reports of the Independent Reporting Mechanism (PDF): commitments, what is assessed, whose pages they belong to."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from osint_ingest.model import Box, Content, Line, Passage, PassageKind
from osint_ingest.run.progress import Reporter
from osint_ingest.run.refresh import ingest, read_and_publish
from osint_ingest.settings import Settings
from osint_ingest.sources.base import SourceConfig
from osint_ingest.sources.ogp import SOURCE
from osint_ingest.sources.ogp.assessments import assessed_in
from osint_ingest.sources.ogp.irm import commitment_sections
from osint_ingest.sources.ogp.matrices import without_unticked
from osint_ingest.sources.ogp.merged import merged_in
from osint_ingest.sources.ogp.milestone_lists import numbered_milestones
from osint_ingest.store import RawStore
from tests.ogp.reading import capture, read, rows
from tests.pdf.pages import RawPage, pdf_of, text_at

REPORTS = Path(__file__).parents[1] / "fixtures" / "irm"
UPLOADS = "https://www.opengovpartnership.org/wp-content/uploads/2024/06"
PAGE = """<!DOCTYPE html><html lang="en"><head><title>{title} ({code}) | Commitment from Georgia | Open Government
Partnership</title><link rel="canonical" href="https://www.opengovpartnership.org/members/georgia/commitments/{code}/">
</head><body><h1>{title} ({code})</h1><p>Action Plan Cycle: 2019</p><p>Completion: </p>
<p>IRM Report: <a href="{report}">Georgia Implementation Report</a></p></body></html>"""


@pytest.mark.parametrize("name", ["en-C-1", "es-F-1", "fr-C-1"])
def test_each_commitment_has_its_assessments_and_milestones(name: str) -> None:
    data = (REPORTS / f"{name}.pdf").read_bytes()
    truth = json.loads((REPORTS / f"{name}.json").read_text(encoding="utf-8"))
    assert SOURCE.recognises(capture(data), data)
    parsed = read(data)
    document = parsed.document
    assert (document.kind, document.title, document.jurisdiction) == (
        "ogp_irm_report",
        truth["title"],
        truth["country"],
    )
    wanted = {
        (c["number"], c["title"], field, value.lower())
        for c in truth["commitments"]
        for field, value in c["assessments"].items()
    }
    found = rows(parsed, "ogp_assessments")
    assert {(r.commitment_number, r.commitment_title, r.field, r.value.lower()) for r in found} == wanted
    assert all(r.value_code and r.assessed_by == truth["title"] for r in found)
    numbers = [f"{c['number']}.{n}" for c in truth["commitments"] for n in (1, 2, 3)]
    assert [m.number for m in rows(parsed, "ogp_milestones")] == numbers
    assert len(document.content.footnotes) == sum(c["notes"] for c in truth["commitments"])


def test_a_plan_has_the_milestones_of_its_commitments_and_no_others() -> None:
    parsed = read((REPORTS / "plan-de.pdf").read_bytes())
    document = parsed.document
    assert (document.kind, document.country_code, document.year) == ("ogp_action_plan_pdf", "LUX", 2021)
    assert [(m.text, m.starts, m.ends) for m in rows(parsed, "ogp_milestones")] == [
        ("Liste der Register erstellen", "Oktober 2021", "Juni 2022"),
        ("Liste veröffentlichen", "Juli 2022", "Dezember 2022"),
        ("Konzept der Plattform", None, "März 2022"),
        ("Probelauf mit zwei Schulen", None, "November 2022"),
    ]


def test_a_report_belongs_to_the_page_that_links_it_and_its_sections_to_their_commitments(
    tmp_path: Path,
) -> None:
    truth = json.loads((REPORTS / "en-C-1.json").read_text(encoding="utf-8"))
    first, second = truth["commitments"][:2]
    report = f"{UPLOADS}/Georgia_Implementation-Report_2019-2021.pdf"
    files = []
    for code, title in (("GE0001", first["title"]), ("GE0002", second["title"] + "s")):
        files.append(tmp_path / f"{code}.html")
        files[-1].write_text(PAGE.format(code=code, title=title, report=report), encoding="utf-8")
    pdf = tmp_path / "report.pdf"
    pdf.write_bytes((REPORTS / "en-C-1.pdf").read_bytes())
    pdf.with_suffix(".json").write_text(json.dumps({"url": report}), encoding="utf-8")
    settings = Settings(raw=str(tmp_path / "raw"), curated=str(tmp_path / "curated"), workers=0)
    release = ingest([*files, pdf], settings).release
    assert release is not None
    documents = {d["document_id"]: d for d in release.table("documents").to_pylist()}
    (report_id,) = [i for i in documents if i.startswith("pdf:")]
    assert documents[report_id]["parent_document_id"] == "ogp:GE0001"
    assert documents[report_id]["member_slug"] == "georgia"
    tied = {
        (r["commitment_title"], r["commitment_code"], r["about_document_id"])
        for r in release.table("ogp_assessments").to_pylist()
    }
    assert tied == {
        (first["title"], "GE0001", "ogp:GE0001"),
        (second["title"], "GE0002", "ogp:GE0002"),
        *((c["title"], None, None) for c in truth["commitments"][2:]),
    }


def test_who_is_responsible_is_no_part_of_a_title() -> None:
    heads = ("Commitment 2: Open contracting [Ministry of Finance]", "Commitment 3. [Open] wells")
    body = [Passage(n, "heading", text, level=2) for n, text in enumerate(heads, 1)]
    assert [s.title for s in commitment_sections(Content(tuple(body)))] == [
        "Open contracting",
        "[Open] wells",
    ]


def test_a_number_above_a_title_begins_a_section_once() -> None:
    lines: list[tuple[PassageKind, int | None, str]] = [
        ("header", None, "COMMITMENT 1"), ("heading", 2, "Open wells"), ("heading", 1, "Assessment"),
        ("paragraph", None, "Completion: Limited"), ("header", None, "COMMITMENT 1"), ("heading", 2, "Outlook"),
        ("paragraph", None, "COMMITMENT 2"), ("heading", 2, "Open courts"), ("heading", 1, "Assessment"),
        ("paragraph", None, "Completion: Complete"), ("heading", 1, "Method"),
    ]  # fmt: skip
    body = tuple(Passage(n, kind, text, level=level) for n, (kind, level, text) in enumerate(lines, 1))
    found = [
        (s.number, s.title, [p.text for p in s.passages][-1]) for s in commitment_sections(Content(body))
    ]
    assert found == [("1", "Open wells", "Outlook"), ("2", "Open courts", "Completion: Complete")]


@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        (f"{UPLOADS}/Georgia_Design-Report_2018-2019_EN.pdf", True),
        (f"{UPLOADS}/Argentina_Informe-de-dise%C3%B1o_2017-2019.pdf", True),
        (f"{UPLOADS}/Georgia_Action-Plan_2018-2019.pdf", True),
        ("https://www.opengovpartnership.org/documents/georgia-design-report-2018-2019/", True),
        (f"{UPLOADS}/Georgia_Design-Report_2018-2019_for-public-comment.pdf", False),
        (f"{UPLOADS}/annual-gala-photographs.pdf", False),
        ("https://elsewhere.example/wp-content/uploads/Georgia_Design-Report_2018-2019_EN.pdf", False),
    ],
)
def test_pages_lead_to_reports(address: str, wanted: bool) -> None:
    page = f'<html><body><a href="{address}">IRM Report</a></body></html>'.encode()
    found = SOURCE.addresses(
        capture(page, "https://www.opengovpartnership.org/members/georgia/commitments/GE0001/"), page
    )
    assert bool(list(found)) is wanted


def front_page(*lines: tuple[float, str]) -> bytes:
    """A PDF of one page: lines in sizes of their own, and words below them."""
    drawn = [text_at(72, 740 - 40 * n, size, text) for n, (size, text) in enumerate(lines)]
    body = [
        text_at(72, 500 - 14 * n, 10, "The body of the text goes on for a while here.") for n in range(12)
    ]
    return pdf_of(RawPage(b"".join((*drawn, *body))))


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        (
            [(11, "INDEPENDENT REPORTING MECHANISM"), (24, "ZAVARIA PROGRESS REPORT 2016-2018")],
            "ogp_irm_report",
        ),
        (
            [(24, "Open Government Partnership"), (20, "National Action Plan of Zavaria 2016-2018")],
            "ogp_action_plan_pdf",
        ),
        (
            [(11, "Mécanisme d'évaluation indépendante"), (24, "Rapport final : Zavaria 2016-2018")],
            "ogp_irm_report",
        ),
        ([(11, "Radiology, MRI unit"), (24, "Informe final 2018"), (11, "MRI")], None),
        (
            [(24, "Digital strategy of Zavaria"), (10, "An action plan for open government is under way.")],
            None,
        ),
        ([(24, "Action plan for clean rivers"), (10, "It follows the rules of open government.")], None),
    ],
)
def test_a_pdf_at_hand_is_told_by_its_titles(lines: list[tuple[float, str]], kind: str | None) -> None:
    data = front_page(*lines)
    assert SOURCE.recognises(capture(data), data) is (kind is not None)
    if kind:
        document = read(data).document
        assert (document.kind, (document.jurisdiction or "").title(), document.year) == (
            kind,
            "Zavaria",
            2016,
        )


def test_two_commitments_of_one_title_are_tied_to_none(tmp_path: Path) -> None:
    truth = json.loads((REPORTS / "en-C-1.json").read_text(encoding="utf-8"))
    title = truth["commitments"][0]["title"]
    files = []
    for code in ("GE0001", "GE0002"):
        files.append(tmp_path / f"{code}.html")
        files[-1].write_text(PAGE.format(code=code, title=title, report="/about/"), encoding="utf-8")
    settings = Settings(raw=str(tmp_path / "raw"), curated=str(tmp_path / "curated"), workers=0)
    release = ingest([*files, REPORTS / "en-C-1.pdf"], settings).release
    assert release is not None
    assert {r["commitment_code"] for r in release.table("ogp_assessments").to_pylist()} == {None}


@pytest.mark.parametrize(
    "sql", ["select * from no_such_table", "select * from ogp_assessments limit 1", "select 1 as one"]
)
def test_a_source_whose_query_fails_costs_no_release(
    sql: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {"tables": [{"name": "ogp_assessments", "when": "select true", "sql": sql}]}
    own = SourceConfig.data
    monkeypatch.setattr(
        SourceConfig, "data", lambda self, name: asked if name == "tie.toml" else own(self, name)
    )
    settings = Settings(raw=str(tmp_path / "raw"), curated=str(tmp_path / "curated"), workers=0)
    release = ingest([REPORTS / "en-C-1.pdf"], settings).release
    assert release is not None and release.table("ogp_assessments").num_rows == 16
    assert "review_failed" in release.table("issues")["code"].to_pylist()


SECTION = ((24, "Zavaria Progress Report 2014-2016"), (11, "Independent Reporting Mechanism"))


def section_page(*cells: tuple[float, float, str]) -> bytes:
    """A report's page with one commitment; `cells` stand at (left, height from the bottom, text) below its text."""
    drawn = [text_at(72, 760 - 40 * n, size, text) for n, (size, text) in enumerate(SECTION)]
    drawn.append(text_at(72, 680, 16, "Commitment 3: Open wells"))
    drawn += [
        text_at(72, 650 - 14 * n, 10, "The ministry published the list of all wells.") for n in range(3)
    ]
    drawn += [text_at(x, y, 9, text) for x, y, text in cells]
    drawn += [f"{76 + 70 * n} {y} 70 15 re S\n".encode() for n in range(len(HEADS)) for y in (541, 556)]
    return pdf_of(RawPage(b"".join(drawn)))


HEADS = ("None", "Minor", "Moderate", "None", "Low", "Medium", "High")
COLUMNS = [(80.0 + 70 * n, 560.0, text) for n, text in enumerate(HEADS)]


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        # the same words are values of two fields: all values side by side tell which
        (
            [*COLUMNS, (156, 545, "X"), (508, 545, "X")],
            {("potential_impact", "Minor"), ("specificity", "High")},
        ),
        ([*COLUMNS, (300, 545, "X")], {("specificity", "None")}),
        # a tick under no value, and one with a line of text between
        ([*COLUMNS, (40, 545, "X")], set()),
        ([*COLUMNS, (72, 548, "What is said of all the wells in this country."), (156, 530, "X")], set()),
    ],
)
def test_a_tick_says_the_value_above_it(
    cells: list[tuple[float, float, str]], found: set[tuple[str, str]]
) -> None:
    said = rows(read(section_page(*cells)), "ogp_assessments")
    assert {(r.field, r.value) for r in said} == found
    assert {r.commitment_number for r in said} <= {"3"}


def test_ticked_boxes_say_the_value_behind_them() -> None:
    lines = ["Completion: [_] Limited [X] Substantial", "Specificity: [_] Low [_] High"]
    signs = [
        Passage(n, "paragraph", x.replace("[_]", "☐").replace("[X]", "☒")) for n, x in enumerate(lines, 1)
    ]
    assert [(a.field, a.value) for a in assessed_in(without_unticked(signs))] == [
        ("completion", "Substantial")
    ]


CELL: PassageKind = "table_cell"


def test_a_cell_can_hold_a_label_and_its_value() -> None:
    cells = [
        Passage(n, CELL, text) for n, text in enumerate(("Potential impact None", "Specificity of data"), 1)
    ]
    assert [(a.field, a.value_code) for a in assessed_in(cells)] == [("potential_impact", "None")]


@pytest.mark.parametrize(
    "lines",
    [
        ["Verifiable Yes", "Level of completion Limited"],  # a list of terms
        ["Is it verifiable? Level of completion", (CELL, "Yes"), (CELL, "Limited")],  # heads without rules
    ],
)
def test_a_label_can_stand_before_its_value_without_a_colon(
    lines: list[str | tuple[PassageKind, str]],
) -> None:
    passages = _passages(lines)
    assert [(a.field, a.value_code) for a in assessed_in(passages)] == [
        ("verifiable", "Yes"),
        ("completion", "Limited"),
    ]
    assert not list(assessed_in(_passages(["Completion limited the work of the office"])))


def _passages(lines: Sequence[str | tuple[PassageKind, str]]) -> list[Passage]:
    return [
        Passage(n, *(("paragraph", line) if isinstance(line, str) else line))
        for n, line in enumerate(lines, 1)
    ]


def told(*lines: str | tuple[PassageKind, str]) -> list[tuple[str | None, str, str | None]]:
    passages = _passages(lines)
    return [(m.number, m.text, m.completion_code) for m, *_ in numbered_milestones(passages)]


@pytest.mark.parametrize(
    ("lines", "completed"),
    [
        (["3.1. Dig wells (completed)", "3.2. Map them. Completion: not started"], ["Complete", "Not Started"]),
        (["3.1. Dig wells (in 2015)", "3.2. Map them"], [None, None]),
        # a row after the other, with and without a value; a column after the other
        ([(CELL, "3.1. Dig wells"), (CELL, "Limited"), (CELL, "3.2. Map them")], ["Limited", None]),
        (
            [(CELL, "3.1. Dig wells"), (CELL, "3.2. Map them"), (CELL, "Limited"), (CELL, "Complete")],
            ["Limited", "Complete"],
        ),
        ([(CELL, "3.1. Dig wells"), (CELL, "3.2. Map them"), (CELL, "x"), (CELL, "Complete")], [None, "Complete"]),
        # what stands under another heading is of the commitment
        ([(CELL, "3.1. Dig"), (CELL, "3.2. Map"), ("heading", "Overview"), (CELL, "Limited")], [None, None]),
    ],
)  # fmt: skip
def test_how_far_milestones_were_completed(
    lines: list[str | tuple[PassageKind, str]], completed: list[str | None]
) -> None:
    assert [code for *_, code in told(*lines)] == completed


def test_a_column_of_milestones_says_nothing_of_the_commitment() -> None:
    column = [(CELL, "Completion"), (CELL, "Complete"), (CELL, "Limited")]
    passages = [Passage(n, kind, text) for n, (kind, text) in enumerate(column, 1)]
    assert not list(assessed_in(passages))
    assert [a.value for a in assessed_in(passages[:2])] == ["Complete"]


def test_recommendations_are_rows_of_their_section() -> None:
    parsed = read((REPORTS / "en-C-1.pdf").read_bytes())
    truth = json.loads((REPORTS / "en-C-1.json").read_text(encoding="utf-8"))
    found = rows(parsed, "ogp_recommendations")
    assert [(r.commitment_number, r.commitment_title) for r in found] == [
        (c["number"], c["title"]) for c in truth["commitments"]
    ]
    passages = {f"{parsed.document.document_id}#p{p.ordinal}": p for p in parsed.document.content.passages}
    assert all(
        (p := passages[r.passage_id]).text == r.text and "Recommend" in (p.section or "") for r in found
    )


def test_a_report_in_a_language_without_words_is_read_and_says_so_once(tmp_path: Path) -> None:
    german = (
        "Das Ministerium hat die Liste der Brunnen im ganzen Land veröffentlicht.",
        "Die Gemeinden wurden gebeten, ihre eigenen Daten bis zum Ende des Jahres zu ergänzen.",
        "Ein unabhängiger Bericht wird im nächsten Frühling erwartet, und er wird öffentlich sein.",
    )
    lines = [text_at(72, 560 - 14 * n, 10, german[n % 3]) for n in range(24)]
    head = [text_at(72, 760, 24, "Zavaria Progress Report 2014-2016")]
    head += [
        text_at(72, 720, 11, "Independent Reporting Mechanism"),
        text_at(72, 680, 16, "Commitment 3: Brunnen"),
    ]
    data = pdf_of(RawPage(b"".join((*head, *lines))))
    parsed = read(data)
    assert parsed.document.language == "de" and parsed.document.kind == "ogp_irm_report"
    assert [f.code for f in parsed.findings] == ["unknown_language"]
    assert not rows(parsed, "ogp_assessments") and "Gemeinden" in " ".join(
        p.text for p in parsed.document.content.passages
    )


def test_what_the_site_sends_for_a_report_is_an_issue_and_two_of_one_plan_are_both_kept(
    tmp_path: Path,
) -> None:
    data = (REPORTS / "en-C-1.pdf").read_bytes()
    sent = {"first": data, "second": data + b"\n%%EOF\n", "page": b"<html><body>Sorry</body></html>"}
    settings = Settings(raw=str(tmp_path / "raw"), curated=str(tmp_path / "curated"), workers=0)
    for name, body in sent.items():
        fetched = replace(capture(body, f"{UPLOADS}/{name}.pdf"), source="ogp", http_status=200)
        RawStore(settings.raw).put(fetched, body)
    release = read_and_publish(settings, Reporter(quiet=True)).release
    assert release is not None
    assert release.table("documents").num_rows == 2 and release.table("ogp_assessments").num_rows == 32
    issues = release.table("issues").to_pylist()
    assert len({i["document_id"] for i in issues if i["code"] == "same_plan"}) == 2
    errors = [(i["url"], i["code"]) for i in issues if i["severity"] == "error"]
    assert errors == [(f"{UPLOADS}/page.pdf", "not_a_pdf")]


def merged(*lines: tuple[float, float, float, str]) -> list[tuple[str, str]]:
    """What cells of one printed line each say: (left, right, top, text)."""
    cells = [
        Passage(n, "table_cell", text, page=1, lines=(Line(0, len(text), Box(1, x0, top, x1, top + 9)),))
        for n, (x0, x1, top, text) in enumerate(lines, 1)
    ]
    return [(a.field, a.value) for a in merged_in(cells)]


LABELS = (
    (230, 275, 80, "Potential"),
    (72, 264, 90, "Verifiable Relevant impact"),
    (310, 370, 90, "Completion"),
)


def test_labels_and_values_whose_cells_are_not_parted() -> None:
    found = [
        ("verifiable", "No"),
        ("relevance", "Yes"),
        ("potential_impact", "Minor"),
        ("completion", "Not started"),
    ]
    assert merged(*LABELS, (72, 260, 105, "No Yes Minor"), (310, 368, 105, "Not started")) == found
    # words that are broken in labels and in values
    broken = (*LABELS[:2], (310, 360, 90, "Completio"), (310, 315, 100, "n"))
    found[2:] = [("potential_impact", "Transformative"), ("completion", "Limited")]
    values = ((72, 285, 115, "No Yes Transformati"), (230, 241, 125, "ve"), (310, 350, 115, "Limited"))
    assert merged(*broken, *values) == found
    # a value of two lines
    values = ((72, 264, 115, "No Yes None"), (310, 380, 115, "No evidence"), (310, 345, 125, "available"))
    assert merged(*broken, *values)[-1] == ("completion", "No evidence available")


@pytest.mark.parametrize(
    "values",
    ["No Yes", "No Yes Minor Limited Complete", "No Yes Limited Minor", "No Yes perhaps Minor Limited"],
)
def test_such_a_table_tells_nothing_unless_all_of_it_is_understood(values: str) -> None:
    assert merged(*LABELS, (72, 368, 105, "No Yes Minor Limited"))
    assert not merged(*LABELS, (72, 368, 105, values))
    assert not merged(*LABELS, (400, 440, 90, "Remarks"), (72, 368, 105, "No Yes Minor Limited"))
