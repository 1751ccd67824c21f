"""The partnership's PDFs: reports of the Independent Reporting Mechanism (IRM), section by section, and action plans.

A report treats each commitment in a section of its own, `Commitment 3: Open contracting` or `3. Open contracting`:
what is assessed there is of that commitment. `tie.toml` finds the commitments' pages, once a release is put together.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import zip_longest

from osint_ingest.model import Capture, Content, Document, Passage, ReadOptions
from osint_ingest.pdf import read_pdf
from osint_ingest.sources.base import Parsed, SourceConfig
from osint_ingest.sources.cover import name_of_file
from osint_ingest.sources.ogp.addresses import is_pdf_address
from osint_ingest.sources.ogp.assessments import Assessed, assessed_in
from osint_ingest.sources.ogp.matrices import Ticked, ticked_in, without_unticked
from osint_ingest.sources.ogp.merged import merged_in
from osint_ingest.sources.ogp.milestone_lists import (
    Numbered,
    is_milestone,
    numbered_milestones,
    outside_milestones,
    told_once,
)
from osint_ingest.sources.ogp.milestone_tables import cells_of_passages, milestone_rows
from osint_ingest.sources.ogp.milestones import Milestone
from osint_ingest.sources.ogp.rows import milestone_table
from osint_ingest.sources.ogp.tables import AssessmentRow, RecommendationRow
from osint_ingest.sources.ogp.wording import MESSAGES, any_word, codes
from osint_ingest.tables.flatten import passage_id, row_of
from osint_ingest.text.countries import countries_named, country_code_anywhere, country_code_in

FRONT_PAGES = 2
_LONGEST_TITLE = 200
_LONGEST_HEADING = 250
_MOST_PLACE_WORDS = 4
_TITLES = ("title", "heading")
_PLANS, _KINDS = ("plan", "plan_after_member"), ("plan_kinds", "kinds_after_member")
_YEARS = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:\s*[-–—/]\s*(?:19|20)?\d\d)?(?!\d)")
_NUMBERED = re.compile(r"(?P<number>\d{1,3})[.):]\s*(?P<title>[^\W\d].*)", re.S)

_IN_CHARGE = re.compile(r"(?<!\s)\s*+\[[^\[\]]{1,200}\]\Z")
"""Who is responsible stands behind a commitment's title: `Open contracting [Ministry of Finance]`."""


_COMMITMENT = re.compile(
    rf"{any_word('titles.commitment_numbered')}\s{{0,9}}(?:(?:#|№|[Nn][.ºo°]{{1,2}})\s{{0,9}})?"
    r"(?P<number>\d{1,3}|[IVXL]{1,7})(?:\s{0,9}[.:)–—-]{1,9}|(?=$))(?P<title>.*)",
    re.I | re.S,
)
_COMMITMENT_TEXT = re.compile(rf"\s{any_word('titles.commitment_text')}(?!\w)", re.I)
_RECOMMENDATIONS = re.compile(
    r"(?:[\dIVX]{1,4}(?:\.\d{1,2}){0,2}[.):]{0,2}\s{1,9})?" + rf"{any_word('titles.recommendations')}(?!\w)",
    re.I,
)


@cache
def _said(*labels: str) -> re.Pattern[str]:
    """The words under any of these labels of titles, whole."""
    return re.compile(rf"\b{any_word(*(f'titles.{label}' for label in labels))}\b", re.I)


@dataclass(frozen=True)
class Section:
    """The passages of a report or plan that treat one commitment, its number and title as printed; of a plan, its first
    year."""

    number: str
    title: str | None
    passages: Sequence[Passage]
    since: int | None = None

    @cached_property
    def ticked(self) -> tuple[Ticked, ...]:
        """What ticks in its tables tell."""
        return tuple(ticked_in(self.passages))

    @cached_property
    def numbered(self) -> Sequence[Numbered]:
        """The milestones that it tells by their numbers."""
        return numbered_milestones(self.passages, self.since)


def kind_of_pdf(content: Content, *, of_site: bool = False) -> str | None:
    """`ogp_irm_report` or `ogp_action_plan_pdf` by the first pages; None for any other PDF. The kind must stand in a
    title or heading, or on the cover in a line that is no sentence, unless the PDF is one of the partnership's site."""
    front = list(_front(content))
    said = [p.text for p in front]
    titles = [p.text for p in front if of_site or p.kind in _TITLES or (p.page == 1 and p.text[-1:] != ".")]
    if any(map(_said("irm").search, said)) and any(map(_said("irm_reports").search, titles)):
        return "ogp_irm_report"
    if any(map(_said(*_PLANS).search, titles)) and any(map(_said("open_government").search, titles)):
        return "ogp_action_plan_pdf"
    return None


