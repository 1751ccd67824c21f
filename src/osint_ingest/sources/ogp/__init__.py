"""Open Government Partnership: commitments, action plans and members. All that knows them is in this folder.

`languages/` has one file for each language: the labels of the pages, the questions of their forms, their known values
and their words. To teach a label or a value, add it there; to teach a language, add a file. `labels.toml` says what
each label is to the reader.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from osint_ingest.html.markup import looks_like_html
from osint_ingest.model import Capture, FoundAddress, ReadOptions, UnreadableDocument
from osint_ingest.pdf import looks_like_pdf, read_first_pages
from osint_ingest.sources.base import Difference, Parsed, Source
from osint_ingest.sources.ogp import tables
from osint_ingest.sources.ogp.addresses import is_pdf_address, of_ogp, read_address
from osint_ingest.store import canonical_link

if TYPE_CHECKING:
    import duckdb

__all__ = ["SOURCE", "OgpSource", "tables"]

_HEAD = 20_000
_OWN_TITLE = re.compile(
    rb"<title[^>]{0,300}>(?:[^<]{0,300}\|)?\s{0,20}Open Government Partnership\s{0,20}</title>", re.I
)


class OgpSource(Source):
    """The partnership's pages and PDFs. Ids: `ogp:<code>`, `ogp:plan/<slug>`, `ogp:member/<slug>`, `pdf:...`."""

    def recognises(self, capture: Capture, data: bytes) -> bool:
        """A page with an address of a commitment, a member or a document; by hand, one that names its own. A PDF of the
        site, or one that calls itself a report of the IRM or an action plan on its first pages."""
        if looks_like_pdf(data):
            return is_pdf_address(capture.url) or _calls_itself_ours(data)
        if of_ogp(capture.url):
            from osint_ingest.sources.ogp.discover import leads_to_report

            address = read_address(capture.url)
            ours = address or read_address(capture.final_url) or "?p=" in capture.url
            is_page = bool(ours) and not leads_to_report(address and address.slug)
            return is_page and (not data.strip() or looks_like_html(data))
        head = data[:_HEAD]
        if not looks_like_html(head):
            return False
        return read_address(canonical_link(head)) is not None or _OWN_TITLE.search(head) is not None

    def read(self, capture: Capture, data: bytes, options: ReadOptions) -> Parsed:
        """Reads a page of one of the families, or a PDF; see `reading.read_capture` and `irm.read_report` for what is
        raised."""
        if looks_like_pdf(data):
            from osint_ingest.sources.ogp.irm import read_report

            return read_report(self.config, capture, data, options)
        from osint_ingest.sources.ogp.reading import read_capture

        return read_capture(self.config, capture, data, options)

    def addresses(self, capture: Capture, data: bytes) -> Iterable[FoundAddress]:
        """Addresses that a page, a list or a sitemap of the site names."""
        from osint_ingest.sources.ogp.discover import found_addresses

        return found_addresses(capture, data)

    def archived(self, url: str) -> FoundAddress | None:
        """The address of today of a page or PDF that a web archive has; None for another."""
        from osint_ingest.sources.ogp.discover import archived_address

        return archived_address(url)

    def cross_check(
        self, header: Sequence[str], rows: Iterable[Sequence[str]], db: duckdb.DuckDBPyConnection
    ) -> Iterable[Difference]:
        """What the partnership's file of commitments says otherwise; see `cross_check.differences`."""
        from osint_ingest.sources.ogp.cross_check import differences

        return differences(header, rows, db)


def _calls_itself_ours(data: bytes) -> bool:
    from osint_ingest.sources.ogp.irm import FRONT_PAGES, kind_of_pdf

    try:
        return kind_of_pdf(read_first_pages(data, FRONT_PAGES)) is not None
    except UnreadableDocument:
        return False


SOURCE = OgpSource()
