"""A capture of an OGP page -> Parsed: which family it is of, its document, its rows, what to look at."""

from datetime import date
from typing import Literal

from osint_ingest.html.lines import PageLine
from osint_ingest.html.page import Page, parse_page, refusal
from osint_ingest.model import Capture, Document, ReadOptions
from osint_ingest.sources.base import Parsed, SourceConfig
from osint_ingest.sources.ogp import rows
from osint_ingest.sources.ogp.addresses import Address, country_code, document_id, is_local, live, slug_of
from osint_ingest.sources.ogp.assessments import contradictions, page_assessments
from osint_ingest.sources.ogp.dates import find_year
from osint_ingest.sources.ogp.identity import Identity, best_address, identify
from osint_ingest.sources.ogp.listing import leads_to_commitment
from osint_ingest.sources.ogp.milestone_lists import outside_milestones
from osint_ingest.sources.ogp.plan import endorsement_rows, plan_row
from osint_ingest.sources.ogp.sheet import Sheet, read_sheet
from osint_ingest.sources.ogp.tables import CommitmentValueRow, MemberRow
from osint_ingest.sources.ogp.wording import MESSAGES, labels_of

Family = Literal["ogp_commitment", "ogp_local_commitment", "ogp_action_plan", "ogp_member"]


def read_capture(config: SourceConfig, capture: Capture, data: bytes, options: ReadOptions) -> Parsed:
    """Reads a page. Raises UnreadableDocument: `empty`, `not_html`, `challenge_page`, `login_page`,
    `error_page`, `unknown_template`, `missing_required`."""
    page = parse_page(data, live(capture.final_url or capture.url), options)
    address, url = best_address(page.canonical, capture.url, capture.final_url)
    lines = page.content(leads_to_commitment)
    identity = identify(page, lines, address)
    lines, identity = _from_title(lines, identity)
    sheet = read_sheet(page, lines, identity, address, url, options)
    return _parsed(config, page, _family(page, sheet, identity, address), sheet, identity, address, url)


def _from_title(lines: list[PageLine], identity: Identity) -> tuple[list[PageLine], Identity]:
    """Without the lines above the title, the member's name right above it apart: they are the site's."""
    at = identity.title_at
    if not at:
        return lines, identity
    above = [line for line in lines[:at] if line.text == identity.member][-1:]
    return [*above, *lines[at:]], identity._replace(title_at=len(above))


def _family(page: Page, sheet: Sheet, identity: Identity, address: Address | None) -> Family:
    keys = set(sheet.fields)
    if identity.code:
        if not keys and not sheet.prose_from:
            raise refusal(page) or MESSAGES.unreadable("no_label", code=identity.code)
        if not identity.title or not keys:
            missing = "a title" if not identity.title else "a label of the overview"
            raise refusal(page) or MESSAGES.unreadable(
                "missing_required", code=identity.code, missing=missing
            )
        local = keys & labels_of("local") and not keys & labels_of("national")
        return "ogp_local_commitment" if local else "ogp_commitment"
    if keys & labels_of("plan") and identity.title:
        return "ogp_action_plan"
    if refused := refusal(page):
        raise refused
    if address and address.kind == "member" and (identity.title or identity.member):
        return "ogp_member"
    if address and address.kind == "plan" and "action_plan" in keys and identity.title:
        return "ogp_action_plan"
    raise MESSAGES.unreadable("unknown_template", title=page.head_title or "no title")


def _parsed(
    config: SourceConfig,
    page: Page,
    family: Family,
    sheet: Sheet,
    identity: Identity,
    address: Address | None,
    url: str | None,
) -> Parsed:
    language, content = sheet.language, sheet.content
    member_slug, member = identity.member_slug, identity.member
    own_id = _document_id(family, identity, address, language)
    local = is_local(member_slug, member) or family == "ogp_local_commitment"
    answers = rows.answer_rows(own_id, content, sheet)
    records: list[object] = []
    findings = [*sheet.findings]
    parent: str | None = None
    published: date | None = None
    if family in ("ogp_commitment", "ogp_local_commitment"):
        commitment = rows.commitment_row(own_id, sheet, identity, local=local, language=language, url=url)
        assessments = page_assessments(commitment, outside_milestones(sheet.prose, sheet.numbered))
        values = [*rows.value_rows(own_id, sheet, url or page.url), *rows.sdg_rows(own_id, content)]
        milestones = rows.milestone_table(own_id, sheet.milestones_once)
        records += [commitment, *assessments, *values, *milestones, *answers]
        findings += [*rows.unknown_values(values), *contradictions(commitment, assessments)]
        parent = _parent(values, member_slug, language)
    elif family == "ogp_action_plan":
        plan = plan_row(own_id, sheet, identity, answers, url)
        published = plan.submitted_date
        milestones = rows.milestone_table(
            own_id, [*sheet.milestones, *((n.milestone, n.passage) for n in sheet.numbered)]
        )
        records += [plan, *milestones, *answers, *endorsement_rows(own_id, content)]
        parent = document_id("member", member_slug, language) if member_slug else None
    else:
        records.append(
            MemberRow(
                document_id=own_id,
                member=member or identity.title or "",
                member_slug=member_slug,
                country_code=country_code(member_slug, member),
                jurisdiction_type="local" if local else "national",
                member_since=_year_of(sheet, "member_since"),
                url=url,
            )
        )
    records += rows.listing_rows(own_id, sheet)
    if not sheet.listing and ("commitments" in sheet.headings or family == "ogp_member"):
        findings.append(MESSAGES.finding("script_listing" if page.scripts else "empty_listing"))
    coverage, floor = content.coverage, config.coverage_floor
    if coverage is not None and coverage < floor:
        findings.append(MESSAGES.finding("low_coverage", coverage=coverage, floor=floor))
    document = Document(
        document_id=own_id,
        source=config.name,
        kind=family,
        content=content,
        title=identity.title,
        parent_document_id=parent,
        country_code=country_code(member_slug, member),
        jurisdiction=member,
        member_slug=member_slug,
        language=language,
        year=_year_of(sheet, "cycle", "commitment_start", "plan_submission") or find_year(identity.title),
        published=published,
        url=url,
        licence=config.licence,
    )
    return Parsed(document, tuple(records), tuple(findings))


def _document_id(family: Family, identity: Identity, address: Address | None, language: str) -> str:
    if family in ("ogp_commitment", "ogp_local_commitment"):
        return document_id("commitment", identity.code or "", language)
    if family == "ogp_member":
        return document_id("member", identity.member_slug or slug_of(identity.title or ""), language)
    slug = address.slug if address and address.slug else slug_of(identity.title or "")
    return document_id("plan", slug or "", language)


def _parent(values: list[CommitmentValueRow], member_slug: str | None, language: str) -> str | None:
    """The plan that a commitment is of, where the page links to it; else its member."""
    for row in values:
        if row.field == "action_plan":
            address, _ = best_address(row.url)
            if address and address.kind == "plan" and address.slug:
                return document_id("plan", address.slug, address.language)
    return document_id("member", member_slug, language) if member_slug else None


def _year_of(sheet: Sheet, *keys: str) -> int | None:
    """The year in the first of these fields that has one."""
    said = (own.text for key in keys if (own := sheet.fields.get(key)))
    return next(filter(None, map(find_year, said)), None)
