"""What an embedded font's own program says of its codes (Compact Font Format, Adobe Technical Note 5176).

pdfminer's reader of such programs stumbles over those without names of their own, as Ghostscript writes them.
"""

from collections.abc import Iterator
from itertools import pairwise

from pdfminer.glyphlist import glyphname2unicode
from pdfminer.pdffont import CFFFont, getdict

_GLYPHS, _CODES = 15, 16
"""Operators of a font's dictionary: where its list of glyphs stands, and where their codes do."""
_PREDEFINED = 2
"""A place up to this means one of Adobe's own lists."""


def texts_of_codes(program: bytes) -> dict[int, str]:
    """The text of each code of a font whose program lists glyphs and codes of its own; an empty map if it lists none.

    Raises `IndexError`, `ValueError` or `struct.error` for what is no such program.
    """
    _, at = _index(program, program[2])
    dictionaries, at = _index(program, at)
    own_names, _ = _index(program, at)
    places = getdict(dictionaries[0])
    glyphs, codes = (int(places.get(key, [0])[0]) for key in (_GLYPHS, _CODES))
    if min(glyphs, codes) <= _PREDEFINED:
        return {}
    names = [*CFFFont.STANDARD_STRINGS, *(name.decode("latin-1") for name in own_names)]
    named = zip(_codes(program[codes:]), _names(program[glyphs:]), strict=False)
    texts = ((code, glyphname2unicode.get(names[name])) for code, name in named if name < len(names))
    return {code: text for code, text in texts if text}


def _index(program: bytes, at: int) -> tuple[list[bytes], int]:
    """The objects of an index, and where it ends."""
    count = int.from_bytes(program[at : at + 2])
    if not count:
        return [], at + 2
    size, start = program[at + 2], at + 3
    offsets = [int.from_bytes(program[k : k + size]) for k in range(start, start + size * (count + 1), size)]
    base = start + size * (count + 1) - 1
    return [program[base + first : base + last] for first, last in pairwise(offsets)], base + offsets[-1]


def _codes(listed: bytes) -> Iterator[int]:
    """The code of each glyph but the first, which is that for what is missing: one by one, or as ranges."""
    by_range, count = listed[0] & 1, listed[1]
    if not by_range:
        yield from listed[2 : 2 + count]
        return
    for at in range(2, 2 + 2 * count, 2):
        yield from range(listed[at], listed[at] + listed[at + 1] + 1)


def _names(listed: bytes) -> Iterator[int]:
    """The name of each glyph but the first, by its number: one by one, or as ranges."""
    size = listed[0]
    for at in range(1, len(listed) - 2 - size, 2 + size):
        first = int.from_bytes(listed[at : at + 2])
        yield from range(first, first + int.from_bytes(listed[at + 2 : at + 2 + size]) + 1)
