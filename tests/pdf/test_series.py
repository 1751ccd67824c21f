"""Which sign means which note: every form of numbering, wherever the notes stand, and what is no marker."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import pytest

from osint_ingest.model import Content
from osint_ingest.pdf import read_pdf

from .pages import RawPage, made, pdf_of, text_at

SENTENCES = (
    "The harbour office counts its boats by hand",
    "The islands publish every tide table of the year",
    "Nobody asked the ferrymen for their timetable",
    "The lighthouse keeps a register of the weather",
)
NOTES = (
    "Report of the harbour master for the year 2019.",
    "Tables of the tides, third edition, page 12.",
    "Letter of the ferrymen to the council of the isles.",
    "Register of the lighthouse, kept since 1871.",
)


def marked(x: float, y: float, text: str, marker: str, size: float = 6.5, rise: float = 4) -> bytes:
    """Operators that draw a text with a marker right after it."""
    sign = marker.encode("cp1252")
    return b"BT /F1 11 Tf %f %f Td (%s) Tj /F1 %f Tf %f Ts (%s) Tj 0 Ts ET\n" % (
        x,
        y,
        text.encode(),
        size,
        rise,
        sign,
    )


def page(markers: Sequence[str], labels: Sequence[str], *, size: float = 8.5) -> Content:
    """A page with a sentence for each marker, and under it a note for each label."""
    drawn, y = b"", 760.0
    for sentence, marker in zip(SENTENCES, markers, strict=False):
        drawn += marked(72, y, sentence, marker)
        y -= 16
    y = 200.0
    for note, label in zip(NOTES, labels, strict=False):
        drawn += text_at(72, y, size, f"{label} {note}")
        y -= 12
    return read_pdf(pdf_of(RawPage(drawn)))


def tied(content: Content) -> list[tuple[str, str]]:
    """The markers, with the texts of their notes."""
    texts = {note.ordinal: note.text for note in content.footnotes}
    return [(ref.marker, texts.get(ref.footnote or 0, "")) for ref in content.refs]


@pytest.mark.parametrize(
    "labels",
    [
        ("1", "2", "3", "4"),
        ("i", "ii", "iii", "iv"),
        ("a", "b", "c", "d"),
        ("*", "†", "‡", "§"),
    ],
)
def test_every_row_of_labels_is_followed(labels: Sequence[str]) -> None:
    assert tied(page(labels, labels)) == list(zip(labels, NOTES, strict=True))


def test_raised_letters_of_a_font_are_known_where_the_text_lacks_the_letter() -> None:
    """The font has small glyphs for `b` (code 1) and `k` (2) to `n` (5); no word of the text has a `k`."""
    small, full = (1, 2, 3, 4, 5), range(32, 123)
    widths = [320 if code in small else 500 * (code in full and code != ord("k")) for code in range(1, 123)]
    font = (
        b"/F2 << /Type /Font /Subtype /Type1 /BaseFont /Own /FirstChar 1 /Widths [%s]"
        b" /Encoding << /Differences [1 /b /k /l /m /n] >> >>" % " ".join(map(str, widths)).encode()
    )
    drawn = b""
    for i, (sentence, note, sign) in enumerate(zip(SENTENCES, NOTES, rb"\2 \3 \4 \5".split(), strict=True)):
        said, told = (text.replace("k", "c").encode() for text in (sentence, note))
        drawn += b"BT /F2 11 Tf 72 %d Td (%s%s) Tj ET\n" % (760 - 16 * i, said, sign)
        drawn += b"BT /F2 8 Tf 72 %d Td (%s %s) Tj ET\n" % (200 - 12 * i, sign, told)
    found = tied(read_pdf(pdf_of(RawPage(drawn, fonts=font))))
    assert [marker for marker, _ in found] == ["k", "l", "m", "n"]


def test_signs_that_repeat_are_tied_although_other_print_stands_under_them() -> None:
    signs = ("*", "**", "***")
    drawn = b"".join(
        text_at(72, 760 - 16 * i, 11, x + sign)
        for i, (x, sign) in enumerate(zip(SENTENCES, signs, strict=False))
    )
    for i, (note, sign) in enumerate(zip(NOTES, signs, strict=False)):
        drawn += text_at(72, 400 - 12 * i, 8.5, f"{sign} {note}")
    drawn += text_at(72, 300, 11, "The harbour office prints this sheet every year.")
    assert tied(read_pdf(pdf_of(RawPage(drawn)))) == list(zip(signs, NOTES, strict=False))


def test_numbered_lines_of_code_take_no_markers_from_the_notes_of_their_page() -> None:
    pages = []
    for i in range(5):
        drawn = b"".join(text_at(72, 700 - 16 * k, 11, SENTENCES[(k + i) % 4]) for k in range(30))
        if i < 4:
            drawn += marked(72, 716, SENTENCES[i - 1], str(i + 1))
            drawn += text_at(84, 150 - 20 * i, 9, f"{i + 1}. http://example.org/{i}")
        pages.append(RawPage(drawn))
    code = b"".join(text_at(80, 760 - 12 * i, 9, f"{i + 1} Declare the option {i}") for i in range(40))
    found = tied(read_pdf(pdf_of(*pages, RawPage(code))))
    assert found == [(str(i + 1), f"http://example.org/{i}") for i in range(4)]


def test_a_font_with_small_capitals_has_no_raised_letters() -> None:
    """The font has small glyphs for `A` (code 1), `E` (2) and `T` (3), and letters as narrow as those."""
    widths = b" ".join(b"440" if code < 4 or code > 96 else b"700" for code in range(1, 123))
    font = (
        b"/F1 << /Type /Font /Subtype /Type1 /BaseFont /Own /FirstChar 1 /Widths [%s]"
        b" /Encoding << /Differences [1 /A /E /T] >> >>" % widths
    )
    drawn = b"".join(marked(72, 760 - 16 * i, x, str(i + 1)) for i, x in enumerate(SENTENCES))
    drawn += text_at(72, 690, 11, "The keeper was away")
    for i, note in enumerate(NOTES):
        drawn += text_at(72, 200 - 24 * i, 8.5, f"{i + 1} {note}")
        drawn += text_at(72, 190 - 24 * i, 8.5, "also kept in the harbour.")
    found = tied(read_pdf(pdf_of(RawPage(drawn, fonts=font))))
    assert found == [(str(i + 1), f"{note} also kept in the harbour.") for i, note in enumerate(NOTES)]


def test_raised_brackets_are_markers_and_brackets_at_a_note_its_label() -> None:
    labels = ("[1]", "[2]", "[3]", "[4]")
    found = tied(page(labels, labels))
    assert [(marker.strip("[]"), text) for marker, text in found] == list(zip("1234", NOTES, strict=True))


def test_two_markers_without_a_comma_are_two() -> None:
    found = tied(page(("1", "23", "4"), ("1", "2", "3", "4")))
    assert found == list(zip("1234", NOTES, strict=True))


def test_a_list_without_markers_is_no_list_of_notes() -> None:
    content = page(("", "", "", ""), ("1.", "2.", "3.", "4."), size=11)
    assert not content.refs
    assert not content.footnotes


def test_an_exponent_without_a_note_is_no_reference() -> None:
    drawn = b""
    for k, (unit, power) in enumerate(
        (("a field of 1200 m", "2"), ("a tank of 40 m", "3"), ("over 10", "6"))
    ):
        drawn += marked(72, 700 - 16 * k, unit, power)
    assert not read_pdf(pdf_of(RawPage(drawn))).refs


def test_superscript_characters_of_texts_over_each_other_are_read() -> None:
    drawn = text_at(72, 700, 11, "a m²") + text_at(86, 700, 11, "m²")
    assert read_pdf(pdf_of(RawPage(drawn))).passages[0].text.count("²") == 2


def test_a_label_alone_on_its_line_takes_the_text_below_it() -> None:
    drawn = b""
    for k, sentence in enumerate(SENTENCES[:3]):
        drawn += marked(72, 760 - 16 * k, sentence, str(k + 1))
    for k, note in enumerate(NOTES[:3]):
        drawn += text_at(72, 200 - 26 * k, 6, str(k + 1)) + text_at(72, 188 - 26 * k, 8.5, note)
    found = tied(read_pdf(pdf_of(RawPage(b"72 215 m 200 215 l S\n" + drawn))))
    assert found == list(zip("123", NOTES[:3], strict=True))


def test_a_sign_that_leads_back_to_the_text_is_no_part_of_a_note() -> None:
    content = page(("1", "2", "3", "4"), ("1 ^", "2 ^", "3 ^", "4 ^"))
    assert [note.text for note in content.footnotes] == list(NOTES)


def foot(labels: Sequence[str], notes: Sequence[str] = NOTES) -> bytes:
    """Operators that draw small notes under a rule at a page's foot."""
    drawn = b"72 164 m 212 164 l S\n"
    for k, (label, note) in enumerate(zip(labels, notes, strict=False)):
        drawn += text_at(72, 150 - 11 * k, 8.5, f"{label} {note}")
    return drawn


