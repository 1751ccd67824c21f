"""Printed lines -> groups of lines, each of which is one passage: a paragraph, item, heading, caption or cell.

`breaks` decides whether a passage ends between two lines, in a column or over its end. A cell of a table and a
line of a table of contents are always passages of their own.
"""

from collections.abc import Sequence

from osint_ingest.pdf.breaks import Breaks, Group
from osint_ingest.pdf.layout import ReadPage
from osint_ingest.pdf.numbering import CONTENTS_LINE


def groups_of(pages: Sequence[ReadPage], body: float) -> list[Group]:
    """Return the passages of the body in reading order, rejoined over columns and pages. `body`: the size of text."""
    breaks = Breaks(pages, body)
    last: dict[bool, Group] = {}  # of the text, and of the frame that it flows around
    contents = False
    for i, row in enumerate(breaks.rows):
        before, contents = contents, bool(CONTENTS_LINE.search(row.text))
        group, aside = last.get(row.block.aside), row.block.aside
        if (
            group is None
            or before
            or contents
            or group.cell != row.block.cell
            or breaks.between(i, group) > 0
        ):
            last[aside] = breaks.begin(row)
            last[aside].contents = contents
        else:
            breaks.go_on(group, row)
    for group in breaks.passages:
        group.item = group.item and not group.contents
        group.label = group.label if group.listed else 0
    _set_depths(breaks.passages)
    return breaks.passages


def _set_depths(groups: Sequence[Group]) -> None:
    """Set how deep each item of a list stands, from 1: by how far it is indented within its list."""
    indents: list[float] = []
    for group in groups:
        if not group.item:
            indents = indents if group.start > 0.2 and indents else []
            continue
        while indents and group.start < indents[-1] - 0.5:
            indents.pop()
        if not indents or group.start > indents[-1] + 0.5:
            indents.append(group.start)
        group.depth = len(indents)
