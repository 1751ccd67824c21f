"""Lines of note zones -> notes; lists of notes at the end of a chapter or of the document."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from osint_ingest.pdf.labels import Lead, LeadStyle
from osint_ingest.pdf.layout import Block
from osint_ingest.pdf.lines import PrintedLine
from osint_ingest.pdf.zones import PageLayout
from osint_ingest.text.note_words import is_notes_heading


@dataclass(slots=True)
class Note:
    """A note's label and lines. `pieces` are (line, first word that is text)."""

    label: str
    style: LeadStyle
    page: int
    kind: Literal["foot", "end"]
    pieces: list[tuple[PrintedLine, int]] = field(default_factory=list)
    order: int = 0
    """Place of an endnote's list in the flow of the body (index of its first line)."""


def footnotes(pages: Sequence[PageLayout]) -> list[Note]:
    """The notes of all zones in reading order; lines before a zone's first label go on with the last note."""
    notes: list[Note] = []
    wanted = {x for page in pages for marks in page.marks.values() for m in marks for x in m.labels}
    for page in pages:
        for _, lines in page.notes():
            first: Note | None = None
            for line in lines:
                lead = page.leads.get(id(line)) or _glued(line, notes, first, wanted)
                if lead and _begins(lead, line, notes[-1] if notes else None, first, wanted):
                    notes.append(Note(lead.label, lead.style, page.number, "foot"))
                    notes[-1].pieces.append((line, lead.words))
                    first = first or notes[-1]
                elif notes:
                    notes[-1].pieces.append((line, 0))
                else:
                    # a zone that begins with text and no note is open: its lines are kept without a label
                    notes.append(Note("", "plain", page.number, "foot", [(line, 0)]))
    return notes


_OPENERS = "“„«‘\"'([‹"


def _glued(line: PrintedLine, notes: list[Note], first: Note | None, wanted: set[str]) -> Lead | None:
    """`10Section 3`: a label as wide as its tab stop touches its text; it is parted from it."""
    last = notes[-1] if notes else None
    model = first or last
    if last is None or model is None or model.style not in ("plain", "dotted") or not last.label.isdigit():
        return None
    label, word = str(int(last.label) + 1), line.words[0]
    rest = word.text[len(label) :]
    aligned = abs(line.x0 - model.pieces[0][0].x0) < 0.3 * line.size
    if label not in wanted or not aligned or not word.text.startswith(label):
        return None
    if not rest:
        # `10“Title”`: the quotation mark is a word of its own
        after = line.words[1] if len(line.words) > 1 else None
        return Lead(label, "plain", 1, False) if after is not None and after.text[0] in _OPENERS else None
    if not rest[0].isalpha() and rest[0] not in _OPENERS:
        return None
    cut = word.x0 + (word.x1 - word.x0) * len(label) / len(word.text)
    number = replace(word, text=label, x1=cut)
    word.text, word.x0, word.space = rest, cut, True  # in place: a link annotation knows it by its identity
    line.words = (number, *line.words)
    return Lead(label, "plain", 1, False)


def _begins(lead: Lead, line: PrintedLine, last: Note | None, first: Note | None, wanted: set[str]) -> bool:
    """Does this label begin a note, or is it a number that happens to begin a line of one?"""
    if lead.style in ("raised", "bracket"):
        return not (last and last.style == "symbol") or lead.label in wanted
    if lead.style == "symbol":
        return lead.label in wanted
    if last is None or not last.label.isdigit() or not lead.label.isdigit():
        return lead.label in wanted
    if first is None:
        # the first label on a page counts on from the page before, or starts anew
        return lead.label in wanted or int(lead.label) == int(last.label) + 1
    follows = int(lead.label) in (int(last.label) + 1, 1) and lead.label in wanted
    same = lead.style == first.style and abs(line.x0 - first.pieces[0][0].x0) < 3 * line.size
    return follows and same


@dataclass(slots=True)
class _Run:
    labels: list[str]
    starts: list[int]
    end: int
    headed: bool


def endnotes(
    flow: Sequence[tuple[PageLayout, Block, PrintedLine]], open_labels: Sequence[tuple[int, str]]
) -> list[Note]:
    """Lists of notes in the flow of the body, for references that no footnote answers.

    `flow` is every body line in reading order; `open_labels` are (place in the flow, label) of those
    references. A list counts up from its first number, each at a line's head in one style; it is one of
    notes when its heading says so or when most of its numbers are referred to before it.
    """
    notes: list[Note] = []
    after = -1
    for run in _numbered_runs(flow):
        asked = {label for place, label in open_labels if after < place < run.starts[0]}
        matched = sum(label in asked for label in run.labels)
        share = matched / len(run.labels)
        if not matched or not (share >= 0.6 or (run.headed and share >= 0.3)):
            continue
        if not run.headed and len(run.labels) < 2:
            continue
        for k, (label, start) in enumerate(zip(run.labels, run.starts, strict=True)):
            end = run.starts[k + 1] if k + 1 < len(run.starts) else run.end
            page, _, line = flow[start]
            lead = page.leads[id(line)]
            note = Note(label, lead.style, page.number, "end", [(line, lead.words)], run.starts[0])
            note.pieces += [(flow[i][2], 0) for i in range(start + 1, end)]
            notes.append(note)
        after = run.end
    return notes


def _numbered_runs(flow: Sequence[tuple[PageLayout, Block, PrintedLine]]) -> Iterable[_Run]:
    i = 0
    while i < len(flow):
        page, _, line = flow[i]
        lead = page.leads.get(id(line))
        if lead is None or _value(lead.label) != 1:
            i += 1
            continue
        run = _run_from(flow, i, lead)
        yield run
        i = max(run.starts[-1] + 1, i + 1)


def _run_from(flow: Sequence[tuple[PageLayout, Block, PrintedLine]], start: int, first: Lead) -> _Run:
    line0 = flow[start][2]
    labels, starts = [first.label], [start]
    end = start + 1
    roman = first.label == "i"
    for k in range(start + 1, len(flow)):
        page, block, line = flow[k]
        lead = page.leads.get(id(line))
        if lead and lead.style == first.style and _value(lead.label, roman) == len(labels) + 1:
            labels.append(lead.label)
            starts.append(k)
        elif (
            line.size > line0.size + 0.6
            or (line.bold and not line0.bold)
            or (block.cell != flow[start][1].cell and block.cell)
        ) or k - starts[-1] > 40:
            break
        else:
            last = flow[k - 1][2]
            if line.page == last.page and line.base - last.base > 2.6 * line.size:
                break
        end = k + 1
    heading = flow[start - 1][2].text if start else ""
    return _Run(labels, starts, end, is_notes_heading(heading))


_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50}


def _value(label: str, roman: bool = True) -> int:
    if label.isdigit():
        return int(label)
    if roman and all(c in _ROMAN for c in label):
        total = 0
        for c, following in zip(label, [*label[1:], ""], strict=True):
            value = _ROMAN[c]
            total += -value if following and _ROMAN[following] > value else value
        return total
    return ord(label) - ord("a") + 1 if len(label) == 1 and label.islower() else 0
