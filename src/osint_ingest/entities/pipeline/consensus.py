"""Component `consensus`: names as all of a document has them. Its terms, what it numbers and its series are no names; a
name is of one kind throughout, a surname is the person's, and what is surely a name once is one wherever it stands."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from spacy.language import Language
from spacy.tokens import Doc

from osint_ingest.entities.lexicon import fold, grammar, lexicon, names_nothing, word_lists
from osint_ingest.entities.names_model.features import family_names, given_names
from osint_ingest.entities.pipeline.evidence import NAMES, Candidate, DocumentComponent, candidates, text_of
from osint_ingest.entities.pipeline.gazetteer import NameIndex
from osint_ingest.entities.pipeline.name_edges import (
    BESIDE,
    LISTED_WEIGHT,
    TOLD_WEIGHT,
    is_no_person,
    weight,
    whole_people,
    without_titles,
)

MOST_WORDS = 5
"""Words of a term, at the most."""
TERM = 0.2
"""Uses in small letters, in the plural or after `a` for each use with capitals, from which words are a term."""
LONG_TERM = 0.5
"""The same for words from LONG on, of which fewer are terms."""
LONG = 3
SERIES = 2
"""Volumes or editions from which words are the name of a series."""
SURE = 0.9
"""How sure the model must be of a name and its label for it to be one wherever the document has its words."""
SEVERAL, OFTEN = 2, 0.2
"""Places, and share of all places, at which names are found that are names at the others too. In cross-validation on
one fold of five: 66 more names right and 2 wrong, strict F1 +0.015; with 3 and 0.3 37 and 1; by SURE alone 26 and 0."""
AGAIN = ("ORG", "PERSON", "PROGRAM", "LAW", "SOFTWARE", "EVENT")
"""Labels of such names: places are in other names, and licences are listed."""
_WORD = re.compile(r"[\w’'-]+")
_NUMBER = re.compile(r"\s(?!(?:19|20)\d\d\b)\d")
_A_YEAR = re.compile(r"(?:1[89]|20)\d\d")
_VERSION = re.compile(r" v?\d{1,3}(?:\.\d+)*\b(?![%\w]|[.,]\d)")
_EDITION = re.compile(r" (?:\d\.\d|(?:19|20)\d\d(?:[-–](?:19|20)?\d\d)?)\b(?![%\w-])")
_NUMBERED = {"SOFTWARE": _VERSION, "EVENT": _EDITION, "PROGRAM": _EDITION}
"""What belongs to a name: `Drupal 8`, `FOSDEM 2022`, `Google Summer of Code 2024`."""
_LARGE_BEFORE = re.compile(r"(?<![\w.])(?P<word>[A-Z](?:[a-z]+|\.)) \Z")
_LARGE_BEHIND = re.compile(r" [A-Z][a-z]")
_BROKEN = re.compile(r"[\[\]{}|=<>]|\+\w|\A[^(]*\)|“(?!.*”)")
"""Markup, formulas and halves of brackets: no name holds them."""


@Language.factory("osint_consensus", assigns=["doc.spans", "doc.ents"])
def make_consensus(nlp: Language, name: str) -> Consensus:
    """The component. The texts that `nlp.pipe` is given are the passages of one document."""
    return Consensus()


class Consensus(DocumentComponent):
    """Leaves the names that the document agrees on."""

    def names_of(self, docs: Sequence[Doc]) -> list[list[Candidate]]:
        """The names of each text of one document."""
        texts = [(doc, text_of(doc), _as_printed(text_of(doc), candidates(doc, NAMES))) for doc in docs]
        document = _Document([(text, names) for _, text, names in texts])
        return _wherever_they_stand(
            [
                (doc, text, [c for name in names if (c := document.agreed(text, name))])
                for doc, text, names in texts
            ]
        )


_Named = tuple[Doc, str, list[Candidate]]
"""A text and its names."""


def _wherever_they_stand(texts: Sequence[_Named]) -> list[list[Candidate]]:
    """The names of each text, and those of elsewhere that stand here too, in place of what is a part of them."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    sure: set[str] = set()
    for doc, text, names in texts:
        if doc._.reading is None:
            continue
        sureness = doc._.reading.sureness()
        for n in names:
            if n.label in AGAIN:
                printed = text[n.start : n.end]
                found[printed][n.label] += 1
                if printed not in sure and sureness.label(n.start, n.end, n.label) >= SURE:
                    sure.add(printed)
    index = NameIndex((printed, labels.most_common(1)[0][0]) for printed, labels in found.items())
    places = [
        list(_places(index, doc, text))
        if doc._.reading is not None and index.may_stand_in(doc._.reading.tokens.words)
        else []
        for doc, text, _ in texts
    ]
    uses = Counter(text[c.start : c.end] for (_, text, _), of in zip(texts, places, strict=True) for c in of)
    sure |= {p for p, c in found.items() if c.total() >= max(SEVERAL, OFTEN * uses[p])}
    return [
        _with_more(names, [c for c in of if text[c.start : c.end] in sure])
        for (_, text, names), of in zip(texts, places, strict=True)
    ]


