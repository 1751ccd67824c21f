"""Named things in passages, against labels given by hand."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from osint_ingest.entities.annotate import Annotator
from osint_ingest.model import Passage

from .tally import Case, Result, Tally, squash

NAME = "entities"


def cases(folders: dict[str, Path]) -> Iterable[Case]:
    """Files of labelled passages, one a line: `{"id", "text", "entities": [{"text", "label"}]}`."""
    for group, folder in folders.items():
        for path in sorted(folder.rglob("*.jsonl")):
            first = json.loads(path.read_text(encoding="utf-8").split("\n", 1)[0])
            if "entities" in first:
                yield Case(path, group, str(first.get("language", "gold")), path)


@cache
def annotator() -> Annotator:
    """The project's own, made once."""
    return Annotator()


def score(case: Case) -> Result:
    """`strict`: text and label; `spans`: text alone; and the strict figure of each label."""
    result = Result(case)
    lines = [json.loads(line) for line in case.path.read_text(encoding="utf-8").splitlines() if line.strip()]
    documents: dict[str, list[dict[str, Any]]] = {}
    for line in lines:
        documents.setdefault(line["id"].split("#")[0], []).append(line)
    for some in documents.values():
        passages = [Passage(n, "paragraph", line["text"]) for n, line in enumerate(some, 1)]
        first = some[0]
        found = annotator().annotate(
            passages, language=first.get("language"), country_code=first.get("country")
        )
        for passage, line in zip(passages, some, strict=True):
            got = Counter((squash(m.text), m.label) for m in found.mentions if m.passage == passage.ordinal)
            want = Counter((squash(e["text"]), e["label"]) for e in line["entities"])
            score_passage(result, line["id"], want, got)
    return result


def score_passage(
    result: Result, name: str, want: Counter[tuple[str, str]], got: Counter[tuple[str, str]]
) -> None:
    """Adds one passage's tallies."""

    def tally(wanted: Counter[Any], gotten: Counter[Any]) -> Tally:
        both = sum((wanted & gotten).values())
        return Tally(both, gotten.total() - both, wanted.total() - both)

    misses = [f"- {t} {label} ({name})" for t, label in want - got] + [
        f"+ {t} {label} ({name})" for t, label in got - want
    ]
    result.add("strict", tally(want, got), misses)
    result.add("spans", tally(Counter(t for t, _ in want.elements()), Counter(t for t, _ in got.elements())))
    for label in {x for _, x in want} | {x for _, x in got}:
        mine = [Counter({k: n for k, n in bag.items() if k[1] == label}) for bag in (want, got)]
        result.add(label, tally(*mine))
