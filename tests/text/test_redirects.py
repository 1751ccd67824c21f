"""Redirects are undone, and nothing else is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from osint_ingest.model import Capture, ReadOptions
from osint_ingest.sources.file import SOURCE
from osint_ingest.tables.documents import LinkRow
from osint_ingest.tables.flatten import document_rows
from osint_ingest.text.redirects import unwrapped
from tests.pdf.pages import RawPage, pdf_of, text_at

AT = "https://example.org/a?b=c"


@pytest.mark.parametrize(
    ("url", "leads_to"),
    [
        (
            "https://eur03.safelinks.protection.outlook.com/?url=https%3A%2F%2Fexample.org%2Fa%3Fb%3Dc&data=05%7C01",
            AT,
        ),
        ("https://urldefense.proofpoint.com/v1/url?u=https://example.org/a%3Fb%3Dc&k=x", AT),
        ("https://urldefense.proofpoint.com/v2/url?u=https-3A__example.org_a-3Fb-3Dc&d=DwMF", AT),
        (
            "https://urldefense.proofpoint.com/v2/url?u=https-3A__example.org_a-5Fb-2Dc&d=DwMF",
            "https://example.org/a_b-c",
        ),
        ("https://urldefense.com/v3/__https://example.org/a?b=c__;!!KwNVnqRv!x$", AT),
        (
            "https://urldefense.com/v3/__https:/example.org/a*b**Ac__;I8OhLQ!!KwNVnqRv!x$",
            "https://example.org/a#b%C3%A1-c",
        ),
        ("https://urldefense.us/v3/__https://example.org/a?b=c__;!!x!y", AT),
        ("http://www.google.com/url?sa=t&q=https%3A%2F%2Fexample.org%2Fa%3Fb%3Dc&usg=x", AT),
        ("https://www.google.com.ar/url?url=https://example.org/a%3Fb%3Dc", AT),
        ("https://l.facebook.com/l.php?u=https%3A%2F%2Fexample.org%2Fa%3Fb%3Dc&h=x", AT),
        ("https://www.linkedin.com/safety/go?url=https%3A%2F%2Fexample.org%2Fa%3Fb%3Dc&trk=x", AT),
        ("https://t.umblr.com/redirect?z=https%3A%2F%2Fexample.org%2Fa%3Fb%3Dc&t=x", AT),
        ("https://secure-web.cisco.com/1abc/https%3A%2F%2Fexample.org%2Fa%3Fb%3Dc", AT),
        (
            "https://eu-west-1.protection.sophos.com/?d=example.org&u=aHR0cHM6Ly9leGFtcGxlLm9yZy9hP2I9Yw==&i=x",
            AT,
        ),
        ("https://href.li/?https://example.org/a?b=c", AT),
        # one in another
        (
            "https://l.facebook.com/l.php?u=https%3A%2F%2Fhref.li%2F%3Fhttps%3A%2F%2Fexample.org%2Fa%3Fb%3Dc",
            AT,
        ),
    ],
)
def test_where_a_redirect_leads(url: str, leads_to: str) -> None:
    assert unwrapped(url) == leads_to


@pytest.mark.parametrize(
    "url",
    [
        AT,
        "https://web.archive.org/web/20200101000000/https://example.org/",
        "https://www.google.com/search?q=https://example.org/",
        "https://www.google.com/url?q=budget",
        "https://l.facebook.com/l.php?u=javascript:alert(1)",
        "https://notl.facebook.com.example/l.php?u=https://example.org/",
        "https://urldefense.com/v3/__nothing__;!!x",
        "https://translate.google.com/translate?u=https://example.org/",
        "http://[bad",
    ],
)
def test_other_addresses_stay(url: str) -> None:
    assert unwrapped(url) is None


WRAPPED = "https://eur03.safelinks.protection.outlook.com/?url=https%3A%2F%2Fexample.org%2Fa%3Fb%3Dc&data=05"
PAGE = f"""<!doctype html><html lang="en"><head><title>A page</title></head><body><main><h1>A page</h1>
<p>The plan is <a href="{WRAPPED.replace("&", "&amp;")}">on a page of its own</a>, as is everything else.</p>
</main></body></html>""".encode()
PDF = pdf_of(
    RawPage(
        text_at(72, 700, 11, "The plan is on a page of its own, as is everything else."),
        b"<< /Type /Annot /Subtype /Link /Rect [72 690 350 712] /A << /S /URI /URI (%s) >> >>"
        % WRAPPED.encode(),
    )
)


@pytest.mark.parametrize("data", [PAGE, PDF], ids=["html", "pdf"])
def test_rows_of_links_keep_the_redirect_and_say_where_it_leads(data: bytes) -> None:
    capture = Capture("https://x.example/page", datetime(2025, 4, 1, tzinfo=UTC), "0" * 64, len(data))
    document = SOURCE.read(capture, data, ReadOptions()).document
    rows = [row for row in document_rows(document, capture, "") if isinstance(row, LinkRow)]
    assert [(row.url, row.url_unwrapped) for row in rows] == [(WRAPPED, AT)]
