"""`python -m tests.eval.fit_passages`: fits the trees of passages and headings (`make fit`).

They are fitted on what was measured in documents with truth, kept in `data/passages`; the same measures give the
same trees. With FOLDERS the documents that ship and those in the folders are measured anew first (their
`*.truth.json` names the passages, as `printed` or `blocks`). Needs scikit-learn, a development dependency; the
reader needs only the trees.
"""

from __future__ import annotations

import argparse
import bisect
import json
import re
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import numpy
import pyarrow as pa
from pyarrow import parquet
from sklearn.ensemble import GradientBoostingClassifier

from osint_ingest.model import ReadOptions
from osint_ingest.pdf import breaks, headings
from osint_ingest.pdf.body_lines import BodyLine
from osint_ingest.pdf.breaks import Breaks
from osint_ingest.pdf.evidence import body_size
from osint_ingest.pdf.fitted import Question, Tree, trees
from osint_ingest.pdf.layout import ReadPage
from osint_ingest.pdf.markers import find_references
from osint_ingest.pdf.numbering import CONTENTS_LINE
from osint_ingest.pdf.pages import read_pages
from osint_ingest.pdf.reader import body_of, laid_out

from .evaluation import SHIPPED, TESTS

TREES = Path(breaks.__file__).with_name("trees.json")
MEASURED = TESTS.parent / "data" / "passages"
"""`break.parquet` and `heading.parquet`: a row for each place, its measures, the right answer, its weight."""
MOST = 400
"""Of a document so many places are kept where a passage ends, and so many where it goes on; they weigh for all."""
ALONE = 0.4
"""How much a gap counts in a page that is read as if it were the whole document."""
SHIPPED_WEIGHT = 8.0
"""How much the documents that ship count: there are few of them, in more producers and scripts."""
LONGEST_LABEL = 6
SHAPE: dict[Question, tuple[int, int, float]] = {"break": (100, 4, 0.14), "heading": (100, 3, 0.15)}
"""How many trees, how deep, and how much each counts."""


