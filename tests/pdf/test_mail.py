"""Mail addresses in a PDF: no link comes out of one, and what is masked agrees with its links."""

from __future__ import annotations

import pytest
from pdfminer.fontmetrics import FONT_METRICS

from osint_ingest.model import Content, ReadOptions
from osint_ingest.pdf import read_pdf
from osint_ingest.text.masking import mask_content

from .pages import RawPage, pdf_of, text_at


def link_over(x0: float, x1: float, y: float, uri: bytes) -> bytes:
    return (
        b"<< /Type /Annot /Subtype /Link /Rect [%f %f %f %f] /A << /S /URI /URI (%s) >> >> "
        % (x0, y - 3, x1, y + 11, uri)
    )  # fmt: skip


def width(text: str) -> float:
    """How wide a text is in Helvetica of 11 points."""
    return sum(FONT_METRICS["Helvetica"][1][letter] for letter in text) * 11 / 1000


def page(annotations: bytes = b"", *, keep: bool = False) -> Content:
    lines = (
        "Send what you find at the shore to lia.de.mota@dados.gov.br or to lia.de.",
        "mota@gov.br at any time.",
    )
    drawn = b"".join(text_at(72, 700 - 14 * n, 11, line) for n, line in enumerate(lines))
    drawn += text_at(72, 600, 11, "More is on www.tides.org/mail.")
    return read_pdf(pdf_of(RawPage(drawn, annotations)), ReadOptions(keep_personal_data=keep))


@pytest.mark.parametrize("keep", [False, True])
def test_links_lie_outside_addresses_and_agree_with_the_text(keep: bool) -> None:
    assert [link.url for link in page(keep=keep).links] == ["https://www.tides.org/mail"]


def test_an_annotation_over_a_piece_of_an_address_is_no_link_unless_it_leads_to_the_address() -> None:
    content = page(link_over(250, 340, 700, b"http://lia.de/") + link_over(80, 130, 686, b"http://gov.br/"))
    assert [link.url for link in content.links] == ["https://www.tides.org/mail"]
    to_mail = link_over(72, 130, 686, b"mailto:lia.de.mota@gov.br")
    content = page(to_mail, keep=True)
    assert content.links[0].url == "mailto:lia.de.mota@gov.br"
    for seen in (content, mask_content(content), page(to_mail)):
        texts = {p.ordinal: p.text for p in seen.passages}
        for link in seen.links:
            assert (
                link.passage is not None
                and texts[link.passage][link.char_start : link.char_end] == link.anchor_text
            )


@pytest.mark.parametrize("keep", [False, True])
@pytest.mark.parametrize(
    ("address", "linked", "uri", "urls"),
    [
        ("lia.de.mota@information.services.dados.gov.br", "lia.de", b"http://lia.de/", []),
        ("lia.de.mota@information.services.dados.gov.br", "dados.gov.br", b"http://dados.gov.br/", []),
        ("lia.de.mota@information.services.dados.gov.br", "lia", b"https://tides.org/lia", []),
        ("lia.de.mota@dados.gov.br", "lia.de.mota@dados.gov.br", b"http://dados.gov.br/", []),
        ("lia.de.mota (at) dados.gov.br", "dados.gov.br", b"http://dados.gov.br/", []),
        ("lia@gov.br", "lia@gov.br", b"https://tides.org/form", ["https://tides.org/form"]),
        ("lia.de.mota (at) gov.br", "lia.de.mota (at) gov.br", b"https://tides.org/form", ["https://tides.org/form"]),
        ("lia.de.mota@gov.br form", "form", b"https://gov.br/form", ["https://gov.br/form"]),
    ],
)  # fmt: skip
def test_an_annotation_inside_a_long_word_is_no_link_if_that_is_an_address(
    address: str, linked: str, uri: bytes, urls: list[str], *, keep: bool
) -> None:
    def at(part: str) -> float:
        return 72 + width(f"Ask {address}".partition(part)[0])

    over = link_over(at(linked), at(linked) + width(linked), 700, uri)
    data = pdf_of(RawPage(text_at(72, 700, 11, f"Ask {address} for more of this."), over))
    content = read_pdf(data, ReadOptions(keep_personal_data=keep))
    assert [link.url for link in content.links] == urls
