"""Milestones in tables of pages and PDFs, a row each."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import groupby
from typing import NamedTuple

from osint_ingest.html.grid import MOST_COLUMNS
from osint_ingest.html.labels import plain, plain_words
from osint_ingest.html.lines import PageLine, Step
from osint_ingest.model import Passage
from osint_ingest.sources.ogp.dates import find_year, period_of, read_period
from osint_ingest.sources.ogp.milestone_leads import announces
from osint_ingest.sources.ogp.milestone_lists import are_due, split_number
from osint_ingest.sources.ogp.milestone_prose import entries_due, is_past
from osint_ingest.sources.ogp.milestones import (
    Milestone,
    completion_code,
    heads_metrics,
    labelled,
    read_milestone,
)
from osint_ingest.sources.ogp.vocabulary import vocabularies
from osint_ingest.sources.ogp.wording import own_words

_DATES = ("starts", "ends", "dates")
_LONGEST_NUMBER = 8
_LONGEST_HEAD = 120
_EDGES_OF_PAGE = frozenset(("header", "footer", "footnote"))
_ASIDE = 4.0  # cells of a column begin less apart, in points


class Cell(NamedTuple):
    """A cell of a table (which `table` tells from others), with the passage that its row begins with."""

    text: str
    row: int
    columns: range
    is_head: bool
    table: object
    passage: int


class _Said(NamedTuple):
    """A cell's text, what its column is for, and the text of the lowest head above it."""

    text: str
    role: str | None
    head: str


class _Head(NamedTuple):
    """What a column is for, and the text of the lowest head above it."""

    role: str | None
    text: str


_NO_HEAD = _Head(None, "")


class _Row(NamedTuple):
    """What a row can tell as a milestone; `is_one` if it or its heads say that it is one."""

    milestone: Milestone | None
    is_one: bool
    passage: int


def cells_of_lines(lines: Iterable[PageLine], passages: Mapping[int | None, int]) -> Iterator[Cell]:
    """The cells among a page's lines; `passages` has the ordinal of each row's first passage."""
    for x in lines:
        if x.row is not None:
            yield Cell(x.text, x.row, x.reach, x.kind == "head_cell", _table_of(x), passages.get(x.row, 1))


def cells_of_passages(passages: Iterable[Passage]) -> Iterator[Cell]:
    """The cells among a PDF's passages: columns are told by the left edges of the row with the most cells. What stands
    between two tables parts them, but for the edges of a page."""
    body = [p for p in passages if p.kind not in _EDGES_OF_PAGE]
    tables = groupby(body, key=lambda p: p.kind == "table_cell" and p.table_row is not None)
    for table, (_, group) in enumerate(t for t in tables if t[0]):
        rows = [list(row) for _, row in groupby(group, key=lambda p: p.table_row)]
        edges = max((sorted(map(_left, row)) for row in rows), key=len)
        for row in rows:
            for passage in row:
                column = max(1, bisect_right(edges, _left(passage) + _ASIDE))
                columns = range(column, column + 1) if len(row) > 1 else range(1, len(edges) + 1)
                yield Cell(passage.text, row[0].table_row or 0, columns, False, table, row[0].ordinal)


def milestone_rows(cells: Iterable[Cell], since: int | None = None) -> list[tuple[Milestone, int]]:
    """The milestones of tables, each with its passage. A row tells one if it has two dates, or if the table has a
    column of milestones; and in the text of a plan, `since` its first year, where all rows are due in its time. Heads
    can stand in several rows, the wider ones above."""
    found: list[tuple[Milestone, int]] = []
    for _, group in groupby(cells, key=lambda cell: cell.table):
        rows = [list(row) for _, row in groupby(group, key=lambda cell: cell.row)]
        told = list(_of_table(rows))
        body = told[1:] if told and told[0].milestone is None else told  # the first row can be a head
        due = [(row.milestone, row.passage) for row in told if row.milestone and row.is_one]
        if since is not None and len(due) < len(told) and not any(is_past(cell.text) for cell in rows[0]):
            least = 1 if any(role_of(cell.text) in _DATES for cell in rows[0]) else 2
            of_rows = [(row.milestone, row.passage) for row in body if row.milestone]
            listed = [(m, cell.passage) for row in rows for cell in row for m in entries_due(cell.text)]
            if not due and len(listed) > len(of_rows) and are_due([m for m, _ in listed], since):
                due = listed
            elif len(of_rows) == len(body) and are_due([m for m, _ in of_rows], since, least):
                due = of_rows
        found += due
    return found


def _of_table(rows: Iterable[Sequence[Cell]]) -> Iterator[_Row]:
    """What the rows of a table tell that are no heads."""
    heads, in_head = dict[int, _Head](), False
    for row in rows:
        # a cell over the whole width is the title of a group of rows
        if len(row) > MOST_COLUMNS or (len(row) == 1 and len(row[0].columns) > 1):
            continue
        if _is_head(row, below_head=in_head):
            heads = (heads if in_head else {}) | dict(_heads(row, heads if in_head else {}))
            in_head = True
        else:
            in_head = False
            said = [_Said(c.text.strip(), *heads.get(c.columns.start, _NO_HEAD)) for c in row]
            yield _Row(*_of_row(said), row[0].passage)


def _left(passage: Passage) -> float:
    return passage.lines[0].box.x0 if passage.lines else 0.0


def _table_of(line: PageLine) -> Step | None:
    step: Step | None = line.path
    while step is not None and step.name != "table":
        step = step.above
    return step


