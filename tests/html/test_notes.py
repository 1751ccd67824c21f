"""Notes that links tie, as word processors, blog engines and Markdown write them: told by where the links lead."""

# ruff: noqa: E501 - pages are easier to read unbroken

from __future__ import annotations

import pytest

from osint_ingest.html import read_page
from osint_ingest.model import Content, ReadOptions

PROSE = "<p>The wells ran dry{} and the springs too{}.</p><p>Then it rained.</p>"
SAYS = ("Dry Months, https://waters.example/dry", "Ibid., page 4")


def read(body: str) -> Content:
    page = f"<html lang=en><body><main><h1>Waters</h1>{body}</main></body></html>"
    return read_page(page.encode(), "https://site.example/a/", ReadOptions())


def page(markers: tuple[str, str], notes: str) -> str:
    return PROSE.format(*markers) + notes.format(*SAYS)


WAYS = {
    "markdown": page(
        (
            "<sup id='fnref:1'><a href='#fn:1'>1</a></sup>",
            "<sup id='fnref:2'><a href='#fn:2' role=doc-noteref>2</a></sup>",
        ),
        "<section><hr><ol><li id='fn:1'><p>{}&#160;<a href='#fnref:1'>↩︎</a></p></li><li id='fn:2'><p>{} <a href='#fnref:2'>↩︎</a></p></li></ol></section>",
    ),
    "word processor": page(
        (
            "<a href='#_ftn1' name='_ftnref1'><span><sup>[1]</sup></span></a>",
            "<a href='#_ftn2' name='_ftnref2'>[2]</a>",
        ),
        "<hr><div id=ftn1><p><a href='#_ftnref1' name='_ftn1'><sup>[1]</sup></a> {}</p></div><div id=ftn2><p><a href='#_ftnref2' name='_ftn2'>[2]</a> {}</p></div>",
    ),
    "blog": page(
        (
            "<sup><a id='7c2-link' href='#7c2'>1</a></sup>",
            " <sup><a id='9d1-link' href='#9d1' aria-describedby='9d1'>2</a></sup>",
        ),
        "<ol><li id='7c2'>{} <a href='#7c2-link' aria-label='Jump to reference'>↩︎</a></li><li id='9d1'>{} <a href='#9d1-link'>↩︎</a></li></ol>",
    ),
    "encyclopedia": page(
        (
            "<sup id='ref-1'><a href='#note-1'>[1]</a></sup>",
            "<sup id='ref-2'><a href='#note-2'>[2]</a></sup>",
        ),
        "<ol><li id='note-1'><span>^ <a href='#ref-1'><b>a</b></a> <a href='#ref-2'><b>b</b></a></span> <span>{}</span></li><li id='note-2'><b><a href='#ref-2'>↑</a></b> {}</li></ol>",
    ),
    "parentheses and paragraphs": page(
        (" (<a href='#n1' id=r1>1</a>)", " (<a href='#n2' id=r2>2</a>)"),
        "<p id=n1>1. {} <a href='#r1'>back to text</a></p><p id=n2>2. {} <a href='#r2'>back to text</a></p>",
    ),
    "no way back": page(
        ("<sup><a href='#n1'>1</a></sup>", "<sup><a href='#n2'>2</a></sup>"),
        "<ol><li><a name=n1></a>{}</li><li><a name=n2></a>{}</li></ol>",
    ),
    "lines": page(
        ("<a href='#n1'>[1]</a>", "<a href='#n2'>[2]</a>"),
        "<p><a name=n1>[1]</a> {}<br><a name=n2>[2]</a> {}</p>",
    ),
}


@pytest.mark.parametrize("body", WAYS.values(), ids=WAYS)
def test_a_marker_leads_to_the_note_that_it_links_to(body: str) -> None:
    content = read(body)
    (prose,) = [p for p in content.passages if p.text.startswith("The wells")]
    assert prose.text == "The wells ran dry and the springs too."
    assert [(r.marker, r.passage, r.footnote, prose.text[: r.char_offset]) for r in content.refs] == [
        ("1", prose.ordinal, 1, "The wells ran dry"),
        ("2", prose.ordinal, 2, "The wells ran dry and the springs too"),
    ]
    assert [(n.marker, n.text, n.refers_to) for n in content.footnotes] == [
        ("1", SAYS[0], None),
        ("2", SAYS[1], 1),
    ]
    assert [(n.passage, content.passages[n.passage - 1].kind) for n in content.footnotes] == [
        (n.passage, "footnote") for n in content.footnotes
    ]
    (link,) = content.links
    assert (link.url, link.origin, link.footnote) == ("https://waters.example/dry", "footnote", 1)
    said = content.passages[(link.passage or 0) - 1].text
    assert said[link.char_start : link.char_end] == link.anchor_text
    assert content.findings == ()


@pytest.mark.parametrize(
    ("says", "meant"),
    [("See note 1.", 1), ("Brask, supra note 1, p. 4.", 1), ("Véase nota 1", 1), ("Ley nota 1/2019", None)],
)
def test_a_note_means_another_by_its_number(says: str, meant: int | None) -> None:
    three = WAYS["markdown"].replace(
        "<sup id='fnref:1'", "Rain<sup id='fnref:3'><a href='#fn:3'>3</a></sup> <sup id='fnref:1'"
    )
    content = read(three.replace("</ol>", f"<li id='fn:3'>{says} <a href='#fnref:3'>↩︎</a></li></ol>"))
    assert [n.refers_to for n in content.footnotes] == [None, 1, meant]


