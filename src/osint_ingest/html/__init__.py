"""HTML bytes -> Content, and the reading of labels by their visible words. Knows no source."""

from osint_ingest.model import Content, ReadOptions

__all__ = ["read_page"]


def read_page(data: bytes, url: str | None, options: ReadOptions) -> Content:
    """What a page of no known source says. See `html.page.read_page`: what reads is loaded with the first page."""
    from osint_ingest.html import page

    return page.read_page(data, url, options)