def text(markers: Sequence[str], y: float = 760) -> bytes:
    """Operators that draw a sentence for each marker."""
    return b"".join(
        marked(72, y - 16 * k, sentence, marker)
        for k, (sentence, marker) in enumerate(zip(SENTENCES, markers, strict=False))
    )


def label(x: float, y: float, sign: str, note: str) -> bytes:
    """Operators that draw a raised sign and a text after it."""
    return b"BT /F1 6 Tf %f %f Td 3 Ts (%s) Tj 0 Ts /F1 9.5 Tf ( %s) Tj ET\n" % (
        x,
        y,
        sign.encode(),
        note.encode(),
    )


AFFILIATIONS = (
    text_at(150, 810, 16, "Counting boats on the isles")
    + marked(150, 795, "Jane Doe", "1")
    + marked(230, 795, "John Roe", "2")
    + label(150, 778, "1", "Institute of Tides, Harbour Town")
    + label(150, 766, "2", "Department of Ferries, Northern Isles")
)


@pytest.mark.parametrize("markers", [(), ("1", "2", "3")])
def test_affiliations_of_authors_are_no_notes(markers: Sequence[str]) -> None:
    longer = text_at(
        72, 740, 11, "The islands publish every tide table of the year in print and on their pages."
    )
    drawn = AFFILIATIONS + longer + text(markers, 710) + (foot(markers) if markers else b"")
    assert tied(read_pdf(pdf_of(RawPage(drawn)))) == list(zip(markers, NOTES, strict=False))


