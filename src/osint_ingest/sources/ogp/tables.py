"""Tables of what Open Government Partnership pages say: commitments, milestones, listings, plans, answers."""

from dataclasses import fields
from datetime import date

from osint_ingest.tables import column, table

JURISDICTION_TYPES = ("national", "local")
OF_THE_PAGE = frozenset(
    [
        "document_id",
        "code",
        "title",
        "member",
        "member_slug",
        "jurisdiction_type",
        "language",
        "plan_end_year",
        "url",
    ]
)
"""Columns of a commitment that no label tells."""


@table(
    "ogp_commitments",
    "One row for each commitment page. Values as printed; `*_code` holds the English canonical value.",
    records=True,
)
class CommitmentRow:
    document_id: str = column("The page", references="documents", key=True)
    code: str = column("Code of the commitment, the only thing of it that never changes")
    title: str = column("Its title, without the code")
    member: str | None = column("The member, as printed")
    member_slug: str | None = column("The member, as in its address")
    jurisdiction_type: str = column("National or local member", vocabulary=JURISDICTION_TYPES)
    language: str = column("Language of the page's labels, ISO 639-1")
    cycle: str | None = column("Action plan cycle")
    plan_end_year: int | None = column("Last year of its action plan, as the plan's title says")
    status: str | None = column("Status of the commitment")
    status_code: str | None = column("Status, English canonical value")
    lead_institution: str | None = column("Lead institution, as printed")
    support_institutions: str | None = column("Support institutions, as printed")
    starred: str | None = column("Is it a starred commitment: Yes, No, Pending IRM Review")
    starred_code: str | None = column("Starred, English canonical value")
    early_results: str | None = column("Early results: did it open government")
    early_results_code: str | None = column("Early results, English canonical value")
    verifiable: str | None = column("Is its fulfilment verifiable")
    verifiable_code: str | None = column("Verifiable, English canonical value")
    relevant_to_ogp_values: str | None = column("Is it relevant: the later form's yes or no")
    relevant_to_ogp_values_code: str | None = column("Relevance, English canonical value")
    potential_impact: str | None = column("Potential impact (the older form)")
    potential_impact_code: str | None = column("Potential impact, English canonical value")
    ambition: str | None = column("Ambition (the later form)")
    ambition_code: str | None = column("Ambition, English canonical value")
    completion: str | None = column("How far it was implemented")
    completion_code: str | None = column("Completion, English canonical value")
    commitment_start: str | None = column("Start of an OGP Local commitment, as printed")
    commitment_start_date: date | None = column("Its date; the first of a month that has no day")
    commitment_end: str | None = column("End of an OGP Local commitment, as printed")
    commitment_end_date: date | None = column("Its date; the first of a month that has no day")
    inception_report: str | None = column("Title of the inception report")
    primary_policy_area: str | None = column("Primary policy area of an OGP Local commitment")
    primary_policy_area_code: str | None = column("Primary policy area, English canonical value")
    primary_sector: str | None = column("Primary sector of an OGP Local commitment")
    primary_sector_code: str | None = column("Primary sector, English canonical value")
    url: str | None = column("The page's address")


LABELLED = tuple(
    f.name
    for f in fields(CommitmentRow)
    if f.name not in OF_THE_PAGE and not f.name.endswith(("_code", "_date"))
)
"""Columns of a commitment that each hold what a label says; `<column>_code` and `<column>_date` tell the same."""
VALUE_FIELDS = (
    *LABELLED, "action_plan", "policy_area", "ogp_value", "irm_report", "institution_involved", "support_institution",
    "sdg",
)  # fmt: skip


@table(
    "ogp_commitment_values",
    "Every labelled value of a commitment page, in reading order; a list has a row for each value.",
    records=True,
)
class CommitmentValueRow:
    document_id: str = column("The page", references="documents", key=True)
    field: str = column("What it is a value of", vocabulary=VALUE_FIELDS, key=True)
    ordinal: int = column("Place among the values of its field, from 1", key=True)
    value: str = column("The value, as printed")
    value_code: str | None = column("English canonical value, where there is a vocabulary")
    label: str | None = column("The label before it, as printed", default=None)
    url: str | None = column("Where it links to", default=None)
    entity_id: str | None = column(
        "The entity that the value names, or begins with",
        references="entities",
        entity_of="value",
        default=None,
    )
    passage_id: str | None = column("The field that it stands in", references="passages")


@table(
    "ogp_milestones",
    "Milestones that a commitment's description lists with their state and dates.",
    records=True,
)
class MilestoneRow:
    document_id: str = column("The commitment", references="documents", key=True)
    ordinal: int = column("Place in the list, from 1", key=True)
    number: str | None = column("Its number, as printed: 2.1")
    text: str = column("What is to be done")
    state: str | None = column("Whether it is new", vocabulary=("new", "ongoing"), default=None)
    state_printed: str | None = column("Its state, as printed", default=None)
    starts: str | None = column("When it starts, as printed")
    ends: str | None = column("When it ends, as printed")
    starts_date: date | None = column("When it starts; the first day of a month or quarter", default=None)
    ends_date: date | None = column(
        "When it ends; the first of a month that has no day, of a quarter's last month", default=None
    )
    metrics: str | None = column("How its fulfilment is measured")
    completion: str | None = column("How far it was implemented, as printed")
    completion_code: str | None = column("Completion, English canonical value")
    passage_id: str | None = column("The passage that it stands in", references="passages")


