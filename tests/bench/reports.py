"""Country reports as PDF in any number, made in a moment: cover, headings, bullets with raised markers, notes.

Drawn with PDFium's own text objects, two fonts, a link annotation on each note. The same number, the same pages.
"""

from __future__ import annotations

import ctypes
import io
import random
from dataclasses import dataclass, field

import pypdfium2 as pdfium
from pypdfium2 import raw
from tests.bench import prose

WIDTH, HEIGHT, LEFT, TOP, FOOT = 595, 842, 71, 771, 160
LINE, NOTE = 15.0, 11.0
COLUMNS = 78
"""Characters of a line."""
PAGES = 12


@dataclass
class Sheet:
    """A page that is being filled from the top, its notes waiting for the foot."""

    page: pdfium.PdfPage
    y: float = TOP
    notes: list[tuple[int, str]] = field(default_factory=list)


class Writer:
    """Lays lines on pages, one under the other."""

    def __init__(self) -> None:
        self.pdf = pdfium.PdfDocument.new()
        self.fonts = {
            name: raw.FPDFText_LoadStandardFont(self.pdf.raw, name.encode())
            for name in ("Helvetica", "Helvetica-Bold")
        }
        self.number = 0
        self.sheet = self._new_sheet()

    def line(self, text: str, size: float = 11, *, bold: bool = False, indent: float = 0) -> None:
        """A line; digits between `{` and `}` are raised."""
        if self.sheet.y < FOOT + NOTE * len(self.sheet.notes):
            self.turn()
        x = LEFT + indent
        for part in text.replace("}", "{").split("{"):
            if part.isdigit() and "{" + part + "}" in text:
                x += self._text(part, x, self.sheet.y + 4, 7)
            elif part:
                x += self._text(part, x, self.sheet.y, size, bold=bold)
        self.sheet.y -= LINE * max(1.0, size / 12)

    def turn(self) -> None:
        """Goes on with a new page."""
        self.close()
        self.sheet = self._new_sheet()

    def close(self) -> None:
        """Writes the page's notes and number."""
        y = 60 + NOTE * len(self.sheet.notes)
        for number, url in self.sheet.notes:
            x = LEFT + self._text(str(number), LEFT, y + 3, 6) + 2
            width = self._text(url, x, y, 8.5)
            self._link(url, (x, y - 2, x + width, y + 8))
            y -= NOTE
        self._text(str(self.number), WIDTH / 2, 40, 9)
        raw.FPDFPage_GenerateContent(self.sheet.page.raw)

    def _new_sheet(self) -> Sheet:
        self.number += 1
        return Sheet(self.pdf.new_page(WIDTH, HEIGHT))

    def _text(self, text: str, x: float, y: float, size: float, *, bold: bool = False) -> float:
        made = raw.FPDFPageObj_CreateTextObj(
            self.pdf.raw, self.fonts["Helvetica-Bold" if bold else "Helvetica"], size
        )
        coded = (text + "\0").encode("utf-16-le")
        raw.FPDFText_SetText(made, ctypes.cast(coded, ctypes.POINTER(ctypes.c_ushort)))
        raw.FPDFPageObj_Transform(made, 1, 0, 0, 1, x, y)
        left, bottom, right, top = (ctypes.c_float() for _ in range(4))
        raw.FPDFPageObj_GetBounds(made, left, bottom, right, top)
        raw.FPDFPage_InsertObject(self.sheet.page.raw, made)
        return float(right.value - x) + size * 0.03

    def _link(self, url: str, box: tuple[float, float, float, float]) -> None:
        note = raw.FPDFPage_CreateAnnot(self.sheet.page.raw, raw.FPDF_ANNOT_LINK)
        left, bottom, right, top = box
        raw.FPDFAnnot_SetRect(note, raw.FS_RECTF(left, top, right, bottom))
        raw.FPDFAnnot_SetURI(note, url.encode())
        raw.FPDFPage_CloseAnnot(note)

    def data(self) -> bytes:
        """The file."""
        self.close()
        out = io.BytesIO()
        self.pdf.save(out)
        self.pdf.close()
        return out.getvalue()


def report(number: int) -> bytes:
    """The PDF of report `number`: one a country and year."""
    chance = random.Random(f"report {number}")
    countries = prose.countries()
    country = countries[number % len(countries)][0]
    year = 2024 - number // len(countries)
    writer = Writer()
    writer.line("Open Source Software Country Intelligence Report", 20, bold=True)
    writer.line(country, 24, bold=True)
    writer.line(str(year), 16)
    writer.line(f"Updated in March {year}")
    writer.turn()
    note = 0
    for heading in ("Executive Summary", "Policy makers", "Strategic players", "Policy and legal framework",
                    "Open source software initiatives"):  # fmt: skip
        writer.line(heading, 16, bold=True)
        until = writer.number + PAGES // 5
        while writer.number <= until:
            note = _bullet(writer, chance, note, heading == "Executive Summary")
    return writer.data()


COMMITMENTS = 8
"""Commitments that a review treats, a section each."""


def review(number: int) -> bytes:
    """The PDF of a review of a member's plan (IRM): a section for each commitment, with what is assessed there."""
    chance = random.Random(f"review {number}")
    countries = prose.countries()
    country, letters = countries[number % len(countries)]
    year = 2021 - 2 * (number // len(countries) % 5)
    writer = Writer()
    writer.line("Independent Reporting Mechanism (IRM)", 14)
    writer.line(f"IRM Results Report: {country} {year}-{year + 2}", 22, bold=True)
    for commitment in range(1, COMMITMENTS + 1):
        writer.turn()
        title = prose.title(random.Random(f"title {letters}{commitment:04}"), "en")
        writer.line(f"Commitment {commitment}: {title}", 15, bold=True)
        for label, values in (
            ("Verifiable", ("Yes", "No")),
            ("Potential impact", ("Minor", "Moderate", "Transformative")),
            ("Completion", ("Limited", "Substantial", "Complete")),
        ):
            writer.line(f"{label}: {chance.choice(values)}")
        writer.line("Context and objectives", 12, bold=True)
        for _ in range(4):
            _bullet(writer, chance, 0, True)
    return writer.data()


def _bullet(writer: Writer, chance: random.Random, note: int, plain: bool) -> int:
    bodies = [prose.body(chance, "en") for _ in range(3)]
    words = prose.paragraph(chance, "en", bodies).split()
    if not plain:
        note += 1
        words[chance.randint(4, 9)] += f"{{{note}}}"
        address = f"https://www.{prose.place(chance).lower()}.example/{prose.place(chance).lower()}/{note}"
        writer.sheet.notes.append((note, address))
    lines = [""]
    for word in words:
        if len(lines[-1]) + len(word) > COLUMNS:
            lines.append("")
        lines[-1] += f"{word} "
    for at, text in enumerate(lines):
        writer.line(
            ("• " if at == 0 and not plain else "") + text.strip(), indent=0 if at == 0 or plain else 9
        )
    writer.sheet.y -= 5
    return note
