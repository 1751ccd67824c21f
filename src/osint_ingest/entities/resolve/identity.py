"""Ids that hold while a corpus grows: what a release has called an entity stays its id, or redirects to it.

An entity's names give it an id; the redirects of earlier releases lead from that id to the one under which it was
first published. So the same documents with the same redirects give the same ids, with or without an earlier release.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pyarrow as pa

from osint_ingest.entities.resolve.clusters import Clustered
from osint_ingest.entities.resolve.uses import Uses, table_of, text_columns

RENAMED, MERGED, SPLIT, GONE = "renamed", "merged", "split", "gone"
FROM_NOTHING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class IdRedirect:
    """Where an id that is no entity's leads, why, and since when. `target` is None where nothing is left of it."""

    target: str | None
    reason: str
    since: datetime


@dataclass(frozen=True)
class PublishedIds:
    """What earlier releases called their entities."""

    redirects: Mapping[str, IdRedirect] = field(default_factory=dict)
    mentions: Iterable[pa.Table] = ()
    """Those of the last release, in parts: document_id, label, text, entity_id."""
    since: datetime = FROM_NOTHING
    """When the release is made that is resolved now."""


NOTHING_PUBLISHED = PublishedIds()


@dataclass(frozen=True, slots=True)
class Identities:
    """The id of each cluster, and the redirects to them."""

    ids: list[str]
    redirects: Mapping[str, IdRedirect]


def redirects_of(table: pa.Table) -> dict[str, IdRedirect]:
    """The rows of a table `entity_redirects`, by id."""
    columns = (table[c].to_pylist() for c in ("entity_id", "new_entity_id", "reason", "since"))
    return {old: IdRedirect(new, reason, since) for old, new, reason, since in zip(*columns, strict=True)}


def redirects_table(redirects: Mapping[str, IdRedirect]) -> pa.Table:
    """The table `entity_redirects`, sorted."""
    rows = [(old, r.target, r.reason, r.since) for old, r in sorted(redirects.items())]
    columns = text_columns("entity_id", "new_entity_id", "reason")
    return table_of(rows, columns | {"since": pa.timestamp("us", tz="UTC")})


def successors(uses: Uses, clustered: Clustered, published: Iterable[pa.Table]) -> dict[str, dict[int, int]]:
    """Return for each published id the clusters that now hold its names, with the number of its names in each.

    `published` are mentions with their ids, in parts, with the labels that they are judged to have.
    """
    held: dict[str, set[int]] = defaultdict(set)
    for part in published:
        for entity, node in zip(part["entity_id"].to_pylist(), uses.nodes_of(part).tolist(), strict=True):
            held[entity].update(() if node < 0 else (node,))
    return {
        entity: dict(sorted(Counter(clustered.of_node[sorted(nodes)].tolist()).items()))
        for entity, nodes in held.items()
    }


def keep_ids(
    plain: Sequence[str],
    marked: Callable[[int], str],
    published: Mapping[str, Mapping[int, int]],
    earlier: PublishedIds,
) -> Identities:
    """Gives each cluster its id. `plain` are the ids that their names give, `marked` tells the one to take where
    another entity has that; `published` are the ids of the last release with the clusters that they are in now.

    A published id goes to the cluster with most of its names; of several ids in one cluster that of its names wins,
    else that of most names. New clusters follow the redirects, else take the id of their names.
    """
    heirs = {
        old: min(clusters, key=lambda n: (-clusters[n], plain[n]))
        for old, clusters in published.items()
        if clusters
    }
    wanted: dict[int, list[str]] = defaultdict(list)
    for old, heir in heirs.items():
        wanted[heir].append(old)
    ids = {
        number: min(olds, key=lambda old: (old != plain[number], -published[old][number], old))
        for number, olds in wanted.items()
    }
    taken = set(ids.values())
    bases = {old.rpartition("-")[0] for old in earlier.redirects}
    drafted = ((one, marked(n)) if one in bases else (one,) for n, one in enumerate(plain))
    leading = [[old for old in ids_of if old in earlier.redirects] for ids_of in drafted]
    waiting = sorted((n for n in range(len(plain)) if n not in ids), key=lambda n: plain[n])
    for number in waiting:
        targets = (earlier.redirects[old].target for old in leading[number])
        target = next((t for t in targets if t is not None and t not in taken), None)
        if target is not None:
            ids[number] = target
            taken.add(target)
    for number in waiting:
        if number not in ids:
            ids[number] = plain[number] if plain[number] not in taken else marked(number)
            taken.add(ids[number])
    listed = [ids[number] for number in range(len(plain))]
    new = _Redirects(listed, earlier)
    for number, entity in enumerate(listed):
        for old in leading[number]:
            new.lead(old, entity, RENAMED)
        if plain[number] != entity:
            free = plain[number] not in new.entities
            new.lead(plain[number] if free else marked(number), entity, RENAMED)
    for old, clusters in published.items():
        target = listed[heirs[old]] if clusters else None
        new.lead(old, target, GONE if target is None else MERGED if len(clusters) == 1 else SPLIT)
    new.go_on()
    return Identities(listed, new.found)


class _Redirects:
    """The redirects of a release in the making."""

    def __init__(self, ids: Sequence[str], earlier: PublishedIds) -> None:
        self.entities = frozenset(ids)
        self.found: dict[str, IdRedirect] = {}
        self._earlier = earlier

    def lead(self, old: str, target: str | None, reason: str) -> None:
        """Leads an id to another, unless it is an entity's or is led already."""
        if old not in self.entities and old not in self.found:
            before = self._earlier.redirects.get(old)
            same = before is not None and before.target == target
            self.found[old] = before if before and same else IdRedirect(target, reason, self._earlier.since)

    def go_on(self) -> None:
        """Leads what redirected earlier to where that leads now."""
        for old, redirect in self._earlier.redirects.items():
            at = _end(redirect.target, self.entities, self.found, self._earlier.redirects)
            self.lead(old, at, redirect.reason if at is not None else GONE)


def _end(
    target: str | None,
    entities: Collection[str],
    new: Mapping[str, IdRedirect],
    old: Mapping[str, IdRedirect],
) -> str | None:
    """Where a redirect ends: an entity of today, or None."""
    seen: set[str] = set()
    while target is not None and target not in entities:
        following = new.get(target) or old.get(target)
        if following is None or target in seen:
            return None
        seen.add(target)
        target = following.target
    return target