@table(
    "ogp_listing", "The member's commitments, as a commitment's or a member's page lists them.", records=True
)
class ListingRow:
    document_id: str = column("The page with the list", references="documents", key=True)
    code: str = column("Code of the listed commitment", key=True)
    title: str | None = column("Its title")
    year: int | None = column("Year of its action plan cycle")
    policy_area: str | None = column("Its policy area, as printed")
    policy_area_code: str | None = column("Its policy area, English canonical value")
    starred: bool = column("Is it marked as a starred commitment")
    url: str | None = column("Its address")
    passage_id: str | None = column("The entry", references="passages")


@table("ogp_members", "One row for each member's page.", records=True)
class MemberRow:
    document_id: str = column("The page", references="documents", key=True)
    member: str = column("The member, as printed")
    member_slug: str | None = column("The member, as in its address")
    country_code: str | None = column("Its country, ISO 3166-1 alpha-3")
    jurisdiction_type: str = column("National or local member", vocabulary=JURISDICTION_TYPES)
    member_since: int | None = column("Year since which it is a member")
    url: str | None = column("The page's address")


@table("ogp_action_plans", "One row for each action plan's page.", records=True)
class ActionPlanRow:
    document_id: str = column("The page", references="documents", key=True)
    title: str = column("Title of the plan")
    member: str | None = column("The member whose plan it is, as printed")
    member_slug: str | None = column("The member, as in its address")
    submitted: str | None = column("When it was submitted, as printed in its overview")
    date_submitted: str | None = column("When it was submitted, as printed in its description")
    submitted_date: date | None = column("When it was submitted; the first of a month that has no day")
    starts: str | None = column("When it starts, as printed")
    starts_date: date | None = column("When it starts; the first of a month that has no day")
    ends: str | None = column("When it ends, as printed")
    ends_date: date | None = column("When it ends; the first of a month that has no day")
    duration: str | None = column("Its duration, as printed")
    lead_institution: str | None = column("Lead institution, as printed")
    entity_id: str | None = column(
        "The lead institution as an entity", references="entities", entity_of="lead_institution", default=None
    )
    passage_id: str | None = column(
        "The field with its lead institution", references="passages", default=None
    )
    monitoring_body: str | None = column("What it says of its independent monitoring body")
    groups_participated: int | None = column("Groups that took part in making it")
    public_meetings: int | None = column("Public meetings that were held in making it")
    url: str | None = column("The page's address")


@table(
    "ogp_answers",
    "Questions and headings of a commitment's or plan's form, each with what is answered below it.",
    records=True,
)
class AnswerRow:
    document_id: str = column("The page", references="documents", key=True)
    ordinal: int = column("Place on the page, from 1", key=True)
    section: str | None = column("Headings above the question, joined by ' > '")
    question: str = column("The question or heading")
    answer: str | None = column("What is answered, a line for each passage; null for nothing")
    language: str | None = column("Language of the answer, ISO 639-1")
    passage_id: str = column("The question", references="passages")


@table("ogp_endorsements", "Who endorses an action plan.", records=True)
class EndorsementRow:
    document_id: str = column("The plan", references="documents", key=True)
    ordinal: int = column("Place in the list, from 1", key=True)
    name: str = column("Name of the person", personal=True)
    role: str | None = column("Role of the person")
    organisation: str | None = column("Organisation of the person")
    entity_id: str | None = column(
        "The person as an entity", references="entities", entity_of="name", default=None
    )
    organisation_entity_id: str | None = column(
        "The organisation as an entity", references="entities", entity_of="organisation", default=None
    )
    passage_id: str = column("The entry", references="passages")


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


@table(
    "ogp_assessments",
    "What the Independent Reporting Mechanism (IRM) says in prose, beside a page's fields.",
    records=True,
)
class AssessmentRow:
    document_id: str = column("The page or report that says it", references="documents", key=True)
    ordinal: int = column("Place in the document, from 1", key=True)
    commitment_code: str | None = column("Code of the commitment that is assessed", default=None)
    commitment_number: str | None = column("Number of the commitment in its report, as printed", default=None)
    commitment_title: str | None = column("Title of the commitment, as printed there")
    about_document_id: str | None = column("The commitment's page", references="documents", default=None)
    field: str = column("What is assessed", vocabulary=ASSESSED)
    value: str = column("The value, as printed")
    value_code: str | None = column("English canonical value")
    assessed_by: str | None = column("Title of the IRM's report, or its heading on a page")
    passage_id: str = column("The passage that says it", references="passages")


@table(
    "ogp_recommendations",
    "What an IRM report recommends: one row for each paragraph or bullet under such a heading.",
    records=True,
)
class RecommendationRow:
    document_id: str = column("The report", references="documents", key=True)
    ordinal: int = column("Place in the report, from 1", key=True)
    commitment_number: str | None = column(
        "Number of the commitment in whose section it stands; null for the whole plan"
    )
    commitment_title: str | None = column("Title of that commitment, as printed")
    text: str = column("What is recommended, as printed")
    passage_id: str = column("The passage", references="passages")
