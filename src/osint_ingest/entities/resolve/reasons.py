"""Why the names of an entity are one: the merges behind it as rows, each with its reason and its evidence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from osint_ingest.entities.resolve.clusters import Clusters
from osint_ingest.entities.resolve.uses import Small, Uses

SCHEMA = pa.schema(
    [
        pa.field("entity_id", pa.string()),
        pa.field("ordinal", pa.int64()),
        *(
            pa.field(name, pa.string())
            for name in (
                "name", "document_id", "other_name", "other_document_id", "reason", "evidence", "stated_in",
            )
        ),
    ]
)  # fmt: skip
AT_ONCE = 32 * 1024
"""Rows that are put together at a time."""


def name_merges(
    uses: Uses, clusters: Clusters, entity_of: Small, entity_ids: Sequence[str]
) -> Iterator[pa.Table]:
    """The table `name_merges`, in parts: a row for each step by which two names became one.

    `entity_of` each node is a number of `entity_ids`, which are sorted. A node's spellings are told once over all
    documents, against the most frequent of them.
    """
    usual = _usual(uses)
    first, second = clusters.merged()
    spelled = _spellings(uses, usual, entity_of)
    # one name of a document is one node: no two rows have these five
    columns = (
        np.concatenate([entity_of[first], entity_of[spelled.node]]),
        np.concatenate([usual[first], usual[spelled.node]]),
        np.concatenate([uses.document[first], uses.document[spelled.node]]),
        np.concatenate([usual[second], spelled.text]),
        np.concatenate([uses.document[second], uses.document[spelled.node]]),
    )
    order = np.lexsort(columns[::-1])
    entity = columns[0][order]
    begin = np.flatnonzero(np.diff(entity, prepend=-1))
    ordinal = np.arange(len(order)) - np.repeat(begin, np.diff(np.append(begin, len(order)))) + 1

    def why(number: int) -> tuple[str, str, str | None]:
        if number < len(first):
            reason, evidence, passage = clusters.why(number)
            return reason.partition(":")[0], evidence, passage
        node = spelled.node[number - len(first)]
        return (
            "spelling",
            f"they differ in spelling only: both read {uses.name_of(node).key!r}",
            None,
        )

    values = [pa.array(v, pa.string()) for v in (entity_ids, uses.texts, uses.documents)]
    for start in range(0, len(order), AT_ONCE):
        rows = order[start : start + AT_ONCE]
        told = [
            values[of].take(pa.array(column[rows]))
            for of, column in zip((0, 1, 2, 1, 2), columns, strict=True)
        ]
        reasons = zip(*map(why, rows.tolist()), strict=True)
        ordinals = pa.array(ordinal[start : start + AT_ONCE], pa.int64())
        yield pa.table(
            [told[0], ordinals, *told[1:], *(pa.array(c, pa.string()) for c in reasons)], schema=SCHEMA
        )


@dataclass(frozen=True, slots=True)
class _Spelled:
    """Spellings of nodes beside the usual ones."""

    node: Small
    text: Small


def _usual(uses: Uses) -> Small:
    """The most frequent spelling of each node; of equals the one with fewest capitals, then the first."""
    capitals = np.zeros(len(uses.texts), np.int64)
    several = np.bincount(uses.use_node, minlength=len(uses))[uses.use_node] > 1
    for text in np.unique(uses.use_text[several]).tolist():
        capitals[text] = sum(c.isupper() for c in uses.texts[text])
    order = np.lexsort((uses.use_text, capitals[uses.use_text], -uses.use_count, uses.use_node))
    first = np.searchsorted(uses.use_node[order], np.arange(len(uses)))
    found: Small = uses.use_text[order[first]]
    return found


def _spellings(uses: Uses, usual: Small, entity_of: Small) -> _Spelled:
    """Each other spelling once for an entity and its usual spelling, in the first document that has it."""
    others = np.flatnonzero(uses.use_text != usual[uses.use_node])
    node, text = uses.use_node[others], uses.use_text[others]
    told = np.stack([entity_of[node], usual[node], text])
    _, first = np.unique(told, axis=1, return_index=True)
    first = np.sort(first)
    return _Spelled(node[first], text[first])
