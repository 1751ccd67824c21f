"""Mail addresses are no places to look for web addresses, however they are printed."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from osint_ingest.html import read_page
from osint_ingest.model import ReadOptions
from osint_ingest.text.mail import mail_spans
from osint_ingest.text.urls import find_urls

ADDRESSES = [
    "lia.com.ar.mota@gov.br", "lia.de.mota@dados.mj.gov.br", "o'lia.de.mota@gov.br",
    "team+site.org.de@office.gov.br", "lia.de.mota@ gov.br", "lia.de.mota @gov.br",
    "lia.de.mota@dados. mj.gov.br", "lia@minis- terio.gov.br", "lia.de- mota.org@gov.br",
    "lia.de.mota (at) office.gov.br", "lia.de.mota [arroba] office [dot] gov.br",
    "lia.de.mota (@) office.gov.br", "www.lia.mota@gov.br", "lia.mota@município.gov.br", "xxx.xx.xxxx@xxx.xx",
    "xxxxxx (xx) xxxxxx.xxx",
]  # fmt: skip
PAGE = "<html><head><title>Contact</title></head><body><main><h1>Contact</h1>{}</main></body></html>"


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_mail_address_holds_no_link(address: str) -> None:
    text = f"Ask {address}, or look at www.tides.org/mail and tools.example.org."
    assert [text[a:b] for a, b in mail_spans(text)] == [address]
    assert [u.url for u in find_urls(text)] == ["https://www.tides.org/mail", "https://tools.example.org"]


@pytest.mark.parametrize("keep", [False, True])
@pytest.mark.parametrize("address", ADDRESSES)
def test_nor_does_one_on_a_page(address: str, keep: bool) -> None:
    page = PAGE.format(f"<p>Ask {address}, or look at www.tides.org/mail today.</p>")
    content = read_page(page.encode(), "https://tides.org/contact", ReadOptions(keep_personal_data=keep))
    assert [link.url for link in content.links] == ["https://www.tides.org/mail"]


def test_a_page_can_lead_to_an_address_but_not_out_of_its_middle() -> None:
    page = PAGE.format(
        '<p>Ask <a href="mailto:lia@tides.org">lia@tides.org</a> or lia@<a href="http://reefs.org">reefs.org</a> or '
        'use <a href="https://tides.org/form">form@tides.org</a>.</p>'
    )
    content = read_page(page.encode(), "https://tides.org/contact", ReadOptions(keep_personal_data=True))
    assert [link.url for link in content.links] == ["mailto:lia@tides.org", "https://tides.org/form"]


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("follow @tides.office on tides.org", ["https://tides.org"]),
        ("see flickr.com/photos/12345@N00/sets and tides.org", ["https://flickr.com/photos/12345@N00/sets", "https://tides.org"]),
        ("https://lia.de:pw@tides.org/x", ["https://lia.de:pw@tides.org/x"]),
        ("The Office of Tides (TIDES) tides.gov.br", ["https://tides.gov.br"]),
        ("from lia.mota@tides.org. More on reefs.org", ["https://reefs.org"]),
        ("medium.com/@tides.org/one", ["https://medium.com/@tides.org/one"]),
        ("The cost @ 5 a piece, see tides.org", ["https://tides.org"]),
        ("Ask xxxxx xxxxxx xxxxxx.xxx, see tides.org", ["https://tides.org"]),
        ("Look at page (x) tides.org", ["https://tides.org"]),
    ],
)  # fmt: skip
def test_what_only_looks_like_one_is_left_alone(text: str, urls: list[str]) -> None:
    assert [u.url for u in find_urls(text)] == urls


@pytest.mark.parametrize("text", ["ana.", "ana.lima."])
def test_what_is_no_web_address_before_a_full_stop_is_of_the_name(text: str) -> None:
    whole = f"{text} mota@gov.br"
    assert mail_spans(f"Ask {whole}") == [(4, 4 + len(whole))]


def test_a_name_goes_on_after_its_dot_where_a_printed_line_ends() -> None:
    text = "Ask mota.de. lia@gov.br"
    assert [u.url for u in find_urls(text)] == ["https://mota.de"]
    assert find_urls(text, line_ends={12}) == []


@pytest.mark.parametrize(
    "piece", ["@", "a@", "é@", "あ@", "a@ ", "x@x.x@", "(x)x.x", "//a@", "a. ", "mota.de. lia@gov.br "]
)
@pytest.mark.parametrize("find", [mail_spans, find_urls])
def test_time_grows_with_the_length_of_any_text(piece: str, find: Callable[[str], object]) -> None:
    def seconds(length: int) -> float:
        text = (piece * length)[:length]
        start = time.process_time()
        find(text)
        return time.process_time() - start

    seconds(2_000)
    assert min(seconds(100_000) for _ in range(2)) < 40 * max(min(seconds(10_000) for _ in range(3)), 0.004)
