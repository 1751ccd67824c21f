"""Printed lines -> groups that are one passage each: paragraphs, bullets, headings, captions, cells.

Within a column a new passage begins at a bullet or number, a wider gap, a change of print, an indent, or
after a line that had room for the next word. Over a column's or page's end a passage goes on when its
last line was full or its sentence open, and the next line stands where its own lines stand.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import Literal

from osint_ingest.pdf.labels import Lead
from osint_ingest.pdf.layout import Block, PageLayout
from osint_ingest.pdf.lines import PrintedLine
from osint_ingest.text.language_files import any_word

GroupKind = Literal["text", "item", "toc"]

_BULLET = re.compile(r"^[•●▪■◦○‣➢➤✓❖□\u2013\u2014\-*\uf000-\uf0ff\ufffd·]$")
_TOC = re.compile(
    r"(?<!\.)(?<!\.\s)(?:\.\s?){4,}+\s*+\d{0,4}$|(?<!…)…{2,}+\s*+\d{0,4}$|(?<!_)_{4,}+\s*+\d{1,4}$"
)
_SHORT = re.compile(rf"\b(?:{any_word('shortened')})\.$", re.I)
_ENDS = re.compile(r"[.!?:;。！？؟।][\"'”»)\]’]*$")


@dataclass(slots=True)
class Group:
    """Lines of one passage. `indent` is where its lines after the first begin."""

    kind: GroupKind
    lines: list[PrintedLine]
    page: int
    cell: tuple[int, int, int] | None = None
    indent: float = 0.0
    right: float = 0.0
    left: float = 0.0
    depth: int = 0
    open: bool = field(default=False)
    """May go on in the next column or page."""


def is_bullet(line: PrintedLine) -> bool:
    return len(line.words) > 1 and bool(_BULLET.match(line.words[0].text))


@dataclass(slots=True)
class _Numbers:
    """Where a numbered list stands: a number begins an item only when the row counts up to it."""

    value: int = 0
    style: str = ""

    def begins(self, line: PrintedLine, lead: Lead | None, *, inside: bool) -> bool:
        """Does a line begin an item? `inside`: it stands inside a sentence of running text (`p.` / `39)`)."""
        if is_bullet(line):
            return True
        if lead is None or lead.alone or lead.style not in ("dotted", "bracket") or inside:
            return False
        if not lead.label.isdigit():
            return False
        value = int(lead.label)
        if value != 1 and (value != self.value + 1 or lead.style != self.style):
            return False
        self.value, self.style = value, lead.style
        return True


def groups_of(pages: Sequence[PageLayout]) -> list[Group]:
    """The passages of the body's lines, in reading order, rejoined over columns and pages."""
    groups: list[Group] = []
    numbers = _Numbers()
    for page in pages:
        for block, lines in page.body():
            if not lines:
                continue
            made = _block_groups(block, lines, numbers)
            if groups and made and block.cell is None and _goes_on(groups[-1], made[0], page):
                last, first = groups[-1], made.pop(0)
                last.lines += first.lines
                last.open, last.right = first.open, first.right
                last.indent += first.left - last.left
                last.left = first.left
            groups += made
    _set_depths(groups)
    return groups


def _set_depths(groups: Sequence[Group]) -> None:
    """How deep each item of a list stands, from 1: by how far it is indented within its list."""
    indents: list[float] = []
    for group in groups:
        if group.kind != "item":
            indents = indents if group.lines[0].x0 - group.left > 2 and indents else []
            continue
        size, x = group.lines[0].size, group.lines[0].x0 - group.left
        while indents and x < indents[-1] - 0.5 * size:
            indents.pop()
        if not indents or x > indents[-1] + 0.5 * size:
            indents.append(x)
        group.depth = len(indents)


def _block_groups(block: Block, lines: list[PrintedLine], numbers: _Numbers) -> list[Group]:
    right = max(x.x1 for x in lines)
    left = min(x.x0 for x in lines)
    rtl = sum(x.rtl for x in lines) * 2 > len(lines)
    leading, usual = _leading(lines), median(x.size for x in lines)
    groups: list[Group] = []
    for i, line in enumerate(lines):
        lead = line.leads[0] if line.leads and not line.leads[0].guess else None
        last = lines[i - 1] if i else None
        item = numbers.begins(line, lead, inside=_inside(groups, last, line, right, left, rtl))
        toc = bool(_TOC.search(line.text))
        # a marker at a line's head was carried over from the line before
        wrapped = last is not None and any(r.mark.start == 0 for r in line.refs)
        if (
            last is None
            or not groups
            or toc
            or groups[-1].kind == "toc"
            or _new(groups[-1], last, line, item, leading, usual, right, left, rtl, wrapped=wrapped)
        ):
            kind: GroupKind = "toc" if toc else "item" if item else "text"
            groups.append(Group(kind, [line], line.page, block.cell, line.x0, right, left))
            if item:
                groups[-1].indent = _text_x(line, lead)
        else:
            group = groups[-1]
            if len(group.lines) == 1 and (
                group.kind == "text" or abs(line.x0 - group.indent) < 4 * line.size
            ):
                group.indent = line.x0
            group.lines.append(line)
    if groups:
        groups[-1].open = groups[-1].kind != "toc" and block.cell is None
    return groups


