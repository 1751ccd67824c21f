"""Adversarial text: long runs of what patterns repeat, in forms that hold for all and forms made from one pattern."""

from __future__ import annotations

import re
from collections.abc import Iterator
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

ATOMS = (
    ".", " ", "1", "a", "A", "-", "_", "(", ")", "[", '"', "'", ",", "/", ":", "@", "&", "=", "#", "\\", "*",
    "\n", "\t", "\u00a0", "\u0301", "é", "I", "\u2013", "\u2026", "\u2019", "\u2022", "\U0001f517", "表",
    ". ", " .", ", ", "a ", "A ", "Aa ", "1.", "1 ", "1,", "a.", "A.", "a-", "a'", "a,", "a/", "a@", "@a.",
    "(a) ", "[1]", "[1] ", "(a", "a\n", " \n", "\n\n", "e\u0301", "of ", "de la ", "Aa of ", "l'", "12/",
    "2020 ", "2020-", "(2020) ", "AA1234 ", "iv", "http://a", "www.", "a.bc/", "%20", "<a ", "' ", '" ', "- ",
    ": ", "aA", "1a", "\u00a0 ", "Aa: ", "Aa, ", "aa.aa@",
)  # fmt: skip
"""What is repeated. A form is one of these, again and again, with a tail."""
TAILS = ("", "\x00!")
"""After the run: nothing, and what no pattern takes."""
_MOST_OWN = 24


def text_of(form: tuple[str, str], tail: str, length: int) -> str:
    """`length` characters: the head of the form, then its unit again and again, the last of them the tail."""
    head, unit = form
    room = length - len(head) - len(tail)
    return head + (unit * (room // len(unit) + 1))[:room] + tail


def forms_of(pattern: str | bytes, flags: int) -> list[tuple[str, str]]:
    """(head, unit) of each form to try on a pattern: those for all, then those made from what it repeats."""
    own: dict[tuple[str, str], None] = {}
    for last in (False, True):
        tree = parser.parse(pattern, flags & ~re.DEBUG)
        whole = _example(tree, last)
        for head, unit in _repeats(tree, "", last):
            own.setdefault(("", unit))
            own.setdefault((head, unit))
            own.setdefault(("", head[-12:] + unit))
        for cut in (len(whole), len(whole) - 1, len(whole) // 2):
            own.setdefault(("", whole[:cut]))
    common = [("", atom) for atom in ATOMS]
    made = [form for form in own if form[1] and form not in common]
    return common + made[:_MOST_OWN]


def _repeats(tree: Any, head: str, last: bool) -> Iterator[tuple[str, str]]:
    """(an example of what comes before, an example of what is repeated), the outer repeats first."""
    inner: list[tuple[str, str]] = []
    for code, argument in tree:
        for part in _parts(code, argument):
            inner += _repeats(part, head, last)
        if code in _REPEATS and argument[1] > 3:
            yield head, _example(argument[2], last)
        head += _example([(code, argument)], last)
    yield from inner


_REPEATS = (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT)


def _parts(code: Any, argument: Any) -> list[Any]:
    """The patterns inside a node."""
    if code in _REPEATS:
        return [argument[2]]
    if code is codes.BRANCH:
        return list(argument[1])
    if code is codes.SUBPATTERN:
        return [argument[3]]
    if code is codes.ATOMIC_GROUP:
        return [argument]
    return []


_CATEGORY = {
    codes.CATEGORY_DIGIT: "1", codes.CATEGORY_SPACE: " ", codes.CATEGORY_WORD: "a",
    codes.CATEGORY_NOT_DIGIT: "a", codes.CATEGORY_NOT_SPACE: "a", codes.CATEGORY_NOT_WORD: ".",
}  # fmt: skip


def _example(tree: Any, last: bool) -> str:
    """A text that the pattern takes, roughly; of several choices the first, or the last."""
    out = ""
    for code, argument in tree:
        if code is codes.LITERAL:
            out += chr(argument)
        elif code is codes.ANY:
            out += "a"
        elif code is codes.NOT_LITERAL:
            out += "a" if argument != ord("a") else "b"
        elif code is codes.IN:
            out += _one_of(argument, last)
        elif code in _REPEATS:
            out += _example(argument[2], last) * (max(1, argument[0]) if argument[1] else 0)
        elif parts := _parts(code, argument):
            out += _example(parts[-1 if last else 0], last)
    return out


def _one_of(choices: list[Any], last: bool) -> str:
    if choices[0][0] is codes.NEGATE:
        return next((c for c in "aA1. -\n" if not _holds(choices[1:], c)), "é")
    code, argument = choices[-1 if last else 0]
    if code is codes.LITERAL:
        return chr(argument)
    return chr(argument[0]) if code is codes.RANGE else _CATEGORY.get(argument, "a")


def _holds(choices: list[Any], character: str) -> bool:
    for code, argument in choices:
        if code is codes.LITERAL and argument == ord(character):
            return True
        if code is codes.RANGE and argument[0] <= ord(character) <= argument[1]:
            return True
        if code is codes.CATEGORY and re.match(_CLASSES.get(argument, r"(?!)"), character):
            return True
    return False


_CLASSES = {
    codes.CATEGORY_DIGIT: r"\d", codes.CATEGORY_SPACE: r"\s", codes.CATEGORY_WORD: r"\w",
    codes.CATEGORY_NOT_DIGIT: r"\D", codes.CATEGORY_NOT_SPACE: r"\S", codes.CATEGORY_NOT_WORD: r"\W",
}  # fmt: skip
