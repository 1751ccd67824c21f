"""Policies and legal acts: the year that a bullet begins with, and what the act is called."""

from __future__ import annotations

import re
from dataclasses import dataclass

from osint_ingest.sources.osor.names import name_end
from osint_ingest.sources.osor.words import MONTH, YEAR, words

_PART = r"(?:early|late|mid|the (?:beginning|end|winter|spring|summer|autumn) of)[\s-]+"
_DATE = rf"(?:(?:\d{{1,2}}(?:st|nd|rd|th)?\s+)?(?:{MONTH})\s+|{_PART})?"
_LEADING = re.compile(
    rf"^\W*+(?:(?:in|on|since|as of|from|by|during|between)\s++)?{_DATE}(?P<year>{YEAR})\b", re.I
)
_INSIDE = re.compile(rf"\b(?:in|on|since|of|from|by|until)\s++{_DATE}(?P<year>{YEAR})\b", re.I)
_BESIDE = re.compile(rf"(?:\(|,\s)(?P<year>{YEAR})\b")
_NUMBERED = re.compile(rf"\b\d+/(?P<year>{YEAR})\b|\b(?P<other>{YEAR})/\d+\b")
_ANY = re.compile(rf"\b(?P<year>{YEAR})\b")
_SENTENCE_END = re.compile(r"(?<!\bNo)(?<!\bNos)(?<!\bNr)(?<!\bArt)[.!?](?=\s+[\W]?[A-Z]|\s*$)")
_CAPITAL = re.compile(r"(?<![^\W_])[^\W\d_a-z]")
_LOOK = 500
_LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class Act:
    """A policy or legal act: its year, and its name or else the sentence that tells of it."""

    year: int | None
    title: str


def act_in(text: str) -> Act:
    """The act that a bullet tells of. The year at its beginning wins; a law's number is asked last."""
    found = _SENTENCE_END.search(text, 0, _LOOK)
    sentence = text[: found.start()] if found else text[:_LOOK]
    return Act(_year(text, sentence), _title(sentence))


def _year(text: str, sentence: str) -> int | None:
    for pattern in (_LEADING, _INSIDE, _BESIDE, _NUMBERED, _ANY):
        if match := pattern.search(sentence):
            return int(match["year"] or match["other"])
    match = _INSIDE.search(text, 0, _LOOK)
    return int(match["year"]) if match else None


def _title(sentence: str) -> str:
    at = 0
    while capital := _CAPITAL.search(sentence, at):
        end = name_end(sentence, capital.start(), ())
        name = sentence[capital.start() : end]
        if {w.strip(",.’'").lower() for w in name.split()} & words().act_kinds and len(name.split()) > 1:
            return re.sub(r"^(?:The|An?)\s+", "", name.strip(" ,;:"))
        at = max(end, capital.end())
    return sentence.strip()[:_LONGEST_TITLE]
