"""One page in two dozen markups says the same; what a truth holds comes out of each."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.ogp import markups
from tests.ogp.reading import codes, misses, read

TRUTHS = sorted((Path(__file__).parents[1] / "fixtures" / "ogp").glob("*.truth.json"))


@pytest.mark.parametrize("markup", markups.MARKUPS, ids=lambda m: m.name)
@pytest.mark.parametrize("path", TRUTHS, ids=lambda p: p.name.split(".")[0])
def test_every_fact_comes_out_of_every_markup(path: Path, markup: markups.Markup) -> None:
    truth = json.loads(path.read_text(encoding="utf-8"))
    page = markups.plan(truth, markup) if truth["kind"] == "ogp_action_plan" else markups.page(truth, markup)
    parsed = read(page)
    assert misses(parsed, truth) == []
    assert parsed.document.kind == truth["kind"]
    assert parsed.document.url == truth["url"]
    assert "unknown_label" not in codes(parsed)
    assert "low_coverage" not in codes(parsed)


@pytest.mark.parametrize("markup", markups.MARKUPS, ids=lambda m: m.name)
def test_offsets_lead_to_the_recorded_text(markup: markups.Markup) -> None:
    for path in TRUTHS:
        truth = json.loads(path.read_text(encoding="utf-8"))
        page = (
            markups.plan(truth, markup) if truth["kind"] == "ogp_action_plan" else markups.page(truth, markup)
        )
        content = read(page).document.content
        text = {p.ordinal: p.text for p in content.passages}
        for link in content.links:
            if link.char_start is not None and link.passage is not None:
                assert text[link.passage][link.char_start : link.char_end] == link.anchor_text
        for ref in content.refs:
            assert text[ref.passage][ref.anchor_start : ref.anchor_end] == ref.anchor_text


def test_readers_comments_are_not_ingested() -> None:
    truth = json.loads(TRUTHS[0].read_text(encoding="utf-8"))
    for markup in markups.MARKUPS:
        page = markups.plan(truth, markup)
        assert "Anna Reader" in page
        said = " ".join(p.text for p in read(page).document.content.passages)
        assert "Anna" not in said and "station" not in said, markup.name
