"""Milestones: in a table, in a list, or run together in one paragraph, with their state, dates and metrics."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

from osint_ingest.html.fields import MOST_CELLS
from osint_ingest.html.labels import plain
from osint_ingest.html.lines import PageLine
from osint_ingest.model import Passage
from osint_ingest.sources.ogp.dates import DATE, read_date
from osint_ingest.sources.ogp.vocabulary import forms_of, vocabularies
from osint_ingest.sources.ogp.wording import any_word, own_words
from osint_ingest.text.language_files import any_form

_NUMBER = re.compile(
    r"(?P<number>[0-9](?<![\w.,/:-]\d)\d{0,2}\.\d{1,2})\.?[):]?\s+(?=[\"“«'¿¡(]?[A-ZÀ-ÖØ-Þ])"
)
_POINTED = re.compile(r"\.(?<=\d\.)\d")  # looks back from the points, of which a text has few
_YEAR = re.compile(r"(?:19|20)\d\d")
_LONGEST_BEFORE_YEAR = 48
_NUMBER_CELL = re.compile(r"\d{1,3}(?:\.\d{1,2})?\.?")
_BETWEEN = rf"[\s,;:|()–—-]*+(?:(?:{any_word('dates.between')})\s++)?"


class Milestone(NamedTuple):
    """A milestone as printed."""

    number: str | None
    text: str
    state: str | None
    starts: str | None
    ends: str | None
    metrics: str | None


@cache
def _metrics() -> re.Pattern[str]:
    # begins with a set of letters: what begins with a choice is looked for many times slower
    forms = {form for word in own_words("words.metrics") for form in (word, plain(word))}
    initials = "".join(sorted({letter for form in forms for letter in (form[0].lower(), form[0].upper())}))
    return re.compile(rf"[{initials}](?i:{any_form(form[1:] for form in forms)})\s*:\s*")


@cache
def _tail() -> re.Pattern[str]:
    states = any_form(forms_of("milestone_state"))
    return re.compile(
        rf"(?=\w)(?:(?<!\w)(?P<state>{states}){_BETWEEN})?(?<!\w)(?P<starts>{DATE}){_BETWEEN}(?P<ends>{DATE})(?!\w)",
        re.I,
    )


def milestones_in(text: str) -> list[Milestone]:
    """The milestones of a paragraph: `2.1 What is to be done. Metrics: ... New April 2019 September 2020`.

    A number alone makes none: a state or dates must follow.
    """
    pointed = _POINTED.search(text) if "20" in text or "19" in text else None
    if pointed is None:
        return []
    numbers = list(_NUMBER.finditer(text, max(0, pointed.start() - 3)))
    found: list[Milestone] = []
    for i, number in enumerate(numbers):
        end = numbers[i + 1].start() if i + 1 < len(numbers) else len(text)
        tail = _last_tail(text, number.end(), end)
        if tail is None:
            continue
        said, metrics = _metrics_apart(text[number.end() : tail.start()])
        after = text[tail.end() : end].strip(" .;,")
        if metrics is None and (match := _metrics().match(after)):
            metrics = after[match.end() :].strip() or None
        found.append(Milestone(number["number"], said, tail["state"], tail["starts"], tail["ends"], metrics))
    return found


def numbered_milestones(passages: Iterable[Passage]) -> list[tuple[Milestone, int]]:
    """Milestones told by their numbers alone, each with its passage's ordinal: sentences `34.1.`, `34.2.`, `34.3.` one
    after the other, two at least, as the IRM's prose repeats a commitment's text."""
    found: list[tuple[Milestone, int]] = []
    run: list[tuple[Milestone, int]] = []
    for passage in passages:
        if passage.kind not in ("paragraph", "list_item"):
            continue
        numbers = [m for m in _NUMBER.finditer(passage.text) if _begins_sentence(passage.text, m.start())]
        for match, end in zip(numbers, [*(m.start() for m in numbers[1:]), len(passage.text)], strict=False):
            of, _, place = match["number"].partition(".")
            if not run or run[-1][0].number != f"{of}.{int(place) - 1}":
                found += run if len(run) > 1 else []
                run = []
            if run or place == "1":
                text, metrics = _metrics_apart(passage.text[match.end() : end])
                run.append((Milestone(match["number"], text, None, None, None, metrics), passage.ordinal))
    return [*found, *(run if len(run) > 1 else [])]


def _begins_sentence(text: str, at: int) -> bool:
    return not text[:at].rstrip() or text[:at].rstrip()[-1] in ".;:\n"


def _last_tail(text: str, start: int, end: int) -> re.Match[str] | None:
    """The last state with its two dates in a stretch; looked for only where its years are."""
    years = [m.start() for m in _YEAR.finditer(text, start, end)]
    for first in reversed(years[:-1]):
        if tail := _tail().search(text, max(start, first - _LONGEST_BEFORE_YEAR), end):
            return tail
    return None


def milestone_rows(lines: Sequence[PageLine]) -> list[tuple[Milestone, PageLine]]:
    """The milestones of the tables among these lines, each with its first cell."""
    rows: dict[int, list[PageLine]] = {}
    for line in lines:
        if line.row is not None:
            rows.setdefault(line.row, []).append(line)
    columns: dict[int, str] = {}
    found: list[tuple[Milestone, PageLine]] = []
    for cells in rows.values():
        if len(cells) > MOST_CELLS:
            continue
        if heads := _heads(cells):
            columns = heads
        elif milestone := _of_row(cells, columns):
            found.append((milestone, cells[0]))
    return found


def _heads(cells: Sequence[PageLine]) -> dict[int, str]:
    """Columns that hold metrics, from a head row."""
    if not any(c.kind == "head_cell" for c in cells):
        return {}
    return {c.column or 0: "metrics" if _metrics().match(f"{c.text}:") else "other" for c in cells}


def _of_row(cells: Sequence[PageLine], columns: dict[int, str]) -> Milestone | None:
    vocabulary = vocabularies()["milestone_state"]
    state = next((c for c in cells if vocabulary.code(c.text) in ("new", "ongoing")), None)
    dates = [c for c in cells if re.fullmatch(DATE, c.text.strip(), re.I) and read_date(c.text)]
    if len(dates) < 2:
        return None
    number = next((c for c in cells if c is not state and _NUMBER_CELL.fullmatch(c.text.strip())), None)
    metrics = next((c for c in cells if columns.get(c.column or 0) == "metrics"), None)
    words = [c for c in cells if c not in dates and c not in (state, number, metrics)]
    if not words:
        return None
    text, own = _metrics_apart(" ".join(words[0].text.split()))
    printed = number.text.strip().rstrip(".") if number else None
    if printed is None and (match := _NUMBER.match(text)):
        printed, text = match["number"], text[match.end() :]
    measured = metrics.text if metrics else own
    return Milestone(printed, text, state.text if state else None, dates[0].text, dates[1].text, measured)


def _metrics_apart(text: str) -> tuple[str, str | None]:
    match = _metrics().search(text)
    if match is None:
        return text.strip(" ;,"), None
    return text[: match.start()].strip(" ;,"), text[match.end() :].strip(" ;,") or None
