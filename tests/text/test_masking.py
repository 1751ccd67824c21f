"""Personal data is masked in a whole content at once, and every offset stays right."""

from __future__ import annotations

from osint_ingest.model import Content, Footnote, FootnoteRef, Link, Passage
from osint_ingest.text.masking import mask_content

MAIL, PHONE = "ana.ruiz@office.example", "+999 21 555 01 42"
TEXT = f"Write to {MAIL} or call Tel. {PHONE} today"


def content() -> Content:
    note = f"Ask {MAIL}, https://office.example/a"
    return Content(
        passages=(
            Passage(1, "paragraph", TEXT),
            Passage(2, "footnote", note),
            Passage(3, "paragraph", "Here"),
        ),
        footnotes=(Footnote(1, "1", 2, note),),
        refs=(FootnoteRef(1, "1", 1, 32, 1, TEXT[9:32], 9, 32),),
        links=(
            Link(1, f"mailto:{MAIL}", "href", 1, None, 9, 9 + len(MAIL), MAIL, f"mailto:{MAIL}"),
            Link(2, "https://office.example/a", "footnote", 2, 1, url_raw="https://office.example/a"),
            Link(3, "mailto:hidden@office.example?subject=x", "href", 3, None, 0, 4, "Here"),
            Link(4, "tel:+99921555", "href", 3, None, 0, 4, "Here"),
        ),
        title=f"Contact {MAIL}",
        masked=1,
    )


def test_nothing_of_an_address_or_number_is_left() -> None:
    said = repr(mask_content(content()))
    for part in ("ana", "ruiz", "hidden", "555", "99921"):
        assert part not in said


def test_offsets_and_other_links_hold() -> None:
    before, after = content(), mask_content(content())
    assert [len(p.text) for p in after.passages] == [len(p.text) for p in before.passages]
    assert after.links[1] == before.links[1]
    ref = after.refs[0]
    assert after.passages[0].text[ref.anchor_start : ref.anchor_end] == ref.anchor_text
    assert after.footnotes[0].text == after.passages[1].text
    assert after.links[0].url.startswith("mailto:x")


def test_what_is_masked_is_counted_once() -> None:
    # one before, an address and a number in the paragraph, an address in the note, two targets no text shows
    assert mask_content(content()).masked == 1 + 2 + 1 + 2
