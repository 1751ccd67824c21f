"""Why a reference was read as it was: reads the PDF again and puts each measured feature into words."""

from __future__ import annotations

from collections.abc import Iterator
from math import exp

from osint_ingest.analyst.trace import TraceStep, row_of
from osint_ingest.pdf.why import why
from osint_ingest.release.folder import Release
from osint_ingest.store import RawStore


def explain(release: Release, ref_id: str, raw: str) -> list[TraceStep]:
    """The decisions behind a reference of a PDF, each with its reasons, from the capture in the folder `raw`.

    KeyError: no such reference, or one of a page, which follows its own links. FileNotFoundError: the capture is gone.
    LookupError: the PDF is read otherwise today.
    """
    reference = row_of(release, "footnote_refs", ref_id) if "#r" in ref_id else None
    if reference is None or reference["page"] is None:
        raise KeyError(
            f"{ref_id} is not a reference in a PDF, so there is nothing to explain. Ids of references end like #r3."
        )
    sha256 = row_of(release, "documents", reference["document_id"])["content_sha256"]
    store = RawStore(raw)
    capture = next((c for c in store.captures() if c.content_sha256 == sha256), None)
    if capture is None:
        raise FileNotFoundError(
            f"The capture of {reference['document_id']} is not in {raw}. Name its folder with --raw."
        )
    return list(_steps(ref_id, store.read(capture), int(ref_id.rpartition("#r")[2]), reference["marker"]))


def _steps(ref_id: str, data: bytes, ordinal: int, marker: str) -> Iterator[TraceStep]:
    for number, decision in enumerate(why(data, ordinal)):
        if number == 0 and f"“{marker}”" not in decision.question:
            raise LookupError(f"This version reads {ref_id} differently. Run osint-ingest refresh first.")
        sure = 1 / (1 + exp(-decision.total))
        total = f" {decision.total:+.2f} in all, {sure:.0%} sure" if decision.total else ""
        yield TraceStep("why", ref_id, f"{decision.question}{total}", 1)
        for reason in decision.reasons:
            counts = f"{reason.counts:+.2f}  " if reason.counts else ""
            yield TraceStep("why", ref_id, f"{counts}{reason.words}", 2)
