"""Milestones: in a table, in a list, or run together in one paragraph, with their state, dates and metrics."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from osint_ingest.html.fields import MOST_CELLS
from osint_ingest.html.labels import plain
from osint_ingest.html.lines import PageLine
from osint_ingest.model import Passage
from osint_ingest.sources.ogp.vocabulary import DATE, forms_of, read_date, vocabularies
from osint_ingest.sources.ogp.wording import any_word, assessment_book, own_words, terms
from osint_ingest.text.language_files import any_form

_NUMBER = re.compile(
    r"(?P<number>[0-9](?<![\w.,/:-]\d)\d{0,2}\.\d{1,2})\.?[):]?\s+(?=[\"“«'¿¡(]?[A-ZÀ-ÖØ-Þ])"
)
_POINTED = re.compile(r"\.(?<=\d\.)\d")  # looks back from the points, of which a text has few
_YEAR = re.compile(r"(?:19|20)\d\d")
_LONGEST_BEFORE_YEAR = 48
_LONGEST_VALUE = 60
_NUMBER_CELL = re.compile(r"\d{1,3}(?:\.\d{1,2})?\.?")
_BETWEEN = rf"[\s,;:|()–—-]*+(?:(?:{any_word('dates.between')})\s++)?"

_TAIL = re.compile(
    rf"(?=\w)(?:(?<!\w)(?P<state>{any_form(forms_of('milestone_state'))}){_BETWEEN})?"
    rf"(?<!\w)(?P<starts>{DATE}){_BETWEEN}(?P<ends>{DATE})(?!\w)",
    re.I,
)
# begins with a set of letters: what begins with a choice is looked for many times slower
_ANNOUNCED = frozenset(plain(form) for form in own_words("questions.milestones"))
_METRICS_FORMS = {form for word in own_words("words.metrics") for form in (word, plain(word))}
_INITIALS = "".join(sorted({letter for f in _METRICS_FORMS for letter in (f[0].lower(), f[0].upper())}))
_METRICS = re.compile(rf"[{_INITIALS}](?i:{any_form(form[1:] for form in _METRICS_FORMS)})\s*:\s*")
_ENDING = re.compile(
    rf"(?:[(\[–—]|(?<!\w){any_word('labels.completion', 'assessments.completion')}\s?:)"
    rf"\s?(?P<value>[^()\[\]:–—]{{2,{_LONGEST_VALUE}}})[)\]]?\.?$",
    re.I,
)


class Milestone(NamedTuple):
    """A milestone as printed."""

    number: str | None
    text: str
    state: str | None
    starts: str | None
    ends: str | None
    metrics: str | None
    completion: str | None = None

    @property
    def completion_code(self) -> str | None:
        return completion_code(self.completion) if self.completion else None


def milestones_in(text: str) -> list[Milestone]:
    """The milestones of a paragraph: `2.1 What is to be done. Metrics: ... New April 2019 September 2020`. A number
    alone makes none: a state or dates must follow."""
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
        if metrics is None and (match := _METRICS.match(after)):
            metrics = after[match.end() :].strip() or None
        found.append(Milestone(number["number"], said, tail["state"], tail["starts"], tail["ends"], metrics))
    return found


def numbered_milestones(passages: Iterable[Passage]) -> list[tuple[Milestone, int]]:
    """Milestones told by their numbers alone, each with its passage's ordinal: sentences `34.1.`, `34.2.`, `34.3.` one
    after the other, two at least, as the IRM's prose repeats a commitment's text. How far each was completed stands at
    its end, or in the cells beside them."""
    found: list[tuple[Milestone, int]] = []
    run: list[tuple[Milestone, int]] = []
    cells: list[tuple[int, str]] = []
    beside = False
    for passage in passages:
        if completion_code(passage.text) and run and beside:
            cells.append((len(run), passage.text))
            continue
        # a heading ends the table, but for one that is a column's head
        labels = assessment_book().exact(passage.text) if passage.kind == "heading" else ()
        beside = beside and (passage.kind != "heading" or "completion" in {label.key for label in labels})
        if passage.kind not in ("paragraph", "list_item", "table_cell"):
            continue
        numbers = [m for m in _NUMBER.finditer(passage.text) if _begins_sentence(passage.text, m.start())]
        for match, end in zip(numbers, [*(m.start() for m in numbers[1:]), len(passage.text)], strict=False):
            of, _, place = match["number"].partition(".")
            if not run or run[-1][0].number != f"{of}.{int(place) - 1}":
                found += _completed(run, cells)
                run, cells = [], []
            if run or place == "1":
                beside = True
                text, metrics = _metrics_apart(passage.text[match.end() : end])
                text, completion = _completion_apart(text)
                milestone = Milestone(match["number"], text, None, None, None, metrics, completion)
                run.append((milestone, passage.ordinal))
    return [*found, *_completed(run, cells)]


def is_milestone(label: str) -> bool:
    """Does a row of a table begin with a milestone's number?"""
    return _NUMBER.match(f"{label} A") is not None


