"""Sheets -> rows: commitments with their values, listings, milestones, questions and answers."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from typing import Any

from osint_ingest.model import Content, Finding, Passage
from osint_ingest.sources.ogp import tables
from osint_ingest.sources.ogp.addresses import HOST, read_address
from osint_ingest.sources.ogp.coded import Read, entries
from osint_ingest.sources.ogp.dates import read_date, read_period
from osint_ingest.sources.ogp.identity import Identity
from osint_ingest.sources.ogp.milestones import Milestone
from osint_ingest.sources.ogp.sheet import Field, Sheet
from osint_ingest.sources.ogp.vocabulary import vocabularies
from osint_ingest.sources.ogp.wording import MESSAGES, own_words
from osint_ingest.tables.flatten import passage_id, row_of
from osint_ingest.text.urls import normalise_url

_GOALS = own_words("words.goals")
_SDG = re.compile(
    # begins with a set of letters, and looks back from there: the quickest to look for
    rf"(?P<name>[{''.join(sorted({goal[0] for goal in _GOALS}))}](?<!\w.)"
    rf"(?:{'|'.join(f'(?<={goal[0]}){goal[1:]}' for goal in sorted(_GOALS, reverse=True))}))"
    r"\s*(?P<number>1[0-7]|[1-9])(?![\d.])(?P<title>\s*[:.–-]\s*[^;.•\n]{3,120})?"
)
_YEARS = re.compile(  # in a plan's title: each year by itself, or `2016-18`, whose last year counts
    r"(?<!\d)(?P<century>19|20)(?:\d\d\s?[-–/]\s?(?P<short>\d\d)(?!\d)|(?P<last>\d\d))(?!\d)"
)
_WHOLE = frozenset(("lead_institution", "support_institutions", "inception_report"))
"""Columns that have all that stands at the label, not the first value."""


def commitment_row(
    document_id: str, sheet: Sheet, identity: Identity, *, local: bool, language: str, url: str | None
) -> tables.CommitmentRow:
    """The row of a commitment; `identity` has its code and title."""
    columns: dict[str, Any] = {}
    for name in tables.LABELLED:
        told = sheet.fields.get("relevance" if name == "relevant_to_ogp_values" else name)
        read = told.reads[0] if told and told.reads else None
        if told and name == "relevant_to_ogp_values" and not _is_answer(told):
            read = None
        value = read.value if read else None
        columns[name] = told.text if told and name in _WHOLE else value
        columns[f"{name}_code"] = read.code if read else None
        columns[f"{name}_date"] = read_date(value)
    declared = {f.name for f in fields(tables.CommitmentRow)}
    return row_of(
        tables.CommitmentRow,
        identity,
        document_id=document_id,
        code=identity.code or "",
        title=identity.title or "",
        jurisdiction_type="local" if local else "national",
        language=language,
        plan_end_year=_plan_end_year(sheet),
        url=url,
        **{name: value for name, value in columns.items() if name in declared},
    )


def _plan_end_year(sheet: Sheet) -> int | None:
    plan = sheet.fields.get("action_plan")
    years = [match for read in plan.reads for match in _YEARS.finditer(read.value)] if plan else []
    return max((int(m["century"] + (m["short"] or m["last"])) for m in years), default=None)


def value_rows(document_id: str, sheet: Sheet, base: str | None) -> Iterator[tables.CommitmentValueRow]:
    """Every labelled value, a row each, in reading order."""
    for key, own in sheet.fields.items():
        for name, reads in _named(key, own):
            for ordinal, read in enumerate(reads, 1):
                yield tables.CommitmentValueRow(
                    document_id=document_id,
                    field=name,
                    ordinal=ordinal,
                    value=read.value,
                    value_code=read.code,
                    label=own.label,
                    url=normalise_url(read.href, base) if read.href else None,
                    passage_id=passage_id(document_id, own.passage),
                )


def sdg_rows(document_id: str, content: Content) -> Iterator[tables.CommitmentValueRow]:
    """Sustainable Development Goals that the prose names by their number: `SDG 16: Peace, justice ...`."""
    seen: set[str] = set()
    for passage in content.passages:
        said = passage.kind in ("paragraph", "list_item", "heading")
        for match in _SDG.finditer(passage.text) if said else ():
            if match["number"] not in seen:
                seen.add(match["number"])
                yield tables.CommitmentValueRow(
                    document_id=document_id,
                    field="sdg",
                    ordinal=len(seen),
                    value=" ".join(match.group().split()).rstrip(" ,;:"),
                    value_code=match["number"],
                    passage_id=passage_id(document_id, passage.ordinal),
                )


def listing_rows(document_id: str, sheet: Sheet) -> Iterator[tables.ListingRow]:
    for entry, ordinal in sheet.listing:
        url = normalise_url(entry.href, f"https://{HOST}/") if entry.href else None
        known = read_address(url)
        yield row_of(
            tables.ListingRow,
            entry,
            document_id=document_id,
            policy_area=entry.area,
            policy_area_code=vocabularies()["policy_area"].code(entry.area) if entry.area else None,
            url=known.url if known else url,
            passage_id=passage_id(document_id, ordinal),
        )


def milestone_table(
    document_id: str, milestones: Iterable[tuple[Milestone, int]]
) -> Iterator[tables.MilestoneRow]:
    """Milestones, each with its passage, in reading order, with typed dates beside the printed ones."""
    states = vocabularies()["milestone_state"]
    for ordinal, (m, passage) in enumerate(sorted(milestones, key=lambda x: x[1]), 1):
        state = states.code(m.state) if m.state else None
        starts_date, ends_date = read_period(m.starts, m.ends)
        yield row_of(
            tables.MilestoneRow,
            m,
            document_id=document_id,
            ordinal=ordinal,
            state=state if state in ("new", "ongoing") else None,
            state_printed=m.state,
            starts_date=starts_date,
            ends_date=ends_date,
            passage_id=passage_id(document_id, passage),
        )


def answer_rows(document_id: str, content: Content, sheet: Sheet) -> list[tables.AnswerRow]:
    """Return each question or heading of the prose with the text below it, up to the next one."""
    prose_from, listed = sheet.prose_from, {ordinal for _, ordinal in sheet.listing}
    rows: list[tables.AnswerRow] = []
    question: Passage | None = None
    said: list[Passage] = []

    def close() -> None:
        if question is None or not (said or question.text.rstrip().endswith("?")):
            return
        row = tables.AnswerRow(
            document_id=document_id,
            ordinal=len(rows) + 1,
            section=question.section,
            question=question.text,
            answer="\n".join(p.text for p in said) or None,
            language=max(said, key=lambda p: len(p.text)).language if said else None,
            passage_id=passage_id(document_id, question.ordinal),
        )
        rows.append(row)

    for passage in content.passages if prose_from else ():
        if passage.ordinal < (prose_from or 0) or passage.ordinal in listed:
            continue
        if passage.kind == "heading":
            close()
            question, said = passage, []
        elif passage.kind not in ("footnote", "field"):
            said.append(passage)
    close()
    return rows


def _named(key: str, own: Field) -> Sequence[tuple[str, list[Read]]]:
    """Under which names the values of a label are kept."""
    if key == "relevance":
        return (("relevant_to_ogp_values" if _is_answer(own) else "ogp_value", own.reads),)
    parts = entries(own.pieces) if key == "support_institutions" else []
    return ((key, own.reads), ("support_institution", parts if len(parts) > 1 else []))


def _is_answer(own: Field) -> bool:
    """Is the relevance to OGP values answered with yes or no, as in the later form?"""
    known = vocabularies()["relevant_to_ogp_values"]
    return len(own.reads) == 1 and known.code(own.reads[0].value) is not None


_AREAS = frozenset(("policy_area", "primary_policy_area", "primary_sector"))


def unknown_values(rows: Iterable[tables.CommitmentValueRow]) -> list[Finding]:
    """A finding for each value of a field with a vocabulary that the vocabulary does not know."""
    known = {*vocabularies(), *_AREAS}
    found = []
    for row in rows:
        if row.field in known and row.value_code is None:
            section = "policy_areas" if row.field in _AREAS else f"values.{row.field}"
            told = {"value": row.value[:120], "field": row.field, "label": row.label, "section": section}
            found.append(MESSAGES.finding("unknown_value", **told))
    return found
