"""Assessments that a mark tells: a table with a column for each value and a tick in one of them, or boxes to tick.

Which value a tick stands under is told by where both lie on the page, and what is assessed by all values side by side:
`None Low Medium High` is no `None Minor Moderate Transformative`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import NamedTuple

from osint_ingest.model import Passage
from osint_ingest.sources.ogp.assessments import VOCABULARIES, Assessed
from osint_ingest.sources.ogp.tables import ASSESSED
from osint_ingest.sources.ogp.vocabulary import vocabularies
from osint_ingest.sources.ogp.wording import any_word, assessment_book, own_words, terms

_LONGEST = 60
_MOST_LINES = 4
_MOST_ABOVE = 400.0  # heads stand at most so far above a tick, in points: half a page
_ROW = 6.0  # what stands in one row of a table differs in height by less, in points
_HEAD_ROW = 16.0
_ASIDE = 4.0
_MOST_PIECES = 800
"""A page with more pieces of text has no table that people read: each is compared with the others."""


class _Piece(NamedTuple):
    text: str
    passage: int
    page: int
    x0: float
    x1: float
    top: float
    bottom: float

    @property
    def middle(self) -> float:
        return (self.x0 + self.x1) / 2

    @property
    def height(self) -> float:
        return (self.top + self.bottom) / 2


class Ticked(NamedTuple):
    """An assessment that a tick tells, and what its row begins with."""

    said: Assessed
    row: str


def ticked_in(passages: Iterable[Passage]) -> Iterator[Ticked]:
    """Return what ticks in the tables of these passages tell, row by row; where nothing says where they lie on a page
    they tell nothing."""
    pages: dict[int, list[_Piece]] = {}
    for p in passages:
        for x in p.lines:
            if text := p.text[x.char_start : x.char_end].strip():
                piece = _Piece(text, p.ordinal, x.box.page, x.box.x0, x.box.x1, x.box.top, x.box.bottom)
                pages.setdefault(x.box.page, []).append(piece)
    for _, pieces in sorted(pages.items()):
        if len(pieces) <= _MOST_PIECES and any(p.text in own_words("words.ticks") for p in pieces):
            yield from _on_page(pieces)


def _on_page(pieces: Sequence[_Piece]) -> Iterator[Ticked]:
    marks = own_words("words.ticks")
    values = [stack for piece in pieces if (stack := _value_ending_at(piece, pieces))]
    ticks = sorted((p for p in pieces if p.text in marks), key=lambda p: p.height)
    for _, group in groupby(ticks, key=lambda p: round(p.height / _ROW)):
        row = sorted(group, key=lambda p: p.x0)
        top = row[0].top
        heads = _heads([p for p in values if top - _MOST_ABOVE < p.top and p.bottom <= top + _ASIDE], pieces)
        beside = [p for p in pieces if abs(p.height - row[0].height) < _ROW and p.x1 < row[0].x0]
        label = min(beside, key=lambda p: p.x0).text if beside else ""
        for tick in row:
            lines = (p for p in pieces if p.x0 < tick.middle < p.x1 and p.text not in marks)
            lowest = max((p.height for p in lines if p.height < top), default=0.0)
            near = (h for h in heads if h[0].x0 - _ASIDE <= tick.middle <= h[0].x1 + _ASIDE)
            over = [h for h in near if h[0].bottom > lowest]
            if over:
                head, field, code = min(over, key=lambda h: abs(h[0].middle - tick.middle))
                yield Ticked(Assessed(field, head.text, code, tick.passage), label)


def _heads(above: Sequence[_Piece], pieces: Sequence[_Piece]) -> list[tuple[_Piece, str, str]]:
    """The values of the lowest row above: each with its field and canonical form."""
    lowest = max((p.height for p in above), default=0.0)
    groups: list[tuple[list[_Piece], set[str]]] = []
    for piece in sorted((p for p in above if lowest - p.height < _HEAD_ROW), key=lambda p: p.x0):
        fields = set(codes_of(piece.text))
        inside, common = groups[-1] if groups else ([], set[str]())
        if common & fields and piece.text not in {p.text for p in inside}:
            groups[-1] = ([*inside, piece], common & fields)
        else:
            groups.append(([piece], fields))
    found = []
    for members, fields in groups:
        field = next(iter(fields)) if len(fields) == 1 else _labelled(members, fields, pieces)
        found += [(p, field, codes_of(p.text)[field]) for p in members if field]
    return found


def _value_ending_at(piece: _Piece, above: Sequence[_Piece]) -> _Piece | None:
    """The value whose last line a piece is: the longest one that it makes with the lines right above it."""
    found = piece if codes_of(piece.text) else None
    for _ in range(_MOST_LINES - 1):
        beside = (p for p in above if p.x0 < piece.x1 and piece.x0 < p.x1)
        over = [p for p in beside if -_ASIDE < piece.top - p.bottom < _ROW]
        if not over:
            break
        first = max(over, key=lambda p: p.bottom)
        x0, x1 = min(first.x0, piece.x0), max(first.x1, piece.x1)
        piece = piece._replace(text=f"{first.text} {piece.text}", x0=x0, x1=x1, top=first.top)
        found = piece if codes_of(piece.text) else found
    return found


def _labelled(members: Sequence[_Piece], fields: set[str], pieces: Sequence[_Piece]) -> str | None:
    """The field that a label nearest to a group of values names: `Yes` and `No` are values of several."""
    book = assessment_book()
    above = [p for p in pieces if p.height < members[0].height + _ROW]
    labels = [(p, label.key) for p in above for label in book.exact(p.text)[:1] if label.key in fields]
    middle = (members[0].x0 + members[-1].x1) / 2
    labels.sort(key=lambda x: abs(x[0].middle - middle) + abs(x[0].height - members[0].height))
    return labels[0][1] if labels else None


def without_unticked(passages: Iterable[Passage]) -> Iterator[Passage]:
    """Passages without boxes and without the values behind those that are not ticked: `☐ Low ☒ High` -> `High`. Cells
    with boxes whose values stand in other cells are left out: which belong together is not known."""
    empty, ticked = own_words("words.boxes"), own_words("words.ticked_boxes")
    signs = re.escape("".join((*empty, *ticked)))
    for is_cell, group in groupby(passages, key=lambda p: p.kind == "table_cell"):
        together = list(group)
        if is_cell and any(p.text in empty for p in together):
            continue
        for passage in together:
            text = passage.text
            if any(sign in text for sign in (*empty, *ticked)):
                text = re.sub(rf"{any_word('words.boxes')}[^{signs}\n]*", "", text)
                text = re.sub(rf"{any_word('words.ticked_boxes')}\s?(?=\w)", "", text).strip()
            if text:
                yield replace(passage, text=text)


def codes_of(text: str) -> Mapping[str, str]:
    """The fields that a text is a known value of, with its canonical form."""
    found = {}
    for field in ASSESSED if len(text) <= _LONGEST else ():
        for name in VOCABULARIES.get(field, (field,)):
            code = vocabularies()[name].code(text) if name in vocabularies() else None
            if code in terms(f"values.{name}"):
                found[field] = code
    return found
