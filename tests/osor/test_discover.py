"""From listing pages to the addresses of reports."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from importlib.resources import files

import pytest

from osint_ingest.model import Capture
from osint_ingest.sources.osor import SOURCE

LANDING = "/collection/open-source-observatory-osor/open-source-software-country-intelligence"
FILES = "/sites/default/files/inline-files/"
HOST = "https://interoperable-europe.ec.europa.eu"


def capture(url: str = HOST + LANDING) -> Capture:
    return Capture(url, datetime(2025, 1, 1, tzinfo=UTC), "0" * 64, 1, source="osor", http_status=200)


def page(body: str) -> bytes:
    return f"<html><head><title>x</title></head><body>{body}</body></html>".encode()


def test_the_sample_landing_page_names_its_reports() -> None:
    landing = files("osint_ingest.sample").joinpath(f"site/osor{LANDING}.html").read_bytes()
    found = list(SOURCE.addresses(capture("http://127.0.0.1:8000" + LANDING), landing))
    assert [a.url for a in found] == [
        f"http://127.0.0.1:8000{FILES}OSS%20Country%20Intelligence%20Report%20Corvalia%202025.pdf",
        f"http://127.0.0.1:8000{FILES}Brenmark%202023%20-%20Country%20Intelligence%20Report_0.pdf",
    ]
    assert {(a.listed_by, a.document_id, a.fetch) for a in found} == {
        ("http://127.0.0.1:8000" + LANDING, None, True)
    }
    assert not SOURCE.recognises(capture(), landing), "a listing is no document"


@pytest.mark.parametrize(
    ("text", "name", "document_id"),
    [
        ("Ireland (2024)", "x.pdf", "osor:IRL:2024"),
        ("Ireland", "OSS%20Report%20Ireland%202024_0.pdf", "osor:IRL:2024"),
        ("Report", "Denmark%202024%20-%20Country%20Intelligence%20Report.pdf", "osor:DNK:2024"),
        ("South Korea 2021", "k.pdf", "osor:KOR:2021"),
        ("Contact us 2021", "form.pdf", None),
        ("Ireland", "report.pdf", None),
        ("2024", "report_2024.pdf", None),
        ("Ireland 2024", "OSS_Factsheet_Ireland.pdf", None),
    ],
)
def test_country_and_year_come_from_the_link_or_the_file_name(
    text: str, name: str, document_id: str | None
) -> None:
    assert SOURCE.id_of(text, HOST + FILES + name) == document_id


def test_only_reports_and_further_listings_are_followed_each_once() -> None:
    body = f"""
    <a href="{FILES}A%20Ireland%202024.pdf">Ireland</a>
    <a href="{FILES}A%20Ireland%202024.pdf#page=2">Ireland again</a>
    <a href="https://joinup.ec.europa.eu{FILES}B%20Japan%202023.pdf">Japan</a>
    <a href="{LANDING}?page=1">Next</a>
    <a href="{LANDING}">This page</a>
    <a href="/user/login?to={FILES}x.pdf">Log in</a>
    <a href="/news/other">News</a>
    <a href="mailto:editor@example.org">Write</a>
    <a name="top">Top</a>
    """
    found = list(SOURCE.addresses(capture(), page(body)))
    assert [a.url for a in found] == [
        f"{HOST}{FILES}A%20Ireland%202024.pdf",
        f"https://joinup.ec.europa.eu{FILES}B%20Japan%202023.pdf",
        f"{HOST}{LANDING}?page=1",
    ]


def test_links_are_seen_from_where_the_page_was_found() -> None:
    moved = replace(capture("https://joinup.ec.europa.eu/old"), final_url=HOST + LANDING)
    body = page('<a href="/sites/default/files/inline-files/Chile%202020.pdf">Chile</a>')
    assert [a.url for a in SOURCE.addresses(moved, body)] == [f"{HOST}{FILES}Chile%202020.pdf"]


def test_a_pdf_lists_nothing() -> None:
    assert list(SOURCE.addresses(capture(), b"%PDF-1.7 ...")) == []
