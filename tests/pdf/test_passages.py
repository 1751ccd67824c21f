"""Where passages end: what tells paragraphs and items apart, and what goes on over boxes, columns and pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from pdfminer.fontmetrics import FONT_METRICS

from osint_ingest.pdf import read_pdf

from .pages import RawPage, made, pdf_of, text_at

SIZE, LEADING = 10.0, 13.0
TEXT = (
    "the harbour office keeps a register of every ship that calls and of the dues that it has paid so that each"
    " town along the coast can see who has landed what and when it left again for the islands in the north"
)
WORDS = TEXT.split()
HELVETICA = FONT_METRICS["Helvetica"][1]


def filled(count: int, first: str = "The", last: str = "and") -> list[str]:
    """Lines of nearly one width."""
    out = []
    for i in range(count):
        words = [WORDS[(7 * i + k) % len(WORDS)] for k in range(40)]
        line = first if i == 0 else words.pop()
        while len(line) < 78:
            line += " " + words.pop(0)
        out.append(line[:80].rstrip() if i < count - 1 else line[:76].rstrip() + " " + last)
    return out


def page(lines: Sequence[tuple[float, float, str]]) -> RawPage:
    """Lines as (x, y from the head, text)."""
    return RawPage(b"".join(text_at(x, 842 - y, SIZE, text) for x, y, text in lines))


def column(
    texts: Sequence[str], x: float = 72, top: float = 90, indent: float = 0
) -> list[tuple[float, float, str]]:
    """Lines one under the other, the first one indented."""
    return [(x + (0 if i else indent), top + LEADING * i, text) for i, text in enumerate(texts)]


def texts(*pages: RawPage) -> list[tuple[str, str]]:
    return [(p.kind, p.text) for p in read_pdf(pdf_of(*pages)).passages]


def test_an_indent_alone_parts_paragraphs() -> None:
    paragraphs = [[*filled(3, first), "It ended there."] for first in ("First", "Second", "Third")]
    top, lines = 90.0, []
    for paragraph in paragraphs:
        lines += column(paragraph, top=top, indent=15)
        top += LEADING * len(paragraph)
    assert [text for _, text in texts(page(lines))] == [" ".join(p) for p in paragraphs]


def test_the_number_of_a_list_is_no_text_and_a_number_alone_is() -> None:
    intro = "The council set two rules for everyone who reuses what the town has published here:"
    rules = ["1. Name the town.", "2. Name the year."]
    lone = [
        "The plan has one part that nobody has paid for until now.",
        "1. A sentence with a number that stands alone.",
    ]
    got = texts(page(column([intro, *rules])))
    assert got == [("paragraph", intro), ("list_item", "Name the town."), ("list_item", "Name the year.")]
    assert lone[1] in [text for _, text in texts(page(column(lone)))]


def test_a_paragraph_goes_on_over_a_page() -> None:
    first, second = filled(30, "Once"), ["and went on there.", *filled(3, "Then", "there.")]
    got = texts(page(column(first)), page(column(second)))
    assert got[0] == ("paragraph", " ".join([*first, second[0]]))


def justified(text: str, y: float, width: float) -> list[tuple[float, float, str]]:
    """The words of a line that is set to a width by wide spaces."""
    words = text.split()
    wide = [sum(HELVETICA[c] for c in word) / 1000 * SIZE for word in words]
    space = (width - sum(wide)) / (len(words) - 1)
    return [(72 + sum(wide[:i]) + i * space, y, word) for i, word in enumerate(words)]


@pytest.mark.parametrize(
    "wide",
    [
        ["one responsibility nevertheless", "under the administration"],
        ["responsibilities a", "administrations a", "considerations a"],
    ],
    ids=["two gaps", "last words of one width"],
)
def test_a_justified_line_with_wide_spaces_is_no_row_of_a_table(wide: Sequence[str]) -> None:
    lines = ["Here " + " ".join(WORDS[i : i + 6]) for i in range(8)]
    lines[4:4] = wide
    printed = [word for i, line in enumerate(lines) for word in justified(line, 90 + LEADING * i, 190)]
    assert texts(page(printed)) == [("paragraph", " ".join(lines))]


@pytest.mark.parametrize("maker", ["weasyprint", "typst", "reportlab"])
def test_a_bold_label_stands_apart_from_the_line_below(maker: str) -> None:
    content = read_pdf(made("cover-labels", maker).read_bytes())
    first = [p.text for p in content.passages if p.page == 1]
    assert {"Authors", "Contact us", "Disclaimer"} <= set(first)


def test_the_contents_and_a_part_with_its_number_alone_are_headings() -> None:
    lines = ["Contents", "Harbour dues ........................ 3", "Ships at night ...................... 4"]
    text = ["Chapter 1", *filled(3), "It ended there."]
    got = texts(page(column(lines)), page(column(text[:1]) + column(text[1:], top=130)))
    assert [t for kind, t in got if kind in ("heading", "title")] == ["Contents", "Chapter 1"]


@pytest.mark.parametrize("maker", ["latex", "weasyprint", "typst"])
def test_each_affiliation_is_a_passage(maker: str) -> None:
    text = [p.text for p in read_pdf(made("paper", maker).read_bytes()).passages]
    assert [t[1:].strip() for t in text if t[:1].isdigit() and len(t) > 1] == [
        "University of Orsk, School of Harbours",
        "Institute of Tides, Selby",
    ]


def test_roman_numbers_of_pages_run_along_them() -> None:
    pages = [page([*column(filled(4)), (300.0, 800.0, number)]) for number in ("i", "ii", "iii")]
    assert [t for kind, t in texts(*pages) if kind == "footer"] == ["i", "ii", "iii"]


DISC = b"%f %f m %f %f %f %f %f %f c %f %f %f %f %f %f c %f %f %f %f %f %f c %f %f %f %f %f %f c h f\n"


def disc(x: float, y: float) -> bytes:
    """A disc of 3 points, as browsers draw the sign of a list."""
    top, right, foot, left = (x, y + 1.5), (x + 1.5, y), (x, y - 1.5), (x - 1.5, y)
    corners = [(x + 1.5, y + 1.5), (x + 1.5, y - 1.5), (x - 1.5, y - 1.5), (x - 1.5, y + 1.5)]
    numbers = [*top]
    for corner, to in zip(corners, (right, foot, left, top), strict=True):
        numbers += [*corner, *corner, *to]
    return DISC % tuple(numbers)


def square(x: float, y: float) -> bytes:
    """A square of 3 points, as TeX draws one: a stroke as thick as it is long."""
    return b"q 3 w %f %f m %f %f l S Q\n" % (x, y - 1.5, x, y + 1.5)


@pytest.mark.parametrize("sign", [disc, square])
def test_drawn_signs_begin_items_and_dots_of_a_chart_do_not(sign: Callable[[float, float], bytes]) -> None:
    items = [filled(2, "First"), filled(2, "Second"), filled(2, "Third", "dues.")]
    lines = column([line for item in items for line in item], x=90)
    drawn = b"".join(sign(78, 842 - y + 3) for _, y, _ in lines[::2])
    content = read_pdf(pdf_of(RawPage(page(lines).content + drawn)))
    assert [(p.kind, p.text) for p in content.passages] == [("list_item", " ".join(item)) for item in items]
    chart = b"".join(sign(78, 842 - y + 22) for _, y, _ in lines)
    content = read_pdf(pdf_of(RawPage(page(lines).content + chart)))
    assert not any(p.kind == "list_item" for p in content.passages)


def test_a_list_goes_on_after_the_list_inside_it() -> None:
    lines = ["1. Name the town.", "2. Name the year:", "3. Name the price."]
    inner = [
        (92.0, 0.0, "a) that of the law,"),
        (92.0, 0.0, "b) that of the report."),
        (92.0, 0.0, "c) no other."),
    ]
    rows = [(72.0, 0.0, lines[0]), (72.0, 0.0, lines[1]), *inner, (72.0, 0.0, lines[2])]
    got = texts(page([(x, 90 + LEADING * i, text) for i, (x, _, text) in enumerate(rows)]))
    assert got[-1] == ("list_item", "Name the price.")


def test_the_head_of_a_short_chapter_is_a_running_head() -> None:
    pages = []
    for number in range(10):
        head = text_at(72, 800, 8, f"Of ships and harbours, part {'abcde'[number // 2]}")
        pages.append(RawPage(head + page(column(filled(20, f"Page {'abcdefghij'[number]}"), top=60)).content))
    assert sum(kind == "header" for kind, _ in texts(*pages)) == 10


def test_a_page_number_far_above_the_foot_is_no_text() -> None:
    """KOMA-Script leaves a quarter of the page free at its foot."""
    pages = [page([*column(filled(38)), (300.0, 685.0, str(number))]) for number in (1, 2, 3)]
    assert [t for kind, t in texts(*pages) if kind == "footer"] == ["1", "2", "3"]


def test_headings_in_the_margin_leave_the_text_whole() -> None:
    lines = filled(30)
    beside = [(72.0, 90 + LEADING * i, word) for i, word in ((5, "Of dues"), (18, "Of ships"))]
    got = texts(page([*column(lines, x=180), *beside]))
    assert ("paragraph", " ".join(lines)) in got
    assert not any(kind == "table_cell" for kind, _ in got)


def test_the_caption_of_a_figure_is_no_heading_though_it_is_bold() -> None:
    bold = b"/F2 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>"
    caption, heading = "Figure 1. Ships of the year", "Harbour dues"
    drawn = b"BT /F2 10 Tf 72 700 Td (%s) Tj ET\nBT /F2 10 Tf 72 500 Td (%s) Tj ET\n"
    text = [
        *column([*filled(3), "It ended there."], top=160),
        *column([*filled(3), "It ended there."], top=370),
    ]
    got = texts(RawPage(page(text).content + drawn % (caption.encode(), heading.encode()), fonts=bold))
    assert ("caption", caption) in got
    assert [t for kind, t in got if kind in ("heading", "title")] == [heading]


@pytest.mark.parametrize("font", [b"NimbusRomNo9L-Medi", b"LinLibertineTB", b"CMBX10"])
def test_a_heading_of_the_texts_size_is_known_by_the_names_of_bold_fonts(font: bytes) -> None:
    bold = (
        b"/F2 << /Type /Font /Subtype /Type1 /BaseFont /%s /FirstChar 32 /Widths [%s]"
        b" /FontDescriptor << /Type /FontDescriptor /FontName /%s >> >>" % (font, b"500 " * 95, font)
    )
    text = [
        *column([*filled(3), "It ended there."], top=160),
        *column([*filled(3), "It ended there."], top=370),
    ]
    drawn = b"BT /F2 10 Tf 72 500 Td (Harbour dues) Tj ET\n"
    got = texts(RawPage(page(text).content + drawn, fonts=bold))
    assert [t for kind, t in got if kind == "heading"] == ["Harbour dues"]


@pytest.mark.parametrize("part", ["Chapter", "Capitolo", "Hoofdstuk"])
def test_the_number_of_a_chapter_above_its_title_is_no_heading(part: str) -> None:
    drawn = text_at(72, 760, 14, f"{part} 1") + text_at(72, 720, 18, "Harbour dues")
    got = texts(RawPage(drawn + page(column([*filled(6), "It ended there."], top=160)).content))
    assert [t for kind, t in got if kind in ("heading", "title")] == ["Harbour dues"]


def test_text_flows_around_a_frame() -> None:
    before, beside, after = filled(2, "Once"), [x[:40] for x in filled(4, "then")], filled(3, "and", "there.")
    lines = [*column(before), *column(beside, top=116), *column(after, top=168)]
    framed = [(345.0, 122.0, "Ships of the year"), (345.0, 135.0, "Twelve from the north")]
    frame = b"340 684 160 44 re S\n"
    got = texts(RawPage(page([*lines, *framed]).content + frame))
    assert got[0] == ("paragraph", " ".join([*before, *beside, *after]))


def test_the_sides_of_a_box_part_its_lines_from_the_text() -> None:
    lines = [
        *filled(4, last="then"),
        "45 of 60 agencies",
        "had replied by the end of",
        *filled(4, "the", "it."),
    ]
    box = b"70 %f 300 %f re S\n" % (842 - 90 - 5 * LEADING - 4, 2 * LEADING)
    got = [text for _, text in texts(RawPage(page(column(lines)).content + box))]
    assert "45 of 60 agencies had replied by the end of" in got


def test_a_heading_may_stand_before_the_text_on_its_line() -> None:
    bold = b"/F2 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold >>"
    before, after = filled(4, "Once", "there."), filled(4, "Dues", "there.")
    after[0] = after[0][:70].rsplit(maxsplit=1)[0]
    head = b"BT /F2 10 Tf 72 %f Td (Of harbours) Tj ET\n" % (842 - 90 - 5 * LEADING)
    text = [(144.0, 90 + 5 * LEADING, after[0]), *column(after[1:], top=90 + 6 * LEADING)]
    drawn = page(column(before)).content + head + page(text).content
    assert texts(RawPage(drawn, fonts=bold)) == [
        ("paragraph", " ".join(before)),
        ("heading", "Of harbours"),
        ("paragraph", " ".join(after)),
    ]


def test_a_line_ends_early_before_a_shortened_word_and_a_name() -> None:
    narrow = [
        *filled(3, "Once"),
        "and after that they were called on by",
        "Mr. Constantinopolitanov, who kept",
    ]
    got = texts(
        page(column([*narrow[:3], narrow[3] + " the harbour office of the", *filled(3, narrow[4], "there.")]))
    )
    assert len(got) == 1


def test_a_column_in_wide_leading_ends_lower_than_the_other() -> None:
    left = [WORDS[i % 9] + " of the harbour office keeps a register" for i in range(22)]
    right = [WORDS[i % 9] + " of the islands in the north has one too" for i in range(19)]
    lines = [(72.0, 90 + 19 * i, text) for i, text in enumerate(left)]
    lines += [(310.0, 90 + 19 * i, text) for i, text in enumerate(right)]
    assert " ".join(t for _, t in texts(page(lines))) == " ".join([*left, *right])


@pytest.mark.parametrize("apart", [0.2, 0.0])
def test_paragraphs_a_little_apart_are_told_by_how_little_lines_vary(apart: float) -> None:
    paragraphs = [filled(6, first, "dues are paid.") for first in ("First", "Second", "Third", "Fourth")]
    lines = [
        (72.0, 90 + LEADING * i + apart * (i // 6), x)
        for i, x in enumerate(line for p in paragraphs for line in p)
    ]
    assert len(texts(page(lines))) == (4 if apart else 1)


def test_paragraphs_that_begin_with_a_date_are_told_by_it() -> None:
    full = [filled(5, f"{day}th. In the morning", "home.") for day in range(14, 17)]
    short = [[*filled(5, f"{day}th. Up and"), "so home."] for day in range(4, 11)]
    got = texts(page(column([line for paragraph in [*short, *full] for line in paragraph], top=60)))
    assert [text for _, text in got] == [" ".join(p) for p in (*short, *full)]


def test_a_sign_that_stands_lower_than_its_line_begins_an_item() -> None:
    items = [filled(2, "First"), filled(2, "Second"), filled(2, "Third", "dues.")]
    lines = column([line for item in items for line in item], x=90)
    signs = b"".join(text_at(78, 842 - y - 4.5, 13, "*") for _, y, _ in lines[::2])
    assert texts(RawPage(page(lines).content + signs)) == [("list_item", " ".join(item)) for item in items]


def test_capitals_count_the_items_of_a_list_and_head_sections() -> None:
    intro = "The council set two rules for everyone who reuses what the town has published here:"
    rows = [(72.0, intro), (85.0, "A. Name the town."), (85.0, "B. Name the year.")]
    got = texts(page([(x, 90 + LEADING * i, text) for i, (x, text) in enumerate(rows)]))
    assert got[1:] == [("list_item", "Name the town."), ("list_item", "Name the year.")]
    section = [*filled(3), "It ended there."]
    lines = ["A. Early harbours", *section, "B. Later harbours", *section]
    got = texts(page([(72.0, 90 + LEADING * (i + i // 5), text) for i, text in enumerate(lines)]))
    assert [text for _, text in got[::2]] == ["A. Early harbours", "B. Later harbours"]


def test_a_quotation_in_narrow_lines_is_one_passage() -> None:
    words = " ".join(filled(12, "Once", "there.")).split()
    lines, quote = filled(8, "Before", "the register says:"), []
    while words:
        line = ""
        while words and len(line) < 44:
            line += f" {words.pop(0)}"
        quote.append(line.strip())
    rows = [
        *column(lines),
        *column(quote, x=110, top=210),
        *column(filled(8, "After", "there."), top=210 + LEADING * (len(quote) + 1)),
    ]
    assert texts(page(rows))[1] == ("paragraph", " ".join(quote))


def test_the_outline_knows_a_heading_without_its_number() -> None:
    lines = [
        *column(filled(6), top=90),
        (72.0, 195.0, "2.1 Harbour dues"),
        *column(filled(6, last="there."), top=222),
    ]
    outline = (
        b"<< /Type /Catalog /Pages 2 0 R /Outlines 7 0 R >>",
        b"<< /Type /Outlines /First 8 0 R /Last 9 0 R /Count 2 >>",
        b"<< /Title (Of ships) /Parent 7 0 R /Next 9 0 R /Dest [4 0 R /Fit] >>",
        b"<< /Title (Harbour dues) /Parent 7 0 R /Prev 8 0 R /Dest [4 0 R /Fit] >>",
    )
    data = pdf_of(RawPage(page(lines).content, objects=outline)).replace(b"/Root 1 0 R", b"/Root 6 0 R")
    assert ("heading", "2.1 Harbour dues") in [(p.kind, p.text) for p in read_pdf(data).passages]


TIMELINE = (
    (
        "1999",
        "Identity Documents Act",
        "of the Republic: it was",
        "revised twice, most",
        "recently last year.",
    ),
    (
        "2000",
        "Public Records Act (Lov",
        "om arkiver): the source",
        "code is public, and all",
        "are welcome to use it.",
    ),
    (
        "2011",
        "Archives Act: companies",
        "have been obliged to use",
        "the electronic channel",
        "since that summer.",
    ),
    (
        "2017",
        "Procurement Act, which",
        "puts digital channels on",
        "a par with paper, and",
        "lets everyone choose.",
    ),
)


def test_columns_of_a_timeline_are_read_one_by_one() -> None:
    drawn = text_at(40, 800, 14, "Legal acts")
    for column, lines in enumerate(TIMELINE):
        for row, line in enumerate(lines):
            drawn += text_at(40 + 112 * column, 770 - 11 * row - 4 * (row > 0), 9, line)
    drawn += text_at(40, 690, 14, "Policies") + text_at(
        40, 672, 9, "A plan for wells, which goes across the whole page and ends here."
    )
    read = [text for _, text in texts(RawPage(drawn))]
    told = " | ".join(read)
    assert all(" ".join(lines[1:]) in told for lines in TIMELINE), told
    assert read[0] == "Legal acts" and read[-2:] == [
        "Policies",
        "A plan for wells, which goes across the whole page and ends here.",
    ]


@pytest.mark.parametrize(
    ("leading", "ruled", "rows"),
    [
        (24.0, False, ["Body;Act", "Office;dues", "Bay Council;old dues"]),
        (12.0, True, ["Body;Act;Year", "Office;Dues;2001", "Council;Tides;2004"]),
    ],
    ids=["far apart", "a rule under the head"],
)
def test_rows_of_a_table_without_lines_between_them(leading: float, ruled: bool, rows: list[str]) -> None:
    drawn = b"72 %f m 400 %f l S\n" * ruled
    rule = drawn % ((842 - 100 - 0.5 * leading,) * 2) if ruled else b""
    cells = [
        (72.0 + 130 * k, 100 + leading * i, text)
        for i, row in enumerate(rows)
        for k, text in enumerate(row.split(";"))
    ]
    content = read_pdf(pdf_of(RawPage(rule + page(cells).content)))
    found: dict[int | None, list[str]] = {}
    for passage in content.passages:
        found.setdefault(passage.table_row, []).append(passage.text)
    assert [";".join(found[n]) for n in (1, 2, 3)] == rows