def test_affiliations_on_a_title_page_are_no_notes_and_no_contents() -> None:
    authors = marked(150, 400, "Jane Doe", "1") + marked(230, 400, "John Roe", "2")
    places = text_at(72, 200, 11, "1) Institute of Tides") + text_at(72, 184, 11, "2) Department of Ferries")
    contents = b"".join(
        text_at(72, 700 - 16 * k, 11, f"{k + 1} {x} ............................ {k + 2}")
        for k, x in enumerate(("BOATS", "FERRIES", "TIDES"))
    )
    title = text_at(72, 700, 20, "Counting boats on the isles")
    assert tied(read_pdf(pdf_of(RawPage(title + authors + places), RawPage(contents)))) == []


def test_a_bibliography_beside_notes_has_no_markers() -> None:
    cited = b"".join(
        text_at(72, 660 - 16 * k, 11, f"As shown in [{k + 1}] and [{k + 2}] the boats are many.")
        for k in range(3)
    )
    listed = b"".join(
        text_at(72, 760 - 14 * k, 10, f"[{k + 1}] Doe, J.: Boats and tides, volume {k}.") for k in range(4)
    )
    content = read_pdf(pdf_of(RawPage(text("123") + cited + foot("123")), RawPage(listed)))
    assert tied(content) == list(zip("123", NOTES, strict=False))


def test_notes_in_brackets_may_follow_each_other_in_one_paragraph() -> None:
    drawn = b"".join(text_at(72, 760 - 16 * k, 11, f"{said} [{k + 1}].") for k, said in enumerate(SENTENCES))
    drawn += b"72 164 m 212 164 l S\n"
    for k, (x, y) in enumerate(((72, 150), (270, 150), (72, 139), (290, 139))):
        drawn += text_at(x, y, 8.5, f"[{k + 1}] {NOTES[k]}")
    assert [note for _, note in tied(read_pdf(pdf_of(RawPage(drawn))))] == list(NOTES)


