"""What the model looks at: of each token its word, its neighbours, what the rules found there, and the document.

A feature is a short text, such as `w=ministry` or `-1s3=ish`; the weights are kept by these texts. Features that depend
on one word alone (`word_features`) are summed once a word; `context_features` are those of a place in a text.
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import as_file, files
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from osint_ingest.entities.lexicon import fold, lexicon
from osint_ingest.entities.pipeline.evidence import Candidate

OFFSETS = (-3, -2, -1, 0, 1, 2, 3)
"""Tokens around one whose words are looked at."""
SENTENCE_ENDS = frozenset(".!?:;•*#-")
RUN = 6
"""Tokens to each side within which a run of capitalised words is followed."""
SHORT = 3
"""Letters of the small words that can stand inside a name."""
_TOKEN = re.compile(r"[^\W_]+|[^\w\s]|_")
_REPEATED = re.compile(r"(.)\1{2,}")


class TextEvidence(NamedTuple):
    """A text, all that the rules propose in it, and the names that they settle on, none overlapping."""

    text: str
    candidates: Sequence[Candidate]
    names: Sequence[Candidate]


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a text: their words and places, and the rules' names token by token."""

    words: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def covered(self, start: int, end: int) -> range:
        """Return the numbers of the tokens that overlap `[start, end)`."""
        return range(bisect_right(self.ends, start), bisect_left(self.starts, end))


def tokenize(text: str) -> Tokens:
    """Words of letters and digits, and each other sign by itself."""
    found = list(_TOKEN.finditer(text))
    return Tokens(
        tuple(m.group() for m in found), tuple(m.start() for m in found), tuple(m.end() for m in found)
    )


@dataclass(frozen=True, slots=True)
class DocumentWords:
    """How a document writes its words: those it also writes in lower case, how often each is capitalised within a
    sentence, and the label of the names that contain it."""

    small: frozenset[str]
    large: Mapping[str, int]
    labels: Mapping[str, str]


def document_words(texts: Iterable[tuple[TextEvidence, Tokens]]) -> DocumentWords:
    """Collect how the words of a document are written, over all its texts."""
    small: set[str] = set()
    large: Counter[str] = Counter()
    labels: dict[str, Counter[str]] = defaultdict(Counter)
    for evidence, tokens in texts:
        text = evidence.text
        for word, start in zip(tokens.words, tokens.starts, strict=True):
            if word.islower():
                small.add(word)
            elif start > 1 and word[0].isupper() and text[start - 1] == " " and text[start - 2] not in ".!?:":
                large[word] += 1
        for name in evidence.names:
            for word in _TOKEN.findall(text[name.start : name.end]):
                if word[0].isupper():
                    labels[word][name.label] += 1
    return DocumentWords(
        frozenset(small), large, {word: max(sorted(c), key=c.__getitem__) for word, c in labels.items()}
    )


@lru_cache(20_000)
def shape(word: str) -> str:
    """`Xxx` for `Ministry`, `XX` for `EU`, `dd` for `2030`."""
    classes = ("X" if c.isupper() else "x" if c.islower() else "d" if c.isdigit() else c for c in word)
    return _REPEATED.sub(r"\1\1", "".join(classes))


def word_features(word: str, offset: int) -> Sequence[str]:
    """Features of a word that stands `offset` tokens after the one that is judged."""
    if offset == 0:
        return _own(word)
    if abs(offset) == 1:
        return [f"{offset}{f}" for f in (*_plain(word), *_ending(word), *_listed(word), *word_kind(word)[:1])]
    if abs(offset) == 2:
        return [f"{offset}{f}" for f in (*_plain(word), *_listed(word), *word_kind(word)[:1])]
    return [f"{offset}w={word.lower()}"]


def _own(word: str) -> Sequence[str]:
    folded = fold(word)
    found = [*_plain(word), f"f={folded}"]
    if word.isdigit():
        year = len(word) == 4 and word[:2] in ("19", "20")
        return [*found, f"d{len(word)}{'y' if year else ''}"]
    if not word[0].isalpha():
        return found
    for size in (2, 3, 4):
        if len(folded) > size:
            found += [f"p{size}={folded[:size]}", f"s{size}={folded[-size:]}"]
    if word[0].isupper():
        found += ["U", f"Us3={folded[-3:]}"]
    if word.isupper() and len(word) > 1:
        found.append(f"AC{min(len(word), 7)}")
    return [*found, *_listed(word), *word_kind(word)]


