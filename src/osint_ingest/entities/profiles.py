"""From a cluster of names to an entity: its best name, its other names, its country, its id."""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from osint_ingest.entities.clusters import Clusters, Node
from osint_ingest.entities.naming import (
    is_acronym,
    is_generic,
    key,
    language_of_name,
    normal,
    places,
    slug,
    wellknown,
)

_CODE = re.compile(r"[A-Z]{3}")
EVERYWHERE = frozenset({"SOFTWARE", "LICENCE", "LOC", "PERSON", "EVENT"})


@dataclass(frozen=True, slots=True)
class EntityName:
    """A name of an entity as printed; `kind` as in `entity_names.kind`."""

    name: str
    kind: str
    language: str | None


@dataclass(frozen=True, slots=True)
class Profile:
    """An entity before its homepage is known."""

    entity_id: str
    label: str
    name: str
    acronym: str | None
    native_name: str | None
    country_code: str | None
    names: tuple[EntityName, ...]
    nodes: tuple[Node, ...]
    methods: frozenset[str]


def profiles(
    clusters: Clusters,
    mentions: Mapping[str, Sequence[str]],
    of_mention: Sequence[Node],
    pairs: Iterable[Mapping[str, object]],
    by_id: Mapping[str, Node],
    countries_of: Mapping[str, str | None],
) -> list[Profile]:
    """The entity of each cluster. Ids are unique and depend on names, label and country only.

    `countries_of` a document: ISO 3166-1 alpha-3, or the country's name in lower case where it has no code.
    """
    texts: dict[Node, Counter[str]] = defaultdict(Counter)
    methods: dict[Node, set[str]] = defaultdict(set)
    text_of_id = dict(zip(mentions["mention_id"], mentions["text"], strict=True))
    for (node, text), n in Counter(zip(of_mention, mentions["text"], strict=True)).items():
        texts[node][text] += n
    for node, method in set(zip(of_mention, mentions["method"], strict=True)):
        methods[node].add(method)
    tied: dict[tuple[Node, str], str] = {}
    for pair in pairs:
        second = by_id.get(str(pair["second_mention_id"]))
        if second is not None:
            tied[(second, text_of_id[str(pair["second_mention_id"])])] = str(pair["kind"])
    drafts = [
        _profile(members, texts, tied, countries_of, frozenset().union(*(methods[n] for n in members)))
        for members in clusters.groups().values()
    ]
    return _unique(drafts)


def _profile(
    members: Sequence[Node],
    texts: Mapping[Node, Counter[str]],
    tied: Mapping[tuple[Node, str], str],
    countries_of: Mapping[str, str | None],
    methods: frozenset[str],
) -> Profile:
    count: Counter[str] = Counter()
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    for node in members:
        for text, n in texts[node].items():
            count[text] += n
            kinds[text][tied.get((node, text), "")] += 1
    said = {
        text: next((k for k, _ in sorted(by.items(), key=lambda kv: (-kv[1], kv[0])) if k), "")
        for text, by in kinds.items()
    }
    full = [t for t in count if said[t] not in ("native", "acronym", "alias")]
    long = [t for t in full if not is_acronym(t)] or full or list(count)
    english = [t for t in long if language_of_name(t) in (None, "en")] or long
    label = Counter(n.label for n in members).most_common(1)[0][0]
    name = _best(english, count)
    if label == "GPE":
        name = min(english, key=lambda t: (-count[t], t.isupper(), len(t), t))
    native = _best([t for t in count if said[t] == "native"], count)
    acronym = _best([t for t in count if said[t] == "acronym" and t != name], count, shortest=True)
    if acronym is None and len(count) > 1:
        loose = [
            t for t in count if is_acronym(t) and t != name and label in ("ORG", "PROGRAM", "LAW", "EVENT")
        ]
        acronym = _best(loose, count, shortest=True)
    country = _country(members, label, name or "", countries_of)
    names = []
    for text in sorted(count):
        kind = (
            "name"
            if text == name
            else said[text]
            or ("acronym" if is_acronym(text) and normal(text) != normal(name or "") else "alias")
        )
        names.append(EntityName(text, kind, language_of_name(text)))
    assert name is not None
    parts = [label.lower(), *([slug(country)] if country else []), slug(name) or "x"]
    code = country if country and _CODE.fullmatch(country) else None
    return Profile("-".join(parts), label, name, acronym, native, code, tuple(names), tuple(members), methods)


def _best(names: Iterable[str], count: Mapping[str, int], *, shortest: bool = False) -> str | None:
    """The fullest of names (or the shortest), the more frequent and first in the alphabet of equals."""
    sign = 1 if shortest else -1
    return min(names, key=lambda t: (t.isupper() and not shortest, sign * len(t), -count[t], t), default=None)


def _country(
    members: Sequence[Node], label: str, name: str, countries_of: Mapping[str, str | None]
) -> str | None:
    place = next(
        (n.key.partition(":")[2] for n in members if n.label == "GPE" and n.key.startswith("country:")), None
    )
    if place is not None:
        return place
    if wellknown().get(normal(name)) is not None:
        return None
    if label == "GPE" and (lies_in := places().get(key("GPE", name))) is not None:
        return lies_in
    if label in EVERYWHERE and not is_generic(name):
        return None
    seen = Counter(c for c in (countries_of.get(d) for d in {n.document_id for n in members}) if c)
    if not seen or (label == "GPE" and len(seen) > 1):
        return None
    return min(seen, key=lambda c: (-seen[c], c))


def _unique(drafts: Sequence[Profile]) -> list[Profile]:
    """Two entities of one id (a name that holds apart in two towns): each gets a mark of where it is from."""
    taken = Counter(d.entity_id for d in drafts)
    out = []
    for draft in drafts:
        if taken[draft.entity_id] == 1:
            out.append(draft)
            continue
        documents = "|".join(sorted({f"{n.document_id}|{n.key}" for n in draft.nodes}))
        mark = hashlib.sha256(documents.encode()).hexdigest()[:6]
        out.append(
            Profile(
                f"{draft.entity_id}-{mark}", draft.label, draft.name, draft.acronym, draft.native_name,
                draft.country_code, draft.names, draft.nodes, draft.methods,
            )
        )  # fmt: skip
    return out
