"""Small PDFs written by hand, for what no word processor makes: broken pages, text on top of itself."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

MADE = Path(__file__).resolve().parents[1] / "fixtures" / "made"


def made(category: str, maker: str = "*") -> Path:
    """A made document of a category; `maker` narrows it to one program."""
    found = sorted(MADE.glob(f"{category}.{maker}.pdf")) or sorted(MADE.glob(f"{category}.*.pdf"))
    assert found, f"no made document of {category}"
    return found[0]


@dataclass(frozen=True)
class RawPage:
    """A page: its content stream, packed as `filters` says, and the rest as PDF source: annotations, further
    entries of the page (`/CropBox [...]`), further resources, and objects of its own.

    The objects of the first page of a PDF of one page are numbered from 6.
    """

    content: bytes
    annotations: bytes = b""
    filters: bytes = b""
    entries: bytes = b""
    fonts: bytes = b""
    resources: bytes = b""
    objects: tuple[bytes, ...] = ()
    length: int | None = None
    """What the content stream says of its length, where that is not so."""


def pdf_of(*pages: RawPage, catalog: bytes = b"") -> bytes:
    """A PDF of A4 pages with Helvetica as /F1; `catalog` has further entries of its root."""
    objects: list[bytes] = [b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalog, b""]
    objects.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
    kids = []
    for page in pages:
        number = len(objects) + 1
        kids.append(b"%d 0 R" % number)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /Annots [%s]"
            b" %s /Resources << %s /Font << /F1 3 0 R %s >> >> >>"
            % (number + 1, page.annotations, page.entries, page.resources, page.fonts)
        )
        packing = b" /Filter [%s]" % page.filters if page.filters else b""
        objects.append(
            b"<< /Length %d%s >>\nstream\n%s\nendstream"
            % (len(page.content) if page.length is None else page.length, packing, page.content)
        )
        objects += page.objects
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids))
    out = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def text_at(x: float, y: float, size: float, text: str) -> bytes:
    """Operators that draw a text; `y` is measured from the page's foot."""
    escaped = text.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    return b"BT /F1 %f Tf %f %f Td (%s) Tj ET\n" % (size, x, y, escaped)


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """A stream object."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), entries, content)
