"""Columns of the cells of a table whose cells reach over several columns and rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field

MOST_COLUMNS = 60
"""Cells further right are numbered without a look at what reaches down to them: no table that people read has them."""
_MOST_ROWS = 1_000


@dataclass(slots=True)
class Grid:
    """A table as far as it was read: the row, the next column, and the columns that cells of earlier rows fill."""

    row: int = 0
    column: int = 1
    filled_until: dict[int, int] = field(default_factory=dict)  # column -> the first row in which it is free

    def begin_row(self) -> None:
        self.row, self.column = self.row + 1, 1

    def take(self, attrs: Mapping[str, str]) -> tuple[int, int]:
        """The first column, from 1, and the number of columns of the next cell, by its `colspan` and `rowspan`."""
        while self.column <= MOST_COLUMNS and self.filled_until.get(self.column, 0) > self.row:
            self.column += 1
        first, columns = self.column, _span(attrs.get("colspan"), MOST_COLUMNS)
        self.column += columns
        if (rows := _span(attrs.get("rowspan"), _MOST_ROWS)) > 1:
            free = self.row + rows
            self.filled_until |= dict.fromkeys(range(first, min(self.column, MOST_COLUMNS + 1)), free)
        return first, columns


def _span(printed: str | None, most: int) -> int:
    """A span as written; 1 where it is none. A `rowspan` of 0 reaches to the end, and is used for a single row."""
    said = (printed or "").strip()
    return (
        max(1, min(int(said), most))
        if said.isdecimal() and said.isascii() and len(said) <= len(str(most))
        else 1
    )
