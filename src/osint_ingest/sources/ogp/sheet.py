"""A page -> its sheet: labelled values, prose, list of commitments, milestones, each with its passage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile

from rapidfuzz import fuzz, process

from osint_ingest.html.content import ContentBuilder
from osint_ingest.html.fields import Labelled, Part, Piece, read_parts
from osint_ingest.html.labels import plain_words
from osint_ingest.html.lines import PageLine
from osint_ingest.html.page import Page
from osint_ingest.html.prose import ProsePiece, blocks_of
from osint_ingest.html.values import separate_items, value_text
from osint_ingest.model import Content, Finding, ReadOptions
from osint_ingest.sources.ogp.addresses import Address
from osint_ingest.sources.ogp.coded import Read, debris, entries, several, single, titles
from osint_ingest.sources.ogp.identity import Identity
from osint_ingest.sources.ogp.listing import Entry, find_listing
from osint_ingest.sources.ogp.milestones import Milestone, milestone_rows, milestones_in
from osint_ingest.sources.ogp.questions import LONGEST_QUESTION, asks, glued_heading, key_of
from osint_ingest.sources.ogp.wording import label_book, valued_labels

_TITLES = frozenset(("action_plan", "irm_report"))
_LISTS = frozenset(("policy_area", "ogp_value"))
_SEVERAL = _TITLES | _LISTS | {"institution_involved"}
"""Labels with several values, which a page can give in several places."""
_TEXTS = frozenset(
    ("lead_institution", "support_institutions", "inception_report", "primary_policy_area", "primary_sector")
)
NEAR_ENOUGH = 90.0
"""An unknown label this like a known one (rapidfuzz ratio, 0 to 100) is read as that one, and reported."""
_SHORTEST_NEAR = 8
_LONGEST_SIGN = 12
_ROLE_LEVELS = {"opener": 2, "prose": 2, "listing": 2, "section": 3}


def nearest_label(printed: str) -> str | None:
    """The key of the label that differs from this one by a letter or two; None when there is none."""
    words = " ".join(plain_words(printed))
    found = process.extractOne(words, valued_labels().keys(), scorer=fuzz.ratio, score_cutoff=NEAR_ENOUGH)
    return valued_labels()[found[0]] if found and len(words) >= _SHORTEST_NEAR else None


@dataclass(slots=True)
class Field:
    """A labelled value as read: its single values, the whole as printed, and its passage's ordinal."""

    key: str
    label: str
    reads: list[Read]
    text: str | None
    passage: int
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a page's labels and prose say, in reading order, and its content."""

    content: Content
    language: str
    fields: Mapping[str, Field]
    listing: Sequence[tuple[Entry, int]]
    milestones: Sequence[tuple[Milestone, int]]
    prose_from: int | None
    """Ordinal of the passage that begins the page's prose."""
    headings: frozenset[str]
    """Keys of the known headings that the page has."""
    findings: Sequence[Finding]


def read_sheet(
    page: Page,
    lines: Sequence[PageLine],
    identity: Identity,
    address: Address | None,
    url: str | None,
    options: ReadOptions,
) -> Sheet:
    """Reads the lines of a page, once, from the first to the last."""
    found, places = find_listing(lines)
    title = lines[identity.title_at] if identity.title_at is not None else None
    rest = [line for i, line in enumerate(lines) if i not in places]
    hint = address.language if address and address.language != "en" else page.language
    parts = read_parts(rest, label_book(), hint)
    language = _language(parts, hint) or (address.language if address else None) or page.language or "en"
    builder = ContentBuilder(
        url or page.url, language, notes=page.notes, keep_personal_data=options.keep_personal_data
    )
    reader = _Reader(builder, title, found, _head_rows(rest))
    for part in parts:
        reader.take(part)
    reader.put_listing()
    for milestone, line in milestone_rows(rest):
        reader.milestones.append((milestone, reader.first_passage.get(line.row, builder.count or 1)))
    for href in page.bare_links:
        builder.add_bare_link(href)
    shown = takewhile(lambda line: line is not reader.ended_by, lines)
    visible = sum(len(line.text) for line in shown) - reader.hints
    return Sheet(
        content=builder.finish(title=identity.title, masked=page.masked, visible=visible),
        language=language,
        fields=reader.fields,
        listing=reader.listing,
        milestones=reader.milestones,
        prose_from=reader.prose_from,
        headings=frozenset(reader.headings),
        findings=reader.findings,
    )


