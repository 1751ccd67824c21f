"""Counting what was found, invented and missed; comparing texts and addresses as the truth means them."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉", "01234567890123456789")


@dataclass(frozen=True)
class Tally:
    """Counts of one figure; tallies of several documents add up."""

    found: int = 0
    invented: int = 0
    missed: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.found + other.found, self.invented + other.invented, self.missed + other.missed)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall; 1.0 where there was nothing to find and nothing found."""
        total = 2 * self.found + self.invented + self.missed
        return 2 * self.found / total if total else 1.0


@dataclass(frozen=True)
class Case:
    """A document with truth. `group` is `shipped` or `corpus`."""

    path: Path
    group: str
    category: str
    truth: Path | None = None
    variant: str = ""
    """Which form of the document, where one truth has several."""

    @property
    def name(self) -> str:
        return f"{self.path.name} {self.variant}".strip()


@dataclass
class Result:
    """What a scorer says of a document: tallies by figure, and misses for whoever mends the reader."""

    case: Case
    tallies: dict[str, Tally] = field(default_factory=dict)
    misses: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def add(self, figure: str, tally: Tally, misses: Iterable[str] = ()) -> None:
        """Adds to a figure; each miss is told with the figure's name."""
        self.tallies[figure] = self.tallies.get(figure, Tally()) + tally
        self.misses += [f"{figure}: {m}" for m in misses]


def squash(text: str | None) -> str:
    """Without white space and soft hyphens, NFC: for places and notes, where a space decides nothing."""
    return re.sub(r"[\s\u00ad]+", "", unicodedata.normalize("NFC", text or ""))


def flat(text: str | None) -> str:
    """White space collapsed, raised and lowered digits as plain ones: for whole passages."""
    plain = unicodedata.normalize("NFC", (text or "").replace("\u00ad", "")).translate(RAISED)
    plain = re.sub(r"\s+", " ", plain).strip()
    return re.sub(r" (?=[,.;:!?)])", "", plain)  # what a marker between a word and a comma leaves behind


def url_key(url: str) -> str:
    """An address without scheme, `www.`, closing slash or full stop, and with its escapes undone."""
    return re.sub(r"^(https?://)?(www\.)?", "", unquote(squash(url))).rstrip("/.").lower()


def compare(want: Iterable[str], got: Iterable[str]) -> tuple[Tally, list[str]]:
    """Two bags of texts: their tally, and what differs (`-` missed, `+` invented)."""
    wanted, gotten = Counter(want), Counter(got)
    both = wanted & gotten
    missed, invented = wanted - both, gotten - both
    tally = Tally(sum(both.values()), sum(invented.values()), sum(missed.values()))
    return tally, [f"- {x[:110]}" for x in missed] + [f"+ {x[:110]}" for x in invented]