def _completed(
    run: Sequence[tuple[Milestone, int]], cells: Sequence[tuple[int, str]]
) -> Sequence[tuple[Milestone, int]]:
    """A run of two milestones at least, with the values of cells. A cell is said with how many milestones were read
    before it: each right behind its own, or one column behind the other."""
    places = [place for place, _ in cells]
    if len(set(places)) < len(places):
        places = list(range(1, len(run) + 1)) if len(cells) == len(run) else []
    said = dict(zip(places, (text for _, text in cells), strict=False))
    return [
        (milestone._replace(completion=milestone.completion or said.get(n)), passage)
        for n, (milestone, passage) in enumerate(run, 1)
        if len(run) > 1
    ]


def completion_code(text: str) -> str | None:
    """The canonical form of a text that is nothing but how far something was completed."""
    code = vocabularies()["completion"].code(text) if len(text) <= _LONGEST_VALUE else None
    return code if code in terms("values.completion") else None


def outside_milestones(passages: Iterable[Passage]) -> Iterator[Passage]:
    """Passages without the tables of milestones: what their cells say is not said of the commitment."""
    inside = False
    for passage in passages:
        is_cell = passage.kind == "table_cell"
        inside = is_cell and (inside or _NUMBER.match(passage.text) is not None)
        if not inside:
            yield passage


def _completion_apart(text: str) -> tuple[str, str | None]:
    """`Publish the list (completed)`, `Publish the list. Completion: limited`: what is done, and how far."""
    found = _ENDING.search(text, max(0, len(text) - 2 * _LONGEST_VALUE))
    if found is None or not completion_code(found["value"]):
        return text, None
    return text[: found.start()].rstrip(" ;,"), found["value"].strip()


def _begins_sentence(text: str, at: int) -> bool:
    """Does a number begin the text, stand behind a stop, or behind the word for milestones?"""
    before = text[:at].rstrip()
    return before[-1:] in ("", *".;:\n") or plain(before.split()[-1]) in _ANNOUNCED


def _last_tail(text: str, start: int, end: int) -> re.Match[str] | None:
    """The last state with its two dates in a stretch; looked for only where its years are."""
    years = [m.start() for m in _YEAR.finditer(text, start, end)]
    for first in reversed(years[:-1]):
        if tail := _TAIL.search(text, max(start, first - _LONGEST_BEFORE_YEAR), end):
            return tail
    return None


def milestone_rows(lines: Sequence[PageLine]) -> list[tuple[Milestone, PageLine]]:
    """The milestones of the tables among these lines, each with its first cell."""
    rows: dict[int, list[PageLine]] = {}
    for line in lines:
        if line.row is not None:
            rows.setdefault(line.row, []).append(line)
    columns: dict[int, bool] = {}
    """Which columns hold metrics, by a head row."""
    found: list[tuple[Milestone, PageLine]] = []
    for cells in rows.values():
        if len(cells) > MOST_CELLS:
            continue
        if any(c.kind == "head_cell" for c in cells):
            columns = {c.column or 0: bool(_METRICS.match(f"{c.text}:")) for c in cells}
        elif milestone := _of_row(cells, columns):
            found.append((milestone, cells[0]))
    return found


def _of_row(cells: Sequence[PageLine], columns: dict[int, bool]) -> Milestone | None:
    vocabulary = vocabularies()["milestone_state"]
    state = next((c for c in cells if vocabulary.code(c.text) in ("new", "ongoing")), None)
    dates = [c for c in cells if re.fullmatch(DATE, c.text.strip(), re.I) and read_date(c.text)]
    if len(dates) < 2:
        return None
    number = next((c for c in cells if c is not state and _NUMBER_CELL.fullmatch(c.text.strip())), None)
    metrics = next((c for c in cells if columns.get(c.column or 0)), None)
    completion = next((c for c in cells if c is not state and completion_code(c.text)), None)
    words = [c for c in cells if c not in dates and c not in (state, number, metrics, completion)]
    if not words:
        return None
    text, own = _metrics_apart(" ".join(words[0].text.split()))
    printed = number.text.strip().rstrip(".") if number else None
    if printed is None and (match := _NUMBER.match(text)):
        printed, text = match["number"], text[match.end() :]
    measured = metrics.text if metrics else own
    said = completion.text if completion else None
    return Milestone(
        printed, text, state.text if state else None, dates[0].text, dates[1].text, measured, said
    )


def _metrics_apart(text: str) -> tuple[str, str | None]:
    match = _METRICS.search(text)
    if match is None:
        return text.strip(" ;,"), None
    return text[: match.start()].strip(" ;,"), text[match.end() :].strip(" ;,") or None
