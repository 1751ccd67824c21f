"""The rows of actors, policies and initiatives: one a bullet, in the sections that the headings above it name."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import count, groupby
from operator import itemgetter

from osint_ingest.entities.lexicon import is_acronym
from osint_ingest.model import Content, Passage
from osint_ingest.sources.cover import MONTH, YEAR
from osint_ingest.sources.osor.names import BULLET, EnglishShare, name_end, names_at_head, words
from osint_ingest.sources.osor.tables import ActorRow, InitiativeRow, PolicyRow
from osint_ingest.tables.flatten import passage_id, row_of
from osint_ingest.text.language_files import any_word

_KNOWN = words()
_BEFORE = _KNOWN.before_years
_MONTH = rf"(?:(?:{MONTH})\s++)?"
_UNTIL = (
    rf"(?:\s*+(?:[-–—/]|{_KNOWN.between_years})\s*+(?:{_MONTH}{YEAR}|\d\d\b|{_KNOWN.ongoing})|\s*+[-–—])?"
)
_WHEN = rf"(?:{_BEFORE}\s++)?{_MONTH}(?P<year>{YEAR}){_UNTIL}(?:,?\s*+{_KNOWN.ongoing})?"
_BEGIN = f"^{BULLET}*+"
_STOP = r"\s{0,9}+(?::|[–—](?=\s)|\.(?=\s)|-(?=\s)|$)"
_NAMED = re.compile(
    rf"{_BEGIN}(?P<name>\S.{{0,170}}?)\s{{0,9}}(?:[,;(\[]|\s[–—-])\s*+{_WHEN}\s*+[)\]]?{_STOP}", re.I
)
_SPACED = re.compile(rf"{_BEGIN}(?P<name>[^\s:][^:]{{0,80}}?)\s{{1,9}}{_WHEN}\s*+:", re.I)
_YEAR_FIRST = re.compile(rf"{_BEGIN}{_WHEN}\s*+[:–—-]\s++(?P<name>[^:.–—]{{2,120}}?){_STOP}", re.I)
_UNDATED = re.compile(rf"{_BEGIN}(?P<name>[^\W_a-z][^:.]{{1,120}}):(?=\s)")
_YEAR_INSIDE = re.compile(rf"\b{_BEFORE}\s++{_MONTH}(?P<year>{YEAR})\b", re.I)
_LEADING_YEAR = re.compile(rf"{_BEGIN}{_BEFORE}\s+{_MONTH}{YEAR}", re.I)
# In 2021, the city launched the Name of It ...
_LAUNCHED = re.compile(
    rf"{_BEGIN}{_BEFORE}\s+{_MONTH}(?P<year>{YEAR})\b[^.]{{0,160}}?"
    rf"\b{_KNOWN.begun}\s+(?:{_KNOWN.articles}\s+)?(?=(?-i:[^\W\d_a-z]))",
    re.I,
)
_ONGOING = re.compile(rf",?\s{{0,9}}+\(?\b{_KNOWN.ongoing}\)?$", re.I)
_TRANSLATED = re.compile(r"^(?P<name>.+?)\s{0,9}\((?P<inside>[^()]+)\)$")


@dataclass(frozen=True, slots=True)
class Initiative:
    """What a bullet's head says; the head is its first `end` characters."""

    name: str
    translation: str | None
    year: int | None
    end: int


def initiative_in(text: str, marks: tuple[int, ...], english: EnglishShare) -> Initiative | None:
    """The initiative that a bullet (or a heading) names; None when it begins with no name. A bullet without the usual
    head (`In 2021, the city launched ...`) is taken as an actor's is."""
    for pattern in (_NAMED, _SPACED, _YEAR_FIRST):
        if match := pattern.match(text):
            return _named(match["name"], int(match["year"]), match.end())
    if match := _UNDATED.match(text):
        return _named(match["name"], None, match.end())
    year = _YEAR_INSIDE.search(text, 0, 300)
    if told := _LAUNCHED.match(text):
        end = name_end(text, told.end(), marks)
        return Initiative(text[told.end() : end], None, int(told["year"]), end)
    names = names_at_head(text, marks, english)
    if names is None or not any(c.isupper() for c in names.name) or _LEADING_YEAR.match(names.name):
        return None
    return Initiative(names.name, names.native_name, int(year["year"]) if year else None, names.end)


def _named(name: str, year: int | None, end: int) -> Initiative:
    name = _ONGOING.sub("", name.strip(" ,;“”\"'«»"))
    if (match := _TRANSLATED.match(name)) is None:
        return Initiative(name, None, year, end)
    inside = match["inside"].strip()
    return Initiative(match["name"], None if is_acronym(inside) else inside, year, end)


