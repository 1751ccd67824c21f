"""The way back from a row, drawn as a tree."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from rich.tree import Tree


def drawn(steps: Sequence[tuple[int, str, str, str]]) -> Tree:
    """A tree of (depth, table, row, what it says). The first step is its root."""
    root, *others = steps
    tree = Tree(_label(root), guide_style="dim")
    branches = [(root[0], tree)]
    for step in others:
        while len(branches) > 1 and branches[-1][0] >= step[0]:
            branches.pop()
        branches.append((step[0], branches[-1][1].add(_label(step))))
    return tree


def _label(step: tuple[int, str, str, str]) -> Text:
    _, table, row, text = step
    said = Text.assemble((table, "bold"), "  ", (row, "cyan"), "\n", text)
    said.overflow = "fold"
    return said
