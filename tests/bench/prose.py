"""Sentences that do not come twice, in three languages, from words and chance. The same chance, the same sentences."""

from __future__ import annotations

import random
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pycountry

SYLLABLES = [
    "ba", "ce", "dor", "fel", "gun", "hal", "iva", "jor", "kes", "lum", "mar", "nev", "ost", "pir", "qua",
    "ral", "sen", "tor", "ulm", "ves", "wan", "yor", "zel", "bri", "cla", "dra",
]  # fmt: skip


@cache
def words() -> dict[str, Any]:
    """What sentences are made of, by language."""
    return tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))


def place(chance: random.Random) -> str:
    """A town that does not exist."""
    return "".join(chance.choices(SYLLABLES, k=3)).title()


def person(chance: random.Random) -> str:
    """Someone who does not exist."""
    return " ".join("".join(chance.choices(SYLLABLES, k=2)).title() for _ in range(2))


def body(chance: random.Random, language: str) -> str:
    """An institution, as many countries have it."""
    known = words()[language]
    return str(chance.choice(known["bodies"])).format(matter=chance.choice(known["matters"]))


def sentence(chance: random.Random, language: str, bodies: list[str]) -> str:
    """One sentence, about one of those institutions, a town or a person."""
    known = words()[language]
    pattern = " ".join(chance.choice(known[part]) for part in ("openings", "acts", "objects", "ends"))
    return str(pattern).format(
        place=place(chance), person=person(chance), body=chance.choice(bodies), count=chance.randint(2, 900),
        year=chance.randint(2004, 2024),
    )  # fmt: skip


def paragraph(chance: random.Random, language: str, bodies: list[str]) -> str:
    """Three to seven sentences."""
    return " ".join(sentence(chance, language, bodies) for _ in range(chance.randint(3, 7)))


def title(chance: random.Random, language: str) -> str:
    """A commitment's title."""
    return str(chance.choice(words()[language]["titles"])).format(place=place(chance))


@cache
def countries() -> tuple[tuple[str, str], ...]:
    """Names and letters of countries whose name is one plain word."""
    simple = (c for c in pycountry.countries if c.name.isascii() and c.name.isalpha() and len(c.name) > 4)
    return tuple(sorted((c.name, c.alpha_2) for c in simple))
