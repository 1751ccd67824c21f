"""Names whose head is written small, as French and Spanish do: `ministère de la Digitalisation`, `loi Sapin II`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from osint_ingest.entities.evidence import Found
from osint_ingest.entities.lexicon import fold, lexicon
from osint_ingest.entities.phrases import Phrase
from osint_ingest.entities.tails import with_tail

SCORE = 0.8
_LINKS = (" de ", " du ", " des ", " del ", " d'", " d’", " pour ", " sur ")
_LAST_WORD = re.compile(r"(?<![\w-])(?P<word>[^\W\d_A-Z][\w-]+) [\"“«]?\Z")
_FIRST_LINK = re.compile(
    r"\s(?:de la|de las|de los|de l['’]|del|de|du|des|d['’]|aux?|à la|à l['’]|pour(?: une?| la| le| l['’])?"
    r"|sur(?: la| le| les| l['’])?|relative (?:à la|à l['’]|aux?)|portant)\s?(?=[^\W\d_])"
)
_WORD = re.compile(r"[^\W\d_][\w’'-]*")


@dataclass(frozen=True, slots=True)
class _Heads:
    label: str
    pattern: re.Pattern[str]


@cache
def _heads() -> tuple[tuple[_Heads, ...], re.Pattern[str], re.Pattern[str], frozenset[str]]:
    """From `data/lowered.toml`: heads that a tail follows; nouns before a law's name; ordinals before a plan; words
    that no head is of."""
    data = tomllib.loads(files(__package__).joinpath("data", "lowered.toml").read_text(encoding="utf-8"))
    bodies = tuple(
        _Heads(label, re.compile(rf"(?<![\w'-])(?:{'|'.join(data[label]['heads'])})(?![\w-])"))
        for label in ("ORG", "LAW")
    )
    named = re.compile(rf"(?<![\w-])(?:{'|'.join(data['named']['nouns'])}) \Z")
    ordinals = re.compile(rf"(?<![\w-])(?:{'|'.join(data['ordinals']['words'])}) \Z")
    return bodies, named, ordinals, frozenset(data["no_subjects"]["words"])


def lowered_names(text: str) -> Iterator[Found]:
    """Bodies and laws whose head noun has no capital, with all of their tail."""
    if not any(link in text for link in _LINKS):
        return  # most English texts: two searches less
    for heads in _heads()[0]:
        for match in heads.pattern.finditer(text):
            head = match.group()
            link = _FIRST_LINK.match(text, match.end())
            first = _WORD.match(text, link.end()) if link is not None else None
            if first is None or not _tells(first.group()):
                continue
            whole = with_tail(
                text,
                Found(match.start(), first.end(), heads.label, f"head:{fold(head)}", SCORE),
                romance=True,
            )
            yield whole


def _tells(word: str) -> bool:
    """Can a ministry be of this? A capital or a subject; not "ministère de tutelle" nor "de l'autre"."""
    plain = fold(word)
    return (word[0].isupper() and len(word) > 2) or (plain in lexicon().topics and plain not in _heads()[3])


def with_small_head(text: str, found: Found) -> Found:
    """`loi Sapin II`, `ley Micaela`: the noun before is part of a law's name; `troisième Plan d'action` is numbered."""
    _, named, ordinals, _ = _heads()
    pattern = named if found.label == "LAW" else ordinals if found.label == "PROGRAM" else None
    before = pattern.search(text, max(0, found.start - 24), found.start) if pattern is not None else None
    return found if before is None else replace(found, start=before.start())


def kind_before(text: str, phrase: Phrase, named: Found) -> str | None:
    """`le programme École ouverte`: the noun right before a Romance name says what it is, whatever its first word."""
    if named.label != "ORG" or (phrase.head or "") not in lexicon().romance_heads or not phrase.start:
        return None
    before = _LAST_WORD.search(text, max(0, phrase.start - 24), phrase.start)
    label = lexicon().kinds.get(fold(before["word"])) if before is not None else None
    return label if label in ("PROGRAM", "SOFTWARE", "EVENT") else None
