"""PDF bytes -> the document model. Knows no source."""

from osint_ingest.pdf.reader import read_pdf

__all__ = ["read_pdf"]