def _places(index: NameIndex[str], doc: Doc, text: str) -> Iterator[Candidate]:
    for start, end, (label,) in index.found(doc, text):
        again = Candidate(start, end, label, SURE, "again")
        if not _is_cut(text, again) and not is_no_person(text, again):
            yield again


def _is_cut(text: str, name: Candidate) -> bool:
    """Is it one name of a person who has more of them here: `Thomas` beside `Case`?"""
    if name.label != "PERSON" or " " in text[name.start : name.end]:
        return False
    before = _LARGE_BEFORE.search(text, max(0, name.start - 25), name.start)
    title = before is not None and fold(before["word"]) in lexicon().titles
    return _LARGE_BEHIND.match(text, name.end) is not None or (before is not None and not title)


def _with_more(names: list[Candidate], more: Iterable[Candidate]) -> list[Candidate]:
    """The names with those of `more` that are none of them or hold some; at each place the first that fits."""
    for new in more:
        over = [n for n in names if n.start < new.end and n.end > new.start]
        if all(new.start <= n.start and n.end <= new.end and n[:2] != new[:2] for n in over):
            names = [*(n for n in names if n not in over), new]
    return sorted(names)


@dataclass(slots=True)
class _Use:
    """How often the words of a name are used in a document, and how."""

    capital: int = 0
    small: int = 0
    one_of_many: int = 0
    numbered: int = 0
    series: int = 0
    plural: int = 0
    spelled_small: bool = False
    """Is it an acronym of words in small letters: `coordinate reference systems (CRS)`?"""
    alone: int = 0
    """Times that it is all of a text: a heading, a cell."""

    def is_term(self, words: int) -> bool:
        least = TERM if words < LONG else LONG_TERM
        told = self.small + self.one_of_many + self.plural
        return told > 0 and told + self.alone >= least * max(1, self.capital)

    def is_numbered(self) -> bool:
        return self.numbered * 2 > self.capital

    def is_series(self) -> bool:
        return self.series >= SERIES


class _Document:
    """What the texts of a document say of their names."""

    def __init__(self, texts: Sequence[tuple[str, Sequence[Candidate]]]) -> None:
        self.labels: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        self.surnames: set[str] = set()
        for text, names in texts:
            for name in names:
                printed = text[name.start : name.end]
                self.labels[printed][name.label] += weight(name.rule)
                if name.label == "PERSON" and " " in printed:
                    self.surnames.add(printed.rpartition(" ")[2])
        self.uses = _uses([text for text, _ in texts], self.labels)

    def agreed(self, text: str, name: Candidate) -> Candidate | None:
        """The name as the document has it; None where it is none."""
        printed = text[name.start : name.end]
        sure = weight(name.rule)
        if sure == LISTED_WEIGHT:
            return name
        numbered = name.label == "PERSON" and printed.rpartition(" ")[2].isdigit()  # "Roll 211"
        heading = text.isupper() and _ends_in_its_head(printed, name.rule)
        if numbered or heading or _BROKEN.search(printed) or self._is_no_name(printed, name, sure):
            return None
        if sure == TOLD_WEIGHT or names_nothing(printed):
            return name if sure == TOLD_WEIGHT else None
        subject = all(word in lexicon().topics for word in fold(printed).split())
        if subject and name.label in ("GPE", "LOC") and name.rule == "context:before":
            return None  # "in Foreign Relations"
        if printed in self.surnames or _is_somebody(printed, name):
            return name._replace(label="PERSON")
        votes = self.labels[printed]
        return name._replace(label=min(votes, key=lambda label: (-votes[label], label)))

    def _is_no_name(self, printed: str, name: Candidate, sure: float) -> bool:
        use = self.uses.get(" ".join(_WORD.findall(printed.lower())))
        if use is None or printed in self.surnames:
            return False
        if (
            (use.is_numbered() and (sure < TOLD_WEIGHT or name.label == "PERSON"))
            or (use.spelled_small and name.label != "PERSON")
            or (use.is_series() and " " not in printed and not name.rule.startswith("head"))
        ):
            return True
        words = printed.split()
        plain = not printed.islower() and all(w[1:].islower() or w in grammar().words["small"] for w in words)
        return plain and name.label not in ("PERSON", "GPE", "LOC") and use.is_term(len(words))


