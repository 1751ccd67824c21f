"""Component `document_vote`: what each candidate is, by all that the texts of a document say of the same words."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from spacy.language import Language
from spacy.tokens import Doc

from osint_ingest.entities.pipeline.evidence import (
    NAMES,
    NOT_A_NAME,
    Candidate,
    DocumentComponent,
    Spans,
    candidates,
    put_names,
    text_of,
)
from osint_ingest.entities.pipeline.gazetteer import GAZETTEER, KNOWN

Votes = Mapping[str, Mapping[str, float]]
"""Label -> rule -> weight."""
AGAIN = 0.05
"""What each further vote of one rule adds."""
HINTED = 0.3
"""Weight up to which a candidate only hints: it gains nothing by being repeated."""
MOST = 0.95
"""The greatest weight of a rule."""
NAME_LISTS = frozenset({GAZETTEER, KNOWN})
"""Rules whose names stand though their words could be a term: "a Jitsi Meet instance"."""


@Language.factory(
    "osint_document_vote", assigns=["doc.spans"], requires=["doc.spans"], default_config={"accept": 0.5}
)
def make_document_vote(nlp: Language, name: str, accept: float) -> "DocumentVote":
    """The component. `accept`: candidates whose best label stays under this score name nothing."""
    return DocumentVote(accept)


class DocumentVote(DocumentComponent):
    """Leaves the names of a text in `doc.spans["names"]`; they may overlap."""

    def __init__(self, accept: float) -> None:
        self.accept = accept

    def names_of(self, docs: Sequence[Doc]) -> Iterator[list[Candidate]]:
        """The names of each text of one document."""
        votes = _gather(docs)
        for doc in docs:
            text = text_of(doc)
            places = dict.fromkeys((c.start, c.end) for c in candidates(doc))
            judged = ((start, end, self._judge(votes[text[start:end]])) for start, end in places)
            yield [Candidate(start, end, *found) for start, end, found in judged if found]

    def _judge(self, by_label: Votes) -> tuple[str, float, str] | None:
        """Label, score and rule of the greatest weight; None for no name."""
        scores = {}
        for label, by_rule in by_label.items():
            doubt = 1.0
            for weight in by_rule.values():
                doubt *= 1.0 - min(weight, MOST)
            scores[label] = 1.0 - doubt
        against = scores.pop(NOT_A_NAME, 0.0)
        label = min(scores, key=lambda k: (-scores[k], k), default="")
        if not label:
            return None
        rule = min(by_label[label], key=lambda r: (-by_label[label][r], r))
        score = scores[label] * (1.0 if NAME_LISTS.intersection(by_label[label]) else 1.0 - against * 0.6)
        if score < self.accept:
            return None
        return label, round(min(score, 0.99), 3), rule


def _gather(docs: Iterable[Doc]) -> dict[str, dict[str, dict[str, float]]]:
    """Votes by the words of each candidate."""
    votes: dict[str, dict[str, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
    for doc in docs:
        text = text_of(doc)
        for c in candidates(doc):
            by_rule = votes[text[c.start : c.end]][c.label]
            before = by_rule.get(c.rule)
            by_rule[c.rule] = (
                c.score if before is None else min(max(before, c.score) + AGAIN * (c.score > HINTED), MOST)
            )
    return votes


@Language.component("osint_resolve_overlaps", assigns=["doc.ents"], requires=["doc.spans"])
def resolve_overlaps(doc: Doc) -> Doc:
    """The text with its names in `doc.spans["names"]` and in `doc.ents`, in reading order."""
    kept = Spans()
    surest = sorted(
        candidates(doc, NAMES), key=lambda c: (c.start - c.end, -c.score, c.start, c.label, c.rule)
    )
    names = sorted(c for c in surest if kept.add(c.start, c.end))
    put_names(doc, names)
    return doc
