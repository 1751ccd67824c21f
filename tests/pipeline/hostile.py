"""PDFs that are made to take a machine's time or memory, and are small on disk."""

from __future__ import annotations

import zlib

from tests.pdf.pages import RawPage, pdf_of


def endless(pages: int = 300, lines: int = 3_000) -> bytes:
    """Pages that are printed full many times over; a machine reads one to three thousand lines a second."""
    line = b"(Nobody prints this line twice.) Tj T* "
    drawing = zlib.compress(b"BT /F1 9 Tf 72 700 Td 11 TL " + line * lines + b"ET")
    return pdf_of(*[RawPage(drawing, filters=b"/FlateDecode")] * pages)


def bomb(megabytes: int = 1000) -> bytes:
    """One page whose drawing, unpacked, is so many million blanks."""
    packing = zlib.compressobj(9)
    packed = b"".join(packing.compress(b" " * 1_000_000) for _ in range(megabytes)) + packing.flush()
    return pdf_of(RawPage(packed, filters=b"/FlateDecode"))
