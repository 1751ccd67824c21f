"""Where the notes of a page begin: at the foot of its columns or across it.

Three signs together: a short drawn rule above, print smaller than the body's, labels at the lines' heads
that the text above refers to. What the first pass is sure of teaches the document's own note size; the
second finds with it the pages where a note only goes on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from osint_ingest.pdf.glyphs import Rule
from osint_ingest.pdf.labels import Lead, Mark, lead_of, markers_in
from osint_ingest.pdf.layout import Block
from osint_ingest.pdf.lines import PrintedLine

SMALL = 0.97
"""Notes are smaller than this share of the body's size, when they are smaller at all."""


@dataclass(slots=True)
class PageLayout:
    """A page as the readers of notes and passages get it; `zones` holds for each block the index of the
    line where its notes begin."""

    number: int
    width: float
    height: float
    blocks: list[Block]
    rules: list[Rule]
    heads: list[PrintedLine] = field(default_factory=list)
    feet: list[PrintedLine] = field(default_factory=list)
    zones: dict[int, int] = field(default_factory=dict)
    marks: dict[int, list[Mark]] = field(default_factory=dict)
    """Possible markers by `id` of their line."""
    leads: dict[int, Lead] = field(default_factory=dict)

    def body(self) -> list[tuple[Block, list[PrintedLine]]]:
        """Blocks with their lines above the notes."""
        return [(b, b.lines[: self.zones.get(id(b), len(b.lines))]) for b in self.blocks]

    def notes(self) -> list[tuple[Block, list[PrintedLine]]]:
        """Blocks with their lines of notes."""
        return [(b, b.lines[self.zones[id(b)] :]) for b in self.blocks if id(b) in self.zones]


def look(page: PageLayout) -> None:
    """Finds everything on a page that has the look of a marker or of a note's label."""
    for block in page.blocks:
        for line in block.lines:
            marks = markers_in(line)
            if marks:
                page.marks[id(line)] = marks
            lead = lead_of(line)
            if lead:
                page.leads[id(line)] = lead


def body_size(pages: Sequence[PageLayout]) -> float:
    """The size of running text: of the lines that carry raised numbers inside, else of most characters."""
    carrying: Counter[float] = Counter()
    every: Counter[float] = Counter()
    for page in pages:
        for block in page.blocks:
            for line in block.lines:
                every[line.size] += sum(len(w.text) for w in line.words)
                inside = [
                    m
                    for m in page.marks.get(id(line), ())
                    if m.start > 0 and not m.risky and m.style == "raised"
                ]
                if inside and block.cell is None:
                    carrying[line.size] += len(inside)
    if not every:
        return 10.0
    if sum(carrying.values()) >= 3:
        return max(carrying, key=lambda size: (carrying[size], size))
    return max(every, key=lambda size: (every[size], size))


def find_zones(pages: Sequence[PageLayout]) -> None:
    """Fills `zones` of every page."""
    body = body_size(pages)
    wanted = _wanted(pages)
    for page in pages:
        _page_zones(page, body, wanted)
    _second_pass(pages, body)


def _wanted(pages: Sequence[PageLayout]) -> dict[int, set[str]]:
    """Labels that the text refers to, by page, if something may be a reference there."""
    out: dict[int, set[str]] = {}
    for page in pages:
        labels: set[str] = set()
        for block in page.blocks:
            last = ""
            for line in block.lines:
                for mark in page.marks.get(id(line), ()):
                    carried = mark.style == "bracket" and last[-1:].isalpha()
                    if mark.start or carried or id(line) not in page.leads or _closes(mark, line):
                        labels.update(mark.labels)
                last = line.text
        out[page.number] = labels
    return out


def _closes(mark: Mark, line: PrintedLine) -> bool:
    """`1. It names`: a sign after a raised number at a line's head closes the sentence of the line above."""
    after = line.words[mark.end] if mark.end < len(line.words) else None
    return (
        mark.style == "raised"
        and mark.start == 0
        and after is not None
        and not after.space
        and after.text[0] in ".,;:)!?"
    )