def letters(text: str) -> str:
    """Letters and digits alone, compatibility forms resolved."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


def unnumbered(key: str) -> str:
    """The same without a number in front."""
    return re.sub(r"^[\divxlc]{1,6}(?=\D)", "", key)


@dataclass(frozen=True)
class Printed:
    """What a document is known to print, in letters."""

    passages: tuple[str, ...]
    headings: frozenset[str] | None
    free: frozenset[str] = frozenset()
    """Lines of a cover, of which nobody can say whether they are headings."""


def printed(path: Path) -> Printed:
    """The passages of a truth file, in their order, and its headings."""
    raw: Any = json.loads(path.read_text(encoding="utf-8"))
    blocks = raw.get("printed") or raw.get("blocks") or () if isinstance(raw, dict) else ()
    known: frozenset[str] | None = None
    if blocks:
        heads = [
            b["text"]
            for b in (*blocks, *raw.get("headings", ()))
            if b.get("kind") in (None, "heading", "title")
        ]
        known = frozenset(k for text in heads for k in (letters(text), unnumbered(letters(text))))
    free = frozenset(letters(b["text"]) for b in blocks if b.get("kind") == "free")
    return Printed(tuple(letters(b["text"]) for b in blocks), known, free)


@dataclass
class Samples:
    """What was measured, what is right, how much it counts."""

    measures: list[dict[str, float]] = field(default_factory=list)
    right: list[bool] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)

    def add(self, measures: dict[str, float], right: bool, weight: float) -> None:
        self.measures.append(measures)
        self.right.append(right)
        self.weights.append(weight)

    def add_some(self, others: Samples, draw: Random) -> None:
        """Adds `MOST` of either answer, drawn; each weighs for those that are left out."""
        for answer in (True, False):
            places = [i for i, right in enumerate(others.right) if right == answer]
            kept = sorted(draw.sample(places, min(MOST, len(places))))
            for i in kept:
                self.add(others.measures[i], answer, others.weights[i] * len(places) / len(kept))

    def write(self, question: Question, documents: int) -> None:
        """Keeps them in `data/passages`."""
        columns = {
            n: [round(float(m[n]), 3 if n.startswith("step") else 2) for m in self.measures]
            for n in self.measures[0]
        }
        table = pa.table({**columns, "weight": self.weights}).cast(
            pa.schema([(n, pa.float32()) for n in (*columns, "weight")])
        )
        table = table.append_column("right", [self.right])
        MEASURED.mkdir(parents=True, exist_ok=True)
        parquet.write_table(
            table.replace_schema_metadata({"documents": str(documents)}),
            MEASURED / f"{question}.parquet",
            compression="zstd",
            compression_level=19,
        )


def owners(rows: Sequence[BodyLine], passages: Sequence[str]) -> list[int | None]:
    """Which passage of the truth each line belongs to; None where none of them is printed so."""
    keys = []
    for row in rows:
        taken = {k for r in row.line.refs for k in range(r.mark.start, r.mark.end)}
        keys.append(letters(" ".join(w.text for k, w in enumerate(row.line.words) if k not in taken)))
    starts = [0]
    for key in keys:
        starts.append(starts[-1] + len(key))
    text, used = "".join(keys), bytearray(starts[-1])
    found: list[int | None] = [None] * len(rows)
    at_least = 0
    for number, passage in enumerate(passages):
        at = text.find(passage, at_least) if len(passage) > 2 else -1
        if len(passage) < 12 and at > at_least + 3000:
            continue
        while at >= 0 and any(used[at : at + len(passage)]):
            at = text.find(passage, at + 1)
        if at < 0:
            continue
        first = bisect.bisect_right(starts, at) - 1
        last = bisect.bisect_right(starts, at + len(passage) - 1) - 1
        if at - starts[first] > LONGEST_LABEL or starts[last + 1] != at + len(passage):
            continue
        used[at : at + len(passage)] = b"\x01" * len(passage)
        found[first : last + 1] = [number] * (last + 1 - first)
        at_least = at + len(passage)
    return found


def add_breaks(found: Breaks, own: Sequence[int | None], samples: Samples, weight: float) -> None:
    """Adds every gap between two lines of which the truth knows one."""
    passage = found.begin(found.rows[0])
    for i in range(1, len(found.rows)):
        row, last = found.rows[i], found.rows[i - 1]
        new = own[i] is None or own[i] != own[i - 1]
        apart = (
            (row.block.cell, row.block.aside) != (last.block.cell, last.block.aside)
            or CONTENTS_LINE.search(row.text)
            or CONTENTS_LINE.search(last.text)
        )
        if not apart:
            measures = found.measures(i, passage)
            if own[i] is None and own[i - 1] is None:
                new = measures["step"] > 0.3
            elif not found.certain(i, passage):
                samples.add(measures, new, weight)
        if apart or new:
            passage = found.begin(row)
        else:
            found.go_on(passage, row)


def add_document(pages: Sequence[ReadPage], truth: Printed, samples: Samples, weight: float) -> None:
    """Adds the gaps of a document, and those of every other page as if it were all there is."""
    found = Breaks(pages, body_size(pages))
    if not found.rows:
        return
    own = owners(found.rows, truth.passages)
    add_breaks(found, own, samples, weight)
    at = 0
    for page in pages if len(pages) > 1 else ():
        alone = Breaks([page], body_size([page]))
        if page.number % 2 and alone.rows:
            add_breaks(alone, own[at : at + len(alone.rows)], samples, weight * ALONE)
        at += len(alone.rows)


def documents(folders: Sequence[Path]) -> Iterator[tuple[Path, Printed, float]]:
    """The PDFs whose passages are known."""
    for folder in (SHIPPED, *folders):
        for path in sorted(folder.rglob("*.truth.json")):
            pdf = path.with_name(path.name.removesuffix(".truth.json") + ".pdf")
            truth = printed(path)
            if pdf.exists() and truth.passages:
                yield pdf, truth, SHIPPED_WEIGHT if folder == SHIPPED else 1.0


@dataclass(frozen=True)
class Fitted:
    """Boosted trees, the names of the measures that they ask for, and the figures of the fit."""

    names: list[str]
    trees: list[Tree]
    scores: dict[str, int]


@cache
def fit(question: Question) -> Fitted:
    """Fits boosted trees to what was measured."""
    count, depth, rate = SHAPE[question]
    model = GradientBoostingClassifier(
        n_estimators=count,
        max_depth=depth,
        learning_rate=rate,
        subsample=0.7,
        min_samples_leaf=10,
        random_state=1,
    )
    measured = parquet.read_table(MEASURED / f"{question}.parquet")
    names = measured.column_names[:-2]
    table = numpy.column_stack([measured[name].to_numpy().astype(float) for name in names])
    right, weights = measured["right"].to_numpy(), measured["weight"].to_numpy().astype(float)
    model.fit(table, right, sample_weight=weights)
    no, yes = model.init_.class_prior_
    made: list[Tree] = [[[round(float(numpy.log(yes / no)), 4)]]]
    for estimator in model.estimators_[:, 0]:
        tree = estimator.tree_
        made.append(
            [
                [round(float(tree.value[i][0][0]) * rate, 4)]
                if tree.children_left[i] < 0
                else [
                    int(tree.feature[i]),
                    round(float(tree.threshold[i]), 3),
                    int(tree.children_left[i]),
                    int(tree.children_right[i]),
                ]
                for i in range(tree.node_count)
            ]
        )
    wrong = int((model.predict(table) != right).sum())
    documents = int(measured.schema.metadata[b"documents"])
    return Fitted(
        names,
        made,
        {"documents": documents, "samples": len(right), "yes": int(right.sum()), "wrong": wrong},
    )


def write(made: dict[Question, Fitted]) -> None:
    """Writes the trees with what they were fitted on, and makes the reader use them."""
    header = {
        "fitted_by": "make fit",
        "fitted_on": "data/passages",
        "scores": {question: found.scores for question, found in made.items()},
        "measures": {question: found.names for question, found in made.items()},
    }
    rows = ",\n".join(
        f'  "{question}": [\n' + ",\n".join(f"   {json.dumps(tree)}" for tree in found.trees) + "\n  ]"
        for question, found in made.items()
    )
    text = f'{json.dumps(header, indent=1)[:-2]},\n "trees": {{\n{rows}\n }}\n}}\n'
    TREES.write_text(text, encoding="utf-8")
    trees.cache_clear()


def measure(folders: Sequence[Path]) -> None:
    """Measures documents with truth; headings are looked for among the passages that the new trees make."""
    read = []
    gaps, heads, draw = Samples(), Samples(), Random(1)
    for pdf, truth, weight in documents(folders):
        document = read_pages(pdf.read_bytes(), ReadOptions())
        pages = laid_out(document)
        find_references(pages)
        found = Samples()
        add_document(pages, truth, found, weight)
        gaps.add_some(found, draw)
        read.append((pages, document.outline, truth, weight))
    gaps.write("break", len(read))
    write({"break": fit("break"), "heading": Fitted(*trees("heading"), {})})
    for pages, outline, truth, weight in read:
        _, groups, woven = body_of(pages)
        texts = [w.text for w in woven]
        measured = headings.candidates(groups, texts, body_size(pages), outline)
        for text, found_here in zip(texts, measured, strict=True):
            key = letters(text)
            if found_here is not None and truth.headings is not None and key not in truth.free:
                heads.add(found_here, key in truth.headings or unnumbered(key) in truth.headings, weight)
    heads.write("heading", len(read))


def main() -> int:
    """Writes the trees beside the reader."""
    parser = argparse.ArgumentParser(prog="python -m tests.eval.fit_passages", description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, help="measure the documents in these, too, and anew")
    if folders := parser.parse_args().folders:
        measure(folders)
    made: dict[Question, Fitted] = {question: fit(question) for question in SHAPE}
    write(made)
    print(json.dumps({question: found.scores for question, found in made.items()}, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
