"""Tables of what Open Government Partnership pages say: commitments, milestones, listings, plans, answers."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import Annotated

from osint_ingest.tables import column, table

JURISDICTION_TYPES = ("national", "local")
OF_THE_PAGE = frozenset(
    ("document_id", "code", "title", "member", "member_slug", "jurisdiction_type", "language", "url")
)
"""Columns of a commitment that no label tells."""


@table("ogp_commitments", key=("document_id",), records=True)
class CommitmentRow:
    """One row for each commitment page. Values as printed; `*_code` holds the English canonical value."""

    document_id: Annotated[str, column("The page", references="documents")]
    code: Annotated[str, column("Code of the commitment, the only thing of it that never changes")]
    title: Annotated[str, column("Its title, without the code")]
    member: Annotated[str | None, column("The member, as printed")]
    member_slug: Annotated[str | None, column("The member, as in its address")]
    jurisdiction_type: Annotated[str, column("National or local member", vocabulary=JURISDICTION_TYPES)]
    language: Annotated[str, column("Language of the page's labels, ISO 639-1")]
    cycle: Annotated[str | None, column("Action plan cycle")]
    status: Annotated[str | None, column("Status of the commitment")]
    status_code: Annotated[str | None, column("Status, English canonical value")]
    lead_institution: Annotated[str | None, column("Lead institution, as printed")]
    support_institutions: Annotated[str | None, column("Support institutions, as printed")]
    starred: Annotated[str | None, column("Is it a starred commitment: Yes, No, Pending IRM Review")]
    starred_code: Annotated[str | None, column("Starred, English canonical value")]
    early_results: Annotated[str | None, column("Early results: did it open government")]
    early_results_code: Annotated[str | None, column("Early results, English canonical value")]
    verifiable: Annotated[str | None, column("Is its fulfilment verifiable")]
    verifiable_code: Annotated[str | None, column("Verifiable, English canonical value")]
    relevant_to_ogp_values: Annotated[str | None, column("Is it relevant: the later form's yes or no")]
    relevant_to_ogp_values_code: Annotated[str | None, column("Relevance, English canonical value")]
    potential_impact: Annotated[str | None, column("Potential impact (the older form)")]
    potential_impact_code: Annotated[str | None, column("Potential impact, English canonical value")]
    ambition: Annotated[str | None, column("Ambition (the later form)")]
    ambition_code: Annotated[str | None, column("Ambition, English canonical value")]
    completion: Annotated[str | None, column("How far it was implemented")]
    completion_code: Annotated[str | None, column("Completion, English canonical value")]
    commitment_start: Annotated[str | None, column("Start of an OGP Local commitment, as printed")]
    commitment_start_date: Annotated[date | None, column("Its date; the first of a month that has no day")]
    commitment_end: Annotated[str | None, column("End of an OGP Local commitment, as printed")]
    commitment_end_date: Annotated[date | None, column("Its date; the first of a month that has no day")]
    inception_report: Annotated[str | None, column("Title of the inception report")]
    primary_policy_area: Annotated[str | None, column("Primary policy area of an OGP Local commitment")]
    primary_policy_area_code: Annotated[str | None, column("Primary policy area, English canonical value")]
    primary_sector: Annotated[str | None, column("Primary sector of an OGP Local commitment")]
    primary_sector_code: Annotated[str | None, column("Primary sector, English canonical value")]
    url: Annotated[str | None, column("The page's address")]


LABELLED = tuple(
    f.name
    for f in fields(CommitmentRow)
    if f.name not in OF_THE_PAGE and not f.name.endswith(("_code", "_date"))
)
"""Columns of a commitment that each hold what a label says; `<column>_code` and `<column>_date` tell the same."""
VALUE_FIELDS = (
    *LABELLED,
    "action_plan",
    "policy_area",
    "ogp_value",
    "irm_report",
    "institution_involved",
    "support_institution",
    "sdg",
)


@table("ogp_commitment_values", key=("document_id", "field", "ordinal"), records=True)
class CommitmentValueRow:
    """Every labelled value of a commitment page, in reading order; a list has a row for each value."""

    document_id: Annotated[str, column("The page", references="documents")]
    field: Annotated[str, column("What it is a value of", vocabulary=VALUE_FIELDS)]
    ordinal: Annotated[int, column("Place among the values of its field, from 1")]
    value: Annotated[str, column("The value, as printed")]
    value_code: Annotated[str | None, column("English canonical value, where there is a vocabulary")]
    label: Annotated[str | None, column("The label before it, as printed")] = None
    url: Annotated[str | None, column("Where it links to")] = None
    entity_id: Annotated[
        str | None,
        column("The entity that the value names, or begins with", references="entities", entity_of="value"),
    ] = None
    passage_id: Annotated[str | None, column("The field that it stands in", references="passages")]


@table("ogp_milestones", key=("document_id", "ordinal"), records=True)
class MilestoneRow:
    """Milestones that a commitment's description lists with their state and dates."""

    document_id: Annotated[str, column("The commitment", references="documents")]
    ordinal: Annotated[int, column("Place in the list, from 1")]
    number: Annotated[str | None, column("Its number, as printed: 2.1")]
    text: Annotated[str, column("What is to be done")]
    state: Annotated[str | None, column("Whether it is new", vocabulary=("new", "ongoing"))] = None
    state_printed: Annotated[str | None, column("Its state, as printed")] = None
    starts: Annotated[str | None, column("When it starts, as printed")]
    ends: Annotated[str | None, column("When it ends, as printed")]
    starts_date: Annotated[date | None, column("When it starts; the first of a month that has no day")] = None
    ends_date: Annotated[date | None, column("When it ends; the first of a month that has no day")] = None
    metrics: Annotated[str | None, column("How its fulfilment is measured")]
    completion: Annotated[str | None, column("How far it was implemented, as printed")]
    completion_code: Annotated[str | None, column("Completion, English canonical value")]
    passage_id: Annotated[str | None, column("The passage that it stands in", references="passages")]


