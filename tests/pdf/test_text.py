"""Running text: columns, bullets, sections, words and URLs over lines; the phrase before a marker."""

from __future__ import annotations

import re

import pytest

from osint_ingest.model import Content
from osint_ingest.pdf import read_pdf
from osint_ingest.text.anchors import anchor_before

from .pages import RawPage, made, pdf_of, stream, text_at


def read(name: str) -> Content:
    return read_pdf(made(*name.split(".")).read_bytes())


def lines(*texts: str) -> bytes:
    return b"".join(text_at(72, 700 - 14 * i, 11, text) for i, text in enumerate(texts))


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("The Office for Tools (Ufficio Attrezzi)", "Office for Tools (Ufficio Attrezzi)"),
        ("run by the National Archive of the Isles,", "National Archive of the Isles"),
        ("Open Tiller, 2021", "Open Tiller, 2021"),
        ("which he called “a workshop with open doors”", "“a workshop with open doors”"),
        ("It was founded in spring, and moved two years later.", "and moved two years later"),
        ("Costs are covered by harbour dues", "Costs are covered by harbour dues"),
        ("See Law No. 24,156", "Law No. 24,156"),
        ("云川国数字事务署成立，接管了职责。", "接管了职责"),
    ],
)
def test_the_phrase_that_a_marker_supports(text: str, phrase: str) -> None:
    found = anchor_before(text, len(text))
    assert found is not None
    assert text[found[0] : found[1]] == phrase


def test_a_phrase_does_not_reach_over_the_marker_before() -> None:
    text = "Rivers are listed and lakes are not"
    assert anchor_before(text, len(text), floor=len("Rivers are listed")) == (18, len(text))


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [
        ("the informa-", "tion is open, information is free", "information is open"),
        ("the decision-", "makers met and each decision of the makers counts", "decision-makers met"),
        ("a well-", "known case, as well-known as the first", "well-known case"),
        ("the plan of 2021–", "2023 has two commitments", "plan of 2021–2023 has"),
        ("the plan –", "the fourth one of the country", "the plan – the fourth"),
    ],
)
def test_a_hyphen_at_a_lines_end(first: str, second: str, joined: str) -> None:
    filled = "x" * 60 + " "
    content = read_pdf(pdf_of(RawPage(lines(filled + first, second + " and more words that fill this line"))))
    assert joined in content.passages[0].text


@pytest.mark.parametrize("number", ["39)", "1)"])
def test_a_number_at_a_lines_head_inside_a_sentence_begins_no_item(number: str) -> None:
    first = "The rules of reuse were set by the Decision of the town council (Journal L 330, 14.12.2011, p."
    second = (
        number + ". Except where it is noted otherwise, the reuse of this document is allowed to everyone."
    )
    content = read_pdf(pdf_of(RawPage(lines(first, second))))
    assert [(p.kind, p.text) for p in content.passages] == [("paragraph", first + " " + second)]


def test_a_list_begins_under_the_sentence_that_announces_it() -> None:
    first = "The council set three rules for everyone who reuses what the town has published on its pages:"
    content = read_pdf(pdf_of(RawPage(lines(first, "1) Name the town.", "2) Name the year."))))
    assert [p.kind for p in content.passages] == ["paragraph", "list_item", "list_item"]


def test_a_bullet_over_pages_is_one_passage() -> None:
    content = read("bullets-over-pages.reportlab")
    items = [p for p in content.passages if p.kind == "list_item"]
    assert len(items) == 4
    over = [p for p in items if len({line.box.page for line in p.lines}) > 1]
    assert over
    assert all(p.text.endswith((".", "!")) for p in items)


PROSE = (
    "The national agency keeps a register",
    "of shared software and asks each of",
    "the ministries to publish what they",
)


def _column(x: int, gap: range) -> bytes:
    """A column of running text with a ruled table of three cells a row, where there is a gap."""
    rows = [i for i in range(30) if i not in gap]
    text = b"".join(text_at(x, 720 - 13 * i, 10, PROSE[i % 3] if i < 29 else "build.") for i in rows)
    if not gap:
        return text
    top, height, count = 720 - 13 * gap.start, 13, len(gap) - 1
    across = b"".join(
        b"%d %d m %d %d l S " % (x, top - height * i, x + 180, top - height * i) for i in range(count + 1)
    )
    down = b"".join(
        b"%d %d m %d %d l S " % (x + 60 * i, top, x + 60 * i, top - count * height) for i in range(4)
    )
    cells = b"".join(
        text_at(x + 60 * j + 4, top - height * i - 10, 8, f"cell {i}{j}")
        for i in range(count)
        for j in range(3)
    )
    return text + across + down + cells


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (range(12, 16), range(0)),
        (range(0), range(8, 12)),
        (range(6, 10), range(18, 22)),
        (range(9, 13), range(9, 13)),
        (range(8, 22), range(0)),
    ],
    ids=["left", "right", "both", "side by side", "larger than its column's text"],
)
def test_a_ruled_table_in_one_of_two_columns_is_no_table_of_the_page(left: range, right: range) -> None:
    content = read_pdf(pdf_of(RawPage(_column(60, left) + _column(310, right))))
    cells = [p.text for p in content.passages if p.kind == "table_cell"]
    assert cells == [f"cell {i}{j}" for gap in (left, right) for i in range(len(gap) - 1) for j in range(3)]
    prose = [p.text for p in content.passages if p.kind == "paragraph"]
    assert "".join(prose).count("register of shared software") == sum(
        i % 3 == 0 for gap in (left, right) for i in range(30) if i not in gap and i + 1 not in gap and i < 29
    )


