"""Explanations that stand between a label and its value: a glossary's sentence, an information sign.

They are tooltips whose markup does not tell it: a paragraph, a folded box, an element of the label's own.
"""

from __future__ import annotations

import re

from osint_ingest.html.lines import PageLine, says
from osint_ingest.text.language_files import words

_SIGN = re.compile(r"\A\W*+(?:(?:i|info|help)(?:_outline)?)?\W*+$", re.I)
_COLON = re.compile(r"\s{0,8}+[:：]\s*")
_END = (".", "…", "!", ".)", ".”", '."')
_LEADS_ON = (*words("leads_on"), "»")
_ENDS = _END + _LEADS_ON
_FEWEST_WORDS, _LONGEST, _LONGEST_SIGN = 6, 900, 16
_MOST_NAMES = 0.4
"""A sentence has no more words with capitals than this share; names of institutions, plans and areas have."""


def explains(text: str) -> bool:
    """Does a text explain what a label means? It is a sentence, and no name or title."""
    if not text.endswith(_ENDS) or len(text) > _LONGEST or not text[0].isupper():
        return False
    words = text.split()
    if len(words) < _FEWEST_WORDS:
        return False
    return sum(not word[0].islower() for word in words) <= _MOST_NAMES * len(words) + 1


def leads_on(text: str) -> bool:
    """Does it end as a tooltip does that leads on: `... More`? No value ends so."""
    return text.endswith(_LEADS_ON)


def is_sign(text: str) -> bool:
    """Is this text nothing but an information sign or a colon?"""
    return 0 < len(text) < _LONGEST_SIGN and _SIGN.match(text) is not None


def past_explanation(line: PageLine, start: int, end: int) -> int:
    """Where a value begins in a stretch of a line: after a colon, and after an element that explains the label."""
    if colon := _COLON.match(line.text, start, end):
        start = colon.end()
    if len(line.runs) == 1:
        return start
    said = (r for r in line.runs_in(start, end) if r.start >= start and says(line.text, r.start, r.end))
    first, second = next(said, None), next(said, None)
    if first is None or second is None or not first.chain:
        return start
    apart = second.chain[: len(first.chain)] != first.chain
    return second.start if apart and explains(line.text[first.start : first.end].strip()) else start