def _is_head(row: Sequence[Cell], *, below_head: bool) -> bool:
    """Is a row a head: cells marked as such, or plain ones that head a column of milestones and another one, or one of
    dates and have none; or, below another head, nothing but what can head a column?"""
    if len(row) > 1 and all(cell.is_head for cell in row):
        return True
    roles = [role_of(c.text) for c in row]
    if below_head:
        return all(roles) and "milestone" not in roles
    if "milestone" in roles:
        return len(set(roles) - {None, "milestone"}) > 0
    heads_dates = len(row) > 1 and not set(roles).isdisjoint(_DATES)
    return heads_dates and not any(find_year(cell.text) for cell in row)


def _heads(cells: Sequence[Cell], above: Mapping[int, _Head]) -> Iterator[tuple[int, _Head]]:
    """The head of each column that these cells reach over; what it is for is said by the lowest that says it."""
    for cell in cells:
        for column in cell.columns:
            wider = above.get(column, _NO_HEAD)
            yield column, _Head(role_of(cell.text) or wider.role, cell.text)


@cache
def _roles() -> Mapping[tuple[str, ...], str]:
    keys = {
        "words.starts": "starts",
        "words.ends": "ends",
        "words.dates": "dates",
        "labels.status": "completion",
        "labels.completion": "completion",
        "assessments.completion": "completion",
    }
    return {plain_words(form): role for key, role in keys.items() for form in own_words(key)}


@cache
def _little_words() -> frozenset[str]:
    return frozenset(plain(word) for key in ("words.joining", "words.main") for word in own_words(key))


@lru_cache(maxsize=4096)
def role_of(head: str) -> str | None:
    """What a column is for, by its head: `milestone`, `starts`, `ends`, `dates` (both), `metrics`, `completion`; None
    where nothing says so."""
    if len(head) > _LONGEST_HEAD:
        return None
    if announces(head):
        return "milestone"
    if heads_metrics(head):
        return "metrics"
    words = plain_words(head)
    # `Implementation period`
    if role := _roles().get(words) or _roles().get(_main_words(words)):
        return role
    return "completion" if completion_code(head) else None


def _main_words(words: Sequence[str]) -> tuple[str, ...]:
    """The words of a head without joining ones and those that say little: `Implementation period` -> `period`."""
    return tuple(word for word in words if word not in _little_words())


def _of_row(row: Sequence[_Said]) -> tuple[Milestone | None, bool]:
    """What a row can tell as a milestone by what its cells are, and by what stands above them: a number, what is to be
    done, its state, dates, metrics, completion; and whether they say that it is one."""
    states, ticks = vocabularies()["milestone_state"], own_words("words.ticks")
    cells = [cell for cell in row if cell.text]
    starts, ends, dated = _dates_of(cells)
    named = next((cell for cell in cells if cell.role == "milestone"), None)
    is_one = named is not None or None not in read_period(starts, ends)
    if not (is_one or ends):
        return None, False
    state = next((cell for cell in cells if states.code(cell.text) in ("new", "ongoing")), None)
    said = [cell for cell in cells if cell not in dated and not _is_number(cell.text)]
    # `Measure` above the first column is what is to be done
    metrics = next((cell for cell in said[named is None :] if cell.role == "metrics"), None)
    known = [*dated, *(cell for cell in (state, metrics) if cell)]
    rest = [cell for cell in cells if cell not in known and cell.text not in ticks]
    completion = next((cell.text for cell in rest if completion_code(cell.text)), None)
    ticked = next((cell.head for cell in cells if cell.text in ticks and completion_code(cell.head)), None)
    number = next((cell for cell in rest if _is_number(cell.text)), None)
    words = [cell for cell in rest if cell is not number and not completion_code(cell.text)]
    if named in words:
        words = words[words.index(named) :]
    printed, text = split_number(" ".join(words[0].text.split())) if words else (None, "")
    if not text and len(words) > 1:  # `Milestone 2` has a cell of its own
        text = words[1].text
    if not text or (not is_one and role_of(text) in _DATES):
        return None, False
    milestone = read_milestone(printed or (number.text.rstrip(".") if number else None), text)
    milestone = milestone._replace(
        state=state.text if state else milestone.state,
        starts=starts or milestone.starts,
        ends=ends or milestone.ends,
        metrics=metrics.text if metrics else milestone.metrics,
        completion=completion or ticked or milestone.completion,
    )
    return milestone, is_one


def _is_number(text: str) -> bool:
    return len(text) <= _LONGEST_NUMBER and text.replace(".", "", 2).isdecimal()


def _labelled_period(text: str) -> tuple[str | None, str] | None:
    """The start and the end that a cell has under labels and without other text: `Start: May 2019 End: June 2019`."""
    said, begins = labelled(text)
    return (said.get("starts"), said["ends"]) if begins == 0 and "ends" in said else None


def _dates_of(cells: Sequence[_Said]) -> tuple[str | None, str | None, list[_Said]]:
    """The start and the end of a row, and the cells that say them and nothing else: what stands below their heads,
    and what reads as dates."""
    periods = {
        cell: period for cell in cells if (period := period_of(cell.text) or _labelled_period(cell.text))
    }
    dated = [cell for cell in cells if cell.role in _DATES or cell in periods]
    starts = ends = None
    for cell in dated:
        first, last = periods.get(cell, (None, cell.text))
        if first:
            starts, ends = starts or first, last
        elif cell.role == "starts" or (not cell.role and cell is not dated[-1]):
            starts = starts or last
        else:
            ends = last
    return starts, ends, dated
