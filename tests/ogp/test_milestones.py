"""Milestones in lists and tables: what announces them, what numbers them, what is said of each."""

from __future__ import annotations

from datetime import date

import pytest

from tests.ogp.reading import read, rows

PAGE = (
    '<!DOCTYPE html><html lang="en"><head><title>Open Wells (ZV0001) | Commitment from Zavaria | Open Government '
    "Partnership</title></head><body><h1>Open Wells (ZV0001)</h1><p>Action Plan Cycle: 2020</p>"
    "<h2>Description</h2>{prose}</body></html>"
)
WORDS = ["Dig", "Measure"]


def told(prose: str) -> list[tuple[str | None, str, str | None, str | None, str | None]]:
    """(number, text, month of the start, month of the end, completion) of each milestone."""

    def month(day: date | None) -> str | None:
        return day and f"{day:%Y-%m}"

    found = rows(read(PAGE.format(prose=prose)), "ogp_milestones")
    return [
        (m.number, m.text.rstrip(".;"), month(m.starts_date), month(m.ends_date), m.completion_code)
        for m in found
    ]


@pytest.mark.parametrize(
    ("prose", "numbers"),
    [
        ("<h4>Milestones</h4><ol><li>Dig</li><li>Measure</li></ol>", [None, None]),
        ("<h4>Milestones</h4><p>The ministry will:</p><ul><li>Dig; and</li><li>Measure</li></ul>", [None, None]),
        ("<p>Jalons de l’engagement :</p><p>1. Dig</p><p>2. Measure</p>", ["1", "2"]),
        ("<p>Le texte prévoit les jalons suivants :</p><p>1. Dig</p><p>2. Measure</p>", ["1", "2"]),
        ("<p>Key activities:</p><p>a) Dig</p><p>b) Measure</p>", ["a", "b"]),
        ("<p>Hay un registro. Sus hitos son: (i) Dig y (ii) Measure</p>", ["i", "ii"]),
        ("<p>Milestones:<br>- Dig<br>- Measure</p>", [None, None]),
        ("<p>Office X will take the following actions: (i) Dig; and (ii) Measure. It is new.</p>", ["i", "ii"]),
        ("<p>Key activities and timeline</p><ul><li>Dig</li><li>Measure</li></ul>", [None, None]),
        ("<dl><dt>Hito 1</dt><dd>Dig</dd><dt>Hito 2</dt><dd>Measure</dd></dl>", ["1", "2"]),
        ("<p>Jalon n° 1. Dig.</p><p>Jalon n° 2. Measure.</p>", ["1", "2"]),
        ("<p>Les étapes sont les suivantes : 1- Dig ; 2- Measure.</p>", ["1", "2"]),
        ("<p>Étapes :</p><p>1°) Dig</p><p>2°) Measure</p>", ["1", "2"]),
        ("<p>Planned activities and their timing are: (a) Dig, (b) Measure.</p>", ["a", "b"]),
        ("<p>Marco: Dig.</p><p>Marco: Measure.</p>", [None, None]),
        ("<p>Hitos:</p><ul><li>Hito: Dig</li><li>Hito: Measure</li></ul>", [None, None]),
        ("<p>Sus hitos son: primera, Dig; segunda, Measure.</p>", [None, None]),
        ("<p>Le pays procédera par étapes : d’abord, Dig ; enfin, Measure.</p>", [None, None]),
        ("<p>Milestones:</p><p>First, Dig.</p><p>Second step: Measure.</p>", [None, None]),
    ],
)  # fmt: skip
def test_entries_of_an_announced_list_are_milestones(prose: str, numbers: list[str | None]) -> None:
    assert told(prose) == [(n, text, None, None, None) for n, text in zip(numbers, WORDS, strict=True)]


