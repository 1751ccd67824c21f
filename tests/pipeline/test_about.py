"""A document's country, where its source does not know: what tells it, and when nothing does."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from osint_ingest.model import Capture, Content, Document, Passage
from osint_ingest.read.about import with_country

HERE = "https://files.example.org/report.pdf"


def about(
    *texts: str, url: str = HERE, language: str = "en", title: str | None = None
) -> tuple[str | None, str | None]:
    """Country and what tells it, of a document whose passages these are."""
    passages = tuple(
        Passage(n, "title" if n == 1 else "paragraph", text, page=1) for n, text in enumerate(texts, 1)
    )
    document = Document(
        "pdf:0", "file", "other_pdf", Content(passages, language=language), title=title, url=url
    )
    capture = Capture(
        url=url,
        captured_at=datetime(2026, 1, 1, tzinfo=UTC),
        content_sha256="0" * 64,
        size_bytes=1,
        raw_path="x",
    )
    found = with_country(document, capture)
    return found.country_code, found.country_from


@pytest.mark.parametrize(
    ("texts", "language", "code"),
    [
        (
            ("Digital Public Administration Factsheet", "Croatia", "Main developments of the year"),
            "en",
            "HRV",
        ),
        (("Factsheet 2023", "Slovenia – 2023"), "en", "SVN"),
        (("Informe de gobierno digital", "Países Bajos"), "es", "NLD"),
        (("Rapport sur le numérique", "Royaume-Uni (2024)"), "fr", "GBR"),
        (("Open source software in Türkiye",), "en", "TUR"),
    ],
)
def test_the_cover_tells(texts: tuple[str, ...], language: str, code: str) -> None:
    assert about(*texts, language=language, title=texts[0]) == (code, "cover")


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://www.economia.gob.ar/files/plan.pdf", "ARG"),
        ("https://assets.gov.uk/plan.pdf", "GBR"),
        ("https://files.example.org/OSS%20Country%20Report%20Estonia_0.pdf", "EST"),
    ],
)
def test_the_address_tells(url: str, code: str) -> None:
    assert about("A plan", "What is to be done.", url=url) == (code, "address")


def test_the_text_tells_when_it_names_one_country_throughout() -> None:
    assert about("A plan", *["Schools in Kenya have computers."] * 8) == ("KEN", "text")
    assert about("A plan", *["Schools in Kenya have computers."] * 3) == (None, None)
    both = ["Schools in Kenya and in Ghana have computers."] * 9
    assert about("A plan", *both) == (None, None)


def test_nothing_is_guessed() -> None:
    assert about(
        "Data portals in Europe", "European Commission", "As in France and Spain", title="In France and Spain"
    ) == (
        None,
        None,
    )
