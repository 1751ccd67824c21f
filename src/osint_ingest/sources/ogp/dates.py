"""Dates as these pages print them, and two of them together: `March - June 2021`, `Q2 to Q4 2023`."""

import re
from datetime import date
from functools import lru_cache

from osint_ingest.html.labels import plain
from osint_ingest.sources.ogp.wording import any_word, periods
from osint_ingest.text.language_files import any_form, months
from osint_ingest.text.language_files import any_word as any_common_word

_MONTHS = {plain(name): (number, number) for name, number in months().items()}
_MONTHS |= {plain(name): period for name, period in periods().items()}
_MONTH = rf"(?:{any_form({*_MONTHS, *months(), *periods()})})s?\b\.?"
_PERIOD = rf"(?:{any_form(periods())})\b"
_ORDINAL = any_form(name.rpartition(" ")[0] for name in periods() if " " in name)
_OF = rf"(?:(?:{any_common_word('dates.of')})(?:\s++|(?<=['’])))?"
_YEAR = r"(?:19|20)\d\d"
_SHORT_YEAR = r"\s?[-/'’](?P<short>\d\d)(?![\w/])"
_DAY = rf"(?P<day>\d{{1,2}})(?:{any_common_word('dates.day_signs')}|\.)?"
_FORMS = (
    re.compile(rf"{_DAY}[\s-]++{_OF}(?P<month>{_MONTH})[\s,-]++{_OF}(?P<year>{_YEAR})", re.I),
    re.compile(rf"(?P<month>{_MONTH})\s++{_DAY},?\s++{_OF}(?P<year>{_YEAR})", re.I),
    re.compile(rf"(?P<month>{_MONTH})[\s,/-]++{_OF}(?P<year>{_YEAR})", re.I),
    re.compile(rf"(?P<month>{_MONTH}){_SHORT_YEAR}", re.I),
    re.compile(rf"(?P<year>{_YEAR})[\s,/-]*+(?P<month>{_PERIOD})", re.I),
    re.compile(rf"(?P<year>{_YEAR})[-.](?P<number>\d{{1,2}})(?:-(?P<day>\d{{1,2}}))?(?!\d)"),
    re.compile(rf"(?<!\d)(?:(?P<day>\d{{1,2}})[/.-])?(?P<number>\d{{1,2}})[/.-](?P<year>{_YEAR})", re.I),
    re.compile(r"(?P<day>\d{1,2})/(?P<number>\d{1,2})/(?P<short>\d\d)(?!\d)"),
)
_DAY_AND_MONTH = rf"(?!{_YEAR})(?:\d{{1,2}}(?:{any_common_word('dates.day_signs')})?\s++)?{_OF}{_MONTH}"
DATE = (
    rf"(?:{_DAY_AND_MONTH}[\s,/-]++(?:\d{{1,2}},?\s++)?{_OF}{_YEAR}|{_YEAR}[\s,/-]*+{_PERIOD}"
    rf"|{_MONTH}{_SHORT_YEAR.replace('?P<short>', '?:')}"
    rf"|(?<!\d)(?:\d{{1,2}}[/.-])?\d{{1,2}}[/.-]{_YEAR}|{_YEAR}[-.]\d{{2}}(?:-\d{{2}})?|\d{{1,2}}/\d{{1,2}}/\d\d(?!\d))"
)
"""A pattern (as text, to be put into others) for a date with at least a month and a year."""
_TO = rf"(?:{any_word('dates.between')})\s++"
BETWEEN = rf"[\s,;:|()–—/-]*+(?:{_TO})?"
_YEAR_NEAR = r"(?=\w)(?=[^\n]{0,48}?\d\d)"
"""Looked for first: it is quicker than all names of months."""
STARTS = rf"{_YEAR_NEAR}(?P<starts>{DATE}|(?:{_DAY_AND_MONTH}|{_ORDINAL})(?=\s?[–—/-]|\s++{_TO})){BETWEEN}"
"""The first of two dates, and what stands before the second: its year, or the word for a quarter, may stand there
only."""
PERIOD = rf"{_YEAR_NEAR}(?:{STARTS})?(?P<ends>{DATE})"
_LEAD = rf"(?:{any_word('words.due', 'words.starts', 'words.ends', 'words.dates', 'dates.between')})(?:\s*+:)?\s++"
_WHOLE = re.compile(rf"\A[^\w]*+(?:{_LEAD})?{PERIOD}[^\w]*+", re.I)
_LONGEST = 90


def find_year(text: str | None) -> int | None:
    """The first year of a text."""
    found = re.search(_YEAR, text or "")
    return int(found.group()) if found else None


def period_of(text: str) -> tuple[str | None, str] | None:
    """The start (None where there is none) and the end that a text is, and nothing else, as printed."""
    found = _WHOLE.fullmatch(text) if len(text) <= _LONGEST else None
    return (found["starts"], found["ends"]) if found else None


def read_period(starts: str | None, ends: str | None) -> tuple[date | None, date | None]:
    """The dates of a start and an end. A start without its year is in the year of the end, or in the one before."""
    first, last = read_date(starts), read_date(ends, ends=True)
    if starts and first is None and last is not None and find_year(starts) is None:
        # `May - June 2021`; `first and second quarter of 2021`
        first = read_date(f"{starts} {last.year}") or read_date(f"{starts} {(ends or '').partition(' ')[2]}")
        if first is not None and first > last:
            first = first.replace(year=last.year - 1)
    return first, last


@lru_cache(maxsize=4096)
def read_date(text: str | None, *, ends: bool = False) -> date | None:
    """The first date of a text; the first of a month that has no day, None for a year alone. A quarter or half of a
    year is its first month; its last, if something `ends` then. Days come before months: `03/07/2021` is the third of
    July, as these pages are written."""
    if not text:
        return None
    for form in _FORMS:
        for match in form.finditer(text):
            found = match.groupdict()
            name = plain(" ".join((found.get("month") or "").split()).rstrip("."))
            named = _MONTHS.get(name) or _MONTHS.get(name.removesuffix("s"), (0, 0))
            month = int(found.get("number") or named[ends])
            year = int(found.get("year") or f"20{found['short']}")
            try:
                return date(year, month, int(found.get("day") or 1))
            except ValueError:
                continue
    return None
