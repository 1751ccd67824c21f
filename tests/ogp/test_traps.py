"""Traps of these pages, one by one, on pages written for it."""

# ruff: noqa: E501 - pages are easier to read unbroken

from __future__ import annotations

from datetime import date

import pytest

from osint_ingest.sources.ogp import SOURCE
from tests.ogp.reading import capture, codes, read, row, rows, values

HEAD = (
    '<!DOCTYPE html><html lang="en"><head><title>Open Wells (ZV0001) | Commitment from Zavaria | Open Government '
    "Partnership</title></head><body><h1>Open Wells (ZV0001)</h1>{}</body></html>"
)


def commitment(body: str, **options: bool):  # type: ignore[no-untyped-def]
    return read(HEAD.format(body), **options)


@pytest.mark.parametrize(
    ("printed", "field", "value", "code"),
    [
        ("Early Results: Major Major", "early_results", "Major", "Major"),
        ("Early Results: Did Not Change Did Not Change", "early_results", "Did Not Change", "Did Not Change"),
        ("Starred: Yes Starred", "starred", "Yes", "Yes"),
        ("Starred: Pending IRM Review", "starred", "Pending IRM Review", "Pending IRM Review"),
        ("Ambition (see definition): No Data", "ambition", "No Data", "No Data"),
        ("Completion: No IRM Data", "completion", "No IRM Data", "No IRM Data"),
        ("Status: NA", "status", "NA", "NA"),
        ("Potential Impact: None", "potential_impact", "None", "None"),
        ("Ambición (consulta: definición): Alto", "ambition", "Alto", "High"),
        ("Premiers résultats : marginaux marginaux", "early_results", "marginaux", "Marginal"),
        (
            "Achèvement : en attente d'examen par le MII",
            "completion",
            "en attente d'examen par le MII",
            "Pending IRM Review",
        ),
    ],
)
def test_coded_values_stay_as_printed_with_their_code(
    printed: str, field: str, value: str, code: str
) -> None:
    parsed = commitment(f"<p>{printed}</p><p>Action Plan Cycle: 2020</p>")
    got = row(parsed, "ogp_commitments")
    assert (getattr(got, field), getattr(got, f"{field}_code")) == (value, code)


@pytest.mark.parametrize(
    ("printed", "areas"),
    [
        (
            "Access to Information Civic Space , Open Data",
            ["Access to Information", "Civic Space", "Open Data"],
        ),
        ("Water, Sanitation & Hygiene, Gender", ["Water, Sanitation & Hygiene", "Gender"]),
        ("Legislation, Regulation", ["Legislation", "Regulation"]),
        ("Open DataGender", ["Open Data", "Gender"]),
        ("Open Data, Beekeeping", ["Open Data", "Beekeeping"]),
        ("Open Data Portals", ["Open Data Portals"]),
    ],
)
def test_areas_are_split_by_their_names(printed: str, areas: list[str]) -> None:
    parsed = commitment(f"<h3>Policy Areas</h3><p>{printed.replace('&', '&amp;')}</p><h3>IRM Review</h3>")
    assert values(parsed, "policy_area") == areas


def test_relevance_names_values_or_answers() -> None:
    named = commitment(
        "<p>Relevant to OGP Values: Access to Information Civic Participation , Technology</p>"
    )
    assert values(named, "ogp_value") == ["Access to Information", "Civic Participation", "Technology"]
    assert row(named, "ogp_commitments").relevant_to_ogp_values is None
    answered = commitment("<p>Relevant to OGP Values: Yes</p>")
    assert values(answered, "ogp_value") == []
    assert row(answered, "ogp_commitments").relevant_to_ogp_values == "Yes"


def test_a_title_with_commas_is_one_plan_and_two_titles_are_two() -> None:
    both = "Action plan – Mirapol, Zavaria, 2021 – 2023, Action plan – Mirapol, Zavaria, 2023 – 2025"
    parsed = commitment(f"<p><b>Action Plan:</b> {both}</p><p>Status: Active</p>")
    assert values(parsed, "action_plan") == [
        "Action plan – Mirapol, Zavaria, 2021 – 2023",
        "Action plan – Mirapol, Zavaria, 2023 – 2025",
    ]
    assert row(parsed, "ogp_commitments").plan_end_year == 2025


@pytest.mark.parametrize(
    ("title", "year"),
    [("Zavaria Action Plan 2016-18", 2018), ("Plan de acción de Zavaria 2016-2018", 2018), ("Plan 3", None)],
)
def test_the_last_year_of_a_plan(title: str, year: int | None) -> None:
    parsed = commitment(f"<p><b>Action Plan:</b> {title}</p><p>Status: Active</p>")
    assert row(parsed, "ogp_commitments").plan_end_year == year


