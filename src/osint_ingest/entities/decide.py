"""What each open phrase is, over a text or a whole document, and which of overlapping names stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from osint_ingest.entities.evidence import Found, FoundNames
from osint_ingest.entities.lowered import with_small_head
from osint_ingest.entities.named import with_government
from osint_ingest.entities.spans import Spans

ACCEPT = 0.5
"""A phrase whose best label stays under this score names nothing."""

AGAIN = 0.05
"""What each further vote of one method adds."""

Votes = dict[str, dict[str, dict[str, float]]]


def gather(texts: Iterable[tuple[str, FoundNames]]) -> Votes:
    """Votes by the words of each open phrase: words -> label -> method -> the greatest weight seen."""
    votes: Votes = {}
    for text, names in texts:
        for phrase in names.open:
            by_label = votes.setdefault(text[phrase.start : phrase.end], {})
            for label, weight, method in phrase.votes:
                _add(by_label.setdefault(label, {}), method, weight)
        for found in names.found:
            by_label = votes.setdefault(text[found.start : found.end], {})
            by_method = by_label.setdefault(found.label, {})
            by_method["document"] = max(by_method.get("document", 0.0), found.score)
    return votes


def _add(by_method: dict[str, float], method: str, weight: float) -> None:
    """The greatest weight of a method counts; each further vote of it adds a little."""
    before = by_method.get(method)
    if before is None:
        by_method[method] = weight
    else:
        most = max(before, weight)
        by_method[method] = min(most + AGAIN, 0.95) if most > 0 else most


def judge(by_label: Mapping[str, Mapping[str, float]]) -> tuple[str, str, float] | None:
    """The label of a phrase by its votes, the method with the greatest weight, the score; None for no name."""
    scores: dict[str, float] = {}
    for label, by_method in by_label.items():
        doubt = 1.0
        for weight in by_method.values():
            doubt *= 1.0 - min(weight, 0.95)  # a negative weight adds doubt
        scores[label] = 1.0 - doubt
    against = scores.pop("", 0.0)
    if not scores:
        return None
    label = min(scores, key=lambda k: (-scores[k], k))
    score = scores[label] * (1.0 - against * 0.6)
    if score < ACCEPT:
        return None
    method = min(by_label[label], key=lambda m: (-by_label[label][m], m))
    return label, method, round(min(score, 0.99), 3)


def settle(text: str, names: FoundNames, votes: Votes | None = None) -> list[Found]:
    """The names of a text that stand, none overlapping: the longest first, then the surest.

    `votes` are those of the whole document; without them the text alone decides.
    """
    shared = votes if votes is not None else gather([(text, names)])
    standing = list(names.found)
    for phrase in names.open:
        verdict = judge(shared[text[phrase.start : phrase.end]])
        if verdict is not None:
            label, method, score = verdict
            found = Found(phrase.start, phrase.end, label, method, score)
            standing.append(with_small_head(text, with_government(text, found)))
    return without_overlaps(standing)


def without_overlaps(found: Sequence[Found]) -> list[Found]:
    """The longest of overlapping names, the surest of equally long ones, in reading order."""
    kept = Spans()
    surest = sorted(found, key=lambda f: (f.start - f.end, -f.score, f.start, f.label, f.method))
    return sorted((f for f in surest if kept.add(f.start, f.end)), key=lambda f: f.start)
