"""Mail addresses in a PDF: no link comes out of one, and what is masked agrees with its links."""

from __future__ import annotations

import pytest

from osint_ingest.model import Content
from osint_ingest.pdf import read_pdf
from osint_ingest.text.masking import mask_content

from .pages import RawPage, pdf_of, text_at


def link_over(x0: float, x1: float, y: float, uri: bytes) -> bytes:
    return (
        b"<< /Type /Annot /Subtype /Link /Rect [%f %f %f %f] /A << /S /URI /URI (%s) >> >> "
        % (x0, y - 3, x1, y + 11, uri)
    )  # fmt: skip


def page(annotations: bytes = b"") -> Content:
    lines = (
        "Send what you find at the shore to lia.de.mota@dados.gov.br or to lia.de.",
        "mota@gov.br at any time.",
    )
    drawn = b"".join(text_at(72, 700 - 14 * n, 11, line) for n, line in enumerate(lines))
    return read_pdf(
        pdf_of(RawPage(drawn + text_at(72, 600, 11, "More is on www.tides.org/mail."), annotations))
    )


@pytest.mark.parametrize("masked", [False, True])
def test_links_lie_outside_addresses_and_agree_with_the_text(masked: bool) -> None:
    content = mask_content(page()) if masked else page()
    assert [link.url for link in content.links] == ["https://www.tides.org/mail"]


def test_an_annotation_over_a_piece_of_an_address_is_no_link_unless_it_leads_to_the_address() -> None:
    content = page(link_over(250, 340, 700, b"http://lia.de/") + link_over(80, 130, 686, b"http://gov.br/"))
    assert [link.url for link in content.links] == ["https://www.tides.org/mail"]
    content = page(link_over(72, 130, 686, b"mailto:lia.de.mota@gov.br"))
    assert content.links[0].url == "mailto:lia.de.mota@gov.br"
    for seen in (content, mask_content(content)):
        texts = {p.ordinal: p.text for p in seen.passages}
        for link in seen.links:
            assert (
                link.passage is not None
                and texts[link.passage][link.char_start : link.char_end] == link.anchor_text
            )
