"""Glyphs -> words. A word ends at white space, at a jump, at a change of baseline or size.

Superscript numbers of Unicode, brackets and note symbols are words of their own (`glued` to their
neighbours), so that a marker can be taken out and has its own box.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from osint_ingest.pdf.drawing import Box, Glyph

if TYPE_CHECKING:
    from osint_ingest.pdf.annotations import Annotation

GAP = 0.12
"""A gap wider than this share of the size is a space; TeX shrinks narrow ones to 0.148, kerning stays under 0.08."""
TRACKED = 0.08
"""Letters further apart than this are set wide; a space after them is wider by as much."""
THIN = 0.2
"""The same within `_TOGETHER`: typesetters set quotes in quotes, and three dots, apart by a sixth of the size."""
TWICE = 0.12
"""The same character again within this share of the size is a second print of it (fake bold)."""

MOST_LETTERS = 20.0
"""The largest text (points) beside which a drawn bullet is looked for."""

WIDE = 0.6
"""The same beside a sign of a script that sets no spaces."""
_NO_SPACE = (
    ("\u0e00", "\u0eff"), ("\u1780", "\u17ff"), ("\u2e80", "\ua4cf"), ("\uf900", "\ufaff"),
    ("\ufe30", "\ufe4f"), ("\uff00", "\uffef"),
)  # fmt: skip
_TOGETHER = frozenset({"..", "“‘", "‘“", "’”", "”’", "«‹", "›»"})
_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_CLASS = dict.fromkeys(_SUPERSCRIPTS, 1) | {"[": 2, "]": 3, "*": 4, "†": 4, "‡": 4, "∗": 4, "§": 5, "¶": 5}
_RTL_CLASS = 9
_COMBINING = "\u0300\u0301\u0308\u0302\u0303\u0304\u0306\u0307\u030a\u030c\u0327\u030b"
_ACCENTS = dict(zip("`´¨ˆ˜¯˘˙˚ˇ¸˝", _COMBINING, strict=True))
_DOTTED = {"ı": "i", "ȷ": "j"}


@dataclass(slots=True, eq=False)
class Word:
    """Characters that stand together: one baseline, one size, no white space.

    `space` tells of white space before it: drawn, or a gap, as its line decides; `raised` is how far its baseline
    stands above its line's, in points (negative: below); `annotation` is the link over most of it, `parts` has those
    over some of its letters: the first, the one after the last; `target` is the page, and the height on it, that an
    internal link over it leads to; `begins` tells that a column or cell begins with it, as a link shows that goes on
    there from the line above.
    """

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    base: float
    size: float
    style: int
    space: bool
    raised: float = 0.0
    annotation: Annotation | None = None
    parts: tuple[tuple[int, int, Annotation], ...] = ()
    target: tuple[int, float] | None = None
    begins: bool = False
    """A cell or column begins with it, as a link over lines shows."""
    aligned: bool = False
    """It stands at the left edge of a column of cells."""


def spaceless(char: str) -> bool:
    """Is this a sign of a script that sets no spaces between words (Chinese, Japanese, Thai ...)?"""
    return char >= "\u0e00" and any(first <= char <= last for first, last in _NO_SPACE)


def parted(before: str, after: str, gap: float) -> bool:
    """Is a gap between two characters, as a share of their size, a space?"""
    if spaceless(before) or spaceless(after):
        return gap >= WIDE  # typesetters part Chinese from Latin by a quarter of a letter
    return gap > (THIN if before + after in _TOGETHER else GAP)


def is_rtl(char: str) -> bool:
    """Is this a letter of a script written from right to left?"""
    return char >= "\u0590" and unicodedata.bidirectional(char[0]) in ("R", "AL", "AN")


def has_rtl(glyphs: Sequence[Glyph]) -> bool:
    return any(g.text >= "\u0590" and is_rtl(g.text) for g in glyphs)


def words_of(glyphs: Sequence[Glyph]) -> list[Word]:
    """Words in drawing order. On a page with right-to-left letters each of these, every sign and every
    white space is a word: `bidi.logical` puts them in order once lines are known."""
    rtl = has_rtl(glyphs)
    words: list[Word] = []
    word: Word | None = None
    last: Glyph | None = None
    kind = 0
    space = True
    wide = 0.0
    for glyph in glyphs:
        text = glyph.text
        if text.isspace() or text in ("", "\u200b", "\ufeff"):
            if rtl and text and text[0] in " \u00a0":
                words.append(_word(glyph, " ", True))
                word = None
            space = True
            continue
        if text < " " or "\ud800" <= text[0] <= "\udfff":
            continue
        size = glyph.size or 1.0
        here = _CLASS.get(text, 0)
        if rtl:
            here = _RTL_CLASS if is_rtl(text) or not text[0].isalnum() else here
        if word is not None and last is not None:
            gap = glyph.x0 - last.x1 - max(0.0, last.spacing)
            near = abs(glyph.base - last.base) < 0.06 * size and abs(glyph.size - last.size) < 0.06 * size
            if near and text == last.text and abs(glyph.x0 - last.x0) < TWICE * size and text != "\ufffd":
                continue
            if composed := _composed(word, last, glyph):
                last = composed
                continue
            mark = unicodedata.combining(text[0]) if text >= "\u0300" else 0
            if mark and not rtl and abs(glyph.base - last.base) < size and glyph.x0 < last.x1 + 0.3 * size:
                word.text += text
                continue
            alike = here == kind and here not in (2, 3, _RTL_CLASS) and glyph.style == last.style
            if near and alike and not space and -0.5 * size < gap < GAP * size + wide:
                word.text += text
                wide = max(wide, gap) if gap > TRACKED * size else wide
                word.x1 = max(word.x1, glyph.x1)
                word.top, word.bottom = min(word.top, glyph.top), max(word.bottom, glyph.bottom)
                last = glyph
                continue
            space = space or (near and parted(last.text[-1], text[0], gap / size))
        word = _word(glyph, text, space)
        words.append(word)
        kind, last, space, wide = here, glyph, False, 0.0
    return words


def _composed(word: Word, last: Glyph, glyph: Glyph) -> Glyph | None:
    """The letter, if one of two glyphs is an accent of the other; the word has them as one character then.

    TeX's old fonts draw an accent and its letter under it, but a cedilla after its letter.
    """
    size = glyph.size or 1.0
    first, second = _ACCENTS.get(last.text), _ACCENTS.get(glyph.text)
    if (
        first
        and glyph.text.isalpha()
        and abs(glyph.x0 - last.x0) < 0.35 * size
        and glyph.x0 < last.x1 - 0.1 * size
    ):
        letter, accent = glyph, first
        word.x0, word.x1 = min(word.x0, glyph.x0), max(word.x1, glyph.x1)
        word.base, word.size = glyph.base, size
    elif second and last.text.isalpha() and last.x0 < (glyph.x0 + glyph.x1) / 2 < last.x1:
        letter, accent = last, second
    else:
        return None
    drawn = _DOTTED.get(letter.text, letter.text) + accent
    word.text = word.text[:-1] + unicodedata.normalize("NFC", drawn)
    return letter


def _word(glyph: Glyph, text: str, space: bool) -> Word:
    return Word(
        text, glyph.x0, glyph.top, glyph.x1, glyph.bottom, glyph.base, glyph.size or 1.0, glyph.style, space
    )


def cut(word: Word, places: Sequence[int]) -> list[Word]:
    """Return the pieces of a word that is cut before these characters; they share its width evenly."""
    each = (word.x1 - word.x0) / len(word.text)
    pieces = []
    for start, end in pairwise([0, *places, len(word.text)]):
        x0, x1 = word.x0 + start * each, word.x1 if end == len(word.text) else word.x0 + end * each
        piece = replace(word, text=word.text[start:end], x0=x0, x1=x1, space=word.space and start == 0)
        piece.parts = tuple(
            (max(a, start) - start, min(b, end) - start, over)
            for a, b, over in word.parts
            if a < end and b > start
        )
        if any(over is word.annotation for *_, over in word.parts):
            piece.annotation = next((over for *_, over in piece.parts if over is word.annotation), None)
        pieces.append(piece)
    return pieces


def drawn_bullets(dots: Sequence[Box], words: Sequence[Word]) -> list[Word]:
    """Return a bullet for each small shape that stands at the height of a row, near before its text, with nothing near
    before it: Chromium draws the signs of lists instead of printing them."""
    rows: defaultdict[int, list[Word]] = defaultdict(list)
    for word in words if dots else ():
        rows[round(word.base)].append(word)
    found = []
    for x0, top, x1, bottom in dots:
        middle = (top + bottom) / 2
        beside = [
            w
            for base in range(int(middle), int(middle + MOST_LETTERS))
            for w in rows[base]
            if 0.1 < (w.base - middle) / w.size < 0.6 and x1 - x0 < 0.6 * w.size
        ]
        text = min((w for w in beside if w.x0 > x1), key=lambda w: w.x0, default=None)
        if text is None or text.x0 - x1 > 2 * text.size or any(x0 - text.size < w.x1 < x1 for w in beside):
            continue
        found.append(Word("\u2022", x0, text.top, x1, text.bottom, text.base, text.size, text.style, True))
    return found
