"""Milestones in prose: entries of a list that are told by their numbers, or by the words that announce the list."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from itertools import islice, zip_longest
from typing import NamedTuple

from osint_ingest.html.labels import plain
from osint_ingest.model import Passage
from osint_ingest.sources.ogp.dates import date_alone, find_year, read_date
from osint_ingest.sources.ogp.milestone_leads import ANNOUNCED, announces
from osint_ingest.sources.ogp.milestone_prose import clauses_due, entries_due, is_dated, is_past
from osint_ingest.sources.ogp.milestones import (
    LONGEST_VALUE,
    NUMBER,
    Milestone,
    completion_code,
    labelled,
    read_milestone,
)
from osint_ingest.sources.ogp.wording import any_word, assessment_book, ordinals, own_words
from osint_ingest.text.language_files import any_form

_WORDED = re.compile(
    rf"(?=\w)(?<!\w)(?i:{any_word('questions.milestones', 'words.steps')})\s(?i:n\s?[.º°o]{{1,2}}\s?)?"
    rf"(?:(?P<of>\d{{1,3}})\.)?(?P<place>\d{{1,2}})\s?"
    rf"(?::\s+|(?:[.)–—-]\s+|(?=\()|$)(?=[\"“«'¿¡(]?(?:[A-ZÀ-ÖØ-Þ]|$)))"
)
_ALONE = re.compile(
    rf"(?P<word>(?i:{any_word('questions.milestones')})\s)?(?:(?P<of>\d{{1,3}})\.)?(?P<place>\d{{1,2}})\s?[.):–—-]?"
)
_LISTED = re.compile(
    r"(?<![\w.,])\(?(?P<place>\d{1,2}|[a-z]|[ivx]{2,4})(?:\.?[°º])?\s?(?:[.)/]|\s[–—-]|[:–—-])\s+(?=\S)"
)
"""A number or letter that begins an entry of a list that was announced: `1)`, `a.`, `(ii)`, `1-`, `1°)`."""
_IN_WORDS = re.compile(
    rf"(?=\w)(?<!\w)(?P<place>{any_form(ordinals())})(?:\s{any_word('questions.milestones', 'words.steps')})?"
    r"\s?[,:–—]\s+(?=\S)",
    re.I,
)
"""An ordinal or adverb that does so: `first, `, `then, `."""
_UNNUMBERED = re.compile(
    rf"(?:^|(?<=\n))(?i:{any_word('questions.milestones')})\s?[:–—-]\s+(?=[\"“«'¿¡(]?[A-ZÀ-ÖØ-Þ])"
)
"""The word for milestones before one that has no number: `Milestone: Publish the list`."""
_ROMAN = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")
_KINDS = ("paragraph", "list_item", "table_cell", "heading")
_SERIES = _WHOLE, _LETTERS, _ROMANS, _ORDINALS, _BULLET = "n", "a", "i", "1st", "•"
"""The series of lists that must be announced."""
_NAMES = "milestone"
"""The series of entries that each begin with that word."""
_DASHES = "-–—*•· "
_MOST_BETWEEN = 8
_LONGEST_PLAN = 6
"""No plan's time is so long, in years."""
_COLON = re.compile(r":\s*")
_MOST_COLONS = 8
_STOPS = ".;!?\n"
_STOP = re.compile(r"\.\s+(?=[A-ZÀ-ÖØ-Þ])")
"""What ends a list that runs through one sentence."""
_JOINING = frozenset(own_words("words.joining"))


class Numbered(NamedTuple):
    """A milestone of a list, its passage's ordinal, and those of passages behind it that tell its rest."""

    milestone: Milestone
    passage: int
    told_in: tuple[int, ...]


class _Mark(NamedTuple):
    """Where an entry begins: its number as printed, its series (`34` of `34.2`, letters, bullets) and place in it, the
    words behind it, and the passages down to the next one."""

    printed: str | None
    series: str
    place: int
    passage: Passage
    text: str
    behind: list[Passage]

    def with_text(self) -> "_Mark":
        """The same; where the number stands alone, with the text of the next passage."""
        if self.text or not self.behind:
            return self
        return self._replace(text=self.behind[0].text, behind=self.behind[1:])


