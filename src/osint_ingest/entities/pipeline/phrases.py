"""Capitalised phrases of a text, cut into names, each with its head noun and the label that it gives.

A run of capitalised words with the small words that can stand inside a name ("of the", "and")
is taken as long as it goes, then read from left to right: at each small word it goes on or is cut.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from osint_ingest.entities.lexicon import NAMELESS, NO_HEAD, Head, fold, grammar, head_of, lexicon, word_lists
from osint_ingest.entities.pipeline.evidence import Candidate
from osint_ingest.text.language_files import any_of

_UPPER = "".join(chr(c) for c in range(0x41, 0x530) if chr(c).isupper())
_ABBREVIATION = r"(?:[A-Z]\.){2,4}(?!\w)"
_ORDINAL = rf"\d{{1,3}}{any_of(word_lists()['joins']['ordinal_ends'])}\b"
# Ministry  iText  e-Health  D'Angelo  Vue.js  C++; never the 's of a possessive
_CAPITAL = (
    rf"(?:[{_UPPER}]\w*|[a-z]{{1,5}}[{_UPPER}]\w*|[eima]-[{_UPPER}]\w*)"
    r"(?:(?!['’]s\b)(?:[-.’'&/+@]|–(?=\w))\w+)*[+#]*"
)
_WORD = rf"(?:{_ABBREVIATION}|{_CAPITAL}|{_ORDINAL})"
_NUMBER = r"(?:v?\d+(?:[.\-–/]\d+)*\b(?!\s?%))"
_LINK = (
    rf"(?: ?, ?(?:(?:{grammar().and_pattern}) )?| (?:{any_of(grammar().links)}) | {grammar().elided_pattern}"
    r"|['’]s? | )"
)
_RUN = re.compile(rf"(?<!\w){_WORD}(?:{_LINK}(?:{_WORD}|{_NUMBER}))*")
_STEP = re.compile(
    rf"(?=\W{{0,3}}\w)(?P<link>{_LINK})?(?P<word>(?=[a-z]{{0,5}}+[{_UPPER}\d-])(?:{_WORD}|{_NUMBER}))"
)
_SENTENCE_START = re.compile(r"(?:^|[.!?:;•●·▪\-–—\"“«(\[]\s*|\d\)\s*)\Z")
_CODE = re.compile(r"[A-Z]{2,5}\d{3,5}")
_ARTICLE = re.compile(r"[Ll]['’](?=\w)|d['’](?=\w)")


@dataclass(frozen=True, slots=True)
class RunWord:
    """A word of a run. `link` is the kind of what stands before it: '' for a space, ',' or a kind of link."""

    start: int
    end: int
    text: str
    folded: str
    link: str


def runs(text: str, known_at: Callable[[int], object]) -> Iterator[list[RunWord]]:
    """The runs of a text. `known_at(position)` tells whether a name of the gazetteer starts there."""
    for match in _RUN.finditer(text):
        words = without_openers(text, _words(text, match), known_at)
        if words:
            yield words


def starts_sentence(text: str, start: int) -> bool:
    """Does a sentence, a bullet or a quotation start here?"""
    return _SENTENCE_START.search(text, max(0, start - 4), start) is not None


def without_openers(text: str, words: list[RunWord], known_at: Callable[[int], object]) -> list[RunWord]:
    """The words without those at their front that have a capital only because a sentence starts."""
    openers = lexicon().openers
    while words and not known_at(words[0].start):
        first = words[0]
        if first.folded not in openers:
            break
        if first.folded != "the" and len(words) > 1 and not starts_sentence(text, first.start):
            break  # within a sentence its capital means something
        if first.text.isupper() and 1 < len(first.text) < 4 and len(words) == 1:
            break  # "IT" or "US" alone is no article
        words = words[1:]
    return words


def _words(text: str, match: re.Match[str]) -> list[RunWord]:
    out: list[RunWord] = []
    position = match.start()
    while position < match.end():
        step = _STEP.match(text, position, match.end())
        if step is None:
            break
        position = step.end()
        link = _kind(step["link"]) if out else ""
        start, word = step.start("word"), step["word"]
        if _CODE.fullmatch(word):
            break  # "Open Data Manual AB0012, Next Title": no name goes over a code
        article = _ARTICLE.match(word) if not out or link else None
        if article is not None:
            start, word = start + article.end(), word[article.end() :]
            if not any(c.isupper() for c in word[:4]):
                continue  # the article has the capital
        out.append(RunWord(start, step.end(), word, fold(word), link))
    return out


def _kind(link: str | None) -> str:
    bare = (link or "").strip()
    if not bare or bare.startswith(","):
        return bare[:1]
    if bare in ("'s", "’s", "'", "’"):
        return "poss"
    return grammar().kind_of(bare)


_PLACES = ("GPE", "LOC")
YEAR = 4
"""Digits of a year."""
_SERIES = ("ORG", "LAW", "PROGRAM")
_BEFORE_HEAD = (",", "and", "of", "to", "for")
_OVER = ("of", "for", "on", "genitive", "purpose", "about")
"""Links after which a name has a subject, which can be a series."""
_OWNED = ("PROGRAM", "SOFTWARE", "EVENT", "LAW")
ROMANCE_LINKS = frozenset({"genitive", "purpose"})


def atom_end(words: Sequence[RunWord], at: int) -> int:
    """End of the words from `at` that only spaces part."""
    end = at + 1
    while end < len(words) and words[end].link == "":
        end += 1
    return end


class Joins:
    """Answers for one text. `known_at` gives the gazetteer's name that starts at a position."""

    def __init__(self, text: str, known_at: Callable[[int], Candidate | None]) -> None:
        self.text = text
        self.known_at = known_at
        self.words = lexicon()
        self.sets = grammar().words

    def head(self, words: Sequence[RunWord], start: int, stop: int) -> Head:
        """Head of `words[start:stop]`."""
        link = words[stop].link if stop < len(words) else ""
        told = f"{words[start].folded} {link}" if stop == start + 1 else ""
        alone = self.words.english_heads.get(told) or self.words.romance_heads.get(told)
        if alone is not None:
            return alone, words[start].folded  # "Code of Conduct", but not "Code for Schools"
        return head_of([w.text for w in words[start:stop]], romance_follows=link in ROMANCE_LINKS)

    def goes_on(self, words: Sequence[RunWord], at: int, stop: int, label: str | None) -> bool:
        """Does the name `words[:at]` of this label go on to `words[at:stop]`?"""
        link = words[at].link
        if link == "poss":
            return self._possessive(words, at, stop)
        if label in NAMELESS:
            return self._until_head(words, at) or (label is None and self._goes_on_romance(words, at, stop))
        if link in (",", "and", "y"):
            return self._series(words, at, label) if link == "," else self._and(words, at, stop, label)
        return self._tail(words, at, stop, label)

    def _tail(self, words: Sequence[RunWord], at: int, stop: int, label: str | None) -> bool:
        """Does a name with a label go on over `of`, `for` ...?"""
        link = words[at].link
        if label not in grammar().tails.get(link, ()) or self._begins_another(words, at, stop, label):
            return False
        if link in ("in", "en"):
            return not self._place(words[at])
        if link == "on" and label == "ORG":
            return any(w.folded in self.sets["on_bodies"] for w in words[:at])
        return link != "to" or words[at - 1].folded in self.sets["towards"]

    def _place(self, word: RunWord) -> bool:
        known = self.known_at(word.start)
        return known is not None and known.label in _PLACES

    def place_end(self, words: Sequence[RunWord], at: int, stop: int) -> int:
        """End of the place that starts here, where nothing but names of other things stands after it; else `stop`."""
        known = self.known_at(words[at].start)
        if known is None or known.label not in _PLACES:
            return stop
        end = next((n for n in range(at, stop) if words[n].end >= known.end), stop - 1) + 1
        return end if end < stop and self.head(words, end, stop)[0] is None else stop

    def _topics(self, atom: Sequence[RunWord]) -> bool:
        return all(w.folded in self.words.topics for w in atom)

    def _possessive(self, words: Sequence[RunWord], at: int, stop: int) -> bool:
        """`Prime Minister's Office`, `Dockers' Union`."""
        gap = self.text[words[at - 1].end : words[at].start].strip()
        several = gap in ("'", "’") and not any(map(self._place, words[:at]))
        return (several or words[at - 1].folded in self.words.possessors) and self.head(words, at, stop)[
            0
        ] == "ORG"

    def _begins_another(self, words: Sequence[RunWord], at: int, stop: int, label: str | None) -> bool:
        """Does a date stand after the small word, or another name?"""
        link, first = words[at].link, words[at]
        if first.text.isdigit() or any(w.folded in self.sets["month"] for w in words[at : at + 2]):
            act = label == "LAW" and link == "of" and words[at - 1].folded in self.sets["year_heads"]
            return not act or len(first.text) != YEAR
        known = self.known_at(first.start)
        if known is not None and known.label in ("SOFTWARE", "LICENCE"):
            return link == "purpose"
        if label == "LAW" and at == 1 and words[0].folded in self.sets["numbered_acts"]:
            return link in ("of", "genitive")  # "the Resolution of the Committee" names no act
        if self.head(words, at, stop)[0] != "ORG" or at == 1:
            return False
        # "the Data Strategy of the Ministry of X", "developed by Demos Lab for the City Council"
        gap = self.text[words[at - 1].end : first.start].strip()
        return (
            (label in _OWNED and gap in word_lists()["joins"]["owned"])
            or gap == "for the"
            or link == "and the"
        )

    def _goes_on_romance(self, words: Sequence[RunWord], at: int, stop: int) -> bool:
        word = words[at]
        if word.folded in self.words.germanic_heads:
            return False  # what links words of French names stands before German ones
        if word.link in ("en", "purpose") and self.head(words, at, stop)[0] == "ORG":
            return False  # "Information at the National University": where one has learnt it
        if word.link == "a":  # an accent tells Spanish from "Become a Member"
            return not all(w.text.isascii() for w in words[: at + 1])
        return word.link in (*ROMANCE_LINKS, "en") and self.known_at(word.start) is None

    def _until_head(self, words: Sequence[RunWord], at: int) -> bool:
        """Is all up to a head at the end a subject, as in `Recovery, Transformation and Resilience Plan`?

        A place may stand in front.
        """
        first = 1 if at > 1 and self._place(words[0]) else 0
        while at < len(words) and words[at].link in _BEFORE_HEAD:
            gap = self.text[words[at - 1].end : words[at].start]
            stop = atom_end(words, at)
            titled = words[at - 1].folded in self.words.titles
            chief = at == 1 and gap == " of " and (stop == at + 1 or not titled)  # "Chief of Cabinet"
            if not chief and (titled or not all(self._is_subject(w) for w in words[first:at])):
                return False
            label = self.head(words, at, stop)[0]
            if label not in (*NAMELESS, "GPE", "LOC"):
                return words[at].link != "," and (stop - at > 1 or words[at].link == "of")
            at = stop
        return False

    def _is_subject(self, word: RunWord) -> bool:
        endings = word_lists()["subject_endings"]
        return (
            word.folded in self.words.topics
            or word.folded in self.sets["towards"]
            or word.folded in self.sets["everywhere"]
            or word.folded.removesuffix("s").endswith(endings)
            or word.folded.endswith(endings)
        )

    def _and(self, words: Sequence[RunWord], at: int, stop: int, label: str | None) -> bool:
        last = words[at - 1]
        if label not in _SERIES or (last.folded in self.sets["owners"] and last.link == "genitive"):
            return False  # whose body it is ends its name
        tail = any(w.link for w in words[1:at])
        head = self.words.english_heads.get(last.folded)
        if (
            last.text.isdigit()
            or last.folded in self.sets["year_heads"]
            or (not tail and (head is not None or label == "PROGRAM"))
        ):
            return False  # the head stands at the end: "Data Protection Agency and ..." is over
        # "Agreement on Subsidies and Countervailing Measures"
        if stop - at == 1 or (label == "LAW" and tail):
            return self._subject(words, at, stop) or self._plain(words[at])
        # "Ministry of Education and Lirio Abierto": one word that can be a subject makes no subject of a name
        return self._subject(words, at, stop) and all(map(self._is_subject, words[at:stop]))

    def _plain(self, word: RunWord) -> bool:
        heads = word.folded in self.words.english_heads or word.folded in self.words.romance_heads
        known = heads or word.folded in self.words.demonyms or self.known_at(word.start) is not None
        return word.text[1:].islower() and not known

    def _series(self, words: Sequence[RunWord], at: int, label: str | None) -> bool:
        """`Ministry of Interior, Public Works and Housing`: do the words after this comma belong to the name?"""
        if label not in _SERIES or not any(w.link in _OVER for w in words[:at]):
            return False
        start = at
        while at < len(words) and words[at].link in (",", "and", "y"):
            stop = atom_end(words, at)
            gap = self.text[words[at - 1].end : words[at].start]
            last = words[at].link != "," or len(gap.split()) > 1
            plain = last and at > start and stop - at == 1 and self._plain(words[at])
            if not plain and not self._subject(words, at, stop):
                return False
            if last:
                return at > start
            at = stop
            while at < len(words) and words[at].link in ("of", "genitive", "to", "a"):
                at = atom_end(words, at)
        return False

    def _subject(self, words: Sequence[RunWord], at: int, stop: int) -> bool:
        """Can these words be part of what a body or a law is about?"""
        atom = words[at:stop]
        if self.known_at(atom[0].start) or any(w.text.isupper() and len(w.text) > 1 for w in atom):
            return False
        if fold(self.text[atom[0].start : atom[-1].end]) in self.words.generic:
            return True
        if self.head(words, at, stop)[0] not in NAMELESS:
            return self._topics(atom)
        return any(self._is_subject(w) for w in atom)


