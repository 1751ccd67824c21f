"""Components `gazetteer` and `known_names`: names that are known before a text is read.

The gazetteer has what the project itself maintains: licences, software, well-known names, places. The long lists in
`data/known/`, one file a label, were written from general knowledge, not from the texts that anything is measured on;
their `[sure]` names are names wherever they stand so written, `[hint]` are names among other things, which the names
model weighs with what is around."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Generic, TypeVar

import pycountry
from spacy.attrs import IDX, LENGTH
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import filter_spans

from osint_ingest.entities.lexicon import (
    DATA,
    ROMANCE,
    fold,
    grammar,
    lexicon,
    listed_places,
    read_sections,
    word_lists,
)
from osint_ingest.entities.pipeline.evidence import Candidate, add_candidates, text_of
from osint_ingest.text.countries import names_of_countries

KNOWN = "known"
"""Folder of the lists, and rule of a name that stands in one."""
SURE = "sure"
HINT = "hint"
"""Rule of words that may be a name; by themselves they are none."""
KNOWN_SCORES = {KNOWN: 0.69, HINT: 0.3}
"""Less than what the text says of them: "the platform VOX" is no party."""
_SIGNS = str.maketrans("’‘‐‑", "''--")
"""Signs that texts write in several ways -> the one of the lists."""
_WORD = re.compile(r"\w+")
Told = TypeVar("Told")


@Language.component("osint_known_names", assigns=["doc.spans"])
def known_names(doc: Doc) -> Doc:
    """The text with its known names among the candidates, the longest of those that overlap."""
    add_candidates(doc, _found(doc))
    return doc


def _found(doc: Doc) -> Iterator[Candidate]:
    reached = 0
    for start, end, told in _known().found(doc, text_of(doc).translate(_SIGNS)):
        if start >= reached:
            yield from (Candidate(start, end, label, KNOWN_SCORES[rule], rule) for label, rule in told)
            reached = end


class NameIndex(Generic[Told]):
    """Names, with what is told of each, that are found where they stand in a text from token to token."""

    def __init__(self, listed: Iterable[tuple[str, Told]]) -> None:
        self._told: dict[str, tuple[Told, ...]] = {}
        self._longest: dict[str, int] = {}
        """First word -> characters of the longest name with it."""
        for name, told in listed:
            self._told[name] = (*self._told.get(name, ()), told)
            word = _first_word(name)
            self._longest[word] = max(self._longest.get(word, 0), len(name))

    def __iter__(self) -> Iterator[str]:
        return iter(self._told)

    def may_stand_in(self, words: Iterable[str]) -> bool:
        """Is one of these words the first of a name?"""
        return not self._longest.keys().isdisjoint(words)

    def found(self, doc: Doc, text: str) -> Iterator[tuple[int, int, tuple[Told, ...]]]:
        """Characters `[start, end)` of each name and what is told of it, in the order of the text, at each place the
        longest first. `text` is that of `doc`, or as long."""
        places = doc.to_array([IDX, LENGTH]).tolist()
        ends = [start + length for start, length in places]
        for first, (start, _) in enumerate(places):
            if room := self._longest.get(_first_word(text, start)):
                for end in reversed(ends[first : bisect_right(ends, start + room)]):
                    if told := self._told.get(text[start:end]):
                        yield start, end, told


def _first_word(text: str, start: int = 0) -> str:
    match = _WORD.match(text, start)
    return match.group() if match else text[start]


def known_by_label() -> Iterator[tuple[str, str, str]]:
    """(label, SURE or HINT, name) of all lists."""
    for path in sorted(DATA.joinpath(KNOWN).iterdir(), key=lambda p: p.name):
        label, _, ending = path.name.partition(".")
        if ending != "txt":
            continue
        for section, names in read_sections(label, KNOWN).items():
            yield from ((label, section, name) for name in names)


@cache
def _known() -> NameIndex[tuple[str, str]]:
    """The labels that each name may have, each with its rule."""
    return NameIndex((name, _told(label, section)) for label, section, name in known_by_label())


@cache
def _told(label: str, section: str) -> tuple[str, str]:
    return label, HINT if section == HINT else KNOWN


GAZETTEER = "gazetteer"
"""Rule of a name that stands in a list, and key of `doc.spans` for these."""
SITE = "site"
"""Rule of a site that running text names by its address: `Data.gov`, `data.gouv.fr`."""
SCORE = 0.9
_DOTTED = re.compile(r"\w\.[^\W\d_]")
_VERSION = re.compile(r"v?\d[\d.]{0,12}")
_JOINS = frozenset("-–,/")
"""What may stand between the parts of a licence, never at its end."""


@Language.factory("osint_gazetteer", assigns=["doc.spans"])
def make_gazetteer(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """The component, with all names of the lists read."""
    listed_names()
    return gazetteer


def gazetteer(doc: Doc) -> Doc:
    """The text with the names of the lists among its candidates, the longest of those that overlap."""
    text = text_of(doc)
    found = {
        span
        for start, end, labels in listed_names().found(doc, text)
        for label in labels
        if (span := doc.char_span(start, end, label, span_id=GAZETTEER)) is not None
    }
    if _DOTTED.search(text):
        found |= {Span(doc, t.i, t.i + 1, "SOFTWARE", span_id=SITE) for t in doc if _site().match(t.text)}
    longest = filter_spans(_whole_licence(doc, s) if s.label_ == "LICENCE" else s for s in sorted(found))
    doc.spans[GAZETTEER] = longest = [s for s in longest if not _is_stem(s)]
    add_candidates(doc, (Candidate(s.start_char, s.end_char, s.label_, SCORE, s.id_) for s in longest))
    return doc


def _whole_licence(doc: Doc, name: Span) -> Span:
    """The licence with the parts that go on behind it, and with the word "licence" on either side: CC `BY-SA 4.0`,
    MIT `license`."""
    kinds = ("licence_parts", "licence_nouns", "licence_links", "licence_versions")
    parts, nouns, links, versions = (grammar().words[k] for k in kinds)
    start, end, words = name.start, name.end, [fold(t.text) for t in doc]
    if start > 1 and words[start - 1] in links and words[start - 2] in nouns:
        start -= 2
    elif start and words[start - 1] in nouns:
        start -= 1
    for last in range(end, len(words)):
        named = words[last] in parts and doc[last].text[0].isupper()
        if named or words[last] in nouns or _VERSION.fullmatch(words[last]):
            end = last + 1
        elif doc[last].text not in _JOINS and words[last] not in versions:
            break
    return Span(doc, start, end, label=name.label, span_id=name.id)


def _is_stem(name: Span) -> bool:
    """Is it a licence only beside that word, and stands without it?"""
    return name.label_ == "LICENCE" and name.text in licence_stems()


@cache
def licence_stems() -> frozenset[str]:
    """Bodies and words that are a licence beside that word alone: `MIT`, `Creative Commons`."""
    return frozenset(read_sections("licences")["LICENCE stem"])


@cache
def listed_names() -> NameIndex[str]:
    """The labels of each name: software, licences, well-known names, places of pycountry and `data/`."""
    return NameIndex((name, label) for label, name in dict.fromkeys(_names()))


@cache
def _site() -> re.Pattern[str]:
    told = word_lists()["sites"]
    countries = {c.alpha_2.lower() for c in pycountry.countries} - {*told["file_endings"]}
    endings = rf"(({'|'.join(told['endings'])})(\.[a-z]{{2}})?|{'|'.join(sorted(countries))})"
    nobodys = "|".join(told["of_nobody"])
    return re.compile(rf"^(?=.{{6}})(?!(?:.*\.)?(?:{nobodys})\.)[^\W\d_][\w-]*(\.[\w-]+)*\.{endings}$")


def _names() -> Iterator[tuple[str, str]]:
    for section, names in read_sections("wellknown").items():
        yield from ((section.split()[0], name.removeprefix("=")) for name in names)
    yield from (("LICENCE", name) for names in read_sections("licences").values() for name in names)
    for raw in read_sections("software")["SOFTWARE"]:
        name = raw.removeprefix("=")
        yield "SOFTWARE", name
        if raw == name:
            yield "SOFTWARE", name.upper()
            if " " not in name and len(name) > 4:
                yield "SOFTWARE", name.lower()
                yield "SOFTWARE", name.capitalize()
    for place in _places():
        yield "GPE", place
        if len(place) > 4:
            yield "GPE", place.upper()


def _places() -> Iterator[str]:
    yield from (name for name, _ in listed_places("country", "town"))
    for language in ("en", *ROMANCE):  # of shorter names elsewhere some are words of another language
        # some are also what its people are called
        yield from (n for n, _ in names_of_countries(language) if fold(n) not in lexicon().demonyms)
