"""Ids that hold while a corpus grows: what a release has called an entity stays its id, or redirects to it.

An entity's names give it an id; the redirects of earlier releases lead from that id to the one under which it was
first published. So the same documents with the same redirects give the same ids, with or without an earlier release.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from osint_ingest.entities.naming import key
from osint_ingest.entities.resolve.clusters import Clustered
from osint_ingest.entities.resolve.judgements import JudgedMentions
from osint_ingest.entities.resolve.uses import Name, Uses

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


class DraftedIds:
    """The ids that the names of clusters give, and for each the one where another entity has that already."""

    def __init__(self, plain: Sequence[str], marked: Callable[[int], str]) -> None:
        self.plain = plain
        self.marked = marked

    def redirecting(
        self, number: int, redirects: Mapping[str, IdRedirect], bases: Collection[str]
    ) -> list[str]:
        """Return the ids of a cluster that redirect. `bases` are all ids that redirect, each without its last part."""
        found = [self.plain[number]]
        if found[0] in bases:
            found.append(self.marked(number))
        return [old for old in found if old in redirects]


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
    rows = sorted(redirects.items())
    return pa.table(
        {
            "entity_id": pa.array([old for old, _ in rows], pa.string()),
            "new_entity_id": pa.array([r.target for _, r in rows], pa.string()),
            "reason": pa.array([r.reason for _, r in rows], pa.string()),
            "since": pa.array([r.since for _, r in rows], pa.timestamp("us", tz="UTC")),
        }
    )


def successors(
    uses: Uses, clustered: Clustered, published: Iterable[pa.Table], judged: JudgedMentions
) -> dict[str, dict[int, int]]:
    """Return for each published id the clusters that now hold its names, with the number of its names in each."""
    name = {n: number for number, n in enumerate(uses.names)}
    codes = uses.document.astype(np.int64) * max(1, len(uses.names)) + uses.name
    documents = pa.array(uses.documents, pa.string())
    ids: dict[str, int] = {}
    pairs = [np.empty(0, np.int64)]
    for part in published:
        rows = judged.judged(part)[1]
        told = zip(rows["label"].to_pylist(), rows["text"].to_pylist(), strict=True)
        number = np.array([name.get(Name(label, key(label, text)), -1) for label, text in told], np.int64)
        of = pc.fill_null(pc.index_in(rows["document_id"], value_set=documents), -1).to_numpy()
        entity = np.array([ids.setdefault(i, len(ids)) for i in rows["entity_id"].to_pylist()], np.int64)
        there = np.flatnonzero((number >= 0) & (of >= 0))
        code = of[there] * np.int64(len(uses.names)) + number[there]
        node = np.searchsorted(codes, code)
        named = node < len(codes)
        named[named] = codes[node[named]] == code[named]
        pairs.append(entity[there[named]] * len(uses) + node[named])
    of_entity, node = np.divmod(np.unique(np.concatenate(pairs)), max(1, len(uses)))
    held, counts = np.unique(of_entity * max(1, len(clustered)) + clustered.of_node[node], return_counts=True)
    found: dict[str, dict[int, int]] = {i: {} for i in ids}
    listed = list(found.values())
    for at, count in zip(held.tolist(), counts.tolist(), strict=True):
        one, cluster = divmod(at, len(clustered))
        listed[one][cluster] = count
    return found


def keep_ids(
    drafted: DraftedIds, published: Mapping[str, Mapping[int, int]], earlier: PublishedIds
) -> Identities:
    """Gives each cluster its id. `published` are the ids of the last release with the clusters that they are in now
    (see `successors`).

    A published id goes to the cluster with most of its names; of several ids in one cluster that of its names wins,
    else that of most names. New clusters follow the redirects, else take the id of their names.
    """
    plain = drafted.plain
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
    leading = {n: drafted.redirecting(n, earlier.redirects, bases) for n in range(len(plain))}
    waiting = sorted((n for n in range(len(plain)) if n not in ids), key=lambda n: plain[n])
    for number in waiting:
        targets = (earlier.redirects[old].target for old in leading[number])
        target = next((t for t in targets if t is not None and t not in taken), None)
        if target is not None:
            ids[number] = target
            taken.add(target)
    for number in waiting:
        if number not in ids:
            ids[number] = plain[number] if plain[number] not in taken else drafted.marked(number)
            taken.add(ids[number])
    listed = [ids[number] for number in range(len(plain))]
    new = _Redirects(listed, earlier)
    for number, entity in enumerate(listed):
        for old in leading[number]:
            new.lead(old, entity, RENAMED)
        if plain[number] != entity:
            free = plain[number] not in new.entities
            new.lead(plain[number] if free else drafted.marked(number), entity, RENAMED)
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
