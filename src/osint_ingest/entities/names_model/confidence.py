"""Component `confidence`: how likely each name of a document is right, by a few measures that `confidence.toml` weighs.

The score of a rule says how strong the rule is; that of a mention says how often names like it are right.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pydantic import TypeAdapter
from spacy.language import Language
from spacy.tokens import Doc

from osint_ingest.entities.names_model.component import RULE
from osint_ingest.entities.naming import FOUNDING
from osint_ingest.entities.pipeline.evidence import NAMES, Candidate, DocumentComponent, candidates, text_of
from osint_ingest.entities.said_again import nouns_said_again
from osint_ingest.text.language import by_function_words

BY_DETAIL = ("pair", "cue", "context", "list")
"""Rules that are weighed by their whole name; others by what stands before the colon."""
LIST = "list:intro"
AROUND = 80
"""Characters to each side of a name whose short words tell the language there."""
_QUOTED = re.compile(r"“[^“”]{3,300}”|«[^«»]{3,300}»|\"[^\"]{3,300}\"|‘[^‘’]{3,300}’")
_BEHIND = re.compile(r"(?P<gap>,? (?:& )?|-)(?P<word>[^\W\d_])")
"""A word with a capital right behind, which may belong to the name."""
AGAIN = 0.7
"""A body with at least this score is sure where the document says its kind noun again: of the labelled names all 7 are
right then, of those from 0.6 on 14 of 20."""
SURE, SUREST = "label sure", "label sure at its best"

Measures = dict[str, float]


@dataclass(frozen=True, slots=True)
class Weights:
    """What `confidence.toml` says; see there."""

    least: float
    stated: Mapping[str, float]
    stated_in_short: Mapping[str, float]
    labelled: tuple[str, ...]
    elsewhere: Mapping[str, float]
    measures: Mapping[str, float]

    def score(self, name: Candidate, measured: Measures, *, short: bool, language: str | None) -> float:
        """How likely a name is right, from 0 to 1. `short`: of a text that is too short for the model. `language`: of
        the text, None for one of those with labels."""
        kind = _kind(name.rule)
        told = sum(value * self.measures.get(measure, 0.0) for measure, value in measured.items())
        if language and language not in self.labelled:
            told += self.elsewhere.get(kind, 0.0)
        score = round(1.0 / (1.0 + math.exp(-told)), 3)
        if score >= self.stated.get(kind, 1.0):
            return max(score, name.score, FOUNDING)  # the structure of a page tells it
        return max(score, name.score) if short and score >= self.stated_in_short.get(kind, 1.0) else score


@cache
def weights() -> Weights:
    """The file, read once."""
    told = tomllib.loads(files(__package__).joinpath("confidence.toml").read_text(encoding="utf-8"))
    return TypeAdapter(Weights).validate_python(told)


if not Doc.has_extension("language"):
    Doc.set_extension("language", default=None)


@Language.factory(
    "osint_confidence", assigns=["doc.spans", "doc.ents"], requires=["doc.spans", "doc._.reading"]
)
def make_confidence(nlp: Language, name: str) -> Confidence:
    """The component. It reads what `osint_names_model` leaves of a text."""
    return Confidence()


class Confidence(DocumentComponent):
    """Gives the names in `doc.spans["names"]` their scores; those that are hardly ever right go."""

    def names_of(self, docs: Sequence[Doc]) -> Iterator[list[Candidate]]:
        """The names of each text of one document, with their scores."""
        told = weights()
        again = nouns_said_again(map(text_of, docs))
        for doc, names in zip(docs, measures(docs), strict=True):
            scored = (
                n._replace(score=told.score(n, m, short=_is_short(doc), language=_language_around(doc, n)))
                for n, m in names
            )
            yield [_sure_again(name, again) for name in scored if name.score >= told.least]

    def pipe(self, stream: Iterable[Doc], batch_size: int = 0) -> Iterator[Doc]:
        """The texts of one document with their names."""
        for doc in super().pipe(stream):
            doc._.reading = None  # it takes memory, and nothing reads it any more
            yield doc


def _sure_again(name: Candidate, again: frozenset[str]) -> Candidate:
    """A body of which the document says `the agency` is one."""
    rule, _, head = name.rule.partition(":")
    told = (
        rule == "head"
        and name.label == "ORG"
        and head.endswith(tuple(again))
        and AGAIN <= name.score < FOUNDING
    )
    return name._replace(score=FOUNDING) if told else name


def measures(docs: Sequence[Doc]) -> list[list[tuple[Candidate, Measures]]]:
    """The names of each text of one document, with what speaks for and against them."""
    found = [list(_of_text(doc)) for doc in docs]
    best: dict[tuple[str, str], float] = defaultdict(lambda: -math.inf)
    named = [
        (text_of(doc)[n.start : n.end], n.label, m)
        for doc, names in zip(docs, found, strict=True)
        for n, m in names
    ]
    for printed, label, measured in named:
        best[printed, label] = max(best[printed, label], measured[SURE])
    for printed, label, measured in named:
        measured[SUREST] = best[printed, label]
    return found


def _of_text(doc: Doc) -> Iterator[tuple[Candidate, Measures]]:
    """The names of a text with their measures, but for that which takes the whole document."""
    text, reading = text_of(doc), doc._.reading
    sure = reading.sureness()
    votes: dict[tuple[int, int, str], set[str]] = defaultdict(set)
    for c in candidates(doc):
        votes[c.start, c.end, c.label].add(_kind(c.rule))
    quoted = [m.span() for m in _QUOTED.finditer(text)]
    names = list(candidates(doc, NAMES))
    starts = {n.start for n in names}
    for name in names:
        rule = name.rule if _kind(name.rule) in BY_DETAIL else _kind(name.rule)
        if rule == LIST:
            rule = f"{rule} {name.label}"  # the model knows few towns, and those that open a list hold nothing else
        told = ["each", f"rule {rule}", f"label {name.label}"]
        told += [f"candidate {kind}" for kind in votes[name.start, name.end, name.label]]
        if any(a < name.start and name.end < b for a, b in quoted):
            told.append("in quotes")
        behind = _BEHIND.match(text, name.end)
        if behind is not None and behind["word"].isupper() and behind.start("word") not in starts:
            told.append(f"capital behind {behind['gap'].strip()}".strip())
        start, end, label = sure.edges(name)
        yield name, dict.fromkeys(told, 1.0) | {"began before": start, "goes on": end, SURE: label}


def _language_around(doc: Doc, name: Candidate) -> str | None:
    """The language of a text, or of the words around what the model alone finds there: of a quotation in it."""
    if name.rule != RULE:
        language: str | None = doc._.language
        return language
    text = text_of(doc)
    around = f"{text[max(0, name.start - AROUND) : name.start]} {text[name.end : name.end + AROUND]}"
    return by_function_words(around) or doc._.language


def _is_short(doc: Doc) -> bool:
    return doc._.reading.is_running() is None


def _kind(rule: str) -> str:
    return rule.partition(":")[0]
