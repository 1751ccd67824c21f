"""Capitalised phrases of a text, cut into names, each with the label that its head noun gives it.

A run of capitalised words with the small words that can stand inside a name ("of the", "and")
is taken as long as it goes, then read from left to right: at each small word it goes on or is cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from osint_ingest.entities.evidence import Found
from osint_ingest.entities.grammar import grammar
from osint_ingest.entities.heads import NAMELESS, Head, head_of
from osint_ingest.entities.joins import Joins, atom_end
from osint_ingest.entities.lexicon import fold, lexicon
from osint_ingest.entities.runs import RunWord, runs, starts_sentence, without_openers

NUMBERED = frozenset({"PROGRAM", "EVENT", "SOFTWARE", "LICENCE"})
"""Labels whose names may end in a number: `Action Plan 2019-2022`."""
GOAL_YEAR = re.compile(r"20(?:[2-7][05]|63)")
"""A year that plans are named with: `Ruritania Vision 2030`."""
_YEARS = re.compile(r"20\d\d[-–/](?:20)?\d\d")
_HEAD_MAY_FOLLOW = frozenset({"of", "to", "for", "and", "poss"})


@dataclass(frozen=True, slots=True)
class Phrase:
    """A stretch that can be a name. `label` is None where its head does not tell, "NONE" where it tells no name."""

    start: int
    end: int
    words: tuple[RunWord, ...]
    label: str | None
    head: str | None
    starts_sentence: bool


def phrases(text: str, known: Sequence[Found] = ()) -> list[Phrase]:
    """All capitalised phrases of a text, in order. `known` are the gazetteer's names in it."""
    return list(_PhraseCutter(text, known).read())


class _PhraseCutter:
    """Cuts the runs of one text."""

    def __init__(self, text: str, known: Sequence[Found]) -> None:
        self.text = text
        self.known = {k.start: k for k in known}
        self.joins = Joins(text, self.known.get)

    def read(self) -> Iterator[Phrase]:
        for run in runs(self.text, self.known.get):
            words, first = run, True
            while words:
                starts = first and starts_sentence(self.text, words[0].start)
                cut, head = self._take(words)
                person = _person_at(words[:cut])
                if person:
                    cut, head = person, head_of(self.text, words[:person])
                phrase = self._phrase(words[:cut], head, starts)
                if phrase is not None:
                    yield phrase
                words, first = words[cut:], False

    def _take(self, words: Sequence[RunWord]) -> tuple[int, Head]:
        """How many words the first name takes, and its head."""
        end = atom_end(words, 0)
        known = self.known.get(words[0].start)
        if known is not None and known.label in ("GPE", "LOC", "ORG", "LAW"):
            inside = sum(1 for w in words if w.end <= known.end)
            if inside > end:  # a known name with small words in it: "Bosnia and Herzegovina"
                end = atom_end(words, inside - 1)
        head = head_of(self.text, words[:end])
        while end < len(words):
            stop = atom_end(words, end)
            if not self.joins.goes_on(words, end, stop, head[0]):
                break
            head = self._head_after(head, words[end:stop])
            end = stop
        return end, head

    def _head_after(self, head: Head, atom: Sequence[RunWord]) -> Head:
        """The head of a name that went on to `atom`."""
        link = atom[0].link
        if head[0] in NAMELESS:
            later = head_of(self.text, atom) if link in _HEAD_MAY_FOLLOW else (None, None)
            if later[0] not in NAMELESS:
                return later
            return (None, None) if head[0] == "NONE" else head
        if head[0] == "GPE" and len(atom) > 1 and link in ("of", "de"):
            later = head_of(self.text, atom)
            if later[0] == "ORG":  # "City of Tarve Education Department"
                return later
        return head

    def _phrase(self, words: Sequence[RunWord], head: Head, starts: bool) -> Phrase | None:
        taken = list(words)
        if taken[0].link in (",", "and", "and the", "y", ""):
            taken = without_openers(self.text, taken, self.known.get)
        label = head[0]
        if label == "ORG" and len(taken) > 2 and taken[-1].link == "" and GOAL_YEAR.fullmatch(taken[-1].text):
            label = None  # "Connecting Government 2030": what is to be by then is a plan
        while taken and _ends_badly(taken, label):
            taken.pop()
        if not taken:
            return None
        whole = fold(self.text[taken[0].start : taken[-1].end])
        if whole in lexicon().generic or (label is not None and len(taken) == 1):
            label = "NONE"
        return Phrase(taken[0].start, taken[-1].end, tuple(taken), label, head[1], starts)


def goal_years(words: Sequence[RunWord]) -> bool:
    """`Vision 2030`, `Digital Ruritania 2019-2024`: years that plans are named with. A place and years are none."""
    last = words[-1].text
    subject = any(w.folded in lexicon().topics for w in words)
    several = _YEARS.fullmatch(last) is not None and len(words) > 2 and subject
    return GOAL_YEAR.fullmatch(last) is not None or several


def _ends_badly(words: Sequence[RunWord], label: str | None) -> bool:
    """A number that belongs to no name, "of the Ruritanian", a "No." without its number."""
    last = words[-1]
    if last.folded[:1].isdigit():
        if label == "PROGRAM" and last.link == "of":
            return True  # "the Open Source Policy of 2016"
        if label == "LAW" and last.link == "of" and len(words) > 2:
            return words[-2].folded not in grammar().words["year_heads"]  # "Data Sharing Act of 2018"
        return label not in NUMBERED and not (label is None and goal_years(words))
    return len(words) > 1 and (
        (last.link != "" and last.folded in lexicon().demonyms) or last.folded in ("no", "nr")
    )


def _person_at(words: Sequence[RunWord]) -> int:
    """Where a person's name starts inside "Supreme Court Justice Ana Lee"; 0 for no such place."""
    for at in range(1, len(words) - 1):
        bare = not words[at].link and not words[at + 1].link
        if bare and words[at].folded in lexicon().titles and words[at + 1].folded in lexicon().given_names:
            return at
    return 0
