"""Numbered legal instruments ("Law No. 24", "Decreto 7/2016", "Directive 2003/98/EC"), from `data/legal.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from osint_ingest.entities.evidence import Found

# 24,156  434/2016  2011/833/EU  27.275  2016-1321  2/2018-APN-SGM  910/2014
_NUMBER = r"(?:\d[\d.,]*\d|\d+)(?!\w)(?:\([IVX]+\))?"
_NUMBER_TAIL = r"(?:[/\-–:]\s?(?:\d[\d.]*|[A-Z][A-Za-z]{0,9})(?!\w))*"

# Coll.   of 2014   de 2014   , s. 2016   , series of 2016
_AFTER = r"(?:\sColl\.|\s(?:de|of)\s(?:19|20)\d\d\b|,?\ss(?:\.|eries\sof)\s?(?:19|20)\d\d\b)?"

_MAY_HOLD_ONE = re.compile(r"[\d(]")
_BARE_YEAR = re.compile(r"\A(?!.* [IVXLC]+ of )[^\d()]*[^\W\d_] (?:19|20)\d\d\Z")


@cache
def _pattern() -> re.Pattern[str]:
    data = tomllib.loads(files(__package__).joinpath("data", "legal.toml").read_text(encoding="utf-8"))
    words = _any(data.pop("number")["words"])
    exact = data.pop("exact")["patterns"]
    shapes = []
    for entry in data.values():
        nouns = entry["nouns"] + [noun.lower() for noun in entry["lower"]]
        before = rf"(?:(?:{_any(entry['qualifiers'])})\s)*" if entry["qualifiers"] else ""
        after = rf"(?:\s(?:{_any(entry['following'])}))*" if entry.get("following") else ""
        shapes.append(
            rf"{before}(?:{_any(nouns)}){after}(?:\s?(?:{words}))*\s?(?:(?:{_NUMBER}){_NUMBER_TAIL}){_AFTER}"
        )
    return re.compile(r"(?<![\w-])(?:" + "|".join(exact + shapes) + ")")


def _any(words: list[str]) -> str:
    return "|".join(re.escape(w) for w in sorted(words, key=lambda w: (-len(w), w)))


def legal_instruments(text: str) -> Iterator[Found]:
    """The numbered legal instruments of a text, in order. A bare year is no number: `Act 2016` names none."""
    if _MAY_HOLD_ONE.search(text) is None:
        return
    for match in _pattern().finditer(text):
        end = match.end() - (len(match.group()) - len(match.group().rstrip(".,-–/:")))
        if _BARE_YEAR.search(match.group()):
            continue  # "the Act 2016": a year, not a number
        yield Found(match.start(), end, "LAW", "legal:number", 0.95)
