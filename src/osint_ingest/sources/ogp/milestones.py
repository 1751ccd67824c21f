"""One milestone: what is to be done, and what is said of it in the same text: its state, dates, metrics, completion."""

import re
from functools import lru_cache
from typing import NamedTuple

from osint_ingest.html.labels import plain
from osint_ingest.sources.ogp.dates import BETWEEN, DATE, PERIOD, STARTS
from osint_ingest.sources.ogp.vocabulary import forms_of, vocabularies
from osint_ingest.sources.ogp.wording import any_word, own_words, terms
from osint_ingest.text.language_files import any_form

LONGEST_VALUE = 60
"""How long a text can be that is nothing but a value or a number, in code points."""
NUMBER = re.compile(
    r"(?P<number>(?P<of>[0-9](?<![\w.,/:-]\d)\d{0,2})\.(?P<place>\d{1,2}))\.?\s?[):–—-]?"
    r"\s+(?=[\"“«'¿¡(]?[A-ZÀ-ÖØ-Þ])"
)
"""The number of a commitment's milestone, `34.2`, before a capital."""
_EDGES = " ;,:|(–—-"
_POINTED = re.compile(r"\.(?<=\d\.)\d")  # looks back from the points, of which a text has few
_YEAR = re.compile(r"(?<!\d)(?:(?:19|20)\d\d|(?<=[-/'’])\d\d(?![\w/]))")
_LONGEST_BEFORE_YEAR = 48
_MOST_YEARS = 12
"""From so many years at the end of a text dates are looked for: each look can go through all that follows."""
_TAIL = re.compile(
    rf"\A(?:(?P<state>{any_form(forms_of('milestone_state'))}){BETWEEN})?(?<!\w){STARTS}(?P<ends>{DATE})(?!\w)",
    re.I,
)
# begins with a set of letters: what begins with a choice is looked for many times slower
_METRICS_FORMS = {form for word in own_words("words.metrics") for form in (word, plain(word))}
_INITIALS = "".join(sorted({letter for f in _METRICS_FORMS for letter in (f[0].lower(), f[0].upper())}))
_METRICS = re.compile(rf"[{_INITIALS}](?i:{any_form(form[1:] for form in _METRICS_FORMS)})\s*:\s*")
_OWN_WORDS = r"(?:[^\W\d_]+,?\s){1,3}?"
"""Words that no list has, before a date: `continuously, until May 2019`."""
_DATED = re.compile(
    rf"(?=\w)(?<!\w)(?:(?P<begins>{any_word('words.starts')})|{any_word('words.ends', 'words.dates', 'words.date')})"
    rf"\s?:\s?(?:{_OWN_WORDS}{any_word('words.due')}\s)??{PERIOD}(?!\w)",
    re.I,
)
_COMPLETION = any_word("labels.completion", "assessments.completion", "labels.status", "words.progress")
_THIS_IS = (
    rf"{any_word('words.this')}(?:\s|(?<=['’])){any_word('questions.milestones', 'words.steps')}"
    rf"(?:\s{any_word('words.is')})?(?=\s)"
)
_COMPLETED = re.compile(
    rf"(?=\w)(?<!\w)(?:{_COMPLETION}\s?:|{_THIS_IS})"
    rf"\s?(?P<value>[^.:;|()\[\]\n–—]{{2,{LONGEST_VALUE}}})(?:[.;|\n]|$)",
    re.I,
)
"""How far, behind a label or in a sentence: `Progress: limited`, `This milestone is complete`."""
_BY = rf"{any_word('words.due', 'dates.between')}\s"
_APART = re.compile(
    rf"(?:[(\[,;:|.\n–—-]\s?(?:(?:(?:(?<=\()|(?<=[:.]\s)){_OWN_WORDS})??{_BY})??|\(\s?{_OWN_WORDS}"
    rf"|\s{any_word('words.due')}\s|(?P<two>\s{any_word('dates.between')}\s))"
    rf"{PERIOD}(?=[)\]]?\s?(?:[.;|\n]|\s[–—-]\s|,?\s?\Z))[)\]]?",
    re.I,
)
"""When a milestone ends, in a part of its text that says nothing else: `(by May 2019)`, `- May 2019`, `. May 2019.`"""
_FIRST = re.compile(
    rf"(?:(?:(?:\w+\s){{1,3}}\()?(?:{_BY})?{PERIOD}(?:\s?\)?[:–—-]\s|,\s(?=[^\W\d]))"
    r"|(?P<year>(?:19|20)\d\d)\s?[:–—-]\s(?=[^\W\d]))",
    re.I,
)
"""When it ends, before what is to be done; a year alone too: `Phase 1 (May 2019): Publish the list`."""
_LAST_YEAR = re.compile(r"(?:\s[–—-]|:)\s(?P<year>(?:19|20)\d\d)\s?[.;]?\Z")
_TITLED = re.compile(r"\((?P<title>[^()\n]{8,200})\)\s?(?=:|\Z)")
"""What is to be done in parentheses, before what is said of it: `(Publish the list): implemented in May 2019`."""
_WORD = re.compile(r"(?<!\w)\w")
_SIGN = re.compile(r"[\s(\[,;:|.–—-]")
_OWN_LABEL = re.compile(r"(?<=[.;,|])\s++(?:\w++\s?+){1,3}+:\s*+$")
"""A label that no list of words has: `Publish the list. Months: May 2018 - June 2019`."""
_VALUED = re.compile(rf"[(\[:–—|]\s?(?P<value>[^.:;|()\[\]\n–—]{{2,{LONGEST_VALUE}}})(?=[)\].;|\n]|$)")
"""How far, without a label: `Publish the list (completed)`, `Publish the list: limited.`, `May 2019 | Limited`"""


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