def test_an_empty_value_gives_no_row_and_takes_nothing_of_the_next() -> None:
    parsed = commitment("<p>Completion:</p><p>Status: Active</p><h2>Description</h2><p>Wells are dug.</p>")
    assert row(parsed, "ogp_commitments").completion is None
    assert values(parsed, "completion") == []


def test_a_heading_glued_to_a_value_is_separated() -> None:
    parsed = commitment(
        "<p>Policy Areas: Open Data, Sustainable Development GoalsDescription</p><p>Prose here.</p>"
    )
    assert values(parsed, "policy_area") == ["Open Data", "Sustainable Development Goals"]
    assert [a.answer for a in rows(parsed, "ogp_answers") if a.question == "Description"] == ["Prose here."]


def test_labels_in_prose_are_no_fields() -> None:
    parsed = commitment(
        "<p>Status: Active</p><h2>Description</h2><p><b>Lead Institution:</b> the mayor's cousin</p><p>Completion: none</p>"
    )
    got = row(parsed, "ogp_commitments")
    assert (got.lead_institution, got.completion, got.status) == (None, None, "Active")


def test_unknown_labels_and_values_and_debris_are_reported() -> None:
    parsed = commitment(
        "<p><strong>Status:</strong> Sleeping</p><p><strong>Colour of Paper:</strong> blue</p>"
        "<p><strong>Lead Institution:</strong> Institute of Waters https://waters.example/list.pdf</p>"
    )
    assert {"unknown_label", "unknown_value", "debris_in_value"} <= set(codes(parsed))
    assert (
        row(parsed, "ogp_commitments").lead_institution
        == "Institute of Waters https://waters.example/list.pdf"
    )


def test_a_label_that_differs_by_a_letter_is_read_and_reported() -> None:
    parsed = commitment("<p><strong>Resultado inicial:</strong> marginal</p><p>Estado: Activo</p>")
    assert row(parsed, "ogp_commitments").early_results == "marginal"
    assert "unknown_label" in codes(parsed)


def test_milestones_run_together_in_a_paragraph() -> None:
    parsed = commitment(
        "<p>Status: Active</p><h2>Description</h2><p>Milestones Ongoing or new commitment Start date End date 3. Wells "
        "3.1 Count all wells under Law 12.3 of 2009. Metrics: wells counted. Ongoing July 2018 March 2019 3.2 Draw the "
        "map. New 1 April 2019 September 2020 Metrics: maps drawn 3.3 Nothing with a date.</p>"
    )
    got = [
        (m.number, m.text, m.state, m.starts, m.ends, m.starts_date, m.ends_date, m.metrics)
        for m in rows(parsed, "ogp_milestones")
    ]
    assert got == [
        ("3.1", "Count all wells under Law 12.3 of 2009.", "ongoing", "July 2018", "March 2019", date(2018, 7, 1), date(2019, 3, 1), "wells counted."),
        ("3.2", "Draw the map.", "new", "1 April 2019", "September 2020", date(2019, 4, 1), date(2020, 9, 1), "maps drawn"),
    ]  # fmt: skip


def test_milestones_in_a_table() -> None:
    parsed = commitment(
        "<p>Estado: Activo</p><p>Verificable: Sí</p><h2>Descripción</h2><table><tr><th>Hito</th><th>Tipo</th><th>Inicio</th>"
        "<th>Fin</th><th>Indicadores</th></tr><tr><td>1.1 Contar los pozos</td><td>Nuevo</td><td>julio de 2018</td>"
        "<td>03/2019</td><td>pozos contados</td></tr></table>"
    )
    (m,) = rows(parsed, "ogp_milestones")
    assert (m.number, m.text, m.state, m.state_printed, m.metrics) == (
        "1.1",
        "Contar los pozos",
        "new",
        "Nuevo",
        "pozos contados",
    )
    assert (m.starts_date, m.ends_date) == (date(2018, 7, 1), date(2019, 3, 1))


