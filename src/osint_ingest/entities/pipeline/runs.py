"""Runs of capitalised words, with the small words between them that can stand inside a name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from osint_ingest.entities.lexicon import fold, grammar, lexicon

_UPPER = "".join(chr(c) for c in range(0x41, 0x530) if chr(c).isupper())
_ABBREVIATION = r"(?:[A-Z]\.){2,4}(?!\w)"
_ORDINAL = rf"\d{{1,3}}{grammar().ordinal_ends}\b"
# Ministry  iText  e-Health  D'Angelo  Vue.js  C++; never the 's of a possessive
_CAPITAL = (
    rf"(?:[{_UPPER}]\w*|[a-z]{{1,5}}[{_UPPER}]\w*|[eima]-[{_UPPER}]\w*)"
    r"(?:(?!['’]s\b)(?:[-.’'&/+@]|–(?=\w))\w+)*[+#]*"
)
_WORD = rf"(?:{_ABBREVIATION}|{_CAPITAL}|{_ORDINAL})"
_NUMBER = r"(?:v?\d+(?:[.\-–/]\d+)*\b(?!\s?%))"
_LINK = (
    rf"(?: ?, ?(?:(?:{grammar().and_pattern}) )?| (?:{grammar().link_pattern}) | {grammar().elided_pattern}"
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