Record = ActorRow | PolicyRow | InitiativeRow

_ROLES = {"policy_makers": "policy_maker", "strategic_players": "strategic_player", "actors": "policy_maker"}
_WORD = re.compile(r"[^\W\d_]{4,}")
_MARKED = re.compile(rf"\A(?!\s){BULLET}++\w")
# where a section has no bullets, a paragraph is taken for a record only when it begins as one does
_NAMED_ACTOR = re.compile(r"^[A-Z][^.]{3,124}?\([^)]{2,120}\)")
_RECORD_LIKE = {
    "policies": re.compile(rf"^\W*[^.,]{{0,25}}{YEAR}"),
    "initiatives": re.compile(rf"^[^.:]{{2,170}}[,(]\s*+[^.:]{{0,20}}{YEAR}[^.:]{{0,20}}:"),
    "policy_makers": _NAMED_ACTOR,
    "strategic_players": _NAMED_ACTOR,
    "actors": _NAMED_ACTOR,
}
_PARENTHESIS = re.compile(r"\([^()]*\)")
_INTRODUCTION = re.compile(rf"^{_KNOWN.introductions}\s", re.I)


def records_of(content: Content, document_id: str, country: str | None = None) -> Iterator[Record]:
    """All records of a report, in reading order. `country` is its name as printed."""
    report = _Report(content)
    numbers = {ActorRow: count(1), PolicyRow: count(1), InitiativeRow: count(1)}
    for kind, bullet in _bullets(content, country):
        place = passage_id(document_id, bullet.ordinal)
        own: dict[str, str | None] = {"document_id": document_id, "passage_id": place}
        if kind == "policies":
            yield row_of(PolicyRow, act_in(bullet.text), ordinal=next(numbers[PolicyRow]), **own)
        elif kind == "initiatives":
            if found := initiative_in(bullet.text, report.marks(bullet), report.english):
                own |= {"homepage": report.homepage(bullet, 0, found.end)}
                yield row_of(InitiativeRow, found, ordinal=next(numbers[InitiativeRow]), **own)
        elif names := names_at_head(bullet.text, report.marks(bullet), report.english):
            own |= {"role": _ROLES[kind], "homepage": report.homepage(bullet, names.start, names.end)}
            yield row_of(ActorRow, names, ordinal=next(numbers[ActorRow]), **own)


def _bullets(content: Content, country: str | None) -> Iterator[tuple[str, Passage]]:
    """The passages that are records: the outermost bullets of a section, else its headings or paragraphs."""
    for kind, group in groupby((x for x in placed(content.passages, country) if x[1]), key=itemgetter(1)):
        passages = [passage for passage, _ in group]
        bullets = [p for p in passages if p.kind == "list_item" or _MARKED.match(p.text)]
        headings = [p for p in passages[1:] if p.kind == "heading"]
        paragraphs = [p for p in passages if p.kind != "heading" and not _INTRODUCTION.match(p.text)]
        if bullets:
            outermost = min(p.level or 1 for p in bullets)
            chosen = [p for p in bullets if (p.level or 1) == outermost]
        else:
            chosen = headings or [p for p in paragraphs if _RECORD_LIKE[str(kind)].match(p.text)]
        yield from ((str(kind), p) for p in chosen)


@dataclass(frozen=True)
class _Report:
    """What a record needs to know of the whole report."""

    content: Content

    @cached_property
    def _marks(self) -> dict[int, tuple[int, ...]]:
        marks = sorted((ref.passage, ref.char_offset) for ref in self.content.refs)
        return {n: tuple(at for _, at in own) for n, own in groupby(marks, key=itemgetter(0))}

    @cached_property
    def _plain_words(self) -> frozenset[str]:
        # a report is in English, so a word that it also writes without a capital is an English word;
        # not so in parentheses, where native names stand, and in notes, where addresses do
        body = (_PARENTHESIS.sub(" ", p.text) for p in self.content.passages if p.kind != "footnote")
        return frozenset(w for text in body for w in _WORD.findall(text) if w.islower())

    @cached_property
    def _note_links(self) -> dict[int, str]:
        return {x.footnote: x.url for x in reversed(self.content.links) if x.footnote is not None}

    def marks(self, passage: Passage) -> tuple[int, ...]:
        return self._marks.get(passage.ordinal, ())

    def english(self, phrase: str) -> float:
        """Share of a phrase's longer words that the report also uses as plain words."""
        found = _WORD.findall(phrase)
        known = sum(w.lower() in self._plain_words for w in found)
        return known / len(found) if found else 0.0

    def homepage(self, passage: Passage, start: int, end: int) -> str | None:
        """The URL in the first note whose marker stands at the name, up to the end of its head."""
        own = (ref for ref in self.content.refs if ref.passage == passage.ordinal)
        near = (self._note_links.get(ref.footnote or 0) for ref in own if start < ref.char_offset <= end)
        return next(filter(None, near), None)


