"""HTML bytes -> Content, and the reading of labels by their visible words. Knows no source."""

from osint_ingest.html.page import Page, parse_page, read_page

__all__ = ["Page", "parse_page", "read_page"]
