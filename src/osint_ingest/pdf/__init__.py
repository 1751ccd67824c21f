"""PDF bytes -> the document model. Knows no source."""

from functools import lru_cache

from osint_ingest.model import Content, ReadOptions

__all__ = ["looks_like_pdf", "read_first_pages", "read_pdf"]

HEADER_WITHIN = 1024
"""PDF readers take a header that stands anywhere within so many bytes."""


def looks_like_pdf(data: bytes) -> bool:
    """Tell whether bytes begin like a PDF."""
    return b"%PDF-" in data[:HEADER_WITHIN]


def read_pdf(data: bytes, options: ReadOptions = ReadOptions()) -> Content:  # noqa: B008
    """Reads a PDF, whatever its source. See `pdf.reader.read_pdf`: what reads is loaded with the first document."""
    from osint_ingest.pdf import reader

    return reader.read_pdf(data, options)


@lru_cache(maxsize=1)  # each source in turn asks for them
def read_first_pages(data: bytes, count: int) -> Content:
    """Reads the first pages, to see what a PDF is; `read_pdf` of the same bytes need not draw them again."""
    from osint_ingest.pdf import reader

    return reader.read_pdf(data, ReadOptions(max_pages=count), keep=True)
