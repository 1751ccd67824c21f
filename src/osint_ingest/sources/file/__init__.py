"""PDFs and HTML pages that no other source recognises: it comes last, and knows nothing of either."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from osint_ingest.html import read_page
from osint_ingest.html.markup import looks_like_html
from osint_ingest.model import Capture, Document, ReadOptions, UnreadableDocument
from osint_ingest.pdf import looks_like_pdf, read_pdf
from osint_ingest.sources.base import Parsed, Source

_PDF_NAME = re.compile(r"\.pdf$", re.I)


class FileSource(Source):
    """Ids are made of the bytes: `pdf:...` and `page:...`. Files given by hand are never crawled from."""

    def recognises(self, capture: Capture, data: bytes) -> bool:
        """Told by the bytes alone: names and headers can be wrong."""
        return looks_like_pdf(data) or looks_like_html(data)

    def read(self, capture: Capture, data: bytes, options: ReadOptions) -> Parsed:
        """The document with its passages, notes and links; there are no records.

        Raises UnreadableDocument as the readers do, and with `html_as_pdf` for a page under a PDF's name.
        """
        is_pdf = looks_like_pdf(data)
        if not is_pdf and _called_pdf(capture):
            raise UnreadableDocument(
                "html_as_pdf",
                "Expected a PDF, found an HTML page under a PDF's name.",
                "Often a site's error or consent page: open the address in a browser and save the PDF again.",
            )
        url = capture.final_url or capture.url
        content = read_pdf(data, options) if is_pdf else read_page(data, url, options)
        kind = "pdf" if is_pdf else "page"
        document = Document(
            document_id=f"{kind}:{capture.content_sha256[:12]}",
            source=self.config.name,
            kind=f"other_{kind}",
            content=content,
            title=content.title,
            language=content.language,
            url=url,
            licence=capture.licence,
        )
        return Parsed(document)


def _called_pdf(capture: Capture) -> bool:
    path = urlsplit(capture.url).path
    return capture.media_type == "application/pdf" or bool(_PDF_NAME.search(path))


SOURCE = FileSource()