@table("ogp_listing", key=("document_id", "code"), records=True)
class ListingRow:
    """The member's commitments, as a commitment's or a member's page lists them."""

    document_id: Annotated[str, column("The page with the list", references="documents")]
    code: Annotated[str, column("Code of the listed commitment")]
    title: Annotated[str | None, column("Its title")]
    year: Annotated[int | None, column("Year of its action plan cycle")]
    policy_area: Annotated[str | None, column("Its policy area, as printed")]
    policy_area_code: Annotated[str | None, column("Its policy area, English canonical value")]
    starred: Annotated[bool, column("Is it marked as a starred commitment")]
    url: Annotated[str | None, column("Its address")]
    passage_id: Annotated[str | None, column("The entry", references="passages")]


@table("ogp_members", key=("document_id",), records=True)
class MemberRow:
    """One row for each member's page."""

    document_id: Annotated[str, column("The page", references="documents")]
    member: Annotated[str, column("The member, as printed")]
    member_slug: Annotated[str | None, column("The member, as in its address")]
    country_code: Annotated[str | None, column("Its country, ISO 3166-1 alpha-3")]
    jurisdiction_type: Annotated[str, column("National or local member", vocabulary=JURISDICTION_TYPES)]
    member_since: Annotated[int | None, column("Year since which it is a member")]
    url: Annotated[str | None, column("The page's address")]


@table("ogp_action_plans", key=("document_id",), records=True)
class ActionPlanRow:
    """One row for each action plan's page."""

    document_id: Annotated[str, column("The page", references="documents")]
    title: Annotated[str, column("Title of the plan")]
    member: Annotated[str | None, column("The member whose plan it is, as printed")]
    member_slug: Annotated[str | None, column("The member, as in its address")]
    submitted: Annotated[str | None, column("When it was submitted, as printed in its overview")]
    date_submitted: Annotated[str | None, column("When it was submitted, as printed in its description")]
    submitted_date: Annotated[
        date | None, column("When it was submitted; the first of a month that has no day")
    ]
    starts: Annotated[str | None, column("When it starts, as printed")]
    starts_date: Annotated[date | None, column("When it starts; the first of a month that has no day")]
    ends: Annotated[str | None, column("When it ends, as printed")]
    ends_date: Annotated[date | None, column("When it ends; the first of a month that has no day")]
    duration: Annotated[str | None, column("Its duration, as printed")]
    lead_institution: Annotated[str | None, column("Lead institution, as printed")]
    entity_id: Annotated[
        str | None,
        column("The lead institution as an entity", references="entities", entity_of="lead_institution"),
    ] = None
    passage_id: Annotated[
        str | None, column("The field with its lead institution", references="passages")
    ] = None
    monitoring_body: Annotated[str | None, column("What it says of its independent monitoring body")]
    groups_participated: Annotated[int | None, column("Groups that took part in making it")]
    public_meetings: Annotated[int | None, column("Public meetings that were held in making it")]
    url: Annotated[str | None, column("The page's address")]


