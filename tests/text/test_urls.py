"""Where a URL begins, where it ends, and over which lines it goes on."""

from __future__ import annotations

import pytest

from osint_ingest.text.urls import find_urls, normalise_url, open_url, url_goes_on


@pytest.mark.parametrize(
    ("head", "following", "room", "rule"),
    [
        ("https://example.org/a-long-", "name/of/a/page.html", 3.0, "break_sign"),
        ("https://example.org/docum", "ent.pdf", 0.4, "filled_line"),
        ("https://example.org/report", "(in Spanish).", 0.4, None),
        ("https://example.org/report", "and https://example.org/two", 2.0, None),
        ("https://example.org/report,", "accessed in May", 2.0, None),
        ("https://example.org/one", "https://example.org/two", 0.2, None),
        ("https://", "example.org/x", 5.0, "scheme"),
        ("https://example.org/reuse_of_", "tools in May", 9.0, "break_sign"),
        ("https://example.org/reuse#", "in Spanish and more", 9.0, None),
        ("https://example.org/wiki/Rule_(of", "law) and order", 4.0, "break_sign"),
        ("https://example.org/?uri=CELEX:", "32011R2954; and", 4.0, "url_piece"),
        ("https://example.org/list:", "2 of 3", 4.0, None),
        ("https://example.org/report.", "pdf. In Spanish", 1.0, "break_sign"),
        ("https://www.europa.", "eu. In Spanish", 1.0, "break_sign"),
        ("https://example.org/report", "in Spanish and more", 0.2, None),
        ("https://example.org/report", "in", 0.2, None),
        ("example.org/a-long/", "name.html", 9.0, "break_sign"),
    ],
)
def test_a_url_at_a_lines_end(head: str, following: str, room: float, rule: str | None) -> None:
    known = {"in", "spanish", "and", "accessed", "may"}
    assert open_url(head) == head
    found = url_goes_on(head, following, room=room, target=None, same_target=False, known_words=known)
    assert found == rule


def test_an_annotation_decides_where_a_url_ends() -> None:
    def goes_on(target: str) -> str | None:
        return url_goes_on(
            "https://example.org/a/",
            "list",
            room=9.0,
            target=target,
            same_target=False,
            known_words=frozenset(),
        )

    assert goes_on("https://example.org/a/list") == "annotation"
    assert goes_on("https://example.org/a/") is None


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("See https://a.org/x_(y)).", ["https://a.org/x_(y)"]),
        ("at www.example.org/x; and", ["https://www.example.org/x"]),
        ("doi:10.1234/abc.5.", ["https://doi.org/10.1234/abc.5"]),
        ("on tools.example.org, version 1.2.3", ["https://tools.example.org"]),
        ("e.g. this, U.S.A., file.py, name@example.org", []),
        ("《法》https://a.cn/条", ["https://a.cn/"]),
        ("https://example.org/ruta/año.↩︎", ["https://example.org/ruta/año"]),
        ("https://example.org/list/\uf0b7 next", ["https://example.org/list/"]),
        ("https://example.org/open\u2010data\u2011set", ["https://example.org/open-data-set"]),
        ("Opensource.com, https://red.example/1", ["https://red.example/1"]),
        (
            "Opensource.com/tags and https://red.example/1",
            ["https://Opensource.com/tags", "https://red.example/1"],
        ),
        ("on Data.gov", ["https://Data.gov"]),
    ],
)
def test_urls_in_text(text: str, urls: list[str]) -> None:
    assert [u.url for u in find_urls(text)] == urls


def test_an_empty_fragment_and_a_readable_host_are_kept() -> None:
    assert normalise_url("https://Example.org/a#") == "https://example.org/a#"
    assert normalise_url("https://xn--bcher-kva.example/") == "https://bücher.example/"
