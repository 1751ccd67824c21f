"""What a factsheet lists, section by section: the line that names a thing, and the text that tells of it."""

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from osint_ingest.model import Content, Link, Passage
from osint_ingest.sources.cover import EDITION, YEAR
from osint_ingest.sources.factsheets.acts import (
    LONGEST_NAME,
    SENTENCE,
    WORD,
    act_at_start,
    ends_as_act,
    label_of,
    linked_name,
    long_words,
    names_act,
)
from osint_ingest.sources.factsheets.words import number_of, without_number, words

_BODY = ("title", "heading", "paragraph", "list_item", "table_cell")
_NAMING = ("title", "heading", "paragraph", "table_cell")
_HEADINGS = ("title", "heading")
_SHORTEST_TEXT = 60
"""A line of so many code points is text, whether it ends with a stop or not."""
_YEAR_BEHIND = re.compile(rf"\W{{0,3}}(?:\w{{1,3}}\s)?\(?({YEAR})(?!\d)")
_YEAR_IN = re.compile(rf"(?<!\d)({YEAR})(?!\d)")
_ONLY_YEARS = re.compile(rf"^{YEAR}(?: {YEAR})*$")
_MOST_LINES = 3
"""Headings and names go over so many passages at most."""
STOPS = ".;:!?)"


@dataclass(frozen=True, slots=True)
class ListedItem:
    """A thing that a section lists: `kind` as in `tables.KINDS`, the `field` is the heading above it. `passages`
    begins with the one that has the name; `year` stands above or beside it."""

    kind: str
    field: str | None
    name: str
    passages: tuple[Passage, ...]
    links: tuple[Link, ...] = ()
    year: int | None = None


def items_in(content: Content, *, one_page: bool = False) -> Iterator[ListedItem]:
    """The items of all sections, in reading order. `one_page`: each bullet or paragraph is one, as on a
    single page, in sections where no heading names any."""
    by_passage: dict[int, list[Link]] = {}
    for link in (*content.links, *_links_of_notes(content)):
        if link.passage is not None and link.url.startswith("http"):
            by_passage.setdefault(link.passage, []).append(link)
    for kind, passages in _sections([p for p in content.passages if p.kind in (*_BODY, "header")]):
        named = any(
            p.kind in _HEADINGS and _lines_of_name(kind, passages, at) for at, p in enumerate(passages)
        )
        listed = _bullets if one_page and not named else _listed
        for item in listed(kind, passages, by_passage):
            links = (link for p in item.passages for link in by_passage.get(p.ordinal, ()))
            yield replace(item, links=item.links or tuple(links))


def _links_of_notes(content: Content) -> Iterator[Link]:
    """The links of notes, each as one of the words that its note supports."""
    of_note: dict[int, list[Link]] = {}
    for link in content.links:
        if link.footnote is not None:
            of_note.setdefault(link.footnote, []).append(link)
    for ref in content.refs:
        for link in of_note.get(ref.footnote or 0, ()):
            yield replace(link, passage=ref.passage, anchor_text=ref.anchor_text)


def _sections(body: Sequence[Passage]) -> Iterator[tuple[str, list[Passage]]]:
    """(what it lists, its passages without the heading) for each section that lists something. Where sections have
    numbers, a heading without one is none: the highlights repeat the sections' names. Elsewhere it is the highest
    headings, and lower ones that end a section with another, or repeat a name for the last time."""
    at_place = [(at, *found) for at in range(len(body)) if (found := _section_at(body, at))]
    numbered = sum(number != "" for *_, number in at_place) > 1
    highest = min((body[at].level or 9 for at, *_ in at_place), default=9)
    names = [words().plain(body[at].text) for at, *_ in at_place]
    last = {name: at for name, (at, *_) in zip(names, at_place, strict=True) if names.count(name) > 1}
    starts: list[tuple[int, str]] = []
    for at, kind, number in at_place:
        now, name = starts[-1][1] if starts else "none", words().plain(body[at].text)
        labelled = words().label.search(body[at].text.lower())
        named = (labelled or name not in words().fields) and (now != "none" or last.get(name) == at)
        if number.isdigit() if numbered else (named and now != kind) or (body[at].level or 9) == highest:
            starts.append((at, kind))
    for (at, kind), (end, _) in itertools.pairwise((*starts, (len(body), "none"))):
        if kind != "none":
            yield kind, [p for p in body[at + 1 : end] if p.kind != "header"]