@pytest.mark.parametrize("sign", ["({})", "[{}]"])
def test_markers_in_brackets_on_the_baseline(sign: str) -> None:
    drawn = b"".join(
        text_at(72, 760 - 16 * k, 11, f"{sentence} {sign.format(k + 1)}.")
        for k, sentence in enumerate(SENTENCES)
    )
    labels = [sign.format(k + 1) for k in range(4)]
    content = read_pdf(pdf_of(RawPage(drawn + foot(labels))))
    assert [(marker.strip("[()]"), note) for marker, note in tied(content)] == list(
        zip("1234", NOTES, strict=True)
    )


def test_the_last_note_leaves_the_small_table_of_the_next_page_alone() -> None:
    table = b"".join(
        text_at(76, 760 - 12 * k, 8.5, f"Island {k} keeps {3 * k} boats since 2010") for k in range(8)
    )
    content = read_pdf(pdf_of(RawPage(text("123") + foot("123")), RawPage(table)))
    assert [note.text for note in content.footnotes] == list(NOTES[:3])


def test_a_note_whose_last_line_is_full_goes_on_over_the_page() -> None:
    long = "Report of the harbour master for the year 2019 and of all the boats that came in that year, which at last"
    rest = b"72 114 m 212 114 l S\n" + text_at(72, 100, 8.5, "were counted one by one.")
    upper = b"".join(text_at(72, 760 - 16 * k, 11, f"{SENTENCES[k % 4]} and so on.") for k in range(12))
    first = text(("1",)) + upper.replace(b"760", b"700") + text_at(72, 400, 11, "x" * 60) + foot("1", (long,))
    content = read_pdf(pdf_of(RawPage(first), RawPage(upper + rest)))
    assert [note.text for note in content.footnotes] == [f"{long} were counted one by one."]


def test_a_marker_that_its_line_had_no_room_for() -> None:
    """FOP breaks the line before it: it stands alone, in its own size, where the next line would begin."""
    drawn = marked(72, 760, SENTENCES[0], "1") + marked(72, 718, SENTENCES[2], "3")
    drawn += text_at(72, 745, 11, SENTENCES[1]) + text_at(72, 735, 6.5, "2")
    drawn += b"".join(label(72, 100 - 12 * k, str(k + 1), note) for k, note in enumerate(NOTES[:3]))
    link = b"<< /Subtype /Link /Rect [71 734 77 742] /Dest [4 0 R /XYZ 72 97 null] >>"
    for links in (b"", link):
        found = tied(read_pdf(pdf_of(RawPage(drawn, annotations=links))))
        assert found == list(zip("123", NOTES, strict=False))


def test_a_link_over_a_marker_tells_its_note() -> None:
    """Two lists of notes with one number: the link leads to the second."""
    drawn = marked(72, 760, SENTENCES[0], "1") + text(("", "", "", ""), 740)
    lists = [text_at(72, y, 8.5, f"1 {note}") for y, note in zip((200, 100), NOTES, strict=False)]
    link = b"<< /Subtype /Link /Rect [72 755 400 775] /Dest [4 0 R /XYZ 72 %d null] >>"
    found = [
        tied(read_pdf(pdf_of(RawPage(drawn + b"".join(lists), annotations=link % (y + 10)))))
        for y in (200, 100)
    ]
    assert found == [[("1", NOTES[0])], [("1", NOTES[1])]]


@pytest.mark.parametrize("numbers", [("1", "2"), (". 1", ". 2"), ("1\xb9", "1\xb2", "1\xb3")])
def test_links_make_full_size_numbers_markers(numbers: Sequence[str]) -> None:
    """XeTeX prints notes so in fonts that lack some of the raised digits; `1\xb2` is 12."""
    signs = [number.strip(". ") for number in numbers]
    drawn, lists = b"", list(zip(SENTENCES, NOTES, numbers, signs, strict=False))
    for k, (sentence, note, number, sign) in enumerate(lists):
        drawn += text_at(72, 760 - 16 * k, 11, sentence + number) + text_at(
            72, 100 - 12 * k, 8.5, sign + note
        )
    plain = read_pdf(pdf_of(RawPage(drawn)))
    assert not plain.refs
    ends = [line.box.x1 for passage in plain.passages for line in passage.lines]
    link = b"<< /Subtype /Link /Rect [%f %d %f %d] /Dest [4 0 R /XYZ 72 %d null] >>"
    links = b"".join(
        link % (ends[k] - 6 * len(sign), 757 - 16 * k, ends[k], 771 - 16 * k, 109 - 12 * k)
        for k, sign in enumerate(signs)
    )
    labels = [unicodedata.normalize("NFKC", sign) for sign in signs]
    linked = read_pdf(pdf_of(RawPage(drawn, annotations=links)))
    assert tied(linked) == list(zip(labels, NOTES, strict=False))


