"""Phrase -> marker -> note -> URL, on documents of several makers."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pdfplumber
import pytest
from pdfminer.fontmetrics import FONT_METRICS

from osint_ingest.model import Content
from osint_ingest.pdf import read_pdf

from .pages import RawPage, made, pdf_of, text_at


def squash(text: str) -> str:
    return re.sub(r"[\s\u00ad]+", "", text)


def read(name: str) -> tuple[Content, dict[str, Any]]:
    path = made(*name.split("."))
    content = read_pdf(path.read_bytes())
    return content, json.loads(path.with_suffix(".truth.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "name",
    [
        "raised-digits.latex",
        "unicode-superscripts.chromium",
        "bracketed.weasyprint",
        "symbols.writer",
        "exponents.reportlab",
        "raised-by-font.typst",
        "pairs.writer",
        "restart-page.typst",
        "restart-chapter.writer",
        "endnotes.writer",
        "continued-notes.docx",
        "taller-notes.docx",
        "notes-page.reportlab",
        "columns-under-each.latex",
        "own-line.reportlab",
        "line-start.writer",
        "table-cells.docx",
        "no-rule.chromium",
        "arabic.chromium",
        "hebrew.docx",
        "chinese.docx",
        "greek.writer",
    ],
)
def test_every_reference_leads_to_its_own_note(name: str) -> None:
    content, truth = read(name)
    text = {p.ordinal: p.text for p in content.passages}
    note = {n.ordinal: squash(n.text) for n in content.footnotes}
    left = [
        (
            r.marker.replace("∗", "*"),
            squash(text[r.passage][: r.char_offset])[-12:],
            note.get(r.footnote or 0),
        )
        for r in content.refs
    ]
    for anchor in truth["anchors"]:
        before = squash(anchor["before"])[-12:]
        wanted = squash(truth["notes"][anchor.get("note") or anchor["marker"]]["text"])
        hit = next(
            (
                x
                for x in left
                if x[0] == anchor["marker"].strip("[]") and (x[1].endswith(before) or before.endswith(x[1]))
            ),
            None,
        )
        assert hit is not None, f"marker {anchor['marker']} after …{before}"
        assert (hit[2] or "").rstrip(".") == wanted.rstrip(".")
        left.remove(hit)
    assert not left, "references that are none"
    assert len(content.footnotes) == len(truth["notes"])


@pytest.mark.parametrize(
    "name", ["negative-plan.docx", "negative-science.writer", "negative-science.chromium"]
)
def test_exponents_and_list_numbers_are_no_references(name: str) -> None:
    content, _ = read(name)
    assert [r.marker for r in content.refs] == []
    assert [n.marker for n in content.footnotes] == []


def test_an_ibid_means_the_note_before() -> None:
    content, _ = read("doi-ibid.docx")
    found = [n for n in content.footnotes if n.text.lower().startswith("ibid")]
    assert found
    assert all(n.refers_to == n.ordinal - 1 for n in found)


def test_where_print_and_annotation_differ_both_are_kept() -> None:
    content, _ = read("annotations.reportlab")
    differing = [
        x for x in content.links if x.url_raw and squash(x.url_raw) not in x.url and x.url not in x.url_raw
    ]
    assert differing
    text = {p.ordinal: p.text for p in content.passages}
    for link in differing:
        assert link.passage is not None
        assert text[link.passage][link.char_start : link.char_end] == link.url_raw


def test_a_marker_without_a_note_and_a_note_without_a_marker_are_reported() -> None:
    page = RawPage(
        text_at(72, 700, 11, "The first office")
        + text_at(152, 704, 6.5, "1")
        + text_at(160, 700, 11, "opened in spring, the second one")
        + text_at(322, 704, 6.5, "2")
        + text_at(330, 700, 11, "in the autumn of that year and")
        + text_at(72, 686, 11, "the third one")
        + text_at(138, 690, 6.5, "3")
        + text_at(146, 686, 11, "never did, as everybody had expected from the beginning.")
        + b"72 110 m 200 110 l S\n"
        + text_at(72, 100, 5.5, "1")
        + text_at(76, 97, 8.5, "https://example.org/first")
        + text_at(72, 88, 5.5, "3")
        + text_at(76, 85, 8.5, "https://example.org/third")
        + text_at(72, 76, 5.5, "4")
        + text_at(76, 73, 8.5, "https://example.org/fourth")
    )
    content = read_pdf(pdf_of(page))
    assert [(r.marker, r.footnote) for r in content.refs] == [("1", 1), ("2", None), ("3", 2)]
    assert [f.code for f in content.findings] == ["orphan_marker", "orphan_note"]
    assert content.refs[1].confidence < content.refs[0].confidence


@pytest.mark.corpus
@pytest.mark.parametrize("name", ["argentina-2021", "argentina-2021-split-notes"])
def test_the_country_report(corpus: Path, name: str) -> None:
    content = read_pdf((corpus / "osor" / f"{name}.pdf").read_bytes())
    truth = json.loads((corpus / "osor" / f"{name}.truth.json").read_text(encoding="utf-8"))
    assert len(content.refs) == 94
    assert all(r.footnote is not None for r in content.refs)
    assert {n.marker: squash(n.text) for n in content.footnotes} == {
        k: squash(v["text"]) for k, v in truth["notes"].items()
    }
    for footnote in content.footnotes:
        urls = {x.url.rstrip("/") for x in content.links if x.footnote == footnote.ordinal}
        assert urls == {u.rstrip("/") for u in truth["notes"][footnote.marker]["urls"]}


@pytest.mark.corpus
def test_a_plan_without_notes_gets_none_and_keeps_its_links(corpus: Path) -> None:
    path = corpus / "us_nap" / "NAP1.pdf"
    content = read_pdf(path.read_bytes())
    assert not content.refs
    assert not content.footnotes
    with pdfplumber.open(path) as pdf:
        wanted = {h["uri"].rstrip("/").lower() for page in pdf.pages for h in page.hyperlinks}
    assert wanted <= {x.url.rstrip("/").lower() for x in content.links}


def test_a_label_that_touches_its_text_is_parted_from_it() -> None:
    words = ["The first law", "the second law", "the third law"]
    body = b"".join(
        b"BT /F1 11 Tf 72 %d Td (%s) Tj /F1 6.5 Tf 4 Ts (%d) Tj 0 Ts ET\n"
        % (700 - 14 * i, word.encode(), 8 + i)
        for i, word in enumerate(words)
    )
    notes = (
        b"72 110 m 200 110 l S\n"
        + text_at(72, 97, 8.5, "8 Section 3.")
        + text_at(72, 85, 8.5, "9 Section 4.")
        + text_at(72, 73, 8.5, "10Section 5.")
    )
    content = read_pdf(pdf_of(RawPage(body + notes)))
    assert [(n.marker, n.text) for n in content.footnotes] == [
        ("8", "Section 3."),
        ("9", "Section 4."),
        ("10", "Section 5."),
    ]
    assert [(r.marker, r.footnote) for r in content.refs] == [("8", 1), ("9", 2), ("10", 3)]


def test_a_pages_first_label_may_touch_its_text_or_a_quotation_mark() -> None:
    def page(first: int, *notes: str) -> RawPage:
        body = b"".join(
            b"BT /F1 11 Tf 72 %d Td (A rule of the town) Tj /F1 6.5 Tf 4 Ts (%d) Tj 0 Ts ET\n"
            % (700 - 14 * i, first + i)
            for i in range(len(notes))
        )
        rows = (text_at(72, 97 - 12 * i, 8.5, note) for i, note in enumerate(notes))
        return RawPage(body + b"72 110 m 200 110 l S\n" + b"".join(rows))

    content = read_pdf(
        pdf_of(page(8, "8 Section 3.", "9 Section 4."), page(10, "10Section 5.", "11“A Title”."))
    )
    assert [(n.marker, n.text, n.page) for n in content.footnotes][2:] == [
        ("10", "Section 5.", 2),
        ("11", "“A Title”.", 2),
    ]
    assert [r.footnote for r in content.refs] == [1, 2, 3, 4]


def _end_of(text: str, size: float, x: float) -> float:
    """Where a text in Helvetica ends."""
    widths = FONT_METRICS["Helvetica"][1]
    return x + sum(widths[c] for c in text) * size / 1000


def test_a_label_that_hangs_into_the_gutter_begins_a_note_of_its_column() -> None:
    left = "The council of the town wrote down what it owed"
    right = "and to whom, and had it read out in the market."
    gutter = 72 + _end_of(left, 9, 0) + 9
    page = b""
    for i in range(14):
        page += text_at(72, 760 - 11 * i, 9, left) + text_at(gutter, 760 - 11 * i, 9, right)
    page += b"BT /F1 6 Tf %f 760 Td 4 Ts (3) Tj 0 Ts ET\n" % _end_of(right, 9, gutter)
    page += b"BT /F1 6 Tf %f 749 Td 4 Ts (4) Tj 0 Ts ET\n" % _end_of(right, 9, gutter)
    page += b"%f 100 m %f 100 l S\n" % (gutter, gutter + 60)
    label = gutter - _end_of("[3]", 5, 0)
    for k, note in enumerate(("Record of the first year.", "Record of the second year.")):
        y = 760 - 11 * (14 + k)
        page += text_at(72, y, 9, left)
        page += b"BT /F1 5 Tf %f %f Td 3 Ts ([%d]) Tj 0 Ts ET\n" % (label, y, 3 + k)
        page += text_at(gutter, y, 7.5, note)
    content = read_pdf(pdf_of(RawPage(page)))
    assert [(n.marker, n.text) for n in content.footnotes] == [
        ("3", "Record of the first year."),
        ("4", "Record of the second year."),
    ]


def test_a_url_in_larger_letters_goes_on_with_its_note() -> None:
    page = (
        text_at(72, 700, 11, "The register was opened to all offices of the country in May")
        + b"BT /F1 6 Tf %f 700 Td 4 Ts (1) Tj 0 Ts ET\n"
        % _end_of("The register was opened to all offices of the country in May", 11, 72)
        + text_at(72, 686, 11, "and holds what they have published since then.")
        + b"72 100 m 200 100 l S\n"
        + text_at(72, 88, 8, "1 On the register and on what it holds see the pages of the office:")
        + text_at(72, 78, 9, "https://registry.example/open/2024")
    )
    content = read_pdf(pdf_of(RawPage(page)))
    assert [n.text for n in content.footnotes] == [
        "On the register and on what it holds see the pages of the office: https://registry.example/open/2024"
    ]
    assert [(x.url, x.footnote) for x in content.links] == [("https://registry.example/open/2024", 1)]


@pytest.mark.parametrize(
    ("labels", "size"), [("abcdef", 9), (("i", "ii", "iii", "iv", "v", "vi"), 11)], ids=["letters", "roman"]
)
def test_labels_that_touch_their_endnotes(labels: Sequence[str], size: float) -> None:
    words = [
        "The first law",
        "the second law",
        "the third law",
        "the fourth law",
        "the fifth law",
        "the sixth law",
    ]
    body = b"".join(
        b"BT /F1 11 Tf 72 %d Td (%s) Tj /F1 6.5 Tf 4 Ts (%s) Tj 0 Ts ET\n"
        % (700 - 14 * i, word.encode(), labels[i].encode())
        for i, word in enumerate(words)
    )
    notes = [
        "See the first chapter.",
        "The Duke was his enemy.",
        "Thomas King.",
        "Record of May.",
        "https://records.example/may",
        "Ibid.",
    ]
    listed = b"".join(
        text_at(72, 760 - 13 * i, size, label + note)
        for i, (label, note) in enumerate(zip(labels, notes, strict=True))
    )
    content = read_pdf(pdf_of(RawPage(body), RawPage(listed)))
    assert [(n.marker, n.text) for n in content.footnotes] == list(zip(labels, notes, strict=True))
    assert [r.footnote for r in content.refs] == [1, 2, 3, 4, 5, 6]


def test_a_note_means_another_by_its_number() -> None:
    body = b"".join(
        b"BT /F1 11 Tf 72 %d Td (The %s law) Tj /F1 6.5 Tf 4 Ts (%d) Tj 0 Ts ET\n"
        % (700 - 14 * i, word, i + 1)
        for i, word in enumerate((b"first", b"second", b"third"))
    )
    notes = "https://records.example/may", "Record of June.", "See note 1, page 4."
    body += b"72 200 m 200 200 l S\n" + b"".join(
        text_at(72, 188 - 12 * i, 8, f"{i + 1} {note}") for i, note in enumerate(notes)
    )
    assert [n.refers_to for n in read_pdf(pdf_of(RawPage(body))).footnotes] == [None, None, 1]


@pytest.mark.parametrize("printed", ["i,ii,iii,iv,v,vi,vii", ",[i],[ii],[iii],[iv],[v],[vi],[vii]"])
def test_markers_longer_than_the_text_that_they_stand_at(printed: str) -> None:
    labels = ["i", "ii", "iii", "iv", "v", "vi", "vii"]
    body = text_at(72, 700, 10, "See also") + b"BT /F1 6 Tf %f 703.5 Td (%s) Tj ET\n" % (
        _end_of("See also", 10, 72) + 0.3,
        printed.encode(),
    )
    body += b"72 200 m 200 200 l S\n" + b"".join(
        b"BT /F1 5 Tf 72 %d Td 3 Ts (%s) Tj 0 Ts /F1 8 Tf 12 0 Td (Record of %s.) Tj ET\n"
        % (188 - 12 * i, label.encode(), bytes([65 + i]) * 4)
        for i, label in enumerate(labels)
    )
    content = read_pdf(pdf_of(RawPage(body)))
    assert [(r.marker, r.footnote) for r in content.refs] == [(x, 1 + i) for i, x in enumerate(labels)]


def test_a_note_under_its_number_may_begin_in_bold() -> None:
    bold = b"/F2 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold >>"
    body = b"".join(
        text_at(72, 700 - 14 * i, 11, LINES[i])
        + b"BT /F1 6 Tf %f %d Td (%d) Tj ET\n" % (_end_of(LINES[i], 11, 72), 704 - 14 * i, 1 + i)
        for i in range(3)
    )
    body += b"72 200 m 200 200 l S\n" + b"".join(
        b"BT /F1 5 Tf 72 %d Td (%d) Tj ET\nBT /F2 8 Tf 72 %d Td (Register of the %d harbours) Tj ET\n"
        % (193 - 40 * i, 1 + i, 178 - 40 * i, 5 + i)
        + text_at(72, 168 - 40 * i, 8, "is kept there.")
        for i in range(3)
    )
    content = read_pdf(pdf_of(RawPage(body, fonts=bold)))
    assert [n.text for n in content.footnotes] == [
        f"Register of the {5 + i} harbours is kept there." for i in range(3)
    ]


LINES = (
    "The council of the town wrote down what it owed to whom",
    "and had it read out in the market on the first Sunday of",
    "every month, so that nobody could say that he had never",
    "been told of it. Those who could not come were sent word",
)


@pytest.mark.parametrize(
    "lines", [LINES, [line.title() for line in LINES]], ids=["running", "each begins large"]
)
def test_the_numbers_of_lines_are_kept_apart_from_the_text(lines: Sequence[str]) -> None:
    page = b"".join(
        text_at(90, 700 - 14 * i, 11, lines[i % 4])
        + text_at(80 - _end_of(str(41 + i), 6, 0), 700 - 14 * i, 6, str(41 + i))
        for i in range(12)
    )
    page += text_at(84, 60, 5, "1") + text_at(90, 57, 8, "Record of the council.")  # a note's number
    content = read_pdf(pdf_of(RawPage(page)))
    body = " ".join(p.text for p in content.passages if p.kind == "paragraph")
    assert not re.search(r"\d\d", body)
    assert [p.text for p in content.passages if p.kind == "footer"] == [
        " ".join(str(41 + i) for i in range(12))
    ]


def test_the_labels_of_notes_in_the_margin_count_no_lines() -> None:
    body = b"".join(
        b"BT /F1 11 Tf 72 %d Td (A rule of the town) Tj /F1 6.5 Tf 4 Ts (%d) Tj 0 Ts ET\n"
        % (700 - 14 * i, 1 + i)
        for i in range(10)
    )
    listed = b"".join(
        text_at(72, 760 - 13 * i, 9, str(1 + i)) + text_at(90, 760 - 13 * i, 9, f"Record of meeting {i}.")
        for i in range(10)
    )
    content = read_pdf(pdf_of(RawPage(body), RawPage(listed)))
    assert [n.marker for n in content.footnotes] == [str(1 + i) for i in range(10)]


@pytest.mark.parametrize(
    "labels", [("*", "†", "‡"), ("a", "b", "c"), ("10", "11", "12")], ids=["symbols", "letters", "numbers"]
)
def test_markers_that_stand_together_are_told_apart(labels: tuple[str, ...]) -> None:
    first = "The council of the town wrote down what it owed to whom"
    if labels[0] == "10":
        body = b"".join(
            text_at(72, 700 - 14 * i, 11, first)
            + b"BT /F1 6.5 Tf %f %d Td 4 Ts (%d) Tj 0 Ts ET\n" % (_end_of(first, 11, 72), 700 - 14 * i, 1 + i)
            for i in range(9)
        )
        known = [str(1 + i) for i in range(9)]
    else:
        body, known = b"", []
    together = "".join(labels).encode("cp1252")
    body += text_at(72, 500, 11, first) + b"BT /F1 6.5 Tf %f 500 Td 4 Ts (%s) Tj 0 Ts ET\n" % (
        _end_of(first, 11, 72),
        together,
    )
    body += text_at(72, 486, 11, "and had it read out in the market.") + b"72 200 m 200 200 l S\n"
    body += b"".join(
        b"BT /F1 5 Tf 72 %d Td 3 Ts (%s) Tj 0 Ts /F1 8 Tf 8 0 Td (Record of %s.) Tj ET\n"
        % (188 - 12 * i, label.encode("cp1252"), bytes([65 + i]) * 4)
        for i, label in enumerate([*known, *labels])
    )
    content = read_pdf(pdf_of(RawPage(body)))
    assert [n.marker for n in content.footnotes] == [*known, *labels]
    assert [(r.marker, r.footnote) for r in content.refs] == [
        (label, 1 + i) for i, label in enumerate([*known, *labels])
    ]


def test_rows_that_two_columns_share_are_cut_where_the_columns_are() -> None:
    left = "The council of the town wrote down what it owed"
    right = "and to whom, and had it read out in the market."
    gutter = 72 + _end_of(left, 10, 0) + 8
    page = b""
    for i in range(30):
        shared = 12 <= i < 15
        page += text_at(72, 760 - 12 * i, 10, left)
        page += text_at(gutter, 760 - 12 * i - (0 if shared else 4), 10, right)
    content = read_pdf(pdf_of(RawPage(page)))
    text = " ".join(p.text for p in content.passages)
    assert text.split() == left.split() * 30 + right.split() * 30


def test_a_label_of_the_second_column_stays_with_its_note() -> None:
    page = b""
    for x in (72, 320):
        page += b"".join(
            text_at(x, 760 - 12 * i, 10, "The council of the town wrote down what") for i in range(40)
        )
    for k, (x, y) in enumerate([(72, 700), (72, 640), (320, 700), (320, 640)]):
        end = _end_of("The council of the town wrote down what", 10, x)
        page += b"BT /F1 6 Tf %f %d Td 3 Ts (%d) Tj 0 Ts ET\n" % (end, y + 0, k + 1)
    for k, (x, y) in enumerate([(72, 262), (72, 244), (320, 262), (320, 244)]):
        page += text_at(x, y, 7.5, str(k + 1)) + text_at(
            x + 12, y, 7.5, f"Record {k + 1} of the meeting that the council"
        )
        page += text_at(x + 12, y - 9, 7.5, "held in the market in May.")
    content = read_pdf(pdf_of(RawPage(page)))
    wanted = [f"Record {k} of the meeting that the council held in the market in May." for k in range(1, 5)]
    assert [n.text for n in content.footnotes] == wanted
    assert [r.footnote for r in content.refs] == [1, 2, 3, 4]


def test_raised_labels_before_hanging_text_stay_with_it_in_the_second_column() -> None:
    line = "The council of the town wrote down what"
    page = b"".join(text_at(x, 760 - 12 * i, 10, line) for x in (72, 320) for i in range(40))
    wanted = []
    for k, (x, y) in enumerate([(72, 250), (72, 223), (320, 250), (320, 223)], 1):
        page += b"BT /F1 6 Tf %f %d Td 3 Ts ([%d]) Tj ET\n" % (_end_of(line, 10, x), 772 - 12 * k, k)
        page += b"BT /F1 5 Tf %d %d Td 3 Ts ([%d]) Tj 0 Ts ET\n" % (x, y, k)
        written = [
            f"Record {k} of the meeting that the council",
            "held in the market in May of that",
            "year.",
        ]
        page += b"".join(text_at(x + 18, y - 9 * i, 7.5, text) for i, text in enumerate(written))
        wanted.append(" ".join(written))
    content = read_pdf(pdf_of(RawPage(page)))
    assert [n.text for n in content.footnotes] == wanted


def test_a_link_over_several_markers_tells_of_the_first_alone() -> None:
    line = "The council of the town wrote down what it owed to whom"
    labels = ["*", "†", "‡"]
    body = b"".join(text_at(72, 780 - 14 * i, 11, line) for i in range(12)) + b"72 200 m 200 200 l S\n"
    marks = [label.encode("cp1252") for label in labels]
    end = _end_of(line, 11, 72)
    body += b"BT /F1 6.5 Tf %f 780 Td 4 Ts (%s) Tj ET\n" % (end, b",".join(marks))
    link = b"<< /Subtype /Link /Rect [%f 782 %f 792] /Dest [4 0 R /XYZ 72 188 0] >>" % (end, end + 3)
    notes = [
        text_at(72, 180 - 12 * i, 6, label) + text_at(84, 180 - 12 * i, 8, f"Record {i} of the meeting.")
        for i, label in enumerate(labels)
    ]
    second = b"".join(text_at(72, 780 - 14 * i, 11, line) for i in range(30)) + b"72 200 m 200 200 l S\n"
    content = read_pdf(pdf_of(RawPage(body + notes[0], link), RawPage(second + notes[1] + notes[2])))
    assert [(r.marker, r.footnote) for r in content.refs] == [("*", 1), ("†", 2), ("‡", 3)]


def test_two_markers_together_are_no_later_note() -> None:
    line = "The council of the town wrote down what it owed to whom"
    markers = ["1", "23", *map(str, range(4, 24))]
    body = b"".join(
        text_at(72, 780 - 14 * i, 11, line)
        + b"BT /F1 6.5 Tf %f %d Td 4 Ts (%s) Tj 0 Ts ET\n"
        % (_end_of(line, 11, 72), 780 - 14 * i, marker.encode())
        for i, marker in enumerate(markers)
    )
    notes = b"".join(text_at(72, 780 - 12 * i, 8, f"{1 + i}. Record of meeting {i}.") for i in range(23))
    content = read_pdf(pdf_of(RawPage(body), RawPage(notes)))
    assert [r.footnote for r in content.refs] == list(range(1, 24))


def test_a_note_may_stand_on_the_page_before_its_marker() -> None:
    line, pages = "The council of the town wrote down what it owed to whom", []
    places = {1: [1, 2, 3], 2: [4, 5, 6], 3: [7, 8]}
    for notes, markers in (([1, 2, 3, 4], places[1]), ([5, 6], places[2]), ([7, 8], places[3])):
        page = b"72 200 m 200 200 l S\n"
        for i, marker in enumerate(markers):
            page += text_at(72, 700 - 14 * i, 11, line)
            page += b"BT /F1 6.5 Tf %f %d Td 4 Ts (%d) Tj 0 Ts ET\n" % (
                _end_of(line, 11, 72),
                700 - 14 * i,
                marker,
            )
        for i, note in enumerate(notes):
            page += b"BT /F1 5 Tf 72 %d Td 3 Ts (%d) Tj 0 Ts ET\n" % (188 - 12 * i, note)
            page += text_at(76, 188 - 12 * i, 8, f"Record of {'abcdefgh'[note - 1] * 3}.")
        pages.append(RawPage(page))
    assert [r.footnote for r in read_pdf(pdf_of(*pages)).refs] == list(range(1, 9))


def test_a_list_under_a_heading_that_announces_notes_is_one_at_the_size_of_the_text() -> None:
    line = "The council of the town wrote down what it owed to whom"
    body = b"".join(
        text_at(72, 780 - 14 * i, 10, line)
        + b"BT /F1 6 Tf %f %d Td 3 Ts (%d) Tj 0 Ts ET\n" % (_end_of(line, 10, 72), 780 - 14 * i, 1 + i)
        for i in range(6)
    )
    listed = text_at(72, 780, 15, "Notes") + b"".join(
        text_at(90, 750 - 14 * i, 10, f"{1 + i}. https://records.example/{i}/of-the-council")
        for i in range(6)
    )
    content = read_pdf(pdf_of(RawPage(body), RawPage(listed)))
    assert [r.footnote for r in content.refs] == [1, 2, 3, 4, 5, 6]
