"""The name that a bullet begins with, and the other names in the parentheses behind it.

The National Office for Data (Kansallinen Tietovirasto) (OND), located within ...
"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cache
from typing import Annotated

from pydantic import BaseModel, BeforeValidator

from osint_ingest.entities.lexicon import is_acronym
from osint_ingest.sources.cover import LONGEST_ACRONYM, CoverWords, Pattern, WordSet, words_of
from osint_ingest.text.language_files import any_form

_TOKEN = re.compile(r"\S+")
BULLET = r"[\s•●○▪■◦‣·*–—\uE000-\uF8FF-]"
"""Signs before a bullet's text; Word's own bullets are in the private use area."""
_BULLET = re.compile(f"{BULLET}*")
_ARTICLE = re.compile(r"(?:the|an?)\s+", re.I)
_CLOSING = ".,;:!?\"'”’»)"
_ABBREVIATIONS = ("No.", "Nos.", "Nr.", "Art.", "St.", "Dr.", "N.º", "Inc.", "Ltd.")
_CLEARLY = 0.25  # so much more English than the first name is a second name that takes its place
_COMMA = re.compile(r",\s+")
_PARTS = re.compile(r"\s{0,4}(?:[;/|]|,|:|\s[–—-])\s+")
_AFTER_SUBJECT = re.compile(r"\s{1,9}(?:is|are|was|were|has|have)\s|\s{1,9}\(|[,:]\s")
_IN_NO_SUBJECT = re.compile(r"[.,;:()]")
_LONGEST_SUBJECT = 100
_DASH = re.compile(r"\s{1,9}[–—-]\s+")
_DASHED_ACRONYM = re.compile(r"\s{1,9}[–—-]\s+(?P<acronym>[^\W_]{2,12})(?=[\s,;.:(]|$)")

EnglishShare = Callable[[str], float]  # how much of a phrase is English, 0 to 1


AnyOf = Annotated[str, BeforeValidator(any_form)]
"""Phrases of a list, as a part of a pattern."""


class HeadingWords(BaseModel, extra="forbid", frozen=True):
    """A heading is of a kind with one of `needs`, and otherwise only `may` words and fillers."""

    needs: WordSet
    may: WordSet


class Words(BaseModel, extra="forbid", frozen=True):
    """What `words.toml` says."""

    fillers: WordSet
    connectors: WordSet
    joined: Pattern
    openers: WordSet
    asides: WordSet
    said_as: Pattern
    act_kinds: WordSet
    before_years: AnyOf
    between_years: AnyOf
    ongoing: AnyOf
    parts_of_years: AnyOf
    begun: AnyOf
    articles: AnyOf
    introductions: AnyOf
    abbreviations: tuple[str, ...]
    headings: dict[str, HeadingWords]
    cover: CoverWords


@cache
def words() -> Words:
    return words_of(Words, __package__)


@dataclass(frozen=True, slots=True)
class Names:
    """The names at the head of a bullet; the head is `[start, end)` of its text, with its parentheses."""

    name: str
    native_name: str | None
    acronym: str | None
    start: int
    end: int


def _shortens(part: str, name: str) -> bool:
    """`Grudigi` for `Group for Digital Sustainability`: one word, made of letters of the name, in their order."""
    if not part.isalpha() or len(part) > LONGEST_ACRONYM or part.lower() in name.lower():
        return False
    letters = iter(name.lower())
    return all(letter in letters for letter in part.lower())


def names_at_head(text: str, marks: Collection[int], english: EnglishShare) -> Names | None:
    """The names that a bullet begins with; None when it begins with none. `marks` are the offsets at which note
    markers stood: a name ends there."""
    begin = _BULLET.match(text)
    start = _after_opening_clause(text, begin.end() if begin else 0, marks)
    end = _with_enumeration(text, name_end(text, start, marks), marks)
    if end <= start:
        end = _plain_subject_end(text, start)
    name, native, acronym = text[start:end].strip("“”\"'«» "), None, None
    if not name:
        return None
    if is_acronym(name) and (dash := _DASH.match(text, end)):
        # AgDA – Agency for Data (Tietovirasto)
        second = name_end(text, _after_article(text, dash.end()), marks)
        if second > dash.end():
            acronym, name, end = name, text[_after_article(text, dash.end()) : second], second
    groups, head = _groups(text, end)
    for group in groups:
        for part in _parts(group):
            if is_acronym(part) or _shortens(part, name):
                acronym = acronym or part
            elif native is None:
                native = part
    if native and is_acronym(name) and ", " in native:
        # ONDA (Office of Data, Tietovirasto): two names in one parenthesis
        acronym, (name, native) = name, native.split(", ", 1)
        if english(native) > english(name):
            name, native = native, name
    elif native and is_acronym(name) and english(native) >= 0.5:
        name, acronym, native = native, acronym or name, None
    elif native and english(native) > english(name) + _CLEARLY:
        name, native = native, name
    return Names(name, native, acronym, start, _after_apposition(text, head, marks))


def name_end(text: str, start: int, marks: Collection[int]) -> int:
    """Where the name that starts at `start` ends; `start` itself when none does. A name is a run of words with
    capitals or digits and small words between them. It ends before a parenthesis, a small word of another kind (`is`,
    `located`), after punctuation, or at a marker."""
    connectors = words().connectors
    limit = min((mark for mark in marks if mark > start), default=len(text))
    end = start
    for token in _TOKEN.finditer(text, start, limit):
        word = token.group().lstrip("“\"'«")
        bare = word.rstrip(_CLOSING)
        if not bare or not bare[0].isalnum():
            break
        if bare[0].isdigit() or any(c.isupper() for c in bare) or bare.lower().startswith("e-"):
            end = token.start() + token.group().index(bare) + len(bare)
        elif bare.lower() not in connectors:
            break
        # `Citizens' Office`: an apostrophe between two words with capitals is no closing quote
        at = token.end()
        possessive = text[at - 1] in "'’" and text[at : at + 2].strip()[:1].isupper()
        if word != bare and word not in _ABBREVIATIONS and not possessive:
            break
    return end


def _with_enumeration(text: str, end: int, marks: Collection[int]) -> int:
    """`Ministry of Science, Innovation and Universities`: a comma inside a name, told by the `and` to come."""
    at = end
    while text.startswith(", ", at) and text[at + 2 : at + 3].isupper() and at not in marks:
        following = name_end(text, at + 2, marks)
        if words().joined.search(text, at, following):
            return following
        if following <= at + 2:
            break
        at = following
    return end


def _plain_subject_end(text: str, start: int) -> int:
    """A bullet that begins with plain words (`The city of ... is`): they end before the verb."""
    after = _AFTER_SUBJECT.search(text, start + 2, start + _LONGEST_SUBJECT + 20)
    if after is None or after.start() > start + _LONGEST_SUBJECT:
        return start
    return start if _IN_NO_SUBJECT.search(text, start, after.start()) else after.start()


def _after_opening_clause(text: str, start: int, marks: Collection[int]) -> int:
    """`Launched in 2017, the Digital Community ...` names its actor after the comma."""
    first = text[start:].split(maxsplit=1)[:1]
    if first and first[0].lower().rstrip(",") in words().openers:
        for comma in _COMMA.finditer(text, start, min(len(text), start + 200)):
            at = _after_article(text, comma.end())
            end = name_end(text, at, marks)
            # a name that ends with a comma is a place in the clause: `Founded in Lyon, France, the ...`
            if end > at and not text.startswith(",", end):
                return at
    return _after_article(text, start)


def _after_article(text: str, start: int) -> int:
    article = _ARTICLE.match(text, start)
    return article.end() if article else start


def _groups(text: str, end: int) -> tuple[list[str], int]:
    """The contents of the parentheses that follow at `end`, and where they end."""
    groups: list[str] = []
    while True:
        at = end
        while at < len(text) and text[at] in " \u00a0":
            at += 1
        close = _closing(text, at)
        if close is not None:
            groups.append(text[at + 1 : close].strip())
            end = close + 1
        elif (dashed := _DASHED_ACRONYM.match(text, end)) and is_acronym(dashed["acronym"]):
            groups.append(dashed["acronym"])
            end = dashed.end()
        else:
            return groups, end


def _closing(text: str, at: int) -> int | None:
    depth = 0
    for index in range(at, len(text) if text.startswith("(", at) else 0):
        depth += {"(": 1, ")": -1}.get(text[index], 0)
        if depth == 0:
            return index
    return None


def _parts(group: str) -> list[str]:
    """The names in a parenthesis: acronyms apart from the rest, asides left out."""
    known = words()
    first = group.split(maxsplit=1)[:1]
    stripped = known.said_as.sub("", group)
    if stripped == group and first and first[0].lower() in known.asides:
        return []
    pieces = [known.said_as.sub("", p).strip("“”\"'«» ") for p in _PARTS.split(stripped)]
    acronyms = [p for p in pieces if is_acronym(p)]
    # a comma can also stand inside a name: `Ministry of Science, Innovation and Universities`
    rest = ", ".join(p for p in pieces if p and not is_acronym(p) and any(c.isalpha() for c in p))
    return ([rest] if rest else []) + acronyms


def _after_apposition(text: str, end: int, marks: Collection[int]) -> int:
    """`CORTA, the Chamber of Firms (Yritysten Kamari)`: the head goes on over the second name."""
    apposition = re.compile(r",\s+the\s+").match(text, end)
    if not apposition:
        return end
    second = name_end(text, apposition.end(), marks)
    return _groups(text, second)[1] if second > apposition.end() else end
