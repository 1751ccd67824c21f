"""Component `name_pairs`: names that the text itself ties together, `English name (Native name) (ACRONYM)`."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from spacy.language import Language
from spacy.tokens import Doc

from osint_ingest.entities.lexicon import (
    ARTICLE,
    abbreviates,
    any_word,
    fold,
    grammar,
    is_acronym,
    lexicon,
    loosely_abbreviates,
)
from osint_ingest.entities.names_model.features import family_names
from osint_ingest.entities.pipeline.evidence import NOT_A_NAME, Candidate, add_candidates, candidates, text_of
from osint_ingest.entities.pipeline.gazetteer import GAZETTEER, HINT
from osint_ingest.entities.pipeline.phrases import starts_sentence

_BRACKETS = re.compile(r"\s?\((?P<inner>[^()]{2,140})\)")
_CALLED = rf"(?:{any_word('said_as')})"
_SHORT = re.compile(
    rf"\A(?:(?:{_CALLED}|or)[: ,]*)?{ARTICLE}?[\"“”«'‘]{ARTICLE}?(?P<name>[^\"“”»'’]{{2,60}})[\"“”»'’]\s?\Z",
    re.I,
)
_NAMED = re.compile(rf"\A(?:in [A-Z]\w+|{_CALLED})[,:]?\s(?P<name>.+)\Z", re.I)
_APPOSITION = re.compile(rf",\s(?:(?P<article>{any_word('articles')}|l['’]|a|o)\s?)?\Z")
_FOREIGN = re.compile(rf"\b(?:{any_word('inside_names')})\b")
_WORDISH = re.compile(r"\A[\w'’.,&/ –-]++\Z")
_SEPARATORS = (", ", " – ", " - ", "; ", ": ")
_SENTENCE = (". ", "; ", ": ", "(")
_ABOUT = frozenset({"PERSON", "GPE", "LOC"})
"""Labels of names that have no name in another language in brackets after them, but what they belong to."""
LONG_FORM = 110
"""Characters before an acronym in which its long form starts."""
ALIAS = 4
"""Words of another name that shares no word with the first, at the most."""
SCORE = 0.85
SURE = 0.5


class Tie(NamedTuple):
    """Two names of one thing side by side: `first` and `second` are `[start, end)` in the text."""

    first: tuple[int, int]
    second: tuple[int, int]
    kind: str
    rule: str


if not Doc.has_extension("name_pairs"):
    Doc.set_extension("name_pairs", default=())


@Language.component("osint_name_pairs", assigns=["doc.spans", "doc._.name_pairs"], requires=["doc.spans"])
def name_pairs(doc: Doc) -> Doc:
    """The text with names in brackets among the candidates, under the label of the name that they belong to."""
    if "(" in text_of(doc) or ", " in text_of(doc):
        pairs = _Pairs(text_of(doc), [c for c in candidates(doc) if c.rule != HINT])
        pairs.read_brackets()
        pairs.read_appositions()
        add_candidates(doc, pairs.found)
        doc._.name_pairs = tuple(pairs.ties)
    return doc


class _Pairs:
    """Reads the pairs of one text."""

    def __init__(self, text: str, known: list[Candidate]) -> None:
        self.text = text
        self.found: list[Candidate] = []
        self.ties: list[Tie] = []
        self.ends: dict[int, Candidate] = {}
        self.starts: dict[int, Candidate] = {}
        # the longest name that ends or starts there, under its surest label
        for c in sorted(known, key=lambda c: (c.end - c.start, c.label != NOT_A_NAME, c.score)):
            self.ends[c.end] = self.starts[c.start] = c

    def read_appositions(self) -> None:
        """`CAFE, the Chamber of Free Enterprises, brings ...`: the long name stands after its acronym."""
        for start, name in self.starts.items():
            gap = _APPOSITION.search(self.text, max(0, start - 6), start)
            short = self.ends.get(gap.start()) if gap is not None else None
            if gap is None or short is None or name.label in (NOT_A_NAME, *_ABOUT) or name.score < SURE:
                continue
            acronym, long = self.text[short.start : short.end], self.text[name.start : name.end]
            told = (
                loosely_abbreviates(acronym, long)
                if gap["article"]
                else abbreviates(acronym, long, strict=True)
            )
            if told and " " in long and " " not in acronym and sum(map(str.isupper, acronym)) > 1:
                self.found.append(Candidate(short.start, short.end, name.label, SCORE, "pair:acronym"))
                self.ties.append(Tie((start, name.end), (short.start, short.end), "acronym", "apposition"))

    def read_brackets(self) -> None:
        """Finds the names in brackets."""
        position = 0
        while (match := _BRACKETS.search(self.text, position)) is not None:
            chain = [match]
            while (following := _BRACKETS.match(self.text, chain[-1].end())) is not None:
                chain.append(following)
            position = chain[-1].end()
            head = self._head(match)
            for start, inner in (part for bracket in chain for part in _parts(bracket)):
                if head is not None:
                    self._inner(head, start, inner)

    def _head(self, match: re.Match[str]) -> Candidate | None:
        """The name before a bracket; grown over lower case words when the bracket is its acronym."""
        name = self.ends.get(match.start())
        inner = match["inner"].strip()
        acronym = next((a for a in (inner, re.split(r"[,;–-] ", inner)[0]) if is_acronym(a)), None)
        sure = name is not None and name.label != NOT_A_NAME and name.score >= SURE
        if acronym is not None and (
            name is None or not abbreviates(acronym, self.text[name.start : name.end])
        ):
            grown = self._grown(match.start(), acronym)
            if grown is not None:
                return grown
        short = name is not None and is_acronym(self.text[name.start : name.end])
        return name if sure or short else None

    def _grown(self, end: int, acronym: str) -> Candidate | None:
        """The long form whose initials an acronym takes: back to a capitalised word before the bracket."""
        if fold(acronym) in lexicon().concepts:
            return None
        window = max(0, end - LONG_FORM)
        window = max(window, 1 + max(self.text.rfind(mark, window, end) for mark in _SENTENCE))
        for start in sorted(self.starts, reverse=True):
            if window <= start < end and abbreviates(acronym, self.text[start:end], strict=True):
                name = self.starts[start]
                sure = name.label != NOT_A_NAME and name.score >= SURE
                label = name.label if sure else label_of(self.text[start:end])
                term = not sure and self.text[start + 1 : end].islower() and starts_sentence(self.text, start)
                if label is None or term:
                    # "Personally identifying information (PII)", "Foreign Relations of the United States (FRUS)"
                    return Candidate(start, end, NOT_A_NAME, 0.0, "pair:acronym")
                grown = Candidate(start, end, label, 0.75, "pair:acronym")
                self.found.append(grown)
                return grown
        return None

    def _inner(self, head: Candidate, start: int, inner: str) -> None:
        named = _SHORT.match(inner) or _NAMED.match(inner)
        start, end = (start + at for at in (named.span("name") if named else (0, len(inner))))
        name, whole = self.text[start:end], self.text[head.start : head.end]
        if not any(c.isupper() for c in name[:1] or name[1:4]):
            return
        if is_acronym(whole) and abbreviates(whole, name):
            label = label_of(name) or head.label
            if label == NOT_A_NAME:
                return
            self.found += (
                Candidate(start, end, label, 0.8, "pair:long"),
                Candidate(head.start, head.end, label, 0.75, "pair:acronym"),
            )
            self.ties.append(Tie((start, end), (head.start, head.end), "acronym", "brackets-reversed"))
        elif head.label == NOT_A_NAME:
            if head.rule == "pair:acronym":  # the acronym of a term, wherever it stands
                self.found.append(Candidate(start, end, NOT_A_NAME, 0.8, "pair:term"))
        elif is_acronym(name):
            if self._can_be_its_acronym(head, start, whole, name):
                self._tie(head, start, end, "acronym", "brackets")
        elif named is not None and (" " not in name or self._is_short_form(name, whole)):
            self._tie(head, start, end, "alias", "brackets-quoted")
        elif (
            named is None
            and head.label not in _ABOUT
            and _native(name)
            and self._is_other_name(head, start, name)
        ):
            self._tie(head, start, end, "native", "brackets")

    def _can_be_its_acronym(self, head: Candidate, start: int, whole: str, acronym: str) -> bool:
        listed = self.starts.get(start)
        if listed is not None and listed.rule == GAZETTEER and listed.label != head.label:
            return False  # the end of a longer name stands before it
        if head.label in _ABOUT:
            return head.label != "PERSON" and loosely_abbreviates(acronym, whole)
        code = any(c.isdigit() for c in acronym) or fold(acronym) in lexicon().concepts
        numbered = head.rule.startswith("legal:")
        return not (numbered or code) or abbreviates(acronym, whole)

    def _is_short_form(self, name: str, whole: str) -> bool:
        """Has it a word of the name, or a head of its own kind? "(hereafter Report by ...)" is about something else."""
        small = grammar().words["small"]
        words = {fold(w) for w in name.split()} - small
        shared = not words.isdisjoint(fold(w) for w in whole.split())
        return shared or (len(name.split()) <= ALIAS and label_of(name) is not None)

    def _is_other_name(self, head: Candidate, start: int, name: str) -> bool:
        """Is this another name of the same thing, not a remark, a member or an affiliation? Words of another language
        tell; else its words must all be capitalised, and the name before it must be one by its own head."""
        known = self.starts.get(start)
        if known is not None and known.label not in (NOT_A_NAME, head.label) and known.score >= SURE:
            return False
        kinds = {_act_kind(self.text[head.start : head.end]), _act_kind(name)} - {None}
        if len(kinds) > 1:
            return False  # "... repealing Directive 95/46/EC (General Data Protection Regulation)"
        if any(ord(c) > 127 for c in name) or _FOREIGN.search(name.lower()):
            return True
        told = label_of(name)
        if told is not None or name.isupper() or "," in name:
            return told == head.label and not _plain_english(name)
        if fold(name) in family_names():
            return False  # "the Foreign Office (Brask)": who signed
        foreign = " " not in name and fold(name) not in lexicon().topics
        capitals = all(w[0].isupper() for w in name.split()) and not _plain_english(name)
        return head.rule.startswith(("head:", "gazetteer", "cue:", "field")) and (foreign or capitals)

    def _tie(self, head: Candidate, start: int, end: int, kind: str, rule: str) -> None:
        self.found.append(Candidate(start, end, head.label, SCORE, f"pair:{kind}"))
        self.ties.append(Tie((head.start, head.end), (start, end), kind, rule))


def _parts(bracket: re.Match[str]) -> Iterator[tuple[int, str]]:
    """The names in one bracket: `(Native name, ACRONYM)` holds two."""
    inner, start = bracket["inner"], bracket.start("inner")
    for separator in _SEPARATORS:
        left, found, right = inner.rpartition(separator)
        if found and (is_acronym(right.strip()) or is_acronym(left.strip())):
            yield start, left.rstrip()
            yield start + len(inner) - len(right), right.rstrip()
            return
    yield start + len(inner) - len(inner.lstrip()), inner.strip()


def _native(inner: str) -> bool:
    """Can it be a name in another language? Capitalised words, no list of members, no remark."""
    words = inner.split()
    if not 1 <= len(words) <= 14 or not _WORDISH.match(inner) or any(c.isdigit() for c in inner):
        return False
    if inner.count(", ") > 1 or fold(words[0]).rstrip(",.") in grammar().words["not_native"]:
        return False
    return words[0][0].isupper() and (len(words) > 1 or len(inner) > 5)


def _plain_english(name: str) -> bool:
    """Are all its words English subjects and heads, and not all of them Romance ones too?"""
    words, known = [fold(w).strip(".,") for w in name.split()], lexicon()
    english = all(w in known.english_topics or w in known.english_heads for w in words)
    return english and not all(w in known.romance_topics or w in known.romance_heads for w in words)


def _act_kind(name: str) -> str | None:
    """The kind of an act by the first or last word of its name, in English; None for another name."""
    kinds, words = grammar().law_words, [fold(w) for w in name.split()]
    known = (kinds.get(w, w if w in kinds.values() else None) for w in (words[0], words[-1]))
    return next(filter(None, known), None)


def label_of(name: str) -> str | None:
    """Label by the head noun of a name in any language we know, None without one."""
    words, heads = [fold(w).strip(".,") for w in name.split()], lexicon()
    if len(words) < 2:
        return None
    link = next((n for n in range(1, len(words)) if words[n] in ("of", "for", "on")), len(words))
    first = heads.english_heads.get(words[0])
    if link == len(words) or first != "NONE":  # but "Code for Islands Conference"
        first = heads.romance_heads.get(words[0]) or first
    told = (first, heads.english_heads.get(words[link - 1]), heads.english_heads.get(words[-1]))
    label = next((t for t in told if t and (t != "NONE" or link == len(words))), None)
    return None if label == "NONE" else label
