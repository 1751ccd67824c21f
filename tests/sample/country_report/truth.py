"""What a perfect reader finds in the sample report, told from its text, not from its PDF."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass

from tests.sample.country_report.source import Report

CONTEXT = 30
"""Characters before a marker that tell where it stands."""


@dataclass(frozen=True, slots=True)
class TrueMarker:
    """A marker, and the text right before it, other markers left out."""

    marker: str
    before: str
    block: int
    offset: int


@dataclass(frozen=True, slots=True)
class TrueNote:
    """The text of a note; `urls` are the targets of its links, `printed` their texts."""

    text: str
    urls: tuple[str, ...]
    printed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Truth:
    anchors: tuple[TrueMarker, ...]
    notes: dict[str, TrueNote]
    blocks: tuple[tuple[str, str], ...]
    """Style and text of each block of the body."""

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


def truth_of(report: Report) -> Truth:
    """Markers in reading order (`block` counts the body's blocks from 0), notes by number, blocks."""
    anchors: list[TrueMarker] = []
    blocks: list[tuple[str, str]] = []
    for block in report.blocks:
        text = ""
        for run in block.runs:
            if run.kind == "note":
                marker = str(report.numbers[run.key])
                anchors.append(TrueMarker(marker, text[-CONTEXT:], len(blocks), len(text)))
            elif run.kind != "raised":
                text += run.text
        blocks.append((block.style, re.sub(r"\s+", " ", text)))
    notes = {
        str(report.numbers[key]): TrueNote(
            "".join(run.text for run in runs),
            tuple(run.target for run in runs if run.kind == "link"),
            tuple(run.text for run in runs if run.kind == "link"),
        )
        for key, runs in report.notes.items()
    }
    return Truth(tuple(anchors), notes, tuple(blocks))
