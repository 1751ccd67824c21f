"""What a page shows, as lines of text: the form in which the walk hands a page to its readers."""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from operator import attrgetter
from typing import Literal, NamedTuple

LineKind = Literal["heading", "paragraph", "list_item", "term", "value", "cell", "head_cell", "caption"]


@dataclass(slots=True, eq=False)
class Step:
    """One step of the path to an element: its name, its number among its like, and the step above."""

    name: str
    number: int
    above: "Step | None"
    depth: int
    _selector: str | None = None

    @property
    def selector(self) -> str:
        """CSS selector of the element, from the root down; made once, as its siblings need it too."""
        if self._selector is None:
            own = f"{self.name}:nth-of-type({self.number})" if self.number else self.name
            self._selector = f"{self.above.selector} > {own}" if self.above else own
        return self._selector

    def shared(self, other: "Step") -> int:
        """How deep the innermost element is that holds both elements."""
        a, b = self, other
        while a is not b and a.above and b.above:
            a, b = (a.above if a.depth >= b.depth else a), (b.above if b.depth >= a.depth else b)
        return a.depth if a is b else 0


class Run(NamedTuple):
    """A stretch of a line that stands in the same inline elements. `start` and `end` are code points of the line's
    text; `chain` names the inline elements around it, the outermost first, by a number each."""

    start: int
    end: int
    chain: tuple[int, ...]
    href: str | None
    strong: bool
    raised: bool


class PageLine(NamedTuple):
    """The text of a block of the page, without its inner blocks; `<br>` is a line feed in it. `alts` are texts of
    images with the place where they stand. `container` tells which lines stand in the same parent element; `row` and
    `column` (from 1) place a cell in its table, and it reaches over `columns` of them. `inside` says which structural
    part of the page it stands in."""

    kind: LineKind
    text: str
    runs: tuple[Run, ...]
    path: Step
    container: int
    level: int | None = None
    alts: tuple[tuple[int, str], ...] = ()
    row: int | None = None
    column: int | None = None
    columns: int = 1
    inside: Literal["main", "aside", "body"] = "body"
    item: int | None = None  # number of the list item around it
    anchors: tuple[tuple[int, str], ...] = ()
    """Where in it elements begin that short links of the page lead to, with the names of those places."""

    @property
    def selector(self) -> str:
        return self.path.selector

    @property
    def reach(self) -> range:
        """The columns of its table that it stands in."""
        first = self.column or 0
        return range(first, first + self.columns)

    def runs_in(self, start: int, end: int) -> tuple[Run, ...]:
        """The runs that have a part in `[start, end)`, found without looking at the others."""
        runs = self.runs
        if len(runs) == 1:
            return runs if runs[0].start < end and runs[0].end > start else ()
        if len(runs) < _MANY:
            return tuple([r for r in runs if r.start < end and r.end > start])
        first = bisect_right(runs, start, key=_end_of)
        return runs[first : bisect_left(runs, end, lo=first, key=_start_of)]

    @property
    def only_links(self) -> bool:
        """Does the line have no text but that of links?"""
        if not self.runs or (self.runs[0].href is None and self.text[:1].isalnum()):
            return False
        linked = [r.href is not None for r in self.runs]
        return any(linked) and all(
            link or not says(self.text, r.start, r.end) for link, r in zip(linked, self.runs, strict=True)
        )


_MANY = 12
_SIGN = re.compile(r"[^\W_]")
_start_of, _end_of = attrgetter("start"), attrgetter("end")


def says(text: str, start: int, end: int) -> bool:
    """Does this stretch of a text have a letter or a digit?"""
    return _SIGN.search(text, start, end) is not None
