"""What a font says of its glyphs: style, text, width, and which of them draw raised digits."""

import re
import struct
import unicodedata
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice, pairwise
from statistics import median
from typing import Any

from pdfminer.cmapdb import FileCMap
from pdfminer.glyphlist import glyphname2unicode
from pdfminer.pdffont import (
    CFFFont,
    PDFCIDFont,
    PDFTrueTypeFont,
    PDFType1Font,
    PDFType3Font,
    PDFUnicodeNotDefined,
    getdict,
)
from pdfminer.pdftypes import PDFStream, resolve1
from pdfminer.utils import decode_text

UNMAPPED = "\ufffd"
"""The text of a glyph that its font maps to no character."""
_NO_CHARACTER = "\uffff"
"""What XeTeX says of letters that its font lacks; Unicode will never have it."""

# TeX's symbol fonts often come without a map to Unicode; these are the signs that text has
_TEX_SYMBOLS = dict(enumerate("−·×∗÷⋄±∓⊕⊖⊗⊘⊙○◦•≍≡⊆⊇≤≥⪯⪰∼≈⊂⊃≪≫≺≻←→↑↓↔↗↘≃⇐⇒⇑⇓⇔↖↙∝′∞∈∋")) | {
    102: "{",
    103: "}",
    106: "|",
    120: "§",
    121: "†",
    122: "‡",
    123: "¶",
}
# what TeX's bitmap fonts draw without naming it: ligatures (old encoding, new encoding), quotation marks, dashes
_TEX_LETTERS = dict(
    zip((*range(11, 16), *range(27, 32)), ("ff", "fi", "fl", "ffi", "ffl") * 2, strict=True)
) | dict(enumerate("“”„«»–—", 16))
_WIDE_LETTERS = frozenset("abcdeghknopquvxyz")
"""Small letters that are about as wide as most; in no font of text is one of them under three quarters of that."""
# ligatures and Arabic presentation forms are glyph shapes: the letters they stand for are meant
_FORMS = (range(0xFB00, 0xFB07), range(0xFB50, 0xFE00), range(0xFE70, 0xFEFF))


@dataclass(frozen=True, slots=True)
class FontStyle:
    """A font of the document, by its name."""

    name: str
    bold: bool
    italic: bool


_HEAVY = re.compile(
    r"bold|black|heavy|demi|-bd|-medi(?!u)|(?:libertine|biolinum)[ot]?[bz]|(?:cm|ec|sf)(?:ss)?(?:bx|dc)|(?:ec|sf)sx"
)
"""In words, or as TeX's fonts are named: `NimbusRomNo9L-Medi`, `LinLibertineTB`, `cmbx`, `cmssbx`, `sfsx`."""
_SLANTED = re.compile(
    r"(?<!cap)ital|obli|slant|-it|(?:libertine|biolinum)[ot]?b?i|(?:cm|ec|sf)(?:bx|ss)?(?:ti|sl|it|i\d)"
)
"""The same: `NimbusRomNo9L-ReguItal`, `LMRomanSlant10`, `LinLibertineTI`, `cmti`, `cmbxti`, `cmsl`, `cmssi10`."""


def font_style(name: str, descriptor_flags: int = 0) -> FontStyle:
    """Weight and slant as a font's name tells them (`ABCDEF+Verdana-BoldItalic`), or its flags."""
    low = name.lower()
    bold = bool(_HEAVY.search(low)) or bool(descriptor_flags & (1 << 18))
    return FontStyle(name, bold, bool(_SLANTED.search(low)) or bool(descriptor_flags & 64))


def use_declared_widths(font: Any, spec: Mapping[str, Any]) -> None:
    """Gives a font the widths that the file declares for it.

    pdfminer takes its own for the 14 standard fonts, by character; those know no ligatures.
    """
    declared, first = resolve1(spec.get("Widths")), resolve1(spec.get("FirstChar"))
    if isinstance(font, PDFType1Font) and isinstance(declared, list) and isinstance(first, int):
        font.widths = {first + i: resolve1(width) for i, width in enumerate(declared)}


_CODES = re.compile(rb"<([0-9A-Fa-f]{2,8})>\s*(?:<([0-9A-Fa-f]{2,8})>\s*)?(\d{1,6})\b")
_MOST_CODES = 65536
_GLYPH_LIST, _CODE_LIST = 15, 16
"""Operators of a font's dictionary: where its list of glyphs stands, and where their codes do."""
_PREDEFINED = 2
"""A place up to this means one of Adobe's own lists."""


