"""The labelled names: offsets that lead to a name, parts that share no source."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest

from osint_ingest.tables.entities import LABELS

LABELLED = Path(__file__).parents[2] / "data" / "names" / "labels.jsonl"
ROWS: list[dict[str, Any]] = [json.loads(line) for line in LABELLED.read_text("utf-8").splitlines()]


def test_spans_are_in_order_apart_and_labelled() -> None:
    assert len(ROWS) >= 3000 and len({row["id"] for row in ROWS}) == len(ROWS)
    for row in ROWS:
        end = 0
        for start, stop, label in row["names"]:
            assert end <= start < stop and label in LABELS, row["id"]
            end = stop


def test_a_fifth_or_less_of_the_passages_is_for_each_of_tuning_and_measuring() -> None:
    parts = Counter(row["part"] for row in ROWS)
    assert parts.keys() == {"train", "tune", "measure"}
    assert all(0.1 <= parts[part] / len(ROWS) <= 0.2 for part in ("tune", "measure"))


@pytest.mark.corpus
def test_they_lead_to_names_of_the_texts_and_no_source_is_in_two_parts(corpus: Path) -> None:
    texts: dict[str, dict[str, str]] = {}
    for path in (corpus / "text").glob("*.jsonl"):
        texts |= {row["id"]: row for row in map(json.loads, path.open(encoding="utf-8"))}
    parts = defaultdict(set)
    for row in ROWS:
        passage = texts[row["id"]]
        text = passage["text"]
        parts[passage["source"]].add(row["part"])
        assert hashlib.sha256(text.encode()).hexdigest() == row["sha256"]
        for start, stop, _ in row["names"]:
            name = text[start:stop]
            assert name and name == name.strip(), (row["id"], name)
    assert all(len(found) == 1 for found in parts.values())
