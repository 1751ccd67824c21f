"""What a viewer shows is read, and nothing else; what is not read is said."""

from __future__ import annotations

import pytest

from osint_ingest.model import Content, UnreadableDocument
from osint_ingest.pdf import read_first_pages, read_pdf

from .pages import RawPage, pdf_of, stream, text_at

SENTENCE = "The ministry keeps a register of shared software."
PLAIN = text_at(72, 700, 11, SENTENCE)
PICTURE = stream(
    b"\x80", b"/Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray"
)
OVER_ALL = b"q 595 0 0 842 0 0 cm /Im Do Q "


def read(*pages: RawPage) -> Content:
    return read_pdf(pdf_of(*pages))


def texts(content: Content) -> list[str]:
    return [p.text for p in content.passages]


def codes(content: Content) -> list[str]:
    return [f.code for f in content.findings]


@pytest.mark.parametrize(
    ("hidden", "why"),
    [
        (b"3 Tr " + text_at(72, 600, 11, "hidden") + b"0 Tr ", "without ink"),
        (b"1 g " + text_at(72, 600, 11, "hidden") + b"0 g ", "white on white"),
        (b"1 1 1 rg " + text_at(72, 600, 11, "hidden"), "white on white"),
        (b"0 0 0 0 k " + text_at(72, 600, 11, "hidden"), "white on white"),
        (text_at(300, 700, 1, "hidden"), "too small"),
        (text_at(72, -40, 11, "hidden"), "outside"),
        (text_at(-300, 700, 11, "hidden"), "outside"),
    ],
)
def test_what_cannot_be_seen_is_not_read_and_that_is_said(hidden: bytes, why: str) -> None:
    content = read(RawPage(PLAIN + hidden))
    assert texts(content) == [SENTENCE]
    assert codes(content) == ["hidden_text"]
    assert why in content.findings[0].message
    assert "6 characters on page 1" in content.findings[0].message


INK = b"/ExtGState << /None << /ca 0 >> /Faint << /ca 0.01 >> /Half << /ca 0.5 >> /Whole << /ca 1 >> >>"


def drawn_form(content: bytes, entries: bytes = b"") -> bytes:
    declared = b"/Subtype /Form /BBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> %s >> %s" % (
        INK,
        entries,
    )
    return stream(content, declared)


@pytest.mark.parametrize(
    ("before", "form", "why"),
    [
        (b"/None gs ", None, "without ink"),
        (b"/Faint gs ", None, "without ink"),
        (b"/None gs ", drawn_form(text_at(72, 600, 11, "hidden")), "without ink"),
        (
            b"/None gs ",
            drawn_form(b"/Whole gs " + text_at(72, 600, 11, "hidden"), b"/Group << /S /Transparency >>"),
            "without ink",
        ),
        (b"1 g ", drawn_form(text_at(72, 600, 11, "hidden")), "white on white"),
        (b"/None gs 72 590 90 30 re f /Whole gs 1 g ", None, "white on white"),
    ],
)
def test_ink_holds_for_what_is_drawn_after_it_until_it_is_restored(
    before: bytes, form: bytes | None, why: str
) -> None:
    hidden = text_at(72, 600, 11, "hidden") if form is None else b"/Fm Do "
    seen = b"/Half gs " + text_at(72, 500, 11, "Half of the ink is enough.")
    page = PLAIN + b"q " + before + hidden + b"Q " + seen
    content = read(
        RawPage(page, resources=INK + b" /XObject << /Fm 6 0 R >>", objects=(form or PICTURE,)),
    )
    assert texts(content) == [SENTENCE, "Half of the ink is enough."]
    assert [f.code for f in content.findings if why in f.message] == ["hidden_text"]


def test_white_text_on_something_dark_is_read() -> None:
    dark = b"0 0 0.5 rg 50 580 400 60 re f 1 g " + text_at(72, 600, 11, "In white on blue.")
    assert "In white on blue." in texts(read(RawPage(PLAIN + dark)))


def test_the_text_layer_of_a_scan_is_read() -> None:
    scan = RawPage(
        b"3 Tr " + PLAIN + b"0 Tr " + OVER_ALL, resources=b"/XObject << /Im 6 0 R >>", objects=(PICTURE,)
    )
    content = read(scan)
    assert texts(content) == [SENTENCE]
    assert codes(content) == []


def test_a_page_of_nothing_but_hidden_text_is_read() -> None:
    assert texts(read(RawPage(b"3 Tr " + PLAIN))) == [SENTENCE]