def _section_at(body: Sequence[Passage], at: int) -> tuple[str, str] | None:
    """(what its section lists, its number or nothing) for a heading; its first lines can be passages of their own."""
    found: tuple[str, str] | None = None
    for lines in range(_MOST_LINES if _is_line(body[at]) else 0):
        above = body[max(0, at - lines) : at]
        if not all(p.kind in (*_NAMING, "header") and p.page == body[at].page for p in above):
            break
        text = " ".join(p.text for p in (*above, body[at]))
        if (kind := words().section(text)) and (number := number_of(text) or "") >= (found or ("", ""))[1]:
            found = kind, number
    return found


def _listed(
    kind: str, passages: Sequence[Passage], links: Mapping[int, Sequence[Link]]
) -> Iterator[ListedItem]:
    """Items under lines that name them, in rows of tables and, where acts are listed, of texts that begin with their
    names; in a field without such lines, its bullets."""
    field: str | None = None
    item: ListedItem | None = None
    at, in_prose = 0, True
    rows = {p.ordinal: row for row in _rows(passages) if len(row) > 1 for p in row}
    while at < len(passages):
        passage = passages[at]
        row = rows.get(passage.ordinal, [])
        if row[:1] == [passage] and (name := _name_of_row(kind, row, links)):
            if item is not None:
                yield item
            item = ListedItem(_kind(kind, name, field), field, name, tuple(row))
            at, in_prose = at + len(row), False
            continue
        lines = _lines_of_name(kind, passages, at)
        below = passages[at + lines] if lines else passage
        heads_act = kind == "legal_act" and lines and not names_act(passage.text, cased=False)
        if heads_act and any(_acts_in_prose(None, below, links.get(below.ordinal, ()))):
            lines = 0
        like_last = item is None or _is_like(passage, item.passages[0])
        started: list[ListedItem] = []
        if lines:
            own = 1 if _has_native_below(kind, passages, at) else lines
            name = without_number(" ".join(p.text for p in passages[at : at + own]))
            started = [ListedItem(_kind(kind, name, field), field, name, tuple(passages[at : at + lines]))]
        elif not row and like_last and (head := _name_begun(kind, passage, links.get(passage.ordinal, ()))):
            started = [ListedItem(_kind(kind, head, field), field, head, (passage,))]
        elif in_prose and kind == "legal_act" and passage.kind == "paragraph":
            started = list(_acts_in_prose(field, passage, links.get(passage.ordinal, ())))
        is_field = (
            (heads_act and not lines) or _names_field(passage) or _heads_names(kind, passages, at, lines)
        )
        if item is not None and (started or is_field):
            yield item
        yield from started[:-1]
        if started or is_field:
            item = started[-1] if started else None
            in_prose = not lines and passage.kind != "list_item"
        elif item is not None:
            item = replace(item, passages=(*item.passages, passage))
        field = without_number(passage.text) if is_field else field
        at += max(lines, 1)
    if item is not None:
        yield item


def _bullets(
    kind: str, passages: Sequence[Passage], links: Mapping[int, Sequence[Link]]
) -> Iterator[ListedItem]:
    """Each bullet or paragraph that begins with a name; one that a column's end parts goes on in the next passage.
    Years that stand alone are those of what follows, one for each."""
    years: list[int] = []
    for parts in _entries(passages, links):
        years += [int(year) for p in parts if _ONLY_YEARS.match(p.text) for year in p.text.split()]
        told = [p for p in parts if not _ONLY_YEARS.match(p.text)]
        if name := _name_of_entry(told, links):
            year = years.pop(0) if years else None
            yield ListedItem(_kind(kind, name, None), None, name, _from_name(told, name, links), year=year)


def _entries(passages: Sequence[Passage], links: Mapping[int, Sequence[Link]]) -> Iterator[list[Passage]]:
    """Passages up to one that ends a sentence; of a table its rows, unless each cell of a row is an entry."""
    parts: list[Passage] = []
    for row in _rows(p for p in passages if not EDITION().match(p.text)):
        cells = [p for p in row if not _ONLY_YEARS.match(p.text)]
        whole = len(row) > 1 and not all(p.text[-1:] in STOPS and _name_of_entry([p], links) for p in cells)
        if whole and cells:
            yield row
            continue
        for passage in row:
            if parts and (passage.kind == "list_item" or act_at_start(passage.text)):
                yield parts
                parts = []
            parts.append(passage)
            if passage.text[-1:] in STOPS:
                yield parts
                parts = []
    if parts:
        yield parts


def _rows(passages: Iterable[Passage]) -> Iterator[list[Passage]]:
    """Cells of a table row by row, from left to right; every other passage alone."""
    row: list[Passage] = []
    for passage in passages:
        last = row[-1] if row else passage
        cell = passage.kind == "table_cell" and bool(passage.lines)
        same = passage.table_row is not None and passage.table_row == last.table_row
        beside = cell and (same or _is_right_of(passage, last))
        if row and not (beside and row[-1].kind == "table_cell"):
            yield row
            row = []
        row.append(passage)
    if row:
        yield row


