"""Notes that links tie: `text<sup><a href="#fn1">1</a></sup>` and, elsewhere, `<li id="fn1">its text ↩</li>`.

Word processors, blog engines and Markdown all write them so, each with names of its own. What counts is where
the links lead: from a marker in a text to an element that is a note, and mostly back.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile
from typing import NamedTuple
from urllib.parse import unquote

from lxml import etree

from osint_ingest.html.lines import PageLine

MARKER = re.compile(
    r"\A[\[(]?\s*+(\d{1,3}|[a-z]{1,2}|[ivxl]{1,6}|[*#]{1,3}|[†‡§¶]{1,3})\s*+[\])]?[.)]?$", re.I
)
_LONGEST_WAY_BACK = 20
"""The text of a link back is no longer than this, in code points: an arrow, or `back to text`."""
_OPENING = " \n[(^↑*"


class _InPage(NamedTuple):
    """A link to a place of the same page, in the line with that number."""

    line: int
    start: int
    end: int
    href: str
    raised: bool


def note_targets(root: etree._Element) -> frozenset[str]:
    """Names of the places that short links of a page lead to, and of the places that such links are. Empty for most
    pages, which then need no further look."""
    short = [
        (href, text)
        for link in root.iter("a")
        if (href := link.get("href")) and len(href) > 1 and href[0] == "#"
        if (text := _short_text(link)) is not None
    ]
    if not any(MARKER.match(text) for _, text in short):
        return frozenset()
    return frozenset(place_name(href) for href, _ in short)


def _short_text(link: etree._Element) -> str | None:
    """The text of a link; None when it is too long for a marker and for a way back."""
    text_so_far = ""
    for text in link.itertext():
        text_so_far = (text_so_far + text).lstrip()
        if len(text_so_far) > _LONGEST_WAY_BACK:
            return None
    return text_so_far.rstrip()


def linked_notes(lines: Sequence[PageLine]) -> Mapping[str, str]:
    """The notes that links tie: the names of the places that markers lead to, with the marker (`1`) of each. A link is
    a marker when its text is one, something stands before it, and the place that it leads to leads back to its line;
    or when it is raised or in brackets and leads to an entry of a list, or to a text that begins with the same
    marker."""
    places: dict[str, int] = {}
    for number, line in enumerate(lines):
        for _, name in line.anchors:
            places.setdefault(name, number)
    if not places:
        return {}
    links = [link for number, line in enumerate(lines) for link in _links(number, line)]
    leads = {(link.line, places.get(place_name(link.href))) for link in links}
    found: dict[str, str] = {}
    for link in links:
        line, place = lines[link.line], places.get(place_name(link.href))
        said = line.text[link.start : link.end].strip()
        match = MARKER.match(said)
        if place is None or place == link.line or not match or not line.text[: link.start].strip(_OPENING):
            continue
        note, printed = lines[place], match.group(1)
        bracketed = said[0] in "[(" or line.text[link.start - 1] in "[("
        begins = note.kind == "list_item" or note.text.lstrip(_OPENING).startswith(printed)
        back = any((n, link.line) in leads for n in _note_lines(lines, place))
        if back or ((link.raised or bracketed) and begins):
            found.setdefault(place_name(link.href), printed if printed.isascii() else str(len(found) + 1))
    return found


def place_name(href: str) -> str:
    """The name of the place that a link such as `#fn1` leads to."""
    return unquote(href[1:])


def _note_lines(lines: Sequence[PageLine], first: int) -> Iterator[int]:
    """The lines of a note: those of its list item."""
    item = lines[first].item
    yield first
    if item is not None:
        yield from takewhile(lambda n: lines[n].item == item, range(first + 1, len(lines)))


def _links(number: int, line: PageLine) -> Iterator[_InPage]:
    """The links of a line to places of its page; the runs of one link are one."""
    open_link: _InPage | None = None
    for run in line.runs:
        if open_link and run.href == open_link.href and run.start <= open_link.end + 1:
            open_link = open_link._replace(end=run.end, raised=open_link.raised or run.raised)
            continue
        if open_link:
            yield open_link
        inside = run.href and len(run.href) > 1 and run.href.startswith("#")
        open_link = _InPage(number, run.start, run.end, run.href or "", run.raised) if inside else None
    if open_link:
        yield open_link
