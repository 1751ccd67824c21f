"""Milestones in tables of pages, a row each."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import groupby
from typing import NamedTuple

from osint_ingest.html.grid import MOST_COLUMNS
from osint_ingest.html.labels import plain, plain_words
from osint_ingest.html.lines import PageLine, Step
from osint_ingest.sources.ogp.dates import find_year, period_of, read_period
from osint_ingest.sources.ogp.milestone_leads import announces
from osint_ingest.sources.ogp.milestone_lists import split_number
from osint_ingest.sources.ogp.milestones import (
    LONGEST_VALUE,
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
_SHORT_HEAD = 3
_SMALL_WORD = 3


class _Cell(NamedTuple):
    """A cell with text, what its column is for, and the text of the lowest head above it."""

    text: str
    role: str | None
    head: str


class _Head(NamedTuple):
    """A cell of a table's head, with what its column is for, or its columns."""

    text: str
    role: str | None


def milestone_rows(lines: Sequence[PageLine]) -> list[tuple[Milestone, PageLine]]:
    """The milestones of the tables among these lines, each with its first cell. A row tells one if it has two dates, or
    if the table has a column of milestones. Heads can stand in several rows, the wider ones above."""
    found: list[tuple[Milestone, PageLine]] = []
    table, heads, in_head = None, dict[int, _Head](), False
    for _, group in groupby((line for line in lines if line.row is not None), key=lambda line: line.row):
        cells = list(group)
        if _table_of(cells[0]) is not table:
            table, heads, in_head = _table_of(cells[0]), {}, False
        # a cell over the whole width is the title of a group of rows
        if len(cells) > MOST_COLUMNS or (len(cells) == 1 and cells[0].columns > 1):
            continue
        if _is_head(cells, below_head=in_head):
            heads = (heads if in_head else {}) | dict(_heads(cells, heads if in_head else {}))
            in_head = True
        else:
            in_head = False
            if milestone := _of_row([_cell(c, heads) for c in cells], {h.role for h in heads.values()}):
                found.append((milestone, cells[0]))
    return found


def _table_of(line: PageLine) -> Step | None:
    step: Step | None = line.path
    while step is not None and step.name != "table":
        step = step.above
    return step


def _is_head(cells: Sequence[PageLine], *, below_head: bool) -> bool:
    """Is a row a head: cells marked as such, or plain ones that head columns of milestones and of when or how far; or,
    below another head, nothing but what can head a column?"""
    if len(cells) > 1 and all(c.kind == "head_cell" for c in cells):
        return True
    roles = [role_of(c.text) for c in cells]
    if below_head:
        return all(roles) and "milestone" not in roles
    if not set(roles).isdisjoint(_DATES) and any(
        len(c.text) <= LONGEST_VALUE and _steps_named(c.text) for c in cells
    ):
        return True
    return bool({"milestone", "step"} & set(roles)) and len(set(roles) - {None, "milestone", "step"}) > 0


def _heads(cells: Sequence[PageLine], above: Mapping[int, _Head]) -> Iterator[tuple[int, _Head]]:
    """The head of each column that these cells reach over; what it is for is said by the lowest that says it."""
    for cell in cells:
        for column in cell.reach:
            wider = above.get(column)
            role = role_of(cell.text) or (wider.role if wider else None)
            # `Activities to be implemented`
            step = role is None and len(cell.text) <= LONGEST_VALUE and _steps_named(cell.text)
            yield column, _Head(cell.text, "step" if step else role)


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


@cache
def _steps() -> frozenset[tuple[str, ...]]:
    keys = ("words.steps", "words.milestone_lists", "questions.milestones")
    return frozenset(plain_words(word) for key in keys for word in own_words(key))


def _steps_named(head: str) -> bool:
    return any((word,) in _steps() for word in plain_words(head))


@lru_cache(maxsize=4096)
def role_of(head: str) -> str | None:
    """What a column is for, by its head: `milestone`, `step` (a milestone where another column says when), `starts`,
    `ends`, `dates` (both), `metrics`, `completion`; None where nothing says so."""
    if len(head) > _LONGEST_HEAD:
        return None
    if announces(head):
        return "milestone"
    if heads_metrics(head):
        return "metrics"
    words = plain_words(head)
    # `Implementation period`, `Deadline set`
    first = words[:1] if len(words) <= _SHORT_HEAD and len("".join(words[:1])) > _SMALL_WORD else ()
    if role := _roles().get(words) or _roles().get(_main_words(words)) or _roles().get(first):
        return role
    if words in _steps():
        return "step"
    return "completion" if completion_code(head) else None


def _main_words(words: Sequence[str]) -> tuple[str, ...]:
    """The words of a head without joining ones and those that say little: `Implementation period` -> `period`."""
    return tuple(word for word in words if word not in _little_words())


def _cell(line: PageLine, heads: Mapping[int, _Head]) -> _Cell:
    head = heads.get(line.column or 0, _Head("", None))
    return _Cell(line.text.strip(), head.role, head.text)


def _of_row(row: Sequence[_Cell], roles: set[str | None]) -> Milestone | None:
    """A milestone by what its cells are, and by what stands above them: a number, what is to be done, its state, dates,
    metrics, completion."""
    states, ticks = vocabularies()["milestone_state"], own_words("words.ticks")
    cells = [cell for cell in row if cell.text]
    starts, ends, dated = _dates_of(cells)
    named = next((cell for cell in cells if cell.role == "milestone"), None)
    if named is None and not roles.isdisjoint(_DATES) and (find_year(starts) or find_year(ends)):
        named = next((cell for cell in cells if cell.role == "step"), None)
    if named is None and None in read_period(starts, ends):
        return None
    state = next((cell for cell in cells if states.code(cell.text) in ("new", "ongoing")), None)
    metrics = next((cell for cell in cells if cell.role == "metrics"), None)
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
    if not text:
        return None
    milestone = read_milestone(printed or (number.text.rstrip(".") if number else None), text)
    return milestone._replace(
        state=state.text if state else milestone.state,
        starts=starts or milestone.starts,
        ends=ends or milestone.ends,
        metrics=metrics.text if metrics else milestone.metrics,
        completion=completion or ticked or milestone.completion,
    )


def _is_number(text: str) -> bool:
    return len(text) <= _LONGEST_NUMBER and text.replace(".", "", 2).isdecimal()


def _labelled_period(text: str) -> tuple[str | None, str] | None:
    """The start and the end that a cell has under labels and without other text: `Start: May 2019 End: June 2019`."""
    said, begins = labelled(text)
    return (said.get("starts"), said["ends"]) if begins == 0 and "ends" in said else None


def _dates_of(cells: Sequence[_Cell]) -> tuple[str | None, str | None, list[_Cell]]:
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