def use_embedded_codes(font: Any, spec: Mapping[str, Any]) -> None:
    """Gives a font the map from codes to glyphs that the file has for it; pdfminer reads those that have a name alone.

    `ToUnicode` tells the text of codes (ISO 32000-1, 9.10.3), where pdfminer asks for that of glyphs.
    """
    own = resolve1(spec.get("Encoding"))
    if not (isinstance(font, PDFCIDFont) and isinstance(own, PDFStream)) or isinstance(font.cmap, FileCMap):
        return
    codes, text = FileCMap(), getattr(font.unicode_map, "cid2unichr", None)
    known = dict(text or {})
    for value, wide, glyph in islice(_codes(own.get_data()), _MOST_CODES):
        codes.add_code2cid(value.to_bytes(4)[-wide:].decode("latin-1"), glyph)
        if text is not None and value in known:
            text[glyph] = known[value]
    if codes.code2cid:
        font.cmap = codes


def _codes(cmap: bytes) -> Iterator[tuple[int, int, int]]:
    """Each code of a map, how many bytes it has, and its glyph."""
    for found in _CODES.finditer(cmap):
        first, last, glyph = found.groups()
        start = int(first, 16)
        for value in range(start, int(last or first, 16) + 1):
            yield value, len(first) // 2, int(glyph) + value - start


def use_embedded_names(font: Any, spec: Mapping[str, Any]) -> None:
    """Gives a font the texts that its own program has for its codes, where the file says nothing of them.

    Ghostscript leaves TeX's fonts so; pdfminer then takes the codes for Adobe's standard ones, which have no ligature
    where TeX has its own.
    """
    if not isinstance(font, PDFType1Font) or "Encoding" in spec or "ToUnicode" in spec:
        return
    program = resolve1(font.descriptor.get("FontFile3"))
    if isinstance(program, PDFStream):
        with suppress(IndexError, ValueError, struct.error):
            font.cid2unicode = font.cid2unicode | _texts_of_codes(program.get_data())


def drop_guessed_characters(font: Any, spec: Mapping[str, Any]) -> None:
    """Takes the characters from a font whose codes only count its glyphs and that has no map for them.

    Word processors number the glyphs that they embed of a TrueType font, from 1 on, and call it symbolic; without
    `ToUnicode` the codes say nothing, and pdfminer takes them for those of Windows, where the first eight draw nothing.
    """
    declared, first = resolve1(spec.get("Widths")), resolve1(spec.get("FirstChar"))
    if "ToUnicode" in spec or "Encoding" in spec or not isinstance(font, PDFTrueTypeFont):
        return
    if not (isinstance(declared, list) and isinstance(first, int) and _is_symbolic(font)):
        return
    if any(1 <= code <= 8 and resolve1(width) for code, width in enumerate(declared[:9], first)):
        font.cid2unicode = {}


def _is_symbolic(font: Any) -> bool:
    return isinstance(font.flags, int) and bool(font.flags & 4)


def superscript_glyphs(font: Any) -> frozenset[int]:
    """Glyphs that draw small raised digits on the line itself (OpenType `sups`), by their width.

    Such a glyph says `1` as the full-size one does; it is the second and narrower glyph of its digit in
    the font, or narrower than letters ever let a full-size digit be.
    """
    digits: dict[int, tuple[str, float]] = {}
    letters: list[float] = []
    drawn: dict[str, list[tuple[float, int]]] = {}
    widths = font.widths if isinstance(font.widths, dict) and len(font.widths) < 4000 else {}
    lacking = _digits_lacking(font)
    for cid in widths:
        if not isinstance(cid, int):
            return frozenset()
        text, width = glyph_of(font, cid)
        if len(text) == 1 and text in "0123456789" and text not in lacking and width > 0:
            digits[cid] = (text, width)
        elif len(text) == 1 and text.isalpha() and width > 0:
            if text in "neaouноеαοε":
                letters.append(width)
            if "a" <= text <= "z":  # the second glyph of a capital is a small capital, no label of a note
                drawn.setdefault(text, []).append((width, cid))
    small = _small_letters(drawn)
    if not digits:
        return small
    widest = max(width for _, width in digits.values())
    narrow = {cid for cid, (_, width) in digits.items() if width < 0.8 * widest}
    if not narrow and letters and widest < 0.72 * (sum(letters) / len(letters)):
        return frozenset(digits) | small
    # proportional figures have a narrow 1 and nothing else that is
    seconds = {
        cid
        for cid in narrow
        for other in digits
        if other not in narrow and digits[other][0] == digits[cid][0]
    }
    full = [width for cid, (_, width) in digits.items() if cid not in narrow]
    kinds = {digits[cid][0] for cid in narrow}
    # figures of one width have no narrow ones but raised ones; old-style figures differ all along
    thin = [digits[cid][1] for cid in narrow]
    even = len(kinds) > 1 and max(full) - min(full) < 0.02 * widest
    even = even and (len(full) > 1 or max(thin) - min(thin) < 0.05 * widest)
    return (frozenset(narrow) if seconds or even else frozenset()) | small