def _plain(word: str) -> tuple[str, str]:
    return f"w={word.lower()}", f"sh={shape(word)}"


def _ending(word: str) -> tuple[str, ...]:
    folded = fold(word)
    return (f"s3={folded[-3:]}",) if word[0].isalpha() and len(folded) > 3 else ()


@lru_cache(20_000)
def _listed(word: str) -> tuple[str, ...]:
    """The lists in which a word stands, by whether it has a capital."""
    if not word[0].isalpha():
        return ()
    folded, case = fold(word), "U" if word[0].isupper() else "l"
    labelled, plain = _lists()
    return (
        *(f"{name}{case}={labels[folded]}" for name, labels in labelled if folded in labels),
        *(f"{name}{case}" for name, listed in plain if folded in listed),
    )


@cache
def _lists() -> tuple[Sequence[tuple[str, Mapping[str, str]]], Sequence[tuple[str, frozenset[str]]]]:
    words = lexicon()
    labelled = (
        ("eh", words.english_heads), ("rh", words.romance_heads), ("k", words.kinds), ("pk", words.plural_kinds),
    )  # fmt: skip
    plain = (
        ("top", words.topics), ("opn", words.openers), ("tit", words.titles), ("gen", words.generic),
        ("cpt", words.concepts), ("nat", words.demonyms), ("gn", words.given_names),
        ("fn", given_names()), ("ln", family_names()),
    )  # fmt: skip
    return labelled, plain


@cache
def given_names() -> frozenset[str]:
    """Given names of many countries, folded."""
    return _people("given")


@cache
def family_names() -> frozenset[str]:
    """Family names of many countries, folded."""
    return _people("family")


