"""Right-to-left lines: from the order on the page to the order of reading."""

import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from osint_ingest.pdf.drawing import hull
from osint_ingest.pdf.words import GAP, Word, is_rtl

RTL_PAGE = 0.35
"""From this share of right-to-left letters on, all lines of a page are read from the right."""


def reads_from_right(words: Sequence[Word]) -> bool:
    """Is a page of these words one that is read from the right? Its notes may hold Latin URLs alone."""
    letters = [c for w in words for c in w.text if c.isalpha()]
    return bool(letters) and sum(map(is_rtl, letters)) > RTL_PAGE * len(letters)


def _direction(word: Word) -> str:
    char = word.text[0]
    if word.raised > 0.1 * word.size:
        return "M"
    if char.isdigit() or unicodedata.bidirectional(char) == "AN":
        return "E"  # digits of Arabic too are read from the left, with the signs that part them
    if is_rtl(char):
        return "R"
    return "L" if char.isalnum() else "N"


def logical(words: list[Word], *, from_right: bool) -> list[Word]:
    """Words of one printed line, sorted by x -> words in reading order, letters joined into words.

    Where most letters run from right to left the line is read from its right end; numbers and Latin
    words inside keep their own order. `space` is set.
    """
    tokens = _with_marks([w for w in words if w.text])
    directions = [_direction(w) for w in tokens]
    most = _weight(tokens, directions, "R") >= _weight(tokens, directions, "L")
    base = "R" if from_right or most else "L"
    if base == "R" and directions and directions[-1] == "E" and _set_off(tokens):
        directions[-1] = "M"
    directions = _resolve(tokens, directions, base)
    ordered: list[Word] = []
    for direction, pairs in groupby(zip(directions, tokens, strict=True), lambda pair: pair[0]):
        run = [token for _, token in pairs]
        run = run[::-1] if direction == "R" else run
        ordered = [*run, *ordered] if base == "R" else [*ordered, *run]
    return _join(ordered)


def _set_off(tokens: list[Word]) -> bool:
    """Does the last word at the right stand apart, as a note's number does?"""
    before = [t for t in tokens[:-1] if t.text != " "]
    return bool(before) and tokens[-1].x0 - before[-1].x1 > 0.5 * tokens[-1].size


def _weight(tokens: list[Word], directions: list[str], wanted: str) -> int:
    return sum(
        sum(c.isalpha() for c in t.text) for t, d in zip(tokens, directions, strict=True) if d == wanted
    )


def _with_marks(tokens: list[Word]) -> list[Word]:
    """Vowel signs and accents joined to the letter that they stand over."""
    out = [w for w in tokens if not unicodedata.combining(w.text[0])]
    if len(out) == len(tokens) or not out:
        return tokens
    texts = [w.text for w in out]
    middles = [(w.x0 + w.x1) / 2 for w in out]
    for mark in tokens:
        if unicodedata.combining(mark.text[0]):
            middle = (mark.x0 + mark.x1) / 2
            under = min(range(len(out)), key=lambda i: abs(middles[i] - middle))
            texts[under] += mark.text
    return [replace(w, text=text) for w, text in zip(out, texts, strict=True)]


def _resolve(tokens: list[Word], directions: list[str], base: str) -> list[str]:
    """Neutral signs between two runs of one direction belong to it, others follow the line. A number
    belongs to Latin text beside it that only white space parts from it, and keeps its signs inside."""
    out = list(directions)
    if base == "L":
        out = ["L" if d == "E" else d for d in out]
    i = 0
    while i < len(out):
        if directions[i] != "N":
            i += 1
            continue
        end = i
        while end < len(out) and directions[end] == "N":
            end += 1
        before = out[i - 1] if i else base
        after = out[end] if end < len(out) else base
        between = [t.text for t in tokens[i:end]]
        pair = {before, after}
        if pair <= {"L", "E"}:
            glued = " " not in between
            near = all(t == " " for t in between) and "L" in pair
            same = glued or near or pair == {"L"}
            out[i:end] = ["L" if same else base] * (end - i)
        else:
            out[i:end] = [before if before == after != "M" else base] * (end - i)
        i = end
    # numbers: alone they are read from the left; beside Latin they go with it
    for k, direction in enumerate(out):
        if direction == "E":
            out[k] = "L" if base == "L" or "L" in out[max(0, k - 1) : k + 2] else "E"
    return out


def _join(words: list[Word]) -> list[Word]:
    out: list[Word] = []
    together = 0  # since the last white space
    for word in words:
        if word.text == " ":
            together = 0
            continue
        last = out[-1] if out else None
        if last is None or not together:
            out.append(replace(word, space=True))
            together = 1
            continue
        # a stop after a number stands beside the number's first digit, not its last
        gap = min(max(word.x0 - w.x1, w.x0 - word.x1) for w in out[-together:])
        apart = gap > GAP * max(word.size, last.size)
        same = max(abs(word.base - last.base), abs(word.size - last.size)) < 0.06 * word.size
        plain = last.text[-1].isalpha() and word.text[0].isalpha()
        if same and plain and not apart:
            x0, top, x1, bottom = hull([last, word])
            out[-1] = replace(last, text=last.text + word.text, x0=x0, top=top, x1=x1, bottom=bottom)
        else:
            out.append(replace(word, space=apart))
            together = 1 if apart else together + 1
    return out
