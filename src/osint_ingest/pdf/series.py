"""The rows of numbers that run through a document: which marker belongs to which note.

A row is the best monotone matching of markers to labels: pairs of one label, each further on in the text and
in the notes than the pair before, that count up, start anew on a page or with a list, or leave a number out.
Every pair is worth the evidence for its marker and its label, less what its place and the step to it cost.
"""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from heapq import nlargest
from typing import Literal

from osint_ingest.pdf.evidence import FlowLine
from osint_ingest.pdf.labels import Lead, Mark, MarkStyle
from osint_ingest.pdf.numbering import System, systems_of

Where = Literal["foot", "end"]
MAX_PUSHED = 3
"""The most pages between a marker and its note at the foot of a page; symbols count by page."""
MAX_SAME = 400
"""The most pairs of one label that are weighed, and of markers and labels for notes at the end."""
_PLACES: tuple[Where, ...] = ("foot", "end")
_COUNTED: tuple[System, ...] = ("digits", "roman", "letters")
SYSTEMS: tuple[System, ...] = (*_COUNTED, "symbols", "repeated")

# costs in log-odds, like the weights; set by hand on the documents that the weights were fitted on
PUSHED, BACKWARDS = 2.0, 2.0
SKIPPED, LABEL_STYLE, MARK_STYLE, SIZE = 1.5, 3.0, 8.0, 1.5
RESTART_PAGE, RESTART_LIST, RESTART = 0.7, 3.0, 5.0
COUNTED_ON = 3.0
"""What the next letter or roman number in order is worth: one by one they look too much like words."""
LATE_START = 5.0
"""What it costs a row, or a list, that its first number is not 1: exponents are mostly 2."""
LINKED, ASTRAY = 6.0, 4.0
"""What a pair gains by a link from its marker to its label, and loses by one to another label."""
PARTED = 1.5
"""What raised signs gain of which the second begins a line under a rule at the foot of the first one's page."""
RIGHT_BELOW, BELOW_LINES = 3.0, 2
"""What a symbol at a line's end gains whose note begins so few lines further on."""
BIBLIOGRAPHY = 4.0
"""What a label in brackets loses when its raised marker has none: such lists are mostly bibliographies."""
LISTED = 1.0
"""What a note in a list at the end loses: one at the foot of its marker's page is likelier."""
OWN_FOOT, UNLIKELY = 5.0, -2.5
"""What it loses when small print at the foot of its marker's page begins with that number, and is no unlikely note
(lines of code with small numbers are no list), or when it stands at such a foot below a marker of its own."""
HEADED = 1.0
"""What it gains instead under a heading that announces notes, where it is no entry `[1]` of a bibliography."""
WORTH, WORTH_AGAIN = 3.75, 6.0
"""A row is kept when it is worth more; one beside another row more yet, and so a single number in brackets on the
line: such are pages of a manual, `xset(1)`, and counters.
Tried on 230 manuals, 170 of them without notes: none of these has a reference."""


@dataclass(slots=True, eq=False)
class Pair:
    """A marker's label with the note's label that it may mean, and the best row that ends here."""

    at: FlowLine
    mark: Mark
    part: int
    to: FlowLine
    lead: Lead
    value: int
    score: float
    total: float = 0.0
    previous: "Pair | None" = None

    marker: int = field(init=False)
    """Where the marker stands in the document."""
    label: int = field(init=False)
    """Where the note's label stands."""

    def __post_init__(self) -> None:
        self.marker = (self.at.index * 1024 + min(self.mark.start, 1023)) * 16 + self.part
        self.label = (self.to.index * 1024 + min(self.lead.start, 1023)) * 16


@dataclass(frozen=True, slots=True)
class Row:
    """Pairs of marker and note in order, from the first note to the last."""

    system: System
    where: Where
    pairs: list[Pair]
    worth: float


