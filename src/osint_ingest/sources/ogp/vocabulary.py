"""Known values: their English canonical form, and lists of them without separators."""

import re
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from typing import NamedTuple

from osint_ingest.html.labels import plain
from osint_ingest.sources.ogp.wording import own_words, terms, value_sections

_TOKEN = re.compile(r"[^\W_]+|[,;|•·●\n]")
_GLUE = re.compile(r"(?<=[a-zà-öø-ÿ)])(?=[A-ZÀ-ÖØ-Þ])")
_MOST_REMEMBERED = 5_000
_SEPARATORS = frozenset(",;|•·●\n")
_JOINING = frozenset(plain(word) for word in own_words("words.joining"))
"""Words that say nothing within and between values; not what a hyphen ties to the next: `e-petition`."""


class Value(NamedTuple):
    """A value as printed, at `[start, end)` of its text, and its canonical form, if it is a known one."""

    text: str
    code: str | None
    start: int
    end: int


class _Token(NamedTuple):
    word: str
    start: int
    end: int


class Vocabulary:
    """Terms with their canonical form, told by their words: case, accents and joining words do not count."""

    def __init__(self, terms: Mapping[str, Iterable[str]]) -> None:
        self._terms: dict[tuple[str, ...], str] = {}
        self._known = lru_cache(_MOST_REMEMBERED)(self._find)
        for code, forms in terms.items():
            for form in (code, *forms):
                words = tuple(token.word for token in _tokens(form))
                if not words:
                    raise ValueError(f"{code!r} has a form without a word: {form!r}")
                self._terms.setdefault(words, code)
        self._most_words = max(map(len, self._terms), default=0)

    def code(self, text: str) -> str | None:
        """The canonical form of a whole text; None for one that is not known."""
        return self._known(text)

    def _find(self, text: str) -> str | None:
        return self._terms.get(tuple(token.word for token in _tokens(text)))

    def split(self, text: str) -> list[Value]:
        """The values of a list that is one text, whatever stands between them. Separators part values, and so do the
        ends of known terms. A stretch between two separators that has one known term and other words besides is one
        unknown value."""
        tokens = _tokens(text)
        values: list[Value] = []
        start = 0
        while start < len(tokens):
            stretch, start = self._stretch(tokens, start)
            known = sum(1 for v in stretch if v[2])
            if known < 2 and len(stretch) > 1:
                stretch = [(stretch[0][0], stretch[-1][1], None)]
            for first, last, code in stretch:
                begin, end = tokens[first].start, tokens[last].end
                while text[end : end + 1] in (")", "+"):
                    end += 1  # a closing parenthesis or a plus sign belongs to the value before it
                values.append(Value(text[begin:end].strip(), code, begin, end))
        return values

    def known_in(self, text: str) -> list[Value]:
        """The known terms that stand anywhere in a text."""
        tokens, found, at = _tokens(text), list[Value](), 0
        while at < len(tokens):
            longest = self._longest(tokens, at)
            if longest:
                begin, end = tokens[at].start, tokens[longest[0]].end
                found.append(Value(text[begin:end], longest[1], begin, end))
            at = longest[0] + 1 if longest else at + 1
        return found

    def _stretch(self, tokens: list[_Token], at: int) -> tuple[list[tuple[int, int, str | None]], int]:
        """(first token, last token, code) of what stands before the next separator, and where to go on."""
        found: list[tuple[int, int, str | None]] = []
        loose: int | None = None
        while at < len(tokens):
            longest = self._longest(tokens, at)
            if longest is not None:
                if loose is not None:
                    found.append((loose, at - 1, None))
                    loose = None
                found.append((at, *longest))
                at = longest[0]
            elif tokens[at].word != ",":
                loose = at if loose is None else loose
            elif found or loose is not None:
                at += 1
                break
            at += 1
        if loose is not None:
            last = at - 1
            while last > loose and tokens[last].word == ",":
                last -= 1
            found.append((loose, last, None))
        return found, at

    def _longest(self, tokens: list[_Token], at: int) -> tuple[int, str] | None:
        words = tuple(token.word for token in tokens[at : at + self._most_words])
        found = ((at + n - 1, self._terms.get(words[:n])) for n in range(len(words), 0, -1))
        return next(((last, code) for last, code in found if code), None)


def _tokens(text: str) -> list[_Token]:
    """Words (those glued together apart) without joining words; any separator is a comma."""
    tokens: list[_Token] = []
    for match in _TOKEN.finditer(text):
        found = match.group()
        if found in _SEPARATORS:
            tokens.append(_Token(",", match.start(), match.end()))
            continue
        start = match.start()
        cuts = () if found.isupper() else _GLUE.finditer(text, match.start() + 1, match.end())
        for end in (*(m.start() for m in cuts), match.end()):
            word = plain(text[start:end])
            if word not in _JOINING or text[end : end + 1] == "-":
                tokens.append(_Token(word, start, end))
            start = end
    return tokens


@cache
def vocabularies() -> Mapping[str, Vocabulary]:
    """Return all vocabularies by the field they are for. `unknown` and `badges` go with every field."""
    anywhere = terms("values.unknown")
    found = {
        name: Vocabulary({**terms(f"values.{name}"), **({} if name == "badges" else anywhere)})
        for name in value_sections()
    }
    areas = terms("policy_areas")
    found["policy_area"] = Vocabulary({**areas, **{k: v for k, v in anywhere.items() if k != "NA"}})
    return found


@cache
def forms_of(name: str) -> tuple[str, ...]:
    """All printed forms of a vocabulary's terms, the longest first."""
    forms = {form for code, others in terms(f"values.{name}").items() for form in (code, *others)}
    return tuple(sorted(forms, key=lambda form: (-len(form), form)))
