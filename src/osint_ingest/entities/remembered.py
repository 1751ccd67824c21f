"""Names of texts that were read before: what a site says on each of its pages is read once."""

from __future__ import annotations

from collections import OrderedDict

from osint_ingest.entities.evidence import FoundNames

Key = tuple[str, bool, str]
"""All that decides what is found in a text by itself: the language of the pipeline, whether its rules read alone, and
the text."""

TEXT, FOUND, OPEN, VOTE, TIE = 400, 110, 90, 100, 250
"""Bytes, about, that a text takes beside its letters, and each thing that was found in it."""


class Remembered:
    """Holds names by text, at most about `most` bytes of them; what was not asked for longest is forgotten first."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.held = 0
        self._names: OrderedDict[Key, FoundNames] = OrderedDict()

    def get(self, key: Key) -> FoundNames | None:
        """What was found in this text, None where it must be read."""
        names = self._names.get(key)
        if names is not None:
            self._names.move_to_end(key)
        return names

    def add(self, key: Key, names: FoundNames) -> None:
        """Remembers what was found in a text that was not remembered."""
        self._names[key] = names
        self.held += weight(key, names)
        while self.held > self.most:
            self.held -= weight(*self._names.popitem(last=False))


def weight(key: Key, names: FoundNames) -> int:
    """Bytes of memory, about, that one text takes."""
    *_, text = key
    votes = sum(len(phrase.votes) for phrase in names.open)
    return (
        TEXT
        + len(text)
        + FOUND * len(names.found)
        + OPEN * len(names.open)
        + VOTE * votes
        + TIE * len(names.ties)
    )
