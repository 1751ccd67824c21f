"""HTML bytes -> tree: one parse, by lxml through BeautifulSoup, in whatever encoding the bytes are."""

from __future__ import annotations

import re
import warnings

from bs4 import BeautifulSoup, XMLParsedAsHTMLWarning

from osint_ingest.model import UnreadableDocument

_TAG = re.compile(
    rb"<\s*(?:!doctype|html|head|body|title|meta|div|p|h[1-6]|main|section|table|ul|a|span)\b", re.I
)
_SIGNATURES = {
    b"%PDF-": "a PDF",
    b"PK\x03\x04": "a zip archive",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
}
_UTF8_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*utf-?8", re.I)
_LOOK = 65_536


def looks_like_html(data: bytes) -> bool:
    """Do these bytes begin like a page? Spacing, comments, a byte order mark and NULs before it are fine."""
    head = data[:_LOOK].replace(b"\x00", b"")
    return not head.lstrip().startswith(tuple(_SIGNATURES)) and _TAG.search(head) is not None


def parse(data: bytes) -> BeautifulSoup:
    """The tree of a page. Raises UnreadableDocument (`empty`, `not_html`) for bytes that are no page."""
    if not data.strip(b"\x00 \t\r\n"):
        raise UnreadableDocument("empty", "The file has no content.", "Fetch it again, or remove it.")
    if not looks_like_html(data):
        what = next((name for mark, name in _SIGNATURES.items() if data.lstrip().startswith(mark)), "no HTML")
        raise UnreadableDocument(
            "not_html",
            f"Expected an HTML page, found {what}.",
            "Give the file its right extension, or its own address.",
        )
    if (
        b"\x00" in data
        and not data.startswith((b"\xff\xfe", b"\xfe\xff"))
        and data.count(b"\x00") * 3 < len(data)
    ):
        data = data.replace(b"\x00", b"")  # libxml2 would end the page there
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        return BeautifulSoup(_decoded(data), "lxml")


def _decoded(data: bytes) -> str | bytes:
    """UTF-8 as text, also where a byte or two of it are broken; anything else as bytes, to be detected.

    Left to detection, one broken byte would turn every accent of a page into two wrong characters.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")) or not _UTF8_CHARSET.search(data[:_LOOK]):
            return data
        lenient = data.decode("utf-8", "replace")
        broken = lenient.count("\ufffd")
        return lenient if broken * 2 <= sum(c > "\x7f" for c in lenient) else data