@pytest.mark.parametrize("raised", ["A-b", "Ab1", "{ab}", "x+y=2"])
def test_a_raised_formula_is_no_row_of_labels(raised: str) -> None:
    found = read_pdf(pdf_of(RawPage(marked(72, 700, SENTENCES[0], raised))))
    assert not found.refs
    assert any(SENTENCES[0] in p.text for p in found.passages)


@pytest.mark.parametrize("maker", ["docx", "latex", "typst", "weasyprint"])
def test_neither_a_bibliography_nor_affiliations_take_the_markers_of_notes(maker: str) -> None:
    content = read_pdf(made("paper", maker).read_bytes())
    assert [(r.marker, content.footnotes[(r.footnote or 0) - 1].text[:4]) for r in content.refs] == [
        ("1", "Regi"),
        ("2", "Yard"),
    ]


def test_raised_markers_mean_no_entries_of_a_bibliography() -> None:
    text = [marked(72, 720 - 20 * i, SENTENCES[i], str(i + 1)) for i in range(3)]
    entries = [text_at(72, 560 - 20 * i, 11, f"[{i + 1}] A. Brun, {NOTES[i]}") for i in range(4)]
    content = read_pdf(pdf_of(RawPage(b"".join([*text, text_at(72, 600, 14, "References"), *entries]))))
    assert not content.footnotes


@pytest.mark.parametrize("maker", ["reportlab", "typst", "writer"])
def test_a_number_that_comes_again_is_as_sure_as_its_evidence(maker: str) -> None:
    content = read_pdf(made("referred-again", maker).read_bytes())
    assert [r.marker for r in content.refs] == [*"12334211451665"]
    assert min(r.confidence for r in content.refs) >= 0.9


def test_the_widths_of_digits_that_a_part_of_a_font_lacks_make_the_others_no_raised_ones() -> None:
    """Distiller gives what it left out of a font the width of an empty box."""
    widths = [497] * 6 + [653] * 2 + [497] * 2
    names = "/zero/one/two/three/four/five/eight/nine/n"
    objects = (
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Own /FirstChar 48 /FontDescriptor 7 0 R"
        b" /Encoding /WinAnsiEncoding /Widths [%s] >>" % b" ".join(b"%d" % w for w in [*widths, *[547] * 63]),
        b"<< /Type /FontDescriptor /FontName /Own /Flags 4 /CharSet (%s) >>" % names.encode(),
    )
    body = b"BT /F2 10 Tf 72 700 Td (version 1.2 of the same year) Tj ET "
    content = read_pdf(pdf_of(RawPage(body + foot(["1", "2"]), fonts=b"/F2 6 0 R", objects=objects)))
    assert not content.refs


def test_an_arrow_at_its_end_tells_a_note_of_a_list_at_the_size_of_the_text() -> None:
    """As browsers print web pages without links; the arrow may touch the last word."""
    arrow = b"/F2 << /Type /Font /Subtype /Type1 /BaseFont /Own /Encoding << /Differences [1 /uni21A9] >> >>"
    drawn = b"".join(marked(72, 760 - 16 * i, text, str(i + 1), 9, 4) for i, text in enumerate(SENTENCES))
    for i, note in enumerate(NOTES):
        drawn += text_at(72, 690 - 16 * i, 11, f"{i + 1}. {note}")[:-4] + b" /F2 11 Tf (\1) Tj ET\n"
    assert tied(read_pdf(pdf_of(RawPage(drawn, fonts=arrow)))) == [
        (str(i), note) for i, note in enumerate(NOTES, 1)
    ]


