"""The head noun of words that stand together, and the label that it gives."""

from __future__ import annotations

import re
from collections.abc import Sequence

from osint_ingest.entities.lexicon import grammar, lexicon
from osint_ingest.entities.pipeline.runs import RunWord

Head = tuple[str | None, str | None]
"""Label and noun. The label is "NONE" for a head that names nothing, None where no head is known."""

NO_HEAD: Head = (None, None)
NAMELESS = (None, "NONE")
_NUMERAL = re.compile(r"\d\w*|[ivx]+")
_ROMAN = re.compile(r"[IVX]{1,4}")


def is_ordinal(folded: str) -> bool:
    """Is it a word or a number that counts (`third`, `iv`, `3rd`)? It stands before a head, alone it names nothing."""
    return folded in grammar().words["ordinal"] or _NUMERAL.fullmatch(folded) is not None


def head_of(atom: Sequence[RunWord], *, romance_follows: bool) -> Head:
    """Head of words that only spaces part: the last one in English, the first in Romance languages.

    `romance_follows`: does a small word of such a language stand after them?
    """
    words = lexicon()
    folded = [w.folded for w in atom]
    while folded and (
        folded[-1] in ("no", "nr") or folded[-1][:1].isdigit() or _ROMAN.fullmatch(atom[len(folded) - 1].text)
    ):
        folded.pop()
    if not folded:
        return NO_HEAD
    first = 1 if len(folded) > 1 and is_ordinal(folded[0]) else 0
    several = len(folded) > first + 1
    romance = words.romance_heads.get(" ".join(folded[first : first + 2])) or words.romance_heads.get(
        folded[first]
    )
    english = words.english_heads.get(" ".join(folded[-2:])) or words.english_heads.get(folded[-1])
    if english == "GPE" and len(folded) > 1 and all(w in words.topics for w in folded[:-1]):
        english = "NONE"  # "Member State", "Open State"
    accents = any(ord(c) > 127 for w in atom for c in w.text)
    if (
        romance is not None
        and (several or english == "NONE")
        and (romance_follows or accents or _is_plain(folded[first], romance, english))
    ):
        # a place has a small word after such a head
        return (None if romance == "GPE" else romance), folded[first]
    if english is not None:
        return english, folded[-1]
    if _singular(folded[-1]) in words.english_heads:
        return "NONE", folded[-1]
    told = (
        romance is not None and _is_plain(folded[first], romance, None) and not (romance == "GPE" and several)
    )
    return (romance, folded[first]) if told else NO_HEAD


def _is_plain(word: str, romance: str, english: str | None) -> bool:
    """Does nothing of an English name speak against this Romance head: neither its last word nor the head itself?"""
    return english is None and lexicon().english_heads.get(word, romance) == romance


def _singular(word: str) -> str:
    """The singular of an English plural, "" for another word."""
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else ""
