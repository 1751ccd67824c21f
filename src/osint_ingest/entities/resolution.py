"""Which mentions, over all documents of a release, name one thing.

Careful on purpose: a wrong merge is worse than a missed one. Names of bodies, laws and plans hold for one
country (generic ones for one jurisdiction); what is known everywhere holds for all. Every merge has its reason.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property

import pyarrow as pa

from osint_ingest.entities.clusters import Clusters, Merge, Node, Reviewed, path_between, reviewed_pairs
from osint_ingest.entities.homepages import EntityLink, entity_links, homepages
from osint_ingest.entities.kindred import same_page, short_forms
from osint_ingest.entities.naming import countries, is_generic, key, normal, wellknown
from osint_ingest.entities.naming import places as known_places
from osint_ingest.entities.profiles import Profile, profiles
from osint_ingest.entities.reasons import name_merges
from osint_ingest.entities.similar import similar_names

ANYWHERE = frozenset({"SOFTWARE", "LICENCE", "LOC", "EVENT"})
"""Labels whose own names (not generic ones) mean the same thing in documents about any country."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a document is about: its country, and its jurisdiction where that is a part of a country."""

    country: str | None
    """ISO 3166-1 alpha-3; the printed name, normalised, where the country has no code."""
    jurisdiction: str | None


@dataclass(frozen=True)
class Resolution:
    """The resolved tables, columns as in the data contract, and the merges behind them."""

    entities: pa.Table
    entity_names: pa.Table
    entity_links: pa.Table
    name_merges: pa.Table
    mention_entities: tuple[str, ...]
    """The entity of each row of `mentions`, in its order."""
    merges: tuple[Merge, ...] = ()
    nodes: dict[str, tuple[Node, ...]] = field(default_factory=dict)

    @cached_property
    def _of_node(self) -> dict[Node, str]:
        return {node: entity for entity, nodes in self.nodes.items() for node in nodes}

    def explain(self, name: str, other: str) -> tuple[str, ...]:
        """Why two names are one entity, a line a step; empty where they are not one."""
        for nodes in self.nodes.values():
            start = [n for n in nodes if n.key == key(n.label, name)]
            goal = [n for n in nodes if n.key == key(n.label, other)]
            if not start or not goal:
                continue
            if set(start) & set(goal):
                return (f"{name!r} and {other!r} differ in spelling only: both read {start[0].key!r}",)
            steps = path_between(self.merges, start, goal)
            if steps:
                return tuple(_line(step) for step in steps)
        return ()

    def reasons(self, entity_id: str) -> tuple[str, ...]:
        """All merges behind an entity, a line each."""
        return tuple(_line(m) for m in self.merges if self._of_node.get(m.first) == entity_id)


def _line(merge: Merge) -> str:
    a, b = merge.first, merge.second
    return f"{a.key!r} ({a.document_id}) = {b.key!r} ({b.document_id}): {merge.reason}; {merge.evidence}"


def resolve(
    *,
    documents: pa.Table,
    passages: pa.Table,
    mentions: pa.Table,
    name_pairs: pa.Table,
    footnote_refs: pa.Table,
    links: pa.Table,
    reviewed: Reviewed | None = None,
) -> Resolution:
    """Resolves the mentions of a release. Tables have the columns of the data contract; any `entity_id` that
    `mentions` holds is replaced. The result depends on the rows alone, not on their order or on earlier runs."""
    judged = reviewed if reviewed is not None else reviewed_pairs()
    places = _places(documents)
    rows = mentions.select(
        ["mention_id", "document_id", "passage_id", "char_start", "char_end", "text", "label", "method"]
    )
    columns = rows.to_pydict()
    named = list(zip(columns["label"], columns["text"], strict=True))
    keys = {(label, text): key(label, text) for label, text in set(named)}
    # one object a name: the same name in a document is found again by identity
    nodes: dict[tuple[str, str, str], Node] = {}
    of_mention = []
    for document, pair in zip(columns["document_id"], named, strict=True):
        place = (document, *pair)
        if place not in nodes:
            nodes[place] = Node(document, pair[0], keys[pair])
        of_mention.append(nodes[place])
    clusters = Clusters(sorted(set(nodes.values())), judged)
    by_id = dict(zip(columns["mention_id"], of_mention, strict=True))
    pair_rows = name_pairs.to_pylist()
    passage_of = dict(zip(columns["mention_id"], columns["passage_id"], strict=True))
    _merge_pairs(clusters, pair_rows, by_id, passage_of)
    _merge_equal_names(clusters, places)
    _merge_acronyms(clusters, places, pair_rows, by_id)
    similar_names(clusters, places_of={d: p.country for d, p in places.items()})
    numbered = {node: str(number) for number, node in enumerate(sorted(set(of_mention)))}
    cited = entity_links(columns, [numbered[n] for n in of_mention], footnote_refs, links, passages)
    node_of = {number: node for node, number in numbered.items()}
    same_page(clusters, cited, node_of)
    short_forms(clusters)
    _merge_reviewed(clusters, judged, places)

    found = profiles(
        clusters, columns, of_mention, pair_rows, by_id, {d: p.country for d, p in places.items()}
    )
    entity_of = {node: profile.entity_id for profile in found for node in profile.nodes}
    entity_ids = [entity_of[node] for node in of_mention]
    evidence = [replace(link, entity_id=entity_of[node_of[link.entity_id]]) for link in cited]
    home = homepages(evidence, {p.entity_id: p for p in found})
    return Resolution(
        entities=_entities(found, home, columns, entity_ids),
        entity_names=_entity_names(found),
        entity_links=_links_table(evidence),
        name_merges=name_merges(clusters.merges, entity_of, of_mention, columns["text"]),
        mention_entities=tuple(entity_ids),
        merges=tuple(clusters.merges),
        nodes={p.entity_id: p.nodes for p in found},
    )


