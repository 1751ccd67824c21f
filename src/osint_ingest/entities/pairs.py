"""Names that the text itself ties together: `English name (Native name) (ACRONYM)`, `ACRONYM, the Long Name,` ..."""

from __future__ import annotations

import re
from collections.abc import Iterator

from osint_ingest.entities.acronyms import abbreviates, is_acronym, loosely_abbreviates
from osint_ingest.entities.evidence import Found, FoundNames, Open, Tie
from osint_ingest.entities.grammar import grammar
from osint_ingest.entities.lexicon import fold, lexicon
from osint_ingest.entities.wording import ARTICLE, any_word

_BRACKETS = re.compile(r"\s?\((?P<inner>[^()]{2,140})\)")
_CALLED = rf"(?:{any_word('said_as')})"
_SHORT = re.compile(
    rf"\A(?:(?:{_CALLED}|or)[: ,]*)?{ARTICLE}?[\"“”«'‘]{ARTICLE}?(?P<name>[^\"“”»'’]{{2,60}})[\"“”»'’]\s?\Z",
    re.I,
)
_NAMED = re.compile(rf"\A(?:in [A-Z]\w+|{_CALLED})[,:]?\s(?P<name>.+)\Z", re.I)
_APPOSITION = re.compile(rf",\s(?:(?P<article>{any_word('articles')}|l['’]|a|o)\s?)?\Z")
_FOREIGN = re.compile(rf"\b(?:{any_word('inside_names')})\b")
_GOVERNED = re.compile(r" of the [A-Z]\w+ (?:government|state|administration|parliament|republic)\Z")
_KIND = re.compile(r"\s(?P<kind>\w+)\Z")
_WORDISH = re.compile(r"\A[\w'’.,&/ –-]++\Z")
_SEPARATORS = (", ", " – ", " - ", "; ", ": ")
_DASHED = re.compile(r" [–-] ")
_AND_BEFORE = re.compile(r"\s(?:and|&)\s(?:the )?\Z")
_AND_INSIDE = re.compile(rf"\s(?:{any_word('and')}|&)\s")
_FIRST_OF_TWO = re.compile(
    r"(?P<name>(?<![A-Z])[A-Z][\w’'-]{1,40}+(?: [A-Z][\w’'-]++){0,8} (?:of|for) (?:the )?"
    r"(?P<whose>[A-Z][\w’'-]++(?: [A-Z][\w’'-]++){0,8}))"
    r" and (?:the )?\Z"
)
LONG_FORM = 110
"""Characters before an acronym in which its long form starts."""
PAIR_SCORE = 0.85


def name_ties(text: str, names: FoundNames) -> tuple[tuple[Found, ...], tuple[Tie, ...]]:
    """Names in brackets after a name, and what ties them. New names come with the label of their partner."""
    if "(" not in text and ", " not in text:
        return (), ()
    reader = _Ties(text, names)
    reader.brackets()
    reader.appositions()
    return tuple(reader.more), tuple(reader.ties)


