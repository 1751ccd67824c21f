"""Does a name go on over a small word? Read from left to right, by the label of what stands before it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from osint_ingest.entities.evidence import Found
from osint_ingest.entities.grammar import grammar
from osint_ingest.entities.heads import NAMELESS, head_of
from osint_ingest.entities.lexicon import fold, lexicon
from osint_ingest.entities.runs import RunWord

_ABSTRACT = re.compile(
    r"\A\w*(?:tion|sion|ment|ity|ics|ance|ence|ship|ing|ure|ism|ery|cion|dad|miento|encia|ancia|ura|ismo|te|ement|ique"
    r"|ogy|ogia|ogie|nomia)s?"
)
_OWNED = frozenset({"of the", "de la", "del", "du"})
_PLACES = ("GPE", "LOC")


def atom_end(words: Sequence[RunWord], at: int) -> int:
    """End of the words from `at` that only spaces part."""
    end = at + 1
    while end < len(words) and words[end].link == "":
        end += 1
    return end


class Joins:
    """Answers for one text. `known_at` gives the gazetteer's name that starts at a position."""

    def __init__(self, text: str, known_at: Callable[[int], Found | None]) -> None:
        self.text = text
        self.known_at = known_at
        self.words = lexicon()
        self.sets = grammar().words

    def goes_on(self, words: Sequence[RunWord], at: int, stop: int, label: str | None) -> bool:
        """Does the name `words[:at]` of this label go on to `words[at:stop]`?"""
        link = words[at].link
        if link in (",", "and", "y"):
            series = self._series(words, at, label) if link == "," else self._and(words, at, stop, label)
            return series or self._until_head(words, at, label)
        if link in ("and the", "poss", "van"):
            return self._article_or_owner(words[:at], words[at:stop], label)
        if label == "NONE":
            return self._subject_before_head(words, at, stop) or self._until_head(words, at, label)
        if link == "to" and words[at - 1].folded not in self.sets["towards"]:
            return False
        if label is None:
            plain = self._without_label(words[:at], words[at:stop], link)
            return plain or self._until_head(words, at, label)
        return label in grammar().tails.get(link, ()) and self._tail(words[:at], words[at:stop], label)

    def _article_or_owner(
        self, before: Sequence[RunWord], atom: Sequence[RunWord], label: str | None
    ) -> bool:
        if atom[0].link == "and the":  # "por la Igualdad y la Justicia"
            return self._shared_tail(before, atom, label)
        return self._possessive(before, atom) if atom[0].link == "poss" else label != "NONE"

    def _shared_tail(self, before: Sequence[RunWord], atom: Sequence[RunWord], label: str | None) -> bool:
        """`por la Igualdad y la Justicia`, `for e-Government and the Information Society`."""
        if label not in ("ORG", "LAW", "PROGRAM") or not self._topics(atom):
            return False
        told = self._label(atom)
        body = (len(atom) == 1 and told == "ORG") or told in ("PROGRAM", "LAW", "EVENT")
        links = ("de", "para", "a") if self._romance_gap(atom) else ("for", "of", "on")
        return any(w.link in links for w in before[1:]) and not body

    def _romance_gap(self, atom: Sequence[RunWord]) -> bool:
        return not self.text[: atom[0].start].endswith("and the ")

    def _label(self, atom: Sequence[RunWord]) -> str | None:
        return head_of(self.text, atom)[0]

    def _place(self, atom: Sequence[RunWord]) -> bool:
        known = self.known_at(atom[0].start)
        return known is not None and known.label in _PLACES

    def _topics(self, atom: Sequence[RunWord]) -> bool:
        return all(w.folded in self.words.topics for w in atom)

    def _possessive(self, before: Sequence[RunWord], atom: Sequence[RunWord]) -> bool:
        """`Prime Minister's Office`, `Citizens' Charter`."""
        owner = before[-1].folded
        if owner not in self.words.possessors:
            return False
        label = self._label(atom)
        return label == "ORG" or (label in ("PROGRAM", "EVENT", "LAW") and owner in self.sets["people"])

    def _without_label(self, before: Sequence[RunWord], atom: Sequence[RunWord], link: str) -> bool:
        """`Freedom of Information Act`, `Datos para Todos`: the head, if there is one, stands further on."""
        known = self.known_at(atom[0].start)
        if link in ("of", "to", "for"):
            if len(before) > 1:
                return False
            # "Work for a Better Tomorrow"
            slogan = len(atom) > 1 and self.text[before[-1].end : atom[0].start] == " for a "
            plain = link == "of" and not (known and known.label == "GPE")
            plain = plain and before[0].folded not in self.words.demonyms
            return slogan or plain or self._label(atom) not in NAMELESS
        if known is not None:
            return False
        if link == "en":
            return not any(w.folded in self.words.english_heads for w in before)
        if link == "a":  # "Trámites a Distancia", not "Become a Member"
            return any(ord(c) > 127 for w in (*before, *atom) for c in w.text)
        return link in ("de", "para")

    def _tail(self, before: Sequence[RunWord], atom: Sequence[RunWord], label: str) -> bool:
        """Does a name with a label go on over `of`, `for`, `de` ...?"""
        link = atom[0].link
        if self._is_date(atom):
            return False
        known = self.known_at(atom[0].start)
        if link == "para" and known is not None and known.label in ("SOFTWARE", "LICENCE"):
            return False  # "sustituir X por Y"
        if link == "on" and label == "ORG":
            return any(w.folded in self.sets["on_bodies"] for w in before)
        if link in ("in", "en"):
            if link == "in" and label == "PROGRAM":
                # "Strategy for Broadband in the Republic of X 2016-2020"
                return len(before) > 1 and len(atom) > 1 and atom[-1].folded[:4].isdigit()
            return not self._place(atom)
        return not self._begins_another(before, atom, label)

    def _is_date(self, atom: Sequence[RunWord]) -> bool:
        """`Resolution of May 2019`, `Act of 15 June 2018`; not `Universidad de Tres de Febrero`."""
        if len(atom) > 1 and atom[0].text.isdigit() and atom[1].folded in self.sets["month"]:
            return True
        if atom[0].folded not in self.sets["month"]:
            return False
        return (
            atom[0].link != "de"
            or re.match(r" del? \d", self.text[atom[0].end : atom[0].end + 6]) is not None
        )

    def _begins_another(self, before: Sequence[RunWord], atom: Sequence[RunWord], label: str) -> bool:
        """Does another name begin after `of`, `for`, `de`?"""
        gap = self.text[before[-1].end : atom[0].start].strip().lower()
        if gap == "for the" and len(atom) > 1:
            return self._label(atom) == "ORG"  # "developed by Demos Lab for the City Council"
        if atom[0].link not in ("of", "de"):
            return False
        if label == "LAW" and len(before) == 1 and before[0].folded in self.sets["numbered_acts"]:
            return True  # "the Resolution of the Committee" names no act
        # "the Data Strategy of the Ministry of X": two names
        owned = label in ("PROGRAM", "SOFTWARE", "EVENT", "LAW") and gap in _OWNED and len(before) > 1
        return owned and self._label(atom) == "ORG"

    def _subject_before_head(self, words: Sequence[RunWord], at: int, stop: int) -> bool:
        """`Access to Information Agency`: a subject with a small word in it, before its head."""
        if words[at].link not in ("of", "to") or words[at - 1].folded not in self.sets["subject_starts"]:
            return False
        end = stop
        while end <= len(words):
            if end - at > 1 and self._label(words[at:end]) not in NAMELESS:
                return True
            if end >= len(words) or words[end].link != "and":
                return False
            end = atom_end(words, end)
        return False

    def _until_head(self, words: Sequence[RunWord], at: int, label: str | None) -> bool:
        """`Recovery, Transformation and Resilience Plan`: subjects in a series, their head at its end."""
        if label not in NAMELESS or words[at].link not in (",", "and", "for"):
            return False
        if not all(self._is_subject_word(w) for w in words[:at]) or not words[0].text[1:].islower():
            return False
        closed = False  # by an "and" or a "for": a mere list of names has commas alone
        while at < len(words) and words[at].link in (",", "and", "for", "of"):
            stop = atom_end(words, at)
            atom = words[at:stop]
            closed = words[at].link in ("and", "for") or (closed and words[at].link == "of")
            ended = stop >= len(words) or words[stop].link not in ("for", "of")
            ends = ("LAW", "PROGRAM") if words[at].link == "for" else ("LAW", "PROGRAM", "ORG")
            # "Employment and Social Development Ruritania": a body of that country
            placed = words[at].link == "and" and self._place(atom[-1:])
            if ended and len(atom) > 1 and (placed or self._label(atom) in ends):
                named = [w for w in atom if not w.text[:1].isdigit()]  # "Accountability Act 2013"
                return closed and len(named) > 1 and all(self._is_subject_word(w) for w in named[:-1])
            if not all(self._is_subject_word(w) for w in atom):
                return False
            at = stop
        return False

    def _subject(self, atom: Sequence[RunWord]) -> bool:
        """Can these words be part of what a body or a law is about?"""
        if self.known_at(atom[0].start) or any(w.text.isupper() and len(w.text) > 1 for w in atom):
            return False
        if fold(self.text[atom[0].start : atom[-1].end]) in self.words.generic:
            return True
        first = atom[0].folded
        begins = first in self.words.romance_heads or first in self.words.english_heads
        if self._label(atom) not in NAMELESS and (len(atom) > 1 or begins):
            return self._topics(atom)
        return any(self._is_subject_word(w) for w in atom)

    def _is_subject_word(self, word: RunWord) -> bool:
        return word.folded in self.words.topics or _ABSTRACT.fullmatch(word.folded) is not None

    def _foreign(self, before: Sequence[RunWord], atom: Sequence[RunWord]) -> bool:
        """`Ministry of Education and Lirio Abierto`: a name in another language is no part of an English tail."""
        english = any(w.link in ("of", "for", "on") for w in before[1:])
        known = self.words.english_topics if english else self.words.romance_topics
        told = (w.folded in known or _ABSTRACT.fullmatch(w.folded) is not None for w in atom)
        return len(atom) > 1 and not any(told)

    def _and(self, words: Sequence[RunWord], at: int, stop: int, label: str | None) -> bool:
        before, atom = words[:at], words[at:stop]
        if label is None or label == "NONE":
            # "Science and Technology Agency": the head stands after it
            follows = self._label(atom) not in (*NAMELESS, "GPE")
            # "Ruritania State Radio and Television Centre": the place in front is part of the name
            placed = len(before) > 2 or (len(before) > 1 and self._place(before))
            subject = before[1:] if placed else before
            return follows and len(atom) > 1 and all(self._is_subject_word(w) for w in subject)
        # "Contraloría General de la República y ...": whose body it is ends its name
        owned = before[-1].folded in self.sets["owners"] and before[-1].link == "de"
        if owned or label not in ("ORG", "LAW", "PROGRAM", "SOFTWARE", "EVENT"):
            return False
        has_tail = any(w.link for w in before[1:])
        if not has_tail and before[-1].folded in self.words.english_heads:
            # the head stands at the end: "Data Protection Agency and ..." is over, unless a subject follows
            return label == "ORG" and len(atom) > 1 and self._topics(atom) and self._label(atom) is None
        if not has_tail and label not in ("ORG", "LAW"):
            return False
        following = words[stop].link if stop < len(words) else ""
        if self._label(atom) not in NAMELESS and following in ("of", "for", "de"):
            # "Regulation on the Organisational and Technical Standards for ..."
            return label == "LAW" and before[0].link != "on" and self._topics(atom)
        told = self._subject(atom) and not self._foreign(before, atom)
        return told or (len(atom) == 1 and self._plain(atom[0]))

    def _plain(self, word: RunWord) -> bool:
        heads = word.folded in self.words.english_heads or word.folded in self.words.romance_heads
        known = heads or word.folded in self.words.demonyms or self.known_at(word.start) is not None
        return word.text[1:].islower() and not known

    def _series(self, words: Sequence[RunWord], at: int, label: str | None) -> bool:
        """`Ministry of Interior, Public Works and Housing`: do the words after this comma belong to the name?"""
        tail = any(w.link in ("of", "for", "de", "para", "on", "sobre") for w in words[:at])
        if label not in ("ORG", "LAW", "PROGRAM") or not tail:
            return False
        end = at
        while end < len(words):
            stop = atom_end(words, end)
            atom = words[end:stop]
            gap = self.text[words[end - 1].end : words[end].start]
            last = words[end].link in ("and", "y") or re.search(r"\b(?:and|y|et|e)\b", gap) is not None
            subject = self._subject(atom) and any(self._is_subject_word(w) for w in atom)
            if not subject and not (last and end > at and len(atom) == 1 and self._plain(atom[0])):
                return False
            if last:
                return end > at
            end = stop
            while end < len(words) and words[end].link in ("of", "de", "to", "a", "para"):
                end = atom_end(words, end)
            if end < len(words) and words[end].link not in (",", "and", "y"):
                return False
        return False