def test_a_lone_number_over_a_rule_and_under_it() -> None:
    """Notes of Word at the size of the text, one in all."""
    drawn = marked(72, 500, "by default the harbour office", "1") + b"72 130 144 0.6 re f "
    for i, line in enumerate(SENTENCES):
        drawn += text_at(72, 700 - 14 * i, 11, f"{line}, as it did in all the years before.")
    drawn += b"BT /F1 6 Tf 72 110 Td 3 Ts (1) Tj 0 Ts /F1 11 Tf ( %s) Tj ET" % NOTES[0].encode()
    assert tied(read_pdf(pdf_of(RawPage(drawn)))) == [("1", NOTES[0])]


@pytest.mark.parametrize(
    ("code", "labels"),
    [
        (("if (point[1].x > 0)", "&& (point[2].x > 1)"), ("1", "2")),
        (("a = open(names[1])", "b = open(names[2])"), ("1", "2")),
        (("show tracks[0-2]",), ("1", "2")),
        (("set the path with xset(1):",), ("(1)", "(2)")),
    ],
)
def test_indexes_and_pages_of_a_manual_are_no_markers(code: Sequence[str], labels: Sequence[str]) -> None:
    drawn = b"".join(text_at(72, 760 - 14 * i, 11, f"{line}, as before.") for i, line in enumerate(SENTENCES))
    drawn += b"".join(text_at(72, 690 - 14 * i, 11, line) for i, line in enumerate(code))
    assert not read_pdf(pdf_of(RawPage(drawn + foot(labels)))).refs


def test_numbers_of_lines_of_code_that_stand_alone_are_no_labels() -> None:
    """The numbers are a column of their own beside the code."""
    drawn = b"".join(text_at(72, 760 - 14 * i, 11, f"{line}, as before.") for i, line in enumerate(SENTENCES))
    for i in range(4):
        drawn += text_at(50, 172 - 14 * i, 8, str(i + 1)) + text_at(
            250, 172 - 14 * i, 11, f"shore({i + 1}) = 0"
        )
    assert not read_pdf(pdf_of(RawPage(drawn))).refs


def test_a_lone_symbol_of_a_title_leads_to_the_foot_of_its_page() -> None:
    title = marked(150, 600, "Counting boats on the isles", "*")
    first = RawPage(title + foot(()) + label(72, 150, "*", NOTES[3]))
    signs = ("1", "2", "3", "4")
    pages = [first, RawPage(text(signs) + foot(signs))]
    assert tied(read_pdf(pdf_of(*pages))) == [("*", NOTES[3]), *zip(signs, NOTES, strict=True)]


def test_a_symbol_at_a_lines_end_may_have_its_note_right_below() -> None:
    row = marked(72, 600, "Ferries that keep their timetable", "*")
    note = text_at(72, 588, 9, "* The timetable counts the boats of the other isles too, as it did before.")
    assert tied(read_pdf(pdf_of(RawPage(text(("1", "2")) + row + note + foot(("1", "2")))))) == [
        ("1", NOTES[0]),
        ("2", NOTES[1]),
        ("*", "The timetable counts the boats of the other isles too, as it did before."),
    ]


def test_a_square_of_a_sum_leads_to_no_number_further_on() -> None:
    sums = marked(72, 600, "is the least of (dij + xij)", "2")
    later = text_at(72, 700, 8.5, "1 boats") + text_at(72, 688, 8.5, "2 ferries")
    assert tied(read_pdf(pdf_of(RawPage(text(("1",)) + sums + foot(("1",))), RawPage(later)))) == [
        ("1", NOTES[0])
    ]


def test_a_list_at_the_end_leaves_the_notes_of_the_pages_their_markers() -> None:
    first, second = (
        RawPage(text(("1", "2", "3"))),
        RawPage(text(("1",), 600) + foot(()) + label(72, 150, "1", NOTES[3])),
    )
    listed = b"".join(label(72, 700 - 14 * k, str(k + 1), note) for k, note in enumerate(NOTES[:3]))
    assert tied(read_pdf(pdf_of(first, second, RawPage(listed)))) == [
        ("1", NOTES[0]),
        ("2", NOTES[1]),
        ("3", NOTES[2]),
        ("1", NOTES[3]),
    ]
