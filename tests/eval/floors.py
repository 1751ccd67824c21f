"""The figures under which the evaluation fails. They rise with a flag, and fall only with a reason."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path

FLOORS = Path(__file__).with_name("floors.json")
Figures = dict[str, dict[str, dict[str, dict[str, float]]]]
"""group -> scorer -> category (or `overall`) -> figure -> F1"""


@dataclass(frozen=True)
class Breach:
    """A figure under its floor."""

    where: str
    floor: float
    measured: float

    def __str__(self) -> str:
        return f"{self.where}: {self.measured:.4f} is under the floor {self.floor:.4f}"


def flatten(figures: Figures) -> dict[str, float]:
    """`shipped / pdf / bracketed / references` -> F1."""
    return {
        f"{group} / {scorer} / {category} / {figure}": value
        for group, scorers in figures.items()
        for scorer, categories in scorers.items()
        for category, values in categories.items()
        for figure, value in values.items()
    }


def load(path: Path = FLOORS) -> dict[str, float]:
    """The pinned floors; none when the file is not there yet."""
    return dict(json.loads(path.read_text(encoding="utf-8"))["floors"]) if path.exists() else {}


def breaches(figures: Figures, floors: dict[str, float]) -> list[Breach]:
    """Measured figures under their floors, and figures gone missing where their scorer has run on their group."""
    measured = flatten(figures)
    ran = {tuple(where.split(" / ")[:2]) for where in measured}
    out = []
    for where, floor in floors.items():
        if tuple(where.split(" / ")[:2]) in ran and measured.get(where, 0.0) < floor - 1e-9:
            out.append(Breach(where, floor, measured.get(where, 0.0)))
    return out


def pin(figures: Figures, lower_because: str | None = None, path: Path = FLOORS) -> list[str]:
    """Writes the measured figures as floors; without a reason none is lowered, and a figure of 0 is no floor. Returns
    what changed."""
    old = load(path)
    history = json.loads(path.read_text(encoding="utf-8"))["lowered"] if path.exists() else []
    new = dict(old)
    changed, lowered = [], {}
    for where, value in flatten(figures).items():
        pinned = math.floor(value * 10_000) / 10_000
        if pinned <= 0:  # nothing could fall under it
            continue
        before = old.get(where)
        if before is None or pinned > before or (lower_because and pinned < before):
            new[where] = pinned
            changed.append(f"{where}: {before} -> {pinned}")
            if before is not None and pinned < before:
                lowered[where] = [before, pinned]
    if lowered:
        history.append({"why": lower_because, "floors": lowered})
    body = {"floors": dict(sorted(new.items())), "lowered": history}
    path.write_text(json.dumps(body, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return changed
