"""A page -> its sheet: labelled values, prose, list of commitments, milestones, each with its passage."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import takewhile

from rapidfuzz import fuzz, process

from osint_ingest.html.content import ContentBuilder
from osint_ingest.html.fields import Labelled, Part, Piece, read_parts
from osint_ingest.html.labels import Label, plain, plain_words
from osint_ingest.html.lines import PageLine
from osint_ingest.html.page import Page
from osint_ingest.html.prose import ProsePiece, blocks_of
from osint_ingest.html.values import separate_items, value_text
from osint_ingest.model import Content, Finding, Passage, ReadOptions
from osint_ingest.sources.ogp.addresses import Address
from osint_ingest.sources.ogp.coded import Read, debris, entries, several, single, titles
from osint_ingest.sources.ogp.dates import find_year
from osint_ingest.sources.ogp.identity import Identity
from osint_ingest.sources.ogp.listing import Entry, find_listing
from osint_ingest.sources.ogp.milestone_lists import Numbered, numbered_milestones, told_once
from osint_ingest.sources.ogp.milestone_tables import cells_of_lines, milestone_rows
from osint_ingest.sources.ogp.milestones import Milestone, milestones_in
from osint_ingest.sources.ogp.wording import MESSAGES, label_book, own_words, question_book, valued_labels

_TITLES = frozenset(("action_plan", "irm_report"))
_LISTS = frozenset(("policy_area", "ogp_value"))
_SEVERAL = _TITLES | _LISTS | {"institution_involved"}
"""Labels with several values, which a page can give in several places."""
_TEXTS = frozenset(
    ("lead_institution", "support_institutions", "inception_report", "primary_policy_area", "primary_sector")
)
_MAY_LOOK_LIKE_DEBRIS = frozenset(
    ("action_plan", "irm_report", "cycle", "commitment_start", "commitment_end")
)
NEAR_ENOUGH = 90.0
"""An unknown label this like a known one (rapidfuzz ratio, 0 to 100) is read as that one, and reported."""
_SHORTEST_NEAR = 8
_LONGEST_SIGN = 12
_LONGEST_QUESTION = 320
_REVIEWS = frozenset(("irm_midterm", "irm_end_of_term"))
_BEGINS = ("cycle", "commitment_start", "plan_submission", "action_plan")
_ROLE_LEVELS = {"opener": 2, "prose": 2, "listing": 2, "section": 3}

_ASKING = frozenset(plain_words(phrase) for phrase in own_words("words.asks"))
_INSTRUCTING = tuple(plain(beginning) for beginning in own_words("words.instructs"))


@dataclass(slots=True)
class Field:
    """A labelled value as read: its single values, the whole as printed, and its passage's ordinal."""

    key: str
    label: str
    reads: list[Read]
    text: str | None
    passage: int
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """What a page's labels and prose say, in reading order, and its content."""

    content: Content
    language: str
    fields: Mapping[str, Field]
    listing: Sequence[tuple[Entry, int]]
    milestones: Sequence[tuple[Milestone, int]]
    prose_from: int | None  # ordinal of the passage that begins the page's prose
    reviewed_from: int | None  # and of the one that begins the IRM's summaries
    since: int | None  # the first year of its plan
    headings: frozenset[str]  # keys of the known headings that the page has
    findings: Sequence[Finding]

    @cached_property
    def prose(self) -> Sequence[Passage]:
        """The passages of the page's prose, from its heading on."""
        return [p for p in self.content.passages if self.prose_from and p.ordinal >= self.prose_from]

    @cached_property
    def numbered(self) -> Sequence[Numbered]:
        """The milestones of lists in its prose; the IRM's dates are not those of the plan."""
        ends = self.reviewed_from or len(self.content.passages) + 1
        own = [p for p in self.prose if p.ordinal < ends]
        return [*numbered_milestones(own, self.since), *numbered_milestones(self.prose[len(own) :])]

    @property
    def milestones_once(self) -> Sequence[tuple[Milestone, int]]:
        """The milestones of one commitment, each where it is told with its dates, or first, with its passage."""
        return told_once(self.numbered, self.milestones)


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
    rows = Counter((x.row, x.kind) for x in rest if x.row and x.kind in ("cell", "head_cell"))
    heads = (
        row for (row, kind), n in rows.items() if n > 1 and kind == "head_cell" and not rows[row, "cell"]
    )
    reader = _Reader(builder, title, found, frozenset(row for row in heads if row))
    for part in parts:
        reader.take(part)
    reader.put_listing()
    since = _first_year(reader.fields)
    cells = list(cells_of_lines(rest, reader.first_passage))
    until = reader.reviewed_from or builder.count + 1
    reader.milestones += milestone_rows((c for c in cells if c.passage < until), since)
    reader.milestones += milestone_rows(c for c in cells if c.passage >= until)
    builder.bare += page.bare_links
    shown = takewhile(lambda line: line is not reader.ended_by, lines)
    visible = sum(len(line.text) for line in shown) - reader.hints
    return Sheet(
        content=builder.finish(title=identity.title, masked=page.masked, visible=visible),
        language=language,
        fields=reader.fields,
        listing=reader.listing,
        milestones=reader.milestones,
        prose_from=reader.prose_from,
        reviewed_from=reader.reviewed_from,
        since=since,
        headings=frozenset(reader.headings),
        findings=reader.findings,
    )


