"""Capitalised phrases of a text, cut into names, each with the label that its head noun gives it.

A run of capitalised words with the small words that can stand inside a name ("of the", "de la", "and")
is taken as long as it goes, then read from left to right: at each small word it goes on or is cut.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from osint_ingest.entities.evidence import Found
from osint_ingest.entities.lexicon import Lexicon, fold, lexicon

_UPPER = "".join(chr(c) for c in range(0x41, 0x530) if chr(c).isupper())
_POSSESSIVE = r"(?!['’]s\b)"
_ORDINAL = r"\d{1,3}(?:st|nd|rd|th|er|re|ère|e|ème|º|ª|o|a|ra|da|ta|va)\b"
_WORD = rf"(?:(?:[A-Z]\.){{2,4}}(?!\w)|(?:[{_UPPER}]\w*|[a-z]{{1,5}}[{_UPPER}]\w*|[eima]-[{_UPPER}]\w*)(?:{_POSSESSIVE}(?:[-.’'&/+@]|–(?=\w))\w+)*[+#]*|{_ORDINAL})"
_NUMBER = r"(?:v?\d+(?:[.\-–/]\d+)*\b(?!\s?%))"
_SMALL = {
    "of": r"of(?: the| its| our)?",
    "for": r"for(?: the| an?)?",
    "on": r"on(?: the)?",
    "in": r"in(?: the)?",
    "to": r"to(?: the)?",
    "with": r"with(?: the)?|against(?: the)?",
    "and": r"and|&|und|og|och|AND",
    "and the": r"and the|y (?:el|la|los|las)|et (?:le|la|les)",
    "y": r"y|e|et|Y|ET",
    "de": r"de(?: la| las| los| l['’]|l)?|dos?|das?|di|della?|du|des|DE(?: LA| LOS| LAS)?|DEL|DU|DES",
    "para": r"para(?: el| la| los| las| un| una| o| a| os| as)?|pel[oa]s?|por(?: la| el| los| las| un| una)?|pour(?: le| la| les| un| une)?|contra(?: la| el)?|contre(?: la| le)?",
    "sobre": r"sobre(?: el| la| los| las)?|sur(?: le| la| les)?|relati(?:ve|f) (?:à la|à l['’]|au|aux)",
    "a": r"a(?: la| las| los|l)?|à(?: la| l['’])?|aux?",
    "en": r"en(?: el| la| las| los)?|dans",
    "van": r"van(?: de[rn]?)?|von|f[üö]r|voor|zu[rm]?|il?|om|av|af",
}
_ELIDED = r"(?: (?:de )?[dlDL]['’])"
_SMALL_ANY = "|".join(f"(?:{p})" for p in _SMALL.values())
_LINK = rf"(?: ?, ?(?:and |y |et |e )?| (?:{_SMALL_ANY}) | (?:de|à|pour|sur|contre|et) [lL]['’]|{_ELIDED}|['’]s? | )"
_RUN = re.compile(rf"{_WORD}(?:{_LINK}(?:{_WORD}|{_NUMBER}))*")
_STEP = re.compile(rf"({_LINK})?({_WORD}|{_NUMBER})")
_LINK_KINDS = [(name, re.compile(rf"(?:{pattern})\Z")) for name, pattern in _SMALL.items()]
_SENTENCE_START = re.compile(r"(?:^|[.!?:;•●·▪\-–—\"“«(\[]\s*|\d\)\s*)\Z")
_ABSTRACT = re.compile(
    r"(?:tion|sion|ment|ity|ics|ance|ence|ship|ing|ure|ism|ery|cion|dad|miento|encia|ancia|ura|ismo|te|ement|ique|ogy|ogia|ogie|nomia)s?\Z"
)
ORDINAL = re.compile(
    r"\d+\w*|[ivx]+|first|second|third|fourth|fifth|sixth|primer|primero|primera|segundo|segunda|tercer|tercero|tercera|cuarto|cuarta|quinto|quinta|premier|premiere|deuxieme|troisieme|quatrieme|cinquieme|nuevo|nueva|nouveau|nouvelle|haute|haut|gran|new|honorable|i+"
)
_NUMBERED = frozenset({"PROGRAM", "EVENT", "SOFTWARE", "LICENCE"})
# labels whose names go on after a small word
_TAILS = {
    "of": frozenset({"ORG", "PROGRAM", "LAW", "EVENT", "GPE", "SOFTWARE", "LOC", "LICENCE"}),
    "for": frozenset({"ORG", "PROGRAM", "LAW", "EVENT", "SOFTWARE"}),
    "on": frozenset({"ORG", "PROGRAM", "LAW", "EVENT"}),
    "to": frozenset({"PROGRAM", "LAW"}),
    "in": frozenset({"LAW", "PROGRAM"}),
    "with": frozenset({"PROGRAM", "LAW"}),
    "de": frozenset({"ORG", "PROGRAM", "LAW", "EVENT", "GPE", "SOFTWARE", "LOC", "LICENCE"}),
    "para": frozenset({"ORG", "PROGRAM", "LAW", "EVENT", "SOFTWARE"}),
    "sobre": frozenset({"PROGRAM", "LAW", "EVENT", "ORG"}),
    "a": frozenset({"ORG", "PROGRAM", "LAW", "SOFTWARE"}),
    "en": frozenset({"PROGRAM", "LAW"}),
}
_ON = frozenset(
    [
        "commission",
        "committee",
        "council",
        "institute",
        "group",
        "panel",
        "forum",
        "centre",
        "center",
        "conference",
        "network",
        "subcommittee",
    ]
)
_NUMBERED_ACTS = frozenset(
    [
        "resolution",
        "decision",
        "provision",
        "order",
        "directive",
        "regulation",
        "decree",
        "ordinance",
        "circular",
        "resolucion",
        "disposicion",
        "decision",
        "decreto",
        "ordenanza",
        "circular",
        "acordada",
        "arrete",
        "decret",
        "deliberation",
        "agreement",
        "acuerdo",
        "accord",
        "rules",
        "amendment",
    ]
)
"""Acts that have a number or a subject; without either the word names none."""
_TOWARDS = frozenset(
    [
        "access",
        "right",
        "rights",
        "freedom",
        "guide",
        "transition",
        "response",
        "approach",
        "introduction",
        "path",
        "road",
    ]
)
_PEOPLE = frozenset(
    [
        "people",
        "peoples",
        "women",
        "children",
        "citizens",
        "citizen",
        "consumers",
        "workers",
        "farmers",
        "teachers",
        "students",
        "youth",
        "patients",
    ]
)
_MONTH = re.compile(
    r"january|february|march|april|may|june|july|august|september|october|november|december|enero|febrero|marzo|abril"
    r"|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre|janvier|fevrier|mars|avril|mai|juin|juillet|aout"
    r"|septembre|octobre|novembre|decembre"
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a run. `link` is the kind of what stands before it ('' for a space)."""

    start: int
    end: int
    text: str
    folded: str
    link: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """A stretch that can be a name. `label` is None where its head does not tell, "NONE" where it tells no name."""

    start: int
    end: int
    words: tuple[Word, ...]
    label: str | None
    head: str | None
    starts_sentence: bool
    run: int
    """Number of the run that it was cut from: phrases of one run stand in one list."""


