"""Addresses that sitemaps, lists and pages name."""

# ruff: noqa: E501 - pages are easier to read unbroken

from __future__ import annotations

import gzip

from osint_ingest.fetch.client import unzipped
from osint_ingest.sources.ogp import SOURCE
from tests.ogp.reading import capture

SITE = "https://www.opengovpartnership.org"
SITEMAP = f"""<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE urlset [<!ENTITY e "x">]>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<url><loc> {SITE}/members/zavaria/commitments/zv0001 </loc><lastmod>2024-03-01</lastmod></url>
<url><loc>{SITE}/es/members/zavaria/commitments/ZV0001/</loc></url>
<url><loc>http://opengovpartnership.org/members/zavaria/commitments/ZV0001/</loc></url>
<url><loc>{SITE}/documents/zavaria-action-plan-2020-2022/</loc></url>
<url><loc>{SITE}/documents/zavaria-action-plan-review-2020-2022/</loc></url>
<url><loc>{SITE}/stories/a-story/</loc></url>
<url><loc>https://elsewhere.example/members/zavaria/</loc></url>
</urlset>""".encode()


def found(data: bytes, url: str) -> list[tuple[str, str | None, str | None]]:
    return [(a.url, a.document_id, a.last_modified) for a in SOURCE.addresses(capture(data, url), data)]


def test_a_sitemap_packed_or_not() -> None:
    wanted = [
        (f"{SITE}/members/zavaria/commitments/ZV0001/", "ogp:ZV0001", "2024-03-01"),
        (f"{SITE}/es/members/zavaria/commitments/ZV0001/", "ogp:ZV0001@es", None),
        (f"{SITE}/documents/zavaria-action-plan-2020-2022/", "ogp:plan/zavaria-action-plan-2020-2022", None),
        (f"{SITE}/documents/zavaria-action-plan-review-2020-2022/", None, None),  # leads to the report's PDF
    ]
    assert found(SITEMAP, f"{SITE}/sitemap.xml") == wanted
    unpacked = unzipped(gzip.compress(SITEMAP), len(SITEMAP))
    assert found(unpacked, f"{SITE}/sitemap.xml.gz") == wanted


def test_an_index_leads_to_its_sitemaps() -> None:
    index = f"<sitemapindex><sitemap><loc>{SITE}/members-sitemap2.xml</loc></sitemap></sitemapindex>".encode()
    assert found(index, f"{SITE}/sitemap_index.xml") == [(f"{SITE}/members-sitemap2.xml", None, None)]


def test_a_page_names_its_commitments_once() -> None:
    page = (
        b"<html><body><a href='/members/zavaria/'>Z</a><a href='commitments/ZV0002/#top'>two</a><a href='/countries/zavaria'>Z</a>"
        b"<a href='https://web.archive.org/web/2020/https://www.opengovpartnership.org/members/zavaria/commitments/zv0003/'>3</a>"
        b"<a href='mailto:a@b.c'>m</a><a href='http://[bad'>b</a></body></html>"
    )
    assert [d for _, d, _ in found(page, f"{SITE}/members/zavaria/")] == [
        "ogp:member/zavaria",
        "ogp:ZV0002",
        "ogp:ZV0003",
    ]


def test_broken_input_names_nothing() -> None:
    for data in (b"", b"<urlset><url><loc>", b"\x1f\x8bnot gzip", b"%PDF-1.4", b"<urlset>&e;</urlset>"):
        assert found(data, f"{SITE}/sitemap.xml") == []