def numbered_milestones(passages: Sequence[Passage], since: int | None = None) -> list[Numbered]:
    """The milestones of lists. `34.1.`, `34.2.`, `34.3.` one after the other, or `Milestone 1`, `Milestone 2`, two at
    least, make a list by themselves; whole numbers, letters and bullets only right below words that announce
    one: `Milestones:`. Dates and how far each was completed stand at its end, in the lines below it, or in the cells
    beside it. In the text of a plan, `since` its first year, neighbouring entries that are all due in its time are
    milestones whatever stands above them."""
    found = [list(_told(run)) for run in _runs(passages) if len(run) > 1 or run[0].series in _SERIES]
    if since:
        known = {ordinal for run in found for numbered in run for ordinal in numbered.told_in}
        rest = [
            p
            for p in passages
            if p.ordinal not in known and not (is_past(_heading_of(p)) or is_dated(p.text))
        ]
        found += (clauses := list(_within(rest, clauses_due, since)))
        known = {numbered.passage for run in clauses for numbered in run}
        rest = [p for p in rest if p.ordinal not in known]
        runs = (list(_told(run)) for run in _runs(rest, announced=True))
        found += (dated := [run for run in runs if are_due([n.milestone for n in run], since)])
        known = {ordinal for run in dated for numbered in run for ordinal in numbered.told_in}
        found += _within([p for p in rest if p.ordinal not in known], entries_due, since)
        items = [p for p in rest if p.kind == "list_item" and p.ordinal not in known]
        under = [
            Numbered(Milestone(None, p.text, ends=when), p.ordinal, (p.ordinal,))
            for p in items
            if (when := date_alone(_heading_of(p)))
        ]
        found += [under] if are_due([n.milestone for n in under], since) else []
    return [numbered for run in found for numbered in run]


def _within(
    passages: Iterable[Passage], read: Callable[[str], Iterable[Milestone]], since: int
) -> Iterator[list[Numbered]]:
    """The milestones that each passage tells by itself, where all are due."""
    for passage in passages:
        if are_due(told := list(read(passage.text)), since):
            yield [Numbered(milestone, passage.ordinal, (passage.ordinal,)) for milestone in told]


def _heading_of(passage: Passage) -> str:
    return (passage.section or "").rpartition(" > ")[2]


def are_due(milestones: Sequence[Milestone], since: int, least: int = 2) -> bool:
    """Do two or more all end in the time of a plan that begins in a year? What led to the plan can be dated up to the
    middle of its second year, as plans come late: one must end after that."""
    days = [day for m in milestones if m.ends and (day := _due(m.ends) or read_date(m.starts))]
    if len(days) < max(least, len(milestones)):
        return False
    return min(days).year >= since and date(since + 1, 6, 1) < max(days) < date(since + _LONGEST_PLAN, 1, 1)


def _due(printed: str) -> date | None:
    """The day that a text names, or the last month of its year."""
    year = find_year(printed)
    return read_date(printed, ends=True) or (date(year, 12, 1) if year else None)


def _runs(passages: Sequence[Passage], *, announced: bool = False) -> list[list[_Mark]]:
    """Entries of lists, one after the other; if `announced`, any list is taken for one of milestones."""
    runs: list[list[_Mark]] = []
    begin: int | None = None
    for passage, following in zip_longest(passages, passages[1:]):
        own = 0 if announced else _lead(passage)
        begin = own if own is not None else None if begin is None else 0
        last = runs[-1][-1] if runs else None
        entries = list(_entries(passage, following, begin or 0, last, listed=begin is not None))
        for entry in entries:
            if entry.place == 1:
                runs.append([])
            runs[-1].append(entry)
        if last and not entries:
            last.behind.append(passage)
        # words that lead on may stand between: `Milestones` / `The ministry will:`
        if entries or not (own is not None or passage.text.endswith(":")):
            begin = None
    return runs


def told_once(
    numbered: Iterable[Numbered], rows: Sequence[tuple[Milestone, int]] = ()
) -> list[tuple[Milestone, int]]:
    """The milestones of one commitment, those of tables' rows and of lists, each where it is told first, with its
    passage; how far it was completed may stand where the prose comes back to it."""
    found: dict[str, tuple[Milestone, int]] = {}
    for later in numbered:
        key = later.milestone.number or later.milestone.text
        milestone, passage = found.get(key, (later.milestone, later.passage))
        completion = milestone.completion or later.milestone.completion
        found[key] = milestone._replace(completion=completion), passage
    known = {milestone.number or milestone.text for milestone, _ in rows}
    return [*rows, *(told for key, told in found.items() if key not in known)]


def split_number(text: str) -> tuple[str | None, str]:
    """The number that a milestone's text begins with, as printed, and the rest: `Milestone 2: Dig` -> 2, `Dig`."""
    for mark in filter(None, (pattern.match(text) for pattern in (NUMBER, _WORDED, _LISTED, _ALONE))):
        if mark.re is not _ALONE or mark.end() == len(text):
            return _printed(mark), text[mark.end() :].strip()
    return None, text


