"""Tree -> lines: one walk over what a page shows, without recursion, so that no nesting is too deep."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from lxml import etree

from osint_ingest.html import structure
from osint_ingest.html.grid import Grid
from osint_ingest.html.lines import LineKind, PageLine, Run, Step
from osint_ingest.html.linked_notes import note_targets
from osint_ingest.text.masking import mask_passages, mask_text
from osint_ingest.text.normalise import whole_addresses

MAX_CHAIN = 12  # deeper inline nesting tells nothing more about which texts belong together
MAX_PATH = 100  # a line deeper than this has the selector of its ancestor at this depth

_OTHER_SPACE = r"\t\n\r\f\v\u00a0\u200b\ufeff\u2028\u2029\u3000"
# not a single plain space, which stays as it is
_SPACE = re.compile(rf" [ {_OTHER_SPACE}]+|[{_OTHER_SPACE}][ {_OTHER_SPACE}]*")
_UNWANTED = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\ud800-\udfff]+")
_VOID = frozenset(("br", "img", "input", "hr"))
_KINDS: dict[str, LineKind] = {"dt": "term", "dd": "value", "caption": "caption", "figcaption": "caption"}
_TELLING = structure.HEADINGS | _KINDS.keys() | {"li", "td", "th", "tr", "main", "article", "aside"}
"""Blocks that hand down something else than they were handed."""


class _Role(NamedTuple):
    """What a block is in its page; most blocks hand down what they were handed."""

    kind: LineKind = "paragraph"
    level: int | None = None
    row: int | None = None
    column: int | None = None
    columns: int = 1
    inside: Literal["main", "aside", "body"] = "body"
    item: int | None = None


class _Style(NamedTuple):
    """What inline elements say of the text in them."""

    chain: tuple[int, ...] = ()
    href: str | None = None
    strong: bool = False
    raised: bool = False


class _Owner(NamedTuple):
    """The block whose text is being read: what a line of it says of its place."""

    role: _Role
    path: Step
    container: int  # the number of the block around it


@dataclass(slots=True)
class _Place:
    """Where the walk stands: an element with others in it."""

    tag: etree._Element
    children: Iterator[etree._Element]
    path: Step
    owner: _Owner  # itself as a block, else the block that it stands in
    style: _Style
    block: int  # the number of the block that it is or stands in
    began: int | None  # where in the current line an inline element began; None for a block
    numbers: dict[str, int]  # how many children of each name were seen
    grid: Grid  # the columns of the table around it


@dataclass(slots=True)
class Visible:
    """What the walk found. `masked` counts e-mail addresses and telephone numbers."""

    lines: list[PageLine] = field(default_factory=list)
    masked: int = 0
    bare_links: list[str] = field(default_factory=list)  # targets of links without a text of their own
    scripts: int = 0
    asks_password: bool = False


@dataclass(slots=True)
class _Walk:
    targets: frozenset[str]
    keep: bool
    found: Visible = field(default_factory=Visible)
    described: set[str] = field(default_factory=set)
    """Ids of elements that another element names as its description: tooltips."""
    serial: int = 0
    blocks: int = 0
    rows: int = 0
    parts: list[str] = field(default_factory=list)
    length: int = 0
    pending_space: bool = False
    runs: list[Run] = field(default_factory=list)
    alts: list[tuple[int, str]] = field(default_factory=list)
    anchors: list[tuple[int, str]] = field(default_factory=list)

    def walk(self, root: etree._Element) -> Visible:
        path = Step(str(root.tag), 0, None, 0)
        stack = [_Place(root, iter(root), path, _Owner(_Role(), path, 0), _Style(), 0, None, {}, Grid())]
        self.say(root.text or "", stack[0].style)
        while stack:
            place = stack[-1]
            for child in place.children:
                if entered := self.enter(child, place):
                    stack.append(entered)
                    break
                if (text := child.tail) and (self.length or not text.isspace()):
                    self.say(text, place.style)
            else:
                stack.pop()
                if place.began is None:
                    self.end_line(place.owner)
                else:
                    self.end_link(place.tag.tag, place.style, place.began)
                if stack and (text := place.tag.tail) and (self.length or not text.isspace()):
                    self.say(text, stack[-1].style)
        return self.found

    def enter(self, tag: etree._Element, above: _Place) -> _Place | None:
        """The place inside an element that has others in it; any other one is read or left out here."""
        name = tag.tag
        number = above.numbers[name] = above.numbers.get(name, 0) + 1
        if name in structure.UNREAD:
            self.found.scripts += name == "script"
            return None
        attrs = tag.attrib
        if name in _VOID:
            self.void(name, attrs)
            return None
        if (attrs or self.length or name == "header") and self.leaves_out(tag, name, attrs, above):
            return None
        block, inside = name in structure.BLOCKS, len(tag) > 0
        path = above.path
        if (block or inside) and path.depth < MAX_PATH and name.isalnum():
            path = Step(name, number, path, path.depth + 1)
        owner, inner, style = above.owner, above.block, above.style
        if block:
            self.end_line(owner)
            self.blocks = inner = self.blocks + 1
            role = self.role(tag, name, above) if attrs or name in _TELLING else owner.role
            owner = _Owner(role, path, above.block)
        elif name != "wbr":  # the parser closes a `<wbr>` only where its parent ends
            style = self.style(name, attrs, style)
        if self.targets:
            names = (tag.get("id"), tag.get("name"))
            self.anchors += [(self.length, n) for n in names if n and n in self.targets]
        began = None if block else self.length
        if (text := tag.text) and (self.length or not text.isspace()):
            self.say(text, style)
        if inside:
            grid = Grid() if name == "table" else above.grid
            return _Place(tag, iter(tag), path, owner, style, inner, began, {}, grid)
        if began is None:
            self.end_line(owner)
        else:
            self.end_link(name, style, began)
        return None

    def leaves_out(self, tag: etree._Element, name: str, attrs: Mapping[str, str], above: _Place) -> bool:
        """Is nothing in an element the page's text: is it the site's own, hidden, or a tooltip?"""
        if (attrs or name == "header") and (
            structure.is_outside_content(tag, name, attrs, above.owner.role.inside)
            or structure.is_hidden(tag, attrs, self.described)
        ):
            return True
        nested = bool(above.style.chain)
        if not self.length or name not in structure.HINTS or (name in structure.BLOCKS and not nested):
            return False
        return structure.is_hint(tag, self.words_before((above.began or 0) if nested else 0), nested)

    def end_link(self, name: str, style: _Style, began: int) -> None:
        """Keeps the target of a link without text."""
        if began == self.length and style.href and name == "a":
            self.found.bare_links.append(style.href)

    def style(self, name: str, attrs: Mapping[str, str], above: _Style) -> _Style:
        """What an inline element says of the text in it."""
        chain, href, strong, raised = above
        if attrs:
            if name == "a" and (own := attrs.get("href")):
                href = own.strip()
            if described := attrs.get("aria-describedby") or attrs.get("aria-details"):
                self.described.update(described.split())  # but a marker's note is no tooltip
                self.described.discard((href or "").removeprefix("#"))
        self.serial += 1
        if len(chain) < MAX_CHAIN:
            chain = (*chain, self.serial)
        return _Style(chain, href, strong or name in structure.STRONG, raised or name == "sup")

    def role(self, tag: etree._Element, name: str, above: _Place) -> _Role:  # noqa: PLR0911 - one name after the other
        """What a block is, by its name or its role."""
        role = above.owner.role
        if name == "li":
            self.serial += 1
            return role._replace(kind="list_item", item=self.serial, level=None)
        if name in ("td", "th"):
            column, columns = above.grid.take(tag.attrib)
            return role._replace(kind="cell" if name == "td" else "head_cell", column=column, columns=columns)
        if name == "tr":
            self.rows += 1
            above.grid.begin_row()
            return role._replace(row=self.rows)
        if name in structure.HEADINGS:
            return role._replace(kind="heading", level=int(name[1]))
        if kind := _KINDS.get(name):
            return role._replace(kind=kind)
        if name in ("main", "article"):
            return role._replace(inside="main")
        if name == "aside":
            return role._replace(inside="aside")
        if tag.get("role") == "heading":
            level = tag.get("aria-level") or "2"
            return role._replace(kind="heading", level=int(level) if level in "123456" else 2)
        return role

    def void(self, name: str, attrs: Mapping[str, str]) -> None:
        """An element without a text: a line feed, an image, a field to type in."""
        if name == "br" and self.length:
            self.parts.append("\n")
            self.length += 1
            self.pending_space = False
        elif name == "img" and (alt := (attrs.get("alt") or attrs.get("title") or "").strip()):
            self.alts.append((self.length, alt if self.keep else mask_text(alt)))
        elif name == "input":
            self.found.asks_password |= (attrs.get("type") or "").lower() == "password"

    def words_before(self, began: int) -> str:
        """The last words of the current line, from `began` on, as far as a term can reach."""
        said, most = "", min(self.length - began, structure.LONGEST_TERM)
        for part in reversed(self.parts):
            if len(said) >= most:
                break
            said = part + said
        return said[-most:] if most > 0 else ""

    def say(self, text: str, style: _Style) -> None:
        """Adds a text node to the current line, its white space folded with what is before it."""
        if text.isspace():
            self.pending_space = self.length > 0 and self.parts[-1] != "\n"
            return
        if "  " in text or not (text.isascii() and text.isprintable()):
            text = _folded(text)
        said = text.strip(" ")
        if not said:
            return
        if self.length:
            spaced = (self.pending_space or text[0] == " ") and self.parts[-1] != "\n"
            if spaced or self.stands_apart(said, style.chain):
                self.parts.append(" ")
                self.length += 1
        start, end = self.length, self.length + len(said)
        self.parts.append(said)
        self.length = end
        self.pending_space = text[-1] == " "
        last = self.runs[-1] if self.runs else None
        if last and last.end == start and last.chain == style.chain:
            self.runs[-1] = last._replace(end=end)  # a word that only `<wbr>` or a comment cuts
        else:
            self.runs.append(Run(start, end, *style))

    def stands_apart(self, text: str, chain: tuple[int, ...]) -> bool:
        """Is a text in an element of its own another word than the one right before it, in another element? Style
        sheets part `<span>Status</span><span>Active</span>`; a word that only its tags cut goes on in small
        letters."""
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

    def end_line(self, owner: _Owner) -> None:
        if not self.length and not self.alts:
            return
        text = "".join(self.parts).rstrip("\n ")
        if len(self.parts) > 1 and not text.isascii() and not unicodedata.is_normalized("NFC", text):
            # a combining sign at the start of a text node: its runs no longer fit
            text = unicodedata.normalize("NFC", text)
            self.runs = [Run(0, len(text), (), None, False, False)]
        (kind, level, row, column, columns, inside, item), path, container = owner
        runs, alts, anchors = tuple(self.runs), tuple(self.alts), tuple(self.anchors)
        self.found.lines.append(
            PageLine(
                kind, text, runs, path, container, level, alts, row, column, columns, inside, item, anchors
            )
        )
        self.parts.clear()
        self.runs, self.alts, self.anchors = [], [], []
        self.length, self.pending_space = 0, False


def _folded(text: str) -> str:
    """A text in NFC with plain single spaces, without signs that no table can hold."""
    if not text.isascii():
        text = whole_addresses(unicodedata.normalize("NFC", text))
    if "  " in text or not text.isprintable():
        text = _SPACE.sub(" ", text)
        if not text.isprintable():
            text = _SPACE.sub(" ", _UNWANTED.sub("", text))
    return text


def visible_lines(root: etree._Element, *, keep_personal_data: bool = False) -> Visible:
    """The lines that a page shows, in reading order, personal data masked unless it is kept. Left out: scripts,
    styles, navigation, the site's header and footer, dialogs, hidden elements, tooltips (see `structure`). Nothing is
    decided by the name of a class."""
    body = root.find("body")
    found = _Walk(note_targets(root), keep_personal_data).walk(root if body is None else body)
    if keep_personal_data:
        return found
    # together, as a label stands on one line and its number on the next
    texts, found.masked = mask_passages([line.text for line in found.lines])
    if found.masked:
        masked = zip(found.lines, texts, strict=True)
        found.lines = [x if x.text is text else x._replace(text=text) for x, text in masked]
    return found
