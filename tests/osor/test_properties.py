"""Whatever a bullet says, reading its head ends, and what is found stands in the text."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from osint_ingest.model import Content, Link, Passage
from osint_ingest.sources.osor.names import names_at_head
from osint_ingest.sources.osor.records import act_in, initiative_in
from osint_ingest.text.masking import mask_content

PIECES = st.sampled_from(
    [
        "The ", "Office", " of ", "Data", " (", ")", ", ", ": ", " – ", "2021", "In ", "ODA", " is ", "• ",
        ".", "“", "datos",
    ]
)  # fmt: skip
BULLETS = st.one_of(st.lists(PIECES, max_size=14).map("".join), st.text(max_size=60))


@given(BULLETS, st.lists(st.integers(0, 60), max_size=3))
@example("““ (", [])
def test_heads_stand_in_their_text(text: str, marks: list[int]) -> None:
    names = names_at_head(text, marks, lambda phrase: len(phrase) % 3 / 2)
    if names is not None:
        assert 0 <= names.start < names.end <= len(text)
        assert all(part is None or part.strip() for part in (names.name, names.native_name, names.acronym))
    found = initiative_in(text, tuple(marks), lambda phrase: 0.0)
    if found is not None:
        assert found.name in text
        assert 0 < found.end <= len(text)
    assert act_in(text).title in text


@given(st.lists(st.text("ab1 @.+-()[]:/", max_size=40), min_size=1, max_size=4))
def test_masking_keeps_every_length(texts: list[str]) -> None:
    passages = tuple(Passage(n, "paragraph", text) for n, text in enumerate(texts, 1))
    links = tuple(Link(p.ordinal, f"https://x.example/{p.text}", "href", p.ordinal) for p in passages)
    masked = mask_content(Content(passages, links=links))
    assert [len(p.text) for p in masked.passages] == [len(text) for text in texts]
    assert mask_content(masked).passages == masked.passages
