"""The tables of a release, written into a draft one after the other: documents, entities, tables about the run."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from itertools import islice
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from osint_ingest.model import Capture, Finding
from osint_ingest.read.documents import to_arrow
from osint_ingest.read.plan import Plan
from osint_ingest.read.staging import OBSERVATIONS as OBSERVED
from osint_ingest.read.staging import OpenedBatch
from osint_ingest.release.changes import changes_since
from osint_ingest.release.citations import write_citations
from osint_ingest.release.draft import Draft, write_scratch
from osint_ingest.release.entities import BeforeRelease, write_documents
from osint_ingest.release.files import TableFiles
from osint_ingest.release.folder import Release
from osint_ingest.release.merge_previous import NONE_LEFT_OUT, LeftOut, Merged
from osint_ingest.release.sql import add_view, open_tables, query_batches
from osint_ingest.sources import all_sources
from osint_ingest.sources.base import Source
from osint_ingest.tables import declared_tables
from osint_ingest.tables.flatten import capture_row, issue_row
from osint_ingest.tables.run import OBSERVATIONS, IssueRow

CAPTURES_AT_ONCE = 5000
OF_CAPTURES = ("superseded", "inconsistent", "carried_over")  # they tell whose rows a document has
_ISSUES = """
    select distinct on (issue_id) * from issues_given
    order by issue_id, severity, hint
"""
_ARCHIVED_COPIES = """
    select * from archived where url in (select coalesce(url_unwrapped, url) from links)
    order by url, archived_at, archived_url
"""
_IN_ORDER = f"""
    select * from ({_ISSUES}) order by stage, code, coalesce(document_id, ''), coalesce(url, ''), issue_id
"""
_CARRIED_HISTORY = """
    select * from history_before
    where document_id in (select document_id from documents) and document_id not in (select document_id from again)
"""
_OBSERVED = """
    select * from observed union all by name
    select document_id, field, unnest([first_captured_at, last_captured_at]) as captured_at, value
    from history_before where document_id in (select document_id from partly)
"""
"""Where only some addresses of a document were read again, those of the others are told by the previous release."""
_HISTORY = """
    select document_id, field, min(captured_at) as first_captured_at, value, max(captured_at) as last_captured_at
    from (
        select *,
            row_number() over (partition by document_id, field order by captured_at, value)
            - row_number() over (partition by document_id, field, value order by captured_at) as island
        from (select distinct * from observations)
    )
    group by document_id, field, value, island
    union all by name
    select document_id, field, first_captured_at, value, last_captured_at from carried
    order by document_id, field, first_captured_at