def _lead(passage: Passage) -> int | None:
    """Where words end that announce a list of milestones: a heading, a paragraph, or a clause with a colon before the
    list's first entry or the paragraph's end. None where there are none."""
    text = passage.text
    short = passage.kind == "heading" or (passage.kind == "paragraph" and len(text) <= LONGEST_VALUE)
    if short and not _is_of_one(text) and announces(text):
        return len(text)
    if passage.kind not in ("paragraph", "list_item"):
        return None
    for colon in islice(_COLON.finditer(text), _MOST_COLONS):
        if colon.end() < len(text) and not any(p.match(text, colon.end()) for p in (_LISTED, _IN_WORDS)):
            continue
        if announces(text[max(map(text[: colon.start()].rfind, _STOPS)) + 1 : colon.start()]):
            return colon.end()
    return None


def _is_of_one(text: str) -> bool:
    """Does a text begin with one milestone, or with what is said of one: `This milestone is complete`?"""
    return bool(_WORDED.match(text) or _UNNUMBERED.match(text)) or labelled(text)[1] == 0


def _entries(
    passage: Passage, following: Passage | None, begin: int, last: _Mark | None, *, listed: bool
) -> Iterator[_Mark]:
    """The entries that begin in a passage, from `begin` on: by a mark that begins a series or goes on with the last
    one, or as one of the items of an announced list."""
    text = passage.text
    if passage.kind not in _KINDS:
        return
    before = (last.series, last.place) if last and (last.series not in _SERIES or _goes_on(last)) else ("", 0)
    found: list[tuple[re.Match[str], str, int]] = []
    for mark in _marks(passage, begin, listed=listed or before[0] in _SERIES):
        for series, place in _places(mark):
            begins = place == 1 and (series not in _SERIES or (listed and not found))
            follows = (series, place - 1) == before
            # `8.1 Dig wells 8.2 Map them`: within a run no stop is needed
            if (begins and _begins_sentence(text, mark.start())) or (
                follows and (found or _begins_sentence(text, mark.start()))
            ):
                found.append((mark, series, place))
                before = (series, place)
                break
    ends = [*(mark.start() for mark, *_ in found[1:]), len(text)]
    clauses = len(found) > 1 and all(
        _without_joint(text[:end].rstrip())[-1:] in (";", ",") for end in ends[:-1]
    )
    if clauses and (stop := _STOP.search(text, found[-1][0].end())):
        ends[-1] = stop.start()
    for (mark, series, place), end in zip(found, ends, strict=False):
        own = _without_joint(text[mark.end() : end].strip())
        yield _Mark(_printed(mark), series, place, passage, own, [])
    if found:
        return
    place = before[1] + 1 if before[0] == _BULLET else 1 if listed and not begin else 0
    if not place and (named := list(_UNNUMBERED.finditer(text, begin))):
        ends = [*(mark.start() for mark in named[1:]), len(text)]
        first = before[1] + 1 if before[0] == _NAMES else 1
        for at, (mark, end) in enumerate(zip(named, ends, strict=True), first):
            yield _Mark(None, _NAMES, at, passage, text[mark.end() : end].strip(), [])
    elif place and begin < len(text) and _is_item(passage, following):
        printed, own = split_number(_UNNUMBERED.sub("", text.lstrip(_DASHES), 1))
        yield _Mark(printed, _BULLET, place, passage, _without_joint(own), [])


def _goes_on(last: _Mark) -> bool:
    """Can the next entry of an announced list stand here? Between two of its items stands only what is said of the
    first, between two numbers some lines under no other heading."""
    if len(last.behind) > _MOST_BETWEEN:
        return False
    if last.series == _BULLET:
        return all(not read_milestone(None, p.text).text for p in last.behind)
    return all(p.kind != "heading" for p in last.behind)


def _is_item(passage: Passage, following: Passage | None) -> bool:
    """Is a passage an entry without a number: an item of a list, or a paragraph that says when or how far, by itself or
    in the line below it?"""
    own = read_milestone(None, passage.text)
    if passage.kind == "list_item" or passage.text[:1] in _DASHES:
        return bool(own.text)
    below = read_milestone(None, following.text) if following else own
    told = [*own[3:], *(below[3:] if not below.text else ())]
    return bool(own.text) and passage.kind == "paragraph" and any(told)


def _marks(passage: Passage, begin: int, *, listed: bool) -> list[re.Match[str]]:
    """The numbers that can be milestones': those that stand alone in a cell or behind the word for milestones, those
    with that word or of two parts, and where a list was announced any numbers and letters."""
    text = passage.text
    if len(text) <= LONGEST_VALUE and (alone := _ALONE.fullmatch(text)):
        return [alone] if alone["word"] or (alone["of"] and passage.kind == "table_cell") else []
    for pattern in (NUMBER, _WORDED, _LISTED, _IN_WORDS) if listed else (NUMBER, _WORDED):
        found = list(pattern.finditer(text, begin))
        if any(_begins_sentence(text, mark.start()) for mark in found):
            return found
    return []