def test_print_as_small_as_the_rest_of_its_page_is_read() -> None:
    small = b"".join(text_at(72, 700 - 2 * n, 1.5, f"Line {n} of a plan drawn in small") for n in range(9))
    assert "Line 8 of a plan drawn in small" in " ".join(texts(read(RawPage(small))))


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_only_what_the_crop_box_shows_is_the_page(turn: int) -> None:
    slug = text_at(72, 820, 8, "report_final.indd 12") + text_at(20, 700, 8, "41")
    content = read(RawPage(PLAIN + slug, entries=b"/CropBox [50 50 545 792] /Rotate %d" % turn))
    assert texts(content) == [SENTENCE]
    assert codes(content) == ["hidden_text"]


def test_a_crop_box_beside_the_page_shows_the_page() -> None:
    assert texts(read(RawPage(PLAIN, entries=b"/CropBox [1000 1000 1100 1100]"))) == [SENTENCE]


def test_letters_leaning_by_their_matrix_are_an_italic() -> None:
    leaning = (
        text_at(72, 700, 11, "The act is called")
        + b"BT /F1 1 Tf 11 0 2.3 11 160 700 Tm (Open Government Act) Tj ET "
        + text_at(274, 700, 11, "and binds all.")
    )
    assert texts(read(RawPage(leaning))) == ["The act is called Open Government Act and binds all."]


@pytest.mark.parametrize(("matrix", "x"), [(b"0 1 -1 0", 30), (b"0 -1 1 0", 560)])
def test_a_turned_margin_is_one_passage_a_run(matrix: bytes, x: int) -> None:
    run = b"BT /F1 8 Tf %s %d 400 Tm (Country report on open source) Tj ET " % (matrix, x)
    content = read(RawPage(PLAIN + run))
    assert [p.text for p in content.passages if p.kind == "footer"] == ["Country report on open source"]
    box = next(p for p in content.passages if p.kind == "footer").lines[0].box
    assert box.x1 - box.x0 < 12 and box.bottom - box.top > 80
    assert abs(box.x0 - x) < 12


@pytest.mark.parametrize(
    ("matrix", "start"), [(b"0 1 -1 0", (100, 72)), (b"0 -1 1 0", (495, 770)), (b"-1 0 0 -1", (520, 140))]
)
def test_a_page_whose_text_is_turned_is_read_as_a_page(matrix: bytes, start: tuple[int, int]) -> None:
    a, _b, c, d = (int(v) for v in matrix.split())
    lines = (
        "A wide table of measures is set sideways on this page, and",
        "its sentences are read as those of any other page are.",
    )
    drawn = b""
    for number, line in enumerate(lines):
        x, y = start[0] - 14 * number * c, start[1] - 14 * number * d
        drawn += b"BT /F1 11 Tf %s %d %d Tm (%s) Tj ET " % (matrix, x, y, line.encode())
    content = read(RawPage(drawn))
    assert texts(content) == [" ".join(lines)]
    box = content.passages[0].lines[0].box
    long, short = (
        (box.bottom - box.top, box.x1 - box.x0) if a == 0 else (box.x1 - box.x0, box.bottom - box.top)
    )
    assert long > 200 and short < 15
    assert 0 <= box.x0 < box.x1 <= 595 and 0 <= box.top < box.bottom <= 842


FIELD = b"<< /Type /Annot /Subtype /Widget /FT /%s /T (f) /F 4 /Rect [100 600 400 620] %s >>"
FORM = b"/AcroForm << /Fields [10 0 R] %s /DR << /Font << /Helv 3 0 R >> >> /DA (/Helv 0 Tf 0 g) >>"
DRAWN = stream(
    b"/Tx BMC " + text_at(2, 5, 11, "National Office") + b"EMC",
    b"/Type /XObject /Subtype /Form /BBox [0 0 300 20] /Resources << /Font << /F1 3 0 R >> >>",
)
FRAME = stream(b"0.9 g 0 0 300 20 re f /Tx BMC EMC", b"/Type /XObject /Subtype /Form /BBox [0 0 300 20]")
VALUE = stream(b"National Office")
ABOVE = b"<< /FT /Tx /T (above) /V 8 0 R >>"


def read_form(field: bytes, entries: bytes = b"") -> Content:
    """A page with a field in a form that has further entries."""
    page = RawPage(PLAIN, annotations=b"10 0 R", objects=(DRAWN, FRAME, VALUE, ABOVE, field))
    return read_pdf(pdf_of(page, catalog=FORM % entries))


