"""Publishes what was read as a release: merge, resolve, check, compare, write, switch `latest`."""

from __future__ import annotations

import hashlib
import platform
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from osint_ingest.entities.resolve.judgements import read_judgements as parse_judgements
from osint_ingest.model import Capture, Finding
from osint_ingest.read import staging
from osint_ingest.read.breach import Breach, held, inconsistent
from osint_ingest.read.documents import Outcome
from osint_ingest.read.fingerprint import checks_fingerprint
from osint_ingest.read.limits import return_memory, use_system_allocator
from osint_ingest.read.plan import Plan
from osint_ingest.read.staging import StagedBatch
from osint_ingest.release.build import ReleaseBuilder, sources_of
from osint_ingest.release.check import assertion_findings, contract_breaches, drift_findings, null_breaches
from osint_ingest.release.describe import citation, datapackage, readme
from osint_ingest.release.draft import Draft
from osint_ingest.release.folder import Release, Releases
from osint_ingest.release.merge_previous import NONE_LEFT_OUT, LeftOut
from osint_ingest.release.sql import open_tables
from osint_ingest.settings import VERSION, Settings
from osint_ingest.sources import all_sources
from osint_ingest.store.archived import read_judgements, read_lookups
from osint_ingest.tables import declared_tables, table_of
from osint_ingest.tables.flatten import issue_row
from osint_ingest.tables.run import ArchivedCopyRow, IssueRow
from osint_ingest.text.masking import mask_row, mask_text

_MAY_BE_PERSONAL = r"@|%40|%2540|\(at\)|wa\.me/|[?&](phone|tel|mobile|fax)=|^tel:"

BUILDS = 5  # times that a release is put together, each without what broke the contract before

WriteReport = Callable[[Release, Release | None, Settings], Iterable[Finding]]
"""Adds the report to a release that was written; the previous release has one that parts can be taken from."""


@dataclass(frozen=True, slots=True)
class Recap:
    """The result of a run. `release` is None if nothing changed or the release was held back."""

    release: Release | None
    held: Release | None = None
    unchanged: bool = False
    documents: int = 0  # of the release: those `processed` (read now) and those `carried` over
    processed: int = 0
    carried: int = 0
    failed: int = 0  # what could not be read: it is in `issues`, not among the documents
    partial: int = 0  # documents of the release of which something could not be read
    findings: tuple[Finding, ...] = ()
    issues: Mapping[str, int] = field(default_factory=dict)  # issues by severity
    failures: tuple[tuple[str, str, str], ...] = ()
    """(address or file, code, message) of each document that failed."""
    rows: Mapping[str, int] = field(default_factory=dict)
    changes: Mapping[str, int] = field(default_factory=dict)
    """Changes by `<source>: <table> <change>`; entities are of no source."""

    @property
    def exit_code(self) -> int:
        """0 all went well; 1 nothing could be read; 3 published, some documents failed or are partial; 4 held back."""
        if self.held:
            return 4
        if not self.failed and not self.partial:
            return 0
        return 3 if self.documents else 1


