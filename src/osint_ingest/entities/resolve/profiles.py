"""From a cluster of names to an entity: its best name, its other names, its country, its id."""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from osint_ingest.entities.lexicon import is_acronym
from osint_ingest.entities.naming import (
    UNION,
    is_generic,
    key,
    language_of_name,
    normal,
    places,
    slug,
    wellknown,
)
from osint_ingest.entities.resolve.clusters import Clustered
from osint_ingest.entities.resolve.uses import Uses
from osint_ingest.model.entity_labels import ENTITY_LABELS

_CODE = re.compile(r"[A-Z]{3}")
EVERYWHERE = frozenset(label for label, declared in ENTITY_LABELS.items() if not declared.of_a_country)
COUNTRY = "country:"
"""How the keys of countries begin."""
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
    node: int = -1
    """The one that stands for it."""


class _About(NamedTuple):
    """What documents tell of an entity's country."""

    named: str | None
    """The country that it is itself."""
    most: str | None
    """The country of most of its documents."""
    countries: int
    """Of how many countries its documents are."""


def profiles(
    uses: Uses,
    clustered: Clustered,
    tied: Mapping[tuple[int, str], str],
    countries: Mapping[str, str | None],
) -> list[Profile]:
    """The entity of each cluster, in their order, with the id that its names, label and country give. Ids are unique.

    `tied` tells what a printed name of a node is beside its partner (`native`, `acronym`, `alias`); `countries` are
    those of documents: ISO 3166-1 alpha-3, or the country's name in lower case where it has no code.
    """
    said = _said(clustered, tied)
    listed = {int(n) for n, known in zip(clustered.of_node, uses.listed, strict=True) if known}
    printed_of = uses.printed.grouped(clustered.of_node).by_group()
    told = zip(clustered.members, printed_of, _whereabouts(uses, clustered, countries), strict=True)
    drafts = []
    for number, (members, printed, about) in enumerate(told):
        label = uses.name_of(members[0]).label
        draft = _profile(label, printed, said.get(number, {}), about, number in listed)
        drafts.append(draft._replace(node=members[0]))
    times = Counter(draft.entity_id for draft in drafts)
    # two entities of one id (a name that holds apart in two towns): each gets its mark
    return [
        draft._replace(entity_id=marked_id(uses, members, draft.entity_id))
        if times[draft.entity_id] > 1
        else draft
        for draft, members in zip(drafts, clustered.members, strict=True)
    ]


def _said(clustered: Clustered, tied: Mapping[tuple[int, str], str]) -> dict[int, dict[str, str]]:
    """Cluster -> printed name -> what most of its nodes that say anything say it is."""
    votes: dict[int, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for (node, text), kind in tied.items():
        votes[int(clustered.of_node[node])][text][kind] += 1
    return {
        number: {text: min(kinds, key=lambda k: (-kinds[k], k)) for text, kinds in by_text.items()}
        for number, by_text in votes.items()
    }


def _whereabouts(uses: Uses, clustered: Clustered, countries: Mapping[str, str | None]) -> Iterator[_About]:
    for members in clustered.members:
        # each document of a cluster counts once
        told = Counter(
            c for document in {uses.document[n] for n in members} if (c := countries.get(document))
        )
        names = (uses.name_of(node) for node in members)
        named = (n.key.removeprefix(COUNTRY) for n in names if n.label == "GPE" and n.key.startswith(COUNTRY))
        yield _About(next(named, None), min(told, key=lambda c: (-told[c], c), default=None), len(told))


def _profile(
    label: str, count: Mapping[str, int], said: Mapping[str, str], about: _About, listed: bool
) -> Profile:
    """The entity whose printed names `count` has, in the order of the alphabet."""
    if len(count) == 1:  # most have one name
        (name,) = count
        entity_id, code = _identity(label, name, about)
        native = name if said.get(name) == "native" else None
        only = EntityName(name, "name", language_of_name(name))
        return Profile(entity_id, label, name, None, native, code, (only,), listed)
    short = {t for t in count if is_acronym(t)}
    full = [t for t in count if said.get(t) not in ("native", "acronym", "alias")]
    long = [t for t in full if t not in short] or full or list(count)
    language = {t: language_of_name(t) for t in count}
    english = [t for t in long if language[t] in (None, "en")] or long
    name = min(english, key=lambda t: (t.isupper(), -len(t), -count[t], t))
    if label == "GPE":
        name = min(english, key=lambda t: (-count[t], t.isupper(), len(t), t))
    native = _best([t for t in count if said.get(t) == "native"], count)
    acronym = _best([t for t in count if said.get(t) == "acronym" and t != name], count, shortest=True)
    if acronym is None and label in ("ORG", "PROGRAM", "LAW", "EVENT"):
        acronym = _best(short - {name}, count, shortest=True)
    names = []
    for text in count:
        kind = said.get(text) or ("acronym" if text in short and normal(text) != normal(name) else "alias")
        names.append(EntityName(text, "name" if text == name else kind, language[text]))
    everywhere = any(len(t) >= ONLY_ONE and normal(t) in wellknown() for t in count)
    entity_id, code = _identity(label, name, about._replace(most=None) if everywhere else about)
    return Profile(entity_id, label, name, acronym, native, code, tuple(names), listed)


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


def marked_id(uses: Uses, nodes: Iterable[int], plain: str) -> str:
    """The id of an entity with the mark of where it is from: what documents name it, and how."""
    told = {f"{uses.document[n]}|{uses.name_of(n).key}" for n in nodes}
    mark = hashlib.sha256("|".join(sorted(told)).encode()).hexdigest()[:6]
    return plain if plain.endswith(f"-{mark}") else f"{plain}-{mark}"
