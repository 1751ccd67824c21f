"""The source: which captures are reports, and how one becomes a document with its records."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import unquote, urlsplit

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
from osint_ingest.sources.osor.records import records_of
from osint_ingest.sources.osor.tables import ActorRow, InitiativeRow, PolicyRow
from osint_ingest.sources.osor.words import words

_REPORT_ADDRESS = re.compile(
    r"/inline-files/[^/]*(?:country[ _-]*(?:intelligence|report)|\boss\b)[^/]*\.pdf$", re.I
)
_FACTSHEET = re.compile(r"fact ?sheet", re.I)
_EXPECTED = {ActorRow: "actors", PolicyRow: "policies", InitiativeRow: "initiatives"}


class OsorSource(Source):
    """Country reports. Ids: `osor:IRL:2024`."""

    def recognises(self, capture: Capture, data: bytes) -> bool:
        """Is it a report, by its address or by what its first pages say? A listing is no document."""
        if _is_report_address(capture):
            return True
        if not looks_like_pdf(data):
            return False
        if capture.source == self.config.name and capture.http_status is not None:
            return True  # a page of this source listed it
        try:
            return is_country_report(read_first_pages(data, 2))
        except UnreadableDocument:
            return False

    def archived(self, url: str) -> FoundAddress | None:
        """The address itself where its file's name is that of a report; others in that folder are not ours."""
        return FoundAddress(url, "") if _REPORT_ADDRESS.search(unquote(urlsplit(url).path)) else None

    def read(self, capture: Capture, data: bytes, options: ReadOptions) -> Parsed:
        """The report and its records; a file that is no country report comes as `other_pdf`.

        Raises UnreadableDocument as `pdf.read_pdf` does.
        """
        content = read_pdf(data, options)
        cover = read_cover(content, words().cover, file_address(capture))
        place = cover.country_code or cover.country
        document_id = f"pdf:{capture.content_sha256[:12]}"
        is_report = False
        if place and cover.year and (is_country_report(content) or _is_report_address(capture)):
            document_id, is_report = _report_id(place, cover.year), True
        kind = "osor_country_report" if is_report else "other_pdf"
        document = document_of(
            cover, content, capture, source=self.config.name, document_id=document_id, kind=kind
        )
        if not is_report:
            return Parsed(document, findings=(_no_report(content, cover),))
        document = replace(document, content=replace(content, findings=tuple(map(_graver, content.findings))))
        records = tuple(records_of(content, document_id, cover.country))
        return Parsed(document, records, tuple(_missing(records)))

    def addresses(self, capture: Capture, data: bytes) -> Iterable[FoundAddress]:
        """The report files that a listing page links; nothing for a PDF."""
        from osint_ingest.sources.listing import listed_addresses

        if looks_like_pdf(data):
            return ()
        return tuple(listed_addresses(capture, data, self.config, document_id_of_link))


def is_country_report(content: Content) -> bool:
    """Does a line of the first two pages say that this is a country intelligence report?"""
    return title_on_cover(content, words().cover) is not None


def _report_id(country: str, year: int) -> str:
    return f"osor:{place_in_id(country)}:{year}"


def document_id_of_link(text: str, url: str) -> str | None:
    """`osor:IRL:2024` from the link or the file name; None unless they tell country and year, or for a factsheet."""
    from osint_ingest.sources.listing import place_and_year

    told = place_and_year(text, url)
    return _report_id(*told) if told and not _FACTSHEET.search(f"{text} {name_of_file(url)}") else None


def _graver(finding: Finding) -> Finding:
    """A report has notes: that none were read is an error."""
    return replace(finding, severity="error") if finding.code == "raised_numbers_unread" else finding


def _is_report_address(capture: Capture) -> bool:
    return bool(_REPORT_ADDRESS.search(unquote(urlsplit(capture.url).path)))


def _no_report(content: Content, cover: Cover) -> Finding:
    """Why a file is not taken for a country report."""
    if not is_country_report(content):
        return Finding(
            "warning",
            "read",
            "unknown_template",
            "The first pages do not say that this is a country intelligence report",
            "It is kept as a plain PDF. If it is a report, add its title to sources/osor/words.toml.",
        )
    lacking = [what for what, value in (("country", cover.country), ("year", cover.year)) if not value]
    return Finding(
        "warning",
        "read",
        "missing_required",
        f"Neither the cover nor the file's name tells the report's {' and '.join(lacking)}",
        "Give the file a name that does, such as `OSS Country Intelligence Report Ireland 2024.pdf`",
    )


def _missing(records: Iterable[object]) -> list[Finding]:
    """A report has all three lists: one that is missing was not recognised."""
    found = {type(record) for record in records}
    return [
        Finding(
            "warning",
            "extract",
            "missing_required",
            f"No {what} were found in the report.",
            "Look at its headings: if they have new words, add them to sources/osor/words.toml.",
        )
        for row, what in _EXPECTED.items()
        if row not in found
    ]
