"""Rows become a release: assemble, resolve, check, compare, write, switch."""

from __future__ import annotations

import hashlib
import platform
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from osint_ingest import __version__, spool
from osint_ingest.merging import merge
from osint_ingest.model import Capture, Finding
from osint_ingest.planning import Plan
from osint_ingest.process import Batch, Outcome, to_arrow
from osint_ingest.release.assemble import conform, rows_of_documents
from osint_ingest.release.changes import changes_since
from osint_ingest.release.check import assertion_findings, contract_findings
from osint_ingest.release.describe import Attribution, datapackage, readme
from osint_ingest.release.drift import drift_findings
from osint_ingest.release.entities import with_entities
from osint_ingest.release.folder import Release, Releases
from osint_ingest.release.history import history_of
from osint_ingest.settings import Settings
from osint_ingest.sources import ReviewingSource, all_sources
from osint_ingest.spool import Opened, Spooled
from osint_ingest.tables import declared_tables
from osint_ingest.tables.flatten import capture_row, issue_row
from osint_ingest.tables.run import IssueRow


@dataclass(frozen=True, slots=True)
class Recap:
    """What a run made. `release` is None when nothing changed or the release was held back."""

    release: Release | None
    held: Release | None = None
    unchanged: bool = False
    processed: int = 0
    carried: int = 0
    failed: int = 0
    documents: int = 0
    findings: tuple[Finding, ...] = ()
    issues: Mapping[str, int] = field(default_factory=dict)
    """Issues by severity."""
    failures: tuple[tuple[str, str, str], ...] = ()
    """(address, code, message) of each document that failed."""
    rows: Mapping[str, int] = field(default_factory=dict)
    changes: Mapping[str, int] = field(default_factory=dict)
    """Changes by `<source>: <table> <change>`; entities are of no source."""

    @property
    def exit_code(self) -> int:
        """0 all went well; 1 nothing could be read; 3 published, some documents failed; 4 held back."""
        if self.held:
            return 4
        if not self.failed:
            return 0
        return 3 if self.documents else 1


def publish(
    plan: Plan,
    spooled: Sequence[Spooled],
    captures: Sequence[Capture],
    settings: Settings,
    *,
    addresses: pa.Table | None = None,
    link_checks: pa.Table | None = None,
    findings: Sequence[tuple[Finding, str | None]] = (),
) -> Recap:
    """Builds a release from what was read and what is carried over, and leads `latest` to it.

    `findings` are those of the earlier steps with the address that each is about. Nothing is written
    when no table says anything new.
    """
    batches = [_rows_of(batch, settings) for batch in (*plan.finished, *spooled)]
    releases = Releases(settings.curated)
    previous = releases.latest()
    outcomes = (*plan.remembered, *(o for b in batches for o in b.outcomes))
    loose = [issue_row(finding, url=url) for finding, url in findings]
    if previous is not None and link_checks is None and not batches and _nothing_new(plan, previous, loose):
        spool.clear(settings)
        return _unchanged(plan, previous)
    all_sources()  # declares their tables, also when this run has nothing to read
    tables, more = merge(plan, batches, captures, previous)
    loose += more
    tables = with_entities(tables)
    loose += _reviewed(tables)
    tables["captures"] = to_arrow([capture_row(c) for c in captures]).get("captures", _empty("captures"))
    tables["addresses"] = addresses if addresses is not None else _carry_whole(previous, "addresses")
    tables["link_checks"] = link_checks if link_checks is not None else _carry_whole(previous, "link_checks")
    kept = set(tables["documents"]["document_id"].to_pylist()) - _read_again(batches)
    known = rows_of_documents(declared_tables()["history"], _carry_whole(previous, "history"), kept)
    tables["history"] = history_of([b.observations for b in batches], known)
    tables["issues"] = _issues(batches, plan, previous, loose)
    tables["changes"] = changes_since(previous, tables)
    tables = {name: tables[name] for name in declared_tables()}

    recap = _recap(plan, batches, outcomes, tables)
    digest = _digest(tables)
    if previous is not None and previous.run().get("digest") == digest:
        spool.clear(settings)
        return Recap(None, unchanged=True, **recap)
    checked = _checks(tables, previous, settings)
    errors = [f for f in checked if f.severity == "error"]
    tables["issues"] = _with_issues(tables["issues"], [issue_row(f) for f in checked])
    run = {
        "version": __version__,
        "python": platform.python_version(),
        "made_at": datetime.now(UTC).isoformat(),
        "digest": digest,
        "fingerprint": plan.fingerprint,
        "previous": previous.name if previous else None,
        "rows": {name: len(rows) for name, rows in tables.items()},
        "processed": recap["processed"],
        "carried": len(plan.carried),
        "accepted_shrink": settings.accept_shrink,
        "held_back_by": [f.message for f in errors],
        "outcomes": _as_told(outcomes),
    }
    attributions = _attributions(tables)
    name = releases.new_name(digest)
    texts = {
        "datapackage.json": datapackage(tables, attributions),
        "README.md": readme(name, tables, attributions),
    }
    written = releases.write(tables, run, texts, name=name, held=bool(errors))
    if errors:
        return Recap(None, held=written, **{**recap, "findings": tuple(checked)})
    releases.switch(written)
    spool.clear(settings)
    releases.retire(settings.keep_releases)
    return Recap(written, **{**recap, "findings": tuple(checked)})


