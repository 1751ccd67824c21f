"""Action plans by their whole names: `Ruritania Action Plan 2018-2020`, `Action plan - Tarve, Ruritania, 2023 - 2025`.

What stands between the head and the years is places and commas, which no head noun holds together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from osint_ingest.entities.lexicon import word_lists
from osint_ingest.entities.pipeline.evidence import Candidate

_YEARS = r"(?:19|20)\d\d(?:\s?[-–—/]\s?(?:19|20)?\d\d)?"
_LETTER = re.compile(r"[^\W\d_]")
_YEARS_OF_ITEM = re.compile(rf"{_YEARS}(?=\s*+(?:\([^()]*+\)\s*+)?$|[,;]?\s++[^\W\d_])")
_DASHES = (" – ", " - ", " — ")
_SCORE = 0.95


def plan_names(text: str, value_at: int | None) -> list[Candidate]:
    """Whole names of plans. `value_at`: where a field's value starts that holds plans; None for other texts.

    In such a field each item ends with its years; elsewhere a dash after the head tells (`Action plan - Place, years`).
    """
    if value_at is not None:
        items = [Candidate(start, end, "PROGRAM", _SCORE, "field") for start, end in _items(text, value_at)]
        if items:
            return items
    if not any(dash in text for dash in _DASHES):
        return []  # most texts: a search without regard to case is dear
    return [Candidate(m.start(), m.end(), "PROGRAM", _SCORE, "plan") for m in _dashed().finditer(text)]


def places_of_plan(text: str, plan: Candidate) -> Iterator[Candidate]:
    """Votes that the parts of `Action plan - Tarve, Ruritania, 2023 - 2025` are places, wherever else they stand."""
    match = _dashed().fullmatch(text, plan.start, plan.end)
    position = match.start("places") if match is not None else 0
    for part in match["places"].split(",") if match is not None else ():
        start = position + len(part) - len(part.lstrip())
        yield Candidate(start, start + len(part.strip()), "GPE", 0.6, "plan")
        position += len(part) + 1


def _items(text: str, position: int) -> Iterator[tuple[int, int]]:
    """(start, end) of each item of a field's value: from a letter to the years that end it."""
    while (first := _LETTER.search(text, position)) and (years := _YEARS_OF_ITEM.search(text, first.end())):
        yield first.start(), years.end()
        position = years.end()


@cache
def _dashed() -> re.Pattern[str]:
    heads = "|".join(re.escape(name) for name in word_lists()["plans"])
    return re.compile(rf"\b(?:{heads}) [-–—] (?P<places>[^\W\d_][^.:;()\d]{{2,80}}?),?\s{_YEARS}(?!\d)", re.I)
