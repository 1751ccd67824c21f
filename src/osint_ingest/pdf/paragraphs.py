"""Printed lines -> groups of lines, each of which is one passage: a paragraph, item, heading, caption or cell.

`breaks` decides whether a passage ends between two lines, in a column or over its end. A cell of a table and a
line of a table of contents are always passages of their own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from osint_ingest.pdf.breaks import Breaks, OpenPassage
from osint_ingest.pdf.layout import PageLayout
from osint_ingest.pdf.lines import PrintedLine
from osint_ingest.pdf.numbering import CONTENTS_LINE

GroupKind = Literal["text", "item", "toc"]


@dataclass(slots=True)
class Group:
    """The lines of one passage. `label`: how many words of the first line are a bullet or a list's number."""

    kind: GroupKind
    lines: list[PrintedLine]
    page: int
    cell: tuple[int, int, int] | None = None
    start: float = 0.0
    """From where its column begins to its first line, in units of its size."""
    label: int = 0
    depth: int = 0


def groups_of(pages: Sequence[PageLayout], body: float) -> list[Group]:
    """Return the passages of the body in reading order, rejoined over columns and pages. `body`: the size of text."""
    groups: list[Group] = []
    breaks = Breaks(pages, body)
    toc = False
    last: dict[bool, OpenPassage] = {}  # of the text, and of the frame that it flows around
    for i, row in enumerate(breaks.rows):
        was, toc = toc, bool(CONTENTS_LINE.search(row.text))
        passage = last.get(row.block.aside)
        if passage and (
            was or toc or passage.last.block.cell != row.block.cell or breaks.between(i, passage) > 0
        ):
            passage = None
        if passage is None:
            groups.append(Group("toc" if toc else "text", [row.line], row.page, row.block.cell, row.start))
            last[row.block.aside] = breaks.begin(row)
        else:
            breaks.go_on(passage, row)
            groups[passage.number].lines.append(row.line)
    for group, passage in zip(groups, breaks.passages, strict=True):
        if group.kind == "text" and passage.item:
            group.kind = "item"
        group.label = passage.label if passage.listed else 0
    _set_depths(groups)
    return groups


def _set_depths(groups: Sequence[Group]) -> None:
    """Set how deep each item of a list stands, from 1: by how far it is indented within its list."""
    indents: list[float] = []
    for group in groups:
        if group.kind != "item":
            indents = indents if group.start > 0.2 and indents else []
            continue
        while indents and group.start < indents[-1] - 0.5:
            indents.pop()
        if not indents or group.start > indents[-1] + 0.5:
            indents.append(group.start)
        group.depth = len(indents)
