"""The sample site answers over HTTP as a real site does."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from osint_ingest.sample import SampleSite

REPORT = "/sites/default/files/inline-files/OSS%20Country%20Intelligence%20Report%20Corvalia%202025.pdf"
PAGE = "/members/corvalia/commitments/CV0012/"


@pytest.fixture(scope="module")
def site() -> Iterator[SampleSite]:
    with SampleSite() as site:
        yield site


@pytest.mark.parametrize(
    ("source", "path", "media_type", "begins"),
    [
        ("osor", REPORT, "application/pdf", b"%PDF-"),
        ("osor", "/robots.txt", "text/plain; charset=utf-8", b"#"),
        (
            "osor",
            "/collection/open-source-observatory-osor/open-source-software-country-intelligence",
            "text/html; charset=utf-8",
            b"<!doctype html>",
        ),
        ("ogp", PAGE, "text/html; charset=utf-8", b"<!doctype html>"),
        ("ogp", "/fr/members/corvalia/commitments/CV0015/", "text/html; charset=utf-8", b"<!doctype html>"),
        ("ogp", "/sitemap_index.xml", "application/xml; charset=utf-8", b"<?xml"),
    ],
)
def test_files_are_served_with_their_media_type(
    site: SampleSite, source: str, path: str, media_type: str, begins: bytes
) -> None:
    answer = httpx.get(site.base_urls[source] + path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == media_type
    assert answer.content.startswith(begins)


def test_an_unchanged_file_costs_headers_only(site: SampleSite) -> None:
    url = site.base_urls["ogp"] + PAGE
    first = httpx.get(url)
    by_etag = httpx.get(url, headers={"If-None-Match": first.headers["etag"]})
    by_date = httpx.get(url, headers={"If-Modified-Since": first.headers["last-modified"]})
    other = httpx.get(url, headers={"If-None-Match": '"another"'})
    assert [r.status_code for r in (first, by_etag, by_date, other)] == [200, 304, 304, 200]
    assert by_etag.content == b""


@pytest.mark.parametrize(
    "variant", ["/members/Corvalia/commitments/cv0012", "/members/corvalia/commitments/CV0012"]
)
def test_variants_of_an_address_lead_to_the_page(site: SampleSite, variant: str) -> None:
    answer = httpx.get(site.base_urls["ogp"] + variant)
    assert (answer.status_code, answer.headers["location"]) == (301, PAGE)


@pytest.mark.parametrize(
    "path", ["/nothing", "/../server.py", "/%2e%2e/server.py", "/members/", "/robots.txt/x"]
)
def test_what_is_not_there_is_404(site: SampleSite, path: str) -> None:
    url = httpx.URL(site.base_urls["ogp"]).copy_with(raw_path=path.encode())
    assert httpx.get(url).status_code == 404


def test_head_has_the_headers_of_get(site: SampleSite) -> None:
    url = site.base_urls["osor"] + REPORT
    assert httpx.head(url).headers["content-length"] == str(len(httpx.get(url).content))


def test_the_log_tells_who_asked_for_what() -> None:
    with SampleSite() as site:
        httpx.get(site.base_urls["osor"] + REPORT)
        httpx.head(site.base_urls["ogp"] + PAGE)
    assert [(r.source, r.method, r.path, r.status) for r in site.log] == [
        ("osor", "GET", REPORT, 200),
        ("ogp", "HEAD", PAGE, 200),
    ]
    assert site.log[0].time <= site.log[1].time
    assert (site.log[0].sent > 100_000, site.log[1].sent) == (True, 0)


def addresses_in(sitemap: str) -> list[str]:
    return [line.split("<loc>")[1].split("</loc>")[0] for line in sitemap.splitlines() if "<loc>" in line]


def test_every_page_in_the_sitemaps_is_there_but_the_one_that_robots_may_not_see(site: SampleSite) -> None:
    base, public = site.base_urls["ogp"], "https://www.opengovpartnership.org"
    children = addresses_in(httpx.get(f"{base}/sitemap.xml", follow_redirects=True).text)
    pages = [p for child in children for p in addresses_in(httpx.get(child.replace(public, base)).text)]
    assert all(page.startswith(public) for page in (*children, *pages))
    forbidden = [page for page in pages if "CV0017" in page]
    assert len(forbidden) == 1
    assert {httpx.get(p.replace(public, base)).status_code for p in pages if p not in forbidden} == {200}


def test_both_sites_stop_with_the_context() -> None:
    with SampleSite() as site:
        urls = list(site.base_urls.values())
    for url in urls:
        with pytest.raises(httpx.ConnectError):
            httpx.get(url, timeout=2)