def read_report(config: SourceConfig, capture: Capture, data: bytes, options: ReadOptions) -> Parsed:
    """Reads a PDF: an IRM report with assessments and milestones, an action plan with milestones, or a plain PDF.
    Raises UnreadableDocument as `pdf.read_pdf` does."""
    content = read_pdf(data, options)
    document_id = f"pdf:{capture.content_sha256[:12]}"
    kind = kind_of_pdf(content, of_site=is_pdf_address(capture.url))
    of_kind = _said("irm_reports", *_PLANS)
    named = [p for p in _front(content) if kind and of_kind.search(p.text)]
    named.sort(key=lambda p: (p.kind not in _TITLES, _YEARS.search(p.text) is None))
    titles = [p.text for p in named]
    title = titles[0] if titles else content.title
    places = [p for text in (*titles, title or "") for p in countries_named(text, content.language)]
    printed = places[0].printed if places else _place_in(title or "") if kind else None
    cover = [p.text for p in _front(content) if p.page == 1]
    code = places[0].code if places else _country_code(capture.url, title, cover) if kind else None
    year = next((int(m[1]) for text in (*titles, title or "", *cover) if (m := _YEARS.search(text))), None)
    records: list[object] = []
    if kind:
        since = year if kind == "ogp_action_plan_pdf" else None
        sections = commitment_sections(content, since)
        records += milestone_table(document_id, (m for section in sections for m in _milestones(section)))
        if kind == "ogp_irm_report":
            records += assessments_of(document_id, sections, title)
            records += recommendations_of(document_id, content, sections)
    document = Document(
        document_id=document_id,
        source=config.name,
        kind=kind or "other_pdf",
        content=content,
        title=title,
        country_code=code,
        jurisdiction=printed,
        language=content.language,
        year=year,
        url=capture.final_url or capture.url,
        licence=config.licence if is_pdf_address(capture.url) else capture.licence,
    )
    # its language has no words for what is assessed
    unknown = kind and content.language and content.language not in codes()
    said = (MESSAGES.finding("unknown_language", language=content.language),) if unknown else ()
    return Parsed(document, tuple(records), said)


def commitment_sections(content: Content, since: int | None = None) -> list[Section]:
    """The sections of a report's or plan's commitments, in reading order; `since` is the plan's first year. A section
    ends with the next one, and with a heading above its own level; one that stands in several sections is a part of
    each, however large it is printed."""
    body = [p for p in content.passages if p.kind != "footer"]
    starts = _commitments_named(body) or [
        (at, m) for at, p in enumerate(body) if p.kind == "heading" and (m := _heading(p, _NUMBERED))
    ]
    printed = Counter(p.text for p in body if p.kind == "heading")
    sections = []
    for (at, match), following in zip(starts, [*(at for at, _ in starts[1:]), len(body)], strict=False):
        below = None if match["title"] else next(iter(body[at + 1 : following]), None)
        level = body[at].level or (below and below.level) or 1
        ends = (
            i
            for i in range(at + 2, following)
            if body[i].kind == "heading"
            and (body[i].level or level + 1) < level
            and printed[body[i].text] == 1
        )
        within = body[at + 1 : next(ends, following)]
        title = " ".join(match["title"].split()) or None
        if below and len(below.text) <= _LONGEST_HEADING:
            title = below.text
        if title and (said := _COMMITMENT_TEXT.search(title)):
            title = title[: said.start()].rstrip()
        title = title and (_IN_CHARGE.sub("", title) or title)
        sections.append(Section(match["number"], title, within, since))
    return sections


def _commitments_named(body: Sequence[Passage]) -> list[tuple[int, re.Match[str]]]:
    """Where `Commitment 3: Open contracting` stands, or `Commitment 3` above the title in a heading. Without its title
    it is the head of a page too, which begins nothing."""
    found: list[tuple[int, re.Match[str]]] = []
    for (at, passage), below in zip_longest(enumerate(body), body[1:]):
        titled = below is not None and below.kind == "heading"
        match = _heading(passage, _COMMITMENT, alone=titled)
        if match and (match["title"] or not found or found[-1][1]["number"] != match["number"]):
            found.append((at, match))
    return found