def _places(documents: pa.Table) -> dict[str, Place]:
    names = documents.column_names
    columns = {
        n: documents[n].to_pylist() for n in ("document_id", "country_code", "jurisdiction") if n in names
    }
    empty = [None] * documents.num_rows
    known = countries()
    out: dict[str, Place] = {}
    for document, code, printed in zip(
        columns["document_id"],
        columns.get("country_code", empty),
        columns.get("jurisdiction", empty),
        strict=True,
    ):
        part = normal(printed) if printed else None
        # "Town, Country": the country is printed last
        named = normal(printed.rpartition(",")[2]) if printed else None
        country = code or (known.get(named, named) if named else None)
        whole = part in known or (code is None and part == named)
        out[document] = Place(country, None if whole else part)
    return out


def _merge_pairs(
    clusters: Clusters,
    pairs: Iterable[dict[str, object]],
    by_id: dict[str, Node],
    passage_of: dict[str, str],
) -> None:
    for pair in sorted(
        pairs, key=lambda p: (str(p["document_id"]), str(p["first_mention_id"]), str(p["second_mention_id"]))
    ):
        first, second = by_id.get(str(pair["first_mention_id"])), by_id.get(str(pair["second_mention_id"]))
        if first is not None and second is not None and first.label == second.label:
            evidence = f"{pair['first_mention_id']} and {pair['second_mention_id']} stand side by side"
            passage = passage_of[str(pair["first_mention_id"])]
            clusters.merge(first, second, f"stated:{pair['rule']}", evidence, passage)


def _scope(node: Node, place: Place) -> str:
    """Within what a name means one thing: everywhere, in a country, in a jurisdiction, in one document."""
    everywhere = node.key.startswith("country:") or wellknown().get(node.key) == node.label
    everywhere = everywhere or (node.label == "GPE" and node.key in known_places())
    generic = is_generic(node.key.partition(":")[2] or node.key)
    if everywhere or (node.label in ANYWHERE and node.label != "GPE" and not generic):
        return "everywhere"
    if place.country is None:
        return f"in {node.document_id}"
    if generic and node.label != "GPE" and place.jurisdiction is not None:
        return f"in {place.jurisdiction}, {place.country}"
    return f"in {place.country}"


def _merge_equal_names(clusters: Clusters, places: dict[str, Place]) -> None:
    """One name in several documents. Acronyms wait: they are tied by country and long name."""
    groups: dict[tuple[str, str, str], list[Node]] = defaultdict(list)
    for root_nodes in clusters.groups().values():
        for node in root_nodes:
            groups[
                (node.label, node.key, _scope(node, places.get(node.document_id, Place(None, None))))
            ].append(node)
    for (_, name, where), nodes in sorted(groups.items()):
        ordered = sorted(nodes)
        for other in ordered[1:]:
            if _short(name) and not _agree(clusters, ordered[0], other):
                continue
            clusters.merge(
                ordered[0], other, "same name", f"both read {name!r}, which means one thing {where}"
            )


def _short(name: str) -> bool:
    return " " not in name and len(name) <= 6


