"""Sitemaps that are kept gzipped at their site (`sitemap.xml.gz`)."""

from __future__ import annotations

import zlib


def unzipped(data: bytes, most: int) -> bytes:
    """The first `most` bytes behind gzip; data that is not gzip, or damaged, as it is."""
    if not data.startswith(b"\x1f\x8b"):
        return data
    try:
        return zlib.decompressobj(31).decompress(data, most)
    except zlib.error:
        return data