@pytest.mark.parametrize(
    ("field", "entries"),
    [
        (FIELD % (b"Tx", b"/V (National Office) /AP << /N 6 0 R >>"), b""),
        (FIELD % (b"Tx", b"/V (National Office)"), b""),
        (FIELD % (b"Tx", b"/V (National Office) /AP << /N 7 0 R >>"), b"/NeedAppearances true"),
        (FIELD % (b"Tx", b"/V 8 0 R"), b""),
        (FIELD % (b"Tx", b"/V <EFBBBF4E6174696F6E616C204F6666696365>"), b""),
        (FIELD % (b"Ch", b"/Ff 131072 /V (b) /Opt [[(a) (Local Office)] [(b) (National Office)]]"), b""),
        (b"<< /Subtype /Widget /Parent 9 0 R /Rect [100 600 400 620] >>", b""),
        (b"<< /Subtype /FreeText /Rect [100 600 400 620] /AP << /N 6 0 R >> >>", b""),
    ],
)
def test_the_value_of_a_field_is_text_where_it_stands(field: bytes, entries: bytes) -> None:
    content = read_form(field, entries)
    assert texts(content) == [SENTENCE, "National Office"]
    box = content.passages[1].lines[0].box
    assert 100 <= box.x0 < box.x1 <= 400 and 842 - 625 < box.top < box.bottom < 842 - 595


def test_text_typed_on_a_page_without_a_form_is_read() -> None:
    typed = b"<< /Subtype /FreeText /Rect [100 600 400 620] /AP << /N 6 0 R >> >>"
    assert texts(read(RawPage(PLAIN, annotations=typed, objects=(DRAWN,)))) == [SENTENCE, "National Office"]


@pytest.mark.parametrize("rectangle", [b"[100 600 400 620]", b"[100 560 400 620]"])
def test_a_value_that_is_longer_than_its_field_is_read_to_its_end(rectangle: bytes) -> None:
    value = b"The National Office " + b"of software and data " * 12 + b"in the capital"
    field = b"<< /Subtype /Widget /FT /Tx /T (f) /Ff 4096 /V (%s) /Rect %s >>" % (value, rectangle)
    assert " ".join(texts(read_form(field))) == f"{SENTENCE} {value.decode()}"


@pytest.mark.parametrize("entries", [b"/V (secret) /Ff 8192", b"/V (secret) /F 2"])
def test_a_password_or_a_hidden_field_is_not_read(entries: bytes) -> None:
    field = b"<< /Subtype /Widget /FT /Tx /T (f) /Rect [100 600 400 620] %s >>" % entries
    assert "secret" not in "".join(texts(read_form(field)))


NO_MAP = (
    b"/F2 << /Type /Font /Subtype /Type0 /BaseFont /Odd /Encoding /Identity-H /DescendantFonts [<< /Type /Font"
    b" /Subtype /CIDFontType2 /BaseFont /Odd /CIDSystemInfo << /Registry (Odd) /Ordering (Odd) /Supplement 0 >>"
    b" /FontDescriptor << /Type /FontDescriptor /FontName /Odd /Flags 4 >> >>] >>"
)


def unmapped(lines: int) -> bytes:
    return b"".join(
        b"BT /F2 11 Tf 72 %d Td <00110012> Tj 30 0 Td <00130014> Tj 30 0 Td <0015> Tj ET " % (600 - 14 * n)
        + text_at(64, 602 - 14 * n, 5, str(n + 1))
        for n in range(lines)
    )


@pytest.mark.parametrize("map_", [b"", b"/ToUnicode 6 0 R"], ids=["no map", "a map to no character"])
def test_a_font_without_characters_is_named_and_makes_no_notes(map_: bytes) -> None:
    none = b"5 beginbfchar " + b"".join(b"<%04x> <ffff> " % code for code in range(0x11, 0x16)) + b"endbfchar"
    font = NO_MAP.replace(b"/Identity-H", b"/Identity-H " + map_)
    content = read(RawPage(PLAIN + unmapped(8), fonts=font, objects=(stream(none),)))
    assert SENTENCE in texts(content)
    assert content.footnotes == () and content.refs == ()
    assert not any("\ufffd" in text or "(cid:" in text for text in texts(content))
    assert "unmapped_font" in codes(content)


COUNTED = (
    b"/F3 << /Type /Font /Subtype /TrueType /BaseFont /AAAAAA+Serif /FirstChar 0 /LastChar 62 /Widths [%s]"
    % (b"0 610 500 " + b"480 " * 60)
)
DESCRIPTOR = b"/FontDescriptor << /FontName /AAAAAA+Serif /Flags %d >>"


