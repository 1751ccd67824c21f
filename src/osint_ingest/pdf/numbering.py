"""Labels in order: digits, letters, Roman numbers, and the signs that printers use for notes."""

from __future__ import annotations

from typing import Literal

System = Literal["digits", "roman", "letters", "symbols"]

_ROMAN_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_ORDER = "*†‡§"
"""The first symbols of every row; ‖ and ¶ follow in either order, then the same ones doubled."""


def systems_of(label: str) -> list[tuple[System, int]]:
    """The rows of labels that a label may stand in, with its place there, from 1."""
    if label.isdecimal():
        return [("digits", int(label))]
    if label[0] in "*†‡§¶‖":
        place = _ORDER.find(label[0]) + 1 or 5
        return [("symbols", place + 6 * (len(label) - 1))]
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
    out = ""
    for number, sign in (
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ):
        while value >= number:
            out, value = out + sign, value - number
    return out


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
