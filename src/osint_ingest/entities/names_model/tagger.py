"""The CRF: which tag each token has, and how sure that is, from the weights in `weights.npz`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from osint_ingest.entities.names_model.features import (
    OFFSETS,
    DocumentWords,
    TextEvidence,
    Tokens,
    context_features,
    word_features,
)

Numbers = NDArray[np.float32]
WEIGHTS = "weights.npz"
OUTSIDE = "O"
REMEMBERED_WORDS = 12_000
"""Words whose summed weights are kept, 500 bytes each."""
SLICE = 1_000
"""Tokens of a text that are scored at once; their words must find room among those remembered."""
REACH = 2
"""Tokens around capitals, digits and what the rules found that are tagged; all others are in no name."""
LONGEST = 120
"""Tokens that are tagged at once: what is longer is cut."""
AT_ONCE = 256
"""Stretches that are tagged side by side."""


@dataclass(frozen=True, slots=True)
class Tagged:
    """A text's tags, one a token, and the probability of each tag, one row a token."""

    tags: Sequence[str]
    probabilities: Numbers


class Tagger:
    """Holds the weights and a bounded memory of words. Tags are `O`, `B-ORG`, `I-ORG` ..., in the order of `tags`."""

    def __init__(
        self, tags: Sequence[str], features: Sequence[str], weights: Numbers, steps: Numbers
    ) -> None:
        """`weights` has a row for each feature and a column for each tag; `steps[a, b]` is that of `b` after `a`."""
        self.tags = tuple(tags)
        self.outside = self.tags.index(OUTSIDE)
        self.features = tuple(features)
        self._rows = {feature: n for n, feature in enumerate(features)}
        self.weights = weights
        self.steps = steps
        self._words = np.zeros((REMEMBERED_WORDS + 1, len(OFFSETS), len(self.tags)), np.float32)
        self._numbers_of: dict[str, int] = {}

    def tag(self, texts: Sequence[tuple[TextEvidence, Tokens]], document: DocumentWords) -> list[Tagged]:
        """Tags of the texts of one document."""
        found = [self._outside_all(len(tokens.words)) for _, tokens in texts]
        stretches = []
        for number, (evidence, tokens) in enumerate(texts):
            places = list(stretches_of(evidence, tokens))
            scores = self._scores(evidence, tokens, document, [n for s, e in places for n in range(s, e)])
            done = 0
            for start, end in places:
                stretches.append((number, start, scores[done : done + end - start]))
                done += end - start
        stretches.sort(key=lambda s: len(s[2]))
        for at in range(0, len(stretches), AT_ONCE):
            some = stretches[at : at + AT_ONCE]
            for (number, start, scores), tags, probabilities in zip(
                some, *self._decode([s[2] for s in some]), strict=True
            ):
                found[number].probabilities[start : start + len(scores)] = probabilities
                found[number].tags[start : start + len(scores)] = tags  # type: ignore[index]  # a list until it is given away
        return found

    def _outside_all(self, length: int) -> Tagged:
        probabilities = np.zeros((length, len(self.tags)), np.float32)
        probabilities[:, self.outside] = 1.0
        return Tagged([OUTSIDE] * length, probabilities)

    def _scores(
        self, evidence: TextEvidence, tokens: Tokens, document: DocumentWords, wanted: Sequence[int]
    ) -> Numbers:
        """The scores of the tags of the wanted tokens, one row each."""
        if not wanted:
            return np.zeros((0, len(self.tags)), np.float32)
        scores = self._sums(context_features(evidence, tokens, document, wanted))
        for start in range(0, len(wanted), SLICE):
            some = np.array(wanted[start : start + SLICE])
            beside = some[:, None] + np.array(OFFSETS)
            inside = (beside >= 0) & (beside < len(tokens.words))
            needed = np.unique(beside[inside])
            numbers = np.array(self._numbers([tokens.words[n] for n in needed.tolist()]))
            beside[~inside] = 0
            beside[inside] = numbers[np.searchsorted(needed, beside[inside])]
            scores[start : start + SLICE] += self._words[beside, np.arange(len(OFFSETS))].sum(axis=1)
        return scores

    def _numbers(self, words: Sequence[str]) -> list[int]:
        """Where the weights of words stand in `_words`; those of a new word are summed."""
        new = list(dict.fromkeys(w for w in words if w not in self._numbers_of))
        if len(self._numbers_of) + len(new) >= REMEMBERED_WORDS:
            self._numbers_of.clear()
            new = list(dict.fromkeys(words))
        if new:
            sums = self._sums([word_features(w, offset) for w in new for offset in OFFSETS])
            first = len(self._numbers_of) + 1
            self._words[first : first + len(new)] = sums.reshape(len(new), len(OFFSETS), -1)
            self._numbers_of.update((w, n) for n, w in enumerate(new, first))
        return [self._numbers_of[w] for w in words]

    def _sums(self, features: Sequence[Sequence[str]]) -> Numbers:
        """The weights of each list of features, summed."""
        row = self._rows.get
        nothing = len(self._rows)  # the last row: no list is empty
        rows_of: list[int] = []
        begins = []
        for some in features:
            begins.append(len(rows_of))
            rows_of += [r for f in some if (r := row(f)) is not None]
            rows_of.append(nothing)
        sums: Numbers = np.add.reduceat(self.weights[rows_of], begins, axis=0)
        return sums

    def _decode(self, stretches: Sequence[Numbers]) -> tuple[list[list[str]], list[Numbers]]:
        """The best tags of each stretch (Viterbi) and the probabilities of all (forward, backward)."""
        lengths = np.array([len(s) for s in stretches])
        scores = np.zeros((int(lengths.max()), len(stretches), len(self.tags)), np.float32)
        for n, s in enumerate(stretches):
            scores[: len(s), n] = s
        inside = np.arange(len(scores))[:, None] < lengths
        tags = self._best(scores, lengths)
        odds = np.exp(scores - scores.max(axis=2, keepdims=True))
        steps = np.exp(self.steps)
        forward, backward = np.empty_like(odds), np.ones_like(odds)
        forward[0] = odds[0]
        for t in range(1, len(odds)):
            reached = (forward[t - 1] @ steps) * odds[t]
            forward[t] = reached / reached.sum(axis=1, keepdims=True)
        for t in range(len(odds) - 2, -1, -1):
            reached = (odds[t + 1] * backward[t + 1]) @ steps.T
            reached /= reached.sum(axis=1, keepdims=True)
            backward[t] = np.where(inside[t + 1][:, None], reached, 1.0)
        both = forward * backward
        both /= both.sum(axis=2, keepdims=True)
        return tags, [both[:length, n] for n, length in enumerate(lengths.tolist())]

    def _best(self, scores: Numbers, lengths: NDArray[Any]) -> list[list[str]]:
        total, came_from = scores[0].copy(), []
        ends = {1: total.copy()}
        for t in range(1, len(scores)):
            ways = total[:, :, None] + self.steps
            came_from.append(ways.argmax(axis=1))
            total = ways.max(axis=1) + scores[t]
            ends[t + 1] = total
        found = []
        for n, length in enumerate(lengths.tolist()):
            tag = int(ends[length][n].argmax())
            path = [tag]
            for t in range(length - 2, -1, -1):
                tag = int(came_from[t][n, tag])
                path.append(tag)
            found.append([self.tags[tag] for tag in reversed(path)])
        return found