def test_a_second_column_of_one_line_is_no_cell() -> None:
    lines = [text_at(60, 720 - 13 * i, 10, PROSE[i % 3]) for i in range(12)]
    content = read_pdf(pdf_of(RawPage(b"".join([*lines, text_at(310, 720, 10, "whoever wants to build.")]))))
    assert [p.kind for p in content.passages] == ["paragraph"]
    assert content.passages[0].text.endswith("publish what they whoever wants to build.")


def test_two_columns_are_read_one_after_the_other() -> None:
    content = read("columns-across.chromium")
    texts = [p.text for p in content.passages if p.kind == "paragraph"]
    ends = [i for i, t in enumerate(texts) if t.startswith("After the merger")]
    starts = [i for i, t in enumerate(texts) if t.startswith("Fishing licences")]
    assert ends
    assert starts
    assert ends[0] < starts[0]


def test_running_heads_and_feet_are_kept_apart() -> None:
    content = read("running-lines.weasyprint")
    kinds = {p.kind for p in content.passages}
    assert {"header", "footer"} <= kinds
    heads = {p.text for p in content.passages if p.kind == "header"}
    assert not any(p.text in heads for p in content.passages if p.kind == "paragraph")


def test_sections_follow_the_headings() -> None:
    content = read("headings-bullets.docx")
    section = {p.text: p.section for p in content.passages}
    first = next(t for t in section if t.startswith("Every building has one number"))
    assert section[first] is not None
    assert section[first].endswith("Exchange of messages > Numbers and addresses")


def test_boxes_that_stand_in_columns_are_no_table() -> None:
    def box(x: int, top: int, head: str, count: int) -> bytes:
        texts = [head, *(f"- {PROSE[i % 3][:24]}" for i in range(count))]
        frame = b"%d %d 200 %d re S " % (x - 8, top - 13 * count - 8, 13 * count + 26)
        return frame + b"".join(text_at(x, top - 13 * i, 10, text) for i, text in enumerate(texts))

    left = box(60, 700, "Acts", 5) + box(60, 580, "Plans", 9)
    right = box(290, 700, "Players", 8) + box(290, 540, "Projects", 6)
    content = read_pdf(pdf_of(RawPage(left + right)))
    read = " ".join(p.text for p in content.passages)
    assert re.findall("Acts|Plans|Players|Projects", read) == ["Acts", "Plans", "Players", "Projects"]
    assert not any(p.kind == "table_cell" for p in content.passages)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("ranges", [0, 3000])
def test_a_font_with_a_map_of_its_own_from_codes_to_glyphs_is_read(ranges: int) -> None:
    """WeasyPrint embeds such maps; the glyphs here have other numbers than the codes that draw them. However many codes
    a map has in all, no more are looked at than two bytes can tell apart."""
    codes = b"1 begincodespacerange <0000> <ffff> endcodespacerange 1 begincidchar <0041> 7 endcidchar"
    codes += b" 1 begincidrange <0042> <0044> 20 endcidrange" + b" <0100> <ffff> 256" * ranges
    means = b"1 beginbfrange <0041> <0044> <0041> endbfrange"
    objects = (
        b"<< /Type /Font /Subtype /Type0 /BaseFont /Own /Encoding 8 0 R /ToUnicode 9 0 R /DescendantFonts [7 0 R] >>",
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Own /W [7 [500] 20 [600 600 600]]"
        b" /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>"
        b" /FontDescriptor << /Type /FontDescriptor /FontName /Own /Flags 4 >> >>",
        stream(codes, b"/Type /CMap /CMapName /Own-Codes"),
        stream(means),
    )
    page = RawPage(b"BT /F2 12 Tf 72 700 Td <0041004200430044> Tj ET\n", fonts=b"/F2 6 0 R", objects=objects)
    passages = read_pdf(pdf_of(page)).passages
    assert [p.text for p in passages] == ["ABCD"]
    box = passages[0].lines[0].box
    assert box.x1 - box.x0 == pytest.approx(12 * 2.3, abs=0.1)


