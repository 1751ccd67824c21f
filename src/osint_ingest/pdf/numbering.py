"""What lines begin with: labels in order (digits, letters, Roman numbers, signs for notes), and bullets."""

import re
import tomllib
from importlib.resources import files
from typing import Literal

System = Literal["digits", "roman", "letters", "symbols", "repeated"]

_ONES, _TENS = (
    ("", a, 2 * a, 3 * a, a + b, b, b + a, b + 2 * a, b + 3 * a, a + c) for a, b, c in ("ivx", "xlc")
)
_ROMAN_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_ORDER = "*†‡§"
"""The first symbols of every row; ‖ and ¶ follow in either order, then the same ones doubled."""

_SIGNS = tomllib.loads(files(__package__).joinpath("bullets.toml").read_text(encoding="utf-8"))
BULLETS = re.escape(_SIGNS["always"]) + "\uf000-\uf0ff"
BULLETS_AT_THE_START = BULLETS + re.escape(_SIGNS["at_the_start"])
"""Signs of lists, as the inside of a pattern's brackets."""
BULLET = re.compile(f"[{BULLETS_AT_THE_START}]")
CONTENTS_LINE = re.compile(
    r"(?<!\.)(?<!\.\s)(?:\.\s?){4,}+\s*+\d{0,4}$|(?<!…)…{2,}+\s*+\d{0,4}$|(?<!_)_{4,}+\s*+\d{1,4}$"
)
"""A line of a table of contents: dots that lead to a page's number."""


def systems_of(label: str) -> list[tuple[System, int]]:
    """The rows of labels that a label may stand in, with its place there, from 1."""
    if label.isdecimal():
        return [("digits", int(label))]
    if label[0] in "*†‡§¶‖":
        place = _ORDER.find(label[0]) + 1 or 5
        # `*`, `†`, `‡` follow each other with some, `*`, `**`, `***` with others
        return [("symbols", place + 6 * (len(label) - 1)), ("repeated", len(label))]
    found: list[tuple[System, int]] = []
    if len(label) <= 2:
        first, last = ord(label[0]) - 96, ord(label[-1]) - 96
        found.append(("letters", first if len(label) == 1 else 26 * first + last))
        if len(label) == 2 and first == last > 1:
            found.append(("letters", 26 + first))  # bb follows aa with some, ab with others
    value = _roman(label)
    if value:
        found.append(("roman", value))
    return found


def _roman(label: str) -> int:
    total = 0
    for char, following in zip(label, [*label[1:], ""], strict=True):
        value = _ROMAN_VALUES.get(char, 0)
        if not value:
            return 0
        total += -value if _ROMAN_VALUES.get(following, 0) > value else value
    return total if _as_roman(total) == label else 0


def _as_roman(value: int) -> str:
    return "c" * (value // 100) + _TENS[value // 10 % 10] + _ONES[value % 10]


def in_a_row(label: str) -> list[int]:
    """Where a label parts into labels that follow each other: `67`, `2345`, `99100`, `fg`, `ixx`."""
    for first in range(1, len(label)):
        for system, value in systems_of(label[:first]) if label[0].isalnum() else ():
            at = first
            cuts: list[int] = []
            while at < len(label) and label.startswith(_label(system, value + len(cuts) + 1), at):
                cuts.append(at)
                at += len(_label(system, value + len(cuts)))
            if at == len(label):
                return cuts
    return []


def _label(system: System, value: int) -> str:
    if system == "letters":
        return chr(96 + value) if value <= 26 else chr(96 + (value - 1) // 26) + chr(97 + (value - 1) % 26)
    return _as_roman(value) if system == "roman" else str(value)
