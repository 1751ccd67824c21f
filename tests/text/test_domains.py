"""Registered domains, offline, by the public suffix list."""

from __future__ import annotations

import pytest

from osint_ingest.text.urls import registered_domain


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://datos.office.gob.ar/x", "office.gob.ar"),
        ("https://www.example.org", "example.org"),
        ("https://www.acc.gob.norland.example/x", "norland.example"),
        ("https://norland.example", "norland.example"),
        ("https://gob.ar/", None),
        ("http://localhost:8080/", None),
        ("http://127.0.0.1/", None),
        ("http://[::1]/", None),
        ("mailto:a@b.example", None),
    ],
)
def test_registered_domain(url: str, domain: str | None) -> None:
    assert registered_domain(url) == domain
