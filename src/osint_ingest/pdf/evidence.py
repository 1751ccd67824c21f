"""What speaks for and against a marker, or the label of a note: features, and the scores that fitted weights give."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from osint_ingest.pdf.drawing import Rule
from osint_ingest.pdf.fitted import weigh
from osint_ingest.pdf.labels import BACK_LINK, Lead, Mark, is_raised, look, may_be_raised_to
from osint_ingest.pdf.layout import Block, ReadPage
from osint_ingest.pdf.lines import PrintedLine
from osint_ingest.pdf.numbering import CONTENTS_LINE, System, systems_of
from osint_ingest.pdf.words import Word
from osint_ingest.text.note_words import is_notes_heading

SMALL = 0.97
"""Print below this share of the body's size counts as small: the size of most notes."""
AFFILIATION = 8.0
"""What a label above all running text loses, and the marker there that has its sign: they tell of affiliations."""
BACK_LINKED = 5.0
"""What a label gains whose text ends with an arrow back to the marker, as notes of web pages do."""
OPENING, TITLE_PAGE = 0.6, 0.85
"""How deep (share of the page's height) a document's opening reaches, above running text and without any."""
_YEAR = re.compile(r"(?:19|20)\d\d$")
_CLOSING = ".,;:!?)]”»’\"'…。，"

Features = dict[str, float]


@dataclass(slots=True, eq=False)
class FlowLine:
    """A line in the reading order of the document, with what surrounds it. `row` is its index in its block."""

    index: int
    page: ReadPage
    block: Block
    row: int
    line: PrintedLine
    body: float
    """The size of running text."""
    ruled: bool = False
    """It stands under a drawn rule, with no larger print in between."""
    tail: bool = False
    """Everything from here to the end of its block is smaller than running text."""
    bottom: bool = False
    """Only small print stands under its block."""
    gap: float = 0.0
    """Distance from the baseline above, in units of its size."""
    headed: bool = False
    """It stands under a heading that announces notes."""
    front: bool = False
    """It stands in the document's opening, above all running text."""


def flow_of(pages: Sequence[ReadPage]) -> list[FlowLine]:
    """Return every line of the document in reading order, with its possible markers and labels."""
    for page in pages:
        for block in page.blocks if not page.unmapped else ():
            for line in block.lines:
                look(line)
    body = body_size(pages)
    flow: list[FlowLine] = []
    headed: PrintedLine | None = None
    for page in pages:
        for block in page.blocks:
            places = [
                FlowLine(len(flow) + i, page, block, i, line, body) for i, line in enumerate(block.lines)
            ]
            _surroundings(page, block, places)
            for place in places:
                line = place.line
                if place.row and block.cell is None and _carried(line, block.lines[place.row - 1]):
                    line.marks = line.marks or [Mark((line.text,), "raised", 0, 1)]
                    for mark in line.marks:
                        mark.style, mark.level = "raised", False
                if headed and (
                    line.size > headed.size + 0.5
                    or (line.bold and headed.bold and line.size > headed.size - 0.5)
                ):
                    headed = None
                place.headed = headed is not None
                if is_notes_heading(line.text):
                    headed = line
            flow += places
    _follow_links(flow)
    _find_runs(flow)
    opening = [place for place in flow if place.page is flow[0].page]
    reach = OPENING if any(map(_runs, opening)) else TITLE_PAGE
    for place in opening:
        if _runs(place) or place.line.base > reach * place.page.height:
            break
        place.front = not place.ruled and not (place.tail and place.bottom)
    return flow


def _follow_links(flow: Sequence[FlowLine]) -> None:
    """Set where the internal links over raised markers and symbols lead: to the label with the same sign that stands
    right below the height which the link names."""
    labels: dict[tuple[int, str], list[FlowLine]] = defaultdict(list)
    for place in flow:
        for lead in place.line.leads:
            labels[place.page.number, lead.label].append(place)
    for place in flow:
        for mark in place.line.marks:
            target = place.line.words[mark.start].target
            if target is None or mark.style in ("bracket", "round"):
                continue
            below = [
                (to.line.base - target[1], to)
                for to in labels[target[0], mark.labels[0]]
                if to is not place and to.line.base > target[1] - 2
            ]
            near = [(far, to.index) for far, to in below if far < 2.5 * to.line.size]
            if near:
                mark.leads_to = min(near)[1]
            elif (
                mark.style == "raised" and not mark.level and len(below) == 1
            ):  # Chromium forgets the page's margin in the height
                mark.leads_to = below[0][1].index
        place.line.marks = [
            mark for mark in place.line.marks if not mark.level or _leads_to_note(place, mark, flow)
        ]


def _leads_to_note(place: FlowLine, mark: Mark, flow: Sequence[FlowLine]) -> bool:
    """Does a link lead from a number to small print at the end of a block, and not to a section or a table?"""
    if mark.leads_to is None:
        return False
    to = flow[mark.leads_to]
    return to.tail and to.page is place.page and to.line.size < SMALL * place.line.size