def counted(lines: int) -> bytes:
    """Words whose letters are numbers of glyphs, some of them those of signs and digits."""
    return b"".join(
        b"BT /F3 11 Tf 72 %d Td <0123052a092b> Tj 60 0 Td <0a3132> Tj 40 0 Td <0b250c36> Tj ET "
        % (600 - 14 * n)
        for n in range(lines)
    )


@pytest.mark.parametrize("lines", [1, 8])
def test_a_font_whose_codes_count_its_glyphs_makes_no_text(lines: int) -> None:
    font = COUNTED + DESCRIPTOR % 4 + b" >>"
    content = read(RawPage(PLAIN + counted(lines), fonts=font))
    assert texts(content) == [SENTENCE]
    assert codes(content) == ["unmapped_font"]
    assert "OCR" in (content.findings[0].hint or "")


def test_a_font_of_windows_without_a_map_is_read() -> None:
    font = COUNTED + DESCRIPTOR % 32 + b" >>"
    content = read(RawPage(PLAIN + b"BT /F3 11 Tf 72 600 Td (32, 41) Tj ET", fonts=font))
    assert texts(content) == [SENTENCE, "32, 41"]


def test_a_document_in_such_a_font_alone_has_no_text_and_the_hint_is_about_the_font() -> None:
    content = b"BT /F2 11 Tf 72 600 Td <00110012> Tj 30 0 Td <00130014> Tj ET"
    with pytest.raises(UnreadableDocument) as raised:
        read(RawPage(content, fonts=NO_MAP))
    assert raised.value.code == "no_text"
    assert "Fonts" in raised.value.message and "OCR" in raised.value.hint


@pytest.mark.parametrize(
    "broken",
    [
        RawPage(b"/Cs cs 0.5 scn " + PLAIN, resources=b"/ColorSpace << /Cs [/ICCBased 99 0 R] >>"),
        RawPage(
            b"/Cs cs 0.5 scn " + PLAIN,
            resources=b"/ColorSpace << /Cs [/ICCBased 6 0 R] >>",
            objects=(stream(b"x"),),
        ),
        RawPage(b"/Cs cs 0.5 scn " + PLAIN, resources=b"/ColorSpace << /Cs [] >>"),
        RawPage(b"/Nothing Do (x) cm [ (y) ] 0 d " + PLAIN, resources=b"/XObject 3"),
        RawPage(PLAIN, fonts=b"/F9 << /Type /Font /Subtype /Type0 /BaseFont /X >>"),
        RawPage(PLAIN, entries=b"/CropBox [(a) 2] /Rotate 45"),
        RawPage(PLAIN, entries=b"/Annots 7"),
        RawPage(PLAIN, annotations=b"<< /Subtype /Widget /FT /Tx /V (x) >> 5 [1 2]"),
        RawPage(PLAIN, length=0),
    ],
)
def test_what_is_broken_on_a_page_does_not_take_its_text_with_it(broken: RawPage) -> None:
    content = read(broken)
    assert texts(content) == [SENTENCE]
    assert content.complete


def test_forms_that_draw_forms_without_end_are_given_up() -> None:
    names = b"/XObject << /A 6 0 R /B 7 0 R >>"
    deep = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << %s >>" % names
    page = RawPage(
        PLAIN + b"/A Do ", resources=names, objects=(stream(b"/B Do " * 9, deep), stream(b"/A Do " * 9, deep))
    )
    assert texts(read(page)) == [SENTENCE]


def test_a_file_with_a_wrong_table_of_objects_is_mended() -> None:
    whole = pdf_of(RawPage(PLAIN))
    assert texts(read_pdf(whole.replace(b"0000000000 65535 f", b"9999999999 99999 n"))) == [SENTENCE]
    start = whole.index(b"startxref")
    assert texts(read_pdf(whole[:start] + b"startxref\n7\n%%EOF\n")) == [SENTENCE]


def test_columns_of_vertical_writing_are_read_from_the_right() -> None:
    font = (
        b"/F2 << /Subtype /Type0 /BaseFont /Min /Encoding /UniJIS-UTF16-V /DescendantFonts [<< /Subtype /CIDFontType0"
        b" /BaseFont /Min /CIDSystemInfo << /Registry (Adobe) /Ordering (Japan1) /Supplement 2 >>"
        b" /FontDescriptor << /FontName /Min /Flags 4 >> >>] >>"
    )
    columns = ("国は公開", "法を守る")
    drawn = b"".join(
        b"BT /F2 12 Tf %d 700 Td <%s> Tj ET " % (400 - 20 * n, text.encode("utf-16-be").hex().encode())
        for n, text in enumerate(columns)
    )
    assert "".join(texts(read(RawPage(drawn, fonts=font)))) == "".join(columns)


