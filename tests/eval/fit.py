"""`python -m tests.eval.fit [FOLDER...]`: fits the weights of markers and labels (`make fit`).

Documents with truth: those that ship, the tuning half of the real ones beside the checkout, and whatever
folders are given. Needs scikit-learn, a development dependency; the reader itself needs only the file.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss

from osint_ingest.model import ReadOptions
from osint_ingest.pdf.evidence import (
    Features,
    FlowLine,
    flow_of,
    lead_features,
    mark_features,
    score,
)
from osint_ingest.pdf.fitted import weights
from osint_ingest.pdf.labels import Lead, Mark
from osint_ingest.pdf.layout import ReadPage
from osint_ingest.pdf.markers import repeated_in, tie_features
from osint_ingest.pdf.pages import read_pages
from osint_ingest.pdf.reader import laid_out
from osint_ingest.pdf.series import rows_of

from .evaluation import CORPUS, SHIPPED
from .pdf_scores import half_of
from .pdf_truth import PdfTruth, read_truth

WEIGHTS = Path(sys.modules["osint_ingest.pdf.fitted"].__file__ or "").with_name("weights.json")
STRENGTH = 0.3
"""Inverse of the penalty on large weights."""
SURE = 0.9
"""From this confidence on a tie counts as sure."""
Sample = tuple[Features, bool]


def documents(folders: Sequence[Path]) -> Iterator[tuple[Path, PdfTruth]]:
    """The PDFs with truth to fit on."""
    real = CORPUS / "real"
    for folder in (SHIPPED, real, *folders):
        for path in sorted(folder.rglob("*.truth.json")):
            pdf = path.with_name(path.name.removesuffix(".truth.json") + ".pdf")
            if pdf.exists() and (folder != real or half_of(pdf) == "tuned half"):
                yield pdf, read_truth(path)


def letters(text: str) -> str:
    """Letters and digits alone, compatibility forms resolved."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


def before(flow: Sequence[FlowLine], place: FlowLine, mark: Mark) -> list[str]:
    """The text before a marker in letters, with and without the markers in it."""
    whole, bare = "", ""
    for other in flow[max(0, place.index - 3) : place.index + 1]:
        stop = mark.start if other is place else len(other.line.words)
        raised = {k for m in other.line.marks for k in range(m.start, m.end)}
        whole += letters(" ".join(w.text for w in other.line.words[:stop]))
        bare += letters(" ".join(w.text for k, w in enumerate(other.line.words[:stop]) if k not in raised))
    return [whole, bare]


def after(flow: Sequence[FlowLine], place: FlowLine, lead: Lead) -> str:
    """The text after a label, in letters."""
    text = letters(" ".join(w.text for w in place.line.words[lead.words :]))
    return text + "".join(letters(x.line.text) for x in flow[place.index + 1 : place.index + 3])


def bare_label(label: str) -> str:
    """A marker as truth and reader write it."""
    return re.sub(r"[\[\]().\s]", "", label).replace("∗", "*").replace("∥", "‖").casefold()


@dataclass(frozen=True)
class Document:
    """A document's lines, with the markers and the beginnings of the notes that the truth knows."""

    pages: list[ReadPage]
    flow: list[FlowLine]
    anchors: list[tuple[str, str, str]]
    """Label, the letters before it, the letters with which its note begins."""

    def is_marker(self, place: FlowLine, mark: Mark, label: str, note: str | None = None) -> bool:
        """Is this one of the truth's markers (and is its note the one whose text this is)?"""
        texts = before(self.flow, place, mark)
        return any(
            label == known
            and any(t.endswith(end) for t in texts)
            and (note is None or note.startswith(start))
            for known, end, start in self.anchors
            if len(end) > 3
        )

    def is_label(self, place: FlowLine, lead: Lead) -> bool:
        """Does a note of the truth begin here?"""
        text = after(self.flow, place, lead)
        return any(lead.label == known and text.startswith(s) for known, _, s in self.anchors if len(s) > 3)