def _digits_lacking(font: Any) -> str:
    """The digits that a part of a font has no glyphs for, as far as the file lists them (`CharSet`): their widths are
    those of an empty box."""
    listed = resolve1(font.descriptor.get("CharSet"))
    names = set(listed.decode("latin-1").split("/")) if isinstance(listed, bytes) else set()
    digits = {digit: unicodedata.name(digit).removeprefix("DIGIT ").lower() for digit in "0123456789"}
    has = [digit for digit, name in digits.items() if name in names]
    return "".join(set(digits) - set(has)) if has else ""


def _small_letters(drawn: Mapping[str, Sequence[tuple[float, int]]]) -> frozenset[int]:
    """Glyphs that draw small raised letters: the narrower ones of letters that a font has two of, all in
    about one proportion (small capitals are wider here and narrower there).

    In such a font so are letters that it has one of and that are too narrow for their kind.
    """
    pairs = [sorted(glyphs) for glyphs in drawn.values() if len(glyphs) == 2]
    shares = [small[0] / full[0] for small, full in pairs]
    small = sum(0.55 < share < 0.78 for share in shares)
    between = sum(0.78 <= share <= 0.92 for share in shares)
    if not (5 * between <= small > 1 and 2 * small >= len(pairs)):
        return frozenset()
    alone = [
        g for letter, glyphs in drawn.items() if letter in _WIDE_LETTERS and len(glyphs) == 1 for g in glyphs
    ]
    widest = 0.72 * median(full for (_, _), (full, _) in pairs)
    return frozenset(
        [pair[0][1] for pair, share in zip(pairs, shares, strict=True) if share < 0.92]
        + [cid for width, cid in alone if width < widest]
    )


def text_string(value: Any) -> str:
    """A text string, or a stream that holds one (ISO 32000-1, 7.9.2.2, 7.9.3); nothing for what is no text."""
    value = resolve1(value)
    raw = value.get_data() if isinstance(value, PDFStream) else value
    if isinstance(raw, bytes):
        if raw.startswith((BOM_UTF16_BE, BOM_UTF16_LE)):
            return raw.decode("utf-16", "replace")
        return raw[3:].decode("utf-8", "replace") if raw.startswith(BOM_UTF8) else decode_text(raw)
    return raw if isinstance(raw, str) else ""


def plain(text: str) -> str:
    """A glyph's text as letters: ligatures and Arabic presentation forms taken apart, else untouched."""
    if len(text) == 1 and text < "\u0530":
        return text
    return "".join(
        unicodedata.normalize("NFKC", char) if any(ord(char) in block for block in _FORMS) else char
        for char in text
    )


def _tex_signs(font: Any) -> Mapping[int, str]:
    """The signs of a font that names none, if TeX made it."""
    name = str(font.fontname).lower()
    if "cmsy" in name or "txsy" in name:
        return _TEX_SYMBOLS
    return _TEX_LETTERS if isinstance(font, PDFType3Font) and font.unicode_map is None else {}


def glyph_of(font: Any, cid: int) -> tuple[str, float]:
    try:
        text = plain(font.to_unichr(cid)).replace(_NO_CHARACTER, UNMAPPED)
    except PDFUnicodeNotDefined:
        text = _tex_signs(font).get(cid, UNMAPPED)
    try:
        return text, float(font.char_width(cid))
    except (TypeError, ValueError):
        return text, 0.0


def _texts_of_codes(program: bytes) -> dict[int, str]:
    """The text of each code of a font whose program lists glyphs and codes of its own; an empty map if it lists none.

    pdfminer's reader of such programs (Compact Font Format, Adobe Technical Note 5176) stumbles over those without
    names of their own, as Ghostscript writes them. Raises `IndexError`, `ValueError` or `struct.error` for what is
    no such program.
    """
    _, at = _index(program, program[2])
    dictionaries, at = _index(program, at)
    own_names, _ = _index(program, at)
    places = getdict(dictionaries[0])
    glyphs, codes = (int(places.get(key, [0])[0]) for key in (_GLYPH_LIST, _CODE_LIST))
    if min(glyphs, codes) <= _PREDEFINED:
        return {}
    names = [*CFFFont.STANDARD_STRINGS, *(name.decode("latin-1") for name in own_names)]
    named = zip(_codes_of_glyphs(program[codes:]), _names_of_glyphs(program[glyphs:]), strict=False)
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


def _codes_of_glyphs(listed: bytes) -> Iterator[int]:
    """The code of each glyph but the first, which is that for what is missing: one by one, or as ranges."""
    by_range, count = listed[0] & 1, listed[1]
    if not by_range:
        yield from listed[2 : 2 + count]
        return
    for at in range(2, 2 + 2 * count, 2):
        yield from range(listed[at], listed[at] + listed[at + 1] + 1)


def _names_of_glyphs(listed: bytes) -> Iterator[int]:
    """The name of each glyph but the first, by its number: one by one, or as ranges."""
    size = listed[0]
    for at in range(1, len(listed) - 2 - size, 2 + size):
        first = int.from_bytes(listed[at : at + 2])
        yield from range(first, first + int.from_bytes(listed[at + 2 : at + 2 + size]) + 1)