def _agree(clusters: Clusters, one: Node, other: Node) -> bool:
    """Two uses of an acronym agree unless the documents spell it out differently."""
    long_one = {n.key for n in clusters.members(one) if " " in n.key}
    long_other = {n.key for n in clusters.members(other) if " " in n.key}
    return not long_one or not long_other or bool(long_one & long_other)


def _merge_acronyms(
    clusters: Clusters, places: dict[str, Place], pairs: Iterable[dict[str, object]], by_id: dict[str, Node]
) -> None:
    """An acronym alone in one document, spelled out in just one way in others of its country."""
    spelled: dict[tuple[str, str, str | None], set[Node]] = defaultdict(set)
    for pair in pairs:
        node = by_id.get(str(pair["second_mention_id"]))
        if pair["kind"] == "acronym" and node is not None:
            country = places.get(node.document_id, Place(None, None)).country
            spelled[(node.label, node.key, country)].add(node)
    for nodes in list(clusters.groups().values()):
        if len({n.key for n in nodes}) > 1:
            continue
        node = nodes[0]
        country = places.get(node.document_id, Place(None, None)).country
        candidates = {clusters.root(n) for n in spelled.get((node.label, node.key, country), ())}
        if country is not None and len(candidates) == 1:
            long = sorted(spelled[(node.label, node.key, country)])[0]
            clusters.merge(
                long, node, "acronym with country", f"{node.key!r} is spelled out in one way in {country}"
            )


def _merge_reviewed(clusters: Clusters, reviewed: Reviewed, places: dict[str, Place]) -> None:
    wanted = {(label, name) for label, _, *names in reviewed.same for name in names}
    named: dict[tuple[str, str], list[Node]] = defaultdict(list)
    for group in clusters.groups().values():
        for node in group:
            if (node.label, node.key) in wanted:
                named[node.label, node.key].append(node)
    for label, country, one, other in sorted(reviewed.same, key=str):
        nodes = [
            n
            for n in (*named[label, one], *named[label, other])
            if country is None or places.get(n.document_id, Place(None, None)).country == country
        ]
        for node in sorted(nodes)[1:]:
            clusters.merge(sorted(nodes)[0], node, "reviewed", "a person looked at these names")


def _entities(
    found: Iterable[Profile], home: dict[str, str], columns: dict[str, list[str]], entity_ids: list[str]
) -> pa.Table:
    count = Counter(entity_ids)
    in_documents: dict[str, set[str]] = defaultdict(set)
    for entity, document in zip(entity_ids, columns["document_id"], strict=True):
        in_documents[entity].add(document)
    ordered = sorted(found, key=lambda p: p.entity_id)
    return pa.table(
        {
            "entity_id": pa.array([p.entity_id for p in ordered], pa.string()),
            "label": pa.array([p.label for p in ordered], pa.string()),
            "name": pa.array([p.name for p in ordered], pa.string()),
            "acronym": pa.array([p.acronym for p in ordered], pa.string()),
            "native_name": pa.array([p.native_name for p in ordered], pa.string()),
            "country_code": pa.array([p.country_code for p in ordered], pa.string()),
            "homepage": pa.array([home.get(p.entity_id) for p in ordered], pa.string()),
            "mention_count": pa.array([count[p.entity_id] for p in ordered], pa.int64()),
            "document_count": pa.array([len(in_documents[p.entity_id]) for p in ordered], pa.int64()),
        }
    )


def _entity_names(found: Iterable[Profile]) -> pa.Table:
    rows = sorted((p.entity_id, n.name, n.kind, n.language) for p in found for n in p.names)
    return pa.table(
        {
            "entity_id": pa.array([r[0] for r in rows], pa.string()),
            "name": pa.array([r[1] for r in rows], pa.string()),
            "kind": pa.array([r[2] for r in rows], pa.string()),
            "language": pa.array([r[3] for r in rows], pa.string()),
        }
    )


def _links_table(evidence: Iterable[EntityLink]) -> pa.Table:
    rows = sorted(
        {(e.entity_id, e.url, e.ref_id): e for e in evidence}.values(),
        key=lambda e: (e.entity_id, e.url, e.ref_id),
    )
    return pa.table(
        {
            "entity_id": pa.array([e.entity_id for e in rows], pa.string()),
            "url": pa.array([e.url for e in rows], pa.string()),
            "ref_id": pa.array([e.ref_id for e in rows], pa.string()),
            "link_id": pa.array([e.link_id for e in rows], pa.string()),
        }
    )
