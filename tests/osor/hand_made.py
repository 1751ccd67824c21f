"""The sample report as the content that a perfect reader would make of it, without a PDF in between."""

from __future__ import annotations

from pathlib import Path

from osint_ingest.model import Content, Footnote, FootnoteRef, Link, Passage
from tests.sample.country_report.source import Report, read_report

BODY_STARTS_ON = 3


def sample_report() -> Report:
    """The sample report's text, parsed."""
    source = Path(__file__).parents[1] / "sample" / "country_report" / "report.md"
    return read_report(source.read_text(encoding="utf-8"))


def content_of(report: Report) -> Content:
    """Passages with their sections, notes, references and links; no places on a page."""
    passages: list[Passage] = []
    refs: list[FootnoteRef] = []
    above: list[str] = []
    for block in report.blocks:
        ordinal, text = len(passages) + 1, ""
        for run in block.runs:
            if run.kind == "note":
                number = report.numbers[run.key]
                refs.append(FootnoteRef(len(refs) + 1, str(number), ordinal, len(text), number))
            elif run.kind != "raised":
                text += run.text
        section = " > ".join(above) or None
        page = BODY_STARTS_ON if above or block.style == "Heading1" else 1
        if block.style.startswith("Heading"):
            level = int(block.style[-1])
            above = [*above[: level - 1], text]
            passages.append(Passage(ordinal, "heading", text, section, level, "en", page))
        else:
            kind = "list_item" if block.style == "Bullet" else "paragraph"
            passages.append(
                Passage(ordinal, kind, text, section, 1 if kind == "list_item" else None, "en", page)
            )
    notes: list[Footnote] = []
    links: list[Link] = []
    for key, runs in report.notes.items():
        text, ordinal, number = "".join(run.text for run in runs), len(passages) + 1, report.numbers[key]
        passages.append(Passage(ordinal, "footnote", text, page=BODY_STARTS_ON))
        notes.append(Footnote(number, str(number), ordinal, text))
        for run in runs:
            if run.kind == "link":
                links.append(Link(len(links) + 1, run.target, "footnote", ordinal, number))
    return Content(tuple(passages), tuple(notes), tuple(refs), tuple(links), language="en")
