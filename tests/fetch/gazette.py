"""A tiny source of these tests: pages that name others by `<a href>`, and a sitemap."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urljoin

from osint_ingest.model import Capture, FoundAddress
from osint_ingest.sources.base import Source, SourceConfig

CONFIG = SourceConfig(
    name="gazette",
    publisher="The Unruly Gazette",
    licence="CC0-1.0",
    licence_url="https://creativecommons.org/publicdomain/zero/1.0/",
    hosts=("www.unruly.example", "old.unruly.example"),
    start=("https://www.unruly.example/start",),
    exclude=(re.compile(r"/excluded/"),),
    must_contain=("Unruly Gazette",),
    requests_per_second=1000.0,
)


class Gazette(Source):
    """Names every link of a page and every `<loc>` of a sitemap."""

    def __init__(self, **changes: object) -> None:
        self.config = replace(CONFIG, **changes)  # type: ignore[arg-type]

    def recognises(self, capture: Capture, data: bytes) -> bool:
        return capture.media_type == "text/html"

    def addresses(self, capture: Capture, data: bytes) -> Iterable[FoundAddress]:
        text = data.decode("utf-8", "replace")
        for block in re.findall(r"<(?:url|sitemap)>(.*?)</(?:url|sitemap)>", text, re.S):
            (loc,) = re.findall(r"<loc>(.*?)</loc>", block)
            modified = re.findall(r"<lastmod>(.*?)</lastmod>", block)
            yield FoundAddress(loc, capture.url, last_modified=modified[0] if modified else None)
        for href in re.findall(r'href="([^"]*)"', text):
            yield FoundAddress(urljoin(capture.url, href), capture.url)