def _runs(place: FlowLine) -> bool:
    """Is this a line of running text: many words, and fewer of them with a capital than without?"""
    words = [w for w in place.line.text.split() if w[0].isalpha()]
    enough = len(words) > 5 if place.line.size < 1.1 * place.body else len(words) > 7
    return enough and 2 * sum(w[0].isupper() for w in words) < len(words)


def _carried(line: PrintedLine, above: PrintedLine) -> bool:
    """Is a line nothing but raised markers that the line above had no room for?"""
    number = len(line.words) == 1 and line.text.isdecimal() and len(line.text) < 4
    return (
        line.size < 0.85 * above.size
        and (number or sum(m.end - m.start for m in line.marks if not m.guess) == len(line.words))
        and line.base - above.base < 1.6 * above.size
    )


def body_size(pages: Sequence[ReadPage]) -> float:
    """Return the size of running text: that of lines with raised numbers inside them, else that of most characters."""
    carrying: Counter[float] = Counter()
    every: Counter[float] = Counter()
    for page in pages:
        for block in page.blocks:
            for line in block.lines:
                every[line.size] += sum(len(w.text) for w in line.words)
                if block.cell is None:
                    inside = [m for m in line.marks if m.start and m.style == "raised" and not m.guess]
                    carrying[line.size] += sum(not before(line, m)[1] for m in inside)
    if not every:
        return 10.0
    # notes can carry more raised numbers than the text does: both count
    most = every.most_common(1)[0][0]
    if sum(carrying.values()) >= 3 and carrying[most] < 3:
        return max(carrying, key=lambda size: (carrying[size], size))
    return most


def _surroundings(page: ReadPage, block: Block, places: Sequence[FlowLine]) -> None:
    lines = block.lines
    beneath = [b for b in page.blocks if b.top >= block.bottom - 1 and b.x0 < block.x1 and b.x1 > block.x0]
    body = places[0].body
    bottom = all(x.size < SMALL * body for b in beneath for x in b.lines)
    tail = True
    for place in reversed(places):
        tail = tail and place.line.size < SMALL * body
        place.tail, place.bottom = tail, bottom
    for above, place in zip(lines, places[1:], strict=False):
        place.gap = (place.line.base - above.base) / place.line.size
    ruled_size = 0.0
    under = ruled_lines(page, block)
    for place in places:
        if place.row in under:
            ruled_size = place.line.size + 0.6
        elif place.line.size > ruled_size:
            ruled_size = 0.0
        place.ruled = ruled_size > 0


def ruled_lines(page: ReadPage, block: Block) -> set[int]:
    """Return the indices of a block's lines that have a horizontal rule right above them."""
    found = set()
    for rule in page.rules:
        if not rule.horizontal or rule.x1 - rule.x0 < 18 or rule.x1 <= block.x0 or rule.x0 >= block.x1:
            continue
        i = next((k for k, x in enumerate(block.lines) if rule.top < x.base - 0.55 * x.size), None)
        if i is not None and i not in found and _parts(rule, page, block, i):
            found.add(i)
    return found


def _parts(rule: Rule, page: ReadPage, block: Block, i: int) -> bool:
    """Does a rule part line `i` of a block from what stands above it?"""
    if i:
        above = block.lines[i - 1]
        return rule.top > above.base + 0.2 * above.size
    line, wide = block.lines[0], rule.x1 - rule.x0 > 0.6 * (block.x1 - block.x0)
    # the rule between a running head and a page's first line is the head's
    head = page.heads and rule.top < max(x.bottom for x in page.heads) + 24
    return rule.top > line.base - 4 * line.size and not head and not (wide and rule.top < 0.2 * page.height)


def before(line: PrintedLine, mark: Mark) -> tuple[str, bool]:
    """Return the text that touches a marker, and whether the marker could be an exponent of it."""
    text, start = "", mark.start
    while mark.guess and start and is_raised(line.words[start - 1], line) and not line.words[start].space:
        start -= 1
    for k in range(start - 1, -1, -1):
        if line.words[k + 1].space:
            break
        if text and line.words[k].size < 0.8 * line.words[start - 1].size:
            break
        text = line.words[k].text + text
    return text, bool(text) and (may_be_raised_to(text) or (text[-1] == ")" and _is_sum(line.words[:start])))


def _is_sum(words: Sequence[Word]) -> bool:
    """Do words end with a sum or a product in brackets, as in `(x − 1)`?"""
    inside = "".join(w.text for w in words).rpartition("(")[2]
    return any(unicodedata.category(c) == "Sm" and c not in "=<>±~" for c in inside)


