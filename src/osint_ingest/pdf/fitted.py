"""What `make fit` has learned: `weights.json` (markers, notes, ties) and `trees.json` (passages, headings).

Both say on what they were fitted. Reading them needs nothing but arithmetic.
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Literal

Question = Literal["break", "heading"]
Tree = list[list[float]]
"""Nodes: [measure, threshold, node if at most, node if more], or [score] at a leaf."""


@cache
def weights() -> Mapping[str, Mapping[str, float]]:
    """Return the weights of the logistic regressions, by kind (`mark`, `lead`, `tie`, `again`) and feature."""
    found: Mapping[str, Mapping[str, float]] = _read("weights.json")["weights"]
    return found


def weigh(kind: str, features: Mapping[str, float]) -> float:
    """Return the log-odds that a candidate is what its `kind` says."""
    table = weights()[kind]
    return sum(table.get(name, 0.0) * value for name, value in features.items())


@cache
def trees(question: Question) -> tuple[list[str], list[Tree]]:
    """Return the names of the measures that a question's boosted trees ask for, and the trees."""
    found = _read("trees.json")
    return found["measures"][question], found["trees"][question]


def log_odds(question: Question, measures: Mapping[str, float]) -> float:
    """Return the log-odds of a yes."""
    names, grown = trees(question)
    values = [measures[name] for name in names]
    total = 0.0
    for nodes in grown:
        node = nodes[0]
        while len(node) > 1:
            node = nodes[int(node[2 if values[int(node[0])] <= node[1] else 3])]
        total += node[0]
    return total


def _read(name: str) -> Any:
    return json.loads(files(__package__).joinpath(name).read_text(encoding="utf-8"))
