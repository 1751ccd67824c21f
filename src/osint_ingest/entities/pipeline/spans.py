"""Stretches of a text, asked for again and again: each question costs the same however many there are."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable

Span = tuple[int, int]


class Spans:
    """Stretches `[start, end)` that do not overlap one another; those given that do are joined."""

    def __init__(self, spans: Iterable[Span] = ()) -> None:
        self._spans: list[Span] = []
        for span in sorted(spans):
            if self._spans and span[0] < self._spans[-1][1]:
                last = self._spans.pop()
                self._spans.append((last[0], max(last[1], span[1])))
            else:
                self._spans.append(span)

    def overlap(self, start: int, end: int) -> bool:
        """Does one of them have a part in `[start, end)`?"""
        at = bisect_left(self._spans, (end,))
        return at > 0 and self._spans[at - 1][1] > start

    def add(self, start: int, end: int) -> bool:
        """Keep one more, unless it overlaps one that is there; was it kept?"""
        if self.overlap(start, end):
            return False
        insort(self._spans, (start, end))
        return True