def test_numbers_that_begin_again_and_letters_go_where_they_lead() -> None:
    content = read(
        "<p>A<sup><a href='#x1'>1</a></sup> b<sup><a href='#y1'>1</a></sup> c<sup><a href='#z' id=rz>a</a>,<a href='#x1'>1</a></sup>.</p>"
        "<ol><li id=x1>first</li></ol><ol><li id=y1>second <p>goes on at https://on.example/</p></li></ol><p id=z><a href='#rz'>a</a> third</p>"
    )
    assert [(n.marker, n.text) for n in content.footnotes] == [
        ("1", "first"),
        ("1", "second"),
        ("a", "third"),
    ]
    assert [(r.marker, r.footnote, r.char_offset) for r in content.refs] == [
        ("1", 1, 1),
        ("1", 2, 3),
        ("a", 3, 5),
        ("1", 1, 5),
    ]
    assert content.passages[1].text == "A b c."
    assert [(x.url, x.footnote) for x in content.links] == [("https://on.example/", 2)]


@pytest.mark.parametrize(
    "body",
    [
        # a table of contents
        "<ul><li><a href='#s1'>1</a> Wells</li><li>Part <a href='#s2'>2</a></li></ul><h2 id=s1>1 Wells</h2><p>x</p><h2 id=s2>2 Springs</h2><p>y</p>",
        # a square, and a note that another sign leads to
        "<p>10 m<sup>2</sup> of land<sup><a href='#n'>2</a></sup>.</p><ol><li id=n>the note</li></ol>",
        # a link to a place that is not on the page, and to a heading
        "<p>As said<sup><a href='#gone'>3</a></sup> and in <a href='#s'>4</a>.</p><h2 id=s>4 Springs</h2>",
    ],
)
def test_other_links_within_a_page_are_no_markers(body: str) -> None:
    content = read(body)
    linked = [r for r in content.refs if r.footnote]
    assert len(linked) == body.count("id=n>")
    assert "m2" in "".join(p.text for p in content.passages) or "10 m" not in body
    assert len(content.footnotes) == len(linked)


NUMBERED = "<h3>Notes</h3><p>1. See https://waters.example/one.</p><p>2. See https://waters.example/two.</p>"
UNLINKED = {
    "printed numbers under a heading": NUMBERED,
    "printed numbers in another language": NUMBERED.replace("Notes", "Notas")
    .replace("1.", "(1)")
    .replace("2.", "(2)"),
    "printed numbers alone": NUMBERED.replace("<h3>Notes</h3>", "<hr>"),
    "an ordered list": "<h2>Endnotes</h2><ol><li>See https://waters.example/one.</li><li>See https://waters.example/two.</li></ol>",
    "an ordered list of paragraphs": "<h2>Notes</h2><ol><li><p>See https://waters.example/one.</p></li><li><p>See https://waters.example/two.</p></li></ol>",
}


@pytest.mark.parametrize("notes", UNLINKED.values(), ids=UNLINKED)
def test_raised_numbers_and_a_list_that_counts_are_notes_without_a_link(notes: str) -> None:
    content = read(PROSE.format("<sup>1</sup>", "<sup>2</sup>") + notes)
    assert [p.text for p in content.passages if p.kind == "paragraph"] == [
        "The wells ran dry and the springs too.",
        "Then it rained.",
    ]
    assert [(n.marker, n.text) for n in content.footnotes] == [
        ("1", "See https://waters.example/one."),
        ("2", "See https://waters.example/two."),
    ]
    assert [(r.marker, r.footnote) for r in content.refs] == [("1", 1), ("2", 2)]
    assert [link.footnote for link in content.links] == [1, 2]


@pytest.mark.parametrize(
    "body",
    [
        "<p>The first well ran dry.</p><ol><li>Dig.</li><li>Wait.</li></ol>",
        "<p>A pool of 30 m<sup>2</sup> and 10<sup>3</sup> more.</p><ol><li>Dig.</li><li>Wait.</li><li>Fill.</li></ol>",
        "<p>Ada<sup>1</sup>, Bea<sup>2</sup>, Cy<sup>1</sup>, Dora<sup>2</sup>, Ed<sup>1</sup> and Fay<sup>2</sup></p>",
    ],
)
def test_steps_and_exponents_are_no_notes(body: str) -> None:
    content = read(body)
    assert content.footnotes == () and content.refs == ()


def test_raised_numbers_that_nothing_answers_are_said_and_are_no_text() -> None:
    names = ("Wells", "Springs", "Rivers", "Ponds", "Rains")
    content = read("".join(f"<p>{name}<sup>{n}</sup> ran dry.</p>" for n, name in enumerate(names, 7)))
    assert [p.text for p in content.passages[1:]] == [f"{name} ran dry." for name in names]
    assert [(r.marker, r.footnote) for r in content.refs] == [(str(n), None) for n in range(7, 12)]
    assert [f.code for f in content.findings] == ["raised_numbers_unread"]


@pytest.mark.parametrize("label", ["iso-8859-1", "latin1", "us-ascii", "ISO_8859-1", "windows-1252"])
def test_a_label_of_latin_1_means_windows_1252(label: str) -> None:
    said = "L’État publie “son code” – depuis 2019…"
    data = f"<html><head><meta charset={label}></head><body><main><h1>Code</h1><p>{said}</p></main></body></html>"
    content = read_page(data.encode("cp1252"), None, ReadOptions())
    assert content.passages[1].text == said