def stretches_of(evidence: TextEvidence, tokens: Tokens) -> Iterator[tuple[int, int]]:
    """Stretches of tokens in which a name may be: capitals, digits, what the rules found, and a little around."""
    wanted = [
        n
        for n, word in enumerate(tokens.words)
        if word[0].isupper() or word[0].isdigit() or (not word.islower() and word.isalpha())
    ]
    for found in (*evidence.candidates, *evidence.names):
        wanted += tokens.covered(found.start, found.end)
    start = end = -1
    for n in sorted(set(wanted)):
        if start >= 0 and (n - REACH > end or n - start > LONGEST):
            yield start, end
            start = -1
        if start < 0:
            start = max(n - REACH, end, 0)
        end = min(n + REACH + 1, len(tokens.words))
    if start >= 0:
        yield start, end


@cache
def tagger() -> Tagger:
    """The model of this package, loaded once a process."""
    with as_file(files(__package__).joinpath(WEIGHTS)) as path, np.load(path) as stored:
        weights = np.zeros(
            (len(stored["features"].tobytes().split(b"\n")) + 1, len(stored["tags"])), np.float32
        )
        weights[stored["rows"], stored["columns"]] = stored["weights"].astype(np.float32)
        features = stored["features"].tobytes().decode().split("\n")
        return Tagger(stored["tags"].tolist(), features, weights, stored["steps"])
