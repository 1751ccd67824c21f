"""PDFs and HTML pages that no other source recognises: it comes last, and knows nothing of either."""

import re
from urllib.parse import urlsplit

from osint_ingest.html import read_page
from osint_ingest.html.markup import looks_like_html
from osint_ingest.model import Capture, Document, Messages, ReadOptions
from osint_ingest.pdf import looks_like_pdf, read_pdf
from osint_ingest.sources.base import Parsed, Source

_PDF_NAME = re.compile(r"\.pdf$", re.I)


class FileSource(Source):
    """Ids are made of the bytes: `pdf:...` and `page:...`. Files given by hand are never crawled from."""

    def recognises(self, capture: Capture, data: bytes) -> bool:
        """Told by the bytes alone: names and headers can be wrong."""
        return looks_like_pdf(data) or looks_like_html(data)

    def read(self, capture: Capture, data: bytes, options: ReadOptions) -> Parsed:
        """The document with its passages, notes and links; there are no records. Raises UnreadableDocument as the
        readers do, and with `html_as_pdf` for a page under a PDF's name."""
        is_pdf = looks_like_pdf(data)
        called_pdf = capture.media_type == "application/pdf" or _PDF_NAME.search(urlsplit(capture.url).path)
        if called_pdf and not is_pdf:
            raise Messages(__package__).unreadable("html_as_pdf")
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


SOURCE = FileSource()
