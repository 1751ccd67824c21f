"""Reads one text by all rules: gazetteer, legal instruments, phrases, cues, lists, fields, name pairs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from osint_ingest.entities.communities import communities
from osint_ingest.entities.cues import Vote
from osint_ingest.entities.evidence import Found, FoundNames, Open
from osint_ingest.entities.legal import legal_instruments
from osint_ingest.entities.lexicon import fold, lexicon
from osint_ingest.entities.lists import list_votes, lower_items
from osint_ingest.entities.lowered import kind_before, lowered_names, with_small_head
from osint_ingest.entities.named import (
    by_cue,
    by_head,
    initiative,
    only_kind_after,
    place_of,
    sites,
    with_government,
    with_subject,
    with_year,
)
from osint_ingest.entities.pairs import name_ties
from osint_ingest.entities.phrases import Phrase, phrases
from osint_ingest.entities.plans import places_of_plan, plan_names
from osint_ingest.entities.quoted import quoted_names
from osint_ingest.entities.spans import Spans
from osint_ingest.entities.votes import (
    ModelName,
    in_title,
    is_hopeless,
    is_mere_word,
    is_part,
    is_standard,
    votes_for,
    without_title,
)
from osint_ingest.entities.wording import any_word

_URL = re.compile(
    r"(?:https?://|www\.)\S+|(?<!\S)\S[^\s@]*+@\S+\.\w+"
    r"|(?<!\w)(?<!\w[.-])\w[\w-]{0,62}+(?:\.[\w-]{1,63}+){1,9}/\S+"
)
_DOTTED = re.compile(r"\.\w")
"""A dot within a word: without one there is neither an address nor a site's name in a text."""
_FIELD = re.compile(r"^[^\w]{0,20}(?P<label>[^:]{3,45}?)\s?:\s")
_UNKNOWN_LINK = re.compile(rf" (?!(?:{any_word('and')}|or|the|of) )[a-z]{{2,5}} ")


def read_names(
    text: str, known: Iterable[Found], model: Sequence[ModelName], model_weight: float
) -> FoundNames:
    """All names in a text. `known` are gazetteer hits (may overlap), `model` what a model found (may be empty)."""
    reader = _NameGatherer(text, known, model, model_weight)
    reader.read_phrases()
    reader.read_rest()
    return reader.names()


