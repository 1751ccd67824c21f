"""What the rules hand to each other: a stretch of text, and what speaks for it being a name of a kind."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Found:
    """A name found in a text: `[start, end)`, its label, the method that found it, a score from 0 to 1."""

    start: int
    end: int
    label: str
    method: str
    score: float


@dataclass(frozen=True, slots=True)
class Open:
    """A phrase that looks like a name, and what speaks for each label, as `(label, weight, method)`.

    What it is, is decided over the whole document (see `decide`), for the same words can stand
    with better evidence elsewhere.
    """

    start: int
    end: int
    votes: tuple[tuple[str, float, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Tie:
    """Two names of one thing side by side: `first` and `second` are `[start, end)` in the text."""

    first: tuple[int, int]
    second: tuple[int, int]
    kind: str
    rule: str


@dataclass(frozen=True, slots=True)
class FoundNames:
    """All that was found in one text."""

    found: tuple[Found, ...] = ()
    open: tuple[Open, ...] = ()
    ties: tuple[Tie, ...] = ()