def _places(mark: re.Match[str]) -> list[tuple[str, int]]:
    """The series and places that a mark can stand for: `i` is the first roman number and the ninth letter."""
    place = mark["place"]
    if mark.re is _IN_WORDS:
        return [(_ORDINALS, number) for number in ordinals()[place.lower().replace("’", "'")]]
    if place.isdigit():
        return [(_WHOLE if mark.re is _LISTED else mark["of"] or "", int(place))]
    roman = [(_ROMANS, _ROMAN.index(place))] if place in _ROMAN else []
    return [*roman, (_LETTERS, ord(place) - ord("a") + 1)] if len(place) == 1 else roman


def _printed(mark: re.Match[str]) -> str | None:
    if mark.re is _IN_WORDS:
        return None
    return f"{mark['of'] or ''}.{mark['place']}".lstrip(".") if mark.re is not _LISTED else mark["place"]


def _begins_sentence(text: str, at: int) -> bool:
    """Does a number begin the text, stand in parentheses, behind a stop and perhaps `and`, or behind the word for
    milestones?"""
    before = text[max(0, at - LONGEST_VALUE) : at].rstrip()
    joined = _without_joint(before)
    return (
        text[at] == "("
        or before[-1:] in ("", *".;:,\n")
        or (joined is not before and joined[-1:] in (";", ","))
        or plain(before.split()[-1]) in ANNOUNCED
    )


def _without_joint(text: str) -> str:
    """A text without `and` at its end, which stands before the last entry of a list."""
    head, _, last = text.rpartition(" ")
    return head.rstrip() if last.lower() in _JOINING else text


def _told(run: Sequence[_Mark]) -> Iterator[Numbered]:
    """The milestones of a run. What is said of each before the last is said of the last too; what else stands behind
    the last is not of it."""
    run = [entry.with_text() for entry in run]
    belows = [_below(entry) for entry in run]
    shared = set(belows[0]).intersection(*belows[1:-1]) if len(run) > 1 else set()
    belows[-1] = {name: said for name, said in belows[-1].items() if name in shared}
    cells = [_cells(entry) for entry in run]
    if not any(cells[:-1]):  # one column behind the other, or no column of theirs
        column = cells[-1] if len(cells[-1]) == len(run) else []
        cells = [[cell] for cell in column] or [[] for _ in run]
    for entry, below, beside in zip(run, belows, cells, strict=True):
        milestone = read_milestone(entry.printed, entry.text)
        said = {name: printed for name, (printed, _) in below.items() if getattr(milestone, name) is None}
        if values := [cell.text for cell in beside if completion_code(cell.text)]:
            said["completion"] = values[0]
        told_in = (entry.passage.ordinal, *(ordinal for _, ordinal in below.values()))
        yield Numbered(milestone._replace(**said), entry.passage.ordinal, told_in)


def _below(entry: _Mark) -> dict[str, tuple[str, int]]:
    """What lines below a milestone tell of it under a label, each with its passage, down to the next heading."""
    found: dict[str, tuple[str, int]] = {}
    for passage in entry.behind:
        if passage.kind == "heading":
            break
        whole = read_milestone(None, passage.text)
        said = labelled(passage.text)[0] if whole.text else whole._asdict()
        for name in ("state", "starts", "ends", "completion"):
            if printed := said.get(name):
                found.setdefault(name, (printed, passage.ordinal))
    return found


def _cells(entry: _Mark) -> list[Passage]:
    """The passages behind a milestone that can be cells of its row or column: down to the next heading that heads no
    column, or to another label of an assessment."""
    found: list[Passage] = []
    for passage in entry.behind:
        if labels := assessment_book().exact(passage.text):
            if passage.kind == "heading" and "completion" in {label.key for label in labels}:
                continue
            break
        if passage.kind == "heading":
            break
        found.append(passage)
    return found


def is_milestone(label: str) -> bool:
    """Does a row of a table begin with a milestone's number?"""
    return NUMBER.match(f"{label} A") is not None


def outside_milestones(passages: Iterable[Passage], numbered: Iterable[Numbered]) -> Iterator[Passage]:
    """Passages without tables of milestones and the lines below one: what they say is not said of the commitment."""
    told_in = {ordinal for found in numbered for ordinal in found.told_in}
    inside = False
    for passage in passages:
        is_cell = passage.kind == "table_cell"
        begins = NUMBER.match(passage.text) is not None
        inside = is_cell and (begins or (inside and not assessment_book().exact(passage.text)))
        if not (inside or passage.ordinal in told_in or _WORDED.match(passage.text)):
            yield passage
