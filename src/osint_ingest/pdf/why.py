"""Why a sign was taken for a marker, a line for its note, and the two for a pair: measured features in words."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from osint_ingest.model import ReadOptions
from osint_ingest.pdf.evidence import Features, lead_features, mark_features
from osint_ingest.pdf.fitted import weigh, weights
from osint_ingest.pdf.markers import Reference, tie_features
from osint_ingest.pdf.reader import references_in

LEAST = 0.05
"""What counts for less is not named."""
_ASKED = {
    "mark": "Is “{label}” on page {page} a marker?",
    "lead": "Is the line “{line}” on page {page} note {label}?",
    "tie": "Do the two belong together?",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """What was measured, in words, and by how much it speaks for (above 0) or against a decision (log-odds)."""

    words: str
    counts: float


@dataclass(frozen=True, slots=True)
class Decision:
    """A question that was decided, with the sum of what speaks for it (log-odds) and the reasons, largest first."""

    question: str
    total: float
    reasons: tuple[Reason, ...]


def why(data: bytes, ordinal: int, options: ReadOptions = ReadOptions()) -> list[Decision]:  # noqa: B008
    """The decisions behind a PDF's reference of that number (from 1), as it is read now.

    LookupError: the PDF has fewer references.
    """
    references = references_in(data, options)
    if not 0 < ordinal <= len(references):
        raise LookupError(f"Reading finds {len(references)} references today, not {ordinal}.")
    return list(_decisions(references[ordinal - 1]))


def _decisions(reference: Reference) -> Iterator[Decision]:
    place, mark = reference.place, reference.mark
    rule = Reason(words_of()["rule"][reference.rule], 0.0)
    yield _weighed("mark", mark_features(place, mark), label=reference.label, page=place.page.number)
    if reference.tie is None:
        yield Decision(_ASKED["tie"], 0.0, (rule,))
        return
    row, i = reference.tie
    to, lead = row.pairs[i].to, row.pairs[i].lead
    line = to.line.text[:60]
    yield _weighed("lead", lead_features(to, lead), label=lead.label, page=to.page.number, line=line)
    tie = _weighed("tie", tie_features(row, i))
    yield Decision(tie.question, tie.total, (rule, *tie.reasons))


def _weighed(kind: str, features: Features, **named: object) -> Decision:
    own, words = weights()[kind], words_of()[kind]
    counts = {name: own.get(name, 0.0) * value for name, value in features.items()}
    reasons = [
        Reason(words.get(name, name).format(f"{features[name]:.2g}"), count)
        for name, count in sorted(counts.items(), key=lambda x: -abs(x[1]))
        if abs(count) >= LEAST
    ]
    return Decision(_ASKED[kind].format(**named), weigh(kind, features), tuple(reasons))


@cache
def words_of() -> Mapping[str, Mapping[str, str]]:
    """What the features of each kind of decision mean, by their names."""
    text = files("osint_ingest.pdf").joinpath("evidence_words.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
