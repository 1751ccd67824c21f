"""Assessments in tables whose cells are not parted: no rules are drawn, and the words of several cells are one line.

`Verifiable Relevant impact` with `Potential` above its last word and `No Yes Minor` below are three labels and three
values. Which labels they are is told by their letters, all of which must be used; which is whose by their order.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from osint_ingest.model import Passage
from osint_ingest.sources.ogp.assessments import Assessed
from osint_ingest.sources.ogp.matrices import codes_of
from osint_ingest.sources.ogp.tables import ASSESSED
from osint_ingest.sources.ogp.wording import assessment_labels, codes

_MOST_PASSAGES = 24
_MOST_LINES = 8
_MOST_WORDS = 24
_MOST_WORDS_OF_VALUE = 4
_MOST_CHOICES = 20_000
_SAME_LINE = 4.0  # what stands in one line differs in height by less, in points
_PAGE = 100_000.0  # more than the height of any page: what stands on a later one is below
_WORD = re.compile(r"\S+")


class _CellWord(NamedTuple):
    """A word; where it begins is reckoned from its line's ends."""

    text: str
    x: float
    top: float
    passage: int


def merged_in(passages: Iterable[Passage]) -> Iterator[Assessed]:
    """Return the assessments of tables that are one row of labels and one row of values, if all of it is understood."""
    body = [p for p in passages if p.kind not in ("header", "footer", "footnote")]
    for is_cell, group in groupby(body, key=lambda p: p.kind == "table_cell"):
        cells = list(group)
        if is_cell and len(cells) <= _MOST_PASSAGES:
            yield from _in_cells(cells) or (found for cell in cells for found in _in_cells([cell]))


def _in_cells(cells: Sequence[Passage]) -> list[Assessed]:
    """The assessments of cells whose upper lines are labels and whose lower lines are values."""
    words = sorted(_places(cells), key=lambda w: w.top)
    tops = [w.top for n, w in enumerate(words) if n == 0 or w.top - words[n - 1].top > _SAME_LINE]
    for cut in tops[1:_MOST_LINES]:
        labels = _labels([w for w in words if w.top < cut])
        if len(labels) > 1 and (found := _values([w for w in words if w.top >= cut], cut, labels)):
            return found
    return []


def _places(cells: Iterable[Passage]) -> Iterator[_CellWord]:
    for passage in cells:
        for line in passage.lines:
            text = passage.text[line.char_start : line.char_end]
            letter = (line.box.x1 - line.box.x0) / max(len(text), 1)
            for word in _WORD.finditer(text):
                x, top = line.box.x0 + word.start() * letter, line.box.top + _PAGE * line.box.page
                yield _CellWord(word.group(), x, top, passage.ordinal)


def _letters(text: str) -> Counter[str]:
    return Counter(c for c in text.lower() if c.isalnum())


def _labels(words: Sequence[_CellWord]) -> list[str]:
    """The fields whose labels have just these letters, from left to right; none if no labels have."""
    if len(words) > _MOST_WORDS:
        return []
    all_letters = _letters(" ".join(w.text for w in words))
    named: list[list[tuple[float, str, Counter[str]]]] = []
    for field in ASSESSED:
        forms = []
        for form in (form for code in codes() for form in assessment_labels(field, code)):
            first = form.split()[0].lower()
            at = next((w.x for w in words if len(w.text) > 2 and first.startswith(w.text.lower())), None)
            if at is not None and (letters := _letters(form)) <= all_letters:
                forms.append((at, field, letters))
        named.append(forms)
    if math.prod(len(forms) + 1 for forms in named) > _MOST_CHOICES:
        return []
    chosen = _covering(named, all_letters)
    return [field for _, field in sorted(chosen)]


def _covering(
    named: Sequence[Sequence[tuple[float, str, Counter[str]]]], left: Counter[str]
) -> list[tuple[float, str]]:
    """One label at most of each field, that together have all the letters that are left."""
    if not left:
        return []
    for n, forms in enumerate(named):
        for at, field, letters in forms:
            if letters <= left:
                rest = left - letters
                others = _covering(named[n + 1 :], rest)
                if others or not rest:
                    return [(at, field), *others]
    return []


def _values(words: Sequence[_CellWord], top: float, fields: Sequence[str]) -> list[Assessed]:
    """One value for each field, from left to right, that together are all the words; the ends of words that were broken
    stand in further lines."""
    row = sorted((w for w in words if w.top - top < _SAME_LINE), key=lambda w: w.x)
    below = [w for w in words if w.top - top >= _SAME_LINE]
    if len(words) > _MOST_WORDS or len(row) < len(fields):
        return []
    for glue, onward in (("", 0), (" ", 0), (" ", 1)):
        texts = [w.text for w in row]
        for end in below:
            nearest = min(range(len(row)), key=lambda n: abs(row[n].x - end.x))
            texts[min(nearest + onward, len(row) - 1)] += glue + end.text
        if found := _told(texts, row, fields):
            return found
    return []


def _told(texts: Sequence[str], row: Sequence[_CellWord], fields: Sequence[str]) -> list[Assessed]:
    if not fields:
        return []
    for count in range(1, min(_MOST_WORDS_OF_VALUE, len(texts) - len(fields) + 1) + 1):
        value = " ".join(texts[:count])
        code = codes_of(value).get(fields[0])
        if code and len(fields) > 1:
            if rest := _told(texts[count:], row[count:], fields[1:]):
                return [Assessed(fields[0], value, code, row[0].passage), *rest]
        elif code and count == len(texts):
            return [Assessed(fields[0], value, code, row[0].passage)]
    return []
