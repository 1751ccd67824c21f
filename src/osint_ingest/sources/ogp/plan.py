"""Action plans: what their overview and their form say, and who endorses them."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from osint_ingest.model import Content
from osint_ingest.sources.ogp.dates import read_date
from osint_ingest.sources.ogp.identity import Identity
from osint_ingest.sources.ogp.sheet import Sheet, key_of
from osint_ingest.sources.ogp.tables import ActionPlanRow, AnswerRow, EndorsementRow
from osint_ingest.tables.flatten import passage_id, row_of
from osint_ingest.text.language_files import any_word

_NUMBER = re.compile(r"\d{1,3}(?:[.,]\d{3})+|\d+")
_NAME = re.compile(
    rf"\A[A-ZÀ-ÖØ-Þ][\w.'’-]*+(?:\s++(?:{any_word('person_particles')}|[A-ZÀ-ÖØ-Þ][\w.'’-]*)){{1,5}}$"
)
_TITLE = re.compile(rf"\A(?:{any_word('forms_of_address')})\.?\s+", re.I)
_LONGEST = 240
_MAY_ENDORSE = ("list_item", "paragraph", "table_cell")
_COMMA_OR_DASH = re.compile(r"\([^()]*+\)|([,;|] | [–—-] )")
"""What stands in parentheses, or a sign outside them that parts an endorsement."""


class Endorsement(NamedTuple):
    """Who endorses, as printed."""

    name: str
    role: str | None
    organisation: str | None


def read_endorsement(text: str) -> Endorsement | None:
    """An endorsement from its line; None for a line that is none. The name stands before the first comma and the
    organisation after the last one but for its own commas in parentheses; what stands between is the role."""
    text = " ".join(text.split()).strip(" .;•-–")
    if len(text) > _LONGEST:
        return None
    lines = _COMMA_OR_DASH.sub(lambda found: "\n" if found[1] else found[0], text).split("\n")
    parts = [line.strip() for line in lines if line.strip()]
    if len(parts) < 2 or not _NAME.match(_TITLE.sub("", parts[0], count=1)):
        return None
    if len(parts) == 2:
        return Endorsement(parts[0], None, parts[1])
    return Endorsement(parts[0], ", ".join(parts[1:-1]), parts[-1])


def plan_row(
    document_id: str, sheet: Sheet, identity: Identity, answers: Sequence[AnswerRow], url: str | None
) -> ActionPlanRow:
    """The row of an action plan, from its overview and from the answers that feed a column."""
    said: dict[str, str] = {}
    for row in answers:
        if row.answer and (key := key_of(row.question)):
            said.setdefault(key, row.answer)
    text = {key: own.text for key, own in sheet.fields.items()}
    submitted, starts, ends = (text.get(f"plan_{key}") for key in ("submission", "start", "end"))
    led_by = sheet.fields.get("lead_institution")
    return row_of(
        ActionPlanRow,
        identity,
        document_id=document_id,
        title=identity.title or "",
        submitted=submitted or said.get("date_submitted"),
        submitted_date=read_date(said.get("date_submitted")) or read_date(submitted),
        starts=starts,
        starts_date=read_date(starts),
        ends=ends,
        ends_date=read_date(ends),
        lead_institution=text.get("lead_institution") or said.get("lead_institution"),
        passage_id=passage_id(document_id, led_by.passage) if led_by and led_by.text else None,
        url=url,
        **{key: said.get(key) for key in ("date_submitted", "duration", "monitoring_body")},
        **{key: _count(said.get(key)) for key in ("groups_participated", "public_meetings")},
    )


def endorsement_rows(document_id: str, content: Content) -> list[EndorsementRow]:
    """The entries below the heading of endorsements; the first line that is none ends them."""
    rows: list[EndorsementRow] = []
    below = False
    for passage in content.passages:
        if passage.kind == "heading":
            below = key_of(passage.text) == "endorsements"
        elif below:
            found = read_endorsement(passage.text) if passage.kind in _MAY_ENDORSE else None
            if found is None:
                below = not rows
                continue
            told = {"ordinal": len(rows) + 1, "passage_id": passage_id(document_id, passage.ordinal)}
            rows.append(row_of(EndorsementRow, found, document_id=document_id, **told))
    return rows


def _count(answer: str | None) -> int | None:
    """The number that an answer is or begins with; None when it has none or several."""
    numbers = _NUMBER.findall(answer or "")
    if len(numbers) != 1 and not (numbers and (answer or "").strip().startswith(numbers[0])):
        return None
    return int(re.sub(r"[.,]", "", numbers[0]))
