"""The gazetteer: names that are known before a text is read, as patterns of a spaCy ruler."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import pycountry
from spacy.attrs import ORTH
from spacy.language import Language
from spacy.pipeline import SpanRuler
from spacy.tokens import Doc, Span

from osint_ingest.entities.lexicon import read_sections

GAZETTEER = "osint_gazetteer"
"""Factory and name of the component, and the key of `doc.spans` under which it leaves what it finds."""
SOME_TEXTS = 1_000
"""Texts after which all phrases are made ready: so many have most words, and looking for first words takes time too."""


@Language.factory(GAZETTEER)
def make_gazetteer(nlp: Language, name: str) -> LateRuler:
    """The component, without patterns."""
    return LateRuler(nlp, name, spans_key=GAZETTEER, overwrite=True)


class LateRuler(SpanRuler):
    """A SpanRuler that makes a phrase ready when a text first has its first word, and finds what SpanRuler finds.

    To make thousands of phrases ready takes longer than to read a page, which has few of them.
    """

    def clear(self) -> None:
        """Forgets all patterns."""
        super().clear()
        self._waiting: dict[int, list[dict[str, Any]]] = defaultdict(list)
        self._texts = 0

    def add_patterns(self, patterns: Sequence[dict[str, Any]]) -> None:
        """Adds patterns as SpanRuler takes them."""
        at_once: list[dict[str, Any]] = []
        for pattern in patterns:
            first = self._first_token(pattern["pattern"])
            (at_once if first is None else self._waiting[first]).append(pattern)
        self._patterns += patterns
        self._make_ready(at_once)

    def match(self, doc: Doc) -> list[Span]:
        """What is found in a text, sorted."""
        if self._waiting:
            self._texts += 1
            self._meet(set(doc.to_array(ORTH).tolist()) if self._texts < SOME_TEXTS else set(self._waiting))
        found: list[Span] = super().match(doc)
        return found

    def remove(self, label: str) -> None:
        """Removes the patterns of a label."""
        self._meet(set(self._waiting))
        super().remove(label)

    def remove_by_id(self, pattern_id: str) -> None:
        """Removes the patterns of an id."""
        self._meet(set(self._waiting))
        super().remove_by_id(pattern_id)

    def _first_token(self, pattern: Any) -> int | None:
        """The first token of a phrase, as spaCy numbers it, where that can be told without a tokenizer: it never parts
        a word of letters, but for those that it has rules of their own for."""
        if not isinstance(pattern, str) or self.phrase_matcher_attr is not None:
            return None
        word = pattern.partition(" ")[0]
        rules: Any = self.nlp.tokenizer
        whole = word.isalpha() and word not in (rules.rules or ())
        return int(self.nlp.vocab.strings.as_int(word)) if whole else None

    def _meet(self, words: set[int]) -> None:
        new = sorted(self._waiting.keys() & words)
        if new:
            self._make_ready([pattern for word in new for pattern in self._waiting.pop(word)])

    def _make_ready(self, patterns: list[dict[str, Any]]) -> None:
        listed, self._patterns = self._patterns, []
        super().add_patterns(patterns)
        self._patterns = listed


def gazetteer_patterns() -> list[dict[str, str]]:
    """Phrase patterns for a SpanRuler: software, licences, well-known names, places of pycountry and `data/`."""
    patterns: dict[tuple[str, str], None] = {}

    def add(label: str, names: Iterable[str], *, variants: bool = False) -> None:
        for raw in names:
            name = raw.removeprefix("=")
            patterns.setdefault((label, name))
            if not variants or raw.startswith("="):
                continue
            patterns.setdefault((label, name.upper()))
            if " " not in name and len(name) > 4:
                patterns.setdefault((label, name.lower()))
                patterns.setdefault((label, name.capitalize()))

    for section, names in read_sections("wellknown").items():
        add(section.split()[0], names)
    add("LICENCE", read_sections("licences")["LICENCE"])
    add("SOFTWARE", read_sections("software")["SOFTWARE"], variants=True)
    places = [
        *(entry.split("|")[0].strip() for entries in read_sections("places").values() for entry in entries),
        *_country_names(),
    ]
    add("GPE", places)
    add("GPE", (name.upper() for name in places if len(name) > 4))
    return [{"label": label, "pattern": name} for label, name in patterns]


def _country_names() -> Iterable[str]:
    for country in pycountry.countries:
        for attribute in ("name", "common_name", "official_name"):
            name = getattr(country, attribute, None)
            if name and "," not in name:
                yield name
