"""Series of reports in PDF, told by their title and listed on a page: what their sources have in common."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urljoin, urlsplit

from osint_ingest.model import Capture, Content, Document, FoundAddress, UnreadableDocument
from osint_ingest.pdf import looks_like_pdf, read_first_pages
from osint_ingest.sources.base import Source
from osint_ingest.sources.cover import (
    Cover,
    CoverWords,
    file_address,
    find_year,
    name_of_file,
    title_on_cover,
)
from osint_ingest.text.countries import country_in
from osint_ingest.text.urls import normalise_url

_PDF = re.compile(r"\.pdf$", re.I)


class SeriesSource(Source):
    """A source of a series; its author writes `cover_words`, `named`, `id_of` and `read`."""

    @property
    def cover_words(self) -> CoverWords:
        raise NotImplementedError

    def named(self, address: str) -> bool:
        """Does an address, by its file's name, lead to a report of the series?"""
        raise NotImplementedError

    def id_of(self, text: str, url: str) -> str | None:
        """Which document the file is that a link's text and address name; None where they do not tell."""
        raise NotImplementedError

    def recognises(self, capture: Capture, data: bytes) -> bool:
        """Is it a report, as a page of this source that lists it, its name or its first two pages say?"""
        if not looks_like_pdf(data):
            return False
        if capture.source == self.config.name and capture.http_status is not None:
            return True
        try:
            return self.named(file_address(capture)) or self.titled(read_first_pages(data, 2))
        except UnreadableDocument:
            return False

    def titled(self, content: Content) -> bool:
        """Does a line of the first two pages, or the file's metadata, have the title of the series?"""
        return title_on_cover(content, self.cover_words) is not None

    def archived(self, url: str) -> FoundAddress | None:
        """The address itself where its file's name is that of a report; others in that folder are not ours."""
        return FoundAddress(url, "") if self.named(url) else None

    def addresses(self, capture: Capture, data: bytes) -> Iterable[FoundAddress]:
        """The PDFs and further pages that a listing page links, each once, in its order; nothing for a PDF."""
        return () if looks_like_pdf(data) else tuple(self._listed(capture, data))

    def _listed(self, capture: Capture, data: bytes) -> Iterator[FoundAddress]:
        from bs4 import BeautifulSoup, Tag  # noqa: PLC0415 - only a run that reads listings pays for it

        page = capture.final_url or capture.url
        soup = BeautifulSoup(data, "lxml")
        base = soup.find("base", href=True)
        start = urljoin(page, str(base["href"])) if isinstance(base, Tag) else page
        seen = {normalise_url(page).split("#")[0]}
        for anchor in soup.find_all("a", href=True):
            url = normalise_url(str(anchor["href"]), start).split("#")[0]
            if url in seen or not self.config.wants(url) or not url.startswith(("http://", "https://")):
                continue
            seen.add(url)
            is_file = _PDF.search(urlsplit(url).path)
            yield FoundAddress(url, page, self.id_of(anchor.get_text(" "), url) if is_file else None)

    def document(
        self, cover: Cover, content: Content, capture: Capture, kind: str, series: str | None
    ) -> Document:
        """The document of a file with a cover: `<series>:<country>:<year>`; without these, or `series`, `pdf:...`. The
        country in an id is its ISO code, or the capitals of a name that no list knows. The licence is the one that the
        cover names, else that of where the file was fetched."""
        place = re.sub(r"[^A-Z0-9]+", "-", (cover.country_code or cover.country or "").upper()).strip("-")
        told = series is not None and (cover.country_code or cover.country) and cover.year
        return Document(
            document_id=f"{series}{place}:{cover.year}" if told else f"pdf:{capture.content_sha256[:12]}",
            source=self.config.name,
            kind=kind,
            content=content,
            title=cover.title,
            country_code=cover.country_code,
            jurisdiction=cover.country,
            language=content.language,
            year=cover.year,
            published=cover.published,
            url=capture.final_url or capture.url,
            licence=cover.licence or capture.licence,
        )


def place_and_year(text: str, url: str) -> str | None:
    """`IRL:2024`: country (ISO code) and year from a link's text, else from the file's name; None unless both are
    told."""
    name = name_of_file(url)
    country = country_in(text) or country_in(name)
    year = find_year(text) or find_year(name)
    return f"{country.code}:{year}" if country and year else None