class _Ties:
    def __init__(self, text: str, names: FoundNames) -> None:
        self.text = text
        self.found: dict[int, Found | Open] = {}
        self.starts: dict[int, Found | Open] = {}
        everything: list[Found | Open] = [*names.open, *names.found]
        for name in sorted(everything, key=lambda n: n.end - n.start):
            self.found[name.end] = name  # the longest name that ends there
            self.starts[name.start] = name
        self.more: list[Found] = []
        self.ties: list[Tie] = []

    def brackets(self) -> None:
        position = 0
        while (match := _BRACKETS.search(self.text, position)) is not None:
            position = match.end()
            head = self._head(match)
            if head is None:
                continue
            anchor = (head.start, head.end)
            chain = [match]
            while (following := _BRACKETS.match(self.text, chain[-1].end())) is not None:
                chain.append(following)
            position = chain[-1].end()
            if self._of_both(head, chain[0]):
                continue
            for bracket in chain:
                for start, inner in _parts(bracket):
                    self._inner(head, anchor, start, inner)

    def _head(self, match: re.Match[str]) -> Found | None:
        """The name before a bracket; grown over lower case words when the bracket is its acronym."""
        name = self.found.get(match.start())
        inner = match["inner"].strip()
        acronym = next((a for a in (inner, re.split(r"[,;–-] ", inner)[0]) if is_acronym(a)), None)
        if acronym is not None:
            if fold(acronym) in lexicon().concepts and not isinstance(name, Found):
                return None
            if name is None or not abbreviates(acronym, self.text[name.start : name.end]):
                grown = self._grown(match.start(), acronym)
                if grown is not None:
                    return grown
        elif name is None and _native(inner):
            return self._kind_head(match.start()) or self._governed_head(match.start())
        return self._labelled(name, inner) if isinstance(name, Open) else name

    def _of_both(self, head: Found, bracket: re.Match[str]) -> bool:
        """`A of X and B (...)`: the bracket holds the native names of both; X, in both, ties the first two."""
        first = _FIRST_OF_TWO.search(self.text, max(0, head.start - LONG_FORM), head.start)
        inner, at = bracket["inner"], bracket.start("inner")
        joints = list(_AND_INSIDE.finditer(inner))
        if first is None or len(joints) != 1 or first["whose"] not in inner[: joints[0].start()]:
            return False
        label = _label_of(inner[: joints[0].start()]) or head.label
        start, end = first.span("name")
        self.more.append(Found(start, end, label, "pair", PAIR_SCORE))
        self._tie(
            Found(start, end, label, "pair", 0.8), (start, end), at, at + joints[0].start(), "native", "both"
        )
        self._tie(head, (head.start, head.end), at + joints[0].end(), bracket.end("inner"), "native", "both")
        return True

    def _labelled(self, name: Open, inner: str) -> Found | None:
        """An open phrase with a bracket: its label by its votes, its acronym or its native name's head."""
        label = _best(name)
        if label is None and is_acronym(inner) and abbreviates(inner, self.text[name.start : name.end]):
            label = "ORG"
        if label is None and _label_of(inner) == "ORG" and _can_be_a_person(self.text[name.start : name.end]):
            return None  # "Ana Keller (Publications Office)": where she works
        label = label or _label_of(inner)
        if label is None:
            return None
        found = Found(name.start, name.end, label, "pair", 0.6)
        self.more.append(found)
        return found

    def _kind_head(self, end: int) -> Found | None:
        """`Public Consultation platform (Plataforma ...)`: a phrase with its kind noun in lower case."""
        match = _KIND.search(self.text[max(0, end - 20) : end])
        if match is None:
            return None
        label = lexicon().kinds.get(fold(match["kind"]))
        name = self.found.get(end - len(match.group()))
        if label is None or name is None:
            return None
        grown = Found(name.start, end, label, "pair:kind", 0.75)
        self.more.append(grown)
        return grown

    def _governed_head(self, end: int) -> Found | None:
        """`Chief of Cabinet of the Ruritanian government (Jefatura ...)`: whose body it is stands between."""
        match = _GOVERNED.search(self.text[max(0, end - 50) : end])
        name = self.found.get(end - len(match.group())) if match is not None else None
        return name if isinstance(name, Found) else None

    def _grown(self, end: int, acronym: str) -> Found | None:
        """The long form whose initials an acronym takes: back to a capitalised word before the bracket."""
        window = max(0, end - LONG_FORM)
        sentence = max(self.text.rfind(mark, window, end) for mark in (". ", "; ", ": ", "("))
        window = max(window, sentence + 1)
        best: Found | None = None
        for start, name in sorted(self.starts.items(), reverse=True):
            if not window <= start < end:
                continue
            stretch = self.text[start:end]
            if not abbreviates(acronym, stretch, strict=True):
                continue
            label = name.label if isinstance(name, Found) else _best(name)
            if label is None:
                label = _label_of(stretch)
            best = Found(start, end, label or "ORG", "pair:acronym", 0.75)
            break
        if best is not None:
            self.more.append(best)
        return best

    def _inner(self, head: Found, anchor: tuple[int, int], start: int, inner: str) -> None:
        end = start + len(inner)
        short = _SHORT.match(inner)
        named = _NAMED.match(inner)
        if short is not None:
            start, end = start + short.start("name"), start + short.end("name")
        elif named is not None:
            start, end = start + named.start("name"), start + named.end("name")
        name = self.text[start:end]
        if not name or (not name[0].isupper() and not any(c.isupper() for c in name[1:4])):
            return
        if is_acronym(name):
            if fold(name) in lexicon().concepts and not abbreviates(name, self.text[head.start : head.end]):
                return
            if any(c.isdigit() for c in name) and not abbreviates(name, self.text[head.start : head.end]):
                return
            if not self._can_be_its_acronym(head, name):
                return
            whole = self.text[head.start : head.end]
            if head.label == "PERSON" or (
                head.label in ("GPE", "LOC") and not loosely_abbreviates(name, whole)
            ):
                return
            self._tie(head, anchor, start, end, "acronym", "brackets")
        elif is_acronym(self.text[anchor[0] : anchor[1]]) and abbreviates(
            self.text[anchor[0] : anchor[1]], name
        ):
            label = _label_of(name) or head.label
            self.more.append(Found(start, end, label, "pair:long", 0.8))
            self.ties.append(Tie((start, end), anchor, "acronym", "brackets-reversed"))
        elif short is not None or named is not None or self._same_licence(head, start, end):
            self._tie(head, anchor, start, end, "alias", "brackets-quoted")
        elif _native(name) and head.label not in ("PERSON", "GPE", "LOC") and self._is_other_name(head, name):
            self._tie(head, anchor, start, end, "native", "brackets")

    def _same_licence(self, head: Found, start: int, end: int) -> bool:
        """`Creative Commons Attribution 4.0 International (CC BY 4.0)`."""
        other = self.starts.get(start)
        return (
            head.label == "LICENCE"
            and isinstance(other, Found)
            and (other.end, other.label) == (end, "LICENCE")
        )

    def _is_other_name(self, head: Found, name: str) -> bool:
        """Is this another name of the same thing, not a remark, a member or an affiliation?

        It may not be known as something else. Words of another language tell; else its words must all be
        capitalised, and the name before it must be one by its own head.
        """
        joined = _AND_BEFORE.search(self.text, 0, head.start) and _AND_INSIDE.search(name)
        if joined and _AND_INSIDE.search(self.text, head.start, head.end) is None:
            return False  # "A and B (A y B)": the names of both
        known = self.starts.get(self.text.find(name, head.end))
        if isinstance(known, Found) and known.label != head.label:
            return False
        if any(ord(c) > 127 for c in name) or _FOREIGN.search(name.lower()):
            return True
        told = _label_of(name)
        english = head.method.removeprefix("head:") in lexicon().english_heads
        if english and told != head.label and _plain_english(name):
            return False  # "Research Unit (Country Studies)": a part, a subject
        if told is not None or name.isupper() or "," in name:
            return told == head.label
        by_itself = head.method.startswith(("head:", "gazetteer", "pair:kind", "cue:", "field"))
        foreign_word = " " not in name and fold(name) not in lexicon().topics
        return by_itself and (foreign_word or all(w[0].isupper() for w in name.split()))

    def _can_be_its_acronym(self, head: Found, acronym: str) -> bool:
        """Not `Regulation (EC) No 1`, not `O/N`; `X in the European Community (IXEC)` is X's."""
        if head.label == "LAW" and acronym in ("EC", "EU", "EEC", "UE", "CE"):
            return False
        if re.fullmatch(r"[A-Z]/[A-Z]", acronym):
            return False
        inside = self.text[: head.start].endswith((" in the ", " in "))
        return not inside or loosely_abbreviates(acronym, self.text[head.start : head.end])

    def _tie(self, head: Found, anchor: tuple[int, int], start: int, end: int, kind: str, rule: str) -> None:
        self.more.append(Found(start, end, head.label, f"pair:{kind}", PAIR_SCORE))
        self.ties.append(Tie(anchor, (start, end), kind, rule))

    def appositions(self) -> None:
        """`CAFE, the Chamber of Free Enterprises, brings ...`: the long name stands after its acronym."""
        for start, name in list(self.starts.items()):
            gap = _APPOSITION.search(self.text, max(0, start - 6), start)
            before = self.found.get(gap.start()) if gap is not None else None
            if gap is None or before is None or not isinstance(name, Found):
                continue
            if name.label in ("GPE", "LOC", "PERSON") or self.text[name.end : name.end + 1] not in (
                ",",
                ".",
                " ",
                "",
            ):
                continue
            short, long = self.text[before.start : before.end], self.text[name.start : name.end]
            if " " in short or " " not in long or sum(c.isupper() for c in short) < 2:
                continue
            if loosely_abbreviates(short, long) if gap["article"] else abbreviates(short, long, strict=True):
                self.more.append(Found(before.start, before.end, name.label, "pair:acronym", PAIR_SCORE))
                self.ties.append(
                    Tie((name.start, name.end), (before.start, before.end), "acronym", "apposition")
                )