def _is_right_of(passage: Passage, last: Passage) -> bool:
    """Does a cell stand to the right of another one, on a line with it?"""
    box, left = passage.lines[0].box, last.lines or passage.lines
    on_line = box.top < left[-1].box.bottom and left[0].box.top < box.bottom
    return on_line and box.x0 > left[-1].box.x0 + 1


def _name_of_entry(parts: Sequence[Passage], links: Mapping[int, Sequence[Link]]) -> str | None:
    """The first cell of a row where it is a name without a link, else as of a bullet."""
    if not parts:
        return None
    first, own = parts[0], [link for p in parts for link in links.get(p.ordinal, ())]
    elsewhere = own and own[0].passage != first.ordinal and words().to_page.search(own[0].anchor_text or "")
    if elsewhere and first.kind == "table_cell" and _is_line(first) and first.text[-1:] not in ".:;":
        return first.text
    text = " ".join(p.text for p in parts)
    act = act_at_start(text)
    return act[0] if act and not linked_name(text, own) else _name_of_bullet(text, own)


def _name_of_row(kind: str, row: Sequence[Passage], links: Mapping[int, Sequence[Link]]) -> str | None:
    """The first cell of a row where it is a name, and a link behind it says that it leads to the thing; where acts are
    listed, a cell that is the name of one."""
    own = [link.anchor_text or "" for p in row for link in links.get(p.ordinal, ())]
    cells = [p for p in row if _is_line(p) and not _ONLY_YEARS.match(p.text) and not _names_field(p)]
    told = kind == "legal_act" and (own or any(_YEAR_IN.search(p.text) for p in row))
    acts = [found[0] for p in cells if told and (found := act_at_start(p.text)) and found[1]]
    own = own[len(links.get(row[0].ordinal, ())) :] if row else []
    leads = any(words().to_text.search(said) or words().to_page.search(said) for said in own)
    named = leads and cells[:1] == list(row[:1]) and row[0].text[-1:] not in STOPS
    return acts[0] if acts else row[0].text if named else None


def _from_name(
    parts: Sequence[Passage], name: str, links: Mapping[int, Sequence[Link]]
) -> tuple[Passage, ...]:
    """The passages from the one that has the name."""
    for at, passage in enumerate(parts):
        if any(
            link.anchor_text and name.startswith(link.anchor_text) for link in links.get(passage.ordinal, ())
        ):
            return tuple(parts[at:])
    return tuple(parts)


def _kind(section: str, name: str, field: str | None) -> str:
    """What a thing is that a section lists; in a mixed section its name tells, else the field's."""
    if section != "policy_or_act" or names_act(name):
        return "legal_act" if section == "policy_or_act" else section
    told = words().policies.isdisjoint(_lower_words(name))
    built = told and not words().in_infrastructure.isdisjoint(_lower_words(field or ""))
    return "infrastructure" if built else "policy"


def _lower_words(text: str) -> set[str]:
    return {w.lower() for w in WORD.findall(text)}


def _is_line(passage: Passage) -> bool:
    return passage.kind in _NAMING and len(passage.text) <= LONGEST_NAME


def _names_field(passage: Passage) -> bool:
    known = words()
    return _is_line(passage) and (
        known.plain(passage.text) in known.fields or bool(known.section(passage.text))
    )


def _heads_names(kind: str, passages: Sequence[Passage], at: int, lines: int) -> bool:
    """Does a heading of a field that no list knows stand right above a name?"""
    is_heading = passages[at].kind in _HEADINGS and not lines
    return is_heading and at + 1 < len(passages) and _lines_of_name(kind, passages, at + 1) > 0


def _lines_of_name(kind: str, passages: Sequence[Passage], at: int) -> int:
    """How many passages from `at` on are one name, with text that tells of it below; 0 if they are none."""
    if _names_field(passages[at]) or not _may_name(kind, passages[at], passages[at + 1 : at + 2]):
        return 0
    for lines in range(1, _MOST_LINES + 1):
        below = passages[at + lines] if at + lines < len(passages) else None
        if below is None or _names_field(below):
            return 0
        if _tells(below):
            return lines
        if not (_is_line(below) and _goes_on(below.text) and below.text[-1] not in STOPS):
            alone = lines == 1 and kind == "legal_act" and passages[at].table_row is None
            act = act_at_start(passages[at].text) if alone else None
            native = lines == 1 and _has_native_below(kind, passages, at)
            return 2 if native else 1 if act and act[1] and below.kind not in _HEADINGS else 0
    return 0


