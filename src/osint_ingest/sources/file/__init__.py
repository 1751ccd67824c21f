"""PDFs and HTML pages that no other source recognises."""

from osint_ingest.sources.file.source import FileSource

__all__ = ["SOURCE"]

SOURCE = FileSource()
