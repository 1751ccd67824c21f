"""Within what a name means one thing: everywhere, in a country, in a part of it, in one document alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import pyarrow as pa

from osint_ingest.entities.naming import (
    UNION,
    countries,
    is_generic,
    is_specific,
    is_standard,
    normal,
    wellknown,
)
from osint_ingest.entities.naming import places as known_places
from osint_ingest.entities.resolve.uses import Name, Uses
from osint_ingest.model.entity_labels import ENTITY_LABELS

ANYWHERE = frozenset(label for label, declared in ENTITY_LABELS.items() if declared.same_everywhere)
EVERYWHERE = "everywhere"
NO_COUNTRY = "in documents of no country"
_ANYWHERE, _PART, _COUNTRY = range(3)
"""What a name holds for."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a document is about: its country, and its jurisdiction where that is a part of a country."""

    country: str | None = None
    """ISO 3166-1 alpha-3; the printed name, normalised, where the country has no code."""
    jurisdiction: str | None = None

    def scope(self, kind: int) -> str | None:
        """The scope of a name that holds for a country, or (`_PART`) for a part of it."""
        if self.country is None:
            return None
        part = kind == _PART and self.jurisdiction is not None
        return f"in {self.jurisdiction}, {self.country}" if part else f"in {self.country}"


NOWHERE = Place()


def places_of(documents: pa.Table) -> dict[str, Place]:
    """The place of each document, by its `document_id`, from `country_code` and `jurisdiction`."""
    names = documents.column_names
    empty = [None] * documents.num_rows
    columns = (
        documents[n].to_pylist() if n in names else empty
        for n in ("document_id", "country_code", "jurisdiction")
    )
    return {str(document): _place(code, printed) for document, code, printed in zip(*columns, strict=True)}


@lru_cache(maxsize=10_000)
def _place(code: str | None, printed: str | None) -> Place:
    known = countries()
    part = normal(printed) if printed else None
    # "Town, Country": the country is printed last
    named = normal(printed.rpartition(",")[2]) if printed else None
    country = code or (known.get(named, named) if named else None)
    whole = part in known or (code is None and part == named)
    return Place(country, None if whole else part)


def scopes(uses: Uses, places: Mapping[str, Place]) -> list[str | None]:
    """The scope of each node; None for a name that means something in its document only. `places` are of documents.

    A specific name in a document of no country means what it means in the one country whose documents have it; where
    none or several have it, the same in all documents of no country.
    """
    kinds = list(map(_kind, uses.names))
    used = [
        (name, places.get(document, NOWHERE)) for name, document in zip(uses.name, uses.document, strict=True)
    ]
    found = [EVERYWHERE if kinds[name] == _ANYWHERE else place.scope(kinds[name]) for name, place in used]
    unplaced = {name for (name, _), scope in zip(used, found, strict=True) if scope is None}
    elsewhere: dict[int, set[str]] = {name: set() for name in unplaced if is_specific(*uses.names[name])}
    for name, place in used:
        if name in elsewhere and place.country is not None:
            elsewhere[name].add(f"in {place.country}")
    for node, (name, _) in enumerate(used):
        if found[node] is None and name in elsewhere:
            found[node] = next(iter(elsewhere[name])) if len(elsewhere[name]) == 1 else NO_COUNTRY
    return found


def _kind(name: Name) -> int:
    everywhere = name.key.startswith(("country:", UNION)) or wellknown().get(name.key) == name.label
    if everywhere or is_standard(name.key) or (name.label == "GPE" and name.key in known_places()):
        return _ANYWHERE
    if name.label != "GPE" and is_generic(name.key.partition(":")[2] or name.key):
        return _PART
    return _ANYWHERE if name.label in ANYWHERE else _COUNTRY
