"""Pages mutated in their text, operators and boxes: none crashes the reader, none takes long, all rows are sound,
and no release is held back by them.

120 pages in the suite, 20,000 in 2,000 PDFs with OSINT_INGEST_SOAK=1 (`make soak`).
"""

from __future__ import annotations

import os
import random
import time
from math import isfinite
from pathlib import Path

import pytest

from osint_ingest.model import Box, Content, UnreadableDocument
from osint_ingest.pdf import read_pdf
from osint_ingest.run.refresh import ingest
from osint_ingest.settings import Settings

from .pages import RawPage, pdf_of, stream, text_at

SOAK = bool(os.environ.get("OSINT_INGEST_SOAK"))
PDFS, PAGES = (2_000, 10) if SOAK else (30, 4)
MOST_SECONDS = 20.0
"""CPU time for one of these PDFs; one that is not mutated takes 0.1."""
BATCH = 100
"""PDFs of one release."""
REFUSED = {"corrupt", "empty", "encrypted", "no_text", "not_a_pdf", "unknown_kind", "unmapped_font"}
"""Why a document may be lost: its own fault, not the reader's."""

WORDS = [
    "the", "act", "on", "open", "source", "12", "[3]", "ibid.", "https://example.org/a-b?c=1", "Nº", "(note)",
    "1.", "•", "–", "“quoted”", "x²", "m²", "é",
]  # fmt: skip
NUMBERS = (
    b"0", b"-1", b"1", b"0.0001", b"1e9", b"99999999999999999999", b"-400", b"11", b"0.5", b"3", b"7", b"nan",
    b"(", b"/F1",
)  # fmt: skip
OPERATORS = (
    b"Tj Td Tm T* Tf Tr Ts Tc Tw q Q cm re f S n W g rg k cs scn Do sh BT ET BDC EMC BI ID EI gs m l".split()
)
ENTRIES = (
    b"", b"/Rotate 90", b"/Rotate 180", b"/Rotate 270", b"/Rotate 33", b"/CropBox [0 0 300 300]", b"/CropBox [9 9 9 9]",
    b"/MediaBox [0 0 0 0]", b"/MediaBox [1e9 0 2 3]", b"/MediaBox [600 800 0 0]", b"/UserUnit 90", b"/Resources 7",
)  # fmt: skip
ANNOTATIONS = (
    b"", b"<< /Subtype /Widget /FT /Tx /V (value) /Rect [0 0 90 20] >>",
    b"<< /Subtype /Link /Rect [72 690 300 712] /A << /URI (https://a.org/b) >> >>",
    b"<< /Subtype /FreeText /Rect [9 9 9 9] /AP << /N 6 0 R >> >>",
    b"<< /Subtype /Stamp /Rect [0 0 1e9 5] /AP << /N 4 0 R >> >>", b"3 0 R 99 0 R (x)",
)  # fmt: skip
FONTS = (
    b"", b"/F2 << /Subtype /Type3 /FontBBox [0 0 1 1] /FontMatrix [1 0 0 -1 0 0] /CharProcs << >> /Encoding << >> >>",
    b"/F2 << /Subtype /Type0 /BaseFont /X /Encoding /Identity-V /DescendantFonts [<< /Subtype /CIDFontType2 >>] >>",
    b"/F2 << /Subtype /TrueType /BaseFont /Symbol /Widths [0 1 2] /FirstChar -5 >>", b"/F2 << >>",
)  # fmt: skip


def page_of(rng: random.Random) -> bytes:
    """Text with raised numbers, notes under a rule, turned text, a form and a picture."""
    parts = [b"0 0 0 rg /Fm Do q 50 0 0 50 72 72 cm /Im Do Q 72 200 150 0.5 re f "]
    for n in range(rng.randint(4, 14)):
        line = " ".join(rng.choices(WORDS, k=rng.randint(2, 12))).encode("cp1252", "replace").decode("cp1252")
        parts.append(text_at(72, 720 - 14 * n, 11, line))
        parts.append(b"BT /F2 6 Tf 1 0 0 1 300 %d Tm 4 Ts (%d) Tj 0 Ts ET " % (720 - 14 * n, n))
    parts += [
        text_at(72, 180 - 10 * n, 8, f"{n} See https://example.org/{n}") for n in range(rng.randint(0, 6))
    ]
    parts.append(b"BT 0 1 -1 0 30 400 Tm /F1 8 Tf (turned text) Tj ET 3 Tr " + text_at(72, 90, 9, "unseen"))
    return b"".join(parts)


