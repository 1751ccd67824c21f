"""Milestones in the sentences of a plan: `By June 2024 the ministry will X, by December it will Y`."""

import re
from collections.abc import Iterator

from osint_ingest.html.labels import plain, plain_words
from osint_ingest.sources.ogp.dates import PERIOD
from osint_ingest.sources.ogp.milestones import Milestone, read_milestone
from osint_ingest.sources.ogp.wording import any_word, own_words
from osint_ingest.text.language_files import any_form, words

_SENTENCE = re.compile(r"(?<=\w\w)[.;!?]\s+(?=[\"“«'¿¡(]?[A-ZÀ-ÖØ-Þ]|(?:19|20)\d\d\s?:)|\n")
_LABELS_OF_DATES = {
    plain(word) for key in ("words.date", "words.dates", "words.ends") for word in own_words(key)
}
_EDITED = re.compile(
    rf"{any_form(w for w in words('dates.edition') if w not in _LABELS_OF_DATES)}(?:\s\w+)?\s?:", re.I
)
"""Words before the date of a page: `Last updated: `."""
_PARTS = re.compile(r"[\n;•·]")
_DASHED = re.compile(r"(?:\A|(?<=[\d)]\s))[–—-]\s(?=[^\W\d_a-z])")
_DUE = re.compile(
    rf"(?=\w)(?<!\w){any_word('words.due', 'words.within')}\s(?:{PERIOD}|(?P<year>(?:19|20)\d\d))(?!\w|[./-]\d)",
    re.I,
)
_FUTURE = re.compile(
    rf"(?<!\w)(?:{any_word('words.future')}|\w+?{any_word('words.future_endings')})(?!\w)", re.I
)
_BEFORE = re.compile(rf"\A[\s,;:–—-]*+(?:{any_word('words.and')}\s)?[\s,;:]*+", re.I)
_EDGES = " ,;:.–—-"
_JOINING = frozenset(own_words("words.and"))
_PAST = frozenset(plain_words(form) for form in own_words("titles.past"))
_MOST_WORDS = 6
_LEAST_WORDS = 2


def is_past(heading: str) -> bool:
    """Does a heading stand above what led to a plan or happened beside it: `Background`, `Meetings`?"""
    printed = plain_words(heading)
    runs = (printed[at : at + length] for length in (1, 2) for at in range(len(printed)))
    return len(printed) <= _MOST_WORDS and any(run in _PAST for run in runs)


def is_dated(text: str) -> bool:
    """Does a text say when its page was written, and nothing else?"""
    return _EDITED.match(text) is not None


def entries_due(text: str) -> list[Milestone]:
    """The parts of a text, behind dashes, in lines or sentences, where each has its date; else all of it, if it has."""
    for signs in (_DASHED, _PARTS, _SENTENCE):
        listed = [read_milestone(None, part) for p in signs.split(text) if (part := p.strip(_EDGES))]
        if len(listed) > 1 and all(m.text and m.ends for m in listed):
            return listed
    whole = read_milestone(None, text)
    return [whole] if whole.text and whole.ends else []


def clauses_due(text: str) -> Iterator[Milestone]:
    """What a text's sentences say will be done, each clause with its date before or behind it; nothing from a sentence
    that says so in no word, as one of the past does."""
    begin = 0
    for stop in (*(m.start() for m in _SENTENCE.finditer(text)), len(text)):
        sentence, begin = text[begin:stop], stop + 1
        dates = list(_DUE.finditer(sentence))
        if not dates or not _FUTURE.search(sentence):
            continue
        # `The ministry will, by June 2024, X`: the verb right before the first date is that of all clauses
        head = _clause(sentence[: dates[0].start()])
        first = not head or any(m.end() == len(head) for m in _FUTURE.finditer(head))
        if not first and _clause(sentence[dates[-1].end() :]):
            continue
        starts, ends = [d.start() for d in dates], [d.end() for d in dates]
        spans = (ends, [*starts[1:], None]) if first else ([None, *ends[:-1]], starts)
        clauses = [_clause(sentence[start:end]) for start, end in zip(*spans, strict=True)]
        if all(len(clause.split()) >= _LEAST_WORDS for clause in clauses):
            for date, clause in zip(dates, clauses, strict=True):
                yield Milestone(None, clause, starts=date["starts"], ends=date["ends"] or date["year"])


def _clause(text: str) -> str:
    """A clause without signs at its edges and `and` before or behind it."""
    text = _BEFORE.sub("", text, 1).rstrip(_EDGES)
    head, _, last = text.rpartition(" ")
    return head.rstrip(_EDGES) if last.lower() in _JOINING else text
