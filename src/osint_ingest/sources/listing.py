"""From a landing page and its further pages to the files that they link."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, Tag

from osint_ingest.model import Capture, FoundAddress
from osint_ingest.sources.base import SourceConfig
from osint_ingest.sources.cover import YEAR, name_of_file
from osint_ingest.text.countries import country_in
from osint_ingest.text.urls import normalise_url

_YEAR = re.compile(rf"(?<!\d)({YEAR})(?!\d)")
_PDF = re.compile(r"\.pdf$", re.I)


def listed_addresses(
    capture: Capture, data: bytes, config: SourceConfig, document_id: Callable[[str, str], str | None]
) -> Iterator[FoundAddress]:
    """The PDFs and further listing pages that a page links, each once, in the page's order.

    `document_id` tells which document the file is that a link's text and address name.
    """
    page = capture.final_url or capture.url
    soup = BeautifulSoup(data, "lxml")
    base = soup.find("base", href=True)
    start = urljoin(page, str(base["href"])) if isinstance(base, Tag) else page
    seen = {normalise_url(page).split("#")[0]}
    for anchor in soup.find_all("a", href=True):
        url = normalise_url(str(anchor["href"]), start).split("#")[0]
        if url in seen or not config.wants(url) or not url.startswith(("http://", "https://")):
            continue
        seen.add(url)
        is_file = bool(_PDF.search(urlsplit(url).path))
        yield FoundAddress(url, page, document_id(anchor.get_text(" "), url) if is_file else None)


def place_and_year(text: str, url: str) -> tuple[str, int] | None:
    """Country (ISO code) and year from a link's text, else from the file's name; None unless both are told."""
    name = name_of_file(url)
    country = country_in(text) or country_in(name)
    year = _YEAR.search(text) or _YEAR.search(name)
    return (country.code, int(year[1])) if country and year else None
