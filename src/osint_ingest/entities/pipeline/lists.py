"""What a list tells of its members: "organisations including A, B and C", or two known names among three."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from osint_ingest.entities.lexicon import ARTICLE, any_word, fold, lexicon, word_lists
from osint_ingest.entities.pipeline.cues import Vote
from osint_ingest.entities.pipeline.phrases import Phrase

_BETWEEN = re.compile(
    rf"(?:\s?[,;]\s?(?:(?:{any_word('and', 'or')})\s)?|\s(?:{any_word('and', 'or')}|&|/)\s|\s?[•●–-]\s){ARTICLE}?\Z"
)
_INTROS = frozenset(word_lists()["intros"])
_ARTICLE_BEFORE = re.compile(rf"(?: (?:{any_word('articles')})| l['’])? ?[\"“«]?\Z", re.I)
_SENTENCE_END = re.compile(r"[.!?](?:\s|$)")
_NEXT = re.compile(rf";(?: (?:{any_word('and')}))? ?\Z")
"""`towns such as A, which ...; B, that ...; and C`: still the towns."""
_PLACE_BEFORE = re.compile(rf"\b(?:{any_word('inside')})\s(?:the )?\Z", re.I)
_INTRO_WEIGHT = (0.7, 0.8)
"""Of what opens a list, and of what opens a list of places: towns are named after people, people after no plan."""
MANY = 3
INTRO = 75
"""Characters before a list in which the words that open it are looked for."""
INTRO_WORDS = 7


def list_votes(text: str, phrases: Sequence[Phrase], labels: Sequence[str | None]) -> dict[int, list[Vote]]:
    """Votes by the number of the phrase. `labels`: what each phrase is already known to be."""
    votes: dict[int, list[Vote]] = {}
    carried: str | None = None
    last = 0
    for group in _groups(text, phrases):
        start = phrases[group[0]].start
        cast: list[Vote] = []
        opened = list_label(text[max(0, start - INTRO) : start])
        if _SENTENCE_END.search(text, last, start):
            carried = None
        if opened is not None and len(group) > 1:
            cast.append((opened, _INTRO_WEIGHT[opened == "GPE"], "list:intro"))
        elif carried is not None and _NEXT.search(text[last:start]):
            cast.append((carried, _INTRO_WEIGHT[carried == "GPE"], "list:intro"))
        elif len(group) > 1 and all(_can_be_a_town(phrases[n]) for n in group):
            cast += (
                [("GPE", 0.55, "list:place")]
                if _PLACE_BEFORE.search(text[max(0, start - 16) : start])
                else []
            )
        carried, last = opened or carried, phrases[group[-1]].end
        if len(group) > 1 and _is_role(phrases[group[1]]) and phrases[group[0]].label is None:
            votes[group[0]] = [("PERSON", 0.75, "list:role")]  # "Ana Brask, Head Teacher, Northern School"
            continue
        others = [v for v in _by_members([labels[n] for n in group]) if v[0] not in ("LAW", "PROGRAM")]
        for n in group:
            words = phrases[n].words
            numbered = words[0].text[0].isdigit() or any(
                map(str.isdigit, words[-1].text)
            )  # "85th Cong", "M77"
            if mine := cast if numbered else cast + others:
                votes[n] = mine
    return votes


def _is_role(phrase: Phrase) -> bool:
    words = phrase.words
    return (
        phrase.label in (None, "NONE")
        and len(words) < MANY
        and any(w.folded in lexicon().titles for w in words)
    )


def _can_be_a_town(phrase: Phrase) -> bool:
    words = lexicon()
    plain = all(w.text.replace("-", "").istitle() for w in phrase.words)
    if (
        not plain
        or any(w.link for w in phrase.words[1:])
        or len(phrase.words) > 2
        or phrase.label is not None
    ):
        return False
    return not any(w.folded in words.topics or w.folded in words.concepts for w in phrase.words)


def list_label(before: str) -> str | None:
    """Label of what a list holds that starts after `before`: "organisations including"."""
    words = fold(_ARTICLE_BEFORE.sub("", before)).replace("(", "").split()
    size = next((n for n in (2, 1) if " ".join(words[-n:]).rstrip(",:") in _INTROS), 0)
    if not size and not (words and words[-1].endswith(":")):
        return None
    plural = lexicon().plural_kinds
    near = (plural.get(word.rstrip(",:")) for word in reversed(words[: len(words) - size][-INTRO_WORDS:]))
    return next((label for label in near if label is not None), None)


def _by_members(labels: Sequence[str | None]) -> Iterator[Vote]:
    """Members that are known tell of the others, if they agree and are a third or more."""
    found = Counter(label for label in labels if label is not None)
    if len(labels) >= MANY and len(found) == 1:
        label, count = found.popitem()
        if count * 3 >= len(labels) and (count > 1 or len(labels) == MANY):
            yield label, 0.75 if count > 1 else 0.5, "list:others"


def _groups(text: str, phrases: Sequence[Phrase]) -> Iterator[list[int]]:
    group: list[int] = []
    for n, phrase in enumerate(phrases):
        if group and not _BETWEEN.fullmatch(text, phrases[group[-1]].end, phrase.start):
            yield group
            group = []
        group.append(n)
    if group:
        yield group
