"""From the landing page and its further pages to the report files that they link."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, Tag

from osint_ingest.model import Capture, FoundAddress
from osint_ingest.sources.base import SourceConfig
from osint_ingest.sources.osor.cover import name_of_file, report_id
from osint_ingest.sources.osor.words import YEAR
from osint_ingest.text.countries import NamedCountry, country_in
from osint_ingest.text.urls import normalise_url

_YEAR = re.compile(rf"(?<!\d)({YEAR})(?!\d)")
_PDF = re.compile(r"\.pdf$", re.I)


def found_addresses(capture: Capture, data: bytes, config: SourceConfig) -> Iterator[FoundAddress]:
    """The report files and further listing pages that a page links, each once, in the page's order.

    Country and year are told by the link's text, else by the file's name.
    """
    page = capture.final_url or capture.url
    soup = BeautifulSoup(data, "lxml")
    base = soup.find("base", href=True)
    start = urljoin(page, str(base["href"])) if isinstance(base, Tag) else page
    seen = {normalise_url(page).split("#")[0]}
    for anchor in soup.find_all("a", href=True):
        url = normalise_url(str(anchor["href"]), start).split("#")[0]
        wanted = any(p.search(url) for p in config.include) and not any(p.search(url) for p in config.exclude)
        if url in seen or not wanted or not url.startswith(("http://", "https://")):
            continue
        seen.add(url)
        is_report = bool(_PDF.search(urlsplit(url).path))
        yield FoundAddress(url, page, document_id_of_link(anchor.get_text(" "), url) if is_report else None)


def document_id_of_link(text: str, url: str) -> str | None:
    """`osor:IRL:2024` from the link's text or the file's name; None unless both tell country and year."""
    name = name_of_file(url)
    country: NamedCountry | None = country_in(text) or country_in(name)
    year = _YEAR.search(text) or _YEAR.search(name)
    return report_id(country.code, int(year[1])) if country and year else None
