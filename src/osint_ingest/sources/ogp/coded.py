"""Values of labels as they are kept: icons' doubled texts dropped, lists apart, canonical forms beside them."""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from osint_ingest.html.fields import Piece
from osint_ingest.html.labels import leads_on, plain_words
from osint_ingest.html.values import Item, separate_items, value_text
from osint_ingest.sources.ogp.vocabulary import forms_of, vocabularies
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
    # an icon's alternative text may be all there is
    alts = (a for p in pieces for at, a in p.line.alts if at >= p.start or not p.line.text)
    text = without_badges(undoubled(value_text(pieces))) or without_badges(undoubled(" ".join(alts)))
    if not text:
        return None
    vocabulary = vocabularies().get(field)
    if vocabulary is None:
        return Read(text)
    code = vocabulary.code(text)
    if code is None and len(text.split()) > 1:
        # a tooltip or an icon's text beside the value: one of its elements is the value
        runs = (
            (p.line.text, r) for p in pieces for r in p.line.runs_in(p.start, p.end) if r.start >= p.start
        )
        parts = [undoubled(said[r.start : r.end].strip(" :")) for said, r in runs]
        known = [p for p in parts if vocabulary.code(p)]
        prose = all(vocabulary.code(p) or not p or len(p.split()) >= _PROSE_WORDS for p in parts)
        if prose and len({vocabulary.code(p) for p in known}) == 1:
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
        is_list = any(c in text for c in ",;|•\n") or any(
            a.islower() and b.isupper() for a, b in pairwise(text)
        )
        if code is not None or (len(items) > 1 and not is_list):
            reads += [Read(text, code, item.href)] if text else []
        else:
            reads += [Read(v.text, v.code, item.href) for v in vocabulary.split(text) if v.text]
    if any(r.code for r in reads):
        # the glossary's text beside a value that it explains
        reads = [r for r in reads if r.code or not _is_hint(r.value)]
    return _each_once(reads)


def titles(pieces: Sequence[Piece]) -> list[Read]:
    """Titles of plans or reports: links and elements apart, else cut after the years that end a title. Commas do not
    part them: `Action plan – City, Country, 2021 – 2023` is one title."""
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
            others = (plain_words(" ".join(words[i * size : (i + 1) * size])) for i in range(1, times))
            if first and all(other == first for other in others):
                return " ".join(words[:size])
    # without a space between: `MajorMajor`
    half, odd = divmod(len(text), 2)
    if half > 2 and not odd and text[:half] == text[half:]:
        return text[:half]
    return " ".join(words)


_FORMS = any_form(forms_of("badges"))
_BADGE = re.compile(rf"^(?:{_FORMS})(?!\w)\s*[):★☆,-]*|[(]?(?<!\w)(?:{_FORMS})[)]?$", re.I)
# one word alone can begin a title of its own; two are the text of a star
_BEFORE_TITLE = any_form(badge for badge in forms_of("badges") if " " in badge or badge == "Starred")
_TITLE_BADGE = re.compile(rf"\s{{0,20}}+[(]?(?:{_BEFORE_TITLE})(?!\w)\s*+[):★☆,-]*+\s*+", re.I)


@lru_cache(maxsize=4096)
def without_badges(text: str) -> str:
    """A value without the text of a star beside it: `Yes Starred` -> `Yes`. A badge alone stays."""
    text = text.strip(_STARS)
    while (rest := _BADGE.sub("", text, count=1).strip(_STARS)) and rest != text:
        text = rest
    return text


def title_without_badge(text: str) -> str:
    """A title without the text of a star before it: `Starred commitment Open Data` -> `Open Data`."""
    text = text.strip(_STARS)
    return _TITLE_BADGE.sub("", text, count=1).strip(_STARS) or text


def has_badge(text: str) -> bool:
    """Does a title begin with a star or its text, or end with a star?"""
    return bool({*text.strip()[:1], *text.strip()[-1:]} & _STAR) or _TITLE_BADGE.match(text) is not None


def debris(value: str) -> str | None:
    """What does not belong in a value: a URL, a note's marker, a page number. None if the value is clean."""
    match = _PRINTED_URL.search(value) if "://" in value or "www." in value.lower() else None
    match = match or (_NOTE_MARKER.search(value) if "[" in value else None)
    if match or not value[-1:].isdigit():
        return match.group() if match else None
    match = _PAGE_NUMBER.search(value, max(0, len(value) - 30))
    page = match is not None and len(value) > len(match.group()) + 8 and not _YEAR.search(match.group())
    return match.group().strip() if match and page else None


def _titles_of(text: str) -> list[str]:
    parts: list[str] = []
    start = 0
    for match in _TITLE_END.finditer(text):
        # after a mere space the rest is a title of its own only when it has its years too
        if match["cut"].strip() or _YEAR.search(text, match.end()):
            parts.append(text[start : match.start("cut")])
            start = match.end()
    return [title for p in (*parts, text[start:]) if (title := p.strip(_TITLE_EDGES))]


def _is_hint(text: str) -> bool:
    return len(text.split()) >= 2 * _PROSE_WORDS and (text.endswith((".", "…")) or leads_on(text))


def _each_once(reads: list[Read]) -> list[Read]:
    once: dict[str, Read] = {}
    for read in reads:
        once.setdefault(read.value.casefold(), read)
    return list(once.values())
