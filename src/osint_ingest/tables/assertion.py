"""What a source asserts about its tables in `source.toml`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Assertion:
    """A bound on a table: under `min` a release is held back, over `max` it warns.

    `measure` is `rows` (count), `filled` (share of rows with a value in `column`, 0 to 1) or
    `distinct` (count of different values in `column`). `where` keeps the rows whose column has
    that value, as `kind=ogp_commitment`. With fewer than `from_rows` rows the bound is not judged: a
    share of a few documents tells nothing.
    """

    table: str
    measure: Literal["rows", "filled", "distinct"]
    column: str | None = None
    where: str | None = None
    min: float | None = None
    max: float | None = None
    from_rows: int = 0