def test_notes_are_tied_and_orphans_named() -> None:
    parsed = commitment(
        "<p>Status: Active</p><h2>IRM End of Term Status Summary</h2><p>Los pozos se contaron [5]. Después se publicó un mapa"
        " de todos ellos <sup>[6]</sup>; nadie lo corrigió [7].</p><p>[5] Instituto de Aguas, <a href='/d'>Los meses secos</a>,"
        " https://aguas.example/secos.pdf.</p><p>[7] Ibid.</p><p>[9] Nadie me cita.</p>"
    )
    content = parsed.document.content
    assert [(r.marker, r.footnote) for r in content.refs] == [("5", 1), ("6", None), ("7", 2)]
    assert [(n.marker, n.refers_to) for n in content.footnotes] == [("5", None), ("7", 1), ("9", None)]
    text = content.passages[content.refs[0].passage - 1].text
    assert "[" not in text and text[: content.refs[0].char_offset].endswith("contaron")
    assert [(x.origin, x.footnote, x.anchor_text) for x in content.links if x.footnote] == [
        ("footnote", 1, "Los meses secos"),
        ("footnote", 1, "https://aguas.example/secos.pdf"),
    ]
    assert {"orphan_marker", "orphan_note"} <= set(codes(parsed))
    assert content.passages[content.refs[0].passage - 1].language == "es" and parsed.document.language == "en"


def test_notes_in_a_list_that_links_lead_to() -> None:
    parsed = commitment(
        "<p>Status: Active</p><h2>Description</h2><p>Los pozos se contaron<sup><a href='#n1'>1</a></sup> dos veces<sup><a href='#n2'>2</a></sup>.</p>"
        "<ol><li id=n1>Los meses secos, <a href='https://aguas.example/secos.pdf'>informe</a> <a href='#r1'>↩</a></li><li id=n2>Ibíd.</li></ol>"
    )
    content = parsed.document.content
    assert [(r.marker, r.footnote, r.anchor_text) for r in content.refs] == [
        ("1", 1, "Los pozos se contaron"),
        ("2", 2, "dos veces"),
    ]
    assert [(n.marker, n.text, n.refers_to) for n in content.footnotes] == [
        ("1", "Los meses secos, informe", None),
        ("2", "Ibíd.", 1),
    ]
    assert [(x.url, x.footnote) for x in content.links if x.footnote] == [
        ("https://aguas.example/secos.pdf", 1)
    ]


@pytest.mark.parametrize(
    ("marked", "value"),
    [
        ("<dt>Lead Institution</dt><dd>To be named by the next government of the city.</dd>", "To be named by the next government of the city."),
        ("<dt>Lead Institution</dt><dd>The body that answers for what is done... More</dd><dd>Institute of Waters</dd>", "Institute of Waters"),
        ("<dt>Lead Institution</dt><dd>The body that answers for what is done... More</dd>", None),
        ("<dt>Lead Institution</dt><dd>Institute of Waters, Ministry of Land. Office of Maps.</dd>", "Institute of Waters, Ministry of Land. Office of Maps."),
        ("<dt>Lead Institution</dt><dd>Information</dd>", "Information"),
    ],
)  # fmt: skip
def test_an_explanation_of_a_label_is_not_its_value(marked: str, value: str | None) -> None:
    parsed = commitment(f"<dl>{marked}<dt>Status</dt><dd>Active</dd></dl>")
    got = row(parsed, "ogp_commitments")
    assert (got.lead_institution, got.status) == (value, "Active")


@pytest.mark.parametrize(
    "heading",
    [
        "<h1>Open Wells (ZV0001) <span>i</span></h1>",
        "<h1><a href='#t'>Open Wells (ZV0001)</a> <a href='#t'>#</a></h1>",
        "<h1>Open Wells <small>[ZV0001]</small></h1>",
        "<h1>ZV0001: Open Wells</h1>",
        "<h1>Open Wells – ZV0001</h1>",
        "<p>ZV0001</p><h1>Open Wells</h1>",
        "<div><div>Open Wells (ZV0001)</div></div>",
    ],
)
def test_a_title_without_its_code(heading: str) -> None:
    page = HEAD.format("<p>Status: Active</p>").replace("<h1>Open Wells (ZV0001)</h1>", heading)
    got = row(read(page), "ogp_commitments")
    assert (got.code, got.title, got.status) == ("ZV0001", "Open Wells", "Active")


@pytest.mark.parametrize(
    "written",
    [
        "<table><tr><th>Commitment ID</th><td>7</td></tr><tr><th>{q}</th><td>{a}</td></tr></table>",
        "<table><tr><th>{q}</th></tr><tr><td>{a}</td></tr></table>",
        "<table><tr><td>{q}</td><td>{a}</td></tr></table>",
        "<details><summary><h3><span aria-hidden=true>▸</span> {q}</h3></summary>{a}</details>",
        "<h3><i aria-hidden=true>expand_more</i> {q}</h3><p>{a}</p>",
    ],
)
def test_a_question_beside_or_above_its_answer(written: str) -> None:
    question, answer = "What is the commitment?", "A map of every well."
    parsed = commitment(f"<p>Status: Active</p><h2>Description</h2>{written.format(q=question, a=answer)}")
    assert (question, answer) in [(r.question, r.answer) for r in rows(parsed, "ogp_answers")]