def assessments_of(
    document_id: str, sections: Sequence[Section], title: str | None
) -> Iterator[AssessmentRow]:
    """What a report says of its commitments, section by section."""
    said = ((section, found) for section in sections for found in _assessed(section))
    for ordinal, (section, found) in enumerate(said, 1):
        yield row_of(
            AssessmentRow,
            found,
            document_id=document_id,
            ordinal=ordinal,
            commitment_number=section.number,
            commitment_title=section.title,
            assessed_by=title,
            passage_id=passage_id(document_id, found.passage),
        )


def _assessed(section: Section) -> list[Assessed]:
    """What a section says in words, and what its tables tell of fields that it does not say in words."""
    said = list(assessed_in(without_unticked(outside_milestones(section.passages, section.numbered))))
    known = {found.field for found in said}
    ticked = (t.said for t in section.ticked if not is_milestone(t.row))
    shown = (*ticked, *merged_in(section.passages))
    return sorted((*said, *(found for found in shown if found.field not in known)), key=lambda a: a.passage)


def recommendations_of(
    document_id: str, content: Content, sections: Sequence[Section]
) -> Iterator[RecommendationRow]:
    """The paragraphs and bullets under headings of recommendations, down to the next heading that is not below."""
    section_of = {p.ordinal: section for section in sections for p in section.passages}
    level: int | None = None
    ordinal = 0
    for passage in content.passages:
        if passage.kind in _TITLES:
            named = _RECOMMENDATIONS.match(passage.text) is not None
            if named or (level is not None and (passage.level or 1) <= level):
                level = (passage.level or 1) if named else None
        elif level is not None and passage.kind in ("paragraph", "list_item"):
            ordinal += 1
            section = section_of.get(passage.ordinal)
            yield RecommendationRow(
                document_id=document_id,
                ordinal=ordinal,
                commitment_number=section.number if section else None,
                commitment_title=section.title if section else None,
                text=passage.text,
                passage_id=passage_id(document_id, passage.ordinal),
            )


def _milestones(section: Section) -> Iterator[tuple[Milestone, int]]:
    ticked = [t for t in section.ticked if t.said.field == "completion"]
    said = {t.row.split()[0].rstrip(".:"): t.said.value for t in ticked if is_milestone(t.row)}
    rows = milestone_rows(cells_of_passages(section.passages), section.since)
    for milestone, passage in told_once(section.numbered, rows):
        completion = milestone.completion or said.get(milestone.number or "")
        yield milestone._replace(completion=completion), passage


def _front(content: Content) -> Iterator[Passage]:
    return (
        p
        for p in content.passages
        if (p.page or 1) <= FRONT_PAGES and len(p.text) <= _LONGEST_TITLE and p.kind != "footnote"
    )


def _country_code(url: str, title: str | None, cover: Sequence[str]) -> str | None:
    """The country that a title or a file's name has in any language, or that has a line of the cover to itself, but for
    years."""
    named = map(country_code_in, (title or "", name_of_file(url)))
    lines = (country_code_anywhere(_YEARS.sub("", line)) for line in cover)
    return next(filter(None, (*named, *lines)), None)


def _place_in(title: str) -> str | None:
    """What a title has beside the kind of document and its years: `Corvalia Results Report 2021–2023` -> `Corvalia`."""
    for pattern in (_said("irm"), _said("irm_reports"), _said(*_PLANS), _said(*_KINDS), _YEARS):
        title = pattern.sub(" ", title)
    words = title.strip(" –—-:,.()").split()
    names = [n for n, word in enumerate(words) if word[0].isupper()]
    place = words[names[0] : names[-1] + 1] if names else []
    return " ".join(place).strip(" –—-:,.()") or None if len(place) <= _MOST_PLACE_WORDS else None


def _heading(passage: Passage, pattern: re.Pattern[str], *, alone: bool = False) -> re.Match[str] | None:
    """A heading of a commitment; `alone` allows one without its title in any place."""
    kinds = (*_TITLES, "paragraph", *(("header",) if alone else ()))
    if passage.kind not in kinds or len(passage.text) > _LONGEST_HEADING:
        return None
    found = pattern.fullmatch(passage.text.strip())
    return found if found and (found["title"] or alone or passage.kind == "heading") else None