def _without_aside(text: str) -> str:
    """A text without the parenthesis that it breaks off in: `Publish the list (Ministry of Works,`."""
    at = text.rfind("(")
    return text[:at] if at > text.rfind(")") else text


def _completion(text: str) -> str | None:
    """What of a text says how far something was completed: all of it, or one of its parts: `delayed, limited`."""
    return next((part.strip() for part in (text, *text.split(",")) if completion_code(part)), None)


def _completion_first(text: str) -> str | None:
    """What a text says of it at its beginning: `completed in May 2018`."""
    known = next(iter(vocabularies()["completion"].known_in(text)), None)
    begins = known and not _WORD.search(text, 0, known.start)
    return known.text if known and begins and known.code in terms("values.completion") else None


def labelled(text: str) -> tuple[dict[str, str], int]:
    """What a text says of a milestone under labels (`starts`, `ends`, `completion`), as printed, and where the first
    of them begins."""
    said: dict[str, str] = {}
    begins = len(text)
    for match in _DATED.finditer(text):
        begins = min(begins, match.start())
        one = match["begins"] and not match["starts"]
        told = {"starts": match["ends"]} if one else {"starts": match["starts"], "ends": match["ends"]}
        said = {name: printed for name, printed in told.items() if printed} | said
    for match in _COMPLETED.finditer(text):
        if value := _completion(match["value"]) or _completion_first(match["value"]):
            begins = min(begins, match.start())
            said.setdefault("completion", value)
    return said, begins


@lru_cache(
    maxsize=1024
)  # a passage is asked for as an entry, as what stands below one, and again in a plan's time
def read_milestone(number: str | None, text: str) -> Milestone:
    """A milestone and all that its own text says of it: `Publish the list. Start date: May 2019. Completion: limited`,
    `Publish the list (completed)`, `Publish the list (May 2018 - June 2019)`, `May 2019: Publish the list`. What
    stands behind the first label is not what is to be done."""
    said, end = labelled(text)
    if titled := _TITLED.match(text):
        rest = read_milestone(number, f"{titled['title']}{text[titled.end() :]}")
        return rest._replace(text=titled["title"])
    if end < len(text):
        _value_apart(text[end:], said)
        text = text[:end].rstrip(_EDGES)
    text = _value_apart(text, said)
    behind = ""
    if "ends" not in said and "starts" not in said:
        if dates := _dates_in(text):
            said |= dates.said
            before = dates.start + (text[dates.start] == ":")
            text, behind = _without_aside(_OWN_LABEL.sub("", text[:before])), text[dates.end :]
            if not text:
                text, behind = behind, ""
        elif first := _FIRST.match(text):
            text = text[first.end() :]
            said |= {"starts": first["starts"], "ends": first["ends"] or first["year"]}
        elif last := _LAST_YEAR.search(text, max(0, len(text) - _LONGEST_BEFORE_YEAR)):
            text = text[: last.start()]
            said["ends"] = last["year"]
    text, metrics = metrics_apart(_value_apart(text, said))
    return Milestone(number, text, metrics=metrics or metrics_apart(behind)[1])._replace(**said)


def _value_apart(text: str, said: dict[str, str]) -> str:
    """A text without how far the milestone was completed, which is added to what is said of it, and what follows."""
    found = ((match, _completion(match["value"])) for match in _VALUED.finditer(text))
    for match, value in found:
        if value:
            said.setdefault("completion", value)
            before = match.start() + (text[match.start()] == ":")
            return _OWN_LABEL.sub("", text[:before]).rstrip(_EDGES)
    return text


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


class _Dates(NamedTuple):
    """What dates within a text say, and where they stand."""

    said: dict[str, str]
    start: int
    end: int


def _dates_in(text: str) -> _Dates | None:
    """The last state with two dates, else the last date that stands apart; looked for only where the last years are."""
    years = [m.start() for m in _YEAR.finditer(text)]
    for first in reversed(years[-_MOST_YEARS:-1]):
        low, high = max(0, first - _LONGEST_BEFORE_YEAR), first + 3 * _LONGEST_BEFORE_YEAR
        for word in _WORD.finditer(text, low, first + 1):
            if tail := _TAIL.match(text[word.start() : high]):
                return _placed(tail, word.start())
    for year in reversed(years[-_MOST_YEARS:]):
        for sign in _SIGN.finditer(text, max(0, year - 2 * _LONGEST_BEFORE_YEAR), year):
            apart = _APART.match(text, sign.start())
            if apart and apart.end() > year and (apart["starts"] or not apart["two"]):
                return _placed(apart)
    return None


def _placed(dates: re.Match[str], at: int = 0) -> _Dates:
    said = {name: printed for name, printed in dates.groupdict().items() if printed and name != "two"}
    return _Dates(said, at + dates.start(), at + dates.end())