NUMBERED = frozenset({"PROGRAM", "EVENT", "SOFTWARE", "LICENCE"})
"""Labels whose names may end in a number: `Action Plan 2019-2022`."""
_HEAD_MAY_FOLLOW = frozenset({"of", "to", "for", "and", "poss"})
_KNOWN_INSIDE = ("GPE", "LOC", "ORG", "LAW")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A stretch that can be a name. `label` is None where its head does not tell, "NONE" where it tells no name."""

    start: int
    end: int
    words: tuple[RunWord, ...]
    label: str | None
    head: str | None
    starts_sentence: bool


def phrases(text: str, known_at: Callable[[int], Candidate | None]) -> Iterator[Phrase]:
    """All capitalised phrases of a text, in order. `known_at` gives the gazetteer's name that starts at a position."""
    joins = Joins(text, known_at)
    for run in runs(text, known_at):
        words, first = run, True
        while words:
            if words[0].folded == "the" and len(words) > 1 and not known_at(words[0].start):
                words = words[1:]
            starts = first and starts_sentence(text, words[0].start)
            cut, head = _take(joins, words)
            phrase = _phrase(text, words[:cut], head, starts)
            if phrase is not None:
                yield phrase
            words, first = words[cut:], False


def _take(joins: Joins, words: Sequence[RunWord]) -> tuple[int, Head]:
    """How many words the first name takes, and its head."""
    end = atom_end(words, 0)
    known = joins.known_at(words[0].start)
    if known is not None and known.label in _KNOWN_INSIDE:
        inside = sum(1 for w in words if w.end <= known.end)
        if inside > end:  # a known name with small words in it: "Bosnia and Herzegovina"
            end = atom_end(words, inside - 1)
    head = joins.head(words, 0, end)
    while end < len(words):
        stop = atom_end(words, end)
        if not joins.goes_on(words, end, stop, head[0]):
            break
        if head[0] in NAMELESS:
            head = joins.head(words, end, stop) if words[end].link in _HEAD_MAY_FOLLOW else NO_HEAD
        elif head[0] == "ORG" and (place := joins.place_end(words, end, stop)) < stop:
            return place, head  # "Government of Canada" of "the Government of Canada IT ecosystem"
        end = stop
    return end, head


def _phrase(text: str, words: Sequence[RunWord], head: Head, starts: bool) -> Phrase | None:
    taken, label = list(words), head[0]
    while taken and _ends_badly(taken, label):
        taken.pop()
    if not taken:
        return None
    start, end = taken[0].start, taken[-1].end
    if fold(text[start:end]) in lexicon().generic or (label is not None and len(taken) == 1):
        label = "NONE"
    return Phrase(start, end, tuple(taken), label, head[1], starts)


def _ends_badly(words: Sequence[RunWord], label: str | None) -> bool:
    """A number that belongs to no name; "of the Ruritanian"."""
    last = words[-1]
    if last.folded[:1].isdigit():
        act = label == "LAW" and last.link == "of" and words[-2].folded in grammar().words["year_heads"]
        return not act and (last.link == "of" or label not in NUMBERED)
    return last.folded in ("no", "nr") or (
        len(words) > 1 and last.link != "" and last.folded in lexicon().demonyms
    )
