"""What is no page of the source is refused with its reason; what it does not own it does not claim."""

# ruff: noqa: E501 - pages are easier to read unbroken

from __future__ import annotations

import pytest

from osint_ingest.model import UnreadableDocument
from osint_ingest.sources.ogp import SOURCE
from tests.ogp.reading import capture, read

URL = "https://www.opengovpartnership.org/members/zavaria/commitments/ZV0001/"


@pytest.mark.parametrize(
    ("page", "code"),
    [
        (b"", "empty"),
        (b" \n\x00\x00", "empty"),
        (b"%PDF-1.7 \n1 0 obj", "corrupt"),
        (b"just words, no tag", "not_html"),
        (b"<html><head><title>Just a moment...</title></head><body><p>Checking your browser</p></body></html>", "challenge_page"),
        (b"<html><head><title>Log In</title></head><body><form><input type=password></form><p>Zavaria</p></body></html>", "login_page"),
        (b"<html><head><title>Page not found</title></head><body><h1>Oops</h1></body></html>", "error_page"),
        ("<html><head><title>P\u00e1gina no encontrada</title></head><body><h1>404</h1></body></html>".encode(), "error_page"),
        (b"<html><body><div>We have moved to our new browser of commitments.</div></body></html>", "unknown_template"),
        (b"<html><body><h1>Open Wells (ZV0001)</h1><h2>Description</h2><p>Text alone.</p></body></html>", "missing_required"),
    ],
)  # fmt: skip
def test_no_page_of_the_source(page: bytes, code: str) -> None:
    with pytest.raises(UnreadableDocument) as refused:
        read(page, URL)
    assert refused.value.code == code
    assert refused.value.message and refused.value.hint


def test_a_page_about_logging_in_is_no_login_page() -> None:
    page = "<html><head><title>Please log in less (ZV0001) | Commitment from Zavaria | Open Government Partnership</title></head>"
    assert read(
        page + "<body><h1>Please log in less (ZV0001)</h1><p>Status: Active</p></body></html>", URL
    ).document.title


HTML = b"<html><head><title>T</title></head><body><p>x</p></body></html>"


@pytest.mark.parametrize(
    ("url", "data", "recognised"),
    [
        (URL, HTML, True),
        ("http://opengovpartnership.org/countries/zavaria", HTML, True),
        ("https://www.opengovpartnership.org/?p=12345", HTML, True),
        ("https://www.opengovpartnership.org/our-members/", HTML, False),
        ("https://www.opengovpartnership.org/sitemap.xml", b"<urlset></urlset>", False),
        (URL, b"%PDF-1.4", False),
        ("https://example.org/members/zavaria/", HTML, False),
        ("file:0123456789ab", HTML, False),
        ("file:0123456789ab", HTML.replace(b"</title>", b" | Open Government Partnership</title>"), True),
        (
            "file:0123456789ab",
            HTML.replace(b"</head>", b"<link rel=canonical href='" + URL.encode() + b"'></head>"),
            True,
        ),
    ],
)
def test_what_it_recognises(url: str, data: bytes, recognised: bool) -> None:
    assert SOURCE.recognises(capture(data, url), data) is recognised
