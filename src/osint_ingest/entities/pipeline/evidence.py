"""What the components leave in a text: candidates, each a span with a label, the rule that gave it, and its weight.

They stand in `doc.spans["candidates"]`: the rule is the span's `id_`, the weights are `attrs["scores"]` of the group,
as spaCy's `spancat` keeps them. Several candidates over the same words add up (see `document_vote`).
"""

from abc import ABC, abstractmethod
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from spacy.tokens import Doc, SpanGroup
from spacy.util import filter_spans

Span = tuple[int, int]


class Spans:
    """Stretches `[start, end)` that do not overlap one another; those given that do are joined."""

    def __init__(self, spans: Iterable[Span] = ()) -> None:
        self._spans: list[Span] = []
        for span in sorted(spans):
            if self._spans and span[0] < self._spans[-1][1]:
                last = self._spans.pop()
                self._spans.append((last[0], max(last[1], span[1])))
            else:
                self._spans.append(span)

    def overlap(self, start: int, end: int) -> bool:
        """Does one of them have a part in `[start, end)`?"""
        at = bisect_left(self._spans, (end,))
        return at > 0 and self._spans[at - 1][1] > start

    def around(self, start: int, end: int) -> Span | None:
        """The one that holds all of `[start, end)`; None without one."""
        at = bisect_left(self._spans, (start + 1,))
        span = self._spans[at - 1] if at else None
        return span if span is not None and end <= span[1] else None

    def add(self, start: int, end: int) -> bool:
        """Keep one more, unless it overlaps one that is there; was it kept?"""
        if self.overlap(start, end):
            return False
        insort(self._spans, (start, end))
        return True


TEXT = "text"
"""Key of `doc.user_data` for the text, which spaCy puts together anew each time that `doc.text` is asked for."""


def text_of(doc: Doc) -> str:
    """The text of a `Doc`, put together once."""
    text: str | None = doc.user_data.get(TEXT)
    if text is None:
        text = doc.user_data[TEXT] = doc.text
    return text


CANDIDATES = "candidates"
NAMES = "names"
"""Key of `doc.spans` for the names that are left, none overlapping, with their scores."""
NOT_A_NAME = "NOT_A_NAME"
"""Label of what speaks against words being a name."""


class Candidate(NamedTuple):
    """`[start, end)` in characters of the text, and what speaks for (or against) its being a name of a kind."""

    start: int
    end: int
    label: str
    score: float
    """Its weight, from 0 to 1."""
    rule: str


def add_candidates(doc: Doc, found: Iterable[Candidate], key: str = CANDIDATES) -> None:
    """Adds to the group; a candidate that ends inside of a token takes the whole token."""
    if key not in doc.spans:
        doc.spans[key] = SpanGroup(doc, name=key, attrs={"scores": []})
    group = doc.spans[key]
    for c in found:
        span = doc.char_span(c.start, c.end, label=c.label, span_id=c.rule, alignment_mode="expand")
        if span is not None:
            group.append(span)
            group.attrs["scores"].append(c.score)


def put_names(doc: Doc, names: Iterable[Candidate]) -> None:
    """Makes these the names of a text, in `doc.spans["names"]` and `doc.ents`."""
    doc.spans.pop(NAMES, None)
    add_candidates(doc, names, NAMES)
    doc.ents = filter_spans(doc.spans.get(NAMES, ()))


class DocumentComponent(ABC):
    """A component that reads all texts of a document before it names anything in one. The texts that `nlp.pipe` is
    given are the passages of one document; `nlp(text)` is a document of one."""

    @abstractmethod
    def names_of(self, docs: Sequence[Doc]) -> Iterable[Iterable[Candidate]]:
        """The names of each text."""

    def __call__(self, doc: Doc) -> Doc:
        """The text with its names, by its own words alone."""
        return next(self.pipe([doc]))

    def pipe(self, stream: Iterable[Doc], batch_size: int = 0) -> Iterator[Doc]:
        """The texts of one document with their names."""
        docs = list(stream)
        # a text that stands twice in a document is one `Doc`: all are read before any is written
        found = [list(names) for names in self.names_of(docs)]
        for doc, names in zip(docs, found, strict=True):
            put_names(doc, names)
            yield doc


def candidates(doc: Doc, key: str = CANDIDATES) -> Iterator[Candidate]:
    """The candidates of a text, in the order in which they were added."""
    group = doc.spans.get(key, ())
    for span, score in zip(group, group.attrs["scores"] if group else (), strict=True):
        yield Candidate(span.start_char, span.end_char, span.label_, score, span.id_)
