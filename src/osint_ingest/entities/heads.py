"""The head noun of a phrase, and the label that it gives."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

from osint_ingest.entities.grammar import grammar
from osint_ingest.entities.lexicon import fold, lexicon
from osint_ingest.entities.runs import RunWord

Head = tuple[str | None, str | None]
"""Label and noun. The label is "NONE" for a head that names nothing, None where no head is known."""

NO_HEAD: Head = (None, None)
NAMELESS = (None, "NONE")
_ROMANCE_LINK = re.compile(r" (?:de|del|du|des|da|do|para|pour|d['’])\b")
_BREAK = re.compile(r"[ ,.;)]")
_NUMERAL = re.compile(r"\d\w*|[ivx]+")
_ROMAN = re.compile(r"[IVX]{1,4}")
LONGEST = 3
"""Words in the longest head of several words ("code of good")."""


def is_ordinal(folded: str) -> bool:
    """`third`, `tercer`, `iv`, `3rd`: stands before a head, alone names nothing."""
    return folded in grammar().words["ordinal"] or _NUMERAL.fullmatch(folded) is not None


def head_of(text: str, atom: Sequence[RunWord]) -> Head:
    """Head of words that only spaces part: the last one in English, the first in Romance languages."""
    folded = [w.folded for w in atom]
    while folded and (
        folded[-1][:1].isdigit()
        or (len(folded) > 1 and (folded[-1] in ("no", "nr") or _ROMAN.fullmatch(atom[len(folded) - 1].text)))
    ):
        folded.pop()
    if len(folded) > 2 and atom[-1].text.isupper() and folded[-1] not in lexicon().english_heads:
        folded.pop()  # "Digital Community AR"
    if not folded:
        return NO_HEAD
    first = 1 if len(folded) > 1 and is_ordinal(folded[0]) else 0
    return _of_several_words(text, atom, folded, first) or _of_one_word(text, atom, folded, first)


@cache
def _edges() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Words that heads of several words end with in English, start with in English, start with elsewhere."""
    words = lexicon()
    english = [head.split(" ") for head in words.english_heads if " " in head]
    romance = [head.split(" ") for head in words.romance_heads if " " in head]
    return (
        frozenset(parts[-1] for parts in english),
        frozenset(parts[0] for parts in english),
        frozenset(parts[0] for parts in romance),
    )


def _of_several_words(text: str, atom: Sequence[RunWord], folded: Sequence[str], first: int) -> Head | None:
    ends, starts, romance_starts = _edges()
    if folded[-1] not in ends and folded[-1] not in starts and folded[first] not in romance_starts:
        return None  # most phrases
    words = lexicon()
    follows = fold(text[atom[-1].end : atom[-1].end + 24])
    for size in range(LONGEST, 1, -1):
        last = " ".join(folded[-size:])
        if len(folded) >= size and last in words.english_heads:
            return words.english_heads[last], last
        for heads, start in ((words.english_heads, len(folded) - 1), (words.romance_heads, first)):
            found = _starting(heads, " ".join(folded[start:]) + follows, size)
            if found is not None:
                return found
    return None


def _starting(heads: Mapping[str, str], rest: str, size: int) -> Head | None:
    key = " ".join(_BREAK.split(rest, maxsplit=size)[:size])
    return (heads[key], key) if key in heads else None


def _of_one_word(text: str, atom: Sequence[RunWord], folded: Sequence[str], first: int) -> Head:
    words = lexicon()
    romance = words.romance_heads.get(folded[first])
    english = words.english_heads.get(folded[-1])
    if len(folded) > 1 and romance is not None and _is_english(text, atom, folded, first):
        romance = None
    several = len(folded) > first + 1
    if english == "GPE" and len(folded) > 1 and all(w in words.topics for w in folded[:-1]):
        english = "NONE"  # "Member State", "Open State"
    if several and romance is not None and _is_romance(text, atom, folded):
        # "Distrito Tecnológico": a place has "de" after such a head
        return (None if romance == "GPE" else romance), folded[first]
    if english is not None:
        return english, folded[-1]
    if several and folded[first] in grammar().words["front_heads"]:
        return "PROGRAM", folded[first]  # "Project Compass"
    plural = _singular(folded[-1])
    if plural is not None and plural in words.english_heads:
        return "NONE", folded[-1]
    return (romance, folded[first]) if romance is not None and not (romance == "GPE" and several) else NO_HEAD


def _is_romance(text: str, atom: Sequence[RunWord], folded: Sequence[str]) -> bool:
    """Is this atom Spanish, French ...? By its last word, a Romance link after it, its accents."""
    if folded[-1] not in lexicon().english_heads:
        return True
    following = _ROMANCE_LINK.match(text, atom[-1].end)
    return following is not None or any(ord(c) > 127 for w in atom for c in w.text)


def _is_english(text: str, atom: Sequence[RunWord], folded: Sequence[str], first: int) -> bool:
    """`Code Published`, `Application Profile`, `Marco Rossi`: no name of a Spanish or French kind."""
    words = lexicon()
    if len(folded[-1]) > 5 and folded[-1].endswith("ed"):
        return True
    if folded[-1] in words.romance_topics or any(ord(c) > 127 for w in atom for c in w.text):
        return False
    if len(folded) == 2 and folded[0] in words.given_names:
        return True
    follows = _ROMANCE_LINK.match(text, atom[-1].end)
    return folded[first] in grammar().words["english_first"] and follows is None


def _singular(word: str) -> str | None:
    """The singular of an English plural, None for another word."""
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("ches", "sses", "shes", "xes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else None