def phrases(text: str, known: Sequence[Found] = ()) -> list[Phrase]:
    """All capitalised phrases of a text, in order. `known` are the gazetteer's names in it, in order."""
    reader = _Reader(text, lexicon(), known)
    return [p for n, match in enumerate(_RUN.finditer(text)) for p in reader.read(match, n)]


class _Reader:
    """Cuts the runs of one text."""

    def __init__(self, text: str, words: Lexicon, known: Sequence[Found]) -> None:
        self.text = text
        self.words = words
        self.known = {(k.start, k.end): k for k in known}
        self.known_starts = sorted((k.start, k.end) for k in known)

    def read(self, match: re.Match[str], run: int) -> Iterator[Phrase]:
        words = self._words(match)
        first = True
        while words:
            starts = first and self._starts_sentence(words[0].start)
            cut, label, head = self._take(words)
            person = self._split_person(words[:cut])
            if person:
                cut = person
                label, head = self._head(words[:cut])
            taken, words = words[:cut], words[cut:]
            phrase = self._phrase(taken, label, head, starts, run)
            if phrase is not None:
                yield phrase
            first = False

    def _split_person(self, words: list[Word]) -> int:
        """Where a person's name starts inside "Supreme Court Justice Ana Lee"; 0 for no such place."""
        for at in range(1, len(words) - 1):
            if words[at].link or words[at + 1].link or words[at].folded not in self.words.titles:
                continue
            if words[at + 1].folded in self.words.given_names:
                return at
        return 0

    def _words(self, match: re.Match[str]) -> list[Word]:
        out: list[Word] = []
        position = match.start()
        while position < match.end():
            step = _STEP.match(self.text, position, match.end())
            if step is None:
                break
            link = _link_kind(step.group(1)) if out else ""
            start = step.start(2)
            token = step.group(2)
            if (
                re.match(r"[LDld]['’]\w", token)
                and not (out and link == "")
                and token[0] in "LDl"
                and token[0] != "D"
            ):
                start, token = start + 2, token[2:]
                if not (token[0].isupper() or any(c.isupper() for c in token[1:4])):
                    position = step.end()
                    continue  # "L'association Libre": the article has the capital
            out.append(Word(start, step.end(), token, fold(token), link))
            position = step.end()
        return self._without_openers(out)

    def _starts_sentence(self, start: int) -> bool:
        return _SENTENCE_START.search(self.text, max(0, start - 4), start) is not None

    def _without_openers(self, words: list[Word]) -> list[Word]:
        while (
            words
            and not self._known_from(words[0].start)
            and (words[0].folded in self.words.openers or self._gerund(words))
        ):
            if words[0].folded != "the" and len(words) > 1 and not self._starts_sentence(words[0].start):
                break  # "En Marcha", "Nuestra Tierra": within a sentence its capital means something
            if words[0].text.isupper() and len(words[0].text) > 1 and len(words) == 1:
                break  # "IT" or "US" alone is no article
            words = words[1:]
        return words

    def _gerund(self, words: Sequence[Word]) -> bool:
        """`Reviewing Existing Rules`: a heading's verb."""
        first = words[0].folded
        return (
            len(words) > 1
            and first.endswith("ing")
            and words[1].link in ("", "the")
            and first not in self.words.topics
            and self._starts_sentence(words[0].start)
        )

    def _known_from(self, start: int) -> Found | None:
        at = bisect_right(self.known_starts, (start, 0))
        if at < len(self.known_starts) and self.known_starts[at][0] == start:
            return self.known[self.known_starts[at]]
        return None

    def _atom(self, words: Sequence[Word], at: int) -> int:
        """End of the words from `at` that only spaces part."""
        end = at + 1
        while end < len(words) and words[end].link == "":
            end += 1
        return end

    def _take(self, words: Sequence[Word]) -> tuple[int, str | None, str | None]:
        """How many words the first name takes, its label and head."""
        end = self._atom(words, 0)
        known = self._known_from(words[0].start)
        if known is not None and known.label in ("GPE", "LOC", "ORG", "LAW"):
            inside = sum(1 for w in words if w.end <= known.end)
            if inside > end:  # a known name with small words in it: "Bosnia and Herzegovina"
                end = self._atom(words, inside - 1)
        label, head = self._head(words[:end])
        while end < len(words):
            link = words[end].link
            stop = self._atom(words, end)
            if not self._goes_on(words, end, stop, link, label):
                break
            if label is None or label == "NONE":
                later, noun = self._head(words[end:stop])
                if link not in ("of", "to", "for", "and", "poss"):
                    later = None
                if later not in (None, "NONE"):
                    label, head = later, noun
                elif label == "NONE":
                    label, head = None, None
            if label == "GPE" and stop - end > 1 and link in ("of", "de"):
                later, noun = self._head(words[end:stop])
                if later == "ORG":  # "City of Tarve Education Department"
                    label, head = later, noun
            end = stop
        return end, label, head

    def _head(self, atom: Sequence[Word]) -> tuple[str | None, str | None]:
        """Label by the head noun of words that only spaces part."""
        folded = [w.folded for w in atom]
        while folded and folded[-1][:1].isdigit():
            folded.pop()
        if len(folded) > 2 and atom[-1].text.isupper() and folded[-1] not in self.words.english_heads:
            folded.pop()  # "Digital Community AR"
        if not folded:
            return None, None
        follows = self.text[atom[-1].end : atom[-1].end + 24]
        first = 1 if len(folded) > 1 and ORDINAL.fullmatch(folded[0]) else 0
        for size in (3, 2):
            if " ".join(folded[-size:]) in self.words.english_heads and len(folded) >= size:
                key = " ".join(folded[-size:])
                return self.words.english_heads[key], key
            for heads, start in (
                (self.words.english_heads, len(folded) - 1),
                (self.words.romance_heads, first),
            ):
                rest = " ".join(folded[start:]) + fold(follows)
                key = " ".join(re.split(r"[ ,.;)]", rest, maxsplit=size)[:size])
                if key in heads:
                    return heads[key], key
        romance_first = self.words.romance_heads.get(folded[first])
        english_last = self.words.english_heads.get(folded[-1])
        if english_last == "GPE" and all(w in self.words.topics for w in folded[:-1]) and len(folded) > 1:
            english_last = "NONE"  # "Member State", "Open State"
        if romance_first == "GPE" and len(folded) > first + 1:
            romance_first = None  # "Distrito Tecnológico": a place has "de" after such a head
        if (
            len(folded) > first + 1
            and folded[first] in self.words.romance_heads
            and self._romance(atom, folded)
        ):
            return romance_first, folded[first]
        if english_last is not None:
            return english_last, folded[-1]
        plural = _singular(folded[-1])
        if plural is not None and plural in self.words.english_heads:
            return "NONE", folded[-1]
        if romance_first is not None:
            return romance_first, folded[first]
        return None, None

    def _romance(self, atom: Sequence[Word], folded: Sequence[str]) -> bool:
        """Is this atom Spanish, French ...? By accents, by a Romance link after it, by its other words."""
        if folded[-1] not in self.words.english_heads:
            return True
        following = re.match(
            r" (?:de|del|du|des|da|do|para|pour|d['’])\b", self.text[atom[-1].end : atom[-1].end + 6]
        )
        return following is not None or any(ord(c) > 127 for w in atom for c in w.text)

    def _goes_on(self, words: Sequence[Word], at: int, stop: int, link: str, label: str | None) -> bool:
        """Does the name go on over the small word before `words[at]` to `words[at:stop]`?"""
        before, atom = words[:at], words[at:stop]
        if link == ",":
            return self._series(words, at, label)
        if link in ("and", "y"):
            return self._joined(words, at, stop, label)
        if link == "and the":
            # "por la Igualdad y la Justicia"
            return (
                label in ("ORG", "LAW", "PROGRAM")
                and before[-1].link in ("de", "para")
                and self._all_topics(atom)
            )
        if link == "poss":
            following, _ = self._head(atom)
            return before[-1].folded in self.words.possessors and (
                following == "ORG"
                or (following in ("PROGRAM", "EVENT", "LAW") and before[-1].folded in _PEOPLE)
            )
        if link == "van":
            return label != "NONE"
        if label == "NONE":
            return self._right_to(words, at, stop, link)
        if link == "to" and before[-1].folded not in _TOWARDS:
            return False
        if label is None:
            if link in ("of", "to", "for"):
                following, _ = self._head(atom)
                place = self._known_from(atom[0].start)
                return (following not in (None, "NONE") and len(before) == 1) or (
                    link == "of"
                    and not (place and place.label == "GPE")
                    and len(before) == 1
                    and words[at - 1].folded not in self.words.demonyms
                )
            place = self._known_from(atom[0].start)
            if link in ("en", "de", "para") and place is not None:
                return False
            if link == "en":
                return not (place and place.label in ("GPE", "LOC")) and not self._all_english(before)
            if link == "a":  # "Trámites a Distancia", not "Become a Member"
                return place is None and any(ord(c) > 127 for w in (*before, *atom) for c in w.text)
            return link in ("de", "para") and not (place and place.label in ("GPE", "LOC"))
        if label not in _TAILS.get(link, ()):
            return False
        if _MONTH.fullmatch(atom[0].folded) and (
            link != "de" or re.match(r" de(?:l)? \d", self.text[atom[0].end :])
        ):
            return False
        head = before[-1].folded
        if link == "on" and label == "ORG" and not any(w.folded in _ON for w in before):
            return False
        if link == "for" and self.text[words[at - 1].end : atom[0].start] == " for the " and len(atom) > 1:
            following, _ = self._head(atom)
            if following == "ORG":
                return False  # "developed by Demos Lab for the City Council"
        if link in ("of", "de") and label == "LAW" and len(before) == 1 and head in _NUMBERED_ACTS:
            return False
        if link == "in" and label == "PROGRAM":
            # "Strategy for Broadband in the Republic of X 2016-2020"
            return len(before) > 1 and len(atom) > 1 and atom[-1].folded[:4].isdigit()
        if link in ("in", "en"):
            place = self._known_from(atom[0].start)
            return not (place and place.label in ("GPE", "LOC"))
        if label in ("PROGRAM", "SOFTWARE", "EVENT", "LAW") and link in ("of", "de"):
            # "the Strategy of the Ministry of X": two names
            following, _ = self._head(atom)
            article = self.text[words[at - 1].end : atom[0].start].strip().lower() in (
                "of the",
                "de la",
                "del",
                "du",
            )
            return not (following == "ORG" and article and len(before) > 1)
        return True

    def _right_to(self, words: Sequence[Word], at: int, stop: int, link: str) -> bool:
        """`Access to Information Agency`: a subject with a small word in it, before its head."""
        if link not in ("of", "to") or words[at - 1].folded not in ("access", "right", "freedom", "rights"):
            return False
        end = stop
        while end <= len(words):
            following, _ = self._head(words[at:end])
            if following not in (None, "NONE") and end - at > 1:
                return True
            if end >= len(words) or words[end].link not in ("and",):
                return False
            end = self._atom(words, end)
        return False

    def _all_english(self, words: Sequence[Word]) -> bool:
        return any(w.folded in self.words.english_heads for w in words)

    def _subject(self, atom: Sequence[Word]) -> bool:
        """Can these words be part of what a body or a law is about?"""
        if self._known_from(atom[0].start) or any(w.text.isupper() and len(w.text) > 1 for w in atom):
            return False
        if fold(self.text[atom[0].start : atom[-1].end]) in self.words.generic:
            return True
        label, _ = self._head(atom)
        starts_name = atom[0].folded in self.words.romance_heads or atom[0].folded in self.words.english_heads
        if label not in (None, "NONE") and (len(atom) > 1 or starts_name):
            return atom[0].folded in self.words.topics and len(atom) == 1
        return any(w.folded in self.words.topics or _ABSTRACT.search(w.folded) for w in atom)

    def _all_topics(self, atom: Sequence[Word]) -> bool:
        return all(w.folded in self.words.topics for w in atom)

    def _joined(self, words: Sequence[Word], at: int, stop: int, label: str | None) -> bool:
        before, atom = words[:at], words[at:stop]
        follows_link = words[stop].link if stop < len(words) else ""
        starts_other = self._head(atom)[0] not in (None, "NONE") and follows_link in ("of", "for", "de")
        if label in ("ORG", "LAW", "PROGRAM", "SOFTWARE", "EVENT"):
            if not any(w.link for w in before[1:]) and self._all_english(before[-1:]):
                # the head stands at the end: "Data Protection Agency and ..." is over, unless a subject follows
                return (
                    label == "ORG"
                    and len(atom) > 1
                    and self._all_topics(atom)
                    and self._head(atom)[0] is None
                )
            if label != "ORG" and label != "LAW" and not any(w.link for w in before[1:]):
                return False
            return not starts_other and (
                self._subject(atom) or (len(atom) == 1 and self._plain_word(atom[0]))
            )
        if label == "GPE":
            return False
        # "Science and Technology Agency": the head stands after it
        following, _ = self._head(atom)
        return (
            following not in (None, "NONE", "GPE")
            and len(atom) > 1
            and all(w.folded in self.words.topics or _ABSTRACT.search(w.folded) for w in before)
        )

    def _plain_word(self, word: Word) -> bool:
        return (
            word.text[1:].islower()
            and word.folded not in self.words.demonyms
            and not self._known_from(word.start)
            and word.folded not in self.words.english_heads
            and word.folded not in self.words.romance_heads
        )

    def _series(self, words: Sequence[Word], at: int, label: str | None) -> bool:
        """`Ministry of Interior, Public Works and Housing`: do the words after this comma belong to the name?"""
        if label not in ("ORG", "LAW"):
            return False
        if not any(w.link in ("of", "for", "de", "para", "on", "sobre") for w in words[:at]):
            return False
        end = at
        while end < len(words):
            stop = self._atom(words, end)
            atom = words[end:stop]
            gap = self.text[words[end - 1].end : words[end].start]
            last = words[end].link in ("and", "y") or re.search(r"\b(?:and|y|et|e)\b", gap) is not None
            topics = self._subject(atom) and any(w.folded in self.words.topics for w in atom)
            if not topics and not (last and end > at and len(atom) == 1 and self._plain_word(atom[0])):
                return False
            if last:
                return end > at
            end = stop
            while end < len(words) and words[end].link in ("of", "de"):
                end = self._atom(words, end)
            if end < len(words) and words[end].link not in (",", "and", "y"):
                return False
        return False

    def _phrase(
        self, words: Sequence[Word], label: str | None, head: str | None, starts: bool, run: int
    ) -> Phrase | None:
        taken = list(words)
        if taken and taken[0].link in (",", "and", "and the", "y", ""):
            taken = self._without_openers(taken)
        while taken and (
            (taken[-1].folded[:1].isdigit() and label not in _NUMBERED)
            or (len(taken) > 1 and taken[-1].link and taken[-1].folded in self.words.demonyms)
            or (len(taken) > 1 and taken[-1].folded in ("no", "nr"))
        ):
            taken.pop()
        if not taken:
            return None
        whole = fold(self.text[taken[0].start : taken[-1].end])
        if whole in self.words.generic or (label not in (None, "NONE") and len(taken) == 1):
            label = "NONE"
        return Phrase(taken[0].start, taken[-1].end, tuple(taken), label, head, starts, run)


def _link_kind(link: str | None) -> str:
    bare = (link or "").strip()
    if not bare:
        return ""
    if bare.startswith(","):
        return ","
    if bare in ("'s", "’s", "'", "’"):
        return "poss"
    for name, pattern in _LINK_KINDS:
        if pattern.match(bare):
            return name
    if bare.startswith(("et ",)):
        return "y"
    return "sobre" if bare.startswith("sur") else "para" if bare.startswith(("pour", "contre")) else "de"


def _singular(word: str) -> str | None:
    """The singular of an English plural, None for another word."""
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("ches", "sses", "shes", "xes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else None