def test_links_that_share_a_page_are_no_value() -> None:
    share = (
        '<div><a href="https://network.example/intent/post?u=x">Network</a> '
        '<a href="https://www.faces.example/sharer/sharer.php?u=x">Faces</a> <a href="mailto:?subject=x">Email</a></div>'
    )
    parsed = commitment(f"<p>Status: Active</p><dl><dt>Completion:</dt><dd></dd></dl>{share}")
    assert row(parsed, "ogp_commitments").completion is None
    assert not [link for link in parsed.document.content.links if "sharer" in link.url]


def test_a_file_that_somebody_shares_is_content() -> None:
    file = "https://files.example/share/plan.pdf?version=2"
    parsed = commitment(
        f'<p>Status: Active</p><h2>Description</h2><p>We did it.</p><p><a href="{file}">Plan</a></p>'
    )
    assert file in [link.url for link in parsed.document.content.links]


def test_personal_data_is_masked_once_and_its_length_kept() -> None:
    body = "<p>Status: Active</p><h2>Description</h2><p>Write to <a href='mailto:ana.m@wells.example'>ana.m@wells.example</a> or call +54 11 4321-5678.</p>"
    content = commitment(body).document.content
    said = content.passages[-1].text
    assert said == "Write to xxx.x@xxxxx.xxxxxxx or call +xx xx xxxx-xxxx."
    assert "ana" not in str(content.links) and content.masked == 2
    kept = commitment(body, keep_personal_data=True).document.content
    assert (
        kept.passages[-1].text == "Write to ana.m@wells.example or call +54 11 4321-5678."
        and kept.masked == 0
    )


def test_sustainable_development_goals_are_values() -> None:
    parsed = commitment(
        "<p>Status: Active</p><h2>Description</h2><p>Link with the Agenda 2030 (SDG) SDG 6: Clean water</p>"
    )
    (goal,) = [r for r in rows(parsed, "ogp_commitment_values") if r.field == "sdg"]
    assert (goal.value, goal.value_code) == ("SDG 6: Clean water", "6")


LISTED = (
    ("ZV0010", 2016, "Open Data", "Budgets for All", True),
    ("ZV0011", 2018, "Health", "Clinics That Publish", False),
    ("ZV0012", 2020, "Access to Information", "A Law on Records", False),
)


@pytest.mark.parametrize(
    ("entry", "star"),
    [
        ("<article><h3>{link}</h3><p>{code}, {year}, {area}</p>{star}</article>", "<span>Starred</span>"),
        ("<article>{star}<h3>{link}</h3><p>{code}, {year}, {area}</p></article>", "<span>Starred</span>"),
        (
            "<div>{star}<a href='{href}'><span>{code}</span><b>{title}</b><span>{year}</span><span>{area}</span></a></div>",
            "<img alt=Starred src=x>",
        ),
        (
            "<table><tr><td>{link}</td><td>{code}</td><td>{year}</td><td>{area}</td><td>{star}</td></tr></table>",
            "Yes",
        ),
        ("<h3>{year}</h3><ul><li>{link} ({code}) – {area}{star}</li></ul>", " ★"),
        (
            "<p>{link}{star}</p><p><b>Code:</b> {code} <b>Year:</b> {year} <b>Policy Area:</b> {area}</p>",
            " ★",
        ),
        (
            "<dl><dt>{link}{star}</dt><dd>Code: {code}</dd><dd>Year: {year}</dd><dd>Policy area: {area}</dd></dl>",
            " ★",
        ),
    ],
)
def test_entries_of_a_list_in_other_forms(entry: str, star: str) -> None:
    written = []
    for code, year, area, title, starred in LISTED:
        href = f"/members/zavaria/commitments/{code}/"
        link = f"<a href='{href}'>{title}</a>"
        said = {"code": code, "year": year, "area": area, "title": title, "href": href, "link": link}
        written.append(entry.format(**said, star=star if starred else "No" if star == "Yes" else ""))
    body = f"<main><h1>Zavaria</h1><h2>Commitments</h2>{''.join(written)}</main>"
    parsed = read(f"<html><body>{body}</body></html>", "https://www.opengovpartnership.org/members/zavaria/")
    got = {(r.code, r.year, r.policy_area, r.title, r.starred) for r in rows(parsed, "ogp_listing")}
    assert got == set(LISTED)


