"""The list of a member's commitments: `Title`, `AR0079, 2019, Access to Information`, in any markup."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from osint_ingest.html.lines import PageLine
from osint_ingest.sources.ogp.addresses import HOST, is_code, read_address
from osint_ingest.sources.ogp.coded import has_badge, title_without_badge
from osint_ingest.sources.ogp.vocabulary import forms_of, vocabularies

_SEPARATOR = r"\s*[,;|·•–—-]\s*"


def _facts(separator: str) -> re.Pattern[str]:
    return re.compile(
        rf"\A(?P<before>.*?)(?<![\w-])(?P<code>[A-Z]{{2,6}}\d{{4}}){separator}(?P<year>(?:19|20)\d\d)(?!\d)"
        rf"(?:{separator}(?P<area>.*))?\s*+(?:,\s*+)?$",
        re.S,
    )


_FACTS, _FACTS_SPACED = _facts(_SEPARATOR), _facts(rf"(?:{_SEPARATOR}|\s+)")
_CODE = re.compile(r"[A-Za-z]{2,6}\d{4}")
# what names a fact of an entry: `Code:`, `Policy Area:`
_LABEL = re.compile(r"(?:^|\s)[^\W\d_]{3,14}(?: [^\W\d_]{2,14}){0,2}\s?:\s*")
_END_OF_CODE = re.compile(r"[0-9](?<=[A-Za-z].)[0-9]{3}")
_CODE_AND_YEAR = re.compile(
    rf"[A-Z]{{2,6}}\d{{4}}(?:{_SEPARATOR}|\s+)(?:[^\W\d_]{{3,14}}\s?:\s*)?(?:19|20)\d\d"
)
_LONGEST_ENTRY, _LONGEST_AREA, _MOST_LINES, _FEWEST_CARDS = 600, 90, 8, 3
_YEAR = re.compile(r"(?:19|20)\d\d")
_YEAR_ALONE = re.compile(r"(?<![\w-])(?:19|20)\d\d(?![\w-])")
_LONGEST_CODE = 20
_BETWEEN = " \n,;:·•()[]–—-"
_ORDINAL = re.compile(r"\s{0,20}+\d{1,3}[.)]\s+")
_BADGES, _TO_MORE = (frozenset(form.casefold() for form in forms_of(name)) for name in ("badges", "more"))


class Entry(NamedTuple):
    """A commitment in a list, and the lines that it was read from."""

    code: str
    title: str | None
    year: int | None
    area: str | None
    starred: bool
    href: str | None
    lines: tuple[PageLine, ...]


def find_listing(lines: Sequence[PageLine]) -> tuple[list[Entry], set[int]]:
    """The entries of the list of commitments, and which of the lines (by place) they stand in."""
    entries: list[Entry] = []
    used: set[int] = set()
    for i, line in enumerate(lines):
        if i in used or not _has_code(line):
            continue
        found = (
            _by_facts(lines, i, used)
            or _by_row(lines, i, used)
            or (len(line.text) <= _LONGEST_CODE and _by_lines(lines, i, used))
            or (len(line.runs) > 1 and _by_link(lines, i, used))
        )
        if found:
            entry, places = found
            entries.append(entry)
            used |= places
    codes = {e.code for e in entries}
    cards = {
        i: code
        for i, line in enumerate(lines)
        if i not in used and line.only_links and (code := _linked_code(line)) and code not in codes
    }
    if len(cards) >= _FEWEST_CARDS:  # links alone: some of them make a list, one or two do not
        entries += [_entry(code, [lines[i]], lines[i].text, None, None) for i, code in cards.items()]
        used |= cards.keys()
    return _each_once(entries), used


def _has_code(line: PageLine) -> bool:
    """Whatever its markup, an entry has its code in its words; most lines are seen to be none by that."""
    prose = _is_prose(line) and len(line.text) > _LONGEST_CODE
    found = _CODE.match(line.text) if prose else _END_OF_CODE.search(line.text)
    return found is not None and len(line.text) <= _LONGEST_ENTRY


def _is_prose(line: PageLine) -> bool:
    """No part of a list or table and without elements in it: an entry can then only begin with its code."""
    return line.item is None and line.row is None and len(line.runs) == 1


def _by_facts(lines: Sequence[PageLine], i: int, used: set[int]) -> tuple[Entry, set[int]] | None:
    """An entry whose line has its code, year and area, with its title before them or beside."""
    line = lines[i]
    if not (_CODE_AND_YEAR.match(line.text) if _is_prose(line) else _CODE_AND_YEAR.search(line.text)):
        return None
    match = _facts_of(line)
    if not match or len(match["area"] or "") > _LONGEST_AREA:
        return None
    code = match["code"]
    # prose can name a code and a year too: an entry is a list item or a cell, has a link, or is only facts
    in_list = line.item is not None or line.row is not None
    if not in_list and match["before"].strip() and _linked_code(line) != code:
        return None
    places = _together(lines, i, used, code)
    before = match["before"].strip(" \n,–—-:()")
    group = [lines[p] for p in sorted(places)]
    beside = (lines[p] for p in sorted(places - {i}, reverse=True))
    named = (x.text for x in beside if x.text and not _is_badge(x) and not _leads_on(x))
    title = _title_linked(group, code) or before or next(named, None)
    return _entry(code, group, title, int(match["year"]), match["area"]), places


def _facts_of(line: PageLine) -> re.Match[str] | None:
    """Code, year and area of a line, parted by signs, or by being elements of their own."""
    match = _FACTS.match(line.text)
    if match is None and len(line.runs) > 1:
        match = _FACTS_SPACED.match(line.text)
        if match and not any(run.start == match.start("year") for run in line.runs):
            match = None
    if match is None and ":" in line.text:
        match = _FACTS.match(_LABEL.sub(", ", line.text).lstrip(" ,"))
    return match


def _together(lines: Sequence[PageLine], i: int, used: set[int], code: str) -> set[int]:
    """The lines of one entry: those of the same list item or row, or the title that links to the code."""
    line = lines[i]
    if line.item is not None or line.row is not None:
        by = "item" if line.item is not None else "row"
        own, first, last = getattr(line, by), i, i
        while (
            first > max(0, i - _MOST_LINES) and first - 1 not in used and getattr(lines[first - 1], by) == own
        ):
            first -= 1
        end = min(len(lines) - 1, i + _MOST_LINES)
        while last < end and last + 1 not in used and getattr(lines[last + 1], by) == own:
            last += 1
        return set(range(first, last + 1))
    near = [p for p in (i - 2, i - 1, i + 1) if 0 <= p < len(lines) and p not in used]
    places = {i}
    for p in (i - 1, i - 2, i + 1):
        if p not in near or _facts_of(lines[p]):
            continue
        linked = _linked_code(lines[p])
        if linked == code or (linked is None and _is_badge(lines[p]) and _is_nearer(lines, p, i)):
            places.add(p)
    alone = len(places) == 1 and is_code(line.text[: len(code)])
    untitled = i - 1 not in places and any(_leads_on(lines[p]) for p in places)
    if i - 1 in near and (untitled or (alone and lines[i - 1].kind == "heading")):
        places.add(i - 1)
    return places


def _is_nearer(lines: Sequence[PageLine], badge: int, i: int) -> bool:
    """Does a star beside an entry stand in one element with it, rather than with the entry on its other side?"""
    other = badge - 1 if badge < i else badge + 1
    if not 0 <= other < len(lines):
        return True
    own, others = (lines[badge].path.shared(lines[at].path) for at in (i, other))
    return own > others or (own == others and badge < i)


def _by_row(lines: Sequence[PageLine], i: int, used: set[int]) -> tuple[Entry, set[int]] | None:
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
    # a column can say which commitments are starred: `Yes`, `No`
    starred = vocabularies()["starred"]
    answers = {c: starred.code(c.text) if len(c.text) <= _LONGEST_CODE else None for c in cells}
    said = (c for c in cells if c is not line and not _is_badge(c) and not answers[c])
    words = [c for c in said if not _YEAR.fullmatch(c.text.strip())]
    title = _title_linked([c for c in cells if c.text != code], code) or (words[0].text if words else None)
    behind = min(1, cells.index(line))  # the title comes first or right after the code
    others = (c.text for c in words if c.text != title and cells.index(c) > behind)
    area = next((text for text in others if title_without_badge(text) != title), None)
    entry = _entry(code, cells, title, year, area)
    return entry._replace(starred=entry.starred or "Yes" in answers.values()), places


def _by_lines(lines: Sequence[PageLine], i: int, used: set[int]) -> tuple[Entry, set[int]] | None:
    """An entry whose code, year and area are lines of their own, in this order, below its linked title."""
    line = lines[i]
    code = _unlabelled(line).upper()
    if not is_code(code) or i + 1 >= len(lines):
        return None
    year = _unlabelled(lines[i + 1])
    titles = [p for p in (i - 1, i - 2) if p >= 0 and p not in used and _linked_code(lines[p]) == code]
    if not titles or not _YEAR.fullmatch(year):
        return None
    places = {*range(min(titles), i + 2)}
    if min(titles) > 0 and min(titles) - 1 not in used and _is_badge(lines[min(titles) - 1]):
        places.add(min(titles) - 1)
    area = lines[i + 2] if i + 2 < len(lines) else None
    if area is None or area.kind != line.kind or _linked_code(area) or _is_badge(area) or is_code(area.text):
        area = None
    elif len(area.text) <= _LONGEST_AREA:
        places.add(i + 2)
    group = [lines[p] for p in sorted(places)]
    said = _unlabelled(area) if area else None
    return _entry(code, group, _title_linked(group, code), int(year), said), places


def _unlabelled(line: PageLine) -> str:
    """What a line says, without the name of the fact before it: `Code: EX0001`."""
    match = _LABEL.match(line.text)
    return line.text[match.end() if match else 0 :].strip()


def _by_link(lines: Sequence[PageLine], i: int, used: set[int]) -> tuple[Entry, set[int]] | None:
    """An entry in one line, its parts in any order: its linked title, its code, its year, and what else is its area."""
    line = lines[i]
    code = _linked_code(line)
    title = _title_linked([line], code) if code else None
    if code and title and code in title.upper() and line.only_links:
        # a line that is one link, each fact in an element of its own: the title is the first that is no other fact
        parts = [line.text[r.start : r.end].strip(_BETWEEN) for r in line.runs]
        told = (p for p in parts if p and p.upper() != code and not _YEAR.fullmatch(p))
        title = next((p for p in told if not _is_badge_text(p)), None)
    if code is None or title is None or title not in line.text:
        return None
    rest = line.text.replace(title, " | ", 1)
    printed = re.search(rf"(?<![\w-]){code}(?!\w)", rest, re.I)
    years = _YEAR_ALONE.findall(rest)
    if not years:  # it can head its part of the list
        heading = next((x.text.strip() for x in reversed(lines[:i]) if x.kind == "heading"), "")
        years = [heading] if _YEAR.fullmatch(heading) else []
    if printed is None or len(years) != 1:
        return None
    rest = rest.replace(printed.group(), " | ", 1).replace(years[0], " | ", 1)
    parts = [part.strip(_BETWEEN) for part in rest.split("|")]
    areas = [part.strip(" ★☆") for part in parts if not _is_badge_text(part)]
    if len(areas) > 1 or (areas and len(areas[0]) > _LONGEST_AREA):
        return None
    entry = _entry(code, [line], title, int(years[0]), areas[0] if areas else None)
    marked = entry.starred or any(part and _is_badge_text(part) for part in parts)
    return entry._replace(starred=marked), {i}


def _entry(code: str, group: list[PageLine], title: str | None, year: int | None, area: str | None) -> Entry:
    printed = title or ""
    linked = (x.text[r.start : r.end] for x in group for r in x.runs if r.href)
    if printed not in linked:
        printed = _ORDINAL.sub("", printed, count=1)
    plain_title = title_without_badge(" ".join(printed.split()))
    hrefs = (r.href for x in group for r in x.runs if r.href and read_address_code(r.href) == code)
    area = " ".join((area or "").split()).strip(" ,")
    marked = any(_is_badge(x) or has_badge(x.text) for x in group)
    marked = marked or any(_is_badge_text(alt) for x in group for _, alt in x.alts)
    return Entry(code, plain_title or None, year, area or None, marked, next(hrefs, None), tuple(group))


def _title_linked(group: Sequence[PageLine], code: str) -> str | None:
    """The text of the link to the commitment, when it says more than the code."""
    for line in group:
        if _is_badge(line):
            continue
        linked = (r for r in line.runs if r.href and read_address_code(r.href) == code)
        said = " ".join(line.text[r.start : r.end].strip() for r in linked)
        match = _FACTS.match(said) if code in said else None
        title = match["before"].strip(" ,\n–—-") if match else said
        if title and title.upper() != code and title.casefold() not in _TO_MORE:
            return title
    return None


@lru_cache(maxsize=4096)
def read_address_code(href: str) -> str | None:
    """The code in a link's target, relative or absolute."""
    if "/commitment" not in href:
        return None
    address = read_address(href if "://" in href else f"https://{HOST}/{href.lstrip('/.')}")
    return address.code if address else None


def leads_to_commitment(href: str) -> bool:
    return read_address_code(href) is not None


def _linked_code(line: PageLine) -> str | None:
    codes = (read_address_code(run.href) for run in line.runs if run.href)
    return next(filter(None, codes), None)


def _leads_on(line: PageLine) -> bool:
    """A link such as `Read more`, which is no title."""
    return line.text.casefold() in _TO_MORE


def _is_badge(line: PageLine) -> bool:
    return len(line.text) < 40 and _is_badge_text(line.text)


def _is_badge_text(text: str) -> bool:
    said = text.strip(" ★☆()").casefold()
    return not said or said in _BADGES


def _each_once(entries: list[Entry]) -> list[Entry]:
    """An entry a code: a page can list one twice, the fuller one counts."""
    best: dict[str, Entry] = {}
    for entry in entries:
        known = best.get(entry.code)
        if known is None or (known.title is None and entry.title) or (known.year is None and entry.year):
            best[entry.code] = entry
    return list(best.values())
