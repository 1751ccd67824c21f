"""What counts as a marker that a tool has kept, glued to a word, or tied to its note."""

from __future__ import annotations

import pytest
from tests.bench.pdf_peers import measure
from tests.eval.pdf_truth import Anchor, Note, PdfTruth

TRUTH = PdfTruth(
    (Anchor("3", "theofficeofpatents", "3"), Anchor("4", "patentsandmuseums", "4")),
    {"3": Note("https://example.org/a-b", ()), "4": Note("Ibid.", ())},
)


@pytest.mark.parametrize(
    ("text", "kept", "glued", "tied", "urls"),
    [
        ("the office of patents3 and museums4.\n3 https://example.org/a-b", 0, 2, 0, 1),
        ("the office of patents3 and museums4.\n3 https://example.org/a-\nb", 0, 2, 0, 0),
        ("the office of patents³ and museums⁴.", 2, 0, 0, 0),
        ("the office of **patents**<sup>3</sup> and museums [4].", 2, 0, 0, 0),
        ("the office of patents and museums.", 0, 0, 0, 0),
        (
            "the office of patents[^3] and museums[^4].\n\n[^3]: https://example.org/a-b\n\n[^4]: Other",
            2,
            0,
            1,
            1,
        ),
    ],
)
def test_what_stands_in_an_output(text: str, kept: int, glued: int, tied: int, urls: int) -> None:
    assert measure(text, TRUTH) == {"kept": kept, "glued": glued, "tied": tied, "urls": urls}