def test_a_listing_that_a_script_fills_in_is_not_read_as_empty() -> None:
    page = (
        "<html><head><title>Zavaria | Open Government Partnership</title><link rel=canonical "
        "href='https://www.opengovpartnership.org/members/zavaria/'></head><body><h1>Zavaria</h1><p>Member Since 2012</p>"
        "<h2>Commitments</h2><div id=app></div><script>fill()</script></body></html>"
    )
    parsed = read(page)
    assert parsed.document.document_id == "ogp:member/zavaria"
    assert row(parsed, "ogp_members").member_since == 2012
    assert "script_listing" in codes(parsed)


@pytest.mark.parametrize(
    ("member", "slug", "country", "kind"),
    [
        ("Kenya", "kenya", "KEN", "national"),
        ("Italie", "italy", "ITA", "national"),
        ("Elgeyo Marakwet, Kenya", "elgeyo-marakwet-kenya", "KEN", "local"),
        ("Republic of Korea", "republic-of-korea", "KOR", "national"),
        ("Zavaria", "zavaria", None, "national"),
    ],
)
def test_the_country_of_a_member(member: str, slug: str, country: str | None, kind: str) -> None:
    body = f"<p><a href='/members/{slug}/'>{member}</a></p><p>Status: Active</p>"
    parsed = read(
        HEAD.format(body).replace("Zavaria |", f"{member} |"),
        f"https://www.opengovpartnership.org/members/{slug}/commitments/ZV0001/",
    )
    assert (parsed.document.country_code, parsed.document.member_slug) == (country, slug)
    assert row(parsed, "ogp_commitments").jurisdiction_type == kind


@pytest.mark.parametrize(
    "url",
    [
        "http://opengovpartnership.org/members/Zavaria/commitments/zv0001",
        "https://www.opengovpartnership.org/countries/zavaria/commitments/ZV0001/",
        "https://web.archive.org/web/20210101000000/https://www.opengovpartnership.org/members/zavaria/commitments/ZV0001/",
        "https://archive.example/pages/20210101000000id_/http://opengovpartnership.org:80/members/zavaria/commitments/ZV0001",
        "https://www.opengovpartnership.org/report/countries/Zavaria/commitments/zv0001",
        "https://www.opengovpartnership.org/members/zavaria/commitments/ZV0001/?utm=1#top",
        "https://www.opengovpartnership.org/?p=16530",
    ],
)
def test_variants_of_an_address_lead_to_one_document(url: str) -> None:
    canonical = (
        "<link rel=canonical href=http://opengovpartnership.org/members/zavaria/commitments/zv0001></head>"
    )
    own = HEAD.replace("</head>", canonical) if "?p=" in url else HEAD  # a number names no page
    assert SOURCE.recognises(capture(own.encode(), url), own.encode())
    document = read(own.format("<p>Status: Active</p>"), url).document
    assert document.document_id == "ogp:ZV0001"
    assert document.url == "https://www.opengovpartnership.org/members/zavaria/commitments/ZV0001/"


def test_another_language_is_another_document() -> None:
    body = "<h2>General</h2><p>Ciclo del plan de acción: 2020</p><p>Estado: Activo</p><p>Institución líder: X</p>"
    parsed = read(
        HEAD.format(body), "https://www.opengovpartnership.org/es/members/zavaria/commitments/ZV0001/"
    )
    assert (parsed.document.document_id, parsed.document.language) == ("ogp:ZV0001@es", "es")


@pytest.mark.parametrize("tag", ["th", "td"])
def test_labels_can_head_columns_in_two_rows(tag: str) -> None:
    table = (
        f"<table><tr><{tag} rowspan='2'>Starred</{tag}><{tag} colspan='2'>Design</{tag}><{tag} rowspan='2'>Completion</{tag}></tr>"
        f"<tr><{tag}>Verifiable</{tag}><{tag}>Potential Impact</{tag}></tr>"
        "<tr><td>No</td><td>Yes</td><td>Minor</td><td>Limited</td></tr></table>"
    )
    page = (
        "<!DOCTYPE html><html lang='en'><head><title>Open Wells (ZV0001) | Commitment from Zavaria | Open Government "
        f"Partnership</title></head><body><h1>Open Wells (ZV0001)</h1><h2>Overview</h2>{table}</body></html>"
    )
    (commitment,) = rows(read(page), "ogp_commitments")
    said = (commitment.starred, commitment.verifiable, commitment.potential_impact, commitment.completion)
    assert said == ("No", "Yes", "Minor", "Limited")
