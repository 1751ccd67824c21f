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

_CAPITAL = r"\s+(?=[\"“«'¿¡(]?[A-ZÀ-ÖØ-Þ])"
_NUMBER = re.compile(
    rf"(?P<number>(?P<of>[0-9](?<![\w.,/:-]\d)\d{{0,2}})\.(?P<place>\d{{1,2}}))\.?\s?[):–—-]?{_CAPITAL}"
)
_WORDED = re.compile(
    rf"(?i:{any_word('questions.milestones')})\s(?P<of>)(?P<place>\d{{1,2}})\s?[.):–—-]{_CAPITAL}"
)
_ALONE = re.compile(
    rf"(?P<word>(?i:{any_word('questions.milestones')})\s)?(?:(?P<of>\d{{1,3}})\.)?(?P<place>\d{{1,2}})\s?[.):–—-]?"
)
_EDGES = " ;,(–—"
_POINTED = re.compile(r"\.(?<=\d\.)\d")  # looks back from the points, of which a text has few
_YEAR = re.compile(r"(?:19|20)\d\d")
_LONGEST_BEFORE_YEAR = 48
_LONGEST_VALUE = 60
_MOST_YEARS = 12
"""From so many years at the end of a text dates are looked for: each look can go through all that follows."""
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
_DATED = re.compile(
    rf"(?=\w)(?<!\w)(?:{any_word('words.starts')}\s?:\s?(?P<starts>{DATE})"
    rf"|{any_word('words.ends')}\s?:\s?(?P<ends>{DATE}))(?!\w)",
    re.I,
)
_KINDS = ("paragraph", "list_item", "table_cell", "heading")
_ENDING = re.compile(
    rf"(?:[(\[–—]|(?<!\w){any_word('labels.completion', 'assessments.completion')}\s?:)"
    rf"\s?(?P<value>[^()\[\]:–—]{{2,{_LONGEST_VALUE}}})[)\]]?\.?$",
    re.I,
)


class Milestone(NamedTuple):
    """A milestone as printed."""

    number: str | None
    text: str
    state: str | None = None
    starts: str | None = None
    ends: str | None = None
    metrics: str | None = None
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


class Numbered(NamedTuple):
    """A milestone told by its number, its passage's ordinal, and those of passages behind it that tell its rest."""

    milestone: Milestone
    passage: int
    told_in: tuple[int, ...]


def numbered_milestones(passages: Iterable[Passage]) -> list[Numbered]:
    """Milestones told by their numbers alone: `34.1.`, `34.2.`, `34.3.` one after the other, or `Milestone 1`,
    `Milestone 2`, two at least, as the IRM's prose repeats a commitment's text. Dates and how far each was completed
    stand at its end, in the lines below it, or in the cells beside it."""
    runs: list[list[_Mark]] = []
    for passage in passages:
        marks = _marks(passage) if passage.kind in _KINDS else []
        for mark, end in zip(marks, [*(m.start() for m in marks[1:]), len(passage.text)], strict=False):
            of, number = mark["of"] or "", int(mark["place"])
            follows = bool(runs) and (runs[-1][-1].of, runs[-1][-1].number + 1) == (of, number)
            if follows or number == 1:
                if not follows:
                    runs.append([])
                runs[-1].append(_Mark(of, number, passage, passage.text[mark.end() : end].strip(), []))
        if runs and not marks:
            runs[-1][-1].behind.append(passage)
    return [found for run in runs if len(run) > 1 for found in _told(run)]


def told_once(numbered: Iterable[Numbered]) -> list[tuple[Milestone, int]]:
    """The milestones of one commitment, each where it is told first, with its passage; how far it was completed may
    stand where the prose comes back to it."""
    found: dict[str | None, tuple[Milestone, int]] = {}
    for later in numbered:
        milestone, passage = found.get(later.milestone.number, (later.milestone, later.passage))
        completion = milestone.completion or later.milestone.completion
        found[milestone.number] = milestone._replace(completion=completion), passage
    return list(found.values())


class _Mark(NamedTuple):
    """Where a milestone is told by its number: the words behind it, and the passages down to the next one."""

    of: str
    number: int
    passage: Passage
    text: str
    behind: list[Passage]

    def with_text(self) -> "_Mark":
        """The same; where the number stands alone, with the text of the next passage."""
        if self.text or not self.behind:
            return self
        return self._replace(text=self.behind[0].text, behind=self.behind[1:])


def _marks(passage: Passage) -> list[re.Match[str]]:
    """The numbers of milestones that begin a sentence, or stand alone in a cell or behind the word for milestones."""
    if len(passage.text) <= _LONGEST_VALUE and (alone := _ALONE.fullmatch(passage.text)):
        return [alone] if alone["word"] or (alone["of"] and passage.kind == "table_cell") else []
    found = [m for m in _NUMBER.finditer(passage.text) if _begins_sentence(passage.text, m.start())]
    return found or [m for m in _WORDED.finditer(passage.text) if _begins_sentence(passage.text, m.start())]


