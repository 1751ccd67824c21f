"""Component `names_model`: the names of a text by the trained model, which reads what the rules say of it.

Who is believed where the tags of the model and the names of the rules differ stands in `trust.toml`.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
from pydantic import TypeAdapter
from spacy.language import Language
from spacy.tokens import Doc

from osint_ingest.entities.lexicon import grammar
from osint_ingest.entities.names_model.features import (
    TextEvidence,
    Tokens,
    document_words,
    tokenize,
)
from osint_ingest.entities.names_model.tagger import OUTSIDE, Numbers, Tagged, Tagger, tagger
from osint_ingest.entities.pipeline.evidence import NAMES, Candidate, DocumentComponent, candidates, text_of

RULE = "names_model"
"""What is told as the rule of a name that the model found or relabelled."""
APART = frozenset({"PERSON", "GPE", "LOC", "SOFTWARE"})
"""Labels of names in which no `and` stands, but in those that the lists know."""
LONG = 3
"""Words of a long name."""


@dataclass(frozen=True, slots=True)
class Trust:
    """What `trust.toml` says; see there."""

    stands: tuple[str, ...]
    labels: tuple[str, ...]
    spans: tuple[str, ...]
    long_names: tuple[str, ...]
    keep_rule: float
    keep_long: float
    new_name: float
    relabel: float
    listed_person: float
    new_label: Mapping[str, float]


@cache
def trust() -> Trust:
    """The file, read once."""
    told = tomllib.loads(files(__package__).joinpath("trust.toml").read_text(encoding="utf-8"))
    return TypeAdapter(Trust).validate_python(told)


def _is_of(rule: str, kinds: Sequence[str]) -> bool:
    return any(rule == kind or rule.startswith(f"{kind}:") for kind in kinds)


def _holds(name: Candidate, start: int, end: int) -> bool:
    """Does a rule's name stand against another span of the model? One that stands by itself is never cut to a part."""
    cut = name.start <= start and end <= name.end
    return _is_of(name.rule, trust().spans) or (cut and _is_of(name.rule, trust().stands))


def reconcile(
    text: str, tokens: Tokens, names: Sequence[Candidate], tagged: Tagged, tags: Sequence[str]
) -> list[Candidate]:
    """The names that stand, in reading order, none overlapping. `tags` are the columns of the probabilities."""
    sure = Sureness(tokens, tagged.probabilities, tags)
    by_place = {(n.start, n.end): n for n in names}
    found: list[Candidate] = []
    for start, end, label in _found(text, tokens, tagged):
        name = by_place.get((start, end))
        over = [n for n in names if n.start < end and n.end > start]
        if name is not None:
            found.append(sure.labelled(name))
        elif over:
            if not any(_holds(n, start, end) for n in over):
                found.append(sure.new(start, end, label))
        elif sure.is_new(start, end, label):
            found.append(sure.new(start, end, label))
    for name in names:
        free = not any(f.start < name.end and f.end > name.start for f in found)
        if free and sure.keeps(name, len(text[name.start : name.end].split())):
            found.append(sure.labelled(name))
    return sorted(found)


def with_people(
    text: str, tokens: Tokens, names: Sequence[Candidate], tagged: Tagged, tags: Sequence[str]
) -> list[Candidate]:
    """The rules' names of a text that is no sentence, and the people of whom the model is very sure."""
    sure = Sureness(tokens, tagged.probabilities, tags)
    people = (span for span in _found(text, tokens, tagged) if span[2] == "PERSON")
    added = [
        sure.new(start, end, label)
        for start, end, label in people
        if sure.labels(start, end)[label] >= trust().listed_person
        and not any(n.start < end and n.end > start for n in names)
    ]
    return sorted([*names, *added])


def _found(text: str, tokens: Tokens, tagged: Tagged) -> Iterator[tuple[int, int, str]]:
    """What the tags say, trimmed, with two people, places or products that `and` joins apart."""
    for first, last, label in spans(tokens, tagged.tags):
        start, end = _trimmed(text, first, last)
        if label in APART:
            for joint in _and().finditer(text, start, end):
                yield start, joint.start(), label
                start = joint.end()
        yield start, end, label