def _parts(bracket: re.Match[str]) -> Iterator[tuple[int, str]]:
    """The names in one bracket: `(Native name, ACRONYM)` holds two."""
    inner, start = bracket["inner"], bracket.start("inner")
    for separator in _SEPARATORS:
        if separator in inner:
            left, right = inner.rsplit(separator, 1)
            short = " " not in right.strip() and _DASHED.fullmatch(separator) is not None
            if is_acronym(right.strip()) or is_acronym(left.strip()) or short:
                yield start, left.rstrip()
                yield start + len(inner) - len(right), right.rstrip()
                return
    lead = len(inner) - len(inner.lstrip())
    yield start + lead, inner.strip()


def _can_be_a_person(name: str) -> bool:
    """Two to four plain words that no body is named with."""
    words, known = name.split(), lexicon()
    plain = (
        fold(w) not in known.topics
        and fold(w) not in known.english_heads
        and fold(w) not in known.romance_heads
        for w in words
    )
    return 2 <= len(words) <= 4 and all(w.isalpha() and w[1:].islower() for w in words) and all(plain)


def _native(inner: str) -> bool:
    words = inner.split()
    if inner.count(", ") > 1 and " and " not in inner:
        return False  # "(Individual, Organization, Location, Group)": members
    if not words or len(words) > 14 or not _WORDISH.match(inner) or any(c.isdigit() for c in inner):
        return False
    if fold(words[0]).rstrip(",.") in grammar().words["not_native"] or not words[0][0].isupper():
        return False
    if len(words) == 1:
        return len(inner) > 5
    return True


def _plain_english(name: str) -> bool:
    """Are all its words English subjects and heads, and not all of them Romance ones too (`Agenda Digital`)?"""
    words = [fold(w).strip(".,") for w in name.split()]
    heads = lexicon()
    english = all(w in heads.english_topics or w in heads.english_heads for w in words)
    return english and not all(w in heads.romance_topics or w in heads.romance_heads for w in words)


def _label_of(name: str) -> str | None:
    """Label by the head noun of a name in any language we know, None without one."""
    words = [fold(w).strip(".,") for w in name.split()]
    if len(words) < 2:
        return None
    heads = lexicon()
    before_link = next(
        (words[n - 1] for n in range(1, len(words)) if words[n] in ("of", "for", "on")), words[-1]
    )
    first = heads.romance_heads.get(words[0]) or heads.english_heads.get(words[0])
    label = first or heads.english_heads.get(before_link) or heads.english_heads.get(words[-1])
    return None if label == "NONE" else label


def _best(name: Open) -> str | None:
    votes: dict[str, float] = {}
    for label, weight, _ in name.votes:
        votes[label] = max(votes.get(label, 0.0), weight)
    label = min(votes, key=lambda k: (-votes[k], k), default="")
    return label if label and votes[label] >= 0.5 else None
