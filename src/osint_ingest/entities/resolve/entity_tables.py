"""The tables of resolved entities, columns as in the data contract, rows in the order of their keys."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pyarrow as pa

from osint_ingest.entities.homepages.cited import EntityLink
from osint_ingest.entities.homepages.sites import Site
from osint_ingest.entities.resolve.judgements import COLUMNS, Judgement
from osint_ingest.entities.resolve.profiles import Profile
from osint_ingest.entities.resolve.uses import Name, Small, Uses


def entities(profiles: Sequence[Profile], home: Mapping[str, str], uses: Uses, entity_of: Small) -> pa.Table:
    """The table `entities`. `profiles` are in the order of their ids, `home` is the homepage of an id, `entity_of` the
    entity of each node: its place in that order."""
    mentions = np.bincount(entity_of[uses.use_node], uses.use_count, len(profiles)).astype(np.int64)
    in_documents = np.unique(entity_of.astype(np.int64) * max(1, len(uses.documents)) + uses.document)
    documents = np.bincount(in_documents // max(1, len(uses.documents)), minlength=len(profiles))
    told = ("entity_id", "label", "name", "acronym", "native_name", "country_code")
    return pa.table(
        {
            **{column: pa.array([getattr(p, column) for p in profiles], pa.string()) for column in told},
            "homepage": pa.array([home.get(p.entity_id) for p in profiles], pa.string()),
            "mention_count": pa.array(mentions, pa.int64()),
            "document_count": pa.array(documents, pa.int64()),
        }
    )


def entity_names(profiles: Sequence[Profile]) -> pa.Table:
    """The table `entity_names`. `profiles` are in the order of their ids."""
    return pa.table(
        {
            "entity_id": pa.array([p.entity_id for p in profiles for _ in p.names], pa.string()),
            **{
                column: pa.array([getattr(n, column) for p in profiles for n in p.names], pa.string())
                for column in ("name", "kind", "language")
            },
        }
    )


def links_table(evidence: Iterable[EntityLink]) -> pa.Table:
    """The table `entity_links`: evidence that was found twice stands there once."""
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


def sites_table(sites: Sequence[Site]) -> pa.Table:
    """The table `entity_sites`, from sorted sites."""
    return pa.table(
        {
            "entity_id": pa.array([s.entity_id for s in sites], pa.string()),
            "link_id": pa.array([s.link_id for s in sites], pa.string()),
            "url": pa.array([s.url for s in sites], pa.string()),
            "how": pa.array([s.how for s in sites], pa.string()),
        }
    )


def judgements_table(
    judgements: Sequence[Judgement], uses: Uses, entity_of: Small, entity_ids: pa.StringArray
) -> pa.Table:
    """The table `judgements`: each line with the entities that it is about, those of its names that have most."""
    of = [_entities_of(judgement, uses, entity_of) for judgement in judgements]
    first = [found[0] for found in of]
    other = [found[1] if found[1] != found[0] else None for found in of]
    said = {c: pa.array([getattr(j, c) or None for j in judgements], pa.string()) for c in COLUMNS}
    return pa.table(
        {
            "line": pa.array([j.line for j in judgements], pa.int64()),
            **said,
            "entity_id": entity_ids.take(pa.array(first, pa.int32())),
            "other_entity_id": entity_ids.take(pa.array(other, pa.int32())),
        }
    )


def judged_homepages(
    judgements: Sequence[Judgement], uses: Uses, entity_of: Small, profiles: Sequence[Profile]
) -> dict[str, str]:
    """The homepages that judgements give, by id; of several lines the last one."""
    out: dict[str, str] = {}
    for judgement in judgements:
        if judgement.judgement == "homepage":
            for number in _entities(judgement.named[0], uses, entity_of):
                if judgement.country in ("", profiles[number].country_code):
                    out[profiles[number].entity_id] = judgement.value
    return out


def _entities_of(judgement: Judgement, uses: Uses, entity_of: Small) -> tuple[int | None, int | None]:
    """The entities of its first and its second name."""
    if judgement.judgement == "not_a_name":
        return None, None
    found = [next(iter(_entities(name, uses, entity_of)), None) for name in judgement.named]
    return found[0], found[-1]


def _entities(name: Name, uses: Uses, entity_of: Small) -> list[int]:
    """The entities that have a name, those with most of it first."""
    number = bisect_left(uses.names, name)
    if number == len(uses.names) or uses.names[number] != name:
        return []
    of_nodes = entity_of[np.flatnonzero(uses.name == number)].tolist()
    return [entity for entity, _ in sorted(Counter(of_nodes).items(), key=lambda told: (-told[1], told[0]))]
