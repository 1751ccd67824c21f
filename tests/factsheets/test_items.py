"""What factsheets list, told from passages and links as readers give them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from osint_ingest.model import Box, Content, Footnote, FootnoteRef, Line, Link, Passage
from osint_ingest.sources.factsheets.items import items_in
from osint_ingest.sources.factsheets.rows import rows_of
from osint_ingest.sources.factsheets.tables import ItemRow, ItemUrlRow

TOLD = "It was drafted together with the provinces, and everyone keeps to it."
GAZETTE = "https://www.riigiteataja.ee/en/eli/1"


def content(*lines: str | tuple[str, ...], links: tuple[tuple[str, str], ...] = ()) -> Content:
    """Passages from texts (paragraphs), or from level (`1`) or kind and text. Links are (words, address)."""
    passages = []
    for ordinal, line in enumerate(lines, 1):
        mark, text = ("", line) if isinstance(line, str) else line
        level = int(mark) if mark.isdigit() else None
        kind = "heading" if level else mark or "paragraph"
        passages.append(Passage(ordinal, kind, text, level=level, page=1))  # type: ignore[arg-type]
    found = []
    for words, url in links:
        passage = next(p for p in reversed(passages) if words in p.text)
        at = passage.text.index(words)
        found.append(
            Link(len(found) + 1, url, "annotation", passage.ordinal, None, at, at + len(words), words)
        )
    return Content(tuple(passages), links=tuple(found))


def only_row(read: Content, latest: int = 2024) -> ItemRow:
    (row,) = (
        r for r in rows_of(read, "factsheet:EST:2024", latest, one_page=False) if isinstance(r, ItemRow)
    )
    return row


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        # fields are no items, wherever their level says they stand
        ([("1", "4 Digital Government Legislation"), ("2", "4.1 Key Enablers"), TOLD], []),
        ([("1", "Legal Framework"), ("2", "eProcurement"), ("2", "Procurement Act"), TOLD], ["Procurement Act"]),
        # a heading and a line in capitals; a sentence is none, nor what has nothing below it
        ([("1", "4 Legislation"), ("4", "Cyber Act"), TOLD, "Archive Act", TOLD], ["Cyber Act", "Archive Act"]),
        ([("1", "4 Legislation"), "Nothing of this kind", TOLD], []),
        ([("1", "3 Policies"), "Plan for wells", "The plan for the wells is new."], ["Plan for wells"]),
        # a field that no list knows
        ([("1", "4 Legislation"), ("2", "Fisheries"), ("3", "Boat Act"), TOLD], ["Boat Act"]),
        ([("1", "4 Legislation"), ("4", "Cyber Act"), ("1", "5 Governance")], []),
        # one name over two lines, and one that begins in a small letter
        (
            [("1", "4 Legislation"), "Act on the Re-use", "of Public Sector Information", TOLD],
            ["Act on the Re-use of Public Sector Information"],
        ),
        ([("1", "6 Infrastructure"), ("2", "6.1 Portals"), "eTax Portal", TOLD], ["eTax Portal"]),
        # people and their boxes
        (
            [("1", "5 Governance"), "Tax Board", TOLD, "Dr Eva Tamm", TOLD, "Head of Unit", "Contact details:"],
            ["Tax Board"],
        ),
        # highlights repeat the sections' names: by number, by level
        (
            [
                ("1", "2 Highlights"), ("2", "Digital Government Legislation"), ("3", "News Act"), TOLD,
                ("1", "4 Digital Government Legislation"), ("3", "Cyber Act"), TOLD,
            ],
            ["Cyber Act"],
        ),
        (
            [
                ("1", "eGovernment Highlights"), ("2", "eGovernment Infrastructure"), ("3", "News Act"), TOLD,
                ("1", "eGovernment Legal Framework"), ("3", "Cyber Act"), TOLD,
            ],
            ["Cyber Act"],
        ),
        # a section's heading in two passages, the first of them taken for a page's header
        (
            [("header", "4 Digital Public Administration"), ("2", "Legislation"), ("3", "Cyber Act"), TOLD],
            ["Cyber Act"],
        ),
        # sections without numbers whose name the highlights repeat: the last is meant
        (
            [
                ("1", "eGovernment Highlights"), ("2", "eGovernment Strategy"), ("3", "News Plan"), TOLD,
                ("2", "EGOVERNMENT STRATEGY"), ("3", "Well Plan"), TOLD,
                ("1", "eGovernment Actors"), ("3", "Well Board"), TOLD,
            ],
            ["Well Plan", "Well Board"],
        ),
        # a name of short words
        ([("1", "4 Legislation"), "NIS Act", TOLD], ["NIS Act"]),
        # a number at one heading only, and a year or a pointer, name nothing
        (
            [("1", "4 Legislation"), ("3", "Cyber Act"), TOLD, ("1", "Governance"), ("3", "Well Board"), TOLD],
            ["Cyber Act", "Well Board"],
        ),
        ([("1", "4 Legislation"), ("3", "Cyber Act"), TOLD, "2008", TOLD, "Read more: Cyber Law", TOLD], ["Cyber Act"]),
        # acts run in, with and without a bullet
        ([("1", "4 Legislation"), f"Cyber Act 2000. {TOLD}", f"The Cyber Act helps. {TOLD}"], ["Cyber Act 2000"]),
        ([("1", "4 Legislation"), ("list_item", f"Cyber Act, 2011. {TOLD}")], ["Cyber Act"]),
        ([("1", "4 Legislation"), f"Cyber Act – Küberseadus (2011): {TOLD}"], ["Cyber Act – Küberseadus"]),
        # lines with labels tell of what stands above them
        ([("1", "4 Legislation"), ("3", "Cyber Act"), "Native title: Küberseadus", TOLD], ["Cyber Act"]),
        # acts that begin a text: before a dash, an aside or nothing, under one label
        ([("1", "4 Legislation"), ("list_item", f"Cyber Act (2011) — {TOLD}")], ["Cyber Act"]),
        ([("1", "4 Legislation"), "Cyber Act", "Wells", "Act on Wells", "Wells"], ["Cyber Act", "Act on Wells"]),
        ([("1", "Laws"), "Title: Cyber Act", "Year: 2011", "Title: Well Act", "Year: 2"], ["Cyber Act", "Well Act"]),
        # bullets where no line names anything
        ([("1", "4 Legislation"), ("list_item", f"Cyber Act: {TOLD}")], ["Cyber Act"]),
    ],
)  # fmt: skip
def test_names_of_a_section(lines: list[str | tuple[str, ...]], names: list[str]) -> None:
    assert [item.name for item in items_in(content(*lines))] == names


@pytest.mark.parametrize(
    ("heading", "field", "name", "kind"),
    [
        ("3 Interoperability and Data", "3.1 Data access", "Data Act", "legal_act"),
        ("3 Interoperability and Data", "3.1 Data access", "Data Strategy", "policy"),
        ("3 Interoperability and Data", "3.2 Data portals", "Open Wells", "infrastructure"),
        ("Legal and policy framework: timeline", "Openness", "Openness Act", "legal_act"),
        ("Policies, strategies and legal framework", "Openness", "Openness Plan", "policy"),
        ("Governance: Key players", "Central", "Well Board", "body"),
        ("Strategic initiatives", "Local", "Code for All", "initiative"),
    ],
)
def test_what_a_section_of_several_parts_lists(heading: str, field: str, name: str, kind: str) -> None:
    found = items_in(content(("1", heading), ("2", field), ("3", name), TOLD), one_page="3" not in heading)
    assert [(item.kind, item.name) for item in found] == [(kind, name)]


def test_a_single_page_lists_bullets_that_columns_part() -> None:
    read = content(
        ("1", "Policy and legal framework"),
        "In 2017, the Procurement",
        "Act set rules for the reuse of software.",
        ("list_item", "Open Office Plan, 2020: a list of programmes."),
        ("1", "Initiatives"),
        "Code for All: a forge for schools.",
        links=(("Procurement", GAZETTE), ("Act", GAZETTE)),
    )
    found = [(i.kind, i.name) for i in items_in(read, one_page=True)]
    assert found == [
        ("legal_act", "Procurement Act"),
        ("policy", "Open Office Plan, 2020"),
        ("initiative", "Code for All"),
    ]


def cells(section: str, *rows: tuple[str, ...]) -> Content:
    """A section with a table, whose cells stand where a page has them."""
    passages = [Passage(1, "heading", section, level=1, page=1)]
    for top, row in enumerate(rows):
        for left, text in enumerate(row):
            box = Box(1, 100.0 * left, 20.0 * top, 100.0 * left + 90, 20.0 * top + 9)
            line = Line(0, len(text), box)
            passages.append(Passage(len(passages) + 1, "table_cell", text, page=1, lines=(line,)))
    return Content(tuple(passages))


def linking(read: Content, *words: str) -> Content:
    found = [(p, w) for p in read.passages for w in words if p.text.startswith(w)]
    links = (
        Link(n, f"{GAZETTE}{n}", "annotation", p.ordinal, None, 0, len(w), w)
        for n, (p, w) in enumerate(found, 1)
    )
    return Content(read.passages, links=tuple(links))


@pytest.mark.parametrize(
    ("read", "expected"),
    [
        # a row for each body, whose name does not link
        (
            linking(
                cells(
                    "Governance",
                    ("Body", "Role", "Site"),
                    ("Well Board", TOLD, "Website"),
                    ("Tax Board", TOLD, "Website"),
                ),
                "Website",
            ),
            [("Well Board", None), ("Tax Board", None)],
        ),
        # acts that begin their texts, which no stop ends
        (
            cells(
                "Laws", ("Cyber Act (2011): it helps. Read more",), ("Data Act (2012): it helps. Read more",)
            ),
            [("Cyber Act", None), ("Data Act", None)],
        ),
        # the name links, and is not the first cell
        (
            linking(
                cells("Legislation", ("Year", "Type", "Name", "Text"), ("2012", "Legal", "Cyber Act", TOLD)),
                "Cyber",
            ),
            [("Cyber", 2012)],
        ),
        # a row of years above a row of acts
        (
            linking(
                cells("Legislation", ("2003", "2012"), ("Cyber Act: it helps.", "Data Act: it helps.")),
                "Cyber Act",
                "Data Act",
            ),
            [("Cyber Act", 2003), ("Data Act", 2012)],
        ),
    ],
)
def test_tables_of_a_single_page(read: Content, expected: list[tuple[str, int | None]]) -> None:
    assert [(item.name, item.year) for item in items_in(read, one_page=True)] == expected


def test_rows_of_a_table_with_links_to_the_texts() -> None:
    rows = ("Act", "Year", "Link"), ("Cyber Act", "2012", "Text of 2012"), ("Data Act", "", "here")
    read = linking(cells("4 Legislation", *rows), "Text of 2012", "here")
    found = [r for r in rows_of(read, "factsheet:EST:2024", 2024, one_page=False) if isinstance(r, ItemRow)]
    assert [(r.name, r.year, r.url) for r in found] == [
        ("Cyber Act", 2012, f"{GAZETTE}1"),
        ("Data Act", None, f"{GAZETTE}2"),
    ]


def test_rows_of_acts_can_begin_with_their_numbers() -> None:
    rows = (
        ("No", "Legal act", "Text"),
        ("12/2", "Cyber Act, 2012", GAZETTE),
        ("13/4", "Act on Wells", GAZETTE),
    )
    read = linking(cells("4 Legislation", *rows), GAZETTE)
    read = replace(read, passages=tuple(replace(p, table_row=(p.ordinal + 1) // 3) for p in read.passages))
    found = [r for r in rows_of(read, "factsheet:EST:2024", 2024, one_page=False) if isinstance(r, ItemRow)]
    assert [(r.name, r.year, r.url) for r in found] == [
        ("Cyber Act", 2012, f"{GAZETTE}1"),
        ("Act on Wells", None, f"{GAZETTE}2"),
    ]


def test_a_link_can_end_the_name_of_an_act() -> None:
    read = content(("1", "Laws"), f"Archives Act, Cap. 12: {TOLD}", links=(("Archives Act", GAZETTE),))
    assert only_row(read).name == "Archives Act"


def test_a_paragraph_can_link_several_acts_each_with_its_year() -> None:
    text = "Records are kept under the Archives Act of 2011. In 2014, the Cyber Act came, and the Data Act (2016)."
    links = [(name, f"{GAZETTE}{n}") for n, name in enumerate(("Archives Act", "Cyber Act", "Data Act"))]
    read = content(("1", "4 Legislation"), ("2", "Records"), text, links=tuple(links))
    found = [r for r in rows_of(read, "factsheet:EST:2024", 2024, one_page=False) if isinstance(r, ItemRow)]
    assert [(r.name, r.year, r.url) for r in found] == [
        ("Archives Act", 2011, f"{GAZETTE}0"),
        ("Cyber Act", 2014, f"{GAZETTE}1"),
        ("Data Act", 2016, f"{GAZETTE}2"),
    ]


def test_a_cell_below_the_name_in_its_row_has_the_native_name() -> None:
    read = cells("4 Legislation", ("Cyber Act",), ("Küberseadus", "2012", "Link"))
    read = replace(read, passages=(read.passages[0], *(replace(p, table_row=1) for p in read.passages[1:])))
    row = only_row(linking(read, "Link"))
    assert (row.name, row.native_name, row.url) == ("Cyber Act", "Küberseadus", f"{GAZETTE}1")


def test_compounds_name_acts_in_mixed_sections() -> None:
    read = content(("1", "Policies and legal framework"), ("3", "Onlinezugangsgesetz"), TOLD)
    assert only_row(read).kind == "legal_act"


@pytest.mark.parametrize(
    ("name", "text", "native", "acronym", "year"),
    [
        ("Data Act", "The Data Act (Avaliku teabe seadus) is of 2000.", "Avaliku teabe seadus", None, 2000),
        ("Information Act (AvTS)", TOLD, None, "AvTS", None),
        ("Decree on Regulation (EU) No 910/2014", "It is of 2017, and says so.", None, None, 2017),
        ("Data Act (OG 92/14)", "The Act (Lov om data), of 2014, says so.", None, None, 2014),
        ("Data Act", "The Act (Lov om data), of 2014, says so.", "Lov om data", None, 2014),
        ("Act 19/2013 on Openness", "In 2015, it was amended.", None, None, 2013),
        ("Digital Strategy 2030", "It was adopted in 2021, to end in 2030.", None, None, 2021),
        ("Re-use Act", "It transposes Directive (EU) 2019/1024 and was adopted in 2021.", None, None, 2021),
        ("Code Act", "The Code Act (Ley del Sector Real) helps.", "Ley del Sector Real", None, None),
        ("2014 · Code Act", TOLD, None, None, 2014),
        ("2014 Code Act (CA)", TOLD, None, "CA", 2014),
        ("Re-use Act", "The Re-use Act (hereinafter the Act) (last amended in 2020) helps.", None, None, 2020),
    ],
)  # fmt: skip
def test_names_and_year(
    name: str, text: str, native: str | None, acronym: str | None, year: int | None
) -> None:
    row = only_row(content(("1", "4 Legislation"), ("4", name), text))
    assert (row.native_name, row.acronym, row.year) == (native, acronym, year)


OTHER = "https://www.gov.ee/other"
UNION = "https://eur-lex.europa.eu/eli/dir/2019/1024/oj"


@pytest.mark.parametrize(
    ("text", "links", "url"),
    [
        ("The Board keeps the Openness Act up to date.", [("Board", OTHER), ("Openness Act", GAZETTE)], GAZETTE),
        ("The Board says: here is the full text of it.", [("Board", OTHER), ("full text", GAZETTE)], GAZETTE),
        ("By Directive 2019/1024, the Board drafts the law.", [("Directive 2019/1024", UNION), ("law", OTHER)], OTHER),
        ("By Directive 2019/1024, the Board drafts it all.", [("Directive 2019/1024", UNION)], None),
        ("The Board has guidelines for all public bodies.", [("guidelines", OTHER)], None),
        (f"The Board has it. Link: {GAZETTE[:-1]}9", [("Board", OTHER), (f"{GAZETTE[:-1]}9", OTHER)], OTHER),
        ("The Board has the rules of all public bodies.", [("Board", OTHER), ("rules", GAZETTE)], GAZETTE),
    ],
)  # fmt: skip
def test_where_an_act_stands(text: str, links: list[tuple[str, str]], url: str | None) -> None:
    read = content(("1", "4 Legislation"), ("4", "Openness Act 2012"), text, links=tuple(links))
    assert only_row(read).url == url
    urls = [r for r in rows_of(read, "factsheet:EST:2024", 2024, one_page=False) if isinstance(r, ItemUrlRow)]
    assert [(r.phrase, r.url, r.item) for r in urls] == [(words, where, 1) for words, where in links]


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        # an article stands before the name
        ([("list_item", f"The Archives Act (Arhiiviseadus): {TOLD}. No 12")], "No 12"),
        # the native name is linked, behind the name
        ([("list_item", f"Archives Act (Arhiiviseadus), 2011: {TOLD}")], "Arhiiviseadus"),
        ([("3", "Archives Act – Arhiiviseadus"), TOLD, "Source: Official Journal"], "Official Journal"),
        ([("3", "Archives Act"), "Arhiiviseadus", f"{TOLD} See the Official Journal."], "Official Journal"),
        ([("3", "Archives Act"), ("3", "Arhiiviseadus"), f"{TOLD} See the Official Journal."], "Official Journal"),
        # named in the prose, under no heading of its own
        ([f"In 2011, parliament passed the Archives Act (Arhiiviseadus). {TOLD}"], "Archives Act"),
    ],
)  # fmt: skip
def test_an_act_with_its_native_name_and_official_text(
    lines: list[str | tuple[str, ...]], words: str
) -> None:
    read = content(
        ("1", "4 Legislation"), ("2", "4.1 Specific legislation"), *lines, links=((words, GAZETTE),)
    )
    row = only_row(read)
    assert (row.name, row.native_name, row.url) == ("Archives Act", "Arhiiviseadus", GAZETTE)


def test_the_official_text_of_an_act_can_stand_in_a_note() -> None:
    read = content(("1", "4 Legislation"), ("3", "Archives Act"), TOLD, ("footnote", GAZETTE))
    heading, note = read.passages[1].ordinal, read.passages[3].ordinal
    read = replace(
        read,
        footnotes=(Footnote(1, "1", note, GAZETTE),),
        refs=(FootnoteRef(1, "1", heading, 12, 1, "Archives Act", 0, 12),),
        links=(Link(1, GAZETTE, "footnote", note, 1, 0, len(GAZETTE), GAZETTE),),
    )
    assert only_row(read).url == GAZETTE
