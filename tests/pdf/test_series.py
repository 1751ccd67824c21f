"""Which sign means which note: every form of numbering, wherever the notes stand, and what is no marker."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from osint_ingest.model import Content
from osint_ingest.pdf import read_pdf

from .pages import RawPage, pdf_of, text_at

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
