"""Dates as these pages print them, in any of their languages: `30th July 2021`, `Oct 2023`, `03/07/2021`, `2021`."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from osint_ingest.html.labels import plain
from osint_ingest.sources.ogp.wording import any_word, months
from osint_ingest.text.language_files import any_form

_MONTHS = {plain(name): number for name, number in months().items()}
_MONTH = rf"(?:{any_form({*_MONTHS, *months()})})\b\.?"
_OF = rf"(?:(?:{any_word('dates.of')})(?:\s++|(?<=['’])))?"
_YEAR = r"(?:19|20)\d\d"
_DAY = rf"(?P<day>\d{{1,2}})(?:{any_word('dates.day_signs')}|\.)?"
_FORMS = (
    re.compile(rf"{_DAY}[\s-]++{_OF}(?P<month>{_MONTH})[\s,-]++{_OF}(?P<year>{_YEAR})", re.I),
    re.compile(rf"(?P<month>{_MONTH})\s++{_DAY},?\s++{_OF}(?P<year>{_YEAR})", re.I),
    re.compile(rf"(?P<month>{_MONTH})[\s,/-]++{_OF}(?P<year>{_YEAR})", re.I),
    re.compile(rf"(?P<year>{_YEAR})-(?P<number>\d{{1,2}})(?:-(?P<day>\d{{1,2}}))?(?!\d)"),
    re.compile(rf"(?:(?P<day>\d{{1,2}})[/.])?(?P<number>\d{{1,2}})[/.](?P<year>{_YEAR})", re.I),
)
DATE = (
    rf"(?:(?:\d{{1,2}}(?:{any_word('dates.day_signs')})?\s++)?{_OF}{_MONTH}\s++(?:\d{{1,2}},?\s++)?{_OF}{_YEAR}"
    rf"|(?:\d{{1,2}}[/.])?\d{{1,2}}[/.]{_YEAR}|{_YEAR}-\d{{2}}(?:-\d{{2}})?)"
)
"""A pattern (as text, to be put into others) for a date with at least a month and a year."""


def find_year(text: str | None) -> int | None:
    """The first year of a text."""
    found = re.search(_YEAR, text or "")
    return int(found.group()) if found else None


@lru_cache(maxsize=4096)
def read_date(text: str | None) -> date | None:
    """The first date of a text; the first of a month that has no day, None for a year alone. Days come before months:
    `03/07/2021` is the third of July, as these pages are written."""
    if not text:
        return None
    for form in _FORMS:
        for match in form.finditer(text):
            found = match.groupdict()
            named, number = found.get("month"), found.get("number")
            month = int(number) if number else _MONTHS.get(plain((named or "").rstrip(".")))
            if month is None or not 1 <= month <= 12:
                continue
            try:
                return date(int(found["year"]), month, int(found.get("day") or 1))
            except ValueError:
                continue
    return None
