"""Component `legal_acts`: instruments and standards with a number ("Law No. 24", "Directive 2003/98/EC", "ISO 8601").

Token patterns from the table `legal` of `words.toml`: qualifiers, a noun, what follows it, number words, a number.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from spacy.attrs import ORTH
from spacy.language import Language
from spacy.matcher import Matcher
from spacy.tokens import Doc, Span
from spacy.util import filter_spans

from osint_ingest.entities.lexicon import COMMON, DATA, fold, grammar, language_words, languages, word_lists
from osint_ingest.entities.pipeline.evidence import Candidate, add_candidates, text_of
from osint_ingest.text.language_files import any_form

SCORE = 0.95
MOST = "{0,6}"
"""Tokens of a kind in a row: without a bound, spaCy's matcher takes the square of a long row's time."""
BEFORE, AFTER = 6, 24
"""Tokens around its noun that an act can have."""
_MAY_HAVE_ONE = re.compile(r"[\d(]")
"""In every text with an act that the patterns know: they cost a third of the time that names take."""
_Pattern = list[dict[str, Any]]
"""Tokens as spaCy's matcher describes them."""
_YEAR = r"^(19|20)\d\d$"
_YEAR_AFTER = re.compile(r" \((?:19|20)\d\d\)|(?:(?<=\) Act)|(?<=\) Bill)) (?:19|20)\d\d\b")
"""`Resolution 1373 (2001)`, `Company Officers (Disqualification) Act 2009`."""
_PARTS = re.compile(r"[-/–:.°º]|\d[\w.,/-]*|[A-Z][\w./-]{0,30}")
"""Tokens of a number that spaces do not part: `2011/833/EU`, `2/2018-APN-SGM`."""


@Language.factory("osint_legal_acts", assigns=["doc.spans"])
def make_legal_acts(nlp: Language, name: str) -> "LegalActs":
    """The component with the patterns of all languages."""
    return LegalActs(nlp)


class LegalActs:
    """Adds numbered acts to the candidates."""

    def __init__(self, nlp: Language) -> None:
        self.acts, self.others = Matcher(nlp.vocab), Matcher(nlp.vocab)
        numbers = word_lists()["legal"]["number"]
        self.links = frozenset(numbers["year_after"])
        numbered: list[_Pattern] = []
        dated: list[_Pattern] = []
        nouns: set[str] = set()
        number = [word for word in _tokens(nlp, numbers["words"]) if word != "."]
        self.number_words = frozenset(number)
        self.number_after = re.compile(rf",? (?:{any_form(numbers['words'])}) ?\d[\d/]*")
        for words in (told for code in languages() if "legal" in (told := language_words(code))):
            entry, links = words["legal"]["nouns"], words["links"]
            noun = _noun(nlp, entry)
            nouns |= set(noun[1]["ORTH"]["IN"])
            of = _tokens(nlp, [*links.get("genitive", ()), *links.get("of", ())])
            numbered += _numbered(noun, of, number)
            dated += _dated(noun, entry)
        self.nouns = frozenset(nlp.vocab.strings.add(word) for word in nouns)
        self.acts.add("LAW:number", numbered, greedy="LONGEST")
        self.acts.add("LAW:dated", dated, greedy="LONGEST")
        other = tomllib.loads(DATA.joinpath(COMMON, "legal.toml").read_text("utf-8"))
        for label, patterns in other.items():
            self.others.add(f"{label}:number", patterns, greedy="LONGEST")

    def __call__(self, doc: Doc) -> Doc:
        """The text with its numbered acts among the candidates."""
        if not _MAY_HAVE_ONE.search(text_of(doc)):
            return doc
        strings = doc.vocab.strings
        found = sorted({*self.others(doc), *self._around_nouns(doc)})
        spans = [Span(doc, start, end, strings[key]) for key, start, end in found]
        add_candidates(doc, self._acts(doc, filter_spans(spans)))
        return doc

    def _around_nouns(self, doc: Doc) -> Iterator[tuple[int, int, int]]:
        """Matches near the nouns of acts: over a whole text the matcher takes the square of a row of acts' time."""
        for at, word in enumerate(doc.to_array(ORTH).tolist()):
            if word in self.nouns:
                window = doc[max(0, at - BEFORE) : at + AFTER]
                for key, start, end in self.acts(window):
                    yield key, window.start + start, window.start + end

    def _acts(self, doc: Doc, spans: list[Span]) -> Iterator[Candidate]:
        text = text_of(doc)
        for found in spans:
            label, _, shape = found.label_.partition(":")
            span = _whole_act(found[1:] if found[0].text == "The" else found)
            end = span.end
            if shape == "number":
                while end < len(doc) and not doc[end - 1].whitespace_ and _PARTS.fullmatch(doc[end].text):
                    end += 1
                while (
                    end > span.start
                    and not doc[end - 1].text[-1].isalnum()
                    and doc[max(0, end - 3)].text != "("
                ):
                    end -= 1
                if end - span.start < 2 or (end == span.end and self._is_year(span)):
                    continue  # "the Act 2016": a year, not a number
                printed = doc[span.start : end].text
                if ("(" in printed and ")" not in printed) or self._is_day(doc, end):
                    continue
                if end + 1 < len(doc) and doc[end].text in self.links and re.match(_YEAR, doc[end + 1].text):
                    end += 2
            elif span.start and doc[span.start - 1].text.istitle() and len(doc[span.start - 1]) > 3:
                continue  # "the Privacy Act of 15 June 2018": its title is its name
            stop = doc[end - 1].idx + len(doc[end - 1])
            after = _YEAR_AFTER if shape == "number" else self.number_after
            more = after.match(text, stop) if label == "LAW" else None
            yield Candidate(span.start_char, more.end() if more else stop, label, SCORE, f"legal:{shape}")

    def _is_day(self, doc: Doc, end: int) -> bool:
        """Does a month follow the number: `Recommendation 16 January 2014`?"""
        day = re.fullmatch(r"\d\d?", doc[end - 1].text) is not None
        return day and end < len(doc) and fold(doc[end].text) in grammar().words["month"]

    def _is_year(self, span: Span) -> bool:
        """Is its number a bare year?"""
        told = any(t.text in self.number_words or t.is_upper for t in span[1:-1])
        return re.match(_YEAR, span[-1].text) is not None and not told