class _NameGatherer:
    """Gathers the names of one text: those that stand, and phrases that the whole document decides on."""

    def __init__(self, text: str, known: Iterable[Found], model: Sequence[ModelName], weight: float) -> None:
        self.text = text
        self.model = model
        self.weight = weight
        self.dotted = _DOTTED.search(text) is not None
        self.urls = Spans(m.span() for m in _URL.finditer(text) if self.dotted or "://" in text)
        self.field = _field(text)
        self.gazetteer = _longest(
            k
            for k in known
            if self._readable(k.start) and _stands_alone(text, k) and not is_standard(text, k.start)
        )
        self.phrases = [p for p in phrases(text, self.gazetteer) if self._readable(p.start)]
        if self.field is not None:
            value = self.field[1]
            self.phrases = list(_whole_items(text, [p for p in self.phrases if p.start >= value]))
        numbered = [f for f in legal_instruments(text) if self._readable(f.start)]
        starts = [n.start for n in numbered]
        self.found: list[Found] = [with_subject(text, f, self.phrases, starts) for f in numbered]
        self.plans = plan_names(text, self.field[1] if self.field and self.field[0] == "PROGRAM" else None)
        self.found += self.plans
        self.legal = Spans((f.start, f.end) for f in self.found)
        self.lists = list_votes(text, self.phrases, self.gazetteer)
        self.open: list[Open] = []

    def read_phrases(self) -> None:
        """Each phrase is a name by itself, or is left open with the votes for it."""
        exact = {(k.start, k.end): k for k in self.gazetteer}
        for n, phrase in enumerate(self.phrases):
            if is_part(self.text, phrase):
                continue
            if self.legal.overlap(phrase.start, phrase.end):
                self.open.extend(place_of(self.text, phrase))
                continue
            if (phrase.start, phrase.end) in exact:
                self.found.append(with_year(self.text, exact[phrase.start, phrase.end]))
                continue
            listed = self.field is not None or n in self.lists
            named = by_cue(self.text, phrase, self.lists.get(n, ())) or by_head(
                self.text, phrase, listed=listed
            )
            kind = kind_before(self.text, phrase, named) if named is not None else None
            if named is not None and kind is not None:
                named = replace(named, label=kind, method="cue:kind-before")
            if named is not None:
                self._named(phrase, named)
            elif not is_hopeless(self.text, phrase) and not only_kind_after(phrase, self.gazetteer):
                self.open.append(self._left_open(n, phrase))

    def read_rest(self) -> None:
        """What stands outside of phrases: the gazetteer's other names, quotations, sites, initiatives."""
        for plan in self.plans:
            self.open.extend(places_of_plan(self.text, plan))
        opened = initiative(self.text, self.open)
        if opened is not None and all((f.start, f.end) != (opened.start, opened.end) for f in self.found):
            self.open = [o for o in self.open if (o.start, o.end) != (opened.start, opened.end)]
            self.open.append(opened)
        self.found.extend(k for k in self.gazetteer if not self.legal.overlap(k.start, k.end))
        self.found.extend(lower_items(self.text, self.phrases, self.lists))
        self.found.extend(quoted_names(self.text))
        self.found.extend(lowered_names(self.text))
        self.found.extend(communities(self.text, self.gazetteer))
        if self.dotted:
            self.found.extend(f for f in sites(self.text) if self._readable(f.start))

    def names(self) -> FoundNames:
        """All of it, with the pairs that the text ties."""
        found = tuple(with_small_head(self.text, with_government(self.text, f)) for f in self.found)
        names = FoundNames(found, tuple(self.open))
        more, ties = name_ties(self.text, names)
        # "(A of X and B)" holds two names, whatever one of them seems to go on to
        both = Spans(tie.second for tie in ties if tie.rule == "both")
        found = tuple(f for f in found if not both.overlap(f.start, f.end))
        return replace(names, found=(*found, *more), ties=ties)

    def _readable(self, start: int) -> bool:
        return not self.urls.overlap(start, start + 1)

    def _named(self, phrase: Phrase, named: Found) -> None:
        if in_title(self.text, named.start, named.end, self.phrases):
            votes = ((named.label, 0.6, named.method), ("", 0.35, "title"))
            self.open.append(Open(named.start, named.end, votes))
            return
        self.found.append(named)
        self.open.extend(place_of(self.text, phrase))

    def _chapter(self, phrase: Phrase) -> Iterator[Vote]:
        """`Transparency International Ruritania`: a body that is known, and a place."""
        body = next((k for k in self.gazetteer if k.start == phrase.start and k.label == "ORG"), None)
        place = next((k for k in self.gazetteer if k.end == phrase.end and k.label in ("GPE", "LOC")), None)
        if body is not None and place is not None and self.text[body.end : place.start] == " ":
            yield "ORG", 0.85, "chapter"
        elif place is not None and place.start > phrase.start and phrase.words[-1].link == "":
            yield "ORG", 0.4, "chapter"  # "Danish Regions Ruritania": seldom a place, mostly someone there

    def _left_open(self, number: int, phrase: Phrase) -> Open:
        votes: list[Vote] = [
            *self.lists.get(number, ()),
            *votes_for(self.text, phrase, self.model, self.weight),
        ]
        if self.field is not None and phrase.start >= self.field[1] and not is_mere_word(self.text, phrase):
            votes.append((self.field[0], 0.9, "field"))
        votes += self._chapter(phrase)
        modelled = any(method == "model" for _, _, method in votes)
        if modelled and in_title(self.text, phrase.start, phrase.end, self.phrases):
            votes.append(("", 0.6, "title"))
        start = without_title(phrase)
        if start != phrase.start:
            votes.insert(0, ("PERSON", 0.8, "title"))
        return Open(start, phrase.end, tuple(votes))


def _stands_alone(text: str, found: Found) -> bool:
    """Not a part of a longer word: `X-Roads`, `@github`, `linux_x`."""
    before = text[found.start - 1 : found.start] if found.start else ""
    after = text[found.end : found.end + 2]
    joined = after[:1] in ("-", "_") and after[1:].isalnum() and after[:1] != ""
    return before not in ("-", "@", "#", "_") and not joined


def _longest(found: Iterable[Found]) -> list[Found]:
    kept = Spans()
    longest = sorted(found, key=lambda f: (f.start - f.end, f.start, f.label))
    return sorted((f for f in longest if kept.add(f.start, f.end)), key=lambda f: f.start)


def _whole_items(text: str, found: Sequence[Phrase]) -> Iterator[Phrase]:
    """In a field, `Kituo cha Sheria` is one item though its small word is in no language we know."""
    held: Phrase | None = None
    for phrase in found:
        if held is not None and _UNKNOWN_LINK.fullmatch(text, held.end, phrase.start):
            held = replace(held, end=phrase.end, words=(*held.words, *phrase.words))
            continue
        if held is not None:
            yield held
        held = phrase
    if held is not None:
        yield held


def _field(text: str) -> tuple[str, int] | None:
    """Label of the names that a form field holds, and where its value starts."""
    match = _FIELD.match(text)
    if match is None:
        return None
    label = lexicon().fields.get(fold(match["label"]).strip())
    return (label, match.end()) if label else None