@dataclass
class _Reader:
    """Takes the parts of a page in reading order."""

    builder: ContentBuilder
    title: PageLine | None
    found: list[Entry]
    head_rows: frozenset[int]
    """Numbers of the rows of tables that are several heads of columns and nothing else."""
    first_passage: dict[int | None, int] = field(default_factory=dict)  # by the number of a table's row
    fields: dict[str, Field] = field(default_factory=dict)
    listing: list[tuple[Entry, int]] = field(default_factory=list)
    milestones: list[tuple[Milestone, int]] = field(default_factory=list)
    prose_from: int | None = None
    reviewed_from: int | None = None
    headings: set[str] = field(default_factory=set)
    ended_by: PageLine | None = None
    """The line that ended the page before its last: the heading of readers' comments."""
    hints: int = 0  # characters of tooltips that stood beside labels: shown, but no content
    findings: list[Finding] = field(default_factory=list)

    def take(self, part: Part) -> None:
        if part.role == "end":
            self.put_listing()
            self.ended_by = part.piece.line
        elif part.role == "heading" and part.label is not None:
            self.heading(part.piece, part.label)
        elif part.labelled is not None:
            self.value(part.labelled)
        elif self.title is not None and part.piece.line is self.title:
            self.builder.add_title(self.title)
            self.title = None
        else:
            self.prose(part.piece)

    def heading(self, piece: Piece, label: Label) -> None:
        level = piece.line.level or _ROLE_LEVELS.get(label.role, 3)
        ordinal = self.builder.add_heading(piece, level, prose=False)
        self.headings.add(label.key)
        if label.role == "prose" and self.prose_from is None:
            self.prose_from = ordinal
        if label.key in _REVIEWS and self.reviewed_from is None:
            self.reviewed_from = ordinal
        if label.role == "listing":
            self.put_listing()

    def value(self, labelled: Labelled) -> None:
        key = labelled.label.key if labelled.label else self.unknown(labelled)
        if key is None:
            return
        reads, text = read_value(key, labelled.value)
        shown = ", ".join([r.value for r in reads]) if key in _SEVERAL or key == "relevance" else text
        known = self.fields.get(key)
        if known and not reads and not text:
            # a heading that is worded like a label whose value the page has given before
            self.builder.add_heading(labelled.at, labelled.at.line.level or 3, prose=False)
            return
        # tooltips beside the label: many characters between it and its value, or lines of their own
        line, end = labelled.at.line, labelled.at.end
        beside = next((p.start for p in labelled.value if p.line is line), len(line.text)) - end
        self.hints += sum(len(piece.text) for piece in labelled.beside if piece.line is not line)
        self.hints += beside if beside > _LONGEST_SIGN else 0
        passage = self.builder.add_field(labelled.printed, labelled.value, shown or "", labelled.at.line)
        own = Field(key, labelled.printed, reads, text, passage, labelled.value)
        if known is None or (not known.reads and not known.text):
            self.fields[key] = own
        elif key in _SEVERAL and [r.value for r in reads] != [r.value for r in known.reads]:
            known.reads += reads  # else the page says it twice, for two screens
        said = [own.text, *(r.value for r in own.reads)] if key not in _MAY_LOOK_LIKE_DEBRIS else []
        for value in filter(None, said):
            if found := debris(value):
                told = {"label": own.label, "found": found, "value": value[-120:]}
                self.findings.append(MESSAGES.finding("debris_in_value", **told))
                break

    def unknown(self, labelled: Labelled) -> str | None:
        """Reports a label that is not known; the key of a known one that it is all but the same as."""
        text = value_text(labelled.value)
        words = " ".join(plain_words(labelled.printed))
        found = process.extractOne(words, valued_labels().keys(), scorer=fuzz.ratio, score_cutoff=NEAR_ENOUGH)
        near = valued_labels()[found[0]] if found and len(words) >= _SHORTEST_NEAR else None
        if near in self.fields:
            near = None
        if near is None:
            self.builder.add_field(labelled.printed, labelled.value, text, labelled.at.line)
        said = {"label": labelled.printed, "near": near, "value": text[:80]}
        self.findings.append(MESSAGES.finding("near_label" if near else "unknown_label", **said))
        return near

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
        """A block with its question made a heading: a paragraph's own, one at the start of its answer, or a cell beside
        or above its answer."""
        piece = block.piece
        line, text = piece.line, piece.text
        if block.kind == "paragraph":
            if _is_question(text):
                return (block._replace(kind="heading"),)
            if end := _glued_heading(piece):
                heading = block._replace(kind="heading", piece=piece._replace(end=end))
                return heading, block._replace(piece=piece._replace(start=end))
        if block.kind == "table_cell":
            # the head of a column of milestones can be worded like a heading of the forms
            heads_no_column = line.kind == "head_cell" and line.row not in self.head_rows
            if _asks(text) or (heads_no_column and _is_question(text)):
                return (block._replace(kind="heading"),)
        return (block,)

    def put_listing(self) -> None:
        for entry in self.found:
            pieces = [Piece(line, 0, len(line.text)) for line in entry.lines if line.text]
            ordinal = self.builder.add_text("list_item", pieces)
            self.listing.append((entry, ordinal))
        self.found = []


