"""Drop caps: a first letter that is as high as several lines, set back to the word that it begins."""

import re
from collections.abc import Sequence

from osint_ingest.pdf.drawing import runs
from osint_ingest.pdf.words import Word

LARGER = 1.7
"""A drop cap is at least this many times as large as the text beside it; one over two lines is about twice."""
ABOVE = 1.0
"""The lines that it reaches over stand above its baseline by less than this share of its size."""
BELOW = 0.8
"""The last of them may stand below it by less than this share of the line's size."""
BESIDE = 1.2
"""The text beside it begins within this share of its own size."""
SPACE = 0.25
"""A letter that is a word of its own ends so much before the next one (share of its size)."""
MOST = 30
"""A page with more large letters is no page of text; each is compared with all words."""

_CAP = re.compile(r"[\"'“”„‘«‹¿¡(]?\w")
_WORDS = frozenset("AEIOYÀÉÓ")
"""Letters that are words."""


def without_drop_caps(words: list[Word]) -> list[Word]:
    """The words of a page, each drop cap a part of the word at the top of its right side.

    The lines beside it then begin where it begins: they stand in one paragraph with those below it.
    """
    least = LARGER * min((w.size for w in words), default=0.0)
    caps = [
        w
        for w in words
        if w.size > least and len(w.text) < 3 and _CAP.fullmatch(w.text) and w.text[-1].isupper()
    ]
    joined: set[Word] = set()
    for cap in caps if len(caps) <= MOST else ():
        rows = _rows_beside(cap, words)
        if len(rows) < 2:
            continue
        first, *others = rows
        for word in others:
            word.x0 = cap.x0
        if _is_word(cap, first, words):
            cap.base, cap.size, cap.top, cap.bottom = first.base, first.size, first.top, first.bottom
            cap.x1, first.space = first.x0 - SPACE * first.size, True
        else:
            first.text, first.x0 = cap.text + first.text, cap.x0
            joined.add(cap)
    return [w for w in words if w not in joined] if joined else words


def _rows_beside(cap: Word, words: Sequence[Word]) -> list[Word]:
    """The first words of the lines that a letter reaches over, from top to bottom; none where it is no drop cap."""
    near = [
        w
        for w in words
        if w.size * LARGER < cap.size
        and cap.base - ABOVE * cap.size < w.base < cap.base + BELOW * w.size
        and abs(w.x0 - cap.x1) < BESIDE * w.size
    ]
    ordered = sorted(near, key=lambda w: (w.base, w.x0))
    return [row[0] for row in runs(ordered, lambda row, w: w.base - row[0].base > 0.5 * w.size)]


def _is_word(cap: Word, first: Word, words: Sequence[Word]) -> bool:
    """Is the letter a word of its own? Only where the page has the word beside it and lacks the two together."""
    if cap.text[-1] not in _WORDS:
        return False
    others = {w.text.lower().strip(".,;:") for w in words if w is not first}
    return first.text.lower() in others and (cap.text[-1] + first.text).lower() not in others
