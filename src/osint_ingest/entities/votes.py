"""What speaks for and against a phrase whose head does not name it: cues, its form, the model."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter

from osint_ingest.entities.cues import Vote, cues
from osint_ingest.entities.grammar import grammar
from osint_ingest.entities.heads import NAMELESS, is_ordinal
from osint_ingest.entities.lexicon import fold, lexicon
from osint_ingest.entities.phrases import Phrase, goal_years
from osint_ingest.entities.runs import RunWord
from osint_ingest.entities.wording import ARTICLE, any_word, own_words

_CODE = re.compile(r"[A-Z]{2,5}\d{3,5}")
_PART = re.compile(
    rf"(?:{any_word('parts')})"
    r"\.? ?(?:[A-Z]\b|[IVX]{1,12}\b|\d)|[IVX]{1,12}\.\d"
)
_STANDARD = re.compile(
    r"(?:EN |BS |DIN |NF )?(?:ISO|IEC|IEEE|RFC|ISO/IEC|ISO/TS|ETSI|ITU-T|EN)(?:[/ ](?:IEC|TS|TR|EN|DIS)){0,4}[ -]?\d"
)
_CODE_AFTER = re.compile(r"\s?[=<>\"/{}()\[\]]|[’']")
_CUT_WORD = re.compile(r"- [a-z]")
_BOUNDARY = re.compile(r"[.,;:!?•●▪\n]\s|\s[–-]\s|[()\[\]]")
_AUXILIARY = re.compile(rf"\b(?:{any_word('auxiliaries')})\b")
_SMALL_IN_TITLES = frozenset(own_words("title_links"))
_LONG_WORD = re.compile(r"[^\W\d_][\w'’-]{3,}")
_START, _END = attrgetter("start"), attrgetter("end")
REACH = 160
"""Characters to each side within which the words around a phrase are looked at."""
_ROLE_AFTER = re.compile(rf",\s{ARTICLE}?(?:[\w'’.]++\s){{0,4}}?(?=[a-z])(?:{any_word('roles')})\b", re.I)


@dataclass(frozen=True, slots=True)
class ModelName:
    """A name as a statistical model saw it; its label in our terms, or MISC or NORP."""

    start: int
    end: int
    label: str
    trust: float = 1.0
    """What the model's word is worth for this label, 0 to 1."""


def votes_for(text: str, phrase: Phrase, model: Sequence[ModelName], weight: float) -> Iterator[Vote]:
    """All votes for and against a phrase. A vote for the label "" speaks against its being a name."""
    yield from cues(text, phrase.start, phrase.end)
    yield from _form(text, phrase)
    yield from _model(phrase, model, weight)


def is_hopeless(text: str, phrase: Phrase) -> bool:
    """Codes, concepts, nationalities, ordinals, halves of words cut at a line's end: never names."""
    words = lexicon()
    whole = text[phrase.start : phrase.end]
    folded = fold(whole)
    if len(whole) < 2 or _CODE.fullmatch(whole) or is_ordinal(folded) or _CUT_WORD.match(text, phrase.end):
        return True
    if folded in words.concepts or folded in words.demonyms or folded in words.generic:
        return True
    first, *rest = phrase.words
    part = words.english_heads.get(first.folded) == "NONE" or words.romance_heads.get(first.folded) == "NONE"
    if part and rest and all(is_ordinal(w.folded) for w in rest):
        return True  # "Annex II", "Article 12"
    return all(w.folded in words.concepts or w.folded[:1].isdigit() for w in phrase.words)


def is_part(text: str, phrase: Phrase) -> bool:
    """A part of a document (`Section II.27`), a standard (`ISO 19115`), an identifier (`MD_Metadata`): no names."""
    whole = text[phrase.start : phrase.end]
    return "_" in whole or _PART.match(whole) is not None or is_standard(text, phrase.start)


def is_standard(text: str, start: int) -> bool:
    """Does a standard's number start here: `ISO 19115`, `IEEE 802.1`?"""
    return _STANDARD.match(text, start) is not None


def is_mere_word(text: str, phrase: Phrase) -> bool:
    """A single capitalised word that begins a phrase in lower case, or that only names a subject."""
    if len(phrase.words) > 1:
        return False
    after = text[phrase.end : phrase.end + 2]
    return phrase.words[0].folded in lexicon().topics or (after[:1] == " " and after[1:].islower())