@pytest.mark.parametrize(
    "prose",
    [
        "<h4>Next steps</h4><ol><li>Dig</li><li>Measure</li></ol>",
        "<h4>Civic engagement activities</h4><ul><li>Forums in 2017</li><li>Surveys in 2018</li></ul>",
        "<h4>Marco legal</h4><ul><li>Ley 12 de aguas</li><li>Decreto 4 de 2016</li></ul>",
        "<p>There are three rights: 1) to know; 2) to ask; 3) to object.</p>",
        "<h4>Milestones</h4><p>Many wells were dug.</p><ul><li>Ministry of Water</li><li>Wells Fund</li></ul>",
        "<p>Two milestones were reached in 2017.</p><p>1. The law was passed.</p><p>2. The office opened.</p>",
        "<p>Milestone: Dig</p><p>Wells are few.</p>",
        "<p>There are two kinds: first, old wells; second, new wells.</p>",
        "<table><tr><th>Office</th><th>Wells</th></tr><tr><td>1. North</td><td>May 2018</td></tr></table>",
    ],
)
def test_other_lists_are_no_milestones(prose: str) -> None:
    assert told(prose) == []


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (" (by May 2019) ;", (None, "2019-05", None)),
        (" (by May 2019)", (None, "2019-05", None)),
        (" – May 2019", (None, "2019-05", None)),
        (" (échéance : mai 2019)", (None, "2019-05", None)),
        (". Plazo: mayo de 2019", (None, "2019-05", None)),
        (". Completion: Limited. The pumps came late.", (None, None, "Limited")),
        ("<br>Start date: May 2018<br>End date: June 2019", ("2018-05", "2019-06", None)),
        (" (May–June 2019)", ("2019-05", "2019-06", None)),
        (" (Nov-Feb 2019)", ("2018-11", "2019-02", None)),
        (" (a fines de mayo de 2019)", (None, "2019-05", None)),
        (". Timeline: Q2 to Q4 2019", ("2019-04", "2019-12", None)),
        (" (fin 2019)", (None, "2019-12", None)),
        (" (due May 2019): delayed, limited", (None, "2019-05", "Limited")),
        (". Calendário: 1.º trimestre a 2.º trimestre de 2019", ("2019-01", "2019-06", None)),
        (" (2.º semestre de 2019)", (None, "2019-12", None)),
        (". Due: May 2019. Progress: limited.", (None, "2019-05", "Limited")),
        (" | May–June 2019 | Limited", ("2019-05", "2019-06", "Limited")),
        (". Due: May 2019. How it stands: limited.", (None, "2019-05", "Limited")),
        ("<br>Avancement : limité", (None, None, "Limited")),
        (" by May 2019. This milestone has been completed.", (None, "2019-05", "Complete")),
        (". Este hito no se ha iniciado.", (None, None, "Not Started")),
        (". Cette étape est achevée.", (None, None, "Complete")),
        (" – May 2019 – Ministry of Water", (None, "2019-05", None)),
        (". Second quarter of 2019.", (None, "2019-06", None)),
        (" (último semestre de 2019 - mayo de 2020)", ("2019-07", "2020-05", None)),
        (" (entro maggio 2019)", (None, "2019-05", None)),
        (". Deadline: continuously, until the end of May 2019", (None, "2019-05", None)),
        (" by mid-2019. Responsible: the Ministry", (None, "2019-06", None)),
        (". This milestone was completed in July 2018.", (None, None, "Complete")),
        ("</p><p>The law was passed in May 2019.", (None, None, None)),
    ],
)
def test_what_an_entry_says_of_itself(said: str, expected: tuple[str | None, str | None, str | None]) -> None:
    prose = "".join(f"<p>Milestone {n}. {text}{said}</p>" for n, text in enumerate(WORDS, 1))
    assert told(prose) == [(str(n), text, *expected) for n, text in enumerate(WORDS, 1)]


@pytest.mark.parametrize(
    "prose",
    [
        "<ul><li>Dig (by May 2021)</li><li>Map – June 2022</li></ul>",
        "<p>The ministry wants to: 1) Dig (by May 2021); 2) Map (June 2022).</p>",
        "<p>Dig. Until May 2021.</p><p>Map. Until June 2022.</p>",
        "<p>• Dig : May-2021<br>• Map : June-2022</p>",
        "<ul><li>2021.5.: Dig</li><li>2022.6.: Map</li></ul>",
        "<p>Dig</p><p>When: May 2021</p><p>Map</p><p>When: June 2022</p>",
        "<table><tr><td>Wells</td><td>Dig (May 2021)<br>Map (June 2022)</td></tr></table>",
        "<table><tr><td>What</td><td>When</td></tr><tr><td>Dig</td><td>May 2021</td></tr>"
        "<tr><td>Map</td><td>June 2022</td></tr></table>",
        "<table><tr><th>#</th><th>Meta</th><th>Prazo máximo</th></tr><tr><td>4</td><td>Dig</td><td>May 2021</td></tr>"
        "<tr><td>5</td><td>Map</td><td>Quarter II, 2022</td></tr></table>",
    ],
)
def test_what_a_plan_dates_in_its_time_are_milestones_whatever_announces_them(prose: str) -> None:
    dated = [(text, ends) for _, text, _, ends, _ in told(prose)]
    assert dated == [("Dig", "2021-05"), ("Map", "2022-06")]
    undated, early = prose.replace("2022", "then").replace("-22", ""), prose.replace("2021", "2019")
    while_written = prose.replace("2022", "2021").replace("2021", "2020")
    for spoilt in (undated, early, while_written, f"<h2>IRM End of Term Status Summary</h2>{prose}"):
        assert told(spoilt) == []