def _rows_of(batch: Spooled, settings: Settings) -> Batch:
    opened = Opened(batch, settings)
    tables = {name: rows for name in batch.streams if (rows := opened.table(name)) is not None}
    observations = tables.pop(spool.OBSERVATIONS)
    return Batch(tables, batch.outcomes, observations)


def _nothing_new(plan: Plan, previous: Release, loose: Sequence[IssueRow]) -> bool:
    """Is the last release already what this run would make? Told without touching a table of documents."""
    if plan.fingerprint != previous.run()["fingerprint"]:
        return False
    if _as_told(plan.remembered) != previous.run()["outcomes"]:
        return False
    issues = previous.table("issues", ["issue_id", "stage"])
    before = issues.filter(pc.is_in(issues["stage"], value_set=pa.array(["discover", "fetch"])))
    return {row.issue_id for row in loose} == set(before["issue_id"].to_pylist())


def _unchanged(plan: Plan, previous: Release) -> Recap:
    rows = previous.row_counts()
    failed = sum(o.failed for o in plan.remembered)
    return Recap(
        None, unchanged=True, carried=len(plan.carried), failed=failed, documents=rows["documents"], rows=rows
    )


def _as_told(outcomes: Iterable[Outcome]) -> list[list[str | bool | None]]:
    """Outcomes as `run.json` tells them: the fields in their order."""
    return sorted(([getattr(o, f.name) for f in fields(o)] for o in outcomes), key=str)


def _read_again(batches: Sequence[Batch]) -> set[str]:
    return {o.document_id for b in batches for o in b.outcomes if o.document_id}


def _empty(name: str) -> pa.Table:
    return declared_tables()[name].schema.empty_table()


def _carry_whole(previous: Release | None, name: str) -> pa.Table:
    if previous is None or not previous.has(name):
        return _empty(name)
    return conform(declared_tables()[name], previous.table(name))


def _issues(
    batches: Sequence[Batch], plan: Plan, previous: Release | None, loose: Sequence[object]
) -> pa.Table:
    """Issues of this run, and those of unchanged captures, which the last release names."""
    parts = [b.tables["issues"] for b in batches if "issues" in b.tables]
    before = _carry_whole(previous, "issues")
    unchanged = pa.array(sorted({o.url for o in plan.remembered}), pa.string())
    parts.append(
        before.filter(
            pc.and_(pc.equal(before["stage"], "read"), pc.is_in(before["url"], value_set=unchanged))
        )
    )
    return _with_issues(pa.concat_tables(parts), loose)


