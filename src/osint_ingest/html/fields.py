"""Lines -> labels with their values, and the prose between them, whatever the tags are.

A label's value is what follows it up to the next label: in the same line, in the next cell, on the next
line, in a list below it. Labels are looked for in the part of the page where it has them; where prose
begins, only the headings that lead back to labels are.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from osint_ingest.html.labels import (
    Label,
    LabelBook,
    LabelHit,
    explains,
    is_sign,
    leads_on,
    line_words,
    past_explanation,
    plain,
    word_cuts,
)
from osint_ingest.html.lines import PageLine, says

# what a label can be to the reader
FIELD = "field"  # its value follows
CODED = "coded"  # its value follows and is a short one
SECTION = "section"  # a heading above labels
OPENER = "opener"  # a heading that leads back from prose to labels
PROSE = "prose"  # a heading above prose
LISTING = "listing"  # a heading above a list of other pages
END = "end"  # nothing after it belongs to the page: readers' comments
IGNORED = "ignored"  # known, and of no use

LONGEST_CODED = 80
"""A line longer than this is not the value of a coded field, in code points."""
_LONGEST_UNKNOWN_LABEL = 60
_FEWEST_PROSE_WORDS = 6
_SEVERAL = 4
MOST_CELLS = 60
"""A longer row is no row of labels."""

_GLUED = re.compile(r"(?<=[a-zà-öø-ÿ)\d])(?=[A-ZÀ-ÖØ-Þ])")
# it looks back from the capitals, of which a text has few
_CAPITAL_INSIDE = re.compile(r"[A-ZÀ-ÖØ-Þ](?<=[a-zà-öø-ÿ)\d].)")
_COLON, _FEED = re.compile(r"[:：]"), re.compile(r"\n")
_MAY_HEAD = frozenset(("heading", "paragraph", "term", "head_cell"))
_LABEL_LIKE = re.compile(r"\A[^\W\d][^:：.!?]{1,58}[:：]\s*")


class Piece(NamedTuple):
    """A stretch `[start, end)` of a line's text."""

    line: PageLine
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.line.text[self.start : self.end].strip()


class Labelled(NamedTuple):
    """A label as printed with its value. `label` is None for one that the book does not know."""

    label: Label | None
    printed: str
    at: Piece
    value: tuple[Piece, ...]
    beside: tuple[Piece, ...] = ()
    """What explains the label and is not its value."""


class Part(NamedTuple):
    """A part of a page in reading order: a labelled value, or the heading or prose of `role`."""

    role: str
    """`value`, `heading`, `text` or `end`."""
    piece: Piece
    labelled: Labelled | None = None
    label: Label | None = None


@dataclass
class _Open:
    """A label whose value is still being read."""

    label: Label | None
    printed: str
    at: Piece
    value: list[Piece] = field(default_factory=list)
    beside: list[Piece] = field(default_factory=list)

    def add(self, piece: Piece) -> None:
        """Adds to the value, or to what explains the label."""
        if not self.value:
            piece = Piece(piece.line, past_explanation(*piece), piece.end)
        text = piece.text
        if self.explained_by(text):
            self.beside.append(piece)
        elif text or piece.line.alts:
            self.value.append(piece)

    def explained_by(self, text: str) -> bool:
        """Before the value: is this a sign or a sentence that explains the label?"""
        return not self.value and (is_sign(text) or explains(text))

    def close(self) -> Labelled:
        """The label with its value. An explanation with nothing after it is the value, if it can be one."""
        said = [piece for piece in self.beside if not (is_sign(piece.text) or leads_on(piece.text))]
        if not self.value and said and (self.label is None or self.label.role == FIELD):
            return Labelled(self.label, self.printed, self.at, tuple(said))
        return Labelled(self.label, self.printed, self.at, tuple(self.value), tuple(self.beside))

    def takes(self, line: PageLine) -> bool:
        """Does an unlabelled line go on with this label's value?"""
        if line.kind == "heading":
            return False
        if self.label is None or self.label.role != CODED:
            return True
        if len(line.text) > LONGEST_CODED or not self.value:
            return len(line.text) <= LONGEST_CODED
        # the text beside the label may rather explain it, so that the short line below is its value
        beside, *more = self.value
        explains = beside.line is self.at.line and beside.text.count(" ") + 1 >= _FEWEST_PROSE_WORDS
        return explains and line.text.count(" ") + 1 < _FEWEST_PROSE_WORDS and not more


