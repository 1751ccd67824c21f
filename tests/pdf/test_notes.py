"""Phrase -> marker -> note -> URL, on documents of several makers."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pdfplumber
import pytest

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
