"""Country intelligence reports of the Open Source Observatory (PDF)."""

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import unquote, urlsplit

from osint_ingest.model import Capture, Content, Finding, Messages
from osint_ingest.sources.base import Parsed
from osint_ingest.sources.cover import Cover, CoverWords, SeriesSource, name_of_file, place_and_year
from osint_ingest.sources.osor.names import words
from osint_ingest.sources.osor.records import records_of
from osint_ingest.sources.osor.tables import ActorRow, InitiativeRow, PolicyRow

_REPORT_ADDRESS = re.compile(
    r"/inline-files/[^/]*(?:country[ _-]*(?:intelligence|report)|\boss\b)[^/]*\.pdf$", re.I
)
_FACTSHEET = re.compile(r"fact ?sheet", re.I)
_EXPECTED = {ActorRow: "actors", PolicyRow: "policies", InitiativeRow: "initiatives"}
_MESSAGES = Messages(__package__)


class OsorSource(SeriesSource):
    """Country reports. Ids: `osor:IRL:2024`."""

    @property
    def cover_words(self) -> CoverWords:
        return words().cover

    def named(self, address: str) -> bool:
        return _REPORT_ADDRESS.search(unquote(urlsplit(address).path)) is not None

    def recognises(self, capture: Capture, data: bytes) -> bool:
        """Is it a report? What has a report's address is one, whatever its bytes are."""
        return self.named(capture.url) or super().recognises(capture, data)

    def id_of(self, text: str, url: str) -> str | None:
        """`osor:IRL:2024`; None for a factsheet."""
        told = place_and_year(text, url)
        return f"osor:{told}" if told and not _FACTSHEET.search(f"{text} {name_of_file(url)}") else None

    def parsed(self, capture: Capture, content: Content, cover: Cover) -> Parsed:
        if not (cover.country and cover.year and (self.titled(content) or self.named(capture.url))):
            document = self.document(cover, content, capture, "other_pdf", None)
            return Parsed(document, findings=(self._no_report(content, cover),))
        content = replace(content, findings=tuple(map(_graver, content.findings)))
        document = self.document(cover, content, capture, "osor_country_report", "osor:")
        records = tuple(records_of(content, document.document_id, cover.country))
        return Parsed(document, records, tuple(_missing({type(record) for record in records})))

    def _no_report(self, content: Content, cover: Cover) -> Finding:
        """Why a file is not taken for a country report."""
        if not self.titled(content):
            return _MESSAGES.finding("no_report")
        lacking = [what for what, value in (("country", cover.country), ("year", cover.year)) if not value]
        return _MESSAGES.finding("no_place_or_year", lacking=" and ".join(lacking))


def _graver(finding: Finding) -> Finding:
    """A report has notes: that none were read is an error."""
    return replace(finding, severity="error") if finding.code == "raised_numbers_unread" else finding


def _missing(found: set[type]) -> Iterator[Finding]:
    """A report has all three lists: one that is missing was not recognised."""
    for row, what in _EXPECTED.items():
        if row not in found:
            yield _MESSAGES.finding("no_list", what=what)


SOURCE = OsorSource()
