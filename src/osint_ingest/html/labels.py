"""Labels by their visible words: which label a line, or a part of it, begins with.

A label is told by its words alone: case, accents, punctuation and white space do not count, and neither
do tooltips, the `i` of an information sign or the tags around it.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from osint_ingest.html.lines import PageLine, Run, says
from osint_ingest.text.language_files import words
from osint_ingest.text.normalise import without_accents

_LONGEST_LABEL = 400
"""Where elements are set side by side is looked at so far, in code points."""

_LONGEST_SIGN = 40

_WORD = re.compile(r"\w+")
# an information sign after a label (the letter i alone, a circled one, a question mark, the name by which an icon
# font has it), the sign of a link to it, or a count
_SIGN = re.compile(
    r"[ \n]{0,8}+(?:\(?[ⓘℹ]\ufe0f?\)?|\(\?\)|\(?(?:i|\?|(?:info|help)(?:_outline)?)\)?(?![\w(])"
    r"|[#¶🔗](?!\w)|\(\d{1,4}\))"
)
_COLON = re.compile(r"[ \n*]{0,8}+[:：]+[ \n]*")
# a number is a value without a colon before it too: `Member Since 2012`
_NUMBER = re.compile(r"[ \n]{1,8}+\d[\d ,.–-]{0,40}+$")
_FEED = re.compile(r" {0,8}+\n+")
_BLANK = re.compile(r"[ \n*.–—-]*")
_TO_VALUE = re.compile(r"[ \n]*+(?:[–—-](?=\s))?+[ \n]*+")


class Label(NamedTuple):
    """A label that a source knows: `key` names it, `role` says what it is to the reader, `language` its own."""

    key: str
    role: str
    language: str


class LabelHit(NamedTuple):
    """A label found in a line: its words `[start, end)`, and where its value begins. `whole` when nothing else stands
    in the line, `colon` when a colon follows."""

    labels: tuple[Label, ...]
    start: int
    end: int
    value_start: int
    whole: bool
    colon: bool


@dataclass(slots=True)
class _LabelNode:
    next: "dict[str, _LabelNode]" = field(default_factory=dict)
    labels: tuple[Label, ...] = ()


@lru_cache(maxsize=20_000)
def plain(word: str) -> str:
    """Return a word without case and accents, for comparing: `É` -> `e`."""
    if word.isascii():
        return word.lower()
    return without_accents(word.casefold()).replace("œ", "oe").replace("æ", "ae")


def plain_words(text: str) -> tuple[str, ...]:
    """The words of a text, each as `plain` has it."""
    return tuple(plain(w) for w in _WORD.findall(text))


class LabelBook:
    """The labels of a source. Built once from `(label, variants)` pairs; `heads` knows headings by some of their
    words."""

    def __init__(
        self,
        labels: Iterable[tuple[Label, Iterable[str]]],
        heads: Callable[[str], Label | None] = lambda text: None,
    ) -> None:
        self.heads = heads
        self._root = _LabelNode()
        self._exact: dict[tuple[str, ...], tuple[Label, ...]] = {}
        self.first_words: set[str] = set()
        self.longest = _LONGEST_SIGN
        """A label with what stands between it and its colon is no longer than this, in code points."""
        for label, variants in labels:
            for variant in variants:
                words = plain_words(variant)
                if not words:
                    raise ValueError(f"label {label.key!r} has a variant without a word: {variant!r}")
                self.first_words.add(words[0])
                self.longest = max(self.longest, len(variant) + _LONGEST_SIGN)
                node = self._root
                for word in words:
                    node = node.next.setdefault(word, _LabelNode())
                if label not in node.labels:
                    node.labels = self._exact[words] = (*node.labels, label)

    def exact(self, text: str) -> tuple[Label, ...]:
        return self._exact.get(plain_words(text), ())

    def prefix(self, text: str) -> tuple[tuple[Label, ...], int, int] | None:
        """The longest label that a text begins with, where it ends, and how many words it has."""
        node, end, count = self._root, 0, 0
        found: tuple[Label, ...] = ()
        for number, match in enumerate(_WORD.finditer(text), 1):
            step = node.next.get(plain(match.group()))
            if step is None:
                break
            node = step
            if node.labels:
                found, end, count = node.labels, match.end(), number
        return (found, end, count) if found else None

    def can_begin(self, text: str, at: int, cuts: Sequence[int]) -> bool:
        """Is the word at this place the first word of some label? `cuts` are the `word_cuts` of the line."""
        match = _WORD.search(text, at)
        if match is None:
            return False
        start, end = match.span()
        place = bisect_right(cuts, start)
        cut = min((end, *cuts[place : place + 1]))
        return plain(match.group()) in self.first_words or plain(text[start:cut]) in self.first_words

    def hit(self, line: PageLine, start: int, stop: int, cuts: Sequence[int]) -> LabelHit | None:
        """The longest label that the line's text has at `start`, if it stands there as a label. It does when a colon
        follows, when nothing follows before `stop`, or when its element ends with it. `cuts` are the `word_cuts` of
        the line."""
        text = line.text
        words: list[tuple[int, int]] = []
        longest: list[tuple[tuple[Label, ...], int]] = []
        node = self._root
        for begin, end in line_words(text, start, stop, cuts):
            step = node.next.get(plain(text[begin:end]))
            words.append((begin, end))
            if step is None:
                break
            node = step
            if node.labels:
                longest.append((node.labels, end))
        # `Ambition` is tried after `Ambition (see definition)`
        for labels, end in reversed(longest):
            if placed := _placed(line, words[0][0], end, stop):
                value_start, whole, colon = placed
                return LabelHit(labels, words[0][0], end, value_start, whole, colon)
        return None


def word_cuts(line: PageLine) -> Sequence[int]:
    """Where in a line an element begins right after a letter or digit of another one: it cuts a word in two."""
    if len(line.runs) == 1:
        return ()
    return [r.start for r in line.runs if r.start and line.text[r.start - 1].isalnum()]


def line_words(text: str, start: int, stop: int, cuts: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Where the words of a line's text are; two elements set side by side without a space make two words."""
    if cuts:
        cuts = cuts[bisect_right(cuts, start) : bisect_left(cuts, min(stop, start + _LONGEST_LABEL))]
    for match in _WORD.finditer(text, start, stop):
        begin, end = match.span()
        for cut in cuts:
            if begin < cut < end:
                yield begin, cut
                begin = cut
        yield begin, end


