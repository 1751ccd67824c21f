"""A page of no known source: what is shown, in order, with its sections, links and notes."""

# ruff: noqa: E501 - pages are easier to read unbroken

from __future__ import annotations

import pytest
from lxml import etree

from osint_ingest.html.page import parse_page, read_page
from osint_ingest.model import Content, ReadOptions, UnreadableDocument


def read(body: str, url: str | None = "https://site.example/a/b", head: str = "") -> Content:
    return read_page(
        f"<html lang=en><head>{head}</head><body>{body}</body></html>".encode(), url, ReadOptions()
    )


def said(content: Content) -> list[tuple[str, str]]:
    return [(p.kind, p.text) for p in content.passages]


def test_blocks_in_reading_order() -> None:
    content = read(
        "<h1>Wells</h1><p>One  <b>bold</b>\n word.</p>between<ul><li>first</li><li><p>second</p></li></ul>"
        "<table><caption>Depths</caption><tr><td>3 m</td></tr></table><p>• a bullet<br>• another</p>"
    )
    assert said(content) == [
        ("title", "Wells"),
        ("paragraph", "One bold word."),
        ("paragraph", "between"),
        ("list_item", "first"),
        ("list_item", "second"),
        ("caption", "Depths"),
        ("table_cell", "3 m"),
        ("list_item", "a bullet"),
        ("list_item", "another"),
    ]
    assert content.coverage is not None and content.coverage > 0.9


@pytest.mark.parametrize(
    "left_out",
    [
        "<script>NOT</script>", "<style>NOT</style>", "<nav>NOT</nav>", "<footer>NOT</footer>", "<!-- NOT -->",
        "<template>NOT</template>", "<p hidden>NOT</p>", "<p style='display: none'>NOT</p>", "<noscript>NOT</noscript>",
        "<div role=navigation>NOT</div>", "<div role=dialog>NOT</div>", "<dialog>NOT</dialog>", "<select><option>NOT</select>",
        "<p>a <button aria-describedby=t>i</button><span id=t>NOT</span></p>",
        "<p>the <span>action plan<span>NOT a word that the page says at all here.</span></span> was made</p>",
    ],
)  # fmt: skip
def test_what_is_no_content_is_left_out(left_out: str) -> None:
    assert "NOT" not in str(said(read(f"<h1>T</h1><p>Before.</p>{left_out}<p>After.</p>")))


def test_a_header_with_the_title_is_content_and_the_sites_is_not() -> None:
    content = read(
        "<header><p>Site</p></header><article><header><h1>T</h1><p>By line</p></header><p>x</p></article>"
    )
    assert said(content) == [("title", "T"), ("paragraph", "By line"), ("paragraph", "x")]


def test_menus_without_a_name_are_told_by_their_place() -> None:
    menu = "".join(f"<div><a href='/{w}/'>{w}</a></div>" for w in ("about", "data", "news", "shop"))
    content = read(f"<div>{menu}</div><h1>T</h1><p>Text.</p><ul>{menu.replace('div', 'li')}</ul>")
    assert said(content) == [("title", "T"), ("paragraph", "Text.")]


def test_links_in_elements_of_their_own_are_no_menu() -> None:
    words = ("wells", "rivers", "maps", "roads", "bridges")
    cards = "".join(f"<section><p><a href='/{w}/'>{w}</a></p></section>" for w in words)
    assert [p.text for p in read(f"<div>{cards}</div>").passages] == [*words]


def test_sections_and_headings_in_bold() -> None:
    content = read(
        "<h1>T</h1><h2>A</h2><p><b>Why now?</b></p><p>x</p><p><b>Who pays</b> With care.</p><h2>B</h2><p>y</p>"
    )
    assert [(p.text, p.section, p.level) for p in content.passages if p.kind in ("paragraph", "heading")] == [
        ("A", None, 2),
        ("Why now?", "A", 3),
        ("x", "A > Why now?", None),
        ("Who pays", "A", 3),
        ("With care.", "A > Who pays", None),
        ("B", None, 2),
        ("y", "B", None),
    ]


def test_cells_of_a_row_and_a_term_with_its_explanations_stand_together() -> None:
    content = read(
        "<table><tr><td>Office</td><td>law</td></tr><tr><td>Council</td></tr></table><p>Terms</p>"
        "<dl><dt>Tide<dd>Water<dd>It rises<dt>Rim<dd>Sand</dl>"
    )
    rows: dict[int | None, list[str]] = {}
    for passage in content.passages:
        rows.setdefault(passage.table_row, []).append(passage.text)
    assert rows == {
        1: ["Office", "law"], 2: ["Council"], None: ["Terms"], 3: ["Tide", "Water", "It rises"], 4: ["Rim", "Sand"],
    }  # fmt: skip


