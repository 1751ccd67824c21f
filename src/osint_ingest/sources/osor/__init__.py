"""Country intelligence reports of the Open Source Observatory (PDF)."""

from osint_ingest.sources.osor.report import OsorSource

__all__ = ["SOURCE"]

SOURCE = OsorSource()