def publish(
    plan: Plan,
    staged: Sequence[StagedBatch],
    captures: Sequence[Capture],
    settings: Settings,
    *,
    addresses: pa.Table | None = None,
    link_checks: pa.Table | None = None,
    findings: Sequence[tuple[Finding, str | None]] = (),
    write_report: WriteReport | None = None,
) -> Recap:
    """Builds a release from what was read and what is carried over, and points `latest` at it. `write_report` adds
    `report.html` before `latest` is switched. `findings` are those of the earlier steps with the address that each is
    about. Nothing is written when no table says anything new. No table of documents is held whole."""
    batches = [*plan.finished, *staged]
    releases = Releases(settings.curated)
    previous = releases.latest()
    findings = (*plan.findings, *findings)
    if not settings.keep_personal_data:
        findings = [(mask_row(finding), url and mask_text(url)) for finding, url in findings]
        addresses, link_checks = _masked(addresses), _masked(link_checks)
    loose = [issue_row(finding, url=url) for finding, url in findings]
    judgements = read_judgements(settings)
    archived = table_of(ArchivedCopyRow).arrow(
        ArchivedCopyRow(url=known.url, looked_up_at=known.looked_up_at, **asdict(copy))
        for known in read_lookups(settings.raw).values()
        for copy in known.copies
    )
    copies = repr(archived.to_pylist()) if len(archived) else ""
    given = {"judgements": _sha256(judgements), "archived": _sha256(copies)}
    for fault in parse_judgements(judgements)[1]:
        message, hint = f"judgements.csv, {fault}", "Correct the line, or remove it."
        loose.append(issue_row(Finding("warning", "release", "judgement_unread", message, hint)))
    same = previous is not None and link_checks is None and not batches
    if same and previous is not None and _nothing_new(plan, previous, loose, given):
        staging.clear(settings)
        return _unchanged(plan, previous)
    all_sources()  # declares their tables, also when this run has nothing to read
    use_system_allocator()
    left_out = NONE_LEFT_OUT
    for again in range(BUILDS):
        with releases.building() as draft:
            opened = staging.opened(batches, settings, draft.scratch)
            builder = ReleaseBuilder(draft, plan, opened, captures, previous, left_out, judgements)
            builder.write(loose, addresses, link_checks, archived)
            return_memory()
            digest = draft.digest()
            recap = _recap(builder, draft)
            if previous is not None and previous.run().get("digest") == digest:
                staging.clear(settings)
                return Recap(None, unchanged=True, **recap)
            broken, checked = _checks(draft, builder, previous, settings)
            if broken and again + 1 < BUILDS:
                left_out = _also_left_out(left_out, broken, builder.carried)
                continue
            checked += [held(b.code, f"{b.document_id}: {b.message}", b.hint) for b in broken]
            if checked:
                builder.add_issues([issue_row(f) for f in checked])
            errors = [f.message for f in checked if f.severity == "error"]
            rows = rows_of(draft)
            run = _run(plan, builder, previous, settings) | {
                **given,
                "digest": digest,
                "rows": rows,
                **{count: recap[count] for count in ("documents", "processed", "carried", "failed")},
                "held_back_by": errors,
            }
            name = releases.new_name(digest)
            texts = texts_of(name, draft, rows)
            written = releases.write(draft, run, texts, name=name, held=bool(errors))
            break
    recap |= {"findings": tuple(checked)}
    if errors:
        return Recap(None, held=written, **recap)
    recap |= {"findings": (*checked, *(write_report(written, previous, settings) if write_report else ()))}
    releases.switch(written)
    staging.clear(settings)
    releases.retire(settings.keep_releases)
    return Recap(written, **recap)


def _run(plan: Plan, builder: ReleaseBuilder, previous: Release | None, settings: Settings) -> dict[str, Any]:
    return {
        "version": VERSION,
        "python": platform.python_version(),
        "made_at": datetime.now(UTC).isoformat(),
        "fingerprint": plan.fingerprint,
        "checks": checks_fingerprint(),
        "previous": previous.name if previous else None,
        "accepted_shrink": settings.accept_shrink,
        "outcomes": _sorted_outcomes(builder.merged.outcomes),
    }


def _also_left_out(before: LeftOut, broken: Iterable[Breach], carried: Collection[str]) -> LeftOut:
    """Return what to leave out, with these documents added: their new rows, or the rows carried over."""
    found: dict[str, list[Breach]] = {}
    for breach in broken:
        if breach.document_id is not None:
            found.setdefault(breach.document_id, []).append(breach)
    read = {d: inconsistent(d, b) for d, b in found.items() if d not in carried}
    old = {d: inconsistent(d, b, carried=True) for d, b in found.items() if d in carried}
    return LeftOut({**before.read, **read}, {**before.carried, **old})


def _masked(rows: pa.Table | None) -> pa.Table | None:
    """Rows that tell of a run, with the addresses in them masked."""
    if rows is None:
        return None
    for number, column in enumerate(rows.schema):
        values = rows.column(number)
        personal = pa.types.is_string(column.type) and pc.match_substring_regex(values, _MAY_BE_PERSONAL)
        if personal and pc.any(personal).as_py():
            hidden = [value and mask_text(value) for value in values.to_pylist()]
            rows = rows.set_column(number, column, pa.array(hidden, column.type))
    return rows


