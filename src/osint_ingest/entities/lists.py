"""What a list tells of its members: "organisations including A, B and C", or two known names among three."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from osint_ingest.entities.cues import Vote, list_label
from osint_ingest.entities.evidence import Found
from osint_ingest.entities.lexicon import fold, lexicon
from osint_ingest.entities.phrases import Phrase
from osint_ingest.entities.wording import ARTICLE, any_word

_BETWEEN = re.compile(
    rf"(?:\s?[,;]\s?(?:(?:{any_word('and', 'or')})\s)?|\s(?:{any_word('and', 'or')}|&|/)\s|\s?[•●–-]\s)"
    rf"{ARTICLE}?(?:[a-z]\w{{1,14}}, )?\Z"
)
_LOWER_ITEM = re.compile(r",\s(?P<item>[a-z]\w{1,14}),\s")
_SENTENCE_END = re.compile(r"[.!?](?:\s|$)")
_PLACE_BEFORE = re.compile(rf"\b(?:{any_word('inside')})\s(?:the )?\Z", re.I)
_FIRST_WORD = re.compile(r" (?:(?:open source|research|pilot|web|mobile|online) )?(?P<word>[a-z]+)")
_SEMICOLON = re.compile(rf";(?: (?:{any_word('and')}))? ?\Z")
MANY = 3
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
        opened = list_label(text[max(0, start - INTRO) : start])
        carried = opened or carried
        cast = [
            *_by_intro(text, start, len(group), opened, carried),
            *_by_what_follows(text, last, len(group)),
        ]
        cast += _by_members([phrases[n] for n in group], labels)
        if carried == "GPE" and len(group) >= MANY:
            cast.append(("PERSON", -0.5, "list:intro"))
        for n in group if cast else ():
            votes.setdefault(n, []).extend(cast)
    return votes


def _by_intro(text: str, start: int, size: int, opened: str | None, carried: str | None) -> Iterator[Vote]:
    if opened is not None:
        yield opened, 0.75 if size > 1 else 0.55, "list:intro"
    elif carried == "GPE" and _SEMICOLON.search(text[max(0, start - 6) : start]):
        # "towns such as A, B, which ...; C, that ...; D, E and F": still the towns
        yield carried, 0.7, "list:intro"
    elif size > 1 and _PLACE_BEFORE.search(text[max(0, start - 16) : start]):
        yield "GPE", 0.55, "list:place"


def _by_what_follows(text: str, end: int, size: int) -> Iterator[Vote]:
    """`the A and B projects`."""
    after = _FIRST_WORD.match(text, end, end + 40) if size > 1 else None
    label = lexicon().plural_kinds.get(fold(after["word"])) if after else None
    if label in ("PROGRAM", "SOFTWARE", "EVENT", "LICENCE"):
        yield label, 0.7, "list:after"


def _by_members(group: Sequence[Phrase], labels: Mapping[tuple[int, int], str]) -> Iterator[Vote]:
    """Members that are known tell of the others, if they agree and are a third or more."""
    if len(group) < MANY:
        return
    told = (labels.get((p.start, p.end)) or p.label for p in group)
    # a LOC by its head alone ("Río X") is not known: towns are called so too
    found = Counter(label for label in told if label not in (None, "NONE", "LOC"))
    if len(found) == 1:
        label, count = found.popitem()
        if count * 3 >= len(group) and (count > 1 or len(group) == MANY):
            yield label, 0.75 if count > 1 else 0.5, "list:others"


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
