"""Addresses of OGP pages that sitemaps, listings and pages name."""

import re
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup
from bs4.filter import SoupStrainer

from osint_ingest.html.markup import looks_like_html
from osint_ingest.model import Capture, FoundAddress
from osint_ingest.sources.ogp.addresses import HOST, is_pdf_address, live, of_ogp, read_address, slug_of
from osint_ingest.sources.ogp.wording import own_words
from osint_ingest.text.urls import normalise_url

_LEADS_ON = re.compile(r"/[^/]*sitemap[^/]*\.xml(?:\.gz)?/*$|/our-members/*$", re.I)
"""Sitemaps and the list of members, which name other addresses."""
_BY_NUMBER = re.compile(r"p=\d{1,9}")


def found_addresses(capture: Capture, data: bytes) -> Iterator[FoundAddress]:
    """The addresses that a capture names: children and entries of a sitemap, links of a page. Each once."""
    seen: set[str] = set()
    head = data[:2000].lower()
    is_sitemap = b"<urlset" in head or b"<sitemapindex" in head
    named = _in_sitemap(data) if is_sitemap else _in_page(capture, data)
    for url, modified in named:
        found = _found(url, capture.url, modified)
        if found and found.url not in seen:
            seen.add(found.url)
            yield found


def _found(url: str, listed_by: str, modified: str | None) -> FoundAddress | None:
    if not of_ogp(url):
        return None
    address = read_address(url)
    if address is None:
        bare = live(url).partition("#")[0]
        wanted = _LEADS_ON.search(bare.partition("?")[0]) or _is_report(bare)
        return FoundAddress(bare, listed_by, None, modified) if wanted else None
    if address.kind == "plan" and not _is_plan(address.slug or ""):
        # the page of a report is no document: it leads to the report's PDF
        return FoundAddress(address.url, listed_by, None, modified) if leads_to_report(address.slug) else None
    return FoundAddress(address.url, listed_by, address.document_id, modified)


def archived_address(url: str) -> FoundAddress | None:
    """Today's address of a page that a web archive has, in any of its forms. `?p=<number>` may be any page: only what
    it holds tells."""
    if of_ogp(url) and _BY_NUMBER.fullmatch(urlsplit(live(url)).query):
        return FoundAddress(url, "")
    found = _found(url, "", None)
    return found if found and (found.document_id or is_pdf_address(found.url)) else None


def _is_plan(slug: str) -> bool:
    """Is a document under /documents/ an action plan, and no review of one?"""
    return _names("plan", slug) and not _names("about_plans", slug)


def _names(key: str, slug: str) -> bool:
    return any(part in slug for part in own_words(f"addresses.{key}"))


def leads_to_report(slug: str | None) -> bool:
    """Is this the page of a report of the IRM, by the last part of its address?"""
    return slug is not None and _names_report(slug)


def _is_report(url: str) -> bool:
    """Is this the PDF of a report of the IRM, or of an action plan?"""
    if not is_pdf_address(url):
        return False
    name = slug_of(unquote(urlsplit(url).path).rpartition("/")[2].removesuffix(".pdf"))
    return _names_report(name) or _is_plan(name)


def _names_report(slug: str) -> bool:
    return _names("irm_reports", slug) and not _names("drafts", slug)


def _in_sitemap(data: bytes) -> Iterator[tuple[str, str | None]]:
    """(address, last change) of each entry. Entities are not resolved and nothing is loaded."""
    from lxml import etree  # noqa: PLC0415 - only a run that reads sitemaps pays for it

    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False)
    with suppress(etree.XMLSyntaxError):
        root = etree.fromstring(data, parser)
        for entry in root.iter("{*}url", "{*}sitemap") if root is not None else ():
            place, changed = ((entry.findtext(f"{{*}}{tag}") or "").strip() for tag in ("loc", "lastmod"))
            if place:
                yield place, changed or None


def _in_page(capture: Capture, data: bytes) -> Iterator[tuple[str, str | None]]:
    if not looks_like_html(data):
        return
    base = live(capture.final_url or capture.url)
    if not of_ogp(base):
        base = f"https://{HOST}/"
    for link in BeautifulSoup(data, "lxml", parse_only=SoupStrainer("a")).find_all("a", href=True):
        yield normalise_url(live(str(link["href"])), base), None