def _told(run: Sequence[_Mark]) -> Iterator[Numbered]:
    """The milestones of a run. What is said of each before the last is said of the last too; what else stands behind
    the last is not of it."""
    run = [place.with_text() for place in run]
    belows = [_below(place) for place in run]
    shared = set.intersection(*(set(below) for below in belows[:-1]))
    belows[-1] = {name: said for name, said in belows[-1].items() if name in shared}
    cells = [_cells(place) for place in run]
    if not any(cells[:-1]):  # one column behind the other, or no column of theirs
        column = cells[-1] if len(cells[-1]) == len(run) else []
        cells = [[cell] for cell in column] or [[] for _ in run]
    for place, below, beside in zip(run, belows, cells, strict=True):
        text, own = _labelled_apart(place.text)
        text, metrics = _metrics_apart(text)
        values = [cell.text for cell in beside if completion_code(cell.text)]
        said = dict.fromkeys(("state", "starts", "ends", "completion"))
        said |= {name: printed for name, (printed, _) in below.items()} | own
        if values:
            said["completion"] = values[0]
        milestone = Milestone(f"{place.of}.{place.number}".lstrip("."), text, metrics=metrics, **said)
        told_in = (place.passage.ordinal, *(ordinal for _, ordinal in below.values()))
        yield Numbered(milestone, place.passage.ordinal, told_in)


def _below(place: _Mark) -> dict[str, tuple[str | None, int]]:
    """What lines below a milestone tell of it under a label, each with its passage, down to the next heading."""
    found: dict[str, tuple[str | None, int]] = {}
    for passage in place.behind:
        if passage.kind == "heading":
            break
        _, said = _labelled_apart(passage.text)
        for name, printed in said.items():
            found.setdefault(name, (printed, passage.ordinal))
    return found


def _cells(place: _Mark) -> list[Passage]:
    """The passages behind a milestone that can be cells of its row or column: down to the next heading that heads no
    column, or to another label of an assessment."""
    found: list[Passage] = []
    for passage in place.behind:
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
    return _NUMBER.match(f"{label} A") is not None


def completion_code(text: str) -> str | None:
    """The canonical form of a text that is nothing but how far something was completed."""
    code = vocabularies()["completion"].code(text) if len(text) <= _LONGEST_VALUE else None
    return code if code in terms("values.completion") else None


def outside_milestones(passages: Iterable[Passage], numbered: Iterable[Numbered]) -> Iterator[Passage]:
    """Passages without tables of milestones and the lines below one: what they say is not said of the commitment."""
    told_in = {ordinal for found in numbered for ordinal in found.told_in}
    inside = False
    for passage in passages:
        is_cell = passage.kind == "table_cell"
        begins = _NUMBER.match(passage.text) is not None
        inside = is_cell and (begins or (inside and not assessment_book().exact(passage.text)))
        if not inside and passage.ordinal not in told_in:
            yield passage


def _labelled_apart(text: str) -> tuple[str, dict[str, str | None]]:
    """`Publish the list. Start date: May 2019. Completion: limited`: what is done, and what is said of it: its `state`,
    when it `starts` and `ends`, its `completion`. `Publish the list (completed)` says that too."""
    said: dict[str, str | None] = {}
    found = _ENDING.search(text, max(0, len(text) - 2 * _LONGEST_VALUE))
    if found is not None and completion_code(found["value"]):
        text, said["completion"] = text[: found.start()].rstrip(" ;,"), found["value"].strip()
    dated = list(_DATED.finditer(text))
    for match in dated:
        said.setdefault("starts" if match["starts"] else "ends", match["starts"] or match["ends"])
    if dated:
        return text[: dated[0].start()].rstrip(_EDGES), said
    if tail := _last_tail(text, 0, len(text)):
        return text[: tail.start()].rstrip(_EDGES), said | tail.groupdict()
    return text, said


def _begins_sentence(text: str, at: int) -> bool:
    """Does a number begin the text, stand behind a stop, or behind the word for milestones?"""
    before = text[max(0, at - _LONGEST_VALUE) : at].rstrip()
    return before[-1:] in ("", *".;:\n") or plain(before.split()[-1]) in _ANNOUNCED


def _last_tail(text: str, start: int, end: int) -> re.Match[str] | None:
    """The last state with its two dates in a stretch; looked for only where its last years are."""
    years = [m.start() for m in _YEAR.finditer(text, start, end)]
    for first in reversed(years[-_MOST_YEARS:-1]):
        low, high = first - _LONGEST_BEFORE_YEAR, first + 3 * _LONGEST_BEFORE_YEAR
        if tail := _TAIL.search(text, max(start, low), min(end, high)):
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
    dates = [c for c in cells if re.fullmatch(rf"\A{DATE}", c.text.strip(), re.I) and read_date(c.text)]
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
        return text.strip(_EDGES), None
    return text[: match.start()].strip(_EDGES), text[match.end() :].strip(" ;,") or None
