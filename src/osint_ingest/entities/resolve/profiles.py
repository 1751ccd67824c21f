"""From a cluster of names to an entity: its best name, its other names, its country, its id."""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from osint_ingest.entities.naming import (
    UNION,
    is_acronym,
    is_generic,
    key,
    language_of_name,
    normal,
    places,
    slug,
    wellknown,
)
from osint_ingest.entities.resolve.clusters import Clustered
from osint_ingest.entities.resolve.uses import Numbers, Uses
from osint_ingest.model.entity_labels import ENTITY_LABELS

_CODE = re.compile(r"[A-Z]{3}")
EVERYWHERE = frozenset(label for label, declared in ENTITY_LABELS.items() if not declared.of_a_country)
AT_ONCE = 64 * 1024
"""Clusters of which something is put together at a time."""
ONLY_ONE = 5
"""Letters from which a well-known acronym is nobody else's."""


class EntityName(NamedTuple):
    """A name of an entity as printed; `kind` as in `entity_names.kind`."""

    name: str
    kind: str
    language: str | None


class Profile(NamedTuple):
    """An entity before its homepage is known."""

    entity_id: str
    label: str
    name: str
    acronym: str | None
    native_name: str | None
    country_code: str | None
    names: tuple[EntityName, ...]
    listed: bool
    """Does a gazetteer have one of its names?"""


def profiles(
    uses: Uses,
    clustered: Clustered,
    tied: Mapping[tuple[int, str], str],
    countries: Sequence[str | None],
) -> list[Profile]:
    """The entity of each cluster, in their order, with the id that its names, label and country give. Ids are unique.

    `tied` tells what a printed name of a node is beside its partner (`native`, `acronym`, `alias`); `countries` are
    those of `uses.documents`: ISO 3166-1 alpha-3, or the country's name in lower case where it has no code.
    """
    said = _said(clustered, tied)
    listed = np.zeros(len(clustered), bool)
    listed[clustered.of_node[uses.listed]] = True
    told = zip(_printed(uses, clustered), _whereabouts(uses, clustered, countries), strict=True)
    drafts = [
        _profile(uses.name_of(root).label, printed, said.get(number, {}), about, bool(listed[number]))
        for number, (root, (printed, about)) in enumerate(zip(clustered.roots.tolist(), told, strict=True))
    ]
    times = Counter(draft.entity_id for draft in drafts)
    # two entities of one id (a name that holds apart in two towns): each gets its mark
    return [
        draft._replace(entity_id=f"{draft.entity_id}-{_mark(uses, clustered.nodes(number))}")
        if times[draft.entity_id] > 1
        else draft
        for number, draft in enumerate(drafts)
    ]


class _About(NamedTuple):
    """What documents tell of an entity's country."""

    named: str | None
    """The country that it is itself."""
    most: str | None
    """The country of most of its documents."""
    countries: int
    """Of how many countries its documents are."""