def _has_native_below(kind: str, passages: Sequence[Passage], at: int) -> bool:
    """Does a line stand between a heading that names an act and the text that tells of it? It is the native name."""
    heading, line, text = (*passages[at : at + 3], None, None, None)[:3]
    if heading is None or line is None or text is None or kind not in ("legal_act", "policy_or_act"):
        return False
    named = heading.kind in _HEADINGS and names_act(heading.text)
    not_above = line.kind not in _HEADINGS or (line.level or 9) >= (heading.level or 9)
    is_line = _is_line(line) and line.text[-1:] not in STOPS and not _names_field(line)
    return named and not_above and is_line and not _tells(line) and _tells(text)


def _may_name(kind: str, passage: Passage, below: Sequence[Passage]) -> bool:
    """A heading, or a line in capitals as titles have them or whose words the text below repeats, that is no sentence
    and no person's name."""
    text = without_number(passage.text)
    if not _is_line(passage) or not text or text[-1] in ".;:!?," or words().not_names.match(text):
        return False
    if SENTENCE.search(text) or _ONLY_YEARS.match(text) or label_of(text):
        return False
    number = number_of(passage.text)
    if number and "." in number and kind in ("legal_act", "policy_or_act"):
        return names_act(text)
    if passage.kind in _HEADINGS:
        return True
    found = long_words(text)
    titled = sum(not w.islower() for w in found)
    said = {w.lower() for p in below for w in WORD.findall(p.text)}
    repeated = passage.kind == "paragraph" and 2 * sum(w.lower() in said for w in found) > len(found)
    dated = sum(map(str.isalpha, found)) == 1 and _YEAR_IN.search(text)  # `Adopted in 2016`
    wordy = bool(found) and not dated and (2 * titled >= len(found) or repeated)
    return not _goes_on(text) and (wordy or names_act(text) or (kind == "legal_act" and ends_as_act(text)))


def _goes_on(text: str) -> bool:
    """Does a line begin in small letters? `eID` and `eProcurement` begin a name."""
    return text[:1].islower() and not text[1:2].isupper()


def _tells(passage: Passage) -> bool:
    text = passage.text
    if passage.kind in _HEADINGS or not text or _goes_on(text) or words().not_names.match(text):
        return False
    if label_of(text):
        return True
    return (
        len(text) >= _SHORTEST_TEXT
        or (text[-1] in STOPS and passage.kind != "table_cell")
        or text[-1] in ".;:"
    )


def _is_like(passage: Passage, begun: Passage) -> bool:
    """Can a passage begin an item as another one did: both bullets or neither, under the same label or none?"""
    same_label = label_of(passage.text) == label_of(begun.text)
    return same_label and (passage.kind == "list_item") == (begun.kind == "list_item")


def _acts_in_prose(field: str | None, passage: Passage, links: Sequence[Link]) -> Iterator[ListedItem]:
    """The acts whose names a paragraph links, each with its own link and a year of its sentence; the only one in its
    first words: `In 2015, parliament passed the Archives Act.`"""
    text, first = passage.text, linked_name(passage.text, links)
    grouped = [list(of) for _, of in itertools.groupby(links, key=lambda link: link.url)]
    named = [(" ".join(link.anchor_text or "" for link in of).strip(" ,;:."), of) for of in grouped]
    acts = [(name, of) for name, of in named if " " in name and names_act(name)]
    if len(acts) > 1:
        for name, of in acts:
            begin, end = of[0].char_start or 0, of[-1].char_end or 0
            begin = max((stop.end() for stop in SENTENCE.finditer(text, 0, begin)), default=0)
            year = _YEAR_BEHIND.match(text, end) or _YEAR_IN.search(text, begin, end)
            yield ListedItem("legal_act", field, name, (passage,), tuple(of), int(year[1]) if year else None)
    elif first and names_act(first):
        yield ListedItem("legal_act", field, first, (passage,))


def _name_of_bullet(text: str, links: Sequence[Link]) -> str | None:
    """The words that a bullet links at its beginning, else what stands before its colon."""
    if name := linked_name(text, links):
        return name
    head, colon, _ = text.partition(":")
    return head if colon and len(head) <= LONGEST_NAME and not SENTENCE.search(head) else None


def _name_begun(kind: str, passage: Passage, links: Sequence[Link]) -> str | None:
    """The name that a bullet, or any text where acts are listed, begins with."""
    if passage.kind in _HEADINGS:
        return None
    bullet, linked = passage.kind == "list_item", linked_name(passage.text, links)
    if linked and names_act(linked) and passage.text.startswith(links[0].anchor_text or linked):
        return linked if bullet or kind == "legal_act" else None
    act = act_at_start(passage.text) if bullet or kind == "legal_act" else None
    return act[0] if act else _name_of_bullet(passage.text, links) if bullet else None
