"""Component `resolve_overlaps`: the longest of overlapping names, the surest of equally long ones."""

from spacy.language import Language
from spacy.tokens import Doc

from osint_ingest.entities.pipeline.evidence import NAMES, Spans, add_candidates, candidates


@Language.component("osint_resolve_overlaps", assigns=["doc.ents"], requires=["doc.spans"])
def resolve_overlaps(doc: Doc) -> Doc:
    """The text with its names in `doc.spans["names"]` and in `doc.ents`, in reading order."""
    kept = Spans()
    surest = sorted(
        candidates(doc, NAMES), key=lambda c: (c.start - c.end, -c.score, c.start, c.label, c.rule)
    )
    names = sorted(c for c in surest if kept.add(c.start, c.end))
    doc.spans.pop(NAMES, None)
    add_candidates(doc, names, NAMES)
    doc.ents = list(doc.spans[NAMES]) if names else []
    return doc
