"""Capitalised phrases of a text, cut into names, each with its head noun and the label that it gives.

A run of capitalised words with the small words that can stand inside a name ("of the", "and")
is taken as long as it goes, then read from left to right: at each small word it goes on or is cut.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from osint_ingest.entities.lexicon import fold, grammar, lexicon
from osint_ingest.entities.pipeline.evidence import Candidate
from osint_ingest.entities.pipeline.heads import NAMELESS, NO_HEAD, Head
from osint_ingest.entities.pipeline.joins import Joins, atom_end
from osint_ingest.entities.pipeline.runs import RunWord, runs, starts_sentence

NUMBERED = frozenset({"PROGRAM", "EVENT", "SOFTWARE", "LICENCE"})
"""Labels whose names may end in a number: `Action Plan 2019-2022`."""
_GOAL = re.compile(r"20(?:[2-7][05]|63)|20\d\d[-–/](?:20)?\d\d")
"""Years that plans are named with: `Ruritania Vision 2030`."""
_HEAD_MAY_FOLLOW = frozenset({"of", "to", "for", "and", "poss"})
_KNOWN_INSIDE = ("GPE", "LOC", "ORG", "LAW")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A stretch that can be a name. `label` is None where its head does not tell, "NONE" where it tells no name."""

    start: int
    end: int
    words: tuple[RunWord, ...]
    label: str | None
    head: str | None
    starts_sentence: bool


def phrases(text: str, known_at: Callable[[int], Candidate | None]) -> Iterator[Phrase]:
    """All capitalised phrases of a text, in order. `known_at` gives the gazetteer's name that starts at a position."""
    joins = Joins(text, known_at)
    for run in runs(text, known_at):
        words, first = run, True
        while words:
            starts = first and starts_sentence(text, words[0].start)
            cut, head = _take(joins, words)
            phrase = _phrase(text, words[:cut], head, starts)
            if phrase is not None:
                yield phrase
            words, first = words[cut:], False


def _take(joins: Joins, words: Sequence[RunWord]) -> tuple[int, Head]:
    """How many words the first name takes, and its head."""
    end = atom_end(words, 0)
    known = joins.known_at(words[0].start)
    if known is not None and known.label in _KNOWN_INSIDE:
        inside = sum(1 for w in words if w.end <= known.end)
        if inside > end:  # a known name with small words in it: "Bosnia and Herzegovina"
            end = atom_end(words, inside - 1)
    head = joins.head(words, 0, end)
    while end < len(words):
        stop = atom_end(words, end)
        if not joins.goes_on(words, end, stop, head[0]):
            break
        if head[0] in NAMELESS:
            head = joins.head(words, end, stop) if words[end].link in _HEAD_MAY_FOLLOW else NO_HEAD
        end = stop
    return end, head


def _phrase(text: str, words: Sequence[RunWord], head: Head, starts: bool) -> Phrase | None:
    taken, label = list(words), head[0]
    while taken and _ends_badly(taken, label):
        taken.pop()
    if not taken:
        return None
    start, end = taken[0].start, taken[-1].end
    if fold(text[start:end]) in lexicon().generic or (label is not None and len(taken) == 1):
        label = "NONE"
    return Phrase(start, end, tuple(taken), label, head[1], starts)


def goal_years(words: Sequence[RunWord]) -> bool:
    """`Vision 2030`, `Digital Ruritania 2019-2024`: years that plans are named with. A place and years are none."""
    return len(words) > 1 and _GOAL.fullmatch(words[-1].text) is not None and words[-1].link == ""


def _ends_badly(words: Sequence[RunWord], label: str | None) -> bool:
    """A number that belongs to no name; "of the Ruritanian"."""
    last = words[-1]
    if last.folded[:1].isdigit():
        act = label == "LAW" and last.link == "of" and words[-2].folded in grammar().words["year_heads"]
        return not act and (
            last.link == "of" or not (label in NUMBERED or (label is None and goal_years(words)))
        )
    return last.folded in ("no", "nr") or (
        len(words) > 1 and last.link != "" and last.folded in lexicon().demonyms
    )
