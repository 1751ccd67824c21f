"""Milestones in tables of pages, a row each."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from osint_ingest.html.fields import MOST_CELLS
from osint_ingest.html.labels import plain
from osint_ingest.html.lines import PageLine, Step
from osint_ingest.sources.ogp.milestone_lists import announces, split_number
from osint_ingest.sources.ogp.milestones import Milestone, completion_code, heads_metrics, read_milestone
from osint_ingest.sources.ogp.vocabulary import DATE, read_date, vocabularies
from osint_ingest.sources.ogp.wording import own_words

_NUMBER_CELL = re.compile(r"\d{1,3}(?:\.\d{1,2})?\.?")
_HEADS = frozenset(
    plain(word)
    for key in (
        "words.starts",
        "words.ends",
        "words.metrics",
        "labels.status",
        "labels.completion",
        "assessments.completion",
    )
    for word in own_words(key)
)
_STARTS = frozenset(plain(word) for word in own_words("words.starts"))


def milestone_rows(lines: Sequence[PageLine]) -> list[tuple[Milestone, PageLine]]:
    """The milestones of the tables among these lines, each with its first cell. A row tells one if it has two dates, or
    if the table has a column of milestones."""
    rows: dict[int, list[PageLine]] = {}
    for line in lines:
        if line.row is not None:
            rows.setdefault(line.row, []).append(line)
    table, heads = None, dict[int, str]()
    found: list[tuple[Milestone, PageLine]] = []
    for cells in rows.values():
        if _table_of(cells[0]) is not table:
            table, heads = _table_of(cells[0]), {}
        if len(cells) > MOST_CELLS:
            continue
        if len(cells) > 1 and (all(c.kind == "head_cell" for c in cells) or _is_head(cells)):
            heads = {c.column or 0: c.text for c in cells}
        elif milestone := _of_row([_Cell(c.text.strip(), heads.get(c.column or 0, "")) for c in cells]):
            found.append((milestone, cells[0]))
    return found


def _table_of(line: PageLine) -> Step | None:
    step: Step | None = line.path
    while step is not None and step.name != "table":
        step = step.above
    return step


def _is_head(cells: Sequence[PageLine]) -> bool:
    """Do plain cells head columns: one of milestones, and one of when or how far?"""
    known = (plain(c.text) in _HEADS or completion_code(c.text) for c in cells)
    return any(announces(c.text) for c in cells) and any(known)


class _Cell(NamedTuple):
    text: str
    head: str
    """What stands above its column."""


def _of_row(row: Sequence[_Cell]) -> Milestone | None:
    """A milestone by what its cells are: a number, what is to be done, its state, dates, metrics, completion."""
    states, ticks = vocabularies()["milestone_state"], own_words("words.ticks")
    cells = [cell for cell in row if cell.text]
    dated = {cell: dates for cell in cells if (dates := _dates_of(cell))}
    dates = [date for printed in dated.values() for date in printed]
    starts = dates[0] if len(dates) > 1 or (dates and plain(next(iter(dated)).head) in _STARTS) else None
    ends = dates[-1] if dates and (len(dates) > 1 or not starts) else None
    named = next((cell for cell in cells if announces(cell.head)), None)
    if named is None and len(dates) < 2:
        return None
    state = next((cell for cell in cells if states.code(cell.text) in ("new", "ongoing")), None)
    number = next((cell for cell in cells if cell != state and _NUMBER_CELL.fullmatch(cell.text)), None)
    metrics = next((cell for cell in cells if heads_metrics(cell.head)), None)
    completion = next((cell.text for cell in cells if cell != state and completion_code(cell.text)), None)
    ticked = next((cell.head for cell in cells if cell.text in ticks and completion_code(cell.head)), None)
    words = [
        cell
        for cell in cells
        if cell not in dated
        and cell not in (state, number, metrics)
        and not completion_code(cell.text)
        and cell.text not in ticks
    ]
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


def _dates_of(cell: _Cell) -> list[str]:
    """The dates that a cell is, and nothing else."""
    if re.fullmatch(rf"\A{DATE}", cell.text, re.I) and read_date(cell.text):
        return [cell.text]
    said = read_milestone(None, cell.text)
    return [date for date in (said.starts, said.ends) if date and not said.text]
