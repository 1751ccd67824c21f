"""Reads `report.md`: paragraphs, headings and bullets with italics, links and notes.

Its form is Markdown as far as that goes (`#`, `-`, `*italics*`, `[^note]`, `[text](url)`, `<url>`), with two
additions: `@Style text` gives a paragraph a named style, and `---` starts a new page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

RunKind = Literal["text", "italic", "link", "note", "raised"]

_RUN = re.compile(
    r"\[\^(?P<note>[\w-]+)\]"
    r"|<(?P<bare>https?://[^>]+)>"
    r"|\[(?P<label>[^\]]+)\]\((?P<target>[^)]+)\)"
    r"|\*(?P<italic>[^*]+)\*"
)
_NOTE = re.compile(r"\[\^(?P<key>[\w-]+)\]: (?P<text>.*)")
_STYLED = re.compile(r"@(?P<style>[\w-]+) (?P<text>.*)")


@dataclass(frozen=True, slots=True)
class TextRun:
    """A stretch of text; of a note only its `key`, of a link also its `target`."""

    kind: RunKind
    text: str = ""
    target: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class ReportBlock:
    """A paragraph, heading or bullet. `style` is Body, Bullet, Heading1 ... or the name after `@`."""

    style: str
    runs: tuple[TextRun, ...]
    new_page: bool = False

    @property
    def text(self) -> str:
        """What a reader sees, markers left out."""
        return "".join(run.text for run in self.runs if run.kind not in ("note", "raised"))


@dataclass(frozen=True, slots=True)
class Report:
    """The blocks in reading order, and the notes by key, numbered in the order of their first marker."""

    blocks: tuple[ReportBlock, ...]
    notes: dict[str, tuple[TextRun, ...]]
    numbers: dict[str, int]


def read_report(source: str) -> Report:
    """The parsed report. KeyError for a marker without a note, ValueError for a note without a marker."""
    blocks: list[ReportBlock] = []
    notes: dict[str, tuple[TextRun, ...]] = {}
    new_page = False
    for line in filter(None, map(str.strip, source.splitlines())):
        if note := _NOTE.fullmatch(line):
            notes[note["key"]] = tuple(_runs(note["text"]))
        elif line == "---":
            new_page = True
        else:
            style, text = _style(line)
            blocks.append(ReportBlock(style, tuple(_runs(text)), new_page))
            new_page = False
    markers = [run.key for block in blocks for run in block.runs if run.kind == "note"]
    numbers = {key: number for number, key in enumerate(dict.fromkeys(markers), start=1)}
    if unused := set(notes) - set(numbers):
        raise ValueError(f"no marker leads to {sorted(unused)}; add [^key] or take the note out")
    return Report(tuple(blocks), {key: notes[key] for key in numbers}, numbers)


def _style(line: str) -> tuple[str, str]:
    if styled := _STYLED.fullmatch(line):
        return styled["style"], styled["text"]
    if line.startswith("- "):
        return "Bullet", line[2:]
    hashes = len(line) - len(line.lstrip("#"))
    return (f"Heading{hashes}", line[hashes:].strip()) if hashes else ("Body", line)


def _runs(text: str) -> Iterator[TextRun]:
    at = 0
    for match in _RUN.finditer(text):
        between = text[at : match.start()]
        # the comma between two markers is raised with them
        raised = between == "," and match["note"] is not None and at > 0
        if between:
            yield TextRun("raised" if raised else "text", between)
        if match["note"]:
            yield TextRun("note", key=match["note"])
        elif match["italic"]:
            yield TextRun("italic", match["italic"])
        else:
            yield TextRun("link", match["bare"] or match["label"], target=match["bare"] or match["target"])
        at = match.end()
    if at < len(text):
        yield TextRun("text", text[at:])
