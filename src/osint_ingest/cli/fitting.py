"""Fits rows into the width of a terminal: as many columns as have room, long cells cut, the other columns named."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from rich import box
from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

LEAST, MOST = 12, 60
"""Character cells: a column of text is never narrower than LEAST (if it needs that much) nor wider than MOST."""
ID_LEAST = 26
"""Ids are there to be copied: they get more before a further column gets any."""
READABLE = 20
"""Wrapped narrower than this, a sentence is a column of words."""
_GAP = 2
STYLES = {
    "ok": "green",
    "warning": "yellow",
    "missing": "red",
    "error": "red",
    "added": "green",
    "removed": "red",
}


def fitted(
    names: Sequence[str], cells: Sequence[Sequence[str]], width: int, whole: Collection[str] = ()
) -> tuple[Table, list[str], bool]:
    """Return a table no wider than `width` character cells, the names of the columns left out, and whether it is
    cramped.

    Columns in `whole` are wrapped, all others are cut with an ellipsis. Cramped: one of `whole` was left out or is too
    narrow to read.
    """
    wanted = [max([cell_len(name), *(cell_len(row[n]) for row in cells)]) for n, name in enumerate(names)]
    widths = _widths(names, wanted, width, whole)
    table = Table(
        box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False, header_style="bold"
    )
    for n, given in enumerate(widths):
        numbers = bool(cells) and all(_is_number(row[n]) for row in cells)
        cut = names[n] not in whole
        table.add_column(
            Text(names[n]),
            width=given,
            no_wrap=cut,
            overflow="ellipsis" if cut else "fold",
            justify="right" if numbers else "left",
        )
    for row in cells:
        table.add_row(*(Text(cell, style=STYLES.get(cell, "")) for cell in row[: len(widths)]))
    cramped = any(
        name in whole and (n >= len(widths) or widths[n] < min(wanted[n], READABLE))
        for n, name in enumerate(names)
    )
    return table, list(names[len(widths) :]), cramped


def single_row(names: Sequence[str], row: Sequence[str], *, only_filled: bool = False) -> Table:
    """Return one row as a table with a line for each column, in full. `only_filled` leaves out columns without a
    value."""
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, cell in zip(names, row, strict=True):
        if cell or not only_filled:
            table.add_row(Text(name), Text(cell, style=STYLES.get(cell, "")))
    return table


def _widths(names: Sequence[str], wanted: Sequence[int], width: int, whole: Collection[str]) -> list[int]:
    """Return the widths of the first columns that fit: each its minimum, then shares of the remaining space."""
    least, most = [], []
    for name, want in zip(names, wanted, strict=True):
        least.append(min(want, max(ID_LEAST if name.endswith("_id") else LEAST, cell_len(name))))
        most.append(want if name in whole else min(want, max(MOST, least[-1])))
    given: list[int] = []
    for n, need in enumerate(least):
        if given and sum(given) + need + _GAP * n > width:
            break
        given.append(min(need, width))
    spare = width - sum(given) - _GAP * (len(given) - 1)
    while spare > 0:
        short = [n for n in range(len(given)) if given[n] < most[n]]
        if not short:
            break
        share = max(spare // len(short), 1)
        for n in short[:spare]:
            more = min(share, most[n] - given[n])
            given[n] += more
            spare -= more
    return given


def _is_number(cell: str) -> bool:
    return not cell or cell.replace(",", "").replace(".", "", 1).removeprefix("-").isdigit()