@dataclass
class _FieldReader:
    book: LabelBook
    language: str | None
    parts: list[Part] = field(default_factory=list)
    open: _Open | None = None
    in_prose: bool = False
    ended: bool = False
    seen: set[str] = field(default_factory=set)

    def read(self, lines: Sequence[PageLine]) -> list[Part]:
        for line in lines:
            if self.ended:
                break
            hits = self.heading_in_prose(line) if self.in_prose else list(self.hits(line))
            may_head = not (hits or self.in_prose) and line.kind == "heading"
            known = self.book.heads(line.text) if may_head else None
            if hits:
                self.labelled(line, hits)
            elif known:
                self.close()
                self.heading(known, Piece(line, 0, len(line.text)))
            else:
                self.unlabelled(line)
        self.close()
        return self.parts

    def choose(self, hit: LabelHit) -> Label:
        """Of labels with the same words, one of the page's language that has no value yet."""
        if len(hit.labels) == 1:
            return hit.labels[0]
        labels = [x for x in hit.labels if x.language == self.language] or list(hit.labels)
        return next((x for x in labels if x.key not in self.seen), labels[0])

    def heading_in_prose(self, line: PageLine) -> list[LabelHit]:
        """Return the label of a line in prose: only a heading that starts another part of the page counts."""
        text = line.text
        if len(text) > LONGEST_CODED or line.kind not in _MAY_HEAD:
            return []
        cuts = word_cuts(line)
        hit = self.book.hit(line, 0, len(text), cuts) if self.book.can_begin(text, 0, cuts) else None
        if hit is None or not hit.whole or hit.start > 0:
            return []
        label = self.choose(hit)
        again = label.role == OPENER and label.key not in self.seen
        return [hit] if again or label.role in (PROSE, LISTING, END) else []

    def hits(self, line: PageLine) -> Iterator[LabelHit]:
        """The labels of a line: at its start, after a line feed, where an element begins, before a colon."""
        text, cuts, done = line.text, word_cuts(line), 0
        for start, mere_words in self.starts(line, cuts):
            if start < done:
                continue
            hit = self.book.hit(line, start, len(text), cuts)
            if hit is None or hit.start < done:
                continue
            glued = start > 0 and text[start - 1].isalnum() and hit.whole
            if not mere_words or glued or (hit.colon and self.choose(hit).role in (FIELD, CODED)):
                done = hit.value_start
                yield hit

    def starts(self, line: PageLine, cuts: Sequence[int]) -> list[tuple[int, bool]]:
        """Where a label can start, and whether only its words say so (no element, no new line)."""
        text = line.text
        begins = [0, *(run.start for run in line.runs[1:] if text[run.start].isalnum())]
        several_lines = "\n" in text
        if several_lines:
            begins += [feed.end() for feed in _FEED.finditer(text)]
        places = {at: False for at in begins if self.book.can_begin(text, at, cuts)}
        if several_lines or len(line.runs) >= _SEVERAL or text.count(":") > 1 or _CAPITAL_INSIDE.search(text):
            for at in self.amid(text, cuts):
                places.setdefault(at, True)
        return sorted(places.items())

    def amid(self, text: str, cuts: Sequence[int]) -> Iterator[int]:
        """Where in a text a label can stand by its words alone: before a colon, or glued on at its end."""
        done = 0
        stops = [colon.start() for colon in _COLON.finditer(text)]
        if _CAPITAL_INSIDE.search(text, max(0, len(text) - self.book.longest)):
            stops.append(len(text))
        for stop in stops:
            start = max(done, stop - self.book.longest)
            if start > done:
                start = text.find(" ", start, stop) + 1 or start
            for at, end in line_words(text, start, stop, cuts):
                if text[at].isupper() and plain(text[at:end]) in self.book.first_words:
                    yield at
                elif (tail := text[at + 1 : end]) and not (tail.islower() or tail.isupper()):
                    yield from (glue.start() for glue in _GLUED.finditer(text, at, end))
            done = stop

    def labelled(self, line: PageLine, hits: list[LabelHit]) -> None:
        if says(line.text, 0, hits[0].start):  # and no mere icon of the label
            self.go_on(Piece(line, 0, hits[0].start))
        for number, hit in enumerate(hits):
            stop = hits[number + 1].start if number + 1 < len(hits) else len(line.text)
            label = self.choose(hit)
            at = Piece(line, hit.start, hit.end)
            rest = _piece(line, hit.value_start, stop)
            if label.role in (FIELD, CODED):
                self.close()
                self.open = _Open(label, _printed(line, hit), at)
                if rest:
                    self.open.add(rest)
                continue
            self.close()
            self.heading(label, at)
            if rest and not self.ended:
                self.parts.append(Part("text", rest))

    def heading(self, label: Label, at: Piece) -> None:
        self.seen.add(label.key)
        self.ended = label.role == END
        if label.role not in (END, IGNORED):
            self.in_prose = label.role in (PROSE, LISTING)
        role = {END: "end", IGNORED: "text"}.get(label.role, "heading")
        self.parts.append(Part(role, at, label=label))

    def unlabelled(self, line: PageLine) -> None:
        whole = Piece(line, 0, len(line.text))
        if self.in_prose:
            self.parts.append(Part("text", whole))
            return
        if self.open is not None and self.open.explained_by(line.text):
            self.open.beside.append(whole)
            return
        end = _unknown_label_end(line)
        if end is not None:
            self.close()
            self.open = _Open(None, line.text[:end].strip(" :："), Piece(line, 0, end))
            if rest := _piece(line, end, len(line.text)):
                self.open.add(rest)
            return
        self.go_on(whole)

    def go_on(self, piece: Piece) -> None:
        if self.open is not None and self.open.takes(piece.line):
            if self.open.value and self.open.label is not None and self.open.label.role == CODED:
                self.open.value.clear()
            self.open.add(piece)
            return
        self.close()
        self.parts.append(Part("text", piece))

    def close(self) -> None:
        if self.open is None:
            return
        opened, self.open = self.open, None
        if opened.label is not None:
            self.seen.add(opened.label.key)
        self.parts.append(Part("value", opened.at, opened.close()))


