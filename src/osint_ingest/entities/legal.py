"""Numbered legal instruments ("Law No. 24", "Decreto 7/2016", "Directive 2003/98/EC"), from `data/legal.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from osint_ingest.entities.evidence import Found
from osint_ingest.entities.wording import any_word

# 24,156  434/2016  2011/833/EU  27.275  2016-1321  2/2018-APN-SGM  910/2014
_NUMBER = r"(?:\d[\d.,]*\d|\d+)(?!\w)(?:\([IVX]+\))?"
_NUMBER_TAIL = r"(?:[/\-–:]\s?(?:\d[\d.]*|[A-Z][A-Za-z]{0,9})(?!\w))*"

# Coll.   of 2014   , s. 2016   , series of 2016
_AFTER = rf"(?:\sColl\.|\s(?:{any_word('of')})\s(?:19|20)\d\d\b|,?\ss(?:\.|eries\sof)\s?(?:19|20)\d\d\b)?"

_MAY_HOLD_ONE = re.compile(r"[\d(]")
_BARE_YEAR = re.compile(r"\A(?!.* [IVXLC]+ of )[^\d()]*[^\W\d_] (?:19|20)\d\d\Z")

_TITLE_BEFORE = re.compile(rf"\b(?!(?i:{any_word('articles')}) )[^\W\d_a-z][\w'’-]{{1,60}}+ \Z")


@cache
def _pattern() -> re.Pattern[str]:
    data = tomllib.loads(files(__package__).joinpath("data", "legal.toml").read_text(encoding="utf-8"))
    words = _any(data.pop("number")["words"])
    exact = data.pop("exact")["patterns"]
    shapes = [_dated(data.pop("dated"))]
    for entry in data.values():
        nouns = entry["nouns"] + [noun.lower() for noun in entry["lower"]]
        before = rf"(?:(?:{_any(entry['qualifiers'])})\s){{0,6}}" if entry["qualifiers"] else ""
        after = rf"(?:\s(?:{_any(entry['following'])})){{0,6}}" if entry.get("following") else ""
        shapes.append(
            rf"{before}(?:{_any(nouns)}){after}(?:\s?(?:{words})){{0,6}}\s?(?:(?:{_NUMBER}){_NUMBER_TAIL}){_AFTER}"
        )
    return re.compile(r"(?<![\w-])(?=\w)(?:" + "|".join(exact + shapes) + ")")


def _dated(data: dict[str, list[str]]) -> str:
    """Acts that have a day for a number."""
    lois = [*data["loi"], *(loi[0].upper() + loi[1:] for loi in data["loi"])]
    english = rf"(?:{_any(data['before'])}) (?:{_any(data['of'])}) \d{{1,2}} [A-Z][a-z]{{2,8}} (?:19|20)\d\d"
    french = rf"(?:{_any(lois)}) (?:{_any(data['loi_of'])}) (?:\d{{1,2}}|1er) [a-zéû]{{3,9}} (?:19|20)\d\d"
    return rf"(?P<dated>{english}|{french})"


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
        if match["dated"] and _TITLE_BEFORE.search(text, 0, match.start()):
            continue  # "the Privacy Act of 15 June 2018": its title is its name
        yield Found(match.start(), end, "LAW", "legal:number", 0.95)
