"""URLs on pages: over lines, with the printer's hyphens or their own, in fonts with ligatures."""

from __future__ import annotations

import pytest
from pdfminer.fontmetrics import FONT_METRICS

from osint_ingest.pdf import read_pdf

from .pages import RawPage, pdf_of, text_at

ALIKE = (
    "the informa-",
    "tion that the muni-",
    "cipal council gath-",
    "ers is information of a municipal office",
)


def links(page: RawPage) -> list[str]:
    return [link.url for link in read_pdf(pdf_of(page)).links]


def lines(*texts: str) -> bytes:
    return b"".join(text_at(72, 700 - 14 * i, 11, text) for i, text in enumerate(texts))


def link_over(line: int, uri: str) -> bytes:
    """An annotation over all of a line."""
    y = 700 - 14 * line
    return b"<< /Type /Annot /Subtype /Link /Rect [72 %d 500 %d] /A << /S /URI /URI (%s) >> >>" % (
        y - 3,
        y + 9,
        uri.encode(),
    )


@pytest.mark.parametrize(
    ("first", "second", "url"),
    [
        # the whole word stands elsewhere; it does not, nor do its halves; they do; a slug with hyphens
        ("https://example.org/informa-", "tion/", "https://example.org/information/"),
        ("https://example.org/theregis-", "ter/", "https://example.org/theregister/"),
        ("https://example.org/office-", "council/", "https://example.org/office-council/"),
    ],
)
def test_a_hyphen_inside_a_url_of_a_document_that_hyphenates(first: str, second: str, url: str) -> None:
    assert links(RawPage(lines(*ALIKE, "and on it goes, as can be seen at " + first, second))) == [url]


def test_the_end_of_a_url_is_no_word_that_the_document_knows() -> None:
    text = lines(
        "As can be seen by all at https://example.org/f65f896c6d7e77aa389455d66cac86", "eb. And so on"
    )
    assert links(RawPage(text)) == ["https://example.org/f65f896c6d7e77aa389455d66cac86eb"]


def test_a_hyphen_inside_a_url_of_a_document_that_does_not() -> None:
    text = lines("As can be seen by everybody at https://example.org/theregis-", "ter/")
    assert links(RawPage(text)) == ["https://example.org/theregis-ter/"]


@pytest.mark.parametrize("url", ["https://example.org/theregister/", "https://example.org/theregis-ter/"])
def test_an_annotation_tells_whose_hyphen_it_is(url: str) -> None:
    text = lines("https://example.org/theregis-", "ter/")
    content = read_pdf(pdf_of(RawPage(text, annotations=link_over(0, url) + link_over(1, url))))
    assert [(link.url, link.url_raw) for link in content.links] == [(url, url)]


@pytest.mark.parametrize(
    ("told", "url"),
    [
        # cut off at the line's end, with and without the hyphen; with the full stop of the sentence; another page
        ("https://example.org/the-long-name-of-", "https://example.org/the-long-name-of-a/report.html"),
        ("https://example.org/the-long-name-of", "https://example.org/the-long-name-of-a/report.html"),
        (
            "https://example.org/the-long-name-of-a/report.html.",
            "https://example.org/the-long-name-of-a/report.html",
        ),
        ("https://example.org/other", "https://example.org/other"),
        # with a command that TeX left in it
        (
            r"https\\penalty \\@M ://example.org/the-long-name-of-a/report.html",
            "https://example.org/the-long-name-of-a/report.html",
        ),
    ],
)
def test_an_annotation_that_is_the_printed_url_cut_wrong_is_not_where_it_leads(told: str, url: str) -> None:
    text = lines("https://example.org/the-long-name-of-", "a/report.html")
    content = read_pdf(pdf_of(RawPage(text, annotations=link_over(0, told))))
    printed = "https://example.org/the-long-name-of-a/report.html"
    assert [(link.url, link.url_raw) for link in content.links] == [(url, printed)]