def read(pdf: Path, truth: PdfTruth) -> Document:
    """A document with its truth."""
    pages = laid_out(read_pages(pdf.read_bytes(), ReadOptions()))
    anchors = [
        (bare_label(a.marker), letters(a.before)[-10:], letters(truth.notes[a.note].text)[:12])
        for a in truth.anchors
    ]
    return Document(pages, flow_of(pages), anchors)


def candidates(document: Document) -> tuple[list[Sample], list[Sample]]:
    """Every possible marker and label of a document: its features, and whether the truth has it."""
    marks = [
        (mark_features(p, m), any(document.is_marker(p, m, label) for label in m.labels))
        for p in document.flow
        for m in p.line.marks
    ]
    leads = [(lead_features(p, x), document.is_label(p, x)) for p in document.flow for x in p.line.leads]
    return marks, leads


def ties(document: Document) -> list[Sample]:
    """Every tie that the reader makes in its rows: its features, and whether it is right."""
    score(document.flow)
    found = []
    for row in rows_of(document.flow):
        for i, pair in enumerate(row.pairs):
            text = after(document.flow, pair.to, pair.lead)
            right = document.is_marker(pair.at, pair.mark, pair.lead.label, text)
            found.append((tie_features(row, i), right))
    return found


def repeats(document: Document) -> list[Sample]:
    """Every sign that may refer to a note again: its features, and whether it does."""
    return [
        (features, document.is_marker(document.flow[place.index], mark, note.label))
        for place, mark, _, note, features in repeated_in(document.pages)
    ]


def fit(given: Sequence[Sample]) -> tuple[dict[str, float], dict[str, float]]:
    """Weights by feature, and the figures of the fit."""
    names = sorted({name for features, _ in given for name in features})
    table = [[features.get(name, 0.0) for name in names] for features, _ in given]
    right = [y for _, y in given]
    model = LogisticRegression(C=STRENGTH, max_iter=2000, fit_intercept=False).fit(table, right)
    sure = model.predict_proba(table)[:, 1]
    at_least = [y for y, p in zip(right, sure, strict=True) if p >= SURE]
    figures = {
        "samples": len(given),
        "right": sum(right),
        "log_loss": round(float(log_loss(right, sure)), 4),
        "sure": len(at_least),
        "sure_and_right": sum(at_least),
    }
    return {n: round(float(w), 3) for n, w in zip(names, model.coef_[0], strict=True)}, figures


def main() -> int:
    """Writes the weights beside the reader."""
    parser = argparse.ArgumentParser(prog="python -m tests.eval.fit", description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, help="more documents with truth")
    parser.add_argument(
        "--confidence", action="store_true", help="fit only how sure ties are, not what is tied"
    )
    options = parser.parse_args()
    if not (CORPUS / "real").is_dir():
        print("The real documents with truth are not beside the checkout: the weights stay as they are.")
        return 1
    read_documents = [read(pdf, truth) for pdf, truth in documents(options.folders)]
    raw = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    table: dict[str, dict[str, float]] = raw["weights"]
    scores: dict[str, dict[str, float]] = raw["scores"]
    if not options.confidence:
        parts = [candidates(document) for document in read_documents]
        table["mark"], scores["mark"] = fit([sample for marks, _ in parts for sample in marks])
        table["lead"], scores["lead"] = fit([sample for _, leads in parts for sample in leads])
        write(table, scores, len(read_documents))
    table["tie"], scores["tie"] = fit([sample for document in read_documents for sample in ties(document)])
    table["again"], scores["again"] = fit([x for document in read_documents for x in repeats(document)])
    write(table, scores, len(read_documents))
    print(json.dumps(scores, indent=1))
    return 0


def write(table: dict[str, dict[str, float]], scores: dict[str, dict[str, float]], count: int) -> None:
    """Writes the weights with what they were fitted on, and makes the reader use them."""
    header = {
        "fitted_by": "make fit",
        "fitted_on": f"{count} documents with truth: made ones, and the half of the real ones that is for tuning",
        "scores": scores,
    }
    WEIGHTS.write_text(json.dumps({**header, "weights": table}, indent=1) + "\n", encoding="utf-8")
    weights.cache_clear()


if __name__ == "__main__":
    sys.exit(main())
