"""Within what a name means one thing: everywhere, in a country, in a part of it, in one document alone."""

from dataclasses import dataclass

import numpy as np
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
from osint_ingest.entities.resolve.uses import Name, Small, Uses
from osint_ingest.model.entity_labels import ENTITY_LABELS

ANYWHERE = frozenset(label for label, declared in ENTITY_LABELS.items() if declared.same_everywhere)
EVERYWHERE = "everywhere"
NO_COUNTRY = "in documents of no country"
ALONE = -1
"""Scope of a name that means something in its document only."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a document is about: its country, and its jurisdiction where that is a part of a country."""

    country: str | None = None
    """ISO 3166-1 alpha-3; the printed name, normalised, where the country has no code."""
    jurisdiction: str | None = None


def places_of(documents: pa.Table) -> dict[str, Place]:
    """The place of each document, by its `document_id`, from `country_code` and `jurisdiction`."""
    names = documents.column_names
    empty = [None] * documents.num_rows
    columns = (
        documents[n].to_pylist() if n in names else empty
        for n in ("document_id", "country_code", "jurisdiction")
    )
    told: dict[tuple[str | None, str | None], Place] = {}
    out: dict[str, Place] = {}
    for document, code, printed in zip(*columns, strict=True):
        place = told.get((code, printed))
        if place is None:
            place = told[code, printed] = _place(code, printed)
        out[str(document)] = place
    return out


def _place(code: str | None, printed: str | None) -> Place:
    known = countries()
    part = normal(printed) if printed else None
    # "Town, Country": the country is printed last
    named = normal(printed.rpartition(",")[2]) if printed else None
    country = code or (known.get(named, named) if named else None)
    whole = part in known or (code is None and part == named)
    return Place(country, None if whole else part)


@dataclass(frozen=True, slots=True)
class Scopes:
    """The scope of each node: a number into `told`, which is sorted, or ALONE."""

    of_node: Small
    told: list[str]


def scopes(uses: Uses, places: list[Place]) -> Scopes:
    """`places` are those of `uses.documents`.

    A specific name in a document of no country means what it means in the one country whose documents have it; where
    none or several have it, the same in all documents of no country.
    """
    by_country = [None if p.country is None else f"in {p.country}" for p in places]
    by_part = [
        whole if whole is None or p.jurisdiction is None else f"in {p.jurisdiction}, {p.country}"
        for p, whole in zip(places, by_country, strict=True)
    ]
    told = sorted({EVERYWHERE, NO_COUNTRY, *filter(None, by_country), *filter(None, by_part)})
    number = {scope: n for n, scope in enumerate(told)}
    in_country, in_part = (
        np.array([ALONE if scope is None else number[scope] for scope in by], np.int32)
        for by in (by_country, by_part)
    )
    kinds = np.array([_kind(name) for name in uses.names], np.int8)[uses.name]
    of_node = np.where(kinds == _PART, in_part[uses.document], in_country[uses.document])
    of_node[kinds == _ANYWHERE] = number[EVERYWHERE]
    by_name = np.argsort(uses.name, kind="stable")
    begin = np.searchsorted(uses.name[by_name], np.arange(len(uses.names) + 1)).tolist()
    for name in np.unique(uses.name[of_node == ALONE]).tolist():
        if is_specific(*uses.names[name]):
            nodes = by_name[begin[name] : begin[name + 1]]
            elsewhere = np.unique(in_country[uses.document[nodes]])
            elsewhere = elsewhere[elsewhere != ALONE]
            scope = elsewhere[0] if len(elsewhere) == 1 else number[NO_COUNTRY]
            of_node[nodes[of_node[nodes] == ALONE]] = scope
    return Scopes(of_node, told)


_ANYWHERE, _PART, _COUNTRY = range(3)


def _kind(name: Name) -> int:
    everywhere = name.key.startswith(("country:", UNION)) or wellknown().get(name.key) == name.label
    if everywhere or is_standard(name.key) or (name.label == "GPE" and name.key in known_places()):
        return _ANYWHERE
    if name.label != "GPE" and is_generic(name.key.partition(":")[2] or name.key):
        return _PART
    return _ANYWHERE if name.label in ANYWHERE else _COUNTRY
