"""The list of a member's commitments: `Title`, `AR0079, 2019, Access to Information`, in any markup."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from osint_ingest.html.lines import Line
from osint_ingest.sources.ogp.addresses import is_code, read_address
from osint_ingest.sources.ogp.coded import without_badges
from osint_ingest.sources.ogp.vocabulary import badges

_FACTS = re.compile(
    r"(?P<before>.*?)(?<![\w-])(?P<code>[A-Z]{2,6}\d{4})\s*[,;|·•–—-]\s*(?P<year>(?:19|20)\d\d)(?!\d)(?:\s*[,;|·•–—-]\s*(?P<area>.*))?\s*,?\s*$",
    re.S,
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_ORDINAL = re.compile(r"\s*\d{1,3}[.)]\s+")


class Entry(NamedTuple):
    """A listed commitment, and the lines that say so."""

    code: str
    title: str | None
    year: int | None
    area: str | None
    starred: bool
    href: str | None
    lines: tuple[Line, ...]


def find_listing(lines: Sequence[Line]) -> tuple[list[Entry], set[int]]:
    """The entries of the list of commitments, and which of the lines (by place) they stand in."""
    entries: list[Entry] = []
    used: set[int] = set()
    for i in range(len(lines)):
        if i in used:
            continue
        found = _by_facts(lines, i, used) or _by_row(lines, i, used)
        if found:
            entry, places = found
            entries.append(entry)
            used |= places
    codes = {e.code for e in entries}
    for i, line in enumerate(lines):
        # a card that is only a link: enough of them make a list
        if i not in used and (code := _linked_code(line)) and line.only_links and code not in codes:
            entries.append(_entry(code, [line], line.text, None, None))
            codes.add(code)
            used.add(i)
    return _each_once(entries), used


def _by_facts(lines: Sequence[Line], i: int, used: set[int]) -> tuple[Entry, set[int]] | None:
    """An entry whose line has its code, year and area, with its title before them or beside."""
    line = lines[i]
    if len(line.text) > 600 or not any(c.isdigit() for c in line.text):
        return None
    match = _FACTS.match(line.text)
    if not match:
        return None
    code = match["code"]
    places = _together(lines, i, used, code)
    before = match["before"].strip(" \n,–—-:()")
    group = [lines[p] for p in sorted(places)]
    title = _title_linked(group, code) or before or _title_beside(lines, i, places)
    return _entry(code, group, title, int(match["year"]), match["area"]), places


def _together(lines: Sequence[Line], i: int, used: set[int], code: str) -> set[int]:
    """The lines of one entry: those of the same list item or row, or the title that links to the code."""
    line = lines[i]
    near = [p for p in range(max(0, i - 4), min(len(lines), i + 5)) if p not in used]
    if line.item is not None:
        return {p for p in near if lines[p].item == line.item} | {i}
    if line.row is not None:
        return {p for p in near if lines[p].row == line.row} | {i}
    places = {i}
    for p in (i - 1, i - 2, i + 1):
        if (
            p in near
            and not _FACTS.match(lines[p].text)
            and (_linked_code(lines[p]) == code or _is_badge(lines[p]))
        ):
            places.add(p)
    alone = len(places) == 1 and is_code(line.text[: len(code)])
    if alone and i - 1 in near and lines[i - 1].kind == "heading":
        places.add(i - 1)
    return places


def _by_row(lines: Sequence[Line], i: int, used: set[int]) -> tuple[Entry, set[int]] | None:
    """An entry that is a row of a table: code, title, year and area in cells of their own."""
    line = lines[i]
    if line.row is None or not is_code(line.text) or line.text.upper() != line.text:
        return None
    places = {
        p for p in range(max(0, i - 6), min(len(lines), i + 7)) if p not in used and lines[p].row == line.row
    }
    cells = [lines[p] for p in sorted(places)]
    code = line.text.strip()
    year = next((int(c.text) for c in cells if _YEAR.fullmatch(c.text.strip())), None)
    if year is None and not any(_linked_code(c) for c in cells):
        return None
    words = [
        c
        for c in cells
        if c is not line and not _YEAR.fullmatch(c.text.strip()) and not _is_badge(c) and c.text
    ]
    title = _title_linked([c for c in cells if c.text != code], code) or (words[0].text if words else None)
    area = next(
        (
            c.text
            for c in words
            if c.text != title and without_badges(c.text) != title and _after(c, line, cells)
        ),
        None,
    )
    return _entry(code, cells, title, year, area), places


def _after(cell: Line, code: Line, cells: list[Line]) -> bool:
    """Does a cell stand behind the title? The title comes first or right after the code."""
    return cells.index(cell) > min(1, cells.index(code))


def _entry(code: str, group: list[Line], title: str | None, year: int | None, area: str | None) -> Entry:
    printed = (
        _ORDINAL.sub("", title or "", count=1) if title and not _linked_title(group, title) else (title or "")
    )
    plain_title = without_badges(" ".join(printed.split()))
    href = next(
        (r.href for line in group for r in line.runs if r.href and read_address_code(r.href) == code), None
    )
    area = " ".join((area or "").split()).strip(" ,")
    marked = any(_is_badge(line) or _begins_with_badge(line.text) for line in group) or _has_badge_alt(group)
    return Entry(code, plain_title or None, year, area or None, marked, href, tuple(group))


def _linked_title(group: list[Line], title: str) -> bool:
    return any(line.text[r.start : r.end] == title for line in group for r in line.runs if r.href)


def _title_linked(group: Sequence[Line], code: str) -> str | None:
    """The text of the link to the commitment, when it says more than the code."""
    for line in group:
        said = " ".join(
            line.text[r.start : r.end].strip()
            for r in line.runs
            if r.href and read_address_code(r.href) == code
        )
        match = _FACTS.match(said)
        title = match["before"].strip(" ,\n–—-") if match else said
        if title and title.upper() != code and without_badges(title):
            return title
    return None


def _title_beside(lines: Sequence[Line], i: int, places: set[int]) -> str | None:
    for p in sorted(places - {i}, reverse=True):
        if lines[p].text and not _is_badge(lines[p]):
            return lines[p].text
    return None


def read_address_code(href: str) -> str | None:
    """The code in a link's target, relative or absolute."""
    if "/commitment" not in href:
        return None
    address = read_address(
        href if "://" in href else f"https://www.opengovpartnership.org/{href.lstrip('/.')}"
    )
    return address.code if address else None


def _linked_code(line: Line) -> str | None:
    for run in line.runs:
        if run.href and (code := read_address_code(run.href)):
            return code
    return None


def _is_badge(line: Line) -> bool:
    said = line.text.strip(" ★☆()").casefold()
    return not said or any(said == badge.casefold() for badge in badges())


def _begins_with_badge(text: str) -> bool:
    return text.lstrip().startswith("★") or (
        without_badges(text) != text.strip() and not text.strip().casefold().endswith(("starred",))
    )


def _has_badge_alt(group: Sequence[Line]) -> bool:
    known = {badge.casefold() for badge in badges()}
    return any(alt.strip().casefold() in known for line in group for _, alt in line.alts)


def _each_once(entries: list[Entry]) -> list[Entry]:
    """An entry a code: a page can list one twice, the fuller one counts."""
    best: dict[str, Entry] = {}
    for entry in entries:
        known = best.get(entry.code)
        if known is None or (known.title is None and entry.title) or (known.year is None and entry.year):
            best[entry.code] = entry
    return list(best.values())