@table("ogp_answers", key=("document_id", "ordinal"), records=True)
class AnswerRow:
    """Questions and headings of a commitment's or plan's form, each with what is answered below it."""

    document_id: Annotated[str, column("The page", references="documents")]
    ordinal: Annotated[int, column("Place on the page, from 1")]
    section: Annotated[str | None, column("Headings above the question, joined by ' > '")]
    question: Annotated[str, column("The question or heading")]
    answer: Annotated[str | None, column("What is answered, a line for each passage; null for nothing")]
    language: Annotated[str | None, column("Language of the answer, ISO 639-1")]
    passage_id: Annotated[str, column("The question", references="passages")]


@table("ogp_endorsements", key=("document_id", "ordinal"), records=True)
class EndorsementRow:
    """Who endorses an action plan."""

    document_id: Annotated[str, column("The plan", references="documents")]
    ordinal: Annotated[int, column("Place in the list, from 1")]
    name: Annotated[str, column("Name of the person", personal=True)]
    role: Annotated[str | None, column("Role of the person")]
    organisation: Annotated[str | None, column("Organisation of the person")]
    entity_id: Annotated[
        str | None, column("The person as an entity", references="entities", entity_of="name")
    ] = None
    organisation_entity_id: Annotated[
        str | None, column("The organisation as an entity", references="entities", entity_of="organisation")
    ] = None
    passage_id: Annotated[str, column("The entry", references="passages")]


ASSESSED = (
    "verifiable",
    "relevance",
    "specificity",
    "potential_impact",
    "ambition",
    "completion",
    "early_results",
)
"""What the IRM assesses. `early_results` holds the answer to `Did it open government?` too."""


@table("ogp_assessments", key=("document_id", "ordinal"), records=True)
class AssessmentRow:
    """What the Independent Reporting Mechanism (IRM) says in prose, beside a page's fields."""

    document_id: Annotated[str, column("The page or report that says it", references="documents")]
    ordinal: Annotated[int, column("Place in the document, from 1")]
    commitment_code: Annotated[str | None, column("Code of the commitment that is assessed")] = None
    commitment_number: Annotated[str | None, column("Number of the commitment in its report, as printed")] = (
        None
    )
    commitment_title: Annotated[str | None, column("Title of the commitment, as printed there")]
    about_document_id: Annotated[str | None, column("The commitment's page", references="documents")] = None
    field: Annotated[str, column("What is assessed", vocabulary=ASSESSED)]
    value: Annotated[str, column("The value, as printed")]
    value_code: Annotated[str | None, column("English canonical value")]
    assessed_by: Annotated[str | None, column("Title of the IRM's report, or its heading on a page")]
    passage_id: Annotated[str, column("The passage that says it", references="passages")]


@table("ogp_recommendations", key=("document_id", "ordinal"), records=True)
class RecommendationRow:
    """What an IRM report recommends: one row for each paragraph or bullet under such a heading."""

    document_id: Annotated[str, column("The report", references="documents")]
    ordinal: Annotated[int, column("Place in the report, from 1")]
    commitment_number: Annotated[
        str | None, column("Number of the commitment in whose section it stands; null for the whole plan")
    ]
    commitment_title: Annotated[str | None, column("Title of that commitment, as printed")]
    text: Annotated[str, column("What is recommended, as printed")]
    passage_id: Annotated[str, column("The passage", references="passages")]
