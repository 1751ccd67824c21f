"""Why the names of an entity are one: the merges behind it as rows, each with its reason and its evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import pyarrow as pa

from osint_ingest.entities.clusters import Merge, Node

COLUMNS = (
    "name", "document_id", "other_name", "other_document_id", "reason", "evidence", "stated_in",
)  # fmt: skip
Row = tuple[str, str, str, str, str, str, str | None]


def name_merges(
    merges: Iterable[Merge],
    entity_of: Mapping[Node, str],
    of_mention: Sequence[Node],
    texts: Sequence[str],
) -> pa.Table:
    """The table `name_merges`: a row for each step by which two names became one.

    `of_mention` and `texts` hold the node and the printed text of each mention. A node's spellings are told
    once over all documents, against the most frequent of them.
    """
    printed: dict[Node, dict[str, int]] = {}
    for (node, text), n in Counter(zip(of_mention, texts, strict=True)).items():
        printed.setdefault(node, {})[text] = n
    usual = {node: _most_usual(found) for node, found in printed.items()}
    rows: dict[str, set[Row]] = {}
    for merge in merges:
        one, other = merge.first, merge.second
        rows.setdefault(entity_of[one], set()).add(
            (
                usual[one], one.document_id, usual[other], other.document_id,
                merge.reason.partition(":")[0], merge.evidence, merge.passage_id,
            )
        )  # fmt: skip
    told: set[tuple[str, str, str]] = set()
    for node in sorted(node for node, found in printed.items() if len(found) > 1):
        for text in sorted(printed[node]):
            entity = entity_of[node]
            if text == usual[node] or (entity, usual[node], text) in told:
                continue
            told.add((entity, usual[node], text))
            evidence = f"they differ in spelling only: both read {node.key!r}"
            rows.setdefault(entity, set()).add(
                (usual[node], node.document_id, text, node.document_id, "spelling", evidence, None)
            )
    return _table(rows)


def _most_usual(found: Mapping[str, int]) -> str:
    """The most frequent spelling; of equals the one with fewest capitals."""
    if len(found) == 1:
        return next(iter(found))
    return min(found, key=lambda t: (-found[t], _capitals(t), t))


def _capitals(text: str) -> int:
    return sum(c.isupper() for c in text)


def _table(rows: Mapping[str, set[Row]]) -> pa.Table:
    entities, ordinals = [], []
    columns: dict[str, list[str | None]] = {name: [] for name in COLUMNS}
    for entity in sorted(rows):
        for ordinal, row in enumerate(sorted(rows[entity], key=lambda r: (*r[:-1], str(r[-1]))), 1):
            entities.append(entity)
            ordinals.append(ordinal)
            for name, value in zip(COLUMNS, row, strict=True):
                columns[name].append(value)
    return pa.table(
        {
            "entity_id": pa.array(entities, pa.string()),
            "ordinal": pa.array(ordinals, pa.int64()),
            **{name: pa.array(values, pa.string()) for name, values in columns.items()},
        }
    )