def in_title(text: str, start: int, end: int, names: Sequence[Phrase]) -> bool:
    """Does `[start, end)` stand in a heading that capitalises every word? Judged by the words outside of names.

    `names` are in reading order.
    """
    left = max(0, start - REACH)
    left = max((m.end() for m in _BOUNDARY.finditer(text, left, start)), default=left)
    right = _BOUNDARY.search(text, end, end + REACH)
    stop = right.start() if right else end + REACH
    if _AUXILIARY.search(text, left, stop):
        return False
    inside = [(start, end)]
    near = names[bisect_right(names, left, key=_END) : bisect_left(names, stop, key=_START)]
    inside += [(p.start, p.end) for p in near if p.label not in NAMELESS]
    outside = [
        m.group()
        for m in _LONG_WORD.finditer(text, left, stop)
        if not any(s <= m.start() < e for s, e in inside) and fold(m.group()) not in grammar().words["month"]
    ]
    small = sum(1 for word in outside if word[0].islower() and word not in _SMALL_IN_TITLES)
    return len(outside) >= 3 and (small == 0 or (len(outside) >= 8 and small == 1))


def without_title(phrase: Phrase) -> int:
    """Where the name starts after "Minister", "Dr" ...; the phrase's start where there is none."""
    words = phrase.words
    at = 0
    while at < len(words) - 1 and words[at].folded.rstrip(".") in lexicon().titles and not words[at + 1].link:
        at += 1
    if at == len(words) - 1 and words[at].folded.rstrip(".") in lexicon().titles:
        return phrase.start  # "Deputy President": nobody is named
    return words[at].start


def _form(text: str, phrase: Phrase) -> Iterator[Vote]:
    first = phrase.words[0]
    single = len(phrase.words) == 1
    plain = first.text[1:].islower()
    after = text[phrase.end : phrase.end + 2]
    if phrase.label == "NONE":
        yield "", 0.8 if single or (phrase.head or "").endswith("s") else 0.5, "head"
    if phrase.label == "LOC":
        yield "LOC", 0.55, "head"
    if phrase.starts_sentence and single and plain:
        yield "", 0.6, "sentence"
    elif phrase.starts_sentence and phrase.label is None and after in (". ", "", ".", ": "):
        yield "", 0.5, "sentence"
    if single and not plain and _CODE_AFTER.match(text, phrase.end) is None:
        yield from _spelling(first.text)
    town = first.folded.split("-")[0] in grammar().words["place_first"]
    if town and (len(phrase.words) == 2 if plain else single and "-" in first.text):
        yield "GPE", 0.5, "form"  # "Port Louis"
    if single and plain and after in ("'s", "’s"):
        yield "GPE", 0.3, "possessive"
    if 2 <= len(phrase.words) <= 5 and phrase.label is None:
        if first.folded in lexicon().given_names:
            yield "PERSON", 0.75, "given-name"
        elif len(phrase.words) <= 3 and all(_can_be_a_person_s(w) for w in phrase.words):
            yield "PERSON", 0.1, "form"
        if phrase.words[-1].link == "" and goal_years(phrase.words):
            yield "PROGRAM", 0.6, "year"
        if _ROLE_AFTER.match(text, phrase.end, phrase.end + 60) and all(
            w.text[1:].islower() for w in phrase.words
        ):
            yield "PERSON", 0.7, "role"


def _spelling(word: str) -> Iterator[Vote]:
    """Products are spelt so: `OpenStreetMap`, `mObywatel`, `ePUAP`."""
    if is_camel(word):
        yield "SOFTWARE", 0.3, "camel"
    if word[0].islower() and "-" not in word:
        yield "SOFTWARE", 0.35, "lower-first"


def _can_be_a_person_s(word: RunWord) -> bool:
    words = lexicon()
    heads = word.folded in words.english_heads or word.folded in words.romance_heads
    return word.text[1:].islower() and not (heads or word.link or word.folded in words.topics)


def is_camel(word: str) -> bool:
    """`OpenStreetMap`, `iText`; not `ONTI`, not `CADESol-like`."""
    capitals = [c.isupper() for c in word[1:]]
    return any(capitals) and not all(capitals) and word[-2:].islower() and "-" not in word


def _model(phrase: Phrase, model: Sequence[ModelName], weight: float) -> Iterator[Vote]:
    single = len(phrase.words) == 1
    for name in model:
        if name.start >= phrase.end:
            return
        if name.end <= phrase.start:
            continue
        if name.label == "NORP":
            yield "", 0.3, "model"
            continue
        overlap = min(name.end, phrase.end) - max(name.start, phrase.start)
        share = overlap / (max(name.end, phrase.end) - min(name.start, phrase.start))
        if name.label == "MISC" or share < 0.5 or (name.label == "PERSON" and single):
            continue
        if single and name.label in ("GPE", "LOC") and not phrase.words[0].text[1:].islower():
            continue  # a name in capitals or with digits is seldom a place
        yield name.label, weight * name.trust * (1.1 if share > 0.9 else 0.8), "model"