class _Reader:
    """Takes the parts of a page in reading order."""

    def __init__(
        self, builder: ContentBuilder, title: PageLine | None, found: list[Entry], head_rows: frozenset[int]
    ) -> None:
        self.builder = builder
        self.title = title
        self.found = found
        self.head_rows = head_rows
        self.first_passage: dict[int | None, int] = {}
        """By the number of a table's row."""
        self.fields: dict[str, Field] = {}
        self.listing: list[tuple[Entry, int]] = []
        self.milestones: list[tuple[Milestone, int]] = []
        self.prose_from: int | None = None
        self.headings: set[str] = set()
        self.ended_by: PageLine | None = None
        """The line that ended the page before its last: the heading of readers' comments."""
        self.hints = 0
        """Characters of tooltips that stood beside labels: shown, but no content."""
        self.findings: list[Finding] = []

    def take(self, part: Part) -> None:
        if part.role == "end":
            self.put_listing()
            self.ended_by = part.piece.line
        elif part.role == "heading" and part.label is not None:
            self.heading(part)
        elif part.labelled is not None:
            self.value(part.labelled)
        elif self.title is not None and part.piece.line is self.title:
            self.builder.add_title(self.title)
            self.title = None
        else:
            self.prose(part.piece)

    def heading(self, part: Part) -> None:
        assert part.label is not None
        label = part.label
        level = part.piece.line.level or _ROLE_LEVELS.get(label.role, 3)
        ordinal = self.builder.add_heading(part.piece, level, prose=False)
        self.headings.add(label.key)
        if label.role == "prose" and self.prose_from is None:
            self.prose_from = ordinal
        if label.role == "listing":
            self.put_listing()

    def value(self, labelled: Labelled) -> None:
        key = labelled.label.key if labelled.label else None
        if key is None:
            key = self.unknown(labelled)
            if key is None:
                return
        reads, text = read_value(key, labelled.value)
        shown = ", ".join([r.value for r in reads]) if key in _SEVERAL or key == "relevance" else text
        known = self.fields.get(key)
        if known and not reads and not text:
            # a heading that is worded like a label whose value the page has given before
            self.builder.add_heading(labelled.at, labelled.at.line.level or 3, prose=False)
            return
        self.hints += _hints_beside(labelled)
        passage = self.builder.add_field(labelled.printed, labelled.value, shown or "", labelled.at.line)
        own = Field(key, labelled.printed, reads, text, passage, labelled.value)
        if known is None or (not known.reads and not known.text):
            self.fields[key] = own
        elif (
            key in _SEVERAL
            and reads
            and [r.value for r in reads]
            != [r.value for r in known.reads]  # the page says it twice, for two screens
        ):
            known.reads += reads
        self.look_for_debris(own)

    def unknown(self, labelled: Labelled) -> str | None:
        """Reports a label that is not known; the key of a known one that it is all but the same as."""
        text = value_text(labelled.value)
        near = nearest_label(labelled.printed)
        if near is not None and near in self.fields:
            near = None
        if near is None:
            self.builder.add_field(labelled.printed, labelled.value, text, labelled.at.line)
        self.findings.append(
            Finding(
                "warning",
                "extract",
                "unknown_label",
                f"The label {labelled.printed!r} is not known"
                + (f" and was read as {near}" if near else "")
                + f"; its value is {text[:80]!r}.",
                "Add the label to its language in sources/ogp/languages: under its name, or under `ignored`.",
            )
        )
        return near

    def look_for_debris(self, own: Field) -> None:
        if own.key in ("action_plan", "irm_report", "cycle", "commitment_start", "commitment_end"):
            return
        for value in (own.text, *(r.value for r in own.reads)):
            if value and (found := debris(value)):
                self.findings.append(
                    Finding(
                        "warning",
                        "extract",
                        "debris_in_value",
                        f"The value of {own.label!r} has {found!r} in it: {value[-120:]!r}.",
                        "It is kept as printed; look at the page before using it.",
                    )
                )
                return

    def prose(self, piece: Piece) -> None:
        for block in blocks_of(piece):
            for stretch in self.questions_apart(block):
                ordinal = self.builder.add_block(stretch)
                if stretch.piece.line.row is not None:
                    self.first_passage.setdefault(stretch.piece.line.row, ordinal)
                if stretch.kind in ("paragraph", "list_item"):
                    for milestone in milestones_in(self.builder.text_of(ordinal)):
                        self.milestones.append((milestone, ordinal))

    def questions_apart(self, block: ProsePiece) -> Sequence[ProsePiece]:
        """A block with its question made a heading: a paragraph's own, or a cell beside or above its answer."""
        if block.kind == "paragraph":
            return _questions_apart(block)
        if block.kind == "table_cell":
            line, text = block.piece.line, block.piece.text
            # the head of a column of milestones can be worded like a heading of the forms
            heads_no_column = line.kind == "head_cell" and line.row not in self.head_rows
            if asks(text) or (heads_no_column and _is_question(text)):
                return (block._replace(kind="heading"),)
        return (block,)

    def put_listing(self) -> None:
        for entry in self.found:
            pieces = [Piece(line, 0, len(line.text)) for line in entry.lines if line.text]
            ordinal = self.builder.add_text("list_item", pieces)
            self.listing.append((entry, ordinal))
        self.found = []