def _as_printed(text: str, names: Iterable[Candidate]) -> list[Candidate]:
    """The names with what belongs to them in print, but for those in titles of works, of ranks and of streets."""
    whole = (_by_its_edges(text, name) for name in whole_people(text, names))
    return without_titles(text, [name for name in whole if not is_no_person(text, name)])


def _by_its_edges(text: str, name: Candidate) -> Candidate:
    """The name up to a bracket that is not closed, a body without the year before it (`1866 Congress`), software with
    its version, events and programmes with their year."""
    number = _NUMBERED[name.label].match(text, name.end) if name.label in _NUMBERED else None
    if number is not None:
        return name._replace(end=number.end())
    printed = text[name.start : name.end]
    start, end = 0, len(printed)
    if "(" in printed and ")" not in printed:
        end = len(printed[: printed.index("(")].rstrip())
    first, _, rest = printed.partition(" ")
    if name.label == "ORG" and rest[:1].isupper() and _A_YEAR.fullmatch(first):
        start = len(first) + 1
    return name._replace(start=name.start + start, end=name.start + end) if start < end else name


def _ends_in_its_head(printed: str, rule: str) -> bool:
    """Is it a row of many words with its head at the end? In a heading in capitals all before it is taken for its name:
    `CASE STUDY FROM THE SAFE SPACES PROJECT`."""
    words = printed.split()
    return len(words) > MOST_WORDS and rule == f"head:{fold(words[-1])}"


def _is_somebody(printed: str, name: Candidate) -> bool:
    """`developed by Noble`, `attached to Leland Goodrich`: people stand where bodies stand too."""
    if name.label != "ORG" or not printed.istitle() or weight(name.rule) != BESIDE:
        return False
    *given, family = fold(printed).split(" ")
    return family in family_names() and all(word in given_names() for word in given)


def _is_spelled_small(text: str, found: Sequence[re.Match[str]], at: int) -> bool:
    """Do the words before a bracket, none with a capital, begin with the letters of the acronym in it?"""
    acronym, start = found[at].group(), found[at].start()
    if not acronym.isupper() or text[start - 1 : start] != "(" or not 0 < len(acronym) <= min(at, MOST_WORDS):
        return False
    words = [m.group() for m in found[at - len(acronym) : at]]
    return all(w.islower() and w[0] == c for w, c in zip(words, acronym.lower(), strict=True))


def _uses(texts: Iterable[str], names: Iterable[str]) -> dict[str, _Use]:
    """The uses of each name, by its words in small letters."""
    uses: dict[str, _Use] = {}
    plurals: dict[str, _Use] = {}
    sizes: dict[str, set[int]] = defaultdict(set)
    """By the first word of names, how many words they have: each place of a text is looked up a few times."""
    for name in names:
        words = _WORD.findall(name.lower())
        if 0 < len(words) <= MOST_WORDS:
            use = uses.setdefault(" ".join(words), _Use())
            words[-1] = f"{words[-1][:-1]}ies" if words[-1].endswith("y") else f"{words[-1]}s"
            plurals[" ".join(words)] = use
            sizes[words[0]].add(len(words))
            sizes[_WORD.findall(name.lower())[0]].add(len(words))
    many = {
        word for word in word_lists()["one_of_many"] if len(word) > 1
    }  # "a" is an article of other languages
    series = frozenset(word_lists()["series"])
    for text in texts:
        found = list(_WORD.finditer(text))
        lower = [m.group().lower() for m in found]
        for at, word in enumerate(lower):
            for size in sizes.get(word, ()):
                end = min(at + size, len(lower))
                called = " ".join(lower[at:end])
                if called in plurals:
                    plurals[called].plural += 1
                if called in uses:
                    use = uses[called]
                    small = text[found[at].start() : found[end - 1].end()].islower()
                    use.capital += not small
                    use.alone += size == len(lower)
                    use.spelled_small |= size == 1 and _is_spelled_small(text, found, at)
                    use.small += small
                    use.one_of_many += at > 0 and lower[at - 1] in many
                    use.numbered += _NUMBER.match(text, found[end - 1].end()) is not None
                    use.series += end < len(lower) and lower[end] in series
    for called in plurals.keys() & uses.keys():
        uses[called].plural += plurals[called].capital  # "Catalogue Records", of which one is a term too
    return uses