def rows_of(flow: Sequence[FlowLine]) -> list[Row]:
    """Return the rows of a document, the one with the most evidence first."""
    marks, leads = _by_value(flow)
    rows: list[Row] = []
    used_words: set[tuple[int, int]] = set()
    used_lines: set[int] = set()
    while len(rows) < 6:
        best: Row | None = None
        for system in SYSTEMS:
            # symbols count by page: no list at the end has them
            for where in _PLACES if system in _COUNTED else _PLACES[:1]:
                pairs = _pairs(marks[system], leads[system], where, used_words, used_lines)
                row = _best(pairs, system, where)
                if row is not None and (best is None or row.worth > best.worth):
                    best = row
        if best is None:
            break
        beside = bool(rows) and best.system != "symbols"
        if best.worth < (WORTH_AGAIN if beside or _lone_number(best) else WORTH):
            break
        rows.append(best)
        for pair in best.pairs:
            used_words.update((pair.at.index, k) for k in range(pair.mark.start, pair.mark.end))
            used_words.update((pair.to.index, k) for k in range(pair.lead.start, pair.lead.words))
            used_lines.add(pair.to.index)
    raised = any(style_of(r) == "raised" and r.system == "digits" for r in rows)
    # numbers in brackets beside raised ones are those of a bibliography
    return [r for r in rows if not raised or style_of(r) not in ("bracket", "round")]


def _lone_number(row: Row) -> bool:
    return len(row.pairs) == 1 and row.pairs[0].mark.style in ("bracket", "round")


def style_of(row: Row) -> MarkStyle:
    """Return the style that most markers of a row have."""
    return Counter(p.mark.style for p in row.pairs).most_common(1)[0][0]


_Marks = dict[int, list[tuple[FlowLine, Mark, int]]]
_Leads = dict[int, list[tuple[FlowLine, Lead]]]


def _by_value(flow: Sequence[FlowLine]) -> tuple[dict[System, _Marks], dict[System, _Leads]]:
    marks: dict[System, _Marks] = {s: defaultdict(list) for s in SYSTEMS}
    leads: dict[System, _Leads] = {s: defaultdict(list) for s in SYSTEMS}
    for place in flow:
        for mark in place.line.marks:
            for part, label in enumerate(mark.labels):
                for system, value in systems_of(label):
                    marks[system][value].append((place, mark, part))
        for lead in place.line.leads:
            for system, value in systems_of(lead.label):
                leads[system][value].append((place, lead))
    return marks, leads


def _pairs(
    marks: _Marks, leads: _Leads, where: Where, used_words: set[tuple[int, int]], used_lines: set[int]
) -> list[Pair]:
    pairs: list[Pair] = []
    for value, listed in marks.items():
        targets = [(p, x) for p, x in leads.get(value, ()) if p.index not in used_lines]
        feet = {(p.page.number, x.label) for p, x in targets if p.tail and p.bottom and x.score > UNLIKELY}
        marked = {(p.page.number, m.labels[k]) for p, m, k in listed if m.score > UNLIKELY}
        free = [m for m in listed if (m[0].index, m[1].start) not in used_words]
        if where == "end":
            free = nlargest(MAX_SAME, free, key=lambda m: m[1].score)
            targets = nlargest(MAX_SAME, targets, key=lambda t: t[1].score)
        pages = [to.page.number for to, _ in targets]
        made = []
        for at, mark, part in free:
            near = slice(None)
            if where == "foot":
                pushed = 1 if mark.style == "symbol" else MAX_PUSHED
                here = at.page.number
                near = slice(bisect_left(pages, here - 1), bisect_right(pages, here + pushed))
            for to, lead in targets[near]:
                if lead.label == mark.labels[part]:
                    cost = _distance(at, mark, to, lead, where)
                    if cost is not None:
                        own, other = (at.page.number, lead.label), (to.page.number, lead.label)
                        if where == "end" and own != other and (own in feet or other in feet & marked):
                            cost += OWN_FOOT
                        made.append(Pair(at, mark, part, to, lead, value, mark.score + lead.score - cost))
        pairs += nlargest(MAX_SAME, made, key=lambda p: p.score)
    pairs.sort(key=lambda p: (p.marker, p.label))
    return pairs


def _distance(at: FlowLine, mark: Mark, to: FlowLine, lead: Lead, where: Where) -> float | None:
    """Return what the distance from a marker to a label costs; None when the two cannot belong together."""
    if at is to and (mark.start == lead.start or where == "end"):
        return None
    if mark.style in ("bracket", "round") and _without_text(to, lead):
        return None
    pages = to.page.number - at.page.number
    leads_to = mark.leads_to if lead.label == mark.labels[0] else None
    bare = mark.style == "raised" and at.line.words[mark.start].text[0] not in "[("
    astray = (
        BIBLIOGRAPHY * (bare and lead.style == "bracket")
        + ASTRAY * (leads_to not in (None, to.index))
        - LINKED * (leads_to == to.index)
    )
    if where == "end":
        listed = -HEADED if to.headed and lead.style != "bracket" else LISTED
        return listed + astray if to.index > at.index else None
    if leads_to == to.index:
        return -LINKED
    same = not pages and mark.style == lead.style and not lead.start
    parted = same and to.ruled and to.bottom and mark.style in ("raised", "symbol")
    below = same and mark.style == "symbol" and 0 < to.index - at.index <= BELOW_LINES
    below = below and mark.end == len(at.line.words) and at.line.words[mark.start - 1].text[-1].isalnum()
    gained = PARTED * parted + RIGHT_BELOW * below
    return PUSHED * abs(pages) + BACKWARDS * (to.index < at.index) + astray - gained


