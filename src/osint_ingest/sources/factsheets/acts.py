"""The names of legal acts, as a text begins with them or links them."""

import itertools
import re
from collections.abc import Sequence

from osint_ingest.model import Link
from osint_ingest.sources.cover import YEAR
from osint_ingest.sources.factsheets.words import without_number, words

LONGEST_NAME = 220
_LONGEST_LEAD = 60
"""Before the linked name of a bullet there are at most so many code points: `In March 2017, the `."""
SENTENCE = re.compile(r"(?:[^\W\d]{3}|\d{4})(?P<stop>[.!?])\s+(?=[^\W\d_a-z])")
_STOP = re.compile(r"[.!?]\s")
_LABEL = re.compile(r"[^\W\d][^:.]{1,30}:\s(?=\S)")
WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_SMALL_WORD = 3
_ASIDE = r"(?:\s\([^()]{2,160}\))"
_HEAD_ENDS = re.compile(
    rf"(?:(?<=[^\W\d]{{3}})|(?<=\d{{4}}))(?:{_ASIDE}{{0,2}}(?:[,;–—-]\s?{YEAR})?(?P<sign>[.:;](?=\s)|[.]?$)"
    rf"|(?P<after>{_ASIDE}{{1,2}}(?=,?\s(?:[–—-]|[^\W\d_a-z]))|,?\s[–—]\s(?![^.;:()–—-]{{2,80}}(?:\s\(|:\s|$))))"
)
"""What parts the name at the beginning of a text from what is said of it: a stop, an aside, a dash, or its end. Behind
a dash can stand the native name, up to a parenthesis or colon."""


def names_act(name: str, *, cased: bool = True) -> bool:
    said = (w.lower() for w in WORD.findall(name) if not (cased and w.islower()))
    return any(w in words().acts or w.endswith(words().act_endings) for w in said)


def label_of(text: str) -> str:
    """The label that a line begins with, if it is no act: `Native title: ` of `Native title: Arhiiviseadus`."""
    label = _LABEL.match(text)
    return label.group() if label and not names_act(label.group()) else ""


def act_at_start(text: str) -> tuple[str, bool] | None:
    """The act that a text begins with, as a title and no sentence, and is it all of the text but for asides and a year:
    `Archives Act, 2015. It obliges ...`, `Archives Act – Arhiiviseadus: ...`, `Act on archives (2015)`"""
    text = without_number(text)
    text = text[len(label_of(text)) :]
    stop = _HEAD_ENDS.search(text, 0, LONGEST_NAME + 2)
    head = text[: stop.start()].rstrip(" ,") if stop else ""
    first, _, _ = head.partition(" – ")
    said = WORD.findall(first)
    named = len(said) > 1 and len(said[0]) >= _SMALL_WORD and not words().not_names.match(text)
    if stop is None or not named or text[:1].islower() or len(head) > LONGEST_NAME:
        return None
    whole = stop.end() == len(text) and stop["sign"] == ""
    # `Act on the archives` is no sentence; `The act helps` is one
    titled = not any(map(str.islower, long_words(first))) or (stop["sign"] != "." and ends_as_act(first))
    return (head, whole) if titled and names_act(first, cased=False) else None


def ends_as_act(text: str) -> bool:
    """Does a name in small letters begin or end as an act's: `Personal data protection act`?"""
    said = WORD.findall(text)
    ends = [said[0], *([] if _STOP.search(text) else said[-1:])] if said else []
    return any(names_act(word, cased=False) for word in ends)


def long_words(text: str) -> list[str]:
    return [w for w in WORD.findall(text) if len(w) > _SMALL_WORD]


def linked_name(text: str, links: Sequence[Link]) -> str | None:
    """The words that a text links at its beginning; what stands before them where they are in parentheses, as the
    native name is: `Archives Act (Arhiiviseadus)`."""
    first = links[0] if links else None
    at = text.find(first.anchor_text) if first and first.anchor_text else -1
    if first is None or at < 0:
        return None
    before = text[:at].rstrip()
    if before.endswith("(") and at <= LONGEST_NAME and (name := before[:-1].strip(" ,;:")):
        return name
    own = itertools.takewhile(lambda link: link.url == first.url, links)
    return " ".join(link.anchor_text or "" for link in own).strip(" ,;:.") if at <= _LONGEST_LEAD else None
