"""Dates as these pages print them, in three languages: `30th July 2021`, `Oct 2023`, `julio de 2018`, `2021`."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from osint_ingest.html.labels import plain
from osint_ingest.text.alternatives import any_of

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan enero ene janvier janv",
            "february feb febrero fevrier fevr fev",
            "march mar marzo mars",
            "april apr abril abr avril avr",
            "may mayo mai",
            "june jun junio juin",
            "july jul julio juillet juil",
            "august aug agosto ago aout",
            "september sep sept septiembre setiembre set septembre",
            "october oct octubre octobre",
            "november nov noviembre novembre",
            "december dec diciembre dic decembre",
        ),
        1,
    )
    for name in names.split()
}
_ACCENTED = str.maketrans({"e": "[eéè]", "u": "[uû]"})
_MONTH = rf"{any_of(_MONTHS).translate(_ACCENTED)}\b\.?"
_YEAR = r"(?:19|20)\d\d"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|º|°|\.)?"
_FORMS = (
    re.compile(
        rf"{_DAY}[\s-]++(?:de\s++|of\s++|d['’])?(?P<month>{_MONTH})[\s,-]++(?:de[l]?\s++)?(?P<year>{_YEAR})",
        re.I,
    ),
    re.compile(rf"(?P<month>{_MONTH})\s++{_DAY},?\s++(?:de[l]?\s++)?(?P<year>{_YEAR})", re.I),
    re.compile(rf"(?P<month>{_MONTH})[\s,/-]++(?:de[l]?\s++|of\s++)?(?P<year>{_YEAR})", re.I),
    re.compile(rf"(?P<year>{_YEAR})-(?P<number>\d{{1,2}})(?:-(?P<day>\d{{1,2}}))?(?!\d)"),
    re.compile(rf"(?:(?P<day>\d{{1,2}})[/.])?(?P<number>\d{{1,2}})[/.](?P<year>{_YEAR})", re.I),
)
DATE = (
    rf"(?:(?:\d{{1,2}}(?:st|nd|rd|th)?\s++)?(?:de\s++)?{_MONTH}\s++(?:\d{{1,2}},?\s++)?(?:de[l]?\s++)?{_YEAR}"
    rf"|(?:\d{{1,2}}[/.])?\d{{1,2}}[/.]{_YEAR}|{_YEAR}-\d{{2}}(?:-\d{{2}})?)"
)
"""A pattern (as text, to be put into others) for a date with at least a month and a year."""


@lru_cache(maxsize=4096)
def read_date(text: str | None) -> date | None:
    """The first date of a text; the first of a month that has no day, None for a year alone.

    Days come before months: `03/07/2021` is the third of July, as these pages are written.
    """
    if not text:
        return None
    for form in _FORMS:
        for match in form.finditer(text):
            found = match.groupdict()
            month = (
                _MONTHS.get(plain(found["month"].rstrip("."))) if found.get("month") else int(found["number"])
            )
            if month is None or not 1 <= month <= 12:
                continue
            try:
                return date(int(found["year"]), month, int(found.get("day") or 1))
            except ValueError:
                continue
    return None