"""
"""For each field the stretches of captures that agree, and rows carried over."""


class ReleaseBuilder:
    """Writes the tables of a release into a draft. `before` are the tables of the previous release, as local files;
    `judgements` is the text of `judgements.csv`."""

    def __init__(
        self,
        draft: Draft,
        plan: Plan,
        batches: Sequence[OpenedBatch],
        captures: Sequence[Capture],
        previous: Release | None,
        left_out: LeftOut = NONE_LEFT_OUT,
        judgements: str = "",
    ) -> None:
        self.draft = draft
        self.before = previous.files(draft.scratch) if previous else None
        self.merged = Merged(plan, batches, captures, self.before, left_out)
        self._judgements = judgements
        self._plan = plan
        self._batches = batches
        self._captures = captures
        self._loose: list[IssueRow] = []

    @property
    def carried(self) -> Collection[str]:
        return self.merged.carried

    def write(
        self,
        loose: Sequence[IssueRow],
        addresses: pa.Table | None,
        link_checks: pa.Table | None,
        archived: pa.Table,
    ) -> None:
        """Writes every declared table. `loose` are issues of earlier steps; tables not given are carried over.
        `archived`: copies of addresses, of which those of cited ones are taken."""
        draft, merged = self.draft, self.merged
        earlier = BeforeRelease(self.before, self._judgements)
        write_documents(draft, lambda table: merged.rows(table, draft.scratch), earlier)
        draft.write("captures", _captures(self._captures))
        for name, given in (("addresses", addresses), ("link_checks", link_checks)):
            draft.write(name, self._carried(name) if given is None else [given])
        draft.write("archived_copies", self._archived_copies(archived))
        failed = self._tie()
        write_citations(draft)
        self._write_history()
        self._loose = [*loose, *merged.issues, *failed, *self._reviewed()]
        self.add_issues(())
        draft.write("changes", changes_since(self.before, draft.tables, draft.scratch))

    def _archived_copies(self, archived: pa.Table) -> Iterator[pa.Table]:
        if not len(archived):
            return
        with open_tables(self.draft.tables, self.draft.scratch, ("links",)) as db:
            db.register("archived", archived)
            yield from query_batches(db, _ARCHIVED_COPIES, archived.schema)

    def _tie(self) -> list[IssueRow]:
        """Fills columns that need the whole release, with the queries in a source's `tie.toml`. Returns an issue for
        each source whose query fails; that table stays as it is."""
        failed = []
        for source in sources_of(self.draft):
            try:
                for asked in source.config.data("tie.toml").get("tables", ()):
                    self._tie_table(asked["name"], asked["when"], asked["sql"])
            except Exception as error:  # as with what a source thinks of a release
                failed.append(issue_row(_source_failed(source, "fill", error)))
        return failed

    def _tie_table(self, name: str, when: str, sql: str) -> None:
        tied = TableFiles(self.draft.scratch / "tied")
        tied.folder.mkdir(exist_ok=True)
        with self._opened(when) as db:
            if db.sql(when).fetchall() != [(True,)]:
                return
        with self._opened(sql) as db:
            schema = declared_tables()[name].schema
            write_scratch(tied.path(name), schema, query_batches(db, sql, schema))
        before, after = self.draft.tables.rows(name), tied.rows(name)
        if before != after:
            raise ValueError(f"{name} has {before} rows, its query in tie.toml returns {after}")
        self.draft.write(name, tied.parts(name))

    def add_issues(self, more: Iterable[IssueRow]) -> None:
        """Write the table of issues again, with these added: each once, in a fixed order."""
        self._loose += more
        schema = declared_tables()["issues"].schema
        path = self.draft.scratch / "issues.parquet"
        given = to_arrow(self._loose).get("issues", schema.empty_table())
        write_scratch(path, schema, (*self._issues(), given))
        with open_tables(self.draft.tables, self.draft.scratch, ()) as db:
            add_view(db, "issues_given", path)
            self.draft.write("issues", query_batches(db, _IN_ORDER, schema))

    def _issues(self) -> Iterator[pa.Table]:
        """Yield the issues of this run's documents, then those of the previous release about unchanged captures and
        rows carried over."""
        for batch, dropped in zip(self._batches, self.merged.dropped, strict=True):
            rows = batch.table("issues")
            if rows is not None:
                yield rows.filter(pc.invert(pc.and_(_of(rows, dropped), pc.invert(_of_captures(rows)))))
        unchanged = pa.array(sorted({o.url for o in self._plan.remembered}), pa.string())
        for part in self._carried("issues"):
            known = pc.and_(_of(part, self.merged.back), pc.invert(_of_captures(part)))
            known = pc.or_(known, pc.is_in(part["url"], value_set=unchanged))
            # those of a capture that a newer one replaces would be taken for the living document's
            living = pc.or_(pc.is_null(part["document_id"]), _of(part, self.carried))
            known = pc.and_(known, pc.or_(_of_captures(part), living))
            yield part.filter(pc.and_(pc.equal(part["stage"], "read"), known))

    def _write_history(self) -> None:
        draft = self.draft
        observations, before = (draft.scratch / f"{n}.parquet" for n in ("observations", "history_before"))
        rows_of_batches = (rows for batch in self._batches if (rows := batch.table(OBSERVED)) is not None)
        schema = declared_tables()["history"].schema
        written = write_scratch(observations, OBSERVATIONS, rows_of_batches)
        if not written + write_scratch(before, schema, self._carried("history")):
            draft.write("history", ())
            return
        again = {o.document_id for b in self._batches for o in b.batch.outcomes if o.document_id}
        partly = again & {o.document_id for o in self._plan.remembered if o.document_id}
        with open_tables(draft.tables, draft.scratch, ("documents",)) as db:
            add_view(db, "observed", observations)
            add_view(db, "history_before", before)
            for name, ids in (("again", again), ("partly", partly)):
                db.register(name, pa.table({"document_id": pa.array(sorted(ids), pa.string())}))
            db.execute(f"create temp view observations as {_OBSERVED}")
            db.execute(f"create temp view carried as {_CARRIED_HISTORY}")
            draft.write("history", query_batches(db, _HISTORY, schema))

    def _reviewed(self) -> list[IssueRow]:
        """What only the whole release shows, by the queries in a source's `review.toml`."""
        found: list[IssueRow] = []
        for source in sources_of(self.draft):
            try:
                for one in source.config.data("review.toml").get("findings", ()):
                    with self._opened(one["sql"]) as db:
                        found += _review(one, db)
            except Exception as error:  # what a source thinks of a release is no reason to have none
                found.append(issue_row(_source_failed(source, "compare", error)))
        return found

    def _opened(self, sql: str) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        """A connection with the tables that a query names."""
        named = self.draft.rows.keys() & re.findall(r"\w+", sql)
        return open_tables(self.draft.tables, self.draft.scratch, named)

    def _carried(self, name: str) -> Iterator[pa.Table]:
        yield from self.before.declared_parts(declared_tables()[name]) if self.before else ()


def sources_of(draft: Draft) -> list[Source]:
    """The sources that have documents in it."""
    present = draft.tables.table("documents", ["source"])["source"].unique().to_pylist()
    return [source for source in all_sources() if source.config.name in present]


def _review(one: Mapping[str, Any], db: duckdb.DuckDBPyConnection) -> Iterator[IssueRow]:
    """An issue for each row of a query: about its `document_id` and `url`, in words that name its columns."""
    for row in db.sql(one["sql"]).to_arrow_table().to_pylist():
        message = one["message"].format(**row)
        finding = Finding(one["severity"], "release", one["code"], message, one["hint"])
        yield issue_row(finding, document_id=row["document_id"], url=row["url"])


def _source_failed(source: object, what: str, error: Exception) -> Finding:
    message = f"{type(source).__name__} could not {what} its documents: {type(error).__name__}: {error}"
    hint = "This is a defect of the source. Please report it. The tables are complete without it."
    return Finding("warning", "release", "review_failed", message, hint)


def _of(issues: pa.Table, documents: Collection[str]) -> pa.ChunkedArray:
    """Which issues are about one of these documents?"""
    return pc.is_in(issues["document_id"], value_set=pa.array(sorted(documents), pa.string()))


def _of_captures(issues: pa.Table) -> pa.ChunkedArray:
    """Which issues say what became of a capture, and nothing of its rows?"""
    return pc.is_in(issues["code"], value_set=pa.array(OF_CAPTURES))


def _captures(captures: Sequence[Capture]) -> Iterator[pa.Table]:
    waiting = iter(captures)
    while some := list(islice(waiting, CAPTURES_AT_ONCE)):
        yield to_arrow(map(capture_row, some))["captures"]