def _whole_act(span: Span) -> Span:
    """The act of which a part is told: `Law 11/1998` of `Sixth Additional Provision of the Law 11/1998`."""
    if fold(span[0].text) not in grammar().words["act_parts"]:
        return span
    later = [t.i for t in span[2:] if t.text.istitle() and t.nbor(-1).text.islower()]
    return span.doc[later[-1] : span.end] if later else span


def _noun(nlp: Language, entry: Mapping[str, Any]) -> _Pattern:
    return [
        {"ORTH": {"IN": _tokens(nlp, entry.get("qualifiers", []))}, "OP": MOST},
        {"ORTH": {"IN": [*entry["nouns"], *(n.lower() for n in entry.get("lower", []))]}},
        {"ORTH": {"IN": _tokens(nlp, entry.get("following", []))}, "OP": MOST},
    ]


def _numbered(noun: _Pattern, of: Sequence[str], number: Sequence[str]) -> list[_Pattern]:
    """`Law 12`, `Resolution of the Council No. 12`, `Order (EO) 12`, `Law No. (12)`, `Act XII of 1998`."""
    whose = rf"^([^\W\d_a-zß-ÿ]\w*|{'|'.join(map(re.escape, of))})$"
    called: _Pattern = [{"ORTH": {"IN": number}, "OP": "{1,4}"}, {"ORTH": ".", "OP": "?"}]
    figures: dict[str, Any] = {"TEXT": {"REGEX": r"^([Nn][°º]|[A-Z]-)?\d"}}
    return [
        [*noun, figures],
        [*noun, {"TEXT": {"REGEX": whose}, "OP": "{0,10}"}, *called, figures],
        [*noun, *_bracketed(r"^[A-Z.]{2,5}$"), figures],
        [*noun, *called, *_bracketed(r"^\d+$")],
        [*noun, {"TEXT": {"REGEX": r"^[IVXLC]+$"}}, {"ORTH": "of"}, {"TEXT": {"REGEX": _YEAR}}],
    ]


def _dated(noun: _Pattern, entry: Mapping[str, Any]) -> list[_Pattern]:
    """`Law of 4 May 2016`, `Act of March 1, 2018`, and a date without a word before it where a language has that."""
    of: dict[str, Any] = {"ORTH": {"IN": entry["dated_of"]}}
    of_month: dict[str, Any] = {**of, "OP": "?"}
    day: dict[str, Any] = {"TEXT": {"REGEX": r"^\d\d?(er)?$"}}
    month: dict[str, Any] = {"IS_ALPHA": True}
    year: dict[str, Any] = {"TEXT": {"REGEX": _YEAR}}
    date = [day, of_month, month, of_month, year]
    before = entry.get("before_dates", [])
    alone: dict[str, Any] = {"ORTH": {"IN": [*before, *map(str.lower, before)]}}
    return [[*noun, of, *date], [*noun, of, month, day, {"ORTH": ","}, year], [alone, *noun[2:], *date]]


def _bracketed(pattern: str) -> _Pattern:
    return [{"ORTH": "("}, {"TEXT": {"REGEX": pattern}}, {"ORTH": ")"}]


def _tokens(nlp: Language, words: list[str]) -> list[str]:
    """Words and phrases as single tokens, each once."""
    return sorted({token.text for word in words for token in nlp.make_doc(word)})
