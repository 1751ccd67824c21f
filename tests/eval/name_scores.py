"""Named things in policy texts, against the labels of `data/names`.

`python -m tests.eval.name_scores [tune|measure]` tells strict and span F1 by label and language, and by which
rule the right and the wrong names were found. The model has learnt from all parts but `measure`; of that one nobody
reads the misses.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import get_args

from osint_ingest.entities.annotate import Annotator
from osint_ingest.model import Passage

from .labelled_names import LABELS, LabelledText, Name, Part, has_texts, labelled_documents
from .tally import Case, Result, Tally

NAME = "names"
CORPUS = LABELS.parents[2].parent / "shared" / "corpus"


@dataclass(frozen=True, slots=True)
class Proposed:
    """A name that was found, and the rule that found it."""

    name: Name
    rule: str


Reader = Callable[[Sequence[LabelledText]], Sequence[Sequence[Proposed]]]
"""Reads the texts of one document: the names found in each."""


@dataclass
class RuleWins:
    """What a rule found: right, right but for the label, wrong."""

    right: int = 0
    mislabelled: int = 0
    wrong: int = 0


@dataclass
class NameScores:
    """Tallies by figure (`strict`, `spans`, a label, a language), what each rule found, and what went wrong."""

    tallies: dict[str, Tally] = field(default_factory=dict)
    rules: dict[str, RuleWins] = field(default_factory=dict)
    misses: list[str] = field(default_factory=list)

    def add(self, figure: str, tally: Tally) -> None:
        self.tallies[figure] = self.tallies.get(figure, Tally()) + tally

    def f1(self, figure: str = "strict") -> float:
        """F1 of a figure, 1.0 where there was nothing of it."""
        return self.tallies.get(figure, Tally()).f1


def score_names(documents: Iterable[Sequence[LabelledText]], read: Reader) -> NameScores:
    """Scores a reader on labelled documents. Names match where start, end and label are the same."""
    scores = NameScores()
    for document in documents:
        for text, found in zip(document, read(document), strict=True):
            _score_text(scores, text, found)
    return scores


def _score_text(scores: NameScores, text: LabelledText, found: Sequence[Proposed]) -> None:
    want = set(text.names or ())
    got = {p.name for p in found}
    spans = {(n.start, n.end) for n in want}
    strict = _tally(want, got)
    scores.add("strict", strict)
    scores.add(text.language, strict)
    scores.add("spans", _tally(spans, {(n.start, n.end) for n in got}))
    for label in sorted({n.label for n in want | got}):
        scores.add(label, _tally({n for n in want if n.label == label}, {n for n in got if n.label == label}))
    for p in found:
        wins = scores.rules.setdefault(p.rule, RuleWins())
        if p.name in want:
            wins.right += 1
        elif (p.name.start, p.name.end) in spans:
            wins.mislabelled += 1
        else:
            wins.wrong += 1
    rules = {p.name: p.rule for p in found}
    for sign, names in (("-", want - got), ("+", got - want)):
        for n in sorted(names, key=lambda n: n.start):
            said = f"{sign} {text.text[n.start : n.end]} {n.label} ({text.id} {rules.get(n, '')}".rstrip()
            scores.misses.append(f"{said})")


def _tally(want: set[Name] | set[tuple[int, int]], got: set[Name] | set[tuple[int, int]]) -> Tally:
    both = len(want & got)  # type: ignore[operator]  # both are of one type
    return Tally(both, len(got) - both, len(want) - both)


def reader(annotator: Annotator) -> Reader:
    """The project's own reader, as a document's passages go through it."""

    def read(document: Sequence[LabelledText]) -> list[list[Proposed]]:
        passages = [Passage(n, "paragraph", t.text) for n, t in enumerate(document, 1)]
        found = annotator.annotate(passages, language=document[0].language, country_code=None)
        names: list[list[Proposed]] = [[] for _ in document]
        for m in found.mentions:
            names[m.passage - 1].append(Proposed(Name(m.char_start, m.char_end, m.label), m.method))
        return names

    return read


def cases(folders: dict[str, Path]) -> Iterable[Case]:
    """The part `measure`, which is new to rules and model; none where the texts are not beside the checkout."""
    for group, folder in folders.items():
        if has_texts(folder):
            yield Case(folder, group, "measure")


@cache
def annotator() -> Annotator:
    """The project's own, made once."""
    return Annotator()


def score(case: Case) -> Result:
    """`strict`, `spans`, and the strict figure of each label and language."""
    scores = score_names(labelled_documents(case.path, "measure"), reader(annotator()))
    result = Result(case)
    for figure, tally in scores.tallies.items():
        result.add(figure, tally)
    return result


def print_figures(scores: NameScores) -> None:
    """A line for each figure."""
    for figure, tally in sorted(scores.tallies.items()):
        print(f"{figure:10} F1 {tally.f1:.3f}  found {tally.found}  +{tally.invented}  -{tally.missed}")


def main() -> None:
    """Prints the figures of one part."""
    parser = argparse.ArgumentParser(prog="python -m tests.eval.name_scores", description=__doc__)
    parser.add_argument("part", nargs="?", choices=get_args(Part), default="tune")
    parser.add_argument("--rules-alone", action="store_true", help="without the model")
    parser.add_argument("--by-rule", action="store_true", help="what each rule found")
    parser.add_argument("--misses", action="store_true", help="each miss (never of the part `measure`)")
    options = parser.parse_args()
    chosen = Annotator(use_models=not options.rules_alone)
    scores = score_names(labelled_documents(CORPUS, options.part), reader(chosen))
    print_figures(scores)
    if options.by_rule:
        print(f"{'rule':28}{'right':>7}{'label':>7}{'wrong':>7}")
        for rule, wins in sorted(scores.rules.items(), key=lambda item: -item[1].right):
            print(f"{rule:28}{wins.right:7}{wins.mislabelled:7}{wins.wrong:7}")
    if options.misses and options.part != "measure":
        print("\n".join(scores.misses))


if __name__ == "__main__":
    main()
