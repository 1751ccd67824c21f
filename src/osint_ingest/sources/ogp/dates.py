"""Dates as these pages print them, and two of them together: `March - June 2021`, `Q2 to Q4 2023`."""

import re
from datetime import date
from functools import lru_cache

from osint_ingest.html.labels import plain
from osint_ingest.sources.ogp.wording import any_word, ordinals, own_words
from osint_ingest.text.language_files import any_form, months
from osint_ingest.text.language_files import any_word as any_common_word

_MONTHS = {plain(name): number for name, number in months().items()} | {
    plain(name): number
    for key, number in (("dates.year_middles", 6), ("dates.year_ends", 12))
    for name in own_words(key)
}
_LENGTHS = {
    plain(form): length
    for key, length in (("dates.quarters", 3), ("dates.halves", 6))
    for word in own_words(key)
    for form in (word, word[0])
}
"""How many months the parts of a year have, by their names and initials: `Q2`."""
_PLACES = (
    {plain(name): places[0] for name, places in ordinals().items()}
    | {str(number): number for number in range(1, 5)}
    | {"i": 1, "ii": 2, "iii": 3, "iv": 4}
)
_NAME_WORD = re.compile(r"[^\W\d_]+|\d")
_AT_LETTER = r"(?=[^\W\d])"
"""Before a choice of many words, which else are all tried at each digit."""
_ROMAN = "(?:I{1,3}|IV)"
_ORDINAL = rf"(?:[1-4](?:\.(?!\w)|\.?[^\W\d]{{1,3}})|{_AT_LETTER}(?:{_ROMAN}|{any_form(ordinals())}))"
_PART = any_word("dates.quarters", "dates.halves")
_INITIAL = f"[{''.join(sorted(name for name in _LENGTHS if len(name) == 1))}]"
_END = any_word("dates.year_ends", "dates.year_middles")
_PERIOD = rf"(?:\b{_ORDINAL}\s{_PART}s?|{_AT_LETTER}(?:{_PART}\s(?:{_ROMAN}|[1-4])|{_END})|{_INITIAL}[1-4])\b"
_MONTH = rf"(?:{_AT_LETTER}{any_form(months())}|{_PERIOD})s?\b\.?"
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
    re.compile(rf"(?P<year>{_YEAR})[-.](?P<number>\d{{1,2}})(?:[-.](?P<day>\d{{1,2}}))?(?!\d)"),
    re.compile(rf"(?<!\d)(?:(?P<day>\d{{1,2}})[/.-])?(?P<number>\d{{1,2}})[/.-](?P<year>{_YEAR})", re.I),
    re.compile(r"(?P<day>\d{1,2})/(?P<number>\d{1,2})/(?P<short>\d\d)(?!\d)"),
)
_DAY_AND_MONTH = (
    rf"(?!{_YEAR})(?:{_END}\s++)?{_OF}"
    rf"(?:\d{{1,2}}(?:{any_common_word('dates.day_signs')})?\s++)?{_OF}{_MONTH}"
)
DATE = (
    rf"(?:{_DAY_AND_MONTH}[\s,/-]++(?:\d{{1,2}},?\s++)?{_OF}{_YEAR}|{_YEAR}[\s,/-]*+{_PERIOD}"
    rf"|{_MONTH}{_SHORT_YEAR.replace('?P<short>', '?:')}"
    rf"|(?<!\d)(?:\d{{1,2}}[/.-])?\d{{1,2}}[/.-]{_YEAR}|{_YEAR}(?:-\d{{2}}(?:-\d{{2}})?|\.\d{{1,2}}(?:\.\d{{1,2}}(?!\d))?\.?)|\d{{1,2}}/\d{{1,2}}/\d\d(?!\d))"
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


def date_alone(text: str) -> str | None:
    """The end that a text is, or the year, and nothing else, as printed."""
    period = period_of(text)
    return period[1] if period else text if re.fullmatch(_YEAR, text) else None


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
            month = int(found.get("number") or _months_of(found.get("month") or "")[ends])
            year = int(found.get("year") or f"20{found['short']}")
            try:
                return date(year, month, int(found.get("day") or 1))
            except ValueError:
                continue
    return None


def _months_of(name: str) -> tuple[int, int]:
    """The first and the last month that a name is for; zeros where it is for none."""
    name = plain(" ".join(name.split()).rstrip("."))
    if month := _MONTHS.get(name) or _MONTHS.get(name.removesuffix("s")):
        return month, month
    words = [word.removesuffix("s") for word in _NAME_WORD.findall(name)]
    length = next((_LENGTHS[word] for word in words if word in _LENGTHS), 0)
    last = min(12, length * next((_PLACES[word] for word in words if word in _PLACES), 0))
    return (last - length + 1, last) if last else (0, 0)
