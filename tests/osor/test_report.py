"""From the bytes of a report to its document and records."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from osint_ingest.model import Capture, ReadOptions, UnreadableDocument
from osint_ingest.sources import Parsed
from osint_ingest.sources.osor import SOURCE
from osint_ingest.sources.osor.tables import ActorRow, InitiativeRow, PolicyRow

FOLDER = "/sites/default/files/inline-files/"
NAME = "OSS Country Intelligence Report Corvalia 2025.pdf"
PDF = files("osint_ingest.sample").joinpath("site/osor" + FOLDER, NAME).read_bytes()
ADDRESS = "http://127.0.0.1:8000" + FOLDER + NAME.replace(" ", "%20")
HERE = Path(__file__).parents[1] / "sample"
TRUTH = json.loads((HERE / "report.truth.json").read_text(encoding="utf-8"))
RECORDS = json.loads((HERE / "report.records.json").read_text(encoding="utf-8"))


def capture_of(data: bytes, url: str = "file:0123456789ab") -> Capture:
    return Capture(url, datetime(2025, 4, 1, tzinfo=UTC), hashlib.sha256(data).hexdigest(), len(data))


@cache
def sample() -> Parsed:
    return SOURCE.read(capture_of(PDF, ADDRESS), PDF, ReadOptions())


def squash(text: str) -> str:
    return "".join(text.split())


def test_the_document_says_what_the_cover_says() -> None:
    document = sample().document
    assert document.document_id == "osor:CORVALIA:2025"
    assert (document.kind, document.source, document.language) == ("osor_country_report", "osor", "en")
    assert (document.title, document.jurisdiction, document.country_code) == (
        RECORDS["title"],
        "Corvalia",
        None,
    )
    assert (document.year, document.published, document.licence) == (2025, date(2025, 3, 1), "CC BY 4.0")
    assert document.url == ADDRESS
    assert sample().findings == ()


def test_every_record_of_the_sample_report_is_read_from_its_pdf() -> None:
    records = sample().records
    for role, name in (("policy_maker", "policy_makers"), ("strategic_player", "strategic_players")):
        found = [r for r in records if isinstance(r, ActorRow) and r.role == role]
        assert [{k: getattr(r, k) for k in RECORDS[name][0]} for r in found] == RECORDS[name]
    for row, name in ((PolicyRow, "policies"), (InitiativeRow, "initiatives")):
        assert [
            {k: getattr(r, k) for k in RECORDS[name][0]} for r in records if isinstance(r, row)
        ] == RECORDS[name]


def test_every_marker_stands_at_its_character_and_leads_to_its_note() -> None:
    content = sample().document.content
    notes = {n.ordinal: n for n in content.footnotes}
    texts = {p.ordinal: p.text for p in content.passages}
    found = [(r.marker, squash(texts[r.passage][: r.char_offset])[-12:], r.footnote) for r in content.refs]
    wanted = [(a["marker"], squash(a["before"])[-12:]) for a in TRUTH["anchors"]]
    assert [(marker, before) for marker, before, _ in found] == wanted
    assert all(note is not None and notes[note].marker == marker for marker, _, note in found)


def test_every_note_has_its_text_and_its_urls() -> None:
    content = sample().document.content
    assert {n.marker: squash(n.text) for n in content.footnotes} == {
        marker: squash(note["text"]) for marker, note in TRUTH["notes"].items()
    }
    urls: dict[str, list[str]] = {n.marker: [] for n in content.footnotes}
    markers = {n.ordinal: n.marker for n in content.footnotes}
    for link in content.links:
        if link.footnote is not None:
            urls[markers[link.footnote]].append(link.url)
    assert urls == {marker: note["urls"] for marker, note in TRUTH["notes"].items()}


def test_a_bullet_that_crosses_a_page_is_one_passage() -> None:
    bullets = [squash(p.text) for p in sample().document.content.passages if p.kind == "list_item"]
    assert bullets == [squash(text) for style, text in TRUTH["blocks"] if style == "Bullet"]
    crossing = [p for p in sample().document.content.passages if len({line.box.page for line in p.lines}) > 1]
    assert crossing, "the sample has bullets that cross a page"


def test_personal_data_is_masked_unless_it_is_wanted() -> None:
    said = repr(sample().document.content)
    assert "ines.valderrama" not in said
    assert "555 01 42" not in said
    assert sample().document.content.masked == 4
    kept = SOURCE.read(capture_of(PDF, ADDRESS), PDF, ReadOptions(keep_personal_data=True))
    assert "ines.valderrama@studies.example" in repr(kept.document.content)


def test_a_report_is_recognised_by_its_address_or_by_its_cover() -> None:
    assert SOURCE.recognises(capture_of(PDF), PDF)
    assert SOURCE.recognises(capture_of(b"", ADDRESS), b"<html>gone</html>"), (
        "so that it is reported as unreadable"
    )
    assert not SOURCE.recognises(capture_of(b"x"), b"<html>x</html>")
    assert not SOURCE.recognises(capture_of(b"%PDF-1.7 broken"), b"%PDF-1.7 broken")


def test_a_web_page_under_a_report_s_address_is_unreadable() -> None:
    with pytest.raises(UnreadableDocument):
        SOURCE.read(capture_of(b"<html>", ADDRESS), b"<html><body>Consent</body></html>", ReadOptions())


def tiny_pdf(*lines: str) -> bytes:
    """One page with a few lines of text, as plain as a PDF can be."""
    shown = " ".join(f"/F 14 Tf 1 0 0 1 60 {760 - 40 * n} Tm ({line}) Tj" for n, line in enumerate(lines))
    stream = f"BT {shown} ET"
    objects = (
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>",
        f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    body = "".join(f"{n} 0 obj\n{content}\nendobj\n" for n, content in enumerate(objects, 1))
    return f"%PDF-1.4\n{body}trailer << /Root 1 0 R >>\n%%EOF\n".encode()


@pytest.mark.parametrize(
    ("lines", "document_id", "code"),
    [
        (
            ("Open Source Software Country Intelligence Report", "Ireland", "2024"),
            "osor:IRL:2024",
            "missing_required",
        ),
        (("Open Source Software Country Intelligence Report", "Ireland"), None, "missing_required"),
        (("Open Source Software Country Intelligence Report", "2024"), None, "missing_required"),
    ],
)
def test_what_a_report_lacks_is_reported(lines: tuple[str, ...], document_id: str | None, code: str) -> None:
    data = tiny_pdf(*lines)
    capture = capture_of(data)
    assert SOURCE.recognises(capture, data)
    parsed = SOURCE.read(capture, data, ReadOptions())
    assert parsed.document.document_id == (document_id or f"pdf:{capture.content_sha256[:12]}")
    assert {f.code for f in parsed.findings} == {code}


def test_a_listed_pdf_that_is_no_report_is_kept_as_a_plain_pdf() -> None:
    data = (Path(__file__).parents[1] / "fixtures" / "made" / "pairs.writer.pdf").read_bytes()
    listed = replace(capture_of(data, "https://x.example" + FOLDER + "y.pdf"), source="osor", http_status=200)
    assert SOURCE.recognises(listed, data)
    parsed = SOURCE.read(listed, data, ReadOptions())
    assert parsed.document.document_id == f"pdf:{listed.content_sha256[:12]}"
    assert (parsed.document.kind, parsed.records) == ("other_pdf", ())
    assert [f.code for f in parsed.findings] == ["unknown_template"]


@pytest.mark.corpus
@pytest.mark.parametrize("name", ["argentina-2021", "argentina-2021-split-notes"])
def test_records_of_the_corpus(corpus: Path, name: str) -> None:
    data = (corpus / "osor" / f"{name}.pdf").read_bytes()
    truth: dict[str, Any] = json.loads(
        (corpus / "osor" / "argentina-2021.records.json").read_text(encoding="utf-8")
    )
    parsed = SOURCE.read(capture_of(data), data, ReadOptions())
    document = parsed.document
    assert document.document_id == f"osor:{truth['country_code']}:{truth['year']}"
    assert (document.title, document.jurisdiction) == (truth["title"], truth["country"])
    assert f"{document.published:%B %Y}" == truth["updated"]
    assert document.licence == truth["licence"]
    for role, key in (("policy_maker", "policy_makers"), ("strategic_player", "strategic_players")):
        found = [r for r in parsed.records if isinstance(r, ActorRow) and r.role == role]
        assert [{k: getattr(r, k) for k in truth[key][0]} for r in found] == truth[key]
    for row, key in ((PolicyRow, "policies"), (InitiativeRow, "initiatives")):
        assert [
            {k: getattr(r, k) for k in truth[key][0]} for r in parsed.records if isinstance(r, row)
        ] == truth[key]


@pytest.mark.corpus
def test_other_pdfs_are_no_reports(corpus: Path) -> None:
    for path in sorted((corpus / "ec_pdf").glob("*.pdf")):
        data = path.read_bytes()
        assert not SOURCE.recognises(capture_of(data), data), path.name