def _bottom_blocks(page: PageLayout) -> list[Block]:
    """Blocks with nothing under them but notes: notes across the page first, then the columns above."""
    out: list[Block] = []
    for block in sorted(page.blocks, key=lambda b: -b.bottom):
        beneath = [
            b
            for b in page.blocks
            if b is not block and b.top >= block.bottom - 1 and b.x0 < block.x1 and b.x1 > block.x0
        ]
        if all(page.zones.get(id(b)) == 0 or (b in out and _whole(b, page)) for b in beneath):
            out.append(block)
    return out


def _whole(block: Block, page: PageLayout) -> bool:
    return page.zones.get(id(block)) == 0


def _page_zones(page: PageLayout, body: float, wanted: dict[int, set[str]]) -> None:
    here = wanted.get(page.number, set()) | wanted.get(page.number - 1, set())
    done: set[int] = set()
    for _ in range(4):
        fresh = [b for b in _bottom_blocks(page) if id(b) not in done and b.cell is None]
        if not fresh:
            return
        for block in fresh:
            done.add(id(block))
            start = _start(block, page, body, here)
            if start is not None:
                page.zones[id(block)] = start


def _start(block: Block, page: PageLayout, body: float, wanted: set[str]) -> int | None:
    lines = block.lines
    largest = 0.0
    best: int | None = None
    for i in range(len(lines) - 1, -1, -1):
        line = lines[i]
        largest = max(largest, line.size)
        lead = page.leads.get(id(line))
        if largest > 1.03 * body or (best is not None and line.size > 1.2 * lines[best].size):
            break
        ruled = has_rule(page, block, i)
        if lead and line.size > SMALL * body and any(_closes(m, line) for m in page.marks.get(id(line), ())):
            continue
        if lead and not _is_list(lead) and _accept(block, page, i, largest < SMALL * body, ruled, wanted):
            best = i
        if ruled and (best is not None or i == 0):
            break
    if best is None or _in_a_list(block, page, best):
        return None
    # a note that goes on from the page before stands above the first label, under the rule
    size = lines[best].size
    top = best
    while top > 0 and abs(lines[top - 1].size - size) < 0.4 and not has_rule(page, block, top):
        top -= 1
    if top < best and (
        has_rule(page, block, top) or (size < SMALL * body and top > 0 and lines[top - 1].size > size + 0.4)
    ):
        return top if has_rule(page, block, top) else best
    return best


def _in_a_list(block: Block, page: PageLayout, start: int) -> bool:
    """Does the number before this one stand above it in the same style? Then a longer list begins higher."""
    lead = page.leads[id(block.lines[start])]
    if not lead.label.isdigit() or lead.style == "raised":
        return False
    for line in reversed(block.lines[:start]):
        above = page.leads.get(id(line))
        if above and above.style == lead.style and abs(line.size - block.lines[start].size) < 0.4:
            return above.label == str(int(lead.label) - 1)
    return False


def _is_list(lead: Lead) -> bool:
    return lead.style == "symbol" and lead.label in "§¶"


def _accept(block: Block, page: PageLayout, start: int, small: bool, ruled: bool, wanted: set[str]) -> bool:
    leads = [page.leads[id(x)] for x in block.lines[start:] if id(x) in page.leads]
    first = leads[0]
    same = [x for x in leads if x.style == first.style]
    matched = sum(x.label in wanted for x in same) * 2 > len(same)
    if first.style == "raised":
        above = [x for x in block.lines[:start] if not has_rule(page, block, start)]
        # with notes in the body's own size and no rule, only an unbroken row of wanted labels tells
        return ruled or small or (matched and _counts(same) and bool(above or start == 0))
    if first.style == "symbol":
        return first.label in wanted and (ruled or small)
    if not matched or first.label not in wanted or not _counts(same):
        return False
    return ruled or small or _apart(block, page, start, same)


