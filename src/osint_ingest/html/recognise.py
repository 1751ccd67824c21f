"""Which bytes are a page: told by how they begin, without reading them."""

from __future__ import annotations

import re

_TAG = re.compile(
    rb"<\s*(?:!doctype|html|head|body|title|meta|div|p|h[1-6]|main|section|table|ul|a|span)\b", re.I
)
SIGNATURES = {
    b"%PDF-": "a PDF",
    b"PK\x03\x04": "a zip archive",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
}
"""How files begin that are no pages."""
LOOK = 65_536
"""Bytes in which a page says what it is."""


def looks_like_html(data: bytes) -> bool:
    """Do these bytes begin like a page? Spacing, comments, a byte order mark and NULs before it are fine."""
    head = data[:LOOK].replace(b"\x00", b"")
    return not head.lstrip().startswith(tuple(SIGNATURES)) and _TAG.search(head) is not None
