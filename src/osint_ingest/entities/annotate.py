"""Finds the named things in the passages of a document."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc

from osint_ingest.entities.naming import FOUNDING
from osint_ingest.entities.pipeline.evidence import NAMES, candidates
from osint_ingest.entities.pipeline.loading import add_spacy_names, pipeline
from osint_ingest.model import Mention, NamePair, Passage

SKIPPED = frozenset({"header", "footer"})
REMEMBERED = 500
"""Texts already read that are kept, 15 KB each: those of some five pages. What repeats stands close by."""
BY_DOCUMENT = ("document_vote", "resolve_overlaps", "names_model", "consensus", "confidence")
"""Components that read all texts of a document together."""
BY_MODEL = ("names_model", "confidence")
_CONTENTS_LINE = re.compile(
    r"(?<![.…])(?<!\. )(?:\.{5,}+|…{2,}+|\.(?: \.){4,}+)[.…\s]*+(?:\d{1,3}|[ivx]{1,5})\s*+\Z"
)
"""Dots that lead to a page's number at the end of a text."""
_CODE = re.compile(r"<-|->|[={}~\\]|[a-z][$_]\w|::|\w\((?!e?s\))|\w\[\D|;\Z|\A(?:[A-Z]?>+|[$+])\Z")
"""Signs of a word of code, and prompts. Passages that are labelled hold no such line."""
CODE_SHARE, LEAST_CODE = 0.3, 2
"""Share and number of such words from which a text is code, in which nothing is a name."""
_FULL_STOP = re.compile(r"\A[^\W_]+\.\Z|[^\W\d_]{2} [IVX]+\.\Z")
"""`W3C.`, `World War I.`"""
_ENTRY = re.compile(
    r"\A(?P<title>.{2,300}?[\s,(])?[^\W\d_]{2,6}\d{4}\)?,\s?(?:19|20)\d\d\s?,(?:\s?[^.!?\d]{0,150})?\Z", re.S
)
"""An entry of a listing, `Open Schools AB0012, 2021, Education`: the title of another page, no sentence that names."""


@dataclass(frozen=True, slots=True)
class Annotations:
    """The names of a document's passages, in reading order, and the pairs that the text ties."""

    mentions: tuple[Mention, ...]
    pairs: tuple[NamePair, ...]


class Annotator:
    """Reads passages; made once a worker. Holds a bounded memory of texts already read.

    What a document finds does not depend on those before it: only what a text says by itself is remembered, and what
    the document makes of it comes after. `texts_read` counts the texts that had to be read.
    """

    def __init__(
        self,
        use_models: bool = True,
        *,
        spacy_models: Mapping[str, str] | None = None,
        remembered: int = REMEMBERED,
    ) -> None:
        """`use_models`: read with the names model too, not by rules alone. `spacy_models`: language (ISO 639-1) -> an
        installed spaCy model whose names are candidates too."""
        self.texts_read = 0
        self._by_document = [n for n in BY_DOCUMENT if use_models or n not in BY_MODEL]
        self._spacy_models = dict(spacy_models or {})
        self._most = remembered
        self._remembered: OrderedDict[str, Doc] = OrderedDict()

    def annotate(
        self, passages: Sequence[Passage], *, language: str | None, country_code: str | None
    ) -> Annotations:
        """Mentions and name pairs of one document's passages. Offsets are those of `Passage.text`."""
        listed = listing_entries(passages)
        wanted = [p for p in passages if _is_read(p) and p.ordinal not in listed]
        docs: Iterable[Doc] = self._read([(p.text, p.language or language or "") for p in wanted])
        for name in self._by_document:
            component = pipeline().get_pipe(name)
            docs = component.pipe(docs) if hasattr(component, "pipe") else map(component, docs)
        # without the model no name has been scored: all that the rules accept are entities
        return _numbered(wanted, docs, 0.0 if BY_MODEL[-1] in self._by_document else FOUNDING)

    def _read(self, told: Sequence[tuple[str, str]]) -> list[Doc]:
        """The texts, each with its language, by the components that read each by itself."""
        languages = dict(told)
        texts = [text for text, _ in told]
        docs = {text: self._remembered[text] for text in texts if text in self._remembered}
        waiting = list(dict.fromkeys(text for text in texts if text not in docs))
        for text, doc in zip(waiting, pipeline().pipe(waiting, disable=list(BY_DOCUMENT)), strict=True):
            docs[text] = add_spacy_names(doc, self._spacy_models.get(languages[text]))
        self.texts_read += len(waiting)
        for text, doc in docs.items():
            self._remembered[text] = doc
            self._remembered.move_to_end(text)
        while len(self._remembered) > self._most:
            self._remembered.popitem(last=False)
        for text, doc in docs.items():
            doc._.language = languages[text]
        return [docs[text] for text in texts]


def _is_read(passage: Passage) -> bool:
    """Is it text of the document's own? A line of its table of contents says again what a heading says."""
    text = passage.text
    if not text or passage.kind in SKIPPED or _CONTENTS_LINE.search(text):
        return False
    if _CODE.search(text) is None:
        return True  # most texts
    words = text.split()
    code = sum("/" not in word and _CODE.search(word) is not None for word in words)
    return code < max(LEAST_CODE, CODE_SHARE * len(words))


def listing_entries(passages: Sequence[Passage]) -> frozenset[int]:
    """Ordinals of the passages that are entries of a listing. Where the code stands in a passage of its own, the one
    before it is the title."""
    found: set[int] = set()
    for at, passage in enumerate(passages):
        match = _ENTRY.match(passage.text) if passage.kind not in ("footnote", "field") else None
        if match is not None:
            found.update(p.ordinal for p in passages[at - (match["title"] is None and at > 0) : at + 1])
    return frozenset(found)


def _numbered(passages: Sequence[Passage], docs: Iterable[Doc], least_score: float) -> Annotations:
    mentions: list[Mention] = []
    pairs: list[NamePair] = []
    for passage, doc in zip(passages, docs, strict=True):
        by_span: dict[tuple[int, int], int] = {}
        for c in candidates(doc, NAMES):
            number = len(mentions) + 1
            by_span[c.start, c.end] = number
            text = passage.text[c.start : c.end]
            if _FULL_STOP.search(text):
                text = text[:-1]  # a token of spaCy has the dot that ends a sentence
            end = c.start + len(text)
            mentions.append(
                Mention(
                    number, passage.ordinal, c.start, end, text, c.label, c.rule, max(c.score, least_score)
                )
            )
        for tie in doc._.name_pairs:
            first, second = by_span.get(tie.first), by_span.get(tie.second)
            if first is not None and second is not None and first != second:
                pairs.append(NamePair(len(pairs) + 1, first, second, tie.kind, tie.rule))
    return Annotations(tuple(mentions), tuple(pairs))
