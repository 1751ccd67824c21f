"""Action plans: what their overview and their form say, and who endorses them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from osint_ingest.model import Content, Passage
from osint_ingest.sources.ogp.dates import read_date
from osint_ingest.sources.ogp.endorsements import read_endorsement
from osint_ingest.sources.ogp.identity import Identity
from osint_ingest.sources.ogp.questions import key_of
from osint_ingest.sources.ogp.sheet import Sheet
from osint_ingest.sources.ogp.tables import ActionPlanRow, AnswerRow, EndorsementRow
from osint_ingest.tables.flatten import passage_id, row_of

_NUMBER = re.compile(r"\d{1,3}(?:[.,]\d{3})+|\d+")


def plan_row(
    document_id: str, sheet: Sheet, identity: Identity, answers: Sequence[AnswerRow], url: str | None
) -> ActionPlanRow:
    """The row of an action plan, from its overview and from the answers that feed a column."""
    said: dict[str, str] = {}
    for row in answers:
        key = key_of(row.question)
        if key and row.answer:
            said.setdefault(key, row.answer)
    text = {key: own.text for key, own in sheet.fields.items()}
    submitted = text.get("plan_submission")
    ends = text.get("plan_end")
    starts = text.get("plan_start")
    return ActionPlanRow(
        document_id=document_id,
        title=identity.title or "",
        member=identity.member,
        member_slug=identity.member_slug,
        submitted=submitted or said.get("date_submitted"),
        date_submitted=said.get("date_submitted"),
        submitted_date=read_date(said.get("date_submitted")) or read_date(submitted),
        starts=starts,
        starts_date=read_date(starts),
        ends=ends,
        ends_date=read_date(ends),
        duration=said.get("duration"),
        lead_institution=text.get("lead_institution") or said.get("lead_institution"),
        monitoring_body=said.get("monitoring_body"),
        groups_participated=_count(said.get("groups_participated")),
        public_meetings=_count(said.get("public_meetings")),
        url=url,
    )


def endorsement_rows(document_id: str, content: Content) -> list[EndorsementRow]:
    """The entries below the heading of endorsements; the first line that is none ends them."""
    rows: list[EndorsementRow] = []
    below = False
    for passage in content.passages:
        if passage.kind == "heading":
            below = key_of(passage.text) == "endorsements"
            continue
        if not below:
            continue
        found = read_endorsement(passage.text) if _may_endorse(passage) else None
        if found is None:
            below = not rows
            continue
        rows.append(
            row_of(
                EndorsementRow,
                found,
                document_id=document_id,
                ordinal=len(rows) + 1,
                passage_id=passage_id(document_id, passage.ordinal),
            )
        )
    return rows


def _may_endorse(passage: Passage) -> bool:
    return passage.kind in ("list_item", "paragraph", "table_cell")


def _count(answer: str | None) -> int | None:
    """The number that an answer is or begins with; None when it has none or several."""
    numbers = _NUMBER.findall(answer or "")
    if len(numbers) != 1 and not (numbers and (answer or "").strip().startswith(numbers[0])):
        return None
    return int(re.sub(r"[.,]", "", numbers[0]))