def test_an_annotation_that_ends_with_its_line_is_believed_before_plain_words() -> None:
    text = lines("https://example.org/the-long-name-of-it", "2019/20, as a whole")
    url = "https://example.org/the-long-name-of-it"
    assert links(RawPage(text, annotations=link_over(0, url))) == [url]


def test_a_font_is_as_wide_as_the_file_says() -> None:
    # the ligature of a standard font: half an em wide here, and pdfminer knows no width for it
    widths = b" ".join(b"500" for _ in range(256))
    font = (
        b"/F2 << /Type /Font /Subtype /Type1 /BaseFont /Times-Roman /FirstChar 0 /LastChar 255 /Widths [%s]"
        b" /Encoding << /Differences [140 /fi] >> /FontDescriptor << /Type /FontDescriptor /FontName /Times-Roman"
        b" /Flags 32 /FontBBox [0 -218 1000 898] /Ascent 782 /Descent -218 /ItalicAngle 0 >> >>" % widths
    )
    drawn = b"BT /F2 10 Tf 72 700 Td (https://example.org/\x8cles) Tj 120 0 Td (/list) Tj ET"
    assert links(RawPage(drawn, fonts=font)) == ["https://example.org/files/list"]


def link_over_letters(text: str, start: int, end: int, uri: str) -> bytes:
    """An annotation over letters of the first line, no wider than they are."""
    widths = FONT_METRICS["Helvetica"][1]
    x0, x1 = (72 + 0.011 * sum(widths[c] for c in text[:at]) for at in (start, end))
    rectangle = b"<< /Type /Annot /Subtype /Link /Rect [%.2f 697 %.2f 709] /A << /S /URI /URI (%s) >> >>"
    return rectangle % (x0, x1, uri.encode())


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("The Ministry's plan", ["Ministry"]),
        ("Of eID/eSignature both, and pre-notified ones", ["eID", "eSignature", "pre"]),
        ("See (the Act, of 2012) and the Code; here", ["(the Act,", "Code"]),
        ("The co-ordinated opening of (data) sets", ["ordinated op", "data"]),
        ("It opened the data.gov.ee Portal in spring", ["data.gov.ee Portal"]),
    ],
)
def test_the_phrase_of_a_link_is_what_it_lies_over(text: str, phrases: list[str]) -> None:
    over = b"".join(
        link_over_letters(
            text, text.index(phrase), text.index(phrase) + len(phrase), f"https://{n}.example.org/"
        )
        for n, phrase in enumerate(phrases)
    )
    content = read_pdf(pdf_of(RawPage(lines(text), annotations=over)))
    assert [(link.anchor_text, link.url) for link in content.links] == [
        (phrase, f"https://{n}.example.org/") for n, phrase in enumerate(phrases)
    ]


@pytest.mark.parametrize("linked", [True, False])
def test_no_passage_ends_inside_a_link(linked: bool) -> None:
    text = lines(
        "The whole of the committee met to approve of it at some length.", "Royal Decree", "On Cards"
    )
    over = link_over(1, "https://example.org/") + link_over(2, "https://example.org/") if linked else b""
    last = read_pdf(pdf_of(RawPage(text, annotations=over))).passages[-1]
    assert last.text.endswith("Royal Decree On Cards") is linked


def link_in(left: float, top: int, right: float, uri: str) -> bytes:
    rectangle = b"<< /Type /Annot /Subtype /Link /Rect [%.2f %d %.2f %d] /A << /S /URI /URI (%s) >> >>"
    return rectangle % (left, top - 3, right, top + 8, uri.encode())


def test_a_rectangle_drawn_too_small_holds_the_whole_phrase() -> None:
    text = "See (lay portal) and others"
    x0, x1 = (72 + 0.011 * sum(FONT_METRICS["Helvetica"][1][c] for c in text[:at]) for at in (5, 15))
    content = read_pdf(
        pdf_of(RawPage(lines(text), annotations=link_in(x0 + 1.4, 700, x1 - 1.4, "https://l.example/")))
    )
    assert [link.anchor_text for link in content.links] == ["lay portal"]