def _without_text(to: FlowLine, lead: Lead) -> bool:
    """Is a label the last of its block, or above another one alone, as the numbers of lines of code are?"""
    below = to.block.lines[to.row + 1 : to.row + 2]
    return lead.alone and (not below or any(other.alone for other in below[0].leads))


def _best(pairs: Sequence[Pair], system: System, where: Where) -> Row | None:
    """Return the row that is worth most."""
    by_value: dict[int, list[Pair]] = defaultdict(list)
    ends = _Ends()
    waiting: list[Pair] = []
    best: Pair | None = None
    for pair in pairs:
        if waiting and waiting[0].marker < pair.marker:
            for passed in waiting:
                ends.add(passed)
            waiting = []
        pair.total = pair.score - (LATE_START if pair.value > 1 else 0.0)
        pair.previous = None
        before = ends.best_before(pair.label)
        if (
            before is not None
            and (pair.value <= 2 or system == "symbols")
            and pair.mark.style == before.mark.style
        ):
            late = LATE_START if where == "end" else 1.0
            _offer(pair, before, _restart(before, pair, where) + late * (pair.value > 1))
        steps = range(1, 6) if system != "symbols" else range(12)
        for step in steps:
            befores = by_value[pair.value - step]
            for before in befores:
                if (
                    before.label < pair.label
                    and before.marker < pair.marker
                    and before.lead.label != pair.lead.label
                ):
                    cost = _step(before, pair, step, system, where)
                    if cost is not None:
                        _offer(pair, before, cost)
        by_value[pair.value].append(pair)
        waiting.append(pair)
        if best is None or pair.total > best.total:
            best = pair
    if best is None:
        return None
    found: list[Pair] = []
    last: Pair | None = best
    while last is not None:
        found.append(last)
        last = last.previous
    return Row(system, where, found[::-1], best.total)


def _offer(pair: Pair, before: Pair, cost: float) -> None:
    if before.at is pair.at and pair.mark is not before.mark and pair.mark.start < before.mark.end:
        return
    if pair.mark is before.mark:
        # what speaks against a marker counts once, for the first of its labels
        cost += min(pair.mark.score, 0.0)
    total = before.total + pair.score - cost
    if total > pair.total:
        pair.total, pair.previous = total, before


def _restart(before: Pair, pair: Pair, where: Where) -> float:
    if where == "end":
        return RESTART_LIST
    return RESTART_PAGE if pair.to.page is not before.to.page else RESTART


def _step(before: Pair, pair: Pair, step: int, system: System, where: Where) -> float | None:
    cost = 0.0 if system == "symbols" else SKIPPED * (step - 1)
    cost -= COUNTED_ON * (step == 1 and system in ("letters", "roman"))
    if where == "end":
        if pair.marker > before.label:
            return None
    elif system not in _COUNTED and pair.to.page is not before.to.page:
        return None
    cost += MARK_STYLE * (pair.mark.style != before.mark.style)
    cost += LABEL_STYLE * (pair.lead.style != before.lead.style)
    return cost + SIZE * (abs(pair.to.line.size - before.to.line.size) > 0.6)


class _Ends:
    """The rows so far, by the label that they end with: only those that are worth more than all that end before."""

    def __init__(self) -> None:
        self.labels: list[int] = []
        self.pairs: list[Pair] = []

    def add(self, pair: Pair) -> None:
        start = end = bisect_left(self.labels, pair.label)
        if start and self.pairs[start - 1].total >= pair.total:
            return
        while end < len(self.pairs) and self.pairs[end].total <= pair.total:
            end += 1
        self.labels[start:end], self.pairs[start:end] = [pair.label], [pair]

    def best_before(self, label: int) -> Pair | None:
        at = bisect_left(self.labels, label)
        return self.pairs[at - 1] if at else None
