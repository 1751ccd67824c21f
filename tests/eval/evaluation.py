"""Runs the scorers over their documents and adds the figures up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

from . import entity_scores, name_scores, ogp_scores, pdf_scores, record_scores
from .floors import Figures
from .tally import Case, Result, Tally

TESTS = Path(__file__).resolve().parents[1]
SHIPPED = TESTS / "fixtures"
CORPUS = TESTS.parent.parent / "shared" / "corpus"


class Scorer(Protocol):
    """A module of this folder."""

    NAME: str

    @staticmethod
    def cases(folders: dict[str, Path]) -> Iterable[Case]:
        """The documents with truth in these folders (group -> folder)."""

    @staticmethod
    def score(case: Case) -> Result:
        """Reads one and tallies what was found."""


SCORERS: tuple[Scorer, ...] = (pdf_scores, record_scores, ogp_scores, entity_scores, name_scores)  # type: ignore[assignment]


def folders(with_corpus: bool = True) -> dict[str, Path]:
    """Where documents with truth are: those that ship, and those beside the checkout when present."""
    found = {"shipped": SHIPPED}
    if with_corpus and CORPUS.is_dir():
        found["corpus"] = CORPUS
    return found


def run(
    where: dict[str, Path], words: Sequence[str] = (), only: Sequence[str] = ()
) -> dict[str, list[Result]]:
    """Scores every document (or those whose name or category contains one of `words`), by scorer."""
    out: dict[str, list[Result]] = {}
    for scorer in SCORERS:
        if only and scorer.NAME not in only:
            continue
        chosen = [
            c for c in scorer.cases(where) if not words or any(w in c.name or w in c.category for w in words)
        ]
        out[scorer.NAME] = [scorer.score(c) for c in chosen]
    return out


def totals(results: Iterable[Result]) -> dict[str, Tally]:
    """Tallies added up over documents."""
    out: dict[str, Tally] = {}
    for result in results:
        for figure, tally in result.tallies.items():
            out[figure] = out.get(figure, Tally()) + tally
    return out


def figures(results: dict[str, list[Result]]) -> Figures:
    """F1 by group, scorer, category (and `overall`) and figure."""
    out: Figures = {}
    for scorer, scored in results.items():
        for group in dict.fromkeys(r.case.group for r in scored):
            mine = [r for r in scored if r.case.group == group]
            table = {"overall": {f: t.f1 for f, t in totals(mine).items()}}
            for category in sorted({r.case.category for r in mine}):
                some = totals(r for r in mine if r.case.category == category)
                table[category] = {f: t.f1 for f, t in some.items()}
            out.setdefault(group, {})[scorer] = table
    return out
