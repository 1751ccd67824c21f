"""The sample report's PDF is the one that its text makes, and has what the readers are to be tried on."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pdfplumber
import pytest

from tests.sample.country_report.fodt import to_fodt
from tests.sample.country_report.source import read_report
from tests.sample.country_report.truth import truth_of

SAMPLE = files("osint_ingest.sample")
SOURCE = Path(__file__).with_name("country_report").joinpath("report.md").read_text(encoding="utf-8")
PDF = SAMPLE.joinpath(
    "site/osor/sites/default/files/inline-files", "OSS Country Intelligence Report Corvalia 2025.pdf"
)
TRUTH = Path(__file__).with_name("report.truth.json")


def squash(text: str) -> str:
    return "".join(text.split())


def test_the_truth_file_is_the_one_of_the_text() -> None:
    """Fails when the text was changed without `python -m tests.sample.country_report`."""
    made = json.loads(json.dumps(truth_of(read_report(SOURCE)).as_dict()))
    assert made == json.loads(TRUTH.read_text(encoding="utf-8"))


def test_the_pdf_holds_the_text() -> None:
    truth = truth_of(read_report(SOURCE))
    with pdfplumber.open(PDF.open("rb")) as pdf:
        printed = squash("".join(page.extract_text() for page in pdf.pages))
        assert len(pdf.pages) >= 10
    for style, text in truth.blocks:
        assert squash(text.rstrip(" 0123456789"))[:8] in printed, (style, text)


def test_the_report_has_the_traps_of_its_kind() -> None:
    truth = truth_of(read_report(SOURCE))
    markers = [a.marker for a in truth.anchors]
    assert len(truth.notes) >= 40
    assert any(markers.count(m) == 2 for m in markers), "a number that is referred to twice"
    assert any(
        (a.block, a.offset) == (b.block, b.offset)
        for a, b in zip(truth.anchors, truth.anchors[1:], strict=False)
    ), "two markers at one place"
    assert any(len(n.urls) == 2 for n in truth.notes.values()), "a note with two URLs"
    assert any(n.urls != n.printed for n in truth.notes.values()), "an annotation that differs from its text"
    assert any(not n.urls for n in truth.notes.values()), "a note without a URL"


def test_the_pdf_links_where_the_text_says() -> None:
    truth = truth_of(read_report(SOURCE))
    with pdfplumber.open(PDF.open("rb")) as pdf:
        targets = {link["uri"] for page in pdf.pages for link in page.hyperlinks}
    assert {url for note in truth.notes.values() for url in note.urls} <= targets


def test_a_marker_and_its_note_need_each_other() -> None:
    with pytest.raises(KeyError):
        read_report("Text[^lost].")
    with pytest.raises(ValueError, match="no marker leads to"):
        read_report("Text.\n\n[^idle]: <https://idle.example/>")


def test_a_second_marker_of_a_note_refers_to_it() -> None:
    fodt = to_fodt(read_report("One[^a]. Two[^b],[^a].\n\n[^a]: A & co\n[^b]: <https://b.example/?x=1&y=2>"))
    assert fodt.count("<text:note ") == 2
    assert 'text:ref-name="a">1</text:note-ref>' in fodt
    assert 'xlink:href="https://b.example/?x=1&amp;y=2"' in fodt
