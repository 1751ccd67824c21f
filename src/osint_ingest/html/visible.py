"""Tree -> lines: one walk over what a page shows, without recursion, so that no nesting is too deep."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from lxml import etree

from osint_ingest.html.lines import Line, LineKind, Run, Step
from osint_ingest.html.structure import (
    BLOCKS,
    HEADINGS,
    HINTS,
    LONGEST_TERM,
    STRONG,
    is_hidden,
    is_hint,
    is_outside_content,
)
from osint_ingest.text.privacy import mask

MAX_CHAIN = 12
"""Deeper inline nesting tells nothing more about which texts belong together."""
MAX_PATH = 100
"""A line deeper than this has the selector of its ancestor at this depth."""

_OTHER_SPACE = r"\t\n\r\f\v\u00a0\u200b\ufeff\u2028\u2029\u3000"
# not a single plain space, which stays as it is
_SPACE = re.compile(rf" [ {_OTHER_SPACE}]+|[{_OTHER_SPACE}][ {_OTHER_SPACE}]*")
_UNWANTED = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\ud800-\udfff]+")
_VOID = frozenset(("br", "img", "script", "input", "hr"))


@dataclass(slots=True)
class _Place:
    """Where the walk stands: what an element hands down to what is in it."""

    tag: etree._Element
    children: Iterator[etree._Element]
    path: Step
    block: bool
    kind: LineKind = "paragraph"
    level: int | None = None
    container: int = 0
    row: int | None = None
    column: int | None = None
    inside: Literal["main", "aside", "body"] = "body"
    item: int | None = None
    chain: tuple[int, ...] = ()
    href: str | None = None
    strong: bool = False
    raised: bool = False
    began: int = 0
    """Where in the current line an inline element began."""
    numbers: dict[str, int] | None = None
    """How many children of each name were seen."""


@dataclass(slots=True)
class Visible:
    """What the walk found. `masked` counts e-mail addresses and telephone numbers."""

    lines: list[Line] = field(default_factory=list)
    masked: int = 0
    bare_links: list[str] = field(default_factory=list)
    """Targets of links without a text of their own."""
    scripts: int = 0
    asks_password: bool = False


class _Walk:
    def __init__(self, *, keep_personal_data: bool) -> None:
        self.found = Visible()
        self.keep = keep_personal_data
        self.described: set[str] = set()
        """Ids of elements that another element names as its description: tooltips."""
        self.serial = 0
        self.rows = 0
        self.parts: list[str] = []
        self.length = 0
        self.pending_space = False
        self.runs: list[Run] = []
        self.alts: list[tuple[int, str]] = []

    def walk(self, root: etree._Element) -> Visible:
        start = Step(str(root.tag), 0, None, 0)
        stack = [_Place(root, iter(root), start, True)]
        owners = [stack[0]]
        self.say(root.text, stack[0])
        while stack:
            place = stack[-1]
            child = next(place.children, None)
            if child is None:
                stack.pop()
                self.leave(place, owners)
                if stack and place.tag.tail:
                    self.say(place.tag.tail, stack[-1])
                continue
            entered = self.enter(child, place) if isinstance(child.tag, str) else None
            if entered is None:
                if child.tail:
                    self.say(child.tail, place)
                continue
            stack.append(entered)
            if entered.block:
                self.end_line(owners[-1])
                owners.append(entered)
            if child.text:
                self.say(child.text, entered)
        return self.found

    def leave(self, place: _Place, owners: list[_Place]) -> None:
        if place.block:
            self.end_line(owners.pop())
        elif place.href and place.began == self.length and place.tag.tag == "a":
            self.found.bare_links.append(place.href)

    def enter(self, tag: etree._Element, above: _Place) -> _Place | None:
        """The place inside an element; None when nothing in it is to be read."""
        name = str(tag.tag)
        if above.numbers is None:
            above.numbers = {}
        number = above.numbers[name] = above.numbers.get(name, 0) + 1
        attrs = tag.attrib
        if name in _VOID:
            self.void(name, attrs)
            return None
        if is_outside_content(tag, name, attrs, above.inside) or (attrs and is_hidden(attrs, self.described)):
            return None
        block = name in BLOCKS
        inline_around = bool(above.chain)
        if self.length and name in HINTS and (inline_around or not block):
            before = self.words_before(above.began if inline_around else 0)
            if is_hint(tag, before, inline_around):
                return None
        path = above.path
        if path.depth < MAX_PATH and name.isalnum():
            path = Step(name, number, path, path.depth + 1)
        return (
            self.enter_block(tag, name, path, above) if block else self.enter_inline(tag, name, path, above)
        )

    def enter_inline(self, tag: etree._Element, name: str, path: Step, above: _Place) -> _Place:
        attrs = tag.attrib
        href = None
        if attrs:
            if described := attrs.get("aria-describedby") or attrs.get("aria-details"):
                self.described.update(described.split())
            href = attrs.get("href") if name == "a" else None
        self.serial += 1
        return _Place(
            tag,
            iter(tag),
            path,
            block=False,
            inside=above.inside,
            chain=above.chain if len(above.chain) >= MAX_CHAIN else (*above.chain, self.serial),
            href=href.strip() if href else above.href,
            strong=above.strong or name in STRONG,
            raised=above.raised or name == "sup",
            began=self.length,
        )

    def void(self, name: str, attrs: Mapping[str, str]) -> None:
        """An element without a text: a line feed, an image, a script, a field to type in."""
        if name == "br":
            self.line_feed()
        elif name == "img":
            self.image(attrs)
        elif name == "script":
            self.found.scripts += 1
        elif name == "input":
            self.found.asks_password |= (attrs.get("type") or "").lower() == "password"

    def enter_block(self, tag: etree._Element, name: str, path: Step, above: _Place) -> _Place:
        place = _Place(
            tag,
            iter(tag),
            path,
            block=True,
            kind=above.kind,
            level=above.level,
            container=id(above.tag),
            row=above.row,
            column=above.column,
            inside=above.inside,
            item=above.item,
            chain=above.chain,
            href=above.href,
            strong=above.strong,
        )
        if name in HEADINGS:
            place.kind, place.level = "heading", int(name[1])
        elif name == "li":
            self.serial += 1
            place.kind, place.item, place.level = "list_item", self.serial, None
        elif name in ("td", "th"):
            place.kind = "cell" if name == "td" else "head_cell"
            place.column = sum((above.numbers or {}).get(n, 0) for n in ("td", "th"))
        elif name == "tr":
            self.rows += 1
            place.row = self.rows
        elif name == "dt":
            place.kind = "term"
        elif name == "dd":
            place.kind = "value"
        elif name in ("caption", "figcaption"):
            place.kind = "caption"
        elif name in ("main", "article"):
            place.inside = "main"
        elif name == "aside":
            place.inside = "aside"
        elif tag.attrib and tag.get("role") == "heading":
            level = tag.get("aria-level") or "2"
            place.kind, place.level = "heading", int(level) if level in "123456" else 2
        return place

    def words_before(self, began: int) -> str:
        """The last words of the current line, from `began` on, as far as a term can reach."""
        pieces: list[str] = []
        size, most = 0, min(self.length - began, LONGEST_TERM)
        for part in reversed(self.parts):
            if size >= most:
                break
            pieces.append(part)
            size += len(part)
        return "".join(reversed(pieces))[-most:] if most > 0 else ""

    def line_feed(self) -> None:
        if self.length:
            self.parts.append("\n")
            self.length += 1
            self.pending_space = False

    def image(self, attrs: Mapping[str, str]) -> None:
        alt = (attrs.get("alt") or attrs.get("title") or "").strip()
        if alt:
            self.alts.append((self.length, alt if self.keep else mask(alt)[0]))

    def say(self, raw: str | None, place: _Place) -> None:
        """Adds a text node to the current line, its white space folded with what is before it."""
        if not raw:
            return
        text = raw if raw.isascii() else unicodedata.normalize("NFC", raw)
        if "  " in text or not text.isprintable():
            text = _SPACE.sub(" ", _UNWANTED.sub("", text))
        if not text:
            return
        if text == " ":
            self.pending_space = self.length > 0 and self.parts[-1] != "\n"
            return
        leads, trails = text[0] == " ", text[-1] == " "
        text = text.strip(" ")
        spaced = (leads or self.pending_space) and self.length and self.parts[-1] != "\n"
        if spaced or self.stands_apart(text, place.chain):
            self.parts.append(" ")
            self.length += 1
        start = self.length
        self.parts.append(text)
        self.length += len(text)
        self.pending_space = trails
        self.runs.append(Run(start, self.length, place.chain, place.href, place.strong, place.raised))

    def stands_apart(self, text: str, chain: tuple[int, ...]) -> bool:
        """Is a text in an element of its own another word than the one right before it, in another element?

        Style sheets part `<span>Status</span><span>Active</span>`; a word that only its tags cut goes on in
        small letters.
        """
        if not self.runs or self.runs[-1].end != self.length:
            return False
        before = self.runs[-1].chain
        shorter = min(len(before), len(chain))
        if not shorter or before[:shorter] == chain[:shorter]:
            return False
        last, first = self.parts[-1][-1], text[0]
        if not last.isalnum() and last not in ").":
            return False
        if first.isdigit():
            return not last.isdigit()
        return first.isupper() and (not last.isupper() or text[1:2].islower())

    def end_line(self, owner: _Place) -> None:
        if not self.runs and not self.alts:
            self.parts.clear()
            self.length, self.pending_space = 0, False
            return
        text = "".join(self.parts).rstrip("\n ")
        if not text.isascii() and not unicodedata.is_normalized("NFC", text):
            # a combining sign at the start of a text node: its runs no longer fit
            text = unicodedata.normalize("NFC", text)
            self.runs = [Run(0, len(text), (), None, False, False)]
        if not self.keep:
            text, count = mask(text)
            self.found.masked += count
        self.found.lines.append(
            Line(
                owner.kind,
                text,
                tuple(self.runs),
                owner.path,
                owner.container,
                owner.level,
                tuple(self.alts),
                owner.row,
                owner.column,
                owner.inside,
                owner.item,
            )
        )
        self.parts.clear()
        self.runs, self.alts = [], []
        self.length, self.pending_space = 0, False


def visible_lines(root: etree._Element, *, keep_personal_data: bool = False) -> Visible:
    """The lines that a page shows, in reading order, personal data masked unless it is kept.

    Left out: scripts, styles, navigation, the site's header and footer, dialogs, hidden elements, tooltips
    (see `structure`). Nothing is decided by the name of a class.
    """
    body = root.find("body")
    return _Walk(keep_personal_data=keep_personal_data).walk(root if body is None else body)