@cache
def _and() -> re.Pattern[str]:
    return re.compile(rf",? (?:{grammar().and_pattern}) ")


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without the 's of a possessive, and without a bracket at its edge whose other half is outside."""
    if text[start:end].endswith(("'s", "’s")):
        end -= 2
    for left, right in ("()", "[]"):
        inside = text[start:end]
        if inside.endswith(right) and left not in inside:
            end -= 1
        elif inside.startswith(left) and right not in inside:
            start += 1
    return start, end


class Columns(NamedTuple):
    """Which columns of the probabilities, one a tag, belong together: each a one among zeros."""

    labels: tuple[str, ...]
    of_labels: Numbers
    """A row a tag, a column a label."""
    inside: Numbers
    """The tags of words that are not the first of a name."""


@cache
def _columns(tags: tuple[str, ...]) -> Columns:
    labels = tuple(dict.fromkeys(tag[2:] for tag in tags if tag != OUTSIDE))
    of_labels = np.array([[tag[2:] == label for label in labels] for tag in tags], np.float32)
    return Columns(labels, of_labels, np.array([tag[0] == "I" for tag in tags], np.float32))


class Sureness:
    """How sure the model is of spans of one text."""

    def __init__(self, tokens: Tokens, probabilities: Numbers, tags: Sequence[str]) -> None:
        self.tokens = tokens
        self.probabilities = probabilities
        self.outside = tags.index(OUTSIDE)
        self.columns = _columns(tuple(tags))

    def a_name(self, start: int, end: int) -> float:
        """That the words are in some name."""
        rows = self.probabilities[self._rows(start, end), self.outside]
        return 1.0 - float(rows.mean()) if len(rows) else 0.0

    def labels(self, start: int, end: int) -> dict[str, float]:
        """That they are in a name of each label."""
        rows = self.probabilities[self._rows(start, end)]
        summed = rows.sum(axis=0) @ self.columns.of_labels / max(1, len(rows))
        return dict(zip(self.columns.labels, summed.tolist(), strict=True))

    def label(self, start: int, end: int, label: str) -> float:
        """That they are in a name of this one label."""
        return self.labels(start, end)[label]

    def _rows(self, start: int, end: int) -> slice:
        numbers = self.tokens.covered(start, end)
        return slice(numbers.start, numbers.stop)

    def edges(self, name: Candidate) -> tuple[float, float, float]:
        """How sure the model is that the first word of a name goes on from the one before, that the word behind does,
        and of the label: a third of its log-odds."""
        rows = self._rows(name.start, name.end)
        began, goes_on = (
            float((self.probabilities[at : at + 1] @ self.columns.inside).sum())
            for at in (rows.start, rows.stop)
        )
        label = min(max(self.labels(name.start, name.end)[name.label], 0.002), 0.998)
        return began, goes_on, math.log(label / (1.0 - label)) / 3

    def is_new(self, start: int, end: int, label: str) -> bool:
        """Is it a name of which the rules say nothing?"""
        least = trust().new_label.get(label, 0.0)
        return self.a_name(start, end) >= trust().new_name and self.labels(start, end)[label] >= least

    def new(self, start: int, end: int, label: str) -> Candidate:
        """A name by the model alone."""
        return Candidate(start, end, label, round(self.a_name(start, end), 3), RULE)

    def keeps(self, name: Candidate, words: int) -> bool:
        """Does a rule's name stand that the model does not see?"""
        told = trust()
        least = told.keep_long if words >= LONG and _is_of(name.rule, told.long_names) else told.keep_rule
        return _is_of(name.rule, told.stands) or self.a_name(name.start, name.end) > least

    def labelled(self, name: Candidate) -> Candidate:
        """A rule's name, with the model's label where that one is believed."""
        told = trust()
        if _is_of(name.rule, told.labels):
            return name
        labels = self.labels(name.start, name.end)
        best = max(labels, key=labels.__getitem__)
        if best == name.label or labels.get(name.label, 0.0) + told.relabel >= labels[best]:
            return name
        return Candidate(name.start, name.end, best, round(labels[best], 3), RULE)