def _said(clustered: Clustered, tied: Mapping[tuple[int, str], str]) -> dict[int, dict[str, str]]:
    """Cluster -> printed name -> what most of its nodes that say anything say it is."""
    votes: dict[int, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for (node, text), kind in tied.items():
        votes[int(clustered.of_node[node])][text][kind] += 1
    return {
        number: {text: min(kinds, key=lambda k: (-kinds[k], k)) for text, kinds in by_text.items()}
        for number, by_text in votes.items()
    }


def _printed(uses: Uses, clustered: Clustered) -> Iterator[dict[str, int]]:
    """The printed names of each cluster in the order of the alphabet, with how often they stand."""
    code = clustered.of_node[uses.use_node].astype(np.int64) * max(1, len(uses.texts)) + uses.use_text
    found, of_use = np.unique(code, return_inverse=True)
    counts = np.bincount(of_use, uses.use_count, len(found)).astype(np.int64)
    cluster, text = np.divmod(found, max(1, len(uses.texts)))
    for first, last in _spans(cluster, len(clustered)):
        printed = zip(text[first:last].tolist(), counts[first:last].tolist(), strict=True)
        yield {uses.texts[n]: count for n, count in printed}


def _spans(cluster: Numbers, clusters: int) -> Iterator[tuple[int, int]]:
    """Where the rows of each cluster begin and end: not all at once, a number of Python's takes its memory."""
    for start in range(0, clusters, AT_ONCE):
        numbers = np.arange(start, min(start + AT_ONCE, clusters) + 1)
        yield from pairwise(np.searchsorted(cluster, numbers).tolist())


def _whereabouts(uses: Uses, clustered: Clustered, countries: Sequence[str | None]) -> Iterator[_About]:
    known = sorted({c for c in countries if c})
    number = {country: n for n, country in enumerate(known)}
    country_of = np.array([number.get(c or "", -1) for c in countries], np.int64)
    # each document of a cluster counts once
    pairs = np.unique(clustered.of_node.astype(np.int64) * max(1, len(uses.documents)) + uses.document)
    cluster, document = np.divmod(pairs, max(1, len(uses.documents)))
    country = country_of[document]
    told, counts = np.unique((cluster * max(1, len(known)) + country)[country >= 0], return_counts=True)
    of_cluster, of_country = np.divmod(told, max(1, len(known)))
    best = np.lexsort((of_country, -counts, of_cluster))
    named = _named_countries(uses, clustered)
    for at, (first, last) in enumerate(_spans(of_cluster, len(clustered))):
        most = known[of_country[best[first]]] if last > first else None
        yield _About(named.get(at), most, last - first)


def _named_countries(uses: Uses, clustered: Clustered) -> dict[int, str]:
    """Clusters that have the name of a country, the first that they have."""
    is_country = np.array([n.label == "GPE" and n.key.startswith("country:") for n in uses.names], bool)
    nodes = np.flatnonzero(is_country[uses.name])
    found, first = np.unique(clustered.of_node[nodes], return_index=True)
    keys = (uses.names[name].key.partition(":")[2] for name in uses.name[nodes[first]].tolist())
    return dict(zip(found.tolist(), keys, strict=True))


def _profile(
    label: str, count: Mapping[str, int], said: Mapping[str, str], about: _About, listed: bool
) -> Profile:
    if len(count) == 1:
        return _of_one_name(label, next(iter(count)), said, about, listed)
    full = [t for t in count if said.get(t) not in ("native", "acronym", "alias")]
    long = [t for t in full if not is_acronym(t)] or full or list(count)
    english = [t for t in long if language_of_name(t) in (None, "en")] or long
    name = _best(english, count)
    if label == "GPE":
        name = min(english, key=lambda t: (-count[t], t.isupper(), len(t), t))
    native = _best([t for t in count if said.get(t) == "native"], count)
    acronym = _best([t for t in count if said.get(t) == "acronym" and t != name], count, shortest=True)
    if acronym is None:
        loose = [
            t for t in count if is_acronym(t) and t != name and label in ("ORG", "PROGRAM", "LAW", "EVENT")
        ]
        acronym = _best(loose, count, shortest=True)
    names = []
    for text in count:
        kind = (
            "name"
            if text == name
            else said.get(text)
            or ("acronym" if is_acronym(text) and normal(text) != normal(name or "") else "alias")
        )
        names.append(EntityName(text, kind, language_of_name(text)))
    assert name is not None
    everywhere = any(len(t) >= ONLY_ONE and normal(t) in wellknown() for t in count)
    entity_id, code = _identity(label, name, about._replace(most=None) if everywhere else about)
    return Profile(entity_id, label, name, acronym, native, code, tuple(names), listed)


def _of_one_name(label: str, name: str, said: Mapping[str, str], about: _About, listed: bool) -> Profile:
    """Most entities have one name."""
    entity_id, code = _identity(label, name, about)
    native = name if said.get(name) == "native" else None
    names = (EntityName(name, "name", language_of_name(name)),)
    return Profile(entity_id, label, name, None, native, code, names, listed)


def _identity(label: str, name: str, about: _About) -> tuple[str, str | None]:
    """The id of an entity, and the code of its country."""
    country = _country(label, name, about)
    parts = [label.lower(), *([slug(country)] if country else []), slug(name) or "x"]
    return "-".join(parts), country if country and _CODE.fullmatch(country) else None


def _best(names: Iterable[str], count: Mapping[str, int], *, shortest: bool = False) -> str | None:
    """The fullest of names (or the shortest), the more frequent and first in the alphabet of equals."""
    sign = 1 if shortest else -1
    return min(names, key=lambda t: (t.isupper() and not shortest, sign * len(t), -count[t], t), default=None)


def _country(label: str, name: str, about: _About) -> str | None:
    if about.named is not None:
        return about.named
    if normal(name) in wellknown() or (label == "LAW" and key(label, name).startswith(UNION)):
        return None
    if label == "GPE" and (lies_in := places().get(key("GPE", name))) is not None:
        return lies_in
    if label in EVERYWHERE and not is_generic(name):
        return None
    return None if label == "GPE" and about.countries > 1 else about.most


def marked_id(uses: Uses, clustered: Clustered, number: int, plain: str) -> str:
    """The id of a cluster with its mark."""
    mark = _mark(uses, clustered.nodes(number))
    return plain if plain.endswith(f"-{mark}") else f"{plain}-{mark}"


def _mark(uses: Uses, nodes: Numbers) -> str:
    """Where an entity is from: what documents name it, and how."""
    told = {f"{uses.documents[uses.document[n]]}|{uses.name_of(n).key}" for n in nodes.tolist()}
    return hashlib.sha256("|".join(sorted(told)).encode()).hexdigest()[:6]
