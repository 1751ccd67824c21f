"""What a list tells of its members: "organisations including A, B and C", or two known names among three."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from osint_ingest.entities.cues import Vote, list_label
from osint_ingest.entities.evidence import Found
from osint_ingest.entities.lexicon import fold, lexicon
from osint_ingest.entities.phrases import Phrase

_BETWEEN = re.compile(
    r"(?:\s?[,;]\s?(?:(?:and|or|y|e|o|u|et|ou)\s)?|\s(?:and|or|y|e|o|et|ou|&|/)\s|\s?[•●–-]\s)"
    r"(?:the |el |la |los |las |le |les |l['’])?(?:[a-z]\w{1,14}, )?\Z"
)
_LOWER_ITEM = re.compile(r",\s(?P<item>[a-z]\w{1,14}),\s")
_SENTENCE_END = re.compile(r"[.!?](?:\s|$)")
_PLACE_BEFORE = re.compile(r"\b(?:in|throughout|across|en|à|dans)\s(?:the )?\Z", re.I)
_FIRST_WORD = re.compile(r" (?:(?:open source|research|pilot|web|mobile|online) )?(?P<word>[a-z]+)")
INTRO = 75
"""Characters before a list in which the words that open it are looked for."""


def list_votes(text: str, phrases: Sequence[Phrase], known: Sequence[Found]) -> dict[int, list[Vote]]:
    """Votes by the number of the phrase."""
    votes: dict[int, list[Vote]] = {}
    labels = {(k.start, k.end): k.label for k in known}
    carried: str | None = None
    last = 0
    for group in _groups(text, phrases):
        start = phrases[group[0]].start
        if _SENTENCE_END.search(text[last:start]):
            carried = None
        last = phrases[group[-1]].end
        label = list_label(text[max(0, start - INTRO) : start])
        if label is not None:
            carried = label
            for n in group:
                votes.setdefault(n, []).append((label, 0.75 if len(group) > 1 else 0.55, "list:intro"))
        elif carried == "GPE" and text[:start].rstrip().endswith((";", "; y", "; and")):
            # "towns such as A, B, which ...; C, that ...; D, E and F": still the towns
            for n in group:
                votes.setdefault(n, []).append((carried, 0.7, "list:intro"))
        elif len(group) > 1 and _PLACE_BEFORE.search(text[max(0, start - 16) : start]):
            for n in group:
                votes.setdefault(n, []).append(("GPE", 0.55, "list:place"))
        if len(group) > 1:
            after = _FIRST_WORD.match(text[last : last + 40])
            label = lexicon().plural_kinds.get(fold(after["word"])) if after else None
            if label in ("PROGRAM", "SOFTWARE", "EVENT", "LICENCE"):
                for n in group:
                    votes.setdefault(n, []).append((label, 0.7, "list:after"))
        if len(group) < 3:
            continue
        found = Counter(
            label
            for p in (phrases[n] for n in group)
            if (label := labels.get((p.start, p.end)) or p.label) is not None and label != "NONE"
        )
        if len(found) == 1:
            best, count = found.popitem()
            if count * 3 >= len(group) and (count > 1 or len(group) == 3):
                for n in group:
                    votes.setdefault(n, []).append((best, 0.65 if count > 1 else 0.35, "list:others"))
        if carried == "GPE" and len(group) >= 3:
            for n in group:
                votes.setdefault(n, []).append(("PERSON", -0.5, "list:intro"))
    return votes


def _groups(text: str, phrases: Sequence[Phrase]) -> Iterator[list[int]]:
    group: list[int] = []
    for n, phrase in enumerate(phrases):
        if group and _BETWEEN.fullmatch(text[phrases[group[-1]].end : phrase.start]):
            group.append(n)
            continue
        if group:
            yield group
        group = [n]
    if group:
        yield group


def lower_items(text: str, phrases: Sequence[Phrase], votes: dict[int, list[Vote]]) -> Iterator[Found]:
    """Names in lower case inside a list of software ("..., AngularJS, ionic, PostgreSQL ...")."""
    for n, (left, right) in enumerate(pairwise(phrases)):
        if not any(vote[0] == "SOFTWARE" for vote in votes.get(n, ())):
            continue
        match = _LOWER_ITEM.fullmatch(text[left.end : right.start])
        if match is not None:
            start = left.end + match.start("item")
            yield Found(start, start + len(match["item"]), "SOFTWARE", "list:others", 0.6)