def texts_of(name: str, draft: Draft, rows: Mapping[str, int]) -> dict[str, str]:
    """Return the text files of a release by name, without its tables and `run.json`."""
    attributions = [source.config for source in sources_of(draft)]
    return {
        "CITATION.cff": citation(name, attributions),
        "datapackage.json": datapackage(rows, attributions),
        "README.md": readme(name, rows, attributions),
    }


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _nothing_new(plan: Plan, previous: Release, loose: Sequence[IssueRow], given: Mapping[str, str]) -> bool:
    """Is the last release already what this run would make? Told without touching a table of documents."""
    run = previous.run()
    if any(run.get(name, _sha256("")) != sha256 for name, sha256 in given.items()):
        return False
    if (plan.fingerprint, _sorted_outcomes(plan.remembered)) != (run["fingerprint"], run["outcomes"]):
        return False
    issues = previous.table("issues", ["issue_id", "stage"])
    before = issues.filter(pc.is_in(issues["stage"], value_set=pa.array(["discover", "fetch"])))
    return {row.issue_id for row in loose if row.stage != "release"} == set(before["issue_id"].to_pylist())


def _unchanged(plan: Plan, previous: Release) -> Recap:
    rows = previous.row_counts()
    documents = rows["documents"]
    with duckdb.connect() as db:
        errors = db.register("issues", previous.table("issues")).execute(_ERRORS).fetchall()
    return Recap(
        None,
        unchanged=True,
        carried=documents,
        failed=sum(o.failed for o in plan.remembered),
        failures=tuple(error[:3] for error in errors),
        partial=previous.table("documents", ["status"])["status"].to_pylist().count("partial"),
        documents=documents,
        rows=rows,
    )


def _sorted_outcomes(outcomes: Iterable[Outcome]) -> list[list[str | bool | None]]:
    return sorted(([getattr(o, f.name) for f in fields(o)] for o in outcomes), key=str)


def rows_of(draft: Draft) -> dict[str, int]:
    return {name: draft.rows[name] for name in declared_tables()}


def _checks(
    draft: Draft, builder: ReleaseBuilder, previous: Release | None, settings: Settings
) -> tuple[list[Breach], list[Finding]]:
    """Return the breaches of single documents, and the findings about the whole release."""
    findings: list[Finding] = []
    fresh: set[str] | None = None
    if previous and builder.before and (altered := previous.altered(builder.before)):
        message = f"{', '.join(altered)} of release {previous.name}: changed after the release was written"
        findings.append(
            Finding("warning", "release", "altered", message, "To read everything again: --force")
        )
    elif previous and previous.run().get("checks") == checks_fingerprint():
        ids = draft.tables.table("documents", ["document_id"])["document_id"].to_pylist()
        fresh = {*ids} - {*builder.carried}
    breaches = [*null_breaches(draft.left_out)]
    breaches += contract_breaches(draft.tables, draft.scratch, builder.carried, fresh)
    findings += [held(b.code, b.message, b.hint) for b in breaches if b.document_id is None]
    asserted = [(source.config.name, a) for source in sources_of(draft) for a in source.config.assertions]
    with open_tables(draft.tables, draft.scratch, {a.table for _, a in asserted}) as db:
        findings += assertion_findings(db, asserted)
    bounds = settings.max_shrink, settings.accept_shrink
    findings += drift_findings(draft.tables, builder.before, *bounds, draft.scratch)
    return [b for b in breaches if b.document_id is not None], findings


_CHANGES = """
    select case when table_name = 'entities' then '' else coalesce(source, split_part(row_key, ':', 1)) || ': ' end
        || table_name || ' ' || change as what, count(distinct row_key)
    from changes left join documents using (document_id)
    group by what order by min(table_name), what
"""
"""How many rows changed, by source, table and kind. A row's key begins with the id of its document; of one that is
gone, the letters before the first colon stand for the source."""


_ERRORS = """
    select coalesce(url, document_id, ''), code, message, stage from issues where severity = 'error'
    order by stage, code, coalesce(document_id, ''), coalesce(url, ''), issue_id
"""


def _recap(builder: ReleaseBuilder, draft: Draft) -> dict[str, Any]:
    severities = Counter(draft.tables.table("issues", ["severity"])["severity"].to_pylist())
    with open_tables(draft.tables, draft.scratch, ("documents", "issues", "changes")) as db:
        changes = db.execute(_CHANGES).fetchall() if draft.rows["changes"] else ()
        errors = db.execute(_ERRORS).fetchall() if severities["error"] else []
    rows = rows_of(draft)
    return {
        "processed": rows["documents"] - len(builder.carried),
        "carried": len(builder.carried),
        "failed": builder.merged.failed + sum(stage == "discover" for *_, stage in errors),
        "partial": draft.tables.table("documents", ["status"])["status"].to_pylist().count("partial"),
        "documents": rows["documents"],
        "issues": dict(severities),
        "failures": tuple(error[:3] for error in errors),
        "rows": rows,
        "changes": dict(changes),
    }
