"""Decisions about markers, explained in words: the words are complete, and the sums are those that decided."""

from __future__ import annotations

from math import exp

import pytest

from osint_ingest.pdf import read_pdf
from osint_ingest.pdf.fitted import weights
from osint_ingest.pdf.why import why, words_of

from .pages import made

REPORT = made("raised-digits", "typst").read_bytes()


def test_every_feature_that_has_a_weight_has_words() -> None:
    for kind, own in weights().items():
        assert own.keys() <= words_of()[kind].keys()


def test_the_reasons_add_up_to_what_decided() -> None:
    content = read_pdf(REPORT)
    reference = content.refs[0]
    mark, lead, tie = why(REPORT, 1)
    assert f"“{reference.marker}”" in mark.question
    assert content.footnotes[0].text[:10] in lead.question
    assert round(1 / (1 + exp(-tie.total)), 2) == reference.confidence
    for decision in (mark, lead, tie):
        assert sum(r.counts for r in decision.reasons) == pytest.approx(decision.total, abs=0.2)
    assert "a word ends right before it" in [r.words for r in mark.reasons]
    assert not any("{" in r.words for d in (mark, lead, tie) for r in d.reasons)


def test_a_number_that_comes_again_says_so() -> None:
    mark, tie = why(made("bracketed", "typst").read_bytes(), 8)
    assert "it stands in square brackets" in [r.words for r in mark.reasons]
    assert [r.words for r in tie.reasons] == [words_of()["rule"]["again"]]


def test_a_reference_that_is_not_there_is_named() -> None:
    with pytest.raises(LookupError, match="references today, not 9999"):
        why(REPORT, 9999)
