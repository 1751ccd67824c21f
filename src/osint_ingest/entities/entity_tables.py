"""The tables of resolved entities, columns as in the data contract, rows in the order of their keys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
import pyarrow as pa

from osint_ingest.entities.cited import EntityLink
from osint_ingest.entities.profile_store import AT_ONCE, Profiles
from osint_ingest.entities.sites import Site
from osint_ingest.entities.uses import Numbers, Small, Uses


def entities(profiles: Profiles, home: Mapping[str, str], uses: Uses, entity_of: Small) -> Iterator[pa.Table]:
    """The table `entities`, in parts. `home` is the homepage of an id, `entity_of` the entity of each node: its place
    in the order of ids."""
    mentions = np.bincount(entity_of[uses.use_node], uses.use_count, len(profiles)).astype(np.int64)
    in_documents = np.unique(entity_of.astype(np.int64) * max(1, len(uses.documents)) + uses.document)
    documents = np.bincount(in_documents // max(1, len(uses.documents)), minlength=len(profiles))
    for start, numbers in _in_parts(profiles.order):
        rows = profiles.rows(numbers)
        homes = pa.array(map(home.get, rows["entity_id"].to_pylist()), pa.string())
        end = start + len(numbers)
        yield (
            rows.append_column("homepage", homes)
            .append_column("mention_count", pa.array(mentions[start:end], pa.int64()))
            .append_column("document_count", pa.array(documents[start:end], pa.int64()))
        )


def entity_names(profiles: Profiles) -> Iterator[pa.Table]:
    """The table `entity_names`, in parts."""
    for _, numbers in _in_parts(profiles.order):
        yield profiles.names_of(numbers)


def _in_parts(order: Numbers) -> Iterator[tuple[int, Numbers]]:
    """One part at least: a table without rows has its columns."""
    for start in range(0, max(1, len(order)), AT_ONCE):
        yield start, order[start : start + AT_ONCE]


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