def mutated(content: bytes, rng: random.Random) -> bytes:
    """A content stream with some of its tokens changed, swapped, doubled or left out."""
    tokens = content.split(b" ")
    for _ in range(rng.choice((0, 1, 3, 12, 60))):
        at = rng.randrange(len(tokens))
        what = rng.randrange(6)
        if what == 0:
            tokens[at] = rng.choice(NUMBERS)
        elif what == 1:
            tokens[at] = rng.choice(OPERATORS)
        elif what == 2:
            other = rng.randrange(len(tokens))
            tokens[at], tokens[other] = tokens[other], tokens[at]
        elif what == 3:
            tokens[at] = b"(" + rng.randbytes(rng.randint(0, 30)).replace(b"\\", b"/") + b")"
        elif what == 4:
            tokens[at:at] = tokens[at : at + 9] * rng.choice((1, 2, 40))
        elif len(tokens) > 9:
            del tokens[at]
    return b" ".join(tokens)


def pdf_from(seed: int) -> bytes:
    rng = random.Random(seed)
    form = b"/Subtype /Form /BBox [0 0 9 9] /Matrix [1 0 0 1 0 0] /Resources << /XObject << /Fm 6 0 R >> >>"
    pages = [
        RawPage(
            mutated(page_of(rng), rng),
            annotations=rng.choice(ANNOTATIONS),
            entries=rng.choice(ENTRIES) if rng.random() < 0.5 else b"",
            fonts=rng.choice(FONTS) or b"/F2 3 0 R",
            resources=b"/XObject << /Fm 6 0 R /Im 7 0 R >>",
            objects=()
            if number
            else (
                stream(mutated(b"1 g /Fm Do BT 0 0 Td (in a form) Tj ET", rng), form),
                stream(b"\x80", b"/Type /XObject /Subtype /Image /Width 1 /Height 1"),
            ),
            length=rng.choice((0, 7, 99_999)) if rng.random() < 0.05 else None,
        )
        for number in range(PAGES)
    ]
    data = bytearray(pdf_of(*pages))
    for _ in range(rng.choice((0, 0, 0, 2, 20))):
        data[rng.randrange(len(data))] = rng.randrange(256)
    return bytes(data)


def sound(box: Box) -> bool:
    return (
        all(map(isfinite, (box.x0, box.top, box.x1, box.bottom)))
        and box.x0 <= box.x1
        and box.top <= box.bottom
    )


def check(content: Content) -> None:
    length = {p.ordinal: len(p.text) for p in content.passages}
    for passage in content.passages:
        for line in passage.lines:
            assert 0 <= line.char_start < line.char_end <= len(passage.text)
            assert sound(line.box)
    for ref in content.refs:
        assert 0 <= ref.char_offset <= length[ref.passage]
        assert ref.box is None or sound(ref.box)
    for link in content.links:
        if link.passage and link.char_end is not None:
            assert link.char_end <= length[link.passage]
    assert all(note.passage in length for note in content.footnotes)


@pytest.mark.timeout(40_000 if SOAK else 120)
def test_fuzz_no_page_crashes_the_reader_or_takes_long() -> None:
    read = 0
    for seed in range(PDFS):
        began = time.process_time()
        try:
            content = read_pdf(pdf_from(seed))
        except UnreadableDocument:
            continue
        finally:
            assert time.process_time() - began < MOST_SECONDS, f"seed {seed}"
        try:
            check(content)
        except AssertionError as error:
            raise AssertionError(f"seed {seed}") from error
        read += 1
    assert read > 0.8 * PDFS


@pytest.mark.timeout(40_000 if SOAK else 120)
@pytest.mark.parametrize("first", range(0, PDFS, BATCH))
def test_fuzz_no_pdf_holds_a_release_back(first: int, tmp_path: Path) -> None:
    files = tmp_path / "files"
    files.mkdir()
    seeds = range(first, min(first + BATCH, PDFS))
    for seed in seeds:
        (files / f"{seed}.pdf").write_bytes(pdf_from(seed))
    places = {"raw": str(tmp_path / "raw"), "curated": str(tmp_path / "curated")}
    out = Settings(
        **places, workers=1, use_models=False, document_seconds=MOST_SECONDS, page_seconds=0, report=False
    )
    recap = ingest([files], out)
    assert recap.release is not None, recap.findings
    assert not [failure for failure in recap.failures if failure[1] not in REFUSED]
    assert "inconsistent" not in recap.release.table("issues")["code"].to_pylist()
    assert recap.documents > 0.8 * len(seeds)
