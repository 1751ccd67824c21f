"""The value of a label -> its single items, where the markup has them apart."""

import re
from collections.abc import Sequence
from operator import eq
from typing import NamedTuple

from osint_ingest.html.fields import Piece
from osint_ingest.html.lines import Run
from osint_ingest.text.language_files import any_word

_SEPARATOR = re.compile(rf"\A(?:[\s,;|/•·●\u2013\u2014&-]*+$|\s*+(?:{any_word('and')})\s*+$)", re.I)
_LONGEST_JOINING = 3
_EDGES = " \t\n,;|•·●"


class Item(NamedTuple):
    """One of the values of a label, as printed, and where it stands."""

    text: str
    piece: Piece
    href: str | None = None


def value_text(pieces: Sequence[Piece], joint: str = " ") -> str:
    """The whole value as printed, its lines joined."""
    return joint.join(" ".join(p.text.split()) for p in pieces if p.text)


def separate_items(pieces: Sequence[Piece]) -> tuple[Item, ...] | None:
    """The items of a value that the markup keeps apart: list items, lines, links, elements with separators. None when
    the value is one stretch of text, which only its words can split."""
    items: list[Item] = []
    for piece in pieces:
        start = piece.start
        for line in piece.line.text[piece.start : piece.end].split("\n"):
            part = Piece(piece.line, start, start + len(line))
            start += len(line) + 1
            if line.strip():
                items += _elements(part) or [Item(line.strip(_EDGES), part, _only_href(part))]
    items = [i for i in items if i.text]
    return tuple(items) if len(items) > 1 or (items and items[0].href) else None


def _elements(piece: Piece) -> list[Item] | None:
    """The inline elements of a piece when only separators stand between them and each is one of several."""
    groups: list[list[Run]] = []
    loose = False
    text = piece.line.text
    for run in piece.line.runs_in(piece.start, piece.end):
        if run.start < piece.start or run.end > piece.end:
            continue
        printed = text[run.start : run.end]
        joining = len(printed) <= _LONGEST_JOINING or not printed[0].isalnum()
        if joining and _SEPARATOR.match(printed) and not (run.chain and run.href):
            loose = True
            continue
        # the same element, or one inside the other
        if groups and not loose and all(map(eq, groups[-1][-1].chain, run.chain)):
            groups[-1].append(run)
        else:
            groups.append([run])
        loose = False
    if len(groups) < 2 or not all(g[0].chain for g in groups):
        return None
    items: list[Item] = []
    for group in groups:
        start, end = group[0].start, group[-1].end
        href = next((r.href for r in group if r.href), None)
        items.append(Item(text[start:end].strip(_EDGES), Piece(piece.line, start, end), href))
    return items


def _only_href(piece: Piece) -> str | None:
    """The link that a piece is, if it is one and nothing else."""
    runs = (
        r for r in piece.line.runs_in(piece.start, piece.end) if r.start >= piece.start and r.end <= piece.end
    )
    hrefs = {r.href for r in runs if piece.line.text[r.start : r.end].strip(_EDGES)}
    return hrefs.pop() if len(hrefs) == 1 else None
