"""The phrase that a marker supports: the name, quotation or clause that ends where the marker stands."""

from __future__ import annotations

import re
from functools import cache

from osint_ingest.text.language_files import words

LONGEST = 160
_CLOSERS = dict(zip(')]”»’"“』」》', '([“«‘"„『「《', strict=True))
_ENDS = " .,;:!?。，、；：،؛"
_BEFORE_NAMES = {"the", "a", "an", "in", "this", "see"}


@cache
def _small() -> frozenset[str]:
    """Articles and prepositions inside names, of all languages."""
    return frozenset(words("name_particles"))


_TOKEN = re.compile(r"[^\s]+")
_CLAUSE = re.compile(
    r"[.!?](?:\s»|[\"”’»)\]]+)\s(?![a-zà-ÿа-я])|[.,;:!?؛،](?:\s|$)|[。；：！？，、]|[–—]\s|[(\[“«„]"
)
_HELD = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|“[^“”]*”|«[^«»]*»")
"""A clause does not begin inside of these, where they close before its end."""


def anchor_before(text: str, offset: int, floor: int = 0) -> tuple[int, int] | None:
    """(start, end) of the phrase in `text` that a marker at `offset` supports; None where nothing is.

    Punctuation right before the marker is left out, closing quotes and brackets are not.
    1. A quotation that closes there is the phrase.
    2. A bracket that closes there is part of it: the phrase is the name before it, bracket included.
    3. Words with capitals, with small words such as `of` between them, are a name: the longest run that
       ends there. A year belongs to the name before it (`Name, 2021`).
    4. Else the clause: back to the last comma, colon, sentence end, opening bracket or dash, and no
       further than `floor`, where the marker before stood.
    """
    start = end = len(text[:offset].rstrip(_ENDS))
    if end <= floor:  # right after another marker: it supports the same phrase as that one
        return anchor_before(text, offset) if end else None
    if text[end - 1] in '”»"’“』」' and (opened := _opening(text, end)) is not None and end - opened > 3:
        return (opened, end)
    body = end
    if text[end - 1] in ")]" and (opened := _opening(text, end)) is not None:
        start = opened
        body = len(text[:opened].rstrip())
        if body <= floor:
            return (start, end)
    name = _name_start(text, body, floor)
    begun = _clause_start(text, body, floor) if name is None else name
    return (min(begun, start), end) if end - begun <= 2 * LONGEST else (start if start < end else begun, end)


def _opening(text: str, end: int) -> int | None:
    """Where the bracket or quotation that closes at `end` opens."""
    close = text[end - 1]
    opener = _CLOSERS[close]
    if opener == close:
        at = text.rfind(opener, max(0, end - 400), end - 1)
        return at if at >= 0 else None
    depth = 0
    for i in range(end - 1, max(-1, end - 400), -1):
        depth += (text[i] == close) - (text[i] == opener)
        if depth == 0:
            return i
    return None


def _is_name(word: str) -> bool:
    bare = word.lstrip("(“\"'«‘[")
    return bool(bare) and (bare[0].isupper() or bare[0].isdigit() or any(c.isupper() for c in bare[1:]))


def _name_start(text: str, end: int, floor: int) -> int | None:
    tokens = [(m.start() + floor, m.group()) for m in _TOKEN.finditer(text[floor:end])]
    if not tokens or not _is_name(tokens[-1][1]):
        return None
    k = len(tokens) - 1
    first = k
    years = tokens[k][1].isdigit()
    while k > 0:
        word = tokens[k - 1][1]
        # `Law No. 24`, `Art. 5`: a short word before a number is no sentence's end
        short = word[-1] == "." and len(word) <= 5 and tokens[k][1][0].isdigit()
        if (word[-1] in ".;:!?" and not short) or (word[-1] == "," and not (years and k == first)):
            break
        bare = word.rstrip(",")
        if _is_name(bare) or (years and k == first):
            first = k = k - 1
            years = years and bare.isdigit()
        elif bare.casefold() in _small():
            k -= 1
        else:
            break
        if end - tokens[first][0] > LONGEST:
            break
    while first < len(tokens) - 1 and tokens[first][1].casefold() in _small() | _BEFORE_NAMES:
        first += 1
    start = tokens[first][0]
    while start < end and text[start] in "(“\"'«‘[":
        start += 1
    return None if text[start:end].isdigit() else start


def _clause_start(text: str, end: int, floor: int) -> int:
    low = max(floor, end - LONGEST)
    start = low
    held = [m.span() for m in _HELD.finditer(text, low, end)]
    for match in _CLAUSE.finditer(text, low, end - 1):
        if match.end() < end and not any(opens < match.end() < closes for opens, closes in held):
            start = match.end()
    if start == low and low > floor:
        space = text.find(" ", low, end)
        start = space + 1 if space >= 0 else low
    while start < end and text[start] in " ,;:.":
        start += 1
    return start
