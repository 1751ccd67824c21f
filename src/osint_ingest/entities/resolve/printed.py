"""Texts as printed, counted by group: columns in numbers, since a release has millions of rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Numbers: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Printed:
    """A row for each text of a group (a node, a cluster), sorted by group and text."""

    group: Numbers
    text: Numbers
    """A number of `texts`."""
    count: Numbers
    """How many mentions have it."""
    texts: Sequence[str]
    """Sorted."""

    @classmethod
    def counted(cls, group: Numbers, text: Numbers, count: Numbers, texts: Sequence[str]) -> Printed:
        """The columns in any order, with a text of a group as often as it comes."""
        places, at = np.unique(group * len(texts) + text, return_inverse=True)
        counts = np.bincount(at, count, len(places)).astype(np.int64)
        return cls(*np.divmod(places, max(1, len(texts))), counts, texts)

    def grouped(self, group_of: Numbers) -> Printed:
        """The same texts in larger groups; `group_of` is the new one of each."""
        return Printed.counted(group_of[self.group], self.text, self.count, self.texts)

    def rows(self) -> Iterator[tuple[int, str, int]]:
        """Group, text and number of mentions of each row."""
        texts = (self.texts[number] for number in self.text.tolist())
        return zip(self.group.tolist(), texts, self.count.tolist(), strict=True)

    def by_group(self) -> Iterator[dict[str, int]]:
        """The texts of each group with their numbers of mentions."""
        for _, rows in groupby(self.rows(), key=itemgetter(0)):
            yield {text: count for _, text, count in rows}


def numbered(column: pa.ChunkedArray) -> tuple[Numbers, list[str]]:
    """The values of a column, sorted, and for each row the number of its value (-1 where it has none)."""
    values = pc.unique(column).drop_null().sort()
    numbers = pc.fill_null(pc.index_in(column, value_set=values), -1)
    return numbers.to_numpy().astype(np.int64), values.to_pylist()
