"""Tables: which text is a cell, by the lines drawn around it or by where its lines begin."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from pdfminer.fontmetrics import FONT_METRICS

from osint_ingest.pdf import read_pdf

from .pages import RawPage, pdf_of, text_at

TEXT = "The harbour office keeps a register of", "every ship that calls at one of the towns"
CELLS = (
    (("Harbour", "dues Act"), ("Revised", "by 2021")),
    (("Landing", "stages"), ("Lowered", "in 2019")),
    (("Coastal", "waters"), ("2020",)),
)
HELVETICA = FONT_METRICS["Helvetica"][1]


def drawn(x: float, y: float, *texts: str) -> bytes:
    """Lines of text, the first one at `y` from the head."""
    return b"".join(text_at(x, 842 - y - 12 * i, 10, text) for i, text in enumerate(texts))


def ruled(x0: float, y0: float, x1: float, y1: float) -> bytes:
    return b"%f %f m %f %f l S\n" % (x0, 842 - y0, x1, 842 - y1)


def cells_of(content: bytes) -> list[str]:
    return [p.text for p in read_pdf(pdf_of(RawPage(content))).passages if p.kind == "table_cell"]


def table(x: float, xs: Sequence[float], ys: Sequence[float]) -> bytes:
    """Cells of two lines whose sides are drawn, all of them underlined; the rows end at the heights `ys`."""
    content = b"".join(ruled(x + a, ys[0], x + a, ys[-1]) for a in xs)
    content += b"".join(ruled(x + xs[0], y, x + xs[-1], y) for y in ys)
    for row, column in product(range(3), range(2)):
        at = x + xs[column] + 2
        content += drawn(at, ys[row] + 11, *CELLS[row][column])
        content += ruled(at, ys[row] + 12.5, at + 30, ys[row] + 12.5)
    return content


def test_each_cell_of_drawn_tables_above_and_beside_each_other_is_one_passage() -> None:
    content = table(60, (0, 45, 90), (100, 128, 156, 184)) + table(60, (0, 60, 120), (184, 212, 240, 268))
    content += table(330, (0, 46, 92), (112, 140, 168, 196))
    assert cells_of(content) == [" ".join(cell) for row in CELLS for cell in row] * 3


def test_a_table_between_level_lines_stands_whole_beside_text() -> None:
    content = b"".join(ruled(330, y, 440, y) for y in (92, 120, 148, 176))
    for row, column in product(range(3), range(2)):
        content += drawn(334 + 55 * column, 104 + 28 * row, *CELLS[row][column])
    content += drawn(60, 138, *TEXT[:1] * 3) + drawn(330, 190, *TEXT[:1])
    assert cells_of(content) == [" ".join(cell) for row in CELLS for cell in row]


def test_painted_cells_part_the_rows_of_a_table_without_lines() -> None:
    content = b""
    for row, column in product(range(3), range(2)):
        if row != 1:  # every other row is painted
            content += b".9 g %d %d 60 24 re f 0 g\n" % (60 + 60 * column, 842 - 124 - 24 * row)
        content += drawn(62 + 60 * column, 109 + 24 * row, *CELLS[row][column])
    assert cells_of(content) == [" ".join(cell) for row in CELLS for cell in row]


def test_tables_open_at_the_foot_stand_whole_beside_each_other() -> None:
    content = b""
    for x0, y0 in ((60, 100), (330, 118)):
        content += b"".join(ruled(x0 + x, y0, x0 + x, y0 + 48) for x in (0, 45, 90))
        content += b"".join(ruled(x0, y0 + y, x0 + 90, y0 + y) for y in (0, 24))
        for row, column in product(range(2), range(2)):
            content += drawn(x0 + 2 + 45 * column, y0 + 9 + 24 * row, *CELLS[row][column])
    assert cells_of(content) == [" ".join(cell) for row in CELLS[:2] for cell in row] * 2


def test_cells_that_nearly_touch_are_told_by_where_their_lines_begin() -> None:
    wide = "Piers and landing stages", "of towns along the coast"
    narrow = ("Quays",), ("All",)
    rows = [
        narrow,
        (wide, ("Owner",)),
        narrow,
        (wide, ("The office that keeps", "the books of the ports")),
        narrow,
    ]
    edge = 60 + 10 * max(sum(HELVETICA[c] for c in line) for line in wide) / 1000 + 2.5
    content = b"".join(
        drawn(x, 100 + 30 * i, *cell)
        for i, row in enumerate(rows)
        for x, cell in zip((60, edge), row, strict=True)
    )
    assert cells_of(content) == [" ".join(cell) for row in rows for cell in row]


def test_rows_of_short_cells_that_begin_with_small_letters() -> None:
    rows = [
        ("Fire Brigade", "calls answered", "each week"),
        ("Library Trust", "loans", "each month"),
        ("Tidal Survey", "heights of water", "each hour"),
    ]
    heads = ("Body", "Task", "Published")
    content = ruled(60, 103, 300, 103)
    for i, row in enumerate([heads, *rows]):
        content += b"".join(drawn(60 + 85 * k, 100 + 15 * i, text) for k, text in enumerate(row))
    assert cells_of(content) == [*heads, *(cell for row in rows for cell in row)]