def _apart(block: Block, page: PageLayout, start: int, leads: list[Lead]) -> bool:
    """Body-sized notes without a rule: far below the text, at the page's foot, and answering exactly the
    markers above them."""
    if not start or any(lead.style == "dotted" for lead in leads):
        return False
    above, line = block.lines[start - 1], block.lines[start]
    steps = [b.base - a.base for a, b in zip(block.lines[: start - 1], block.lines[1:start], strict=False)]
    asked = {
        label
        for x in block.lines[:start]
        for mark in page.marks.get(id(x), ())
        if not mark.risky
        for label in mark.labels
        if label.isdigit()
    }
    gap = line.base - above.base
    return gap > 1.25 * max(steps, default=1.3 * line.size) and asked == {lead.label for lead in leads}


def _counts(leads: list[Lead]) -> bool:
    """Do numbers count up by one (one misread label in four is forgiven)?"""
    numbers = [int(x.label) for x in leads if x.label.isdigit()]
    steps = [b - a for a, b in pairwise(numbers)]
    # a chapter that ends on the page starts its numbers anew
    good = [b - a == 1 or b == 1 for a, b in pairwise(numbers)]
    return all(s > 0 for s in steps) or sum(good) * 4 >= 3 * len(steps)


def has_rule(page: PageLayout, block: Block, i: int) -> bool:
    """Is there a drawn rule between line `i` of a block and what stands above it?"""
    line = block.lines[i]
    above = block.lines[i - 1] if i else None
    low = above.base + 0.25 * above.size if above else line.base - 4 * line.size
    high = line.base - 0.55 * line.size
    for rule in page.rules:
        if not rule.horizontal or not low < rule.top < high or rule.x1 - rule.x0 < 18:
            continue
        # the rule between a running head and a page's first line is the head's
        if i == 0 and page.heads and rule.top < max(x.bottom for x in page.heads) + 24:
            continue
        if i == 0 and rule.x1 - rule.x0 > 0.6 * (block.x1 - block.x0) and rule.top < 0.2 * page.height:
            continue
        if rule.x1 > block.x0 and rule.x0 < block.x1:
            others = (x for b in page.blocks for x in b.lines if x is not line and x is not above)
            if not any(
                rule.top < x.base - 0.3 * x.size < line.base - 0.7 * line.size
                and x.x0 < rule.x1
                and x.x1 > rule.x0
                for x in others
            ):
                return True
    return False


def _second_pass(pages: Sequence[PageLayout], body: float) -> None:
    sizes = Counter(x.size for p in pages for _, lines in p.notes() for x in lines)
    if not sizes:
        return
    size = sizes.most_common(1)[0][0]
    before = False
    for page in pages:
        grown = False
        for block in _bottom_blocks(page):
            if block.cell is not None:
                continue
            start = _goes_on(block, page, size, body, before)
            if start is not None:
                page.zones[id(block)] = start
                grown = True
        before = grown or bool(page.zones)


def _goes_on(block: Block, page: PageLayout, size: float, body: float, before: bool) -> int | None:
    """Where the lines of the document's note size begin that go on from the page (or column) before."""
    lines = block.lines
    known = page.zones.get(id(block))
    if (not before and known is None) or (known is not None and has_rule(page, block, known)):
        return None
    top = known if known is not None else len(lines)
    small = size < SMALL * body
    while top > 0 and abs(lines[top - 1].size - size) < 0.3:
        top -= 1
        if has_rule(page, block, top):
            break
    if top == (known if known is not None else len(lines)):
        return None
    if any(abs(x.size - size) > 0.6 for x in lines[top:]):
        return None
    if has_rule(page, block, top) and (small or top > 0):
        return top
    if not small or not before:
        return None
    # no rule: a change of size, or a page that holds notes and nothing else
    return top if top == 0 or lines[top - 1].size > size + 0.3 else None
