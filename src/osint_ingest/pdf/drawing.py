"""What a page draws: glyphs, ruled lines, pictures, painted boxes. All are in points from the page's top left."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from math import cos, radians, sin
from typing import Any, Literal, NamedTuple, TypeVar

T = TypeVar("T")

Box = tuple[float, float, float, float]
"""x0, top, x1, bottom in points."""


def around(points: Iterable[tuple[float, float]]) -> Box:
    """The least and greatest coordinates of points: (x, y, x, y)."""
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def hull(parts: Sequence[Any]) -> Box:
    """The box that is drawn round words, lines or glyphs."""
    return (
        min(p.x0 for p in parts), min(p.top for p in parts), max(p.x1 for p in parts), max(p.bottom for p in parts)
    )  # fmt: skip


def runs(items: Iterable[T], parted: Callable[[list[T], T], bool]) -> list[list[T]]:
    """Return items in runs: a new one begins with an item that is `parted` from the run before it."""
    found: list[list[T]] = []
    for item in items:
        if not found or parted(found[-1], item):
            found.append([])
        found[-1].append(item)
    return found


EVERYWHERE: Box = (float("-inf"), float("-inf"), float("inf"), float("inf"))


class Glyph(NamedTuple):
    """One drawn character. `base` is its baseline's distance from the page's top; `style` indexes fonts."""

    x0: float
    top: float
    x1: float
    bottom: float
    base: float
    size: float
    text: str
    style: int
    spacing: float
    """Extra advance set for this glyph's string (character spacing), points."""


class Rule(NamedTuple):
    """A drawn horizontal or vertical line."""

    x0: float
    top: float
    x1: float
    bottom: float

    @property
    def horizontal(self) -> bool:
        return self.x1 - self.x0 >= self.bottom - self.top


Hidden = Literal["outside", "invisible", "white", "tiny"]
"""Why a string may not be seen: it lies outside the page, is drawn without ink, in white, or too small to read."""


class Suspect(NamedTuple):
    """A stretch of glyphs that a viewer may not show."""

    glyphs: list[Glyph]
    start: int
    end: int
    why: Hidden
    angle: int = 0


@dataclass
class Drawing:
    """What one page draws: glyphs in drawing order, those at an angle apart, and ruled lines.

    `turned` has the glyphs of each angle (degrees, anticlockwise) in a frame of its own, turned back by that
    angle around the page's lower left corner, y pointing down. `painted` has the boxes of what is not white.
    """

    glyphs: list[Glyph] = field(default_factory=list)
    turned: dict[int, list[Glyph]] = field(default_factory=dict)
    rules: list[Rule] = field(default_factory=list)
    suspects: list[Suspect] = field(default_factory=list)
    images: list[Box] = field(default_factory=list)
    painted: list[Box] = field(default_factory=list)
    dots: list[Box] = field(default_factory=list)
    """Boxes of small discs, circles and squares: browsers draw the signs of lists so."""

    left: float = 0.0
    height: float = 0.0
    shown: Box = EVERYWHERE

    @property
    def glyph_count(self) -> int:
        """How many glyphs were drawn, at any angle."""
        return len(self.glyphs) + sum(map(len, self.turned.values()))

    def shows(self, point: tuple[float, float], angle: int) -> bool:
        """Lies a point of the frame of that angle on the part of the page that viewers show?"""
        x, y = point
        if angle:
            turn = radians(angle)
            x, up = x * cos(turn) + y * sin(turn), x * sin(turn) - y * cos(turn)
            x, y = x + self.left, self.height - up
        x0, top, x1, bottom = self.shown
        return x0 <= x <= x1 and top <= y <= bottom

    @property
    def is_empty(self) -> bool:
        """Does it show nothing at all?"""
        return not (self.glyphs or self.turned or self.rules or self.images or self.painted)
