"""Which country a member is or belongs to, from its address or its name, by ISO 3166."""

from __future__ import annotations

import tomllib
from functools import cache, lru_cache
from importlib.resources import files

import pycountry

from osint_ingest.sources.ogp.addresses import slug_of


@cache
def _countries() -> dict[str, str]:
    """Slug of every name of every country -> ISO 3166-1 alpha-3."""
    found: dict[str, str] = {}
    for country in pycountry.countries:
        for name in (
            country.name,
            getattr(country, "common_name", None),
            getattr(country, "official_name", None),
        ):
            if name:
                found.setdefault(slug_of(name), country.alpha_3)
    raw = tomllib.loads(files(__package__).joinpath("places.toml").read_text(encoding="utf-8"))
    return {**found, **raw["countries"]}


@lru_cache(maxsize=4096)
def country_code(slug: str | None, name: str | None) -> str | None:
    """ISO 3166-1 alpha-3 of a member: `kenya`, `nairobi-kenya`, `Nairobi, Kenya` -> `KEN`."""
    for own in (slug, slug_of(name) if name else None):
        words = (own or "").split("-")
        for start in range(len(words)):
            if code := _countries().get("-".join(words[start:])):
                return code
    return None


def is_local(slug: str | None, name: str | None) -> bool:
    """Is a member local? Its name then has its country after a comma, its address after its own name."""
    if name and "," in name:
        return True
    return bool(slug and slug not in _countries() and country_code(slug, None))