def _placed(line: PageLine, start: int, end: int, stop: int) -> tuple[int, bool, bool] | None:
    """(where the value starts, whole, colon) when the words `[start, end)` stand as a label, else None."""
    text = line.text
    rest = end
    while rest < stop and text[rest] in ")]’'\"»":
        rest += 1  # a closing parenthesis that belongs to the label: `Institution(s)`
    if sign := _SIGN.match(text, rest, stop):
        rest = sign.end()
    if colon := _COLON.match(text, rest, stop):
        return colon.end(), _is_blank(text, colon.end(), stop), True
    if _is_blank(text, rest, stop):
        return stop, True, False
    if (feed := _FEED.match(text, rest, stop)) and (start == 0 or text[start - 1] == "\n"):
        return feed.end(), False, False
    if _NUMBER.match(text, rest, stop):
        return rest, False, False
    return _element_ends(line, start, rest, stop)


def _is_blank(text: str, start: int, stop: int) -> bool:
    """Nothing but white space and strokes; a long text is not copied to see it."""
    match = _BLANK.match(text, start, stop)
    return match is not None and match.end() == stop


def _element_ends(line: PageLine, start: int, end: int, stop: int) -> tuple[int, bool, bool] | None:
    """The label is an element of its own, and its value (or a tooltip and a colon) comes after it."""
    runs = line.runs_in(start, min(stop, start + 4 * _LONGEST_LABEL))
    last = next((i for i, r in enumerate(runs) if r.start < end <= r.end), None)
    if last is None or last + 1 >= len(runs):
        return None
    # an element that has more than the label in it is none of its own
    if line.text[end : runs[last].end].strip(" *") or line.text[runs[0].start : start].strip():
        return None
    if line.kind in ("term", "head_cell"):
        return stop, True, False  # what follows in a term is said of the label
    # a tooltip between the label and its colon
    for run in runs[last + 1 : last + 4]:
        if run.start >= stop:
            break
        if colon := _COLON.match(line.text, run.start, stop):
            return colon.end(), _is_blank(line.text, colon.end(), stop), True
    if not _begins_value(line, runs[last], runs[last + 1]):
        return None
    value = _TO_VALUE.match(line.text, end, stop)
    return (value.end() if value else end), False, False


def _begins_value(line: PageLine, label: Run, following: Run) -> bool:
    """Is the run after a label another element, and no mere continuation of its words?"""
    if label.chain == following.chain:
        return False
    if label.strong and not following.strong:
        return True
    if not label.chain or not following.chain:
        return not line.text[following.start : following.start + 1].islower()
    return following.chain[: len(label.chain)] != label.chain


_BARE_SIGN = re.compile(r"\A\W*+(?:(?:i|info|help)(?:_outline)?)?\W*+$", re.I)
_FIRST_COLON = re.compile(r"\s{0,8}+[:：]\s*")
_END = (".", "…", "!", ".)", ".”", '."')
_LEADS_ON = (*words("leads_on"), "»")
_ENDS = _END + _LEADS_ON
_FEWEST_WORDS, _LONGEST, _LONGEST_BARE_SIGN = 6, 900, 16
_MOST_NAMES = 0.4
"""A sentence has no more words with capitals than this share; names of institutions, plans and areas have."""


def explains(text: str) -> bool:
    """Does a text explain what a label means? It is a sentence, and no name or title."""
    if not text.endswith(_ENDS) or len(text) > _LONGEST or not text[0].isupper():
        return False
    words = text.split()
    if len(words) < _FEWEST_WORDS:
        return False
    return sum(not word[0].islower() for word in words) <= _MOST_NAMES * len(words) + 1


def leads_on(text: str) -> bool:
    """Does it end as a tooltip does that leads on: `... More`? No value ends so."""
    return text.endswith(_LEADS_ON)


def is_sign(text: str) -> bool:
    """Is this text nothing but an information sign or a colon?"""
    return 0 < len(text) < _LONGEST_BARE_SIGN and _BARE_SIGN.match(text) is not None


def past_explanation(line: PageLine, start: int, end: int) -> int:
    """Where a value begins in a stretch of a line: after a colon, and after an element that explains the label."""
    if colon := _FIRST_COLON.match(line.text, start, end):
        start = colon.end()
    if len(line.runs) == 1:
        return start
    said = (r for r in line.runs_in(start, end) if r.start >= start and says(line.text, r.start, r.end))
    first, second = next(said, None), next(said, None)
    if first is None or second is None or not first.chain:
        return start
    apart = second.chain[: len(first.chain)] != first.chain
    return second.start if apart and explains(line.text[first.start : first.end].strip()) else start
