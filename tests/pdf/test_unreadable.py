"""What cannot be read says so, with its code; what can be read in part is read in part."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from osint_ingest.model import ReadOptions, UnreadableDocument
from osint_ingest.pdf import read_pdf

from .pages import RawPage, pdf_of, text_at

BROKEN = Path(__file__).resolve().parents[1] / "fixtures" / "made" / "broken"
GOOD = RawPage(text_at(72, 700, 11, "A page that can be read."))


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("empty.pdf", "empty"),
        ("html.pdf", "not_a_pdf"),
        ("truncated.pdf", "corrupt"),
        ("zero-pages.pdf", "corrupt"),
        ("encrypted.pdf", "encrypted"),
        ("scanned.pdf", "no_text"),
    ],
)
def test_a_file_that_cannot_be_read_has_its_code(name: str, code: str) -> None:
    with pytest.raises(UnreadableDocument) as raised:
        read_pdf((BROKEN / name).read_bytes())
    assert raised.value.code == code
    assert raised.value.hint


def test_html_saved_as_pdf_is_called_that() -> None:
    with pytest.raises(UnreadableDocument, match="HTML"):
        read_pdf(b"<!DOCTYPE html><html><body>Not found</body></html>")


def test_a_page_that_fails_leaves_the_others() -> None:
    heavy = RawPage(
        b"BT /F1 10 Tf 72 700 Td " + b"(" + b"x" * 9_000 + b") Tj " * 1 + b"(abc) Tj " * 70_000 + b"ET"
    )
    content = read_pdf(pdf_of(GOOD, heavy, GOOD))
    assert not content.complete
    assert [f.code for f in content.findings] == ["page_failed"]
    assert "Page 2" in content.findings[0].message
    assert [p.page for p in content.passages if p.text == "A page that can be read."] == [1, 3]


def test_more_pages_than_wanted_are_named() -> None:
    content = read_pdf(pdf_of(GOOD, GOOD, GOOD), ReadOptions(max_pages=2))
    assert content.page_count == 3
    assert {p.page for p in content.passages} == {1, 2}
    assert [f.code for f in content.findings] == ["too_many_pages"]


def test_thousands_of_characters_on_top_of_one_another_take_no_time() -> None:
    letters = "".join(chr(65 + i % 26) for i in range(6_000))
    pile = RawPage(b"".join(text_at(100, 500, 10, c) for c in letters) + GOOD.content)
    began = time.process_time()
    content = read_pdf(pdf_of(pile))
    assert time.process_time() - began < 15
    assert any("can be read" in p.text for p in content.passages)


def test_a_text_printed_twice_is_read_once() -> None:
    twice = text_at(72, 700, 12, "Bold by printing twice") + text_at(72.3, 700, 12, "Bold by printing twice")
    assert [p.text for p in read_pdf(pdf_of(RawPage(twice))).passages] == ["Bold by printing twice"]


@pytest.mark.parametrize(
    ("uri", "url"),
    [
        (b"(https://example.org/caf\xe9)", "https://example.org/caf%C3%A9"),
        (b"<FEFF00680074007400700073003A002F002F0061002E006F00720067002F0078>", "https://a.org/x"),
        (b"(  https://example.org/spaces  )", "https://example.org/spaces"),
    ],
)
def test_links_in_odd_encodings_are_kept(uri: bytes, url: str) -> None:
    link = b"<< /Type /Annot /Subtype /Link /Rect [72 695 120 712] /A << /S /URI /URI %s >> >>" % uri
    content = read_pdf(pdf_of(RawPage(GOOD.content, link)))
    assert [x.url for x in content.links] == [url]


def test_a_broken_annotation_costs_no_page() -> None:
    broken = (
        b"<< /Type /Annot /Subtype /Link /Rect [1 2] /A << /S /URI /URI (https://a.org) >> >> 99 0 R null"
    )
    content = read_pdf(pdf_of(RawPage(GOOD.content, broken)))
    assert content.complete
    assert content.passages[0].text == "A page that can be read."