def _with_issues(issues: pa.Table, more: Sequence[object]) -> pa.Table:
    """Issues together, each once, in a fixed order."""
    both = pa.concat_tables([issues, to_arrow(more).get("issues", _empty("issues"))])
    rows = {row["issue_id"]: row for row in both.to_pylist()}
    ordered = sorted(
        rows.values(),
        key=lambda r: (r["stage"], r["code"], r["document_id"] or "", r["url"] or "", r["issue_id"]),
    )
    return pa.Table.from_pylist(ordered, schema=declared_tables()["issues"].schema)


def _digest(tables: Mapping[str, pa.Table]) -> str:
    """Hash of what the tables say: those of time and the columns of time apart, the issues by their ids."""
    digest = hashlib.sha256()
    for name, table in sorted(declared_tables().items()):
        rows = tables[name].select(["issue_id"]) if name == "issues" else tables[name]
        if table.history and name not in ("issues", "link_checks", "history"):
            continue
        if "captured_at" in rows.column_names:
            rows = rows.drop_columns(["captured_at"])
        digest.update(name.encode())
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, rows.schema) as stream:
            stream.write_table(rows.combine_chunks())
        digest.update(sink.getvalue())
    return digest.hexdigest()


def _reviewed(tables: Mapping[str, pa.Table]) -> list[IssueRow]:
    return [
        issue_row(found.finding, document_id=found.document_id, url=found.url)
        for source in all_sources()
        if isinstance(source, ReviewingSource)
        for found in source.review(tables)
    ]


def _checks(tables: Mapping[str, pa.Table], previous: Release | None, settings: Settings) -> list[Finding]:
    present = set(pc.unique(tables["documents"]["source"]).to_pylist())
    asserted = [
        (source.config.name, a)
        for source in all_sources()
        if source.config.name in present
        for a in source.config.assertions
    ]
    return [
        *contract_findings(tables),
        *assertion_findings(tables, asserted),
        *drift_findings(tables, previous, settings.max_shrink, settings.accept_shrink),
    ]


def _attributions(tables: Mapping[str, pa.Table]) -> list[Attribution]:
    present = set(pc.unique(tables["documents"]["source"]).to_pylist())
    return [
        Attribution(c.name, c.publisher, c.licence, c.licence_url)
        for c in (source.config for source in all_sources())
        if c.name in present
    ]


def _counted(tables: Mapping[str, pa.Table]) -> Counter[str]:
    """How many changes there are, by source, table and kind. A row's key begins with its document's id, and that
    with letters that stand for the source."""
    ids, sources = (tables["documents"][c].to_pylist() for c in ("document_id", "source"))
    source_of = {i.partition(":")[0]: source for i, source in zip(ids, sources, strict=True)}
    counted: Counter[str] = Counter()
    for row in tables["changes"].to_pylist():
        start = row["row_key"].partition(":")[0]
        of = f"{source_of.get(start, start)}: " if row["table_name"] != "entities" else ""
        counted[f"{of}{row['table_name']} {row['change']}"] += 1
    return counted


def _recap(
    plan: Plan, batches: Sequence[Batch], outcomes: Sequence[Outcome], tables: Mapping[str, pa.Table]
) -> dict[str, Any]:
    issues = tables["issues"].to_pylist()
    changes = _counted(tables)
    failures = tuple(
        (i["url"] or i["document_id"] or "", i["code"], i["message"])
        for i in issues
        if i["severity"] == "error"
    )
    return {
        "processed": sum(bool(o.document_id) or o.failed for b in batches for o in b.outcomes),
        "carried": len(plan.carried),
        "failed": sum(o.failed for o in outcomes)
        + sum(i["severity"] == "error" and i["stage"] == "discover" for i in issues),
        "documents": len(tables["documents"]),
        "issues": dict(Counter(i["severity"] for i in issues)),
        "failures": failures,
        "rows": {name: len(rows) for name, rows in tables.items()},
        "changes": dict(changes),
    }
