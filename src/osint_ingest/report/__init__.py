"""The report of a release: one file that loads nothing from a network and runs nothing from a document."""

from __future__ import annotations

from osint_ingest.report.writing import REPORT, write

__all__ = ["REPORT", "write"]