RTL_FONT = (
    b"/F2 << /Subtype /Type0 /BaseFont /Naskh /Encoding /Identity-H /ToUnicode 6 0 R /DescendantFonts"
    b" [<< /Subtype /CIDFontType2 /BaseFont /Naskh /DW 600 /CIDSystemInfo << /Registry (Adobe)"
    b" /Ordering (Identity) /Supplement 0 >> /FontDescriptor << /FontName /Naskh /Flags 4 >> >>] >>"
)


def from_right(*texts: str) -> RawPage:
    """A page of one line for each text, drawn glyph by glyph from the left as it stands on paper."""
    signs = sorted(set("".join(texts)))
    maps = b"".join(b"<%04X> <%04X>\n" % (n, ord(char)) for n, char in enumerate(signs, 1))
    to_unicode = stream(
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap 1 begincodespacerange <0000> <FFFF>"
        b" endcodespacerange %d beginbfchar\n%sendbfchar endcmap end end" % (len(signs), maps)
    )
    drawn = [b"".join(b"%04X" % (signs.index(char) + 1) for char in text) for text in texts]
    lines = b" 0 -40 Td ".join(b"<%s> Tj" % codes for codes in drawn)
    return RawPage(b"BT /F2 12 Tf 400 700 Td " + lines + b" ET", fonts=RTL_FONT, objects=(to_unicode,))


@pytest.mark.parametrize("word", ["حكومة", "שלום"])
def test_a_line_of_white_space_among_lines_from_the_right_is_no_line(word: str) -> None:
    assert texts(read(from_right(word[::-1], " ", word[::-1]))) == [word, word]


@pytest.mark.parametrize("number", ["٢٠١٢", "٦٫١", "۱۳۹۸", "2012"])
def test_a_number_in_text_from_the_right_is_read_from_the_left(number: str) -> None:
    before, after = "يناير", "مايو"
    assert texts(read(from_right(f".{after[::-1]} {number} {before[::-1]}"))) == [
        f"{before} {number} {after}."
    ]
    assert texts(read(from_right(f".{number} {before[::-1]}"))) == [f"{before} {number}."]


RAISED = ("Libre en Fête", "OpenImpôt", "Agora", "Adullact", "Framasoft")


def raised_text(names: tuple[str, ...], again: int = 100) -> bytes:
    """Each name in a sentence, with a raised number right after it; they begin anew after so many."""
    drawn = b""
    for n, name in enumerate(names):
        escaped = name.encode("cp1252")
        drawn += (
            b"BT /F1 11 Tf 72 %d Td (%s) Tj /F1 6 Tf 4 Ts (%d) Tj 0 Ts /F1 11 Tf ( is a measure.) Tj ET "
            % (
                700 - 40 * n,
                escaped,
                12 + n % again,
            )
        )
    return drawn


def test_raised_numbers_that_no_note_answers_are_said_and_are_no_text() -> None:
    content = read(RawPage(raised_text(RAISED)))
    assert texts(content) == [f"{name} is a measure." for name in RAISED]
    assert [r.marker for r in content.refs] == ["12", "13", "14", "15", "16"]
    assert all(r.footnote is None for r in content.refs)
    assert codes(content) == ["raised_numbers_unread"]
    assert "may be missing" not in (content.findings[0].hint or "")


@pytest.mark.parametrize("drawn", [raised_text(RAISED[:4]), raised_text(RAISED, again=4)])
def test_a_few_raised_numbers_are_no_unread_notes(drawn: bytes) -> None:
    content = read(RawPage(drawn))
    assert content.findings == () and content.refs == ()


def test_a_word_that_is_broken_after_an_elision_is_one_word() -> None:
    page = text_at(72, 700, 11, "La politique repose sur l\u2019ex-") + text_at(
        72, 686, 11, "ploitation des fichiers publics."
    )
    assert texts(read(RawPage(page))) == ["La politique repose sur l\u2019exploitation des fichiers publics."]


def test_first_pages_that_were_looked_at_do_not_change_what_is_read() -> None:
    data = pdf_of(RawPage(raised_text(RAISED)), RawPage(PLAIN))
    expected = read_pdf(data)
    assert {p.page for p in read_first_pages(data, 1).passages} == {1}
    assert read_pdf(data) == expected