def _head_rows(lines: Sequence[PageLine]) -> frozenset[int]:
    """Numbers of the rows of tables that are several heads of columns and nothing else."""
    cells = Counter((x.row, x.kind) for x in lines if x.row is not None and x.kind in ("cell", "head_cell"))
    return frozenset(
        row
        for (row, kind), count in cells.items()
        if row and count > 1 and kind == "head_cell" and (row, "cell") not in cells
    )


def _is_question(text: str) -> bool:
    """A text that asks, or a known question or heading of the forms."""
    return len(text) <= LONGEST_QUESTION and (asks(text) or (key_of(text) or "other") != "other")


def _questions_apart(block: ProsePiece) -> Sequence[ProsePiece]:
    """A paragraph that is a question is a heading; so is a known one at the start of its answer."""
    if _is_question(block.piece.text):
        return (block._replace(kind="heading"),)
    end = glued_heading(block.piece)
    if end is None:
        return (block,)
    return (
        block._replace(kind="heading", piece=block.piece._replace(end=end)),
        block._replace(piece=block.piece._replace(start=end)),
    )


def _hints_beside(labelled: Labelled) -> int:
    """How many characters of tooltips stand with a label: many between it and its value, or lines of their own."""
    line, end = labelled.at.line, labelled.at.end
    beside = next((p.start for p in labelled.value if p.line is line), len(line.text)) - end
    own = sum(len(piece.text) for piece in labelled.beside if piece.line is not line)
    return own + (beside if beside > _LONGEST_SIGN else 0)


def read_value(key: str, pieces: Sequence[Piece]) -> tuple[list[Read], str | None]:
    """(single values, the whole as printed) of a label's value; nothing for an empty one."""
    if key in _TITLES:
        reads = titles(pieces)
    elif key in _LISTS:
        reads = several(key, pieces)
    elif key == "relevance":
        answer = single("relevant_to_ogp_values", pieces)
        reads = [answer] if answer and answer.code else several("ogp_value", pieces)
    elif key == "institution_involved":
        reads = entries(pieces)
    elif key in _TEXTS:
        items = separate_items(pieces)
        listed = items is not None and len(items) > 1 and any(p.line.kind == "list_item" for p in pieces)
        text = value_text(pieces, ", " if listed else " ") or None
        if text is None:
            return [], None
        if key in ("primary_policy_area", "primary_sector"):
            value = single("policy_area", pieces)
            return ([value] if value else []), value.value if value else None
        return [Read(text, None, items[0].href if items and len(items) == 1 else None)], text
    else:
        value = single(key, pieces)
        reads = [value] if value else []
    whole = ", ".join(r.value for r in reads)
    return reads, whole or None


@lru_cache(maxsize=4096)
def _language_of_label(printed: str) -> str | None:
    """The language of a label that only one language has."""
    languages = {label.language for label in label_book().exact(printed)}
    return languages.pop() if len(languages) == 1 else None


def _language(parts: Sequence[Part], hint: str | None) -> str | None:
    """The language of most labels, of those that only one language has."""
    votes: Counter[str] = Counter()
    for part in parts:
        label = part.labelled.label if part.labelled else part.label
        text = part.labelled.printed if part.labelled else part.piece.text
        if label is None:
            continue
        if language := _language_of_label(text):
            votes[language] += 1
    if not votes:
        return hint
    (best, most), *others = votes.most_common()
    return best if most >= 3 or not hint or (not others and most >= 2) else hint