def _first_year(fields: Mapping[str, Field]) -> int | None:
    """The year in which the plan begins that a page is of."""
    said = (fields[key].text for key in _BEGINS if key in fields)
    return next(filter(None, map(find_year, said)), None)


@lru_cache(maxsize=4096)
def key_of(question: str) -> str | None:
    """The key of a known question, `other` among them; None for one that is not known."""
    labels = question_book().exact(question)
    return labels[0].key if labels else None


def _is_question(text: str) -> bool:
    """A text that asks, or a known question or heading of the forms."""
    return len(text) <= _LONGEST_QUESTION and (_asks(text) or (key_of(text) or "other") != "other")


def _asks(text: str) -> bool:
    """Is the whole paragraph a question of a form, by its beginning and its end?"""
    text = text.strip(' ¿"“')
    begins = plain_words(text)
    if "?" not in text or len(text) > _LONGEST_QUESTION or not {begins[:1], begins[:2]} & _ASKING:
        return False
    rest = text[text.rindex("?") + 1 :].strip()
    return not rest or plain(rest).startswith(_INSTRUCTING)


def _glued_heading(piece: Piece) -> int | None:
    """Where a known heading ends that was printed at the start of the paragraph with its answer."""
    text = piece.line.text[piece.start : piece.end]
    if plain(text[:24].split(" ", 1)[0].strip("¿:*")) not in question_book().first_words:
        return None
    found = question_book().prefix(text)
    if found is None:
        return None
    _, end, words = found
    while end < len(text) and text[end] in '?.)"”’':
        end += 1
    rest = text[end:].lstrip()
    begins = rest[:1].isupper() or rest[:1].isdigit() or (rest and rest[0] in '¿¡“"•●-–')
    return piece.start + end if words > 1 and begins else None


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


def _language(parts: Sequence[Part], hint: str | None) -> str | None:
    """The language of most labels, of those that only one language has."""
    votes: Counter[str] = Counter()
    for part in parts:
        label = part.labelled.label if part.labelled else part.label
        text = part.labelled.printed if part.labelled else part.piece.text
        languages = {known.language for known in label_book().exact(text)} if label else ()
        votes.update(languages if len(languages) == 1 else ())
    if not votes:
        return hint
    (best, most), *others = votes.most_common()
    return best if most >= 3 or not hint or (not others and most >= 2) else hint
