"""Which of the possible markers are references, and which note each of them means.

A note looks for its marker on its own page, else on the page before; a list of notes at the end, in all
that stands before it. Where several fit, one that can be no exponent wins. A number again, in the
document's majority style and after a word, is a second reference. What is left in that style and fits the
row of numbers is an orphan; everything else is text.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from osint_ingest.pdf.labels import Mark, Style
from osint_ingest.pdf.layout import Block
from osint_ingest.pdf.lines import PrintedLine
from osint_ingest.pdf.notes import Note, endnotes
from osint_ingest.pdf.zones import PageLayout

MAX_PUSHED = 3
"""Where numbers start anew, a note stands at most this many pages after its marker."""

Flow = Sequence[tuple[PageLayout, Block, PrintedLine]]


@dataclass(slots=True, eq=False)
class Candidate:
    """One label of a possible marker. `place` is its line's index in the flow."""

    label: str
    style: Style
    page: int
    place: int
    line: PrintedLine
    mark: Mark
    risky: bool
    note: Note | None = None
    taken: bool = False
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class References:
    """The references of a document in reading order, with its notes."""

    refs: list[Candidate]
    notes: list[Note]


def resolve(flow: Flow, footnotes: list[Note]) -> References:
    """References of the body's lines to footnotes and to lists of notes found in the flow."""
    labels = {n.label for n in footnotes}
    _part_exponents(flow, labels)
    candidates = _candidates(flow, labels, {(n.page, n.label) for n in footnotes})
    _tie_footnotes(candidates, footnotes)
    open_labels = [(c.place, c.label) for c in candidates if not c.taken and not c.risky]
    ends = endnotes(flow, open_labels) if open_labels else []
    if ends:
        _tie_endnotes(candidates, ends)
    notes = [n for n in footnotes if n.label or n.pieces] + ends
    style = _majority(candidates)
    if style:
        _repeats(candidates, notes, style)
        _orphans(candidates, notes, style)
    inside = {id(line) for n in ends for line, _ in n.pieces}
    refs = [c for c in candidates if c.taken and id(c.line) not in inside]
    return References(refs, notes)


def _part_exponents(flow: Flow, known: set[str]) -> None:
    """`10⁸³` with a note 3 and no note 83: the exponent and the marker after it become two words."""
    for page, _, line in flow:
        for i, mark in enumerate(page.marks.get(id(line), ())):
            label, word = mark.labels[0], line.words[mark.end - 1]
            before = line.words[mark.start - 1].text if mark.start else ""
            if not mark.risky or label in known or not label.isdigit() or not before[-1:].isdigit():
                continue
            tail = next((label[k:] for k in range(1, len(label)) if label[k:] in known), None)
            if tail is None or not word.text.endswith(tail):
                continue
            at = mark.end - 1
            if word.text != tail:
                cut = word.x1 - (word.x1 - word.x0) * len(tail) / len(word.text)
                halves = (
                    replace(word, text=word.text[: -len(tail)], x1=cut),
                    replace(word, text=tail, x0=cut, space=False),
                )
                line.words = (*line.words[:at], *halves, *line.words[at + 1 :])
                at += 1
            shift = at + 1 - mark.end
            moved = [
                replace(m, start=m.start + shift, end=m.end + shift) for m in page.marks[id(line)][i + 1 :]
            ]
            page.marks[id(line)][i:] = [Mark((tail,), mark.style, at, at + 1, False), *moved]


def _candidates(flow: Flow, known: set[str], here: set[tuple[int, str]]) -> list[Candidate]:
    out = []
    for place, (page, _, line) in enumerate(flow):
        lead = page.leads.get(id(line))
        for mark in page.marks.get(id(line), ()):
            # `[2]` at a line's start is a list's number, unless its note stands on the same page
            noted = all((page.number, label) in here for label in mark.labels)
            if (
                mark.start == 0
                and lead
                and mark.style != "raised"
                and not (noted and mark.style == "bracket")
            ):
                continue
            for label in _apart(mark, known):
                out.append(Candidate(label, mark.style, page.number, place, line, mark, mark.risky))
    return out


def _apart(mark: Mark, known: set[str]) -> tuple[str, ...]:
    """`3334` for two notes that follow each other without a comma between their markers."""
    if len(mark.labels) != 1 or mark.labels[0] in known:
        return mark.labels
    label = mark.labels[0]
    if label.isdigit():
        for cut in range(1, len(label)):
            a, b = label[:cut], label[cut:]
            if not b.startswith("0") and int(b) == int(a) + 1 and a in known and b in known:
                return (a, b)
    return mark.labels


def _take(candidate: Candidate, note: Note, confidence: float = 1.0) -> None:
    candidate.note, candidate.taken, candidate.confidence = note, True, confidence


def _tie_footnotes(candidates: list[Candidate], notes: list[Note]) -> None:
    by_page: dict[tuple[int, str], list[Candidate]] = defaultdict(list)
    everywhere: dict[str, list[Candidate]] = defaultdict(list)
    for c in candidates:
        by_page[c.page, c.label].append(c)
        everywhere[c.label].append(c)
    style = _likely_style(everywhere, notes)
    by_label: dict[tuple[int, str], list[Note]] = defaultdict(list)
    for note in notes:
        if note.label:
            by_label[note.page, note.label].append(note)
    times = Counter(n.label for n in notes)
    for (page, label), same in by_label.items():
        pool = [c for c in by_page[page, label] if _sure(c, style)]
        if times[label] == 1 and label.isdigit():
            # numbers run on: wherever it stands before its note, it is this note's
            pool = [c for c in everywhere[label] if c.page <= page and _sure(c, style)]
        elif not pool:
            for back in range(1, MAX_PUSHED + 1):
                pool = pool or [c for c in by_page.get((page - back, label), ()) if _sure(c, style)]
        if len(same) > 1:
            # one symbol, several notes on a page: in order
            for c, note in zip(pool, same, strict=False):
                _take(c, note)
        else:
            for c in pool:
                _take(c, same[0])
    _tie_risky(candidates, notes, style)