def test_links_are_absolute_and_masked() -> None:
    content = read(
        "<h1>T</h1><p>See <a href='../c?x=1#y'>the <i>map</i></a>, <a href='mailto:ana@site.example'>Ana</a>, "
        "<a href='tel:+5411'>call</a>, <a href='#top'>up</a>, <a href='javascript:x()'>js</a> and www.maps.example/a.</p>"
        "<a href='/pic'><img alt='Map'></a><a href='/cdn-cgi/l/email-protection#a1b2'>[email&#160;protected]</a>"
    )
    assert [(x.origin, x.anchor_text, x.url) for x in content.links] == [
        ("href", "the map", "https://site.example/c?x=1#y"),
        ("href", "Ana", "mailto:xxx@xxxx.xxxxxxx"),
        ("href", "call", "tel:+xxxx"),
        ("body", "www.maps.example/a", "https://www.maps.example/a"),
        ("href", None, "https://site.example/pic"),
    ]
    assert content.masked == 3


def test_selectors_lead_to_their_elements() -> None:
    source = "<html><body><div><p>a</p><section><p>b</p><p>c <b>d</b></p></section></div></body></html>"
    content = read_page(source.encode(), None, ReadOptions())
    tree = etree.HTML(source)
    for passage in content.passages:
        steps = [s.strip() for s in (passage.selector or "").split(">")][1:]
        xpath = "/html/body/" + "/".join(s.replace(":nth-of-type(", "[").replace(")", "]") for s in steps)
        (element,) = tree.xpath(xpath)
        assert " ".join("".join(element.itertext()).split()) == passage.text


@pytest.mark.parametrize(
    ("markers", "notes", "tied"),
    [
        ("a [1] b [2, 3].", "<p>[1] one</p><p>[2] two</p><p>[3] three</p>", [1, 2, 3]),
        ("a<sup>1</sup> b<sup>2</sup>.", "<p><sup>1</sup> one</p><p><sup>2</sup> two</p>", [1, 2]),
        ("a [1].", "<p>[1] one</p><p>b [1].</p><p>[1] other</p>", [1, 2]),
        ("10 m<sup>2</sup> [sic] [2019] a [4].", "", [None]),
    ],
)
def test_markers_lead_to_their_notes(markers: str, notes: str, tied: list[int | None]) -> None:
    content = read(f"<h1>T</h1><p>{markers}</p>{notes}")
    assert [r.footnote for r in content.refs] == tied
    assert all("[1" not in p.text for p in content.passages)


@pytest.mark.parametrize(
    "data",
    [
        "<html><head><meta charset=utf-8></head><body><p>Señal única</p></body></html>".encode(),
        "<html><body><p>Señal única</p></body></html>".encode(),
        "<html><head><meta charset=iso-8859-1></head><body><p>Señal única</p></body></html>".encode(
            "latin-1"
        ),
        "<html><body><p>Señal única</p></body></html>".encode("utf-16"),
        "<html><body><p>Sen\u0303al u\u0301nica</p></body></html>".encode(),
        "<html><head><meta charset=utf-8></head><body><p>Señal \x00única</p></body></html>".encode(),
        "<?xml version='1.0' encoding='UTF-8'?><html><body><p>Señal&nbsp;única</p></body></html>".encode(),
    ],
)
def test_text_is_nfc_whatever_the_bytes(data: bytes) -> None:
    assert [p.text for p in read_page(data, None, ReadOptions()).passages] == ["Señal única"]


def test_one_broken_byte_leaves_the_accents_whole() -> None:
    data = "<html><head><meta charset=utf-8></head><body><p>Señal única</p></body></html>".encode()
    (passage,) = read_page(
        data.replace(b" ", b" \xff", 1).replace(b"l \xff", b"l \xff"), None, ReadOptions()
    ).passages
    assert "única" in passage.text


def test_what_is_no_page_is_refused() -> None:
    for data, code in (
        (b"", "empty"),
        (b"\x00\x00", "empty"),
        (b"%PDF-1.4", "not_html"),
        (b"<!-- only -->", "not_html"),
    ):
        with pytest.raises(UnreadableDocument) as refused:
            parse_page(data, None, ReadOptions())
        assert refused.value.code == code
