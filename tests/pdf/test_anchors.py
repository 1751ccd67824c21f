"""The phrase that a marker supports."""

from __future__ import annotations

import pytest

from osint_ingest.text.anchors import anchor_before


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("It rains, the Bay (BAY) programme", "the Bay (BAY) programme"),
        ("It rains, so boats (art. 5, large ones) are counted", "so boats (art. 5, large ones) are counted"),
        ("It rains, and the “old” boats are counted", "and the “old” boats are counted"),
        ("They are “old.” The boats are counted", "The boats are counted"),
        ("It rains (as the boats are counted", "as the boats are counted"),
    ],
)
def test_a_clause_does_not_begin_inside_a_bracket_that_closes_in_it(text: str, phrase: str) -> None:
    start, end = anchor_before(text, len(text)) or (0, 0)
    assert text[start:end] == phrase
