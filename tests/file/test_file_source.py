"""PDFs and pages that no other source knows."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from osint_ingest.model import Capture, ReadOptions, UnreadableDocument
from osint_ingest.sources import all_sources, source_for
from osint_ingest.sources.file import SOURCE

MADE = Path(__file__).parents[1] / "fixtures" / "made"
PAGE = b"""<!doctype html><html lang="fr"><head><title>Une page</title></head><body><main><h1>Une page</h1>
<p>Voici un texte qui ne vient d'aucune source connue, avec <a href="/suite">un lien</a>.</p>
<p>Contact : marie@bureau.example</p></main></body></html>"""


def capture_of(data: bytes, url: str = "file:0123456789ab") -> Capture:
    return Capture(url, datetime(2025, 4, 1, tzinfo=UTC), hashlib.sha256(data).hexdigest(), len(data))


def test_a_plain_pdf_has_passages_notes_and_an_id_of_its_bytes() -> None:
    data = (MADE / "raised-digits.typst.pdf").read_bytes()
    document = SOURCE.read(capture_of(data), data, ReadOptions()).document
    assert document.document_id == f"pdf:{hashlib.sha256(data).hexdigest()[:12]}"
    assert (document.kind, document.source) == ("other_pdf", "file")
    assert document.content.passages
    assert document.content.footnotes


def test_a_plain_page_is_read_and_masked() -> None:
    capture = capture_of(PAGE, "https://bureau.example/page")
    document = SOURCE.read(capture, PAGE, ReadOptions()).document
    assert document.document_id == f"page:{capture.content_sha256[:12]}"
    assert (document.kind, document.language) == ("other_page", "fr")
    assert "marie" not in repr(document.content)
    assert [link.url for link in document.content.links if link.origin == "href"] == [
        "https://bureau.example/suite"
    ]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (PAGE, True),
        (b"%PDF-1.4\n", True),
        (b"\xef\xbb\xbf junk before\n%PDF-1.7", True),
        (b"", False),
        (b"PK\x03\x04....", False),
        (b"just words", False),
        (b'{"json": true}', False),
    ],
)
def test_files_are_told_by_their_bytes(data: bytes, expected: bool) -> None:
    assert SOURCE.recognises(capture_of(data, "https://x.example/a.pdf"), data) is expected


def test_it_comes_last() -> None:
    assert all_sources()[-1] is SOURCE
    assert source_for(all_sources(), capture_of(PAGE), PAGE) is SOURCE


def test_a_page_under_a_pdf_s_name_is_unreadable_with_its_reason() -> None:
    for capture in (
        capture_of(PAGE, "https://x.example/a%20b.PDF?download=1"),
        replace(capture_of(PAGE), media_type="application/pdf"),
    ):
        with pytest.raises(UnreadableDocument) as error:
            SOURCE.read(capture, PAGE, ReadOptions())
        assert error.value.code == "html_as_pdf"


def test_it_finds_no_addresses() -> None:
    assert list(SOURCE.addresses(capture_of(PAGE), PAGE)) == []