def _sure(candidate: Candidate, style: Style | None) -> bool:
    return not candidate.taken and not candidate.risky and candidate.style in (style, "symbol")


def _tie_risky(candidates: list[Candidate], notes: list[Note], style: Style | None) -> None:
    """A note that no sure marker leads to takes one that could be an exponent, if it stands in its place:
    after the markers of the notes before it, before those of the notes after it."""
    first: dict[int, int] = {}
    for c in candidates:
        if c.note is not None:
            first.setdefault(id(c.note), c.place)
    left: dict[str, list[Candidate]] = defaultdict(list)
    for c in candidates:
        if not c.taken and c.style == style:
            left[c.label].append(c)
    for i, note in enumerate(notes):
        if id(note) in first or not left[note.label]:
            continue
        low = next((first[id(n)] for n in reversed(notes[:i]) if id(n) in first), -1)
        high = next(
            (first[id(n)] for n in notes[i + 1 :] if id(n) in first), len(candidates) and candidates[-1].place
        )
        pool = [c for c in left[note.label] if low <= c.place <= high and c.page <= note.page and not c.taken]
        if pool:
            _take(pool[0], note, 0.7)
            first[id(note)] = pool[0].place


def _likely_style(everywhere: Mapping[str, Sequence[Candidate]], notes: list[Note]) -> Style | None:
    """The style in which most numbered notes find a marker at or before their place."""
    count: Counter[Style] = Counter()
    for note in notes:
        if note.label.isdigit():
            count.update({c.style for c in everywhere[note.label] if not c.risky and c.page <= note.page})
            if note.style in ("bracket", "raised"):
                count["bracket" if note.style == "bracket" else "raised"] += 1
    return count.most_common(1)[0][0] if count else None


def _best_risky(pool: list[Candidate], candidates: list[Candidate]) -> list[Candidate]:
    """Of markers that could be exponents the one between its neighbours in the row of numbers."""
    if len(pool) < 2 or not pool[0].label.isdigit():
        return pool[:1]
    number = int(pool[0].label)
    below = max((c.place for c in candidates if c.taken and c.label == str(number - 1)), default=-1)
    between = [c for c in pool if c.place >= below]
    return (between or pool)[:1]


def _tie_endnotes(candidates: list[Candidate], notes: list[Note]) -> None:
    by_list: dict[int, dict[str, Note]] = defaultdict(dict)
    for note in notes:
        by_list[note.order].setdefault(note.label, note)
    places = sorted(by_list)
    for i, place in enumerate(places):
        after = places[i - 1] if i else -1
        listed = by_list[place]
        scope = [c for c in candidates if not c.taken and after < c.place < place and c.label in listed]
        style = Counter(c.style for c in scope if not c.risky).most_common(1)
        if not style:
            continue
        pools: dict[str, list[Candidate]] = defaultdict(list)
        for c in scope:
            if c.style == style[0][0]:
                pools[c.label].append(c)
        for label, pool in pools.items():
            for c in [x for x in pool if not x.risky] or _best_risky(pool, candidates):
                _take(c, listed[label], 0.7 if c.risky else 1.0)


def _majority(candidates: list[Candidate]) -> Style | None:
    count = Counter(c.style for c in candidates if c.taken)
    return count.most_common(1)[0][0] if count else None


def _repeats(candidates: list[Candidate], notes: list[Note], style: Style) -> None:
    """A number again, pages after its note: where numbers never start anew."""
    by_label: dict[str, list[Note]] = defaultdict(list)
    for note in notes:
        by_label[note.label].append(note)
    reached = 0
    for c in candidates:
        if not c.label.isdigit():
            continue
        number = int(c.label)
        if c.taken:
            reached = max(reached, number)
            # `2018⁴⁴` right after note 44 was referred to: a number is no exponent of the row's own value
        elif c.style == style and len(by_label[c.label]) == 1 and c.mark.start > 0:
            note = by_label[c.label][0]
            if (not c.risky and number <= reached and c.page >= note.page) or (
                c.risky and number == reached > 9
            ):
                _take(c, note, 0.8)


def _orphans(candidates: list[Candidate], notes: list[Note], style: Style) -> None:
    """Markers without a note: in the majority style, after a word, their number missing in the row."""
    known = {n.label for n in notes}
    numbers = [(i, int(c.label)) for i, c in enumerate(candidates) if c.taken and c.label.isdigit()]
    if len(numbers) < 2:
        return
    for i, c in enumerate(candidates):
        if c.taken or c.risky or c.style != style or not c.label.isdigit() or c.label in known:
            continue
        before = max((n for k, n in numbers if k < i), default=0)
        after = min((n for k, n in numbers if k > i), default=None)
        number = int(c.label)
        if before < number <= before + 3 and (after is None or number < after):
            c.taken, c.confidence = True, 0.5
            numbers.append((i, number))