@pytest.mark.parametrize(
    ("drawn", "text"),
    [
        # TeX shrinks a line's spaces to 0.15 of the size, and draws none of them
        ("[(the)-148(Historical)-148(Adviser)] TJ", "the Historical Adviser"),
        # letters set wide, here within an address, and a little wider after a sign
        ("[(a)-95(b)-95(c-)-157(d)-95(e)-300(f)] TJ", "abc-de f"),
        # Ghostscript draws a space as room between the letters of a short string
        (
            "[(kno)25(wn as PDF)] TJ 64.8 0 Td 4 Tc (,u) Tj 0 Tc 12.3 0 Td (sing it) Tj",
            "known as PDF, using it",
        ),
        # letters spaced out stay together, after a space and after what opens a bracket too
        ("(see ) Tj 19 0 Td 4 Tc (Ships) Tj 0 Tc", "see Ships"),
        ("(see \\() Tj 22.3 0 Td 4 Tc (Of Ships) Tj 0 Tc", "see (Of Ships"),
        # quotes within quotes, and three dots, stand apart by a thin space
        (r"[(say \223)-167(\221no\222)-167(\224 so.)-167(.)-167(.)] TJ", "say “‘no’” so..."),
        # a letter of full size set lower within a word, as in the names of TeX and its kin
        ("[(of T)] TJ 17 0 Td -2 Ts [(E)] TJ 6.4 0 Td 0 Ts [(X and so on)] TJ", "of TEX and so on"),
        # browsers' index and exponent, nearly as large as their line
        ("[(of CO)] TJ /F1 9.7 Tf -4.5 Ts (2) Tj /F1 10 Tf 0 Ts [( a year)] TJ", "of CO2 a year"),
        ("[(of 10)] TJ /F1 9.7 Tf 4.8 Ts (3) Tj /F1 10 Tf 0 Ts [( kg)] TJ", "of 103 kg"),
        # no such letter: there is room for a space beside it
        ("[(of T)] TJ 17 0 Td -2 Ts [(E)] TJ 9 0 Td 0 Ts [(X and so on)] TJ", "of T X and so on E"),
    ],
)
def test_what_parts_words(drawn: str, text: str) -> None:
    page = RawPage(b"BT /F1 10 Tf 72 700 Td " + drawn.encode() + b" ET")
    assert read_pdf(pdf_of(page)).passages[0].text == text


@pytest.mark.parametrize(
    ("drawn", "text"),
    [
        (r"[(fac) 495 (\270) 150 (\343o)] TJ", "fação"),  # a cedilla under the letter before it
        (r"[(p) 50 (\264) 330 (i)] TJ", "pí"),  # an acute before its letter
    ],
)
def test_accents_that_are_drawn_beside_their_letters(drawn: str, text: str) -> None:
    page = RawPage(b"BT /F1 10 Tf 72 700 Td " + drawn.encode() + b" ET")
    assert read_pdf(pdf_of(page)).passages[0].text == text


def test_ligatures_of_bitmap_fonts_that_name_no_glyph() -> None:
    font = (
        b"/F2 << /Type /Font /Subtype /Type3 /FontBBox [0 0 10 10] /FontMatrix [0.1 0 0 0.1 0 0] /CharProcs << >>"
        b" /FirstChar 28 /LastChar 122 /Widths [%s] /Encoding << /Differences [28 /a28 30 /a30] >> >>"
        % (b"5 " * 95)
    )
    page = RawPage(b"BT /F2 12 Tf 72 700 Td (o\\036ce of \\034gures) Tj ET\n", fonts=font)
    assert [p.text for p in read_pdf(pdf_of(page)).passages] == ["office of figures"]


@pytest.mark.parametrize("by_range", [False, True])
def test_ligatures_that_only_a_fonts_own_program_names(by_range: bool) -> None:
    """Ghostscript writes TeX's fonts so, without a single name that is not Adobe's."""
    glyphs = (109, 71, 79)  # fi, f, n by Adobe's numbers
    codes = b"\x01\x03" + b"".join(b"%c\0" % c for c in (12, 102, 110)) if by_range else b"\0\x03\x0cfn"
    listed = b"\0" + b"".join(n.to_bytes(2) for n in glyphs)
    top = (
        4 + 8 + 5 + 6 + 2
    )  # where the codes stand: after the head and the indexes of names, dictionaries, strings
    dictionary = bytes([139 + top, 16, 139 + top + len(codes), 15])
    head = (
        b"\x01\0\x04\x01" + b"\0\x01\x01\x01\x04Own" + b"\0\x01\x01\x01\x05" + dictionary + b"\0\0" + b"\0\0"
    )
    program = head + codes + listed
    objects = (
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Own /FirstChar 12 /Widths [556] /FontDescriptor 7 0 R >>",
        b"<< /Type /FontDescriptor /FontName /Own /Flags 4 /FontFile3 8 0 R /MissingWidth 500 >>",
        stream(program, b"/Subtype /Type1C"),
    )
    page = RawPage(b"BT /F2 12 Tf 72 700 Td (\\014nf) Tj ET\n", fonts=b"/F2 6 0 R", objects=objects)
    assert read_pdf(pdf_of(page)).passages[0].text == "finf"