def _inside(
    groups: Sequence[Group],
    last: PrintedLine | None,
    line: PrintedLine,
    right: float,
    left: float,
    rtl: bool,
) -> bool:
    """Is a line inside a running paragraph: under a full line, at its left edge, in a sentence left open?"""
    return (
        last is not None
        and bool(groups)
        and groups[-1].kind == "text"
        and (not _ENDS.search(last.text) or bool(_SHORT.search(last.text)))
        and abs(line.x0 - last.x0) < 0.3 * line.size
        and abs(line.size - last.size) < 0.3
        and line.base - last.base < 1.9 * line.size
        and _room(last, line, right, left, rtl) < line.size
    )


def _leading(lines: list[PrintedLine]) -> float:
    """The usual distance between the baselines of a block's lines, in their size."""
    steps = [
        (b.base - a.base) / b.size
        for a, b in pairwise(lines)
        if 0.5 * b.size < b.base - a.base < 2.2 * b.size and abs(a.size - b.size) < 0.5
    ]
    if not steps:
        return 1.3
    # most lines stand closer than paragraphs do: the lower half tells
    steps.sort()
    return median(steps[: max(1, (len(steps) * 3) // 4)])


def _text_x(line: PrintedLine, lead: Lead | None) -> float:
    """Where a bullet's text begins."""
    at = lead.words if lead and not is_bullet(line) else 1
    return line.words[min(at, len(line.words) - 1)].x0


def _new(  # noqa: PLR0911 - one sign after the other
    group: Group,
    last: PrintedLine,
    line: PrintedLine,
    item: bool,
    leading: float,
    usual: float,
    right: float,
    left: float,
    rtl: bool,
    *,
    wrapped: bool,
) -> bool:
    size = line.size
    step = line.base - last.base
    if step < 0.3 * size:
        return step < -size  # another piece of the same row goes on
    if wrapped and size < 0.85 * last.size:
        return step > 1.6 * last.size  # markers alone, for which the line above had no room
    if abs(last.size - size) > max(0.7, 0.07 * size):
        return True
    if step > (leading + 0.32) * size or step > 2.4 * size or (size > 1.25 * usual and step > 1.45 * size):
        return True
    if wrapped:
        return False
    if item:
        # a hanging number inside a paragraph is no item
        return not (
            group.kind == "item" and line.x0 > group.lines[0].x0 + 0.5 * size and not is_bullet(line)
        ) or is_bullet(line)
    if line.bold != last.bold and (step > (leading + 0.1) * size or _room(last, line, right, left, rtl) > 0):
        return True
    if rtl:
        return _room(last, line, right, left, rtl) > 1.5 * size and bool(_ENDS.search(last.text))
    if group.kind == "item":
        if (
            line.x0 < group.indent - 0.7 * size
            and line.x0 < group.lines[0].x0 + 0.7 * size
            and len(group.lines) > 1
        ):
            return True
        return _room(last, line, right, left, rtl) > 2 * size and line.x0 < group.indent - 0.7 * size
    room = _room(last, line, right, left, rtl)
    if room > 0.8 * size and not last.text.endswith(("-", "\u00ad", "\u2010", "/")):
        return True
    # an indented first line; after a paragraph of one line it stands where that one does
    beside = group.indent if len(group.lines) > 1 else left
    return line.x0 > left + 0.8 * size and line.x0 > beside + 0.8 * size and bool(_ENDS.search(last.text))


def _room(last: PrintedLine, line: PrintedLine, right: float, left: float, rtl: bool) -> float:
    """How much wider than the next line's first word the rest of the last line is."""
    first = 0.0
    for i, word in enumerate(line.words):
        if i and word.space:
            break
        first += word.x1 - word.x0
    rest = last.x0 - left if rtl else right - last.x1
    return rest - first - 0.3 * line.size


def _goes_on(last: Group, first: Group, page: PageLayout) -> bool:  # noqa: PLR0911 - as above
    """Does the first group of a block go on with the last group of the block before?"""
    if not last.open or last.cell or first.kind != "text":
        return False
    a, b = last.lines[-1], first.lines[0]
    if (
        abs(a.size - b.size) > 0.4
        or a.bold != b.bold
        or (
            last.page == first.page
            and b.top > a.bottom
            and b.x0 < a.x1
            and a.x0 < b.x1
            and b.base - a.base > 2.5 * b.size
        )
    ):
        return False
    offset = b.x0 - first.left if first.left > 0 else 0.0
    if page.number - a.page > 1:
        return False
    text = a.text
    closed = bool(_ENDS.search(text))
    if last.kind == "item":
        hangs = abs(b.x0 - last.indent) < 0.8 * b.size or (abs(offset) < 0.8 * b.size and b.page == a.page)
        outdent = last.indent - last.lines[0].x0
        if hangs and outdent > 0.5 * b.size:
            return True
        return not closed and b.text[:1].islower()
    if not closed:
        return not (b.text[:1].isupper() and a.x1 < last.right - 6 * a.size)
    return b.text[:1].islower()
