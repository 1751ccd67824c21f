"""The tables of resolved entities, columns as in the data contract, rows in the order of their keys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pyarrow as pa

from osint_ingest.entities.homepages.cited import EntityLink
from osint_ingest.entities.homepages.sites import Site
from osint_ingest.entities.resolve.profiles import Profile
from osint_ingest.entities.resolve.uses import Small, Uses


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
