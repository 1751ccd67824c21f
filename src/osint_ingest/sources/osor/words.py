"""What `words.toml` says, ready for use."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from osint_ingest.sources.cover import CoverWords


@dataclass(frozen=True, slots=True)
class HeadingWords:
    """A heading is of this kind with one of `needs`, and otherwise only `may` words and fillers."""

    kind: str
    needs: frozenset[str]
    may: frozenset[str]


@dataclass(frozen=True, slots=True)
class Words:
    """The facts of `words.toml`; patterns are compiled and take no notice of case."""

    fillers: frozenset[str]
    headings: tuple[HeadingWords, ...]
    cover: CoverWords
    connectors: frozenset[str]
    openers: frozenset[str]
    asides: frozenset[str]
    said_as: re.Pattern[str]
    joined: re.Pattern[str]
    act_kinds: frozenset[str]


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


@cache
def words() -> Words:
    raw = tomllib.loads(files(__package__).joinpath("words.toml").read_text(encoding="utf-8"))
    headings = {k: v for k, v in raw["headings"].items() if isinstance(v, dict)}
    names = raw["names"]
    return Words(
        fillers=_set(raw["headings"]["fillers"]),
        headings=tuple(HeadingWords(k, _set(v["needs"]), _set(v["may"])) for k, v in headings.items()),
        cover=CoverWords.of(raw["cover"]),
        connectors=_set(names["connectors"]),
        openers=_set(names["openers"]),
        asides=_set(names["asides"]),
        said_as=re.compile(rf"^(?:{names['said_as']})\b[\s:,]*", re.I),
        joined=re.compile(rf"\s(?:{'|'.join(names['joined'].split())})\s"),
        act_kinds=_set(raw["acts"]["kinds"]),
    )
