"""Reads one text by all rules: gazetteer, legal instruments, phrases, cues, lists, fields, name pairs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from osint_ingest.entities.cues import Vote, cues, list_label
from osint_ingest.entities.evidence import Found, Names, Open
from osint_ingest.entities.legal import legal_instruments
from osint_ingest.entities.lexicon import fold, lexicon
from osint_ingest.entities.pairs import name_ties
from osint_ingest.entities.phrases import Phrase, phrases

_URL = re.compile(
    r"(?:https?://|www\.)\S+|\S+@\S+\.\w+|\b[\w-]+(?:\.[\w-]+)*\.(?:gob|gov|gouv|org|com|net|edu)(?:\.\w\w)?/\S+"
)
_CODE = re.compile(r"[A-Z]{2,5}\d{3,5}")
_FIELD = re.compile(r"^[^\w]*(?P<label>[^:]{3,45}?)\s?:\s")
_BETWEEN = re.compile(
    r"(?:\s?[,;]\s?(?:(?:and|or|y|e|o|u|et|ou)\s)?|\s(?:and|or|y|e|o|et|ou|&|/)\s|\s?[•●–-]\s)(?:the |el |la |los |las |le |les |l['’])?"
    r"(?:[a-z]\w{1,14}, )?\Z"
)
_LOWER_ITEM = re.compile(r",\s(?P<item>[a-z]\w{1,14}),\s")
_GOVERNMENT = re.compile(
    r"\b(?:government of(?: the)?|gobierno de(?: la| el)?|gobierno del|gouvernement (?:de(?: la)?|du|d['’])) ?\Z",
    re.I,
)
_PLACE_NOUN = re.compile(
    r"\b(?:provincia|province|república|republic|republique|estado|state) (?:de|of|of the|de la|du)\s\Z"
)


@dataclass(frozen=True, slots=True)
class ModelName:
    """A name as a statistical model saw it; its label in our terms, or MISC or NORP."""

    start: int
    end: int
    label: str


def read_names(text: str, known: Iterable[Found], model: Sequence[ModelName], model_weight: float) -> Names:
    """All names in a text. `known` are gazetteer hits (may overlap), `model` what a model found (may be empty)."""
    urls = [m.span() for m in _URL.finditer(text)] if "." in text else []
    gazetteer = _longest(k for k in known if not _within(k.start, urls) and _stands_alone(text, k))
    found: list[Found] = [f for f in legal_instruments(text) if not _within(f.start, urls)]
    all_phrases = [p for p in phrases(text, gazetteer) if not _within(p.start, urls)]
    found = [_with_subject(text, f, all_phrases) for f in found]
    legal = [(f.start, f.end) for f in found]
    lists = _list_votes(text, all_phrases, gazetteer)
    field_label = _field_label(text)
    opens: list[Open] = []
    for n, phrase in enumerate(all_phrases):
        if any(phrase.start < e and s < phrase.end for s, e in legal):
            continue
        whole = text[phrase.start : phrase.end]
        exact = next((k for k in gazetteer if (k.start, k.end) == (phrase.start, phrase.end)), None)
        if exact is not None:
            found.append(exact)
        elif phrase.label not in (None, "NONE"):
            found.append(_extended(text, phrase))
        elif not _hopeless(whole, phrase):
            votes = [*lists.get(n, ()), *_votes(text, phrase, model, model_weight)]
            if field_label is not None and phrase.start >= field_label[1]:
                votes.append((field_label[0], 0.9, "field"))
            trimmed = _without_title(phrase)
            if trimmed != phrase.start:
                votes = [("PERSON", 0.8, "title"), *votes]
            opens.append(Open(trimmed, phrase.end, tuple(votes)))
    found.extend(k for k in gazetteer if not any(k.start < e and s < k.end for s, e in legal))
    found.extend(_lower_items(text, all_phrases, lists))
    found = [_with_government(text, f) for f in found]
    names = Names(tuple(found), tuple(opens))
    more, ties = name_ties(text, names)
    return replace(names, found=(*names.found, *more), ties=ties)


def _within(position: int, spans: Iterable[tuple[int, int]]) -> bool:
    return any(s <= position < e for s, e in spans)


def _stands_alone(text: str, found: Found) -> bool:
    before = text[found.start - 1 : found.start]
    after = text[found.end : found.end + 2]
    return not (before in ("-", "@", "#", "_") and found.start) and not (
        after[:1] in ("-", "_") and after[1:].isalnum()
    )


def _longest(found: Iterable[Found]) -> list[Found]:
    kept: list[Found] = []
    for f in sorted(found, key=lambda f: (f.start - f.end, f.start, f.label)):
        if not any(f.start < k.end and k.start < f.end for k in kept):
            kept.append(f)
    return sorted(kept, key=lambda f: f.start)


def _hopeless(whole: str, phrase: Phrase) -> bool:
    words = lexicon()
    folded = fold(whole)
    if (
        _CODE.fullmatch(whole)
        or folded in words.concepts
        or folded in words.demonyms
        or folded in words.generic
    ):
        return True
    return len(whole) < 2 or all(w.folded in words.concepts or w.folded[:1].isdigit() for w in phrase.words)


def _votes(text: str, phrase: Phrase, model: Sequence[ModelName], weight: float) -> Iterator[Vote]:
    words = lexicon()
    yield from cues(text, phrase.start, phrase.end)
    if phrase.label == "NONE":
        yield "", 0.5 if len(phrase.words) > 1 else 0.8, "head"
    single = len(phrase.words) == 1
    if phrase.starts_sentence and single and phrase.words[0].text[1:].islower():
        yield "", 0.6, "sentence"
    given = phrase.words[0].folded in words.given_names
    if given and 2 <= len(phrase.words) <= 5 and phrase.label is None:
        yield "PERSON", 0.75, "given-name"
    for name in model:
        if name.start >= phrase.end:
            break
        if name.end <= phrase.start:
            continue
        if name.label == "NORP":
            yield "", 0.3, "model"
            continue
        overlap = min(name.end, phrase.end) - max(name.start, phrase.start)
        share = overlap / (max(name.end, phrase.end) - min(name.start, phrase.start))
        if name.label == "MISC" or share < 0.5 or (name.label == "PERSON" and single):
            continue
        factor = 1.1 if share > 0.9 else 0.8
        yield name.label, weight * factor, "model"


def _without_title(phrase: Phrase) -> int:
    """Where the name starts after "Minister", "Dr" ..."""
    words = phrase.words
    at = 0
    while (
        at < len(words) - 1 and words[at].folded.rstrip(".") in lexicon().titles and words[at + 1].link == ""
    ):
        at += 1
    return words[at].start


def _with_subject(text: str, found: Found, all_phrases: Sequence[Phrase]) -> Found:
    """`Law 27/2014 on Access to Information`: the number and the subject are one name."""
    after = re.match(
        r",? (?:on(?: the)?|sobre(?: el| la)?|relative (?:à|au|aux)(?: la| l['’])?) ?",
        text[found.end : found.end + 20],
    )
    if after is None:
        return found
    start = found.end + after.end()
    subject = next(
        (p for p in all_phrases if p.start == start or (p.start <= found.start and p.end > start)), None
    )
    if subject is None or (len(subject.words) < 2):
        return found
    return replace(found, end=max(found.end, subject.end))


def _extended(text: str, phrase: Phrase) -> Found:
    assert phrase.label is not None
    return Found(phrase.start, phrase.end, phrase.label, f"head:{phrase.head}", 0.85)


def _with_government(text: str, found: Found) -> Found:
    if found.label != "GPE":
        return found
    before = text[max(0, found.start - 24) : found.start]
    match = _GOVERNMENT.search(before)
    if match is not None:
        return Found(found.start - len(match.group()), found.end, "ORG", "head:government", 0.8)
    place = _PLACE_NOUN.search(before)
    if place is not None and "provincia" in place.group():
        return replace(found, start=found.start - len(place.group()))
    return found


def _field_label(text: str) -> tuple[str, int] | None:
    match = _FIELD.match(text)
    if match is None:
        return None
    label = lexicon().fields.get(fold(match["label"]).strip())
    return (label, match.end()) if label else None


def _lists(text: str, all_phrases: Sequence[Phrase]) -> Iterator[list[int]]:
    group: list[int] = []
    for n, phrase in enumerate(all_phrases):
        if group and _BETWEEN.fullmatch(text[all_phrases[group[-1]].end : phrase.start]):
            group.append(n)
            continue
        if group:
            yield group
        group = [n]
    if group:
        yield group


def _list_votes(
    text: str, all_phrases: Sequence[Phrase], gazetteer: Sequence[Found]
) -> dict[int, list[Vote]]:
    votes: dict[int, list[Vote]] = {}
    known = {(k.start, k.end): k.label for k in gazetteer}
    for group in _lists(text, all_phrases):
        start = all_phrases[group[0]].start
        label = list_label(text[max(0, start - 70) : start])
        if label is not None and (len(group) > 1 or label != "PROGRAM"):
            for n in group:
                votes.setdefault(n, []).append((label, 0.7 if len(group) > 1 else 0.55, "list:intro"))
        if len(group) < 3:
            continue
        labels = Counter(
            label
            for p in (all_phrases[n] for n in group)
            if (label := known.get((p.start, p.end)) or p.label) not in (None, "NONE")
        )
        if labels:
            best, count = min(labels.items(), key=lambda kv: (-kv[1], kv[0]))
            if count * 3 >= len(group) and count == sum(labels.values()):
                for n in group:
                    votes.setdefault(n, []).append((best, 0.65, "list:others"))
    return votes


def _lower_items(text: str, all_phrases: Sequence[Phrase], lists: dict[int, list[Vote]]) -> Iterator[Found]:
    """Names in lower case inside a list of software ("..., AngularJS, ionic, PostgreSQL ...")."""
    for n, (left, right) in enumerate(pairwise(all_phrases)):
        if not any(v[0] == "SOFTWARE" for v in lists.get(n, ())):
            continue
        match = _LOWER_ITEM.fullmatch(text[left.end : right.start])
        if match is not None:
            start = left.end + match.start("item")
            yield Found(start, start + len(match["item"]), "SOFTWARE", "list:others", 0.6)
