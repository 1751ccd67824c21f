"""Values of labels as they are kept: icons' doubled texts dropped, lists apart, canonical forms beside them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple

from osint_ingest.html.explanations import leads_on
from osint_ingest.html.fields import Piece
from osint_ingest.html.labels import plain_words
from osint_ingest.html.values import Item, separate_items, value_text
from osint_ingest.sources.ogp.vocabulary import badges, vocabularies
from osint_ingest.text.language_files import any_form, any_word

# a title of a plan or report ends with its years, perhaps with a month or a note in parentheses after them
_TITLE_END = re.compile(
    r"(?:(?:19|20)\d\d\s*[-–—/]\s*(?:19|20)?\d\d|(?<=[^\d\s–—-]\s)(?:19|20)\d\d)(?:\s*\([^()]{1,30}\))?(?P<cut>\s*[,;|•·●]\s*|\s+)(?=[A-ZÀ-ÖØ-Þ¿])"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_PRINTED_URL = re.compile(r"https?://\S+|www\.\S+", re.I)
_PAGE_NUMBER = re.compile(
    rf"(?:(?<=\s)|^)(?:{any_word('page')})?\s{{0,9}}\d{{1,3}}"
    rf"(?:\s{{0,9}}(?:/|{any_word('page_of')})\s{{0,9}}\d{{1,3}})?$",
    re.I,
)
_NOTE_MARKER = re.compile(r"\[\d{1,3}\]")
_BULLET = re.compile(r"[;|•●▪]")
_PROSE_WORDS = 4
_TITLE_EDGES = " ,;|•·●"
_STARS = " \t\n★☆*"
_STAR = frozenset("★☆")


class Read(NamedTuple):
    """One value of a field: as printed, its canonical form, where it links to."""

    value: str
    code: str | None = None
    href: str | None = None


def single(field: str, pieces: Sequence[Piece]) -> Read | None:
    """The value of a field that has one, from a vocabulary or a date; None for an empty one."""
    text = without_badges(undoubled(value_text(pieces)))
    if not text:
        text = without_badges(undoubled(alternative_text(pieces)))
    if not text:
        return None
    vocabulary = vocabularies().get(field)
    if vocabulary is None:
        return Read(text)
    code = vocabulary.code(text)
    if code is None and len(text.split()) > 1:
        # a tooltip or an icon's text beside the value: one of its elements is the value
        parts = [
            undoubled(piece.line.text[r.start : r.end].strip(" :"))
            for piece in pieces
            for r in piece.line.runs_in(piece.start, piece.end)
            if r.start >= piece.start
        ]
        known = [p for p in parts if vocabulary.code(p)]
        others = [p for p in parts if p and p not in known]
        if (
            known
            and len({vocabulary.code(p) for p in known}) == 1
            and all(len(p.split()) >= _PROSE_WORDS for p in others)
        ):
            text, code = known[0], vocabulary.code(known[0])
    return Read(text, code)


def several(field: str, pieces: Sequence[Piece]) -> list[Read]:
    """The values of a list from a vocabulary: its elements where it has them apart, else its known terms."""
    vocabulary = vocabularies()[field]
    reads: list[Read] = []
    items = separate_items(pieces) or [Item(value_text(pieces, ", "), p) for p in pieces[:1]]
    for item in items:
        text = without_badges(item.text)
        code = vocabulary.code(text)
        if code is not None or (len(items) > 1 and not _is_list(text)):
            if text:
                reads.append(Read(text, code, item.href))
            continue
        reads += [Read(v.text, v.code, item.href) for v in vocabulary.split(text) if v.text]
    if any(r.code for r in reads):
        # the glossary's text beside a value that it explains
        reads = [r for r in reads if r.code or not _is_hint(r.value)]
    return _each_once(reads)


def titles(pieces: Sequence[Piece]) -> list[Read]:
    """Titles of plans or reports: links and elements apart, else cut after the years that end a title.

    Commas do not part them: `Action plan – City, Country, 2021 – 2023` is one title.
    """
    items = separate_items(pieces)
    if items and len(items) > 1:
        reads = [Read(part, None, item.href) for item in items for part in _titles_of(item.text)]
    else:
        href = items[0].href if items else None
        parts = _titles_of(value_text(pieces))
        reads = [Read(part, None, href if len(parts) == 1 else None) for part in parts]
    return _each_once([r for r in reads if r.value])


def entries(pieces: Sequence[Piece]) -> list[Read]:
    """The entries of a list of names, those printed twice too: its elements, else its bullets or semicolons."""
    items = separate_items(pieces)
    if items and len(items) > 1:
        return [Read(item.text, None, item.href) for item in items]
    text = value_text(pieces)
    parts = [p.strip(" -–—") for p in _BULLET.split(text.replace(" · ", "•"))]
    href = items[0].href if items else None
    return [Read(p, None, href) for p in parts if p]


@lru_cache(maxsize=4096)
def undoubled(text: str) -> str:
    """A text that an icon's alternative text repeats, once: `Did Not Change Did Not Change`."""
    words = text.split()
    for times in (4, 3, 2):
        size, rest = divmod(len(words), times)
        if size and not rest:
            first = plain_words(" ".join(words[:size]))
            if first and all(
                plain_words(" ".join(words[i * size : (i + 1) * size])) == first for i in range(1, times)
            ):
                return " ".join(words[:size])
    # without a space between: `MajorMajor`
    half, odd = divmod(len(text), 2)
    if half > 2 and not odd and text[:half] == text[half:]:
        return text[:half]
    return " ".join(words)


