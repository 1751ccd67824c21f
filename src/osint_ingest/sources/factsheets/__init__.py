"""Country factsheets (PDF): Digital Public Administration, yearly, and the Open Source Observatory's single pages."""

from collections.abc import Iterable

from osint_ingest.model import Capture, Content, Finding, Messages
from osint_ingest.sources.base import Parsed
from osint_ingest.sources.cover import (
    Cover,
    CoverWords,
    SeriesSource,
    file_address,
    name_of_file,
    place_and_year,
)
from osint_ingest.sources.factsheets.rows import rows_of
from osint_ingest.sources.factsheets.tables import ItemRow
from osint_ingest.sources.factsheets.words import words

_EXPECTED = {
    "legal_act": "legal acts",
    "policy": "policies",
    "body": "bodies",
    "infrastructure": "infrastructure",
}
_MESSAGES = Messages(__package__)


class FactsheetSource(SeriesSource):
    """Ids: `factsheet:FRA:2024`, and `factsheet:oss/FRA:2024` of a single page."""

    @property
    def cover_words(self) -> CoverWords:
        return words().cover

    def named(self, address: str) -> bool:
        return self.cover_words.titles.search(name_of_file(address)) is not None

    def id_of(self, text: str, url: str) -> str | None:
        told = place_and_year(text, url)
        return f"factsheet:{told}" if told else None

    def parsed(self, capture: Capture, content: Content, cover: Cover) -> Parsed:
        titles = (self.titled(content) or "", name_of_file(file_address(capture)))
        one_page = any(words().one_page.search(title) for title in titles)
        if not any(self.cover_words.titles.search(title) for title in titles):
            document = self.document(cover, content, capture, "other_pdf", None)
            return Parsed(document, findings=(_MESSAGES.finding("no_factsheet"),))
        series = "factsheet:oss/" if one_page else "factsheet:"
        document = self.document(cover, content, capture, "factsheet", series)
        rows = tuple(rows_of(content, document.document_id, cover.year, one_page=one_page))
        return Parsed(document, rows, tuple(_missing(cover, rows, one_page=one_page)))


def _missing(cover: Cover, rows: Iterable[object], *, one_page: bool) -> Iterable[Finding]:
    for what, value in (("country", cover.country), ("year", cover.year)):
        if not value:
            yield _MESSAGES.finding("no_place_or_year", lacking=what)
    found = {row.kind for row in rows if isinstance(row, ItemRow)}
    lacking = [name for kind, name in _EXPECTED.items() if kind not in found]
    if lacking and not one_page:
        yield _MESSAGES.finding("no_list", lacking=" and no ".join(lacking))


SOURCE = FactsheetSource()