@pytest.mark.parametrize(
    "prose",
    [
        "By May 2021 the ministry will dig wells, and by June 2022 it will map them.",
        "The ministry will dig wells by May 2021 and map them by June 2022.",
        "In May 2021, the ministry will dig wells. In June 2022, it will map them.",
        "The ministry commits to dig wells by May 2021 and map them by June 2022.",
        "The ministry will by May 2021 dig wells and by June 2022 map them all.",
        "Phase 1 (by May 2021): Dig wells. Phase 2 (by June 2022): Map them.",
        "Bis Mai 2021 gräbt das Amt Brunnen, bis Juni 2022 wird alles vermessen.",
        "En mayo de 2021 se cavarán pozos; en junio de 2022 se hará un mapa.",
    ],
)
def test_clauses_of_a_plan_that_say_what_will_be_done_by_when_are_milestones(prose: str) -> None:
    assert [ends for *_, ends, _ in told(f"<p>{prose}</p>")] == ["2021-05", "2022-06"]


@pytest.mark.parametrize(
    "prose",
    [
        "<p>By May 2021 the ministry had dug wells, by June 2022 it had mapped them.</p>",
        "<p>In 2021 the ministry dug wells. In 2022 it mapped them.</p>",
        "<p>By May 2021 the ministry will dig wells.</p>",
        "<p>By May 2021 the ministry will dig wells. By June 2050 it will map them.</p>",
        "<p>Published on: 3 May 2021</p><p>Last updated: 4 June 2022</p>",
        "<h3>Consultation</h3><ul><li>Forum in the north, May 2021</li><li>Forum, June 2022</li></ul>",
        "<table><tr><th>Event</th><th>Date</th></tr><tr><td>Forum</td><td>May 2021</td></tr>"
        "<tr><td>Fair</td><td>June 2022</td></tr></table>",
    ],
)
def test_what_was_done_or_happened_in_the_time_of_a_plan_is_no_milestone(prose: str) -> None:
    assert told(prose) == []


def test_paragraphs_that_tell_several_by_themselves_are_no_entries() -> None:
    prose = (
        "<p>The office will dig wells by May 2021 and map them by June 2022.</p><p>It met in July 2022.</p>"
    )
    assert [text for _, text, *_ in told(prose)] == ["The office will dig wells", "map them"]


@pytest.mark.parametrize("sign", [":", " –"])
def test_entries_of_a_plan_can_begin_with_a_year_or_stand_under_it(sign: str) -> None:
    sentences = f"<p>2020{sign} Dig wells. 2021{sign} Map them.</p>".replace(" –", ":")
    assert [text for _, text, *_ in told(sentences)] == ["Dig wells", "Map them"]
    behind = f"<ul><li>Dig{sign} 2020</li><li>Map{sign} 2021</li></ul>"
    assert [text for _, text, *_ in told(behind)] == ["Dig", "Map"]
    under = "<h4>2020</h4><ul><li>Dig</li></ul><h4>2021</h4><ul><li>Map</li></ul>"
    assert [text for _, text, *_ in told(under)] == ["Dig", "Map"]
    entries = f"<p>2020{sign} Dig</p><p>2021{sign} Map</p>"
    assert [text for _, text, *_ in told(entries)] == ["Dig", "Map"]
    assert told(entries.replace("2020", "2011")) == []


def test_a_table_with_deadlines_can_have_one_row() -> None:
    table = "<table><tr><td>Meta</td><td>Prazo</td></tr><tr><td>Dig</td><td>May 2022</td></tr></table>"
    assert [text for _, text, *_ in told(table)] == ["Dig"]
    assert told(table.replace("2022", "2020")) == []


def test_rows_of_a_plan_can_be_dated_by_a_year() -> None:
    heads = "<tr><th>Línea de acción</th><th>Producto</th><th>Fecha final</th></tr>"
    cells = "<tr><td>Dig</td><td>Pozo</td><td>2020</td></tr><tr><td>Map</td><td>Mapa</td><td>2021</td></tr>"
    assert [text for _, text, *_ in told(f"<table>{heads}{cells}</table>")] == ["Dig", "Map"]


