"""Lines and fields -> Content: passages with their sections, notes, references and links."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from functools import lru_cache, partial
from typing import NamedTuple

from osint_ingest.html.fields import Piece
from osint_ingest.html.lines import PageLine
from osint_ingest.html.markup import MESSAGES
from osint_ingest.html.notes import (
    DraftPassage,
    HtmlNote,
    MarkedWords,
    Marker,
    as_note,
    found_again,
    listed_notes,
    raised_numbers,
    refers_to,
    tie,
    without_markers,
    words_of,
)
from osint_ingest.html.prose import ProsePiece, blocks_of
from osint_ingest.model import Content, Finding, Footnote, FootnoteRef, Link, LinkOrigin, Passage, PassageKind
from osint_ingest.model.stages import attempt
from osint_ingest.text.anchors import anchor_before
from osint_ingest.text.language import by_function_words, language_of
from osint_ingest.text.mail import is_piece_of_mail, leads_to_mail, mail_spans
from osint_ingest.text.note_words import MANY_RAISED, raised_unread
from osint_ingest.text.privacy import PERSONAL_SCHEMES, mask_url
from osint_ingest.text.urls import find_urls, normalise_url

_BEGINS = ("http://", "https://", "www.")
_NOWHERE = ("#", "javascript:", "data:", "about:", "blob:", "file:")
_PROTECTED = "/cdn-cgi/l/email-protection"


class Target(NamedTuple):
    """Where a link leads; `url` is None for nowhere. `masked` if it held personal data."""

    url: str | None
    masked: bool = False


@lru_cache(maxsize=8192)
def target(href: str, base: str | None, *, keep_personal_data: bool = False) -> Target:
    """The absolute, normalised target of a link as a page writes it, personal data masked unless kept."""
    href = href.strip()
    lowered = href[:40].lower()
    if not href or lowered.startswith(_NOWHERE):
        return Target(None)
    if _PROTECTED in href:
        return Target(None, masked=True)  # an address in a cipher that anyone can read, and no page
    hidden, count = (href, 0) if keep_personal_data else mask_url(href)
    scheme, _, rest = hidden.partition(":")
    if scheme.lower() in PERSONAL_SCHEMES:
        return Target(f"{scheme.lower()}:{rest}", masked=not keep_personal_data)
    return Target(normalise_url(hidden, base), masked=count > 0)


def printed_urls(text: str) -> Iterator[tuple[int, int]]:
    """Where URLs are printed in a text, with a scheme or as `www.`; none begins inside a mail address."""
    if "://" in text or "www." in text:
        for url in find_urls(text):
            if text[url.start : url.end].lower().startswith(_BEGINS):
                yield url.start, url.end


_URL_ONLY = re.compile(r"(?:https?://|www\.)\S+$", re.I)
_TITLE_LEVEL = 1
_LOWEST_LEVEL = 6
_FEW, _MUCH = 24, 160
_MAY_BE_NOTES = frozenset(("paragraph", "list_item"))


@dataclass
class ContentBuilder:
    """Collects the parts of a page in reading order and builds its Content. Passages are numbered from 1."""

    base: str | None
    language: str | None
    _: KW_ONLY
    notes: Mapping[str, str]
    """Names of the places that markers lead to where they are links, with their numbers."""
    keep_personal_data: bool = False
    drafts: list[DraftPassage] = field(default_factory=list)
    headings: list[tuple[int, str]] = field(default_factory=list)
    section: str | None = None
    """The headings above what comes next, joined by " > "."""
    findings: list[Finding] = field(default_factory=list)
    bare: list[str] = field(default_factory=list)
    marked: int = _TITLE_LEVEL
    terms: int = 0

    @property
    def count(self) -> int:
        """The number of passages so far, which is the ordinal of the last one."""
        return len(self.drafts)

    def add_title(self, line: PageLine) -> int:
        words = words_of([Piece(line, 0, len(line.text))])
        return self._add("title", words, _TITLE_LEVEL, line, prose=False)

    def add_heading(self, piece: Piece, level: int | None = None, *, prose: bool = True) -> int:
        """A heading: what comes after it stands in its section, until one of its level or a higher one. `prose` is
        False for a label of the page's own, which has the page's language."""
        own = level or piece.line.level
        self.marked = own or self.marked
        own = own or min(self.marked + 1, _LOWEST_LEVEL)  # only bold: under the last that is marked up as one
        words = words_of([piece])
        while self.headings and self.headings[-1][0] >= own:
            self.headings.pop()
        above = " > ".join(text for _, text in self.headings)
        self.section = above or None
        ordinal = self._add("heading", words, own, piece.line, prose=prose)
        text = without_markers(words, linked=self.notes)[0].text.strip(" :") or words.text
        self.headings.append((own, text))
        self.section = f"{above} > {text}" if above else text or None
        return ordinal

    def add_line(self, line: PageLine) -> None:
        """Add the blocks of a line: its headings and passages."""
        for block in blocks_of(Piece(line, 0, len(line.text))):
            self.add_block(block)

    def add_block(self, block: ProsePiece) -> int:
        if block.kind == "heading":
            return self.add_heading(block.piece)
        return self._add(block.kind, words_of([block.piece]), None, block.piece.line)

    def add_field(self, label: str, pieces: Sequence[Piece], value: str, line: PageLine) -> int:
        """Add a labelled value: `Label: value`. Links of its pieces are found again in the value."""
        words = words_of(pieces)
        if words.text != value:
            words = MarkedWords(value, found_again(words, value))
        prefix = f"{label.strip(' :：')}:" + (" " if value else "")
        moved = tuple((a + len(prefix), b + len(prefix), href) for a, b, href in words.links)
        return self._add("field", MarkedWords(prefix + words.text, moved), None, line, prose=False)

    def add_text(self, kind: PassageKind, pieces: Sequence[Piece]) -> int:
        """One passage of several pieces, as an entry of a list that two elements hold."""
        return self._add(kind, words_of(pieces), None, pieces[0].line, prose=False)

    def text_of(self, ordinal: int) -> str:
        return self.drafts[ordinal - 1].words.text

    def finish(self, *, title: str | None, masked: int = 0, visible: int = 0) -> Content:
        """Return the Content. `visible` is the number of visible characters of the page, for its coverage."""
        drafts, notes, note_of = self._with_notes()
        raised = frozenset(note.number for note in notes if not note.names)
        own = [self.language] * len(drafts)
        languages = attempt("language", lambda: _languages(drafts, self.language), own)
        unread = [] if notes else raised_numbers(d.words for d in drafts)
        if silent := len(set(unread)) >= MANY_RAISED:
            raised = frozenset(unread)
            self.findings.append(raised_unread(len(unread), unread[0]))
        passages: list[Passage] = []
        markers: list[tuple[int, Marker]] = []
        words_by_passage: list[MarkedWords] = []
        rows: dict[tuple[str, int], int] = {}
        for ordinal, (draft, language) in enumerate(zip(drafts, languages, strict=True), 1):
            words = draft.words
            if draft.kind != "footnote":
                words, found = without_markers(words, raised_notes=raised, linked=self.notes)
                markers += [(ordinal, m) for m in found]
            words_by_passage.append(words)
            fields = (draft.kind, words.text, draft.section, draft.level, language)
            row = draft.row and rows.setdefault(draft.row, len(rows) + 1)
            passages.append(Passage(ordinal, *fields, selector=draft.selector, table_row=row))
        refs = self._refs(markers, notes, [p.text for p in passages], not silent)
        no_links: tuple[tuple[Link, ...], int] = (), 0
        links, hidden = attempt("links", lambda: self._links(words_by_passage, note_of), no_links)
        covered = sum(len(d.words.text) for d in drafts)
        return Content(
            passages=tuple(passages),
            footnotes=self._footnotes(notes, refs),
            refs=refs,
            links=links,
            findings=tuple(self.findings),
            title=title,
            language=self.language,
            coverage=round(min(1.0, covered / visible), 4) if visible else None,
            masked=masked + hidden,
        )

    def _add(
        self, kind: PassageKind, words: MarkedWords, level: int | None, line: PageLine, *, prose: bool = True
    ) -> int:
        row = self._row(line)
        self.drafts.append(
            DraftPassage(kind, words, self.section, level, line.selector, line.item, prose, row)
        )
        return len(self.drafts)

    def _row(self, line: PageLine) -> tuple[str, int] | None:
        """The row of a table that a line stands in, or the term of a list of terms that it is or explains."""
        if line.kind in ("cell", "head_cell") and line.row is not None:
            return "row", line.row
        self.terms += line.kind == "term"
        return ("term", self.terms) if line.kind in ("term", "value") else None

    def _with_notes(self) -> tuple[list[DraftPassage], list[HtmlNote], dict[int, int]]:
        """The drafts with those that are notes made so, the notes, and which note a passage belongs to. A URL on a
        line of its own after a note belongs to that note, and so does what its list item goes on with."""
        drafts: list[DraftPassage] = []
        notes: list[HtmlNote] = []
        note_of: dict[int, int] = {}
        item: int | None = None
        listed = listed_notes(self.drafts)
        for ordinal, draft in enumerate(self.drafts, 1):
            found = as_note(draft.words, self.notes) if draft.kind in _MAY_BE_NOTES else None
            if ordinal - 1 in listed:
                number, start = listed[ordinal - 1]
                words = draft.words.between(start, len(draft.words.text))
                found = HtmlNote(number, ordinal, words.text), words
            if found:
                note, words = found
                notes.append(note._replace(passage=ordinal))
                drafts.append(draft._replace(kind="footnote", words=words))
                note_of[ordinal] = len(notes)
                item = draft.item
                continue
            same_item = item is not None and draft.item == item
            if ordinal - 1 in note_of and (same_item or _URL_ONLY.match(draft.words.text)):
                note_of[ordinal] = note_of[ordinal - 1]
            drafts.append(draft)
        return drafts, notes, note_of

    def _refs(
        self,
        markers: Sequence[tuple[int, Marker]],
        notes: Sequence[HtmlNote],
        texts: Sequence[str],
        say: bool,
    ) -> tuple[FootnoteRef, ...]:
        """The references; an orphan is a finding of its own if `say`."""
        refs: list[FootnoteRef] = []
        tied = tie(markers, notes)
        for ordinal, ((passage, marker), note) in enumerate(zip(markers, tied, strict=True), 1):
            text = texts[passage - 1]
            before = refs[-1].char_offset if refs and refs[-1].passage == passage else 0
            start, end = anchor_before(text, marker.offset, before) or (marker.offset, marker.offset)
            tied_to, sure = (None, 0.5) if note is None else (note + 1, 1.0)
            place = (marker.number, passage, marker.offset, tied_to, text[start:end], start, end)
            refs.append(FootnoteRef(ordinal, *place, confidence=sure))
            if note is None and say:
                after = text[max(start, end - 60) : end]
                self.findings.append(MESSAGES.finding("orphan_marker", number=marker.number, after=after))
        return tuple(refs)

    def _footnotes(self, notes: Sequence[HtmlNote], refs: Sequence[FootnoteRef]) -> tuple[Footnote, ...]:
        cited = {ref.footnote for ref in refs}
        meant = refers_to(notes)
        for ordinal, note in enumerate(notes, 1):
            if ordinal not in cited:
                self.findings.append(MESSAGES.finding("orphan_note", number=note.number, text=note.text[:60]))
        return tuple(
            Footnote(i, note.number, note.passage, note.text, refers_to=None if m is None else m + 1)
            for i, (note, m) in enumerate(zip(notes, meant, strict=True), 1)
        )

    def _links(self, words: Sequence[MarkedWords], note_of: dict[int, int]) -> tuple[tuple[Link, ...], int]:
        links: list[Link] = []
        hidden = 0
        targeted = partial(target, keep_personal_data=self.keep_personal_data)
        for passage, own in enumerate(words, 1):
            note = note_of.get(passage)
            origin: LinkOrigin | None = "footnote" if note else None
            taken: list[tuple[int, int]] = []
            mail = mail_spans(own.text) if own.links else []
            for start, end, href in own.links:
                printed = own.text[start:end]
                found = targeted(href, self.base)
                hidden += found.masked and "xx" not in printed
                if found.url is None or (is_piece_of_mail(start, end, mail) and not leads_to_mail(found.url)):
                    continue
                taken.append((start, end))
                first, last = (start, end) if printed else (None, None)
                place = (
                    passage,
                    note,
                    first,
                    last,
                    printed or None,
                    printed if _URL_ONLY.match(printed) else None,
                )
                links.append(Link(len(links) + 1, found.url, origin or "href", *place))
            for start, end in printed_urls(own.text):
                printed = own.text[start:end]
                url = targeted(printed, None).url
                if url and not any(a < end and start < b for a, b in taken):
                    place = (passage, note, start, end, printed, printed)
                    links.append(Link(len(links) + 1, url, origin or "body", *place, confidence=0.95))
        for href in self.bare:
            found = targeted(href, self.base)
            hidden += found.masked
            links += [Link(len(links) + 1, found.url, "href")] if found.url else []
        return tuple(links), hidden


def _languages(drafts: Sequence[DraftPassage], default: str | None) -> list[str | None]:
    """The language of each draft: its own where its words tell, else that of most of its part of the page."""
    parts = [(draft.section or "").partition(" > ")[0] for draft in drafts]
    texts = [draft.words.text for draft in drafts]
    own = [
        by_function_words(x) if d.prose and len(x) > _FEW else None
        for d, x in zip(drafts, texts, strict=True)
    ]
    sizes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for text, part, language in zip(texts, parts, own, strict=True):
        if language:
            sizes[part][language] += len(text)
    most = {part: max(found, key=found.__getitem__) for part, found in sizes.items()}
    return [
        language or (_by_place(text, most.get(part), default) if draft.prose else default)
        for draft, text, part, language in zip(drafts, texts, parts, own, strict=True)
    ]


def _by_place(text: str, around: str | None, default: str | None) -> str | None:
    """The language of a text without telling words, from that of most of its part of the page, if any."""
    if around is None:
        # names and titles: no short word that would tell
        if len(text) <= _MUCH and not any(len(w) <= 3 and w.islower() for w in text.split()):
            return default
        return language_of(text, default)
    if len(text) > _MUCH and by_function_words(text, 1, 1.0) != around:
        return language_of(text, around)
    return around
