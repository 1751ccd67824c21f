"""Every recorded range leads back to the page: the boxes of its lines hold its characters."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect
from collections import Counter
from functools import cache
from operator import itemgetter
from pathlib import Path
from typing import Any

import pdfplumber
import pytest

from osint_ingest.model import Box, ReadOptions
from osint_ingest.pdf import read_pdf

from .pages import made

NAMES = [
    "report-kestria.typst", "bullets-over-pages.docx", "columns-under-each.latex", "table-cells.chromium",
    "wrapped-urls.writer", "hebrew.chromium", "chinese.docx", "exponents.typst", "bracketed.weasyprint",
    "unicode-superscripts.reportlab",
]  # fmt: skip


def letters(text: str) -> Counter[str]:
    return Counter(re.sub(r"[\s\u00ad]+", "", unicodedata.normalize("NFKC", text)))


class Cropper:
    """The characters of a PDF that lie in a box, as pdfplumber sees them."""

    def __init__(self, path: Path) -> None:
        self.pdf = pdfplumber.open(path)
        self.chars: Any = cache(self._chars)

    def _chars(self, page: int) -> list[tuple[float, int, float, str]]:
        """The middle of each character from the top, its place in the PDF, its middle from the left, itself."""
        chars = enumerate(self.pdf.pages[page - 1].chars)
        return sorted(((c["top"] + c["bottom"]) / 2, n, (c["x0"] + c["x1"]) / 2, c["text"]) for n, c in chars)

    def __call__(self, box: Box) -> Counter[str]:
        chars = self.chars(box.page)
        first, behind = (bisect(chars, (y,)) for y in (box.top - 0.1, box.bottom + 0.1))
        line = sorted(chars[first:behind], key=itemgetter(1))
        return letters("".join(text for *_, x, text in line if box.x0 - 0.1 <= x <= box.x1 + 0.1))


def check(path: Path) -> None:
    content = read_pdf(path.read_bytes(), ReadOptions(keep_personal_data=True))  # as the page shows it
    crop = Cropper(path)
    passages = {p.ordinal: p for p in content.passages}
    assert content.passages
    for passage in content.passages:
        covered: set[int] = set()
        for line in passage.lines:
            assert covered.isdisjoint(range(line.char_start, line.char_end))
            covered.update(range(line.char_start, line.char_end))
            printed = letters(passage.text[line.char_start : line.char_end])
            assert not printed - crop(line.box), passage.text[line.char_start : line.char_end]
        assert not [c for i, c in enumerate(passage.text) if not c.isspace() and i not in covered]
    for ref in content.refs:
        text = passages[ref.passage].text
        assert ref.anchor_text
        assert text[ref.anchor_start : ref.anchor_end] == ref.anchor_text
        assert (ref.anchor_end or 0) <= ref.char_offset
        assert ref.box is not None
        assert not letters(ref.marker) - crop(ref.box)
    for link in content.links:
        if link.char_start is not None:
            assert link.passage is not None
            assert passages[link.passage].text[link.char_start : link.char_end] == link.anchor_text
    for note in content.footnotes:
        assert passages[note.passage].kind == "footnote"
        assert passages[note.passage].text == note.text


@pytest.mark.parametrize("name", NAMES)
def test_ranges_lead_back_to_the_page(name: str) -> None:
    check(made(*name.split(".")))


@pytest.mark.corpus
@pytest.mark.parametrize("name", ["osor/argentina-2021", "us_nap/NAP1"])
def test_ranges_lead_back_to_the_page_in_real_documents(corpus: Path, name: str) -> None:
    check(corpus / f"{name}.pdf")