def test_labels_of_dates_are_no_milestones() -> None:
    rows = "<tr><td>Start date</td><td>May 2021</td></tr><tr><td>End date</td><td>June 2022</td></tr>"
    assert told(f"<table>{rows}</table>") == []


def test_a_milestone_can_stand_in_parentheses_and_assesses_no_commitment() -> None:
    entries = [
        f"<p>Milestone {n} (Dig the well): implemented between March and May 2022. Completion: Complete.</p>"
        for n in (1, 2)
    ]
    assert told("".join(entries)) == [(n, "Dig the well", "2022-03", "2022-05", "Complete") for n in "12"]
    for prose in ("".join(entries), entries[0]):
        assert rows(read(PAGE.format(prose=prose)), "ogp_assessments") == []


def test_an_announced_list_can_have_one_entry() -> None:
    assert told("<p>Milestone:</p><ul><li>Dig by June 2019</li></ul>") == [
        (None, "Dig", None, "2019-06", None)
    ]
    assert told("<p>Milestone 1. Dig by June 2019</p>") == []


def test_dates_of_the_commitment_below_a_list_are_not_of_its_last_entry() -> None:
    prose = "<p>Milestones:<br>1. Dig<br>2. Measure</p><p>Start date: May 2018. End date: June 2019</p>"
    assert told(prose) == [("1", "Dig", None, None, None), ("2", "Measure", None, None, None)]


@pytest.mark.parametrize(
    ("head", "row", "expected"),
    [
        (["Milestone", "Start date", "End"], ["Dig", "01/05/2018", "30/06/2019"], (None, "2018-05", "2019-06", None)),
        (["Marcos", "Prazo"], ["1 – Dig", "maio de 2018 a junho de 2019"], ("1", "2018-05", "2019-06", None)),
        (["Étape", "Échéance"], ["Dig", "T2 2019"], (None, None, "2019-06", None)),
        (["Hito", "Limitado", "Completo"], ["9.1. Dig", "", "X"], ("9.1", None, None, "Complete")),
        (["No.", "Milestone", "Completion"], ["4", "Dig", "Limited"], ("4", None, None, "Limited")),
        (["S/N", "Activity", "Timeframe"], ["4", "Dig", "May – June 2019"], ("4", "2019-05", "2019-06", None)),
    ],
)  # fmt: skip
@pytest.mark.parametrize("tag", ["th", "td"])
def test_rows_of_a_table_with_a_column_of_milestones(
    head: list[str], row: list[str], expected: tuple[str | None, ...], tag: str
) -> None:
    heads = "".join(f"<{tag}>{text}</{tag}>" for text in head)
    cells = "".join(f"<td>{text}</td>" for text in row)
    number, *rest = expected
    assert told(f"<table><tr>{heads}</tr><tr>{cells}</tr></table>") == [(number, "Dig", *rest)]


@pytest.mark.parametrize(
    ("head", "below", "row", "expected"),
    [
        ("{0}Milestones</{t}>{2}Timeline</{t}>", ["From", "To"], ["5/2018", "6/2019"], ("2018-05", "2019-06", None)),
        ("{0}Jalons</{t}>{2}Niveau d'achèvement</{t}>", ["Limité", "Complet"], ["X", ""], (None, None, "Limited")),
        ("{0}Marcos</{t}>{2}Situação</{t}>", ["Limitado", "Completo"], ["", "X"], (None, None, "Complete")),
    ],
)  # fmt: skip
@pytest.mark.parametrize("tag", ["th", "td"])
def test_heads_of_a_table_can_stand_in_two_rows(
    head: str, below: list[str], row: list[str], expected: tuple[str | None, ...], tag: str
) -> None:
    first = head.format(f"<{tag} rowspan='2'>", "", f"<{tag} colspan='2'>", t=tag)
    second = "".join(f"<{tag}>{text}</{tag}>" for text in below)
    cells = "".join(f"<td>{text}</td>" for text in ("Dig", *row))
    group = f"<tr><td colspan='{len(row) + 1}'>Phase one</td></tr>"
    table = f"<table><tr>{first}</tr><tr>{second}</tr>{group}<tr>{cells}</tr></table>"
    assert told(table) == [(None, "Dig", *expected)]
