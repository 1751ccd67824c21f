"""Records and cover of the sample report, against what its author wrote down."""

from __future__ import annotations

import json
from pathlib import Path

from osint_ingest.model import Content, FootnoteRef, Passage
from osint_ingest.sources.cover import read_cover
from osint_ingest.sources.osor import SOURCE
from osint_ingest.sources.osor.names import words
from osint_ingest.sources.osor.records import records_of
from osint_ingest.sources.osor.tables import ActorRow, InitiativeRow, PolicyRow

from .hand_made import content_of, sample_report

TRUTH = json.loads((Path(__file__).parents[1] / "sample" / "report.records.json").read_text(encoding="utf-8"))


def test_every_record_of_the_sample_report_is_found() -> None:
    records = list(records_of(content_of(sample_report()), "osor:X:2025", "Corvalia"))
    for role, name in (("policy_maker", "policy_makers"), ("strategic_player", "strategic_players")):
        found = [r for r in records if isinstance(r, ActorRow) and r.role == role]
        assert [{k: getattr(r, k) for k in TRUTH[name][0]} for r in found] == TRUTH[name]
    for row, name in ((PolicyRow, "policies"), (InitiativeRow, "initiatives")):
        of_row = [r for r in records if isinstance(r, row)]
        assert [{k: getattr(r, k) for k in TRUTH[name][0]} for r in of_row] == TRUTH[name]
        assert [r.ordinal for r in of_row] == list(range(1, len(of_row) + 1))


def test_the_cover_of_the_sample_report_is_read() -> None:
    content = content_of(sample_report())
    cover = read_cover(content, words().cover)
    assert SOURCE.titled(content)
    assert cover.title == TRUTH["title"]
    assert (cover.country, cover.country_code, cover.year) == ("Corvalia", None, 2025)
    assert cover.published is not None
    assert (cover.published.isoformat(), cover.licence) == (TRUTH["published"], TRUTH["licence"])


def passages(*said: tuple[str, str, str | None]) -> Content:
    return Content(tuple(Passage(n, kind, text, section) for n, (kind, text, section) in enumerate(said, 1)))  # type: ignore[arg-type]


def names(content: Content, country: str | None = None) -> list[tuple[str, str]]:
    rows = records_of(content, "d", country)
    return [(type(r).__name__, r.title if isinstance(r, PolicyRow) else r.name) for r in rows]


def test_a_report_without_bullets_has_paragraphs_that_begin_like_records() -> None:
    content = passages(
        ("heading", "Policymakers", None),
        ("paragraph", "This section names those who decide.", None),
        ("paragraph", "The Data Office (Datenamt) decides on formats and on little else.", None),
        (
            "paragraph",
            "Much has been written about this, and none of it is agreed upon by those who decide.",
            None,
        ),
        ("heading", "Initiatives", None),
        (
            "paragraph",
            "Several initiatives were started in the north, and most of them are still alive.",
            None,
        ),
        (
            "paragraph",
            "NordCode, 2020: a platform on which the towns of the north share their programmes.",
            None,
        ),
    )
    assert names(content) == [("ActorRow", "Data Office"), ("InitiativeRow", "NordCode")]


def test_headings_can_be_the_records() -> None:
    content = passages(
        ("heading", "Initiatives", None),
        ("paragraph", "They are listed here.", "Initiatives"),
        ("heading", "NordCode, 2020", "Initiatives"),
        ("paragraph", "A platform.", "Initiatives > NordCode, 2020"),
        ("heading", "Open Maps (2018)", "Initiatives"),
        ("paragraph", "Maps.", "Initiatives > Open Maps (2018)"),
    )
    assert names(content) == [("InitiativeRow", "NordCode"), ("InitiativeRow", "Open Maps")]


def test_a_bullet_within_a_bullet_is_no_record_of_its_own() -> None:
    content = Content(
        (
            Passage(1, "heading", "Policies", None, 2),
            Passage(2, "list_item", "In 2020, the Code Act was passed. It says:", "Policies", 1),
            Passage(3, "list_item", "In 2021, the Paper Act ends", "Policies", 2),
            Passage(4, "list_item", "In 2019, the Map Act was passed.", "Policies", 1),
        )
    )
    assert names(content) == [("PolicyRow", "Code Act"), ("PolicyRow", "Map Act")]


def test_an_initiative_under_a_heading_that_sounds_like_policy_stays_one() -> None:
    content = Content(
        (
            Passage(1, "heading", "Initiatives", None, 2),
            Passage(2, "heading", "National level", "Initiatives", 3),
            Passage(3, "list_item", "Code Strategy Lab, 2020: a room", "Initiatives > National level", 1),
            Passage(4, "heading", "Annex", None, 2),
            Passage(5, "list_item", "List of persons, 2020: none", "Annex", 1),
        )
    )
    assert names(content) == [("InitiativeRow", "Code Strategy Lab")]


def test_a_line_of_the_contents_names_no_section_of_the_body() -> None:
    content = Content(
        (
            Passage(1, "paragraph", "Policies"),
            Passage(2, "paragraph", "Initiatives"),
            Passage(3, "heading", "Executive Summary", None, 2),
            Passage(4, "list_item", "Norland, 2020: a country", "Executive Summary", 1),
        )
    )
    assert names(content) == []


def test_only_a_marker_at_the_name_tells_the_homepage() -> None:
    report = content_of(sample_report())
    first = next(r for r in records_of(report, "d", "Corvalia") if isinstance(r, ActorRow))
    moved = tuple(
        FootnoteRef(r.ordinal, r.marker, r.passage, 400, r.footnote)
        if f"d#p{r.passage}" == first.passage_id
        else r
        for r in report.refs
    )
    content = Content(report.passages, report.footnotes, moved, report.links)
    again = next(r for r in records_of(content, "d", "Corvalia") if isinstance(r, ActorRow))
    assert (first.homepage is not None, again.homepage) == (True, None)
