"""Country factsheets (PDF): Digital Public Administration, yearly, and the Open Source Observatory's single pages."""

from __future__ import annotations

from collections.abc import Iterable

from osint_ingest.model import (
    Capture,
    Content,
    Finding,
    FoundAddress,
    ReadOptions,
    UnreadableDocument,
)
from osint_ingest.pdf import looks_like_pdf, read_first_pages, read_pdf
from osint_ingest.sources.base import Parsed, Source
from osint_ingest.sources.cover import (
    Cover,
    document_of,
    file_address,
    name_of_file,
    place_in_id,
    read_cover,
    title_on_cover,
)
from osint_ingest.sources.factsheets.rows import rows_of
from osint_ingest.sources.factsheets.tables import ItemRow
from osint_ingest.sources.factsheets.words import words

__all__ = ["SOURCE"]

_EXPECTED = {
    "legal_act": "legal acts",
    "policy": "policies",
    "body": "bodies",
    "infrastructure": "infrastructure",
}

_NO_FACTSHEET = Finding(
    "warning",
    "read",
    "unknown_template",
    "Neither the first pages nor the file's name say that this is a country factsheet",
    "It is kept as a plain PDF. If it is one, add its title to sources/factsheets/words.toml.",
)


class FactsheetSource(Source):
    """Ids: `factsheet:FRA:2024`, and `factsheet:oss/FRA:2024` of a single page."""

    def recognises(self, capture: Capture, data: bytes) -> bool:
        """Does a line of the first two pages, or the file's name, have the title of one of the series, or did a list of
        this source name it?"""
        if not looks_like_pdf(data):
            return False
        if capture.source == self.config.name and capture.http_status is not None:
            return True
        if words().cover.title.search(name_of_file(file_address(capture))):
            return True
        try:
            return title_on_cover(read_first_pages(data, 2), words().cover) is not None
        except UnreadableDocument:
            return False

    def archived(self, url: str) -> FoundAddress | None:
        """The address itself where its file's name is that of a factsheet; others in that folder are not ours."""
        return FoundAddress(url, "") if words().cover.title.search(name_of_file(url)) else None

    def read(self, capture: Capture, data: bytes, options: ReadOptions) -> Parsed:
        """The factsheet, its items and the addresses that they cite.

        Raises UnreadableDocument as `pdf.read_pdf` does.
        """
        content = read_pdf(data, options)
        address = file_address(capture)
        cover = read_cover(content, words().cover, address)
        place = cover.country_code or cover.country
        titles = (title_on_cover(content, words().cover) or "", name_of_file(address))
        one_page = any(words().one_page.search(title) for title in titles)
        is_factsheet = any(words().cover.title.search(title) for title in titles)
        document_id = f"pdf:{capture.content_sha256[:12]}"
        if is_factsheet and place and cover.year:
            series = "oss/" if one_page else ""
            document_id = f"factsheet:{series}{place_in_id(place)}:{cover.year}"
        kind = "factsheet" if is_factsheet else "other_pdf"
        document = document_of(
            cover, content, capture, source=self.config.name, document_id=document_id, kind=kind
        )
        if not is_factsheet:
            return Parsed(document, findings=(_NO_FACTSHEET,))
        rows = tuple(rows_of(content, document_id, cover.year, one_page=one_page))
        return Parsed(document, rows, tuple(_missing(cover, rows, content, one_page=one_page)))

    def addresses(self, capture: Capture, data: bytes) -> Iterable[FoundAddress]:
        """The files that a listing page links; nothing for a PDF."""
        if looks_like_pdf(data):
            return ()
        from osint_ingest.sources.listing import listed_addresses, place_and_year

        def document_id(text: str, url: str) -> str | None:
            told = place_and_year(text, url)
            return f"factsheet:{told[0]}:{told[1]}" if told else None

        return tuple(listed_addresses(capture, data, self.config, document_id))


def _missing(cover: Cover, rows: Iterable[object], content: Content, *, one_page: bool) -> Iterable[Finding]:
    for what, value in (("country", cover.country), ("year", cover.year)):
        if not value:
            yield Finding(
                "warning",
                "read",
                "missing_required",
                f"Neither the cover nor the file's name tells the factsheet's {what}",
                "Give the file a name that does, such as `Digital Public Administration Factsheet France 2024.pdf`",
            )
    found = {row.kind for row in rows if isinstance(row, ItemRow)}
    lacking = [name for kind, name in _EXPECTED.items() if kind not in found]
    if lacking and not one_page:
        yield Finding(
            "warning",
            "extract",
            "missing_required",
            f"No {' and no '.join(lacking)} were found in the factsheet.",
            "Look at its headings: if they have new words, add them to sources/factsheets/words.toml.",
        )


SOURCE = FactsheetSource()
