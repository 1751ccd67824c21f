"""Finds the named things in the passages of a document."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from spacy.language import Language
from spacy.tokens import Doc

from osint_ingest.entities.components import NAMES_ONLY
from osint_ingest.entities.decide import gather, settle, without_overlaps
from osint_ingest.entities.evidence import Found, FoundNames, Tie
from osint_ingest.entities.listings import listing_entries
from osint_ingest.entities.pipelines import STATISTICAL, pipeline
from osint_ingest.entities.specifications import identifiers, names_a_term
from osint_ingest.entities.votes import is_standard
from osint_ingest.model import Mention, NamePair, Passage
from osint_ingest.text.language import language_of

SKIPPED = frozenset({"header", "footer"})
_PAGE_AT_END = re.compile(r"(?<=[.…\s])(?:\d{1,3}|[ivx]{1,5})\s*\Z")
_LEADERS = (".....", ". . . . .", "……")
REMEMBERED = 15_000
"""Texts already read whose names are kept: those of some 150 pages, 12 MB. What repeats within a site does so closer
by."""
BATCH = 32
"""Texts that a model reads at once: more take memory, some 1 MB each, and are read no faster."""


@dataclass(frozen=True, slots=True)
class Annotations:
    """The names of a document's passages, in reading order, and the pairs that the text ties."""

    mentions: tuple[Mention, ...]
    pairs: tuple[NamePair, ...]


class Annotator:
    """Reads passages; made once a worker. Holds its pipelines and a bounded memory of texts already read.

    What a document finds does not depend on those before it: only what a text says by itself is remembered, and what
    the document makes of it comes after. `texts_read` counts the texts that had to be read.
    """

    def __init__(self, use_models: bool = True, *, remembered: int = REMEMBERED) -> None:
        self.use_models = use_models
        self.texts_read = 0
        self._most = remembered
        self._remembered: OrderedDict[tuple[str, bool, str], FoundNames] = OrderedDict()

    def annotate(
        self, passages: Sequence[Passage], *, language: str | None, country_code: str | None
    ) -> Annotations:
        """Mentions and name pairs of one document's passages.

        `language` (ISO 639-1) is the document's and holds for passages that do not say theirs;
        `country_code` (ISO 3166-1 alpha-3) is the country it is about. Offsets are those of `Passage.text`.
        """
        listed = listing_entries(passages)
        wanted = [p for p in passages if _is_read(p) and p.ordinal not in listed]
        names = self._names(wanted, language)
        texts = [(p.text, n) for p, n in zip(wanted, names, strict=True)]
        votes = gather(texts)
        settled = [settle(text, n, votes) for text, n in texts]
        terms = identifiers(text for text, _ in texts)
        if terms:
            settled = [
                [f for f in found if not names_a_term(text, f, terms)]
                for (text, _), found in zip(texts, settled, strict=True)
            ]
        tied = _tied_names(texts)
        if tied:
            settled = [
                _with_later(text, found, tied) for (text, _), found in zip(texts, settled, strict=True)
            ]
        return _numbered(wanted, settled, [n.ties for n in names])

    def _names(self, passages: Sequence[Passage], language: str | None) -> list[FoundNames]:
        keys = [(*self._way(p, language), p.text) for p in passages]
        names = {key: self._remembered.get(key) for key in keys}
        waiting: dict[tuple[str, bool], list[str]] = {}
        for (code, alone, text), found in names.items():
            if found is None:
                waiting.setdefault((code, alone), []).append(text)
        for (code, alone), texts in waiting.items():
            nlp = pipeline(code, self.use_models)
            docs = (_to_read(nlp, text) for text in texts)
            read = nlp.pipe(docs, batch_size=BATCH, disable=[STATISTICAL] if alone else [])
            for text, doc in zip(texts, read, strict=True):
                names[code, alone, text] = doc._.osint_names
            self.texts_read += len(texts)
        for key, found in names.items():
            self._remembered[key] = found  # type: ignore[assignment]  # all are read now
            self._remembered.move_to_end(key)
        while len(self._remembered) > self._most:
            self._remembered.popitem(last=False)
        return [names[key] for key in keys]  # type: ignore[misc]  # all are read now

    def _way(self, passage: Passage, language: str | None) -> tuple[str, bool]:
        """The language of the pipeline, and whether rules alone read."""
        if passage.kind == "footnote":
            # mostly addresses and titles in any language; the document's pipeline is there already
            return language or "en", True
        return passage.language or language_of(passage.text, language) or "en", False


def _is_read(passage: Passage) -> bool:
    """Is it text of the document's own? A line of its table of contents says again what a heading says."""
    return bool(passage.text) and passage.kind not in SKIPPED and not _is_contents_line(passage.text)


def _is_contents_line(text: str) -> bool:
    """Do leader dots stand before a page number at the end of the text?"""
    if not any(leaders in text for leaders in _LEADERS) or not (page := _PAGE_AT_END.search(text)):
        return False
    before = text[: page.start()]
    dots = before[len(before.rstrip(".… \u00a0")) :]
    return any(leaders in dots for leaders in _LEADERS)


def _to_read(nlp: Language, text: str) -> Doc:
    doc = nlp.make_doc(text)
    doc.user_data[NAMES_ONLY] = True
    return doc


def _tied_names(texts: Sequence[tuple[str, FoundNames]]) -> dict[str, Found]:
    """Acronyms and short forms that the document defines: they are names wherever else they stand."""
    tied: dict[str, Found] = {}
    for text, names in texts:
        by_span = {(f.start, f.end): f for f in names.found}
        for tie in names.ties:
            found = by_span.get(tie.second)
            name = text[tie.second[0] : tie.second[1]]
            if found is not None and tie.kind in ("acronym", "alias") and len(name) > 1:
                tied.setdefault(name, found)
        for found in names.found:
            if found.method == "quoted":
                tied.setdefault(text[found.start : found.end], found)
    return tied


def _with_later(text: str, found: Sequence[Found], tied: dict[str, Found]) -> list[Found]:
    more = list(found)
    for name in sorted(tied):
        # a long acronym of mixed case is printed in several ways: CADESol, CAdeSol
        loose = len(name) > 5 and not name.isupper() and " " not in name
        if name not in text and not (loose and name.lower() in text.lower()):
            continue
        for match in re.finditer(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text, re.I if loose else 0):
            if match.group().islower() or is_standard(text, match.start()):
                continue
            more.append(Found(match.start(), match.end(), tied[name].label, "document:short", 0.8))
    return without_overlaps(more)


def _numbered(
    passages: Sequence[Passage], settled: Sequence[Sequence[Found]], ties: Sequence[Sequence[Tie]]
) -> Annotations:
    mentions: list[Mention] = []
    pairs: list[NamePair] = []
    for passage, found, own_ties in zip(passages, settled, ties, strict=True):
        by_span: dict[tuple[int, int], int] = {}
        for f in found:
            number = len(mentions) + 1
            by_span[(f.start, f.end)] = number
            text = passage.text[f.start : f.end]
            mentions.append(
                Mention(number, passage.ordinal, f.start, f.end, text, f.label, f.method, f.score)
            )
        for tie in own_ties:
            first, second = by_span.get(tie.first), by_span.get(tie.second)
            if first is not None and second is not None and first != second:
                pairs.append(NamePair(len(pairs) + 1, first, second, tie.kind, tie.rule))  # type: ignore[arg-type]
    return Annotations(tuple(mentions), tuple(pairs))
