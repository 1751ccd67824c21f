"""One milestone: what is to be done, and what is said of it in the same text: its state, dates, metrics, completion."""

import re
from typing import NamedTuple

from osint_ingest.html.labels import plain
from osint_ingest.sources.ogp.vocabulary import DATE, forms_of, vocabularies
from osint_ingest.sources.ogp.wording import any_word, own_words, terms
from osint_ingest.text.language_files import any_form

LONGEST_VALUE = 60
"""How long a text can be that is nothing but a value or a number, in code points."""
NUMBER = re.compile(
    r"(?P<number>(?P<of>[0-9](?<![\w.,/:-]\d)\d{0,2})\.(?P<place>\d{1,2}))\.?\s?[):–—-]?"
    r"\s+(?=[\"“«'¿¡(]?[A-ZÀ-ÖØ-Þ])"
)
"""The number of a commitment's milestone, `34.2`, before a capital."""
_LONGEST_DUE = 2 * LONGEST_VALUE
_EDGES = " ;,:(–—-"
_POINTED = re.compile(r"\.(?<=\d\.)\d")  # looks back from the points, of which a text has few
_YEAR = re.compile(r"(?:19|20)\d\d")
_LONGEST_BEFORE_YEAR = 48
_MOST_YEARS = 12
"""From so many years at the end of a text dates are looked for: each look can go through all that follows."""
_BETWEEN = rf"[\s,;:|()–—-]*+(?:(?:{any_word('dates.between')})\s++)?"

_TAIL = re.compile(
    rf"(?=\w)(?:(?<!\w)(?P<state>{any_form(forms_of('milestone_state'))}){_BETWEEN})?"
    rf"(?<!\w)(?P<starts>{DATE}){_BETWEEN}(?P<ends>{DATE})(?!\w)",
    re.I,
)
# begins with a set of letters: what begins with a choice is looked for many times slower
_METRICS_FORMS = {form for word in own_words("words.metrics") for form in (word, plain(word))}
_INITIALS = "".join(sorted({letter for f in _METRICS_FORMS for letter in (f[0].lower(), f[0].upper())}))
_METRICS = re.compile(rf"[{_INITIALS}](?i:{any_form(form[1:] for form in _METRICS_FORMS)})\s*:\s*")
_DATED = re.compile(
    rf"(?=\w)(?<!\w)(?:{any_word('words.starts')}\s?:\s?(?P<starts>{DATE})"
    rf"|{any_word('words.ends')}\s?:\s?(?P<ends>{DATE}))(?!\w)",
    re.I,
)
_COMPLETED = re.compile(
    rf"(?=\w)(?<!\w){any_word('labels.completion', 'assessments.completion', 'labels.status')}\s?:"
    rf"\s?(?P<value>[^.:;|()\[\]\n–—]{{2,{LONGEST_VALUE}}})(?:[.;|\n]|$)",
    re.I,
)
_DUE = re.compile(
    rf"(?:[(\[,;:–—-]\s?(?:{any_word('words.due')}\s)?|\s{any_word('words.due')}\s)(?P<ends>{DATE})[)\]]?\s?[.;,]?$",
    re.I,
)
"""When a milestone ends, at the end of its text: `Publish the list (by May 2019)`, `Publish the list - May 2019`."""
_DUE_FIRST = re.compile(rf"\A(?:{any_word('words.due')}\s)?(?P<ends>{DATE})\s?[:–—-]\s", re.I)
_OWN_LABEL = re.compile(r"(?<=[.;,|])\s++(?:\w++\s?+){1,3}+:\s*+$")
"""A label of dates that no list of words has: `Publish the list. Dates: May 2018 - June 2019`."""
_VALUED = re.compile(rf"[(\[:–—]\s?(?P<value>[^.:;|()\[\]\n–—]{{2,{LONGEST_VALUE}}})(?:[)\].;|\n]|$)")
"""How far, without a label: `Publish the list (completed)`, `Publish the list: limited.`"""


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


def completion_code(text: str) -> str | None:
    """The canonical form of a text that is nothing but how far something was completed."""
    code = vocabularies()["completion"].code(text) if len(text) <= LONGEST_VALUE else None
    return code if code in terms("values.completion") else None


def read_milestone(number: str | None, text: str) -> Milestone:
    """A milestone and all that its own text says of it: `Publish the list. Start date: May 2019. Completion: limited`,
    `Publish the list (completed)`, `Publish the list (May 2018 - June 2019)`, `May 2019: Publish the list`. What
    stands behind the first label is not what is to be done."""
    dated = list(_DATED.finditer(text))
    completed = [
        match
        for pattern in (_COMPLETED, _VALUED)
        for match in pattern.finditer(text)
        if completion_code(match["value"])
    ]
    said: dict[str, str | None] = {}
    for match in dated:
        said.setdefault("starts" if match["starts"] else "ends", match["starts"] or match["ends"])
    if completed:
        said["completion"] = completed[0]["value"].strip()
    behind = ""
    if labelled := [*dated, *completed]:
        text = text[: min(match.start() for match in labelled)].rstrip(_EDGES)
    if not dated and (place := _last_dates(text)):
        said |= place.groupdict()
        before = place.start() + (text[place.start()] == ":")
        text, behind = _OWN_LABEL.sub("", text[:before]), text[place.end() :]
        if not text:
            text, behind = behind, ""
    elif not dated and (first := _DUE_FIRST.match(text)):
        text, said["ends"] = text[first.end() :], first["ends"]
    text, metrics = metrics_apart(text)
    return Milestone(number, text, metrics=metrics or metrics_apart(behind)[1], **said)


def milestones_in(text: str) -> list[Milestone]:
    """The milestones of a paragraph: `2.1 What is to be done. Metrics: ... New April 2019 September 2020`. A number
    alone makes none: dates must follow."""
    pointed = _POINTED.search(text) if "20" in text or "19" in text else None
    if pointed is None:
        return []
    numbers = list(NUMBER.finditer(text, max(0, pointed.start() - 3)))
    ends = [*(number.start() for number in numbers[1:]), len(text)]
    found = (
        read_milestone(number["number"], text[number.end() : end])
        for number, end in zip(numbers, ends, strict=False)
    )
    return [milestone for milestone in found if milestone.starts and milestone.ends]


def metrics_apart(text: str) -> tuple[str, str | None]:
    """A text, and what it is measured by: `Publish the list. Metrics: lists published`."""
    match = _METRICS.search(text)
    if match is None:
        return text.strip(_EDGES), None
    return text[: match.start()].strip(_EDGES), text[match.end() :].strip(" ;,") or None


def heads_metrics(text: str) -> bool:
    """Does a text stand above what milestones are measured by?"""
    return _METRICS.match(f"{text}:") is not None


def _last_dates(text: str) -> re.Match[str] | None:
    """The last state with two dates, looked for only where the last years are; else the date at the end."""
    years = [m.start() for m in _YEAR.finditer(text)]
    for first in reversed(years[-_MOST_YEARS:-1]):
        low, high = first - _LONGEST_BEFORE_YEAR, first + 3 * _LONGEST_BEFORE_YEAR
        if tail := _TAIL.search(text, max(0, low), min(len(text), high)):
            return tail
    return _DUE.search(text, max(0, len(text) - _LONGEST_DUE))
