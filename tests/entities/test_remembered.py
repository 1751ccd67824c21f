"""What a site says on each page is read once, and no document finds other names because of those read before it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from osint_ingest.entities.annotate import Annotations, Annotator
from osint_ingest.model import Passage, PassageKind

SITE = "Members of the Ruritanian Open Council work with the Hentzau Foundation on concrete commitments."
LIKE_SPANISH = "Tarve Pública"
"""A text too short to tell its language: it has that of its document."""
DEFINES = "The National Data Office (NADO) of Ruritania publishes all of it."
USES = "Later nado asked for more, and NADO got it."
NOTE = "Ministry of Health, https://health.example/plan.pdf"

DOCUMENTS: list[tuple[str, list[tuple[PassageKind, str]]]] = [
    ("en", [("paragraph", SITE), ("paragraph", DEFINES), ("paragraph", USES), ("field", LIKE_SPANISH)]),
    ("en", [("paragraph", SITE), ("paragraph", USES), ("footnote", NOTE)]),
    ("es", [("paragraph", USES), ("field", LIKE_SPANISH), ("paragraph", NOTE), ("paragraph", SITE)]),
    ("es", [("footnote", SITE), ("paragraph", DEFINES), ("paragraph", SITE), ("paragraph", SITE)]),
]


def read(annotator: Annotator, document: tuple[str, Sequence[tuple[PassageKind, str]]]) -> Annotations:
    language, texts = document
    passages = [Passage(n, kind, text) for n, (kind, text) in enumerate(texts, start=1)]
    return annotator.annotate(passages, language=language, country_code=None)


@pytest.mark.parametrize("use_models", [False, True])
@pytest.mark.parametrize("most", [0, 3, 1_000])
def test_each_document_is_read_as_if_it_were_the_only_one(use_models: bool, most: int) -> None:
    alone = [read(Annotator(use_models), document) for document in DOCUMENTS]
    assert len(set(alone)) == len(DOCUMENTS)
    for order in (DOCUMENTS, DOCUMENTS[::-1]):
        annotator = Annotator(use_models, remembered=most)
        found = [read(annotator, document) for document in [*order, *order]]
        expected = alone if order is DOCUMENTS else alone[::-1]
        assert found == [*expected, *expected]


def test_a_text_that_comes_again_is_read_once() -> None:
    annotator = Annotator(use_models=False)
    for _ in range(3):
        for number in range(20):
            read(
                annotator,
                ("en", [("paragraph", SITE), ("paragraph", f"{DEFINES} {number}"), ("field", SITE)]),
            )
    assert annotator.texts_read == 21


def test_what_is_said_everywhere_is_remembered_longer_than_what_was_said_once() -> None:
    annotator = Annotator(use_models=False, remembered=50)
    for number in range(200):
        read(annotator, ("en", [("paragraph", SITE), ("paragraph", f"{DEFINES} {number}")]))
    assert annotator.texts_read == 201
    read(annotator, ("en", [("paragraph", f"{DEFINES} 0")]))
    assert annotator.texts_read == 202