def _unknown_label_end(line: PageLine) -> int | None:
    """Where a label ends that the book does not know: a term, a head cell, or bold words that a colon ends."""
    text = line.text
    if len(text) <= _LONGEST_UNKNOWN_LABEL and (
        line.kind in ("term", "head_cell") or (line.kind == "cell" and text.endswith(":"))
    ):
        return len(text)
    first = line.runs[0] if line.runs else None
    if first is None or not first.strong or line.kind == "heading":
        return None
    match = _LABEL_LIKE.match(text)
    return match.end() if match and match.end() - 4 <= first.end <= match.end() else None


def _piece(line: PageLine, start: int, end: int) -> Piece | None:
    return Piece(line, start, end) if line.text[start:end].strip() else None


def _printed(line: PageLine, hit: LabelHit) -> str:
    """The label as printed, a closing parenthesis with it, tooltips and signs without."""
    end = hit.end
    while end < len(line.text) and line.text[end] in ")]":
        end += 1
    return " ".join(line.text[hit.start : end].split())


def in_columns(lines: Sequence[PageLine], book: LabelBook) -> list[PageLine]:
    """Return the lines, with tables whose labels stand in head rows turned, so that each value follows its label."""
    rows: defaultdict[int | None, list[PageLine]] = defaultdict(list)
    for line in lines:
        rows[line.row].append(line)
    turned: dict[int | None, list[PageLine]] = {}

    def is_label(cell: PageLine) -> bool:
        return bool(book.exact(cell.text.strip(" :：*\n")))

    for number, cells in rows.items():
        below = rows.get(number + 1, []) if number is not None else []
        if number is None or not len(cells) <= MOST_CELLS or not 0 < len(below) <= MOST_CELLS:
            continue
        # heads of the row above that reach down into this one: the wider ones beside them head groups of labels
        above = rows.get(number - 1, [])
        own = {column for cell in cells for column in cell.reach}
        deep = [c for c in above if own.isdisjoint(c.reach)] if above and all(map(is_label, above)) else []
        labels = sorted([*deep, *cells], key=lambda cell: cell.column or 0)
        if len(labels) > 1 and all(map(is_label, cells)) and not any(map(is_label, below)):
            ordered = [x for cell in labels for x in (cell, *(c for c in below if c.column == cell.column))]
            if deep:
                turned[number - 1] = [c for c in above if c not in deep]
            turned[number] = ordered + [c for c in below if c not in ordered]
            turned[number + 1] = []
    out: list[PageLine] = []
    for line in lines:
        if line.row in turned:
            out += turned[line.row]
            turned[line.row] = []
        else:
            out.append(line)
    return out


def read_parts(lines: Sequence[PageLine], book: LabelBook, language: str | None = None) -> list[Part]:
    """The parts of a page in reading order, from its lines and the labels that its source knows. A part of role `end`
    closes the page: what stands after it is left out."""
    return _FieldReader(book, language).read(in_columns(lines, book))