def mark_features(place: FlowLine, mark: Mark) -> Features:
    """Return the features by which a marker is told from an exponent, an index, a citation or an ordinal."""
    line, words = place.line, place.line.words
    text, exponent = before(line, mark)
    after = words[mark.end] if mark.end < len(words) else None
    glued = after is not None and not after.space
    first = words[mark.start]
    label = mark.labels[0]
    digits = label.isdigit()
    found: Features = {
        "bias": 1.0,
        mark.style: 1.0,
        "letters": float(not digits and mark.style != "symbol"),
        "together": float(mark.guess and len(mark.labels) > 1),
        "tail": float(mark.guess and len(mark.labels) == 1),
        "several": float(len(mark.labels) > 1),
        "start": float(mark.start == 0),
        "spaced": float(mark.start > 0 and first.space),
        "power": float(exponent and text[-1].isdigit()),
        "unit": float(exponent and not text[-1].isdigit()),
        "measure": float(exponent and label in ("2", "3") and text[-1] in "mм"),
        "acronym": float(len(text) > 1 and text[-2:].isupper() and label in ("2", "3")),
        "year": float(bool(_YEAR.search(text))),
        "word": float(len(text) > 1 and text[-1].isalpha() and not exponent),
        "closed": float(bool(text) and text[-1] in _CLOSING),
        "opened": float(bool(text) and text[-1] in "([“«‘„"),
        "before_letter": float(glued and after is not None and after.text[0].isalpha()),
        "before_sign": float(glued and after is not None and not after.text[0].isalnum()),
        "cell": float(place.block.cell is not None),
        "small_line": float(line.size < SMALL * place.body),
        "large_line": float(line.size > 1.03 * place.body),
        "ruled": float(place.ruled),
        "size": first.size / line.size if mark.style == "raised" else 0.0,
        "rise": first.raised / line.size if mark.style == "raised" else 0.0,
        "long": float(digits and len(label) > 2),
        "ordinal": float(not digits and text[-1:].isdigit()),
    }
    return found


def lead_features(place: FlowLine, lead: Lead) -> Features:
    """Return the features by which the label of a note is told from the number of a list, a heading or a line of
    contents."""
    line, words = place.line, place.line.words
    after = words[lead.words].text[0] if not lead.alone else ""
    return {
        "bias": 1.0,
        lead.style: 1.0,
        # letters are like words; not where a capital follows at once
        "letters": float(lead.label.isalpha() and not (lead.guess and lead.start == 0)),
        "alone": float(lead.alone),
        "guess": float(lead.guess and lead.start == 0),
        "inline": float(lead.start > 0),
        "small": float(line.size < SMALL * place.body),
        "smaller": float(line.size < 0.9 * place.body),
        "large": float(line.size > 1.03 * place.body),
        "ruled": float(place.ruled),
        "tail": float(place.tail),
        "bottom": float(place.bottom),
        "low": place.line.base / place.page.height,
        "gap": float(place.gap > 1.6),
        "bold": float(line.bold),
        "contents": float(bool(CONTENTS_LINE.search(line.text))),
        "cell": float(place.block.cell is not None),
        "upper": float(bool(after) and not after.islower()),
        "headed": float(place.headed),
        "run_before": float(lead.run[0]),
        "run_after": float(lead.run[1]),
        "long": float(lead.label.isdigit() and len(lead.label) > 2),
    }


def score(flow: Sequence[FlowLine]) -> None:
    """Set the score of every candidate in the flow."""
    for place in flow:
        for mark in place.line.marks:
            mark.score = weigh("mark", mark_features(place, mark))
        for lead in place.line.leads:
            lead.score = weigh("lead", lead_features(place, lead))
    ended = False
    for place in reversed(flow):
        ended = ended or bool(BACK_LINK.search(place.line.text))
        if place.line.leads and ended:
            place.line.leads[0].score += BACK_LINKED
            ended = False
    opening = [place for place in flow if place.front]
    # one line can name several institutes
    listed = [
        lead
        for place in opening
        if not place.block.cell and (first := place.line.leads[:1]) and not first[0].guess
        for lead in place.line.leads
        if lead.style == first[0].style
        if lead.style == "raised" or place.line.words[lead.words - 1].text.endswith(")")
    ]
    for lead in listed:
        lead.score -= AFFILIATION
    affiliations = {x.label for x in listed}
    for place in opening:
        for mark in place.line.marks:
            mark.score -= AFFILIATION * (not affiliations.isdisjoint(mark.labels))


REACH = 25
"""Lines within which the number before or after a label is looked for."""


def _find_runs(flow: Sequence[FlowLine]) -> None:
    """Tell each label whether the number before it, and the one after it, stand near it in its style."""
    places: dict[tuple[System, int, str], list[int]] = defaultdict(list)
    for place in flow:
        for lead in place.line.leads:
            for system, value in systems_of(lead.label):
                places[system, value, lead.style].append(place.index)
    for place in flow:
        for lead in place.line.leads:
            before, after = (
                any(
                    0 <= by * (at - place.index) <= REACH
                    for system, value in systems_of(lead.label)
                    for at in places.get((system, value + by, lead.style), ())
                )
                for by in (-1, 1)
            )
            lead.run = (before, after)