_DAY = rf"\d{{1,2}}(?:{any_word('dates.day_signs')})?\s+"
_DATE = rf"(?:(?:{_DAY})?(?:{MONTH})\s+|{_KNOWN.parts_of_years}[\s-]+)?"
_LEADING = re.compile(rf"^\W*+(?:{_BEFORE}\s++)?{_DATE}(?P<year>{YEAR})\b", re.I)
_INSIDE = re.compile(rf"\b{_BEFORE}\s++{_DATE}(?P<year>{YEAR})\b", re.I)
_BESIDE = re.compile(rf"(?:\(|,\s)(?P<year>{YEAR})\b")
_NUMBERED = re.compile(rf"\b\d+/(?P<year>{YEAR})\b|\b(?P<other>{YEAR})/\d+\b")
_ANY = re.compile(rf"\b(?P<year>{YEAR})\b")
_NOT_BEHIND = "".join(rf"(?<!\b{word})" for word in _KNOWN.abbreviations)
_SENTENCE_END = re.compile(rf"{_NOT_BEHIND}[.!?](?=\s+[\W]?[A-Z]|\s*$)")
_ARTICLE = re.compile(rf"^{_KNOWN.articles}\s+", re.I)
_CAPITAL = re.compile(r"(?<![^\W_])[^\W\d_a-z]")
_LOOK = 500
_LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class Act:
    """A policy or legal act: its year, and its name or else the sentence that tells of it."""

    year: int | None
    title: str


def act_in(text: str) -> Act:
    """The act that a bullet tells of. The year at its beginning wins; a law's number is asked last."""
    found = _SENTENCE_END.search(text, 0, _LOOK)
    sentence = text[: found.start()] if found else text[:_LOOK]
    return Act(_act_year(text, sentence), _act_title(sentence))


def _act_year(text: str, sentence: str) -> int | None:
    for pattern in (_LEADING, _INSIDE, _BESIDE, _NUMBERED, _ANY):
        if match := pattern.search(sentence):
            return int(match["year"] or match["other"])
    match = _INSIDE.search(text, 0, _LOOK)
    return int(match["year"]) if match else None


def _act_title(sentence: str) -> str:
    at = 0
    while capital := _CAPITAL.search(sentence, at):
        end = name_end(sentence, capital.start(), ())
        name = sentence[capital.start() : end]
        if {w.strip(",.’'").lower() for w in name.split()} & words().act_kinds and len(name.split()) > 1:
            return _ARTICLE.sub("", name.strip(" ,;:"))
        at = max(end, capital.end())
    return sentence.strip()[:_LONGEST_TITLE]


_NUMBERING = re.compile(r"^(?:(?:\d+|[IVX]+|[A-Z])(?:\.\d+)*[.)]?\s+)(?=\S)")
_HEADING_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*|\d+|&")
_LONGEST_HEADING = 90
_BODY = ("paragraph", "list_item", "table_cell", "caption")


def heading_kind(text: str, place: str | None = None) -> str | None:
    """Return `policy_makers`, `strategic_players`, `actors`, `policies` or `initiatives`; None for another heading.
    `place` is the country's name, whose words are ignored (`Open source policies in Ireland`)."""
    if len(text) > _LONGEST_HEADING:
        return None
    known = words()
    found = {w.lower() for w in _HEADING_WORD.findall(_NUMBERING.sub("", text.strip()))}
    found -= known.fillers | {w.lower() for w in _HEADING_WORD.findall(place or "")}
    of_kind = (kind for kind, h in known.headings.items() if found & h.needs and found <= h.needs | h.may)
    return next(of_kind, None)


def placed(passages: Iterable[Passage], place: str | None = None) -> Iterator[tuple[Passage, str | None]]:
    """Each passage of the body, in order, with the kind of its section; None for those without records. A heading of
    no known kind ends a section, unless it is deeper than the section's own heading."""
    kind: str | None = None
    above: Passage | None = None
    for passage in passages:
        named = passage.kind in ("heading", "title")
        could_name = named or (passage.kind == "paragraph" and not passage.text.rstrip().endswith("."))
        if could_name and (found := heading_kind(passage.text, place)):
            kind, above = found, passage
        elif named and above:
            # a section named by a paragraph (a line of the contents, say) ends with the first heading; without levels,
            # a heading under a list of records may be a record of its own
            deeper = passage.level is None or above.level is None or passage.level > above.level
            if above.kind == "paragraph" or not deeper:
                kind, above = None, None
        if passage.kind in _BODY or named:
            yield passage, kind
