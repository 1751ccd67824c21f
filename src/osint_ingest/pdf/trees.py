"""Boosted trees: measures -> log-odds. `trees.json` is fitted by `make fit` and says on what.

Reading them needs nothing but comparisons and sums.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Literal

Question = Literal["break", "heading"]
Tree = list[list[float]]
"""Nodes: [measure, threshold, node if at most, node if more], or [score] at a leaf."""


@cache
def trees() -> dict[Question, list[Tree]]:
    """The trees of each question."""
    text = files(__package__).joinpath("trees.json").read_text(encoding="utf-8")
    found: dict[Question, list[Tree]] = json.loads(text)["trees"]
    return found


def log_odds(question: Question, measures: Sequence[float]) -> float:
    """What the measures say for a yes."""
    total = 0.0
    for nodes in trees()[question]:
        node = nodes[0]
        while len(node) > 1:
            node = nodes[int(node[2 if measures[int(node[0])] <= node[1] else 3])]
        total += node[0]
    return total