def spans(tokens: Tokens, tags: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """The spans that tags say: each begins with `B-`, or with another label than the token before."""
    start, end, label = 0, 0, ""
    for tag, first, last in zip(tags, tokens.starts, tokens.ends, strict=True):
        if label and (tag == OUTSIDE or tag[0] == "B" or tag[2:] != label):
            yield start, end, label
            label = ""
        if tag != OUTSIDE:
            if not label:
                start, label = first, tag[2:]
            end = last
    if label:
        yield start, end, label


LEAST_WORDS = 10
"""Words of running text."""
LEAST_SMALL = 0.4
"""Share of its words that are in lower case."""


class Reading(NamedTuple):
    """What the model made of a text: kept in `doc._.reading` until the names have their scores."""

    tokens: Tokens
    tagged: Tagged
    tags: Sequence[str]
    """The columns of the probabilities."""

    def sureness(self) -> Sureness:
        """How sure the model is of spans of the text."""
        return Sureness(self.tokens, self.tagged.probabilities, self.tags)

    def is_running(self) -> bool | None:
        """Is it running text, and no list or field? None for a few words."""
        words = [word for word in self.tokens.words if word[0].isalpha()]
        if len(words) < LEAST_WORDS:
            return None
        return sum(map(str.islower, words)) >= LEAST_SMALL * len(words)

    def names(self, text: TextEvidence) -> list[Candidate]:
        """The model has learnt from running text: in a list or a field it is believed of people, in a heading not."""
        running = self.is_running()
        if running is None:
            return list(text.names)
        return (reconcile if running else with_people)(
            text.text, self.tokens, text.names, self.tagged, self.tags
        )


def read_again(texts: Sequence[TextEvidence], model: Tagger | None = None) -> list[Reading]:
    """Return what the model makes of the texts of one document, from their words and what the rules found in them."""
    model = model or tagger()
    read = [(text, tokenize(text.text)) for text in texts]
    tagged = model.tag(read, document_words(read))
    return [Reading(tokens, tags, model.tags) for (_, tokens), tags in zip(read, tagged, strict=True)]


if not Doc.has_extension("reading"):
    Doc.set_extension("reading", default=None)


@Language.factory("osint_names_model", assigns=["doc.spans", "doc.ents", "doc._.reading"])
def make_names_model(nlp: Language, name: str) -> NamesModel:
    """Create the spaCy component `osint_names_model`. What the rules found is used if it is there."""
    return NamesModel()


class NamesModel(DocumentComponent):
    """Leaves the names of a text, none overlapping, and what the model made of it in `doc._.reading`."""

    def __init__(self, model: Tagger | None = None) -> None:
        """`model`: another than that of this package."""
        self.model = model

    def names_of(self, docs: Sequence[Doc]) -> Iterator[list[Candidate]]:
        """The names of each text of one document."""
        told = [evidence_of(doc) for doc in docs]
        for doc, text, reading in zip(docs, told, read_again(told, self.model), strict=True):
            doc._.reading = reading
            yield [name for name in reading.names(text) if not _is_in_address(doc, name)]


def _is_in_address(doc: Doc, name: Candidate) -> bool:
    """Is it a web or mail address, or a part of one? The texts that the model learnt from have few."""
    span = doc.char_span(name.start, name.end, alignment_mode="expand")
    return span is not None and any(
        t.like_email or ("/" in t.text[1:] and (t.like_url or "://" in t.text)) for t in span
    )


def evidence_of(doc: Doc) -> TextEvidence:
    """What the rules say of a text: what the model reads, and learns from."""
    return TextEvidence(text_of(doc), tuple(candidates(doc)), tuple(candidates(doc, NAMES)))