def _people(which: str) -> frozenset[str]:
    text = files(__package__).joinpath(f"{which}_names.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if not line.startswith("#"))


def context_features(
    evidence: TextEvidence, tokens: Tokens, document: DocumentWords, wanted: Sequence[int]
) -> list[list[str]]:
    """For each wanted token the features that its own and its neighbours' words alone do not give."""
    found = _rule_features(evidence, tokens)
    words, starts, ends = tokens.words, tokens.starts, tokens.ends
    last = len(words) - 1
    shapes = [shape(w) for w in words]
    folded = [fold(w) for w in words]
    for n in wanted:
        word = words[n]
        before = words[n - 1] if n else ""
        after = words[n + 1] if n < last else ""
        mine = found[n]
        mine.append(f"sss={shapes[n - 1] if n else '^'}|{shapes[n]}|{shapes[n + 1] if n < last else '$'}")
        if n:
            mine += [f"b-={before.lower()}|{folded[n]}", f"sp={'1' if ends[n - 1] < starts[n] else '0'}"]
        if n < last:
            mine += [f"b+={folded[n]}|{after.lower()}", f"sp+={'1' if ends[n] < starts[n + 1] else '0'}"]
        if not n or before in SENTENCE_ENDS:
            mine.append(f"start{shapes[n][:2]}")
        if word[0].isupper():
            mine += _of_document(word, document)
            mine += _run_features(words, folded, n)
    return [found[n] for n in wanted]


def _of_document(word: str, document: DocumentWords) -> Iterable[str]:
    if word.lower() in document.small:
        yield "dlow"
    if word in document.large:
        yield f"dcap{min(document.large[word], 3)}"
    if word in document.labels:
        yield f"dl={document.labels[word]}"


def _run_features(words: Sequence[str], folded: Sequence[str], at: int) -> Iterable[str]:
    """The words before and after the run of capitalised words, how long it is, its first and its last word."""
    start, end = at - 1, at + 1
    while start >= 0 and at - start < RUN and _goes_on(words[start]):
        start -= 1
    while end < len(words) and end - at < RUN and _goes_on(words[end]):
        end += 1
    if start >= 0:
        yield f"lc={words[start].lower()}"
    if end < len(words):
        yield f"rc={words[end].lower()}"
    yield f"run{min(end - start - 1, 5)}"
    yield f"rl={folded[end - 1]}"
    yield f"rf={folded[start + 1]}"


def _goes_on(word: str) -> bool:
    return word[0].isupper() or (len(word) <= SHORT and word.islower())


def rule_kind(rule: str) -> str:
    """`head` for `head:ministry`; other rules by their whole name."""
    return "head" if rule.startswith("head:") else rule


def _rule_features(evidence: TextEvidence, tokens: Tokens) -> list[list[str]]:
    found: list[list[str]] = [[] for _ in tokens.words]
    first = {start: n for n, start in enumerate(tokens.starts)}
    final = {end: n for n, end in enumerate(tokens.ends)}

    def place(start: int, end: int) -> range:
        if start in first and end in final:
            return range(first[start], final[end] + 1)
        return tokens.covered(start, end)

    def mark(numbers: range, features: Iterable[str]) -> None:
        for n in numbers:
            where = "S" if len(numbers) == 1 else "B" if n == numbers[0] else "E" if n == numbers[-1] else "I"
            found[n] += [f"{f}|{where}" for f in features]

    for name in evidence.names:
        numbers, label, kind = place(name.start, name.end), name.label, rule_kind(name.rule)
        mark(numbers, (f"S={label}", f"SM={kind}:{label}", f"Sm={name.rule}", f"Ss={int(name.score * 10)}"))
        if numbers and numbers[0]:
            found[numbers[0] - 1].append(f"S+1={label}")
        if numbers and numbers[-1] + 1 < len(found):
            found[numbers[-1] + 1].append(f"S-1={label}")
    votes: dict[tuple[int, int], list[Candidate]] = defaultdict(list)
    for c in evidence.candidates:
        votes[c.start, c.end].append(c)
    for (start, end), some in votes.items():
        weights: dict[str, float] = defaultdict(float)
        for c in some:
            weights[c.label] += c.score
        best = max(sorted(weights), key=weights.__getitem__)
        features = [f"V={c.label}:{rule_kind(c.rule)}" for c in some]
        mark(place(start, end), (*features, f"VB={best}:{min(int(weights[best] * 5), 6)}"))
    return found


WORD_KINDS = "word_kinds.npz"
LETTER_ROWS = 2**17
"""Rows of the weights of letters; groups of letters share one where their checksums do."""
LONGEST_GROUP = 5
LONGEST_WORD = 30
"""Letters that are looked at."""
SHOUTED = 7
"""Letters from which a word in capitals is read as one that begins with a capital, not as an acronym."""
SHARE_STEPS = 5
NO_NAME = "NONE"
"""Label of words that are in no name."""


def rows_of(word: str) -> list[int]:
    """The rows of the weights that belong to a word's groups of letters."""
    if word.isupper() and len(word) >= SHOUTED:
        word = word.capitalize()
    marked = f"^{word[:LONGEST_WORD]}$"
    return [
        crc32(marked[start:end].encode()) % LETTER_ROWS
        for start in range(len(marked))
        for end in range(start + 1, min(start + LONGEST_GROUP, len(marked)) + 1)
    ]


@lru_cache(20_000)
def word_kind(word: str) -> Sequence[str]:
    """Features of a word with a capital: its likeliest label, and how little it looks like a word of no name."""
    if not word[0].isupper():
        return ()
    labels, weights, bias = _letter_weights()
    rows = rows_of(word)
    odds = 1.0 / (1.0 + np.exp(-(weights[rows].sum(axis=0) / len(rows) ** 0.5 + bias)))
    odds /= odds.sum()
    best = int(odds.argmax())
    none = odds[labels.index(NO_NAME)]
    return f"wk={labels[best]}{_share_step(odds[best])}", f"wkn{_share_step(none)}"


def _share_step(share: float) -> int:
    return min(int(share * SHARE_STEPS), SHARE_STEPS - 1)


@cache
def _letter_weights() -> tuple[tuple[str, ...], NDArray[np.float32], NDArray[np.float32]]:
    with as_file(files(__package__).joinpath(WORD_KINDS)) as path, np.load(path) as stored:
        return tuple(stored["labels"].tolist()), stored["weights"].astype(np.float32), stored["bias"]
