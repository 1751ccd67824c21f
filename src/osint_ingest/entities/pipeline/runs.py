"""Runs of capitalised words, with the small words between them that can stand inside a name; the head noun of words
that stand together, and the label that it gives."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from osint_ingest.entities.lexicon import fold, grammar, lexicon, word_lists
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
    # of an elided link, the kind of the word before the article
    return grammar().links.get(bare) or grammar().links.get(bare.split(" ")[0]) or "genitive"


Head = tuple[str | None, str | None]
"""Label and noun. The label is "NONE" for a head that names nothing, None where no head is known."""

NO_HEAD: Head = (None, None)
NAMELESS = (None, "NONE")
_NUMERAL = re.compile(r"\d\w*|[ivx]+")
_ROMAN = re.compile(r"[IVX]{1,4}")


def is_ordinal(folded: str) -> bool:
    """Is it a word or a number that counts (`third`, `iv`, `3rd`)? It stands before a head, alone it names nothing."""
    return folded in grammar().words["ordinal"] or _NUMERAL.fullmatch(folded) is not None


def head_of(atom: Sequence[RunWord], *, romance_follows: bool) -> Head:
    """Head of words that only spaces part: the last one in English, the first in Romance languages.

    `romance_follows`: does a small word of such a language stand after them?
    """
    words = lexicon()
    folded = [w.folded for w in atom]
    while folded and (
        folded[-1] in ("no", "nr") or folded[-1][:1].isdigit() or _ROMAN.fullmatch(atom[len(folded) - 1].text)
    ):
        folded.pop()
    if not folded:
        return NO_HEAD
    first = 1 if len(folded) > 1 and is_ordinal(folded[0]) else 0
    several = len(folded) > first + 1
    romance = words.romance_heads.get(" ".join(folded[first : first + 2])) or words.romance_heads.get(
        folded[first]
    )
    english = words.english_heads.get(" ".join(folded[-2:])) or words.english_heads.get(folded[-1])
    if english == "GPE" and len(folded) > 1 and all(w in words.topics for w in folded[:-1]):
        english = "NONE"  # "Member State", "Open State"
    accents = any(ord(c) > 127 for w in atom for c in w.text)
    if (
        romance is not None
        and (several or english == "NONE")
        and (romance_follows or accents or _is_plain(folded[first], romance, english))
    ):
        # a place has a small word after such a head
        return (None if romance == "GPE" else romance), folded[first]
    if english is not None:
        return english, folded[-1]
    if _singular(folded[-1]) in words.english_heads:
        return "NONE", folded[-1]
    told = (
        romance is not None and _is_plain(folded[first], romance, None) and not (romance == "GPE" and several)
    )
    return (romance, folded[first]) if told else NO_HEAD


def _is_plain(word: str, romance: str, english: str | None) -> bool:
    """Does nothing of an English name speak against this Romance head: neither its last word nor the head itself?"""
    return english is None and lexicon().english_heads.get(word, romance) == romance


def _singular(word: str) -> str:
    """The singular of an English plural, "" for another word."""
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else ""
