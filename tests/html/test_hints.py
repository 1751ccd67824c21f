"""Tooltips: the words that are explained stay, the explanation goes."""

from __future__ import annotations

import pytest

from osint_ingest.html import read_page
from osint_ingest.model import ReadOptions

HINT = "The two chambers that make the laws."


@pytest.mark.parametrize(
    "marked",
    [
        f"<span><a href='/g'>Parliament</a><span role='tooltip'>{HINT}</span></span>",
        f"<span><a href='/g'>Parliament</a><span>{HINT}</span></span>",
        f"<span>Parliament<span>{HINT}</span></span>",
        f"<b>Parliament <small>{HINT}</small></b>",
        f"<dfn>Parliament<span>{HINT} <a href='/g'>More</a></span></dfn>",
    ],
)
def test_the_explained_word_stays_and_the_explanation_goes(marked: str) -> None:
    page = (
        f"<html><body><main><h1>T</h1><p>The list lets {marked} and the press ask.</p></main></body></html>"
    )
    text = read_page(page.encode(), "https://example.org/", ReadOptions()).passages[-1].text
    assert text == "The list lets Parliament and the press ask."


def test_a_whole_sentence_in_an_element_of_its_own_stays() -> None:
    page = (
        f"<html><body><main><h1>T</h1><p>We met twice. <em>{HINT}</em> Both agreed.</p></main></body></html>"
    )
    text = read_page(page.encode(), "https://example.org/", ReadOptions()).passages[-1].text
    assert text == f"We met twice. {HINT} Both agreed."