@lru_cache(maxsize=4096)
def without_badges(text: str) -> str:
    """A value without the text of a star beside it: `Yes Starred` -> `Yes`. A badge alone stays."""
    text = text.strip(_STARS)
    while (rest := _badges().sub("", text, count=1).strip(_STARS)) and rest != text:
        text = rest
    return text


def title_without_badge(text: str) -> str:
    """A title without the text of a star before it: `Starred commitment Open Data` -> `Open Data`."""
    text = text.strip(_STARS)
    return _title_badge().sub("", text, count=1).strip(_STARS) or text


def has_badge(text: str) -> bool:
    """Does a title begin with a star or its text, or end with a star?"""
    return bool({*text.strip()[:1], *text.strip()[-1:]} & _STAR) or _title_badge().match(text) is not None


@cache
def _badges() -> re.Pattern[str]:
    forms = any_form(badges())
    return re.compile(rf"^(?:{forms})(?!\w)\s*[):★☆,-]*|[(]?(?<!\w)(?:{forms})[)]?$", re.I)


@cache
def _title_badge() -> re.Pattern[str]:
    # one word alone can begin a title of its own; two are the text of a star
    forms = any_form(badge for badge in badges() if " " in badge or badge == "Starred")
    return re.compile(rf"\s{{0,20}}+[(]?(?:{forms})(?!\w)\s*+[):★☆,-]*+\s*+", re.I)


def alternative_text(pieces: Sequence[Piece]) -> str:
    """The texts of images that stand where a value should: an icon may be all there is."""
    return " ".join(
        alt for piece in pieces for at, alt in piece.line.alts if at >= piece.start or not piece.line.text
    )


def debris(value: str) -> str | None:
    """Return what does not belong in a value: a URL, a note's marker, a page number. None if the value is clean."""
    if match := (_PRINTED_URL.search(value) if "://" in value or "www." in value.lower() else None):
        return match.group()
    if match := (_NOTE_MARKER.search(value) if "[" in value else None):
        return match.group()
    if not value[-1:].isdigit():
        return None
    match = _PAGE_NUMBER.search(value, max(0, len(value) - 30))
    return (
        match.group().strip()
        if match and len(value) > len(match.group()) + 8 and not _YEAR.search(match.group())
        else None
    )


def _titles_of(text: str) -> list[str]:
    parts: list[str] = []
    start = 0
    for match in _TITLE_END.finditer(text):
        # the rest is a title of its own only when it has its years too
        comma = match.group("cut").strip() != ""
        if comma or _YEAR.search(text, match.end()):
            parts.append(text[start : match.start("cut")].strip(_TITLE_EDGES))
            start = match.end()
    parts.append(text[start:].strip(_TITLE_EDGES))
    return [p for p in parts if p]


def _is_hint(text: str) -> bool:
    return len(text.split()) >= 2 * _PROSE_WORDS and (text.endswith((".", "…")) or leads_on(text))


def _is_list(text: str) -> bool:
    return any(c in text for c in ",;|•\n") or any(a.islower() and b.isupper() for a, b in pairwise(text))


def _each_once(reads: list[Read]) -> list[Read]:
    seen: set[str] = set()
    kept: list[Read] = []
    for read in reads:
        key = read.value.casefold()
        if key not in seen:
            seen.add(key)
            kept.append(read)
    return kept
