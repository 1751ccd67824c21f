"""A release without some documents: every row that was made of them goes, and every other stays as it was. Entities
are resolved anew from what is left, so that no name stays that only such a document has. A release is made beside the
old one, under its time and the digest of what it now says; `latest` is led to it before the old one goes."""

import hashlib
import re
from collections.abc import Collection, Iterator
from datetime import datetime
from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc

from osint_ingest.entities.resolve.identity import FROM_NOTHING
from osint_ingest.release.changes import changes_since
from osint_ingest.release.citations import write_citations
from osint_ingest.release.draft import Draft
from osint_ingest.release.entities import BeforeRelease, replaced, write_documents
from osint_ingest.release.files import TableFiles
from osint_ingest.release.folder import Release, Releases
from osint_ingest.release.merge_previous import without_documents
from osint_ingest.store.forgotten import Targets
from osint_ingest.tables import Table, declared_tables
from osint_ingest.tables.contract import RESOLVED, document_tables

_NO_MORE = r"(?:$|[^\w@/.-]|\.(?:$|\W))"
"""What follows an id or address in a message where it ends there: `ogp:CV0007` is not meant by `ogp:CV0007@es`."""


Outcomes = list[list[str | bool | None]]
"""The outcome of each address, as in `run.json`."""


def outcomes_left(told: Outcomes, targets: Targets) -> Outcomes:
    """Return the outcomes of a release, without those of what is forgotten."""
    named = {*targets.urls, *targets.sha256, *targets.documents}
    return [outcome for outcome in told if named.isdisjoint(map(str, outcome))]


class Without:
    """Makes a draft of a release without the `targets`. `before` are its tables, `previous` those of the one before,
    `since` is when it was made. `documents` are those of the release that must go, sorted: those that are named, and
    those made from bytes that go."""

    def __init__(
        self,
        targets: Targets,
        before: TableFiles,
        previous: TableFiles | None,
        judgements: str = "",
        since: datetime = FROM_NOTHING,
    ) -> None:
        self._gone, self._before, self._previous = targets, before, previous
        self._judgements, self._since = judgements, since
        named = [*targets.documents, *targets.urls, *(sha256[:12] for sha256 in targets.sha256)]
        self._mention = f"(?:{'|'.join(map(re.escape, sorted(named)))}){_NO_MORE}"
        rows = before.table("documents", ["document_id", "content_sha256"])
        going = pc.or_(
            _among(rows["document_id"], targets.documents), _among(rows["content_sha256"], targets.sha256)
        )
        self.documents = sorted(rows.filter(going)["document_id"].to_pylist())

    @cached_property
    def concerned(self) -> bool:
        """Is anything in the tables that must go?"""
        return bool(self.documents) or any(
            len(self._left(name, part)) < len(part)
            for name in ("captures", "addresses", "history", "issues", "changes")
            for part in self._rows(name)
        )

    def write(self, draft: Draft) -> None:
        if self.documents:
            earlier = BeforeRelease(self._before, self._judgements, self._since, self.documents)
            write_documents(draft, self._staying, earlier)
        else:
            for table in (*document_tables(), *(declared_tables()[name] for name in RESOLVED)):
                draft.write(table.name, self._rows(table.name))
        for name in ("captures", "addresses", "history", "issues"):
            draft.write(name, (self._left(name, part) for part in self._rows(name)))
        for name in ("link_checks", "archived_copies"):
            draft.write(name, self._of_cited(name, draft))
        write_citations(draft)
        draft.write("changes", self._changes(draft))

    def _staying(self, table: Table) -> Iterator[pa.Table]:
        return (without_documents(table, part, self.documents) for part in self._rows(table.name))

    def _rows(self, name: str) -> Iterator[pa.Table]:
        return self._before.declared_parts(declared_tables()[name])

    def _left(self, name: str, rows: pa.Table) -> pa.Table:
        """Return the rows of a table about runs, without those about what is forgotten."""
        gone = self._gone
        if name == "captures":
            going = pc.or_(_among(rows["url"], gone.urls), _among(rows["content_sha256"], gone.sha256))
        elif name == "addresses":
            going = pc.or_(_among(rows["url"], gone.urls), _among(rows["document_id"], gone.documents))
            listed_by = pc.if_else(_among(rows["listed_by"], gone.urls), None, rows["listed_by"])
            rows = replaced(rows, "listed_by", listed_by)
        elif name == "history":
            going = _among(rows["document_id"], {*gone.documents, *gone.sharing})
        elif name == "issues":
            going = pc.or_(_among(rows["url"], gone.urls), _among(rows["document_id"], gone.documents))
            for column in ("document_id", "url", "message", "hint"):
                going = pc.or_(going, _mentions(rows[column], self._mention))
        else:
            going = _of(rows["row_key"], gone.documents)
        return rows.filter(pc.invert(going))

    def _changes(self, draft: Draft) -> Iterator[pa.Table]:
        """Yield the changes since the previous release. If that is no longer kept: the old rows that cannot come from
        what is forgotten. Rows of entities go, because their former names may come from it."""
        if self._previous is not None:
            yield from changes_since(self._previous, draft.tables, draft.scratch)
            return
        gone = self._gone
        for part in self._rows("changes"):
            of_entities = _among(part["table_name"], RESOLVED)
            going = pc.or_(of_entities, pc.ends_with(part["column_name"], "entity_id"))
            keys = {*gone.documents, *gone.sharing, *self.documents}
            going = pc.or_(going, _of(part["row_key"], keys))
            for column in ("before", "after"):
                going = pc.or_(going, _mentions(part[column], self._mention))
            yield part.filter(pc.invert(going))

    def _of_cited(self, name: str, draft: Draft) -> Iterator[pa.Table]:
        """Those of addresses that a document still cites."""
        both = []  # the addresses that links lead to, as they stand there and with redirects undone
        for tables in (draft.tables, self._before):
            there = [name for name in ("url", "url_unwrapped") if name in tables.schema("links").names]
            chunks = [c for column in tables.table("links", there).columns for c in column.chunks]
            both.append(pc.unique(pa.chunked_array(chunks, pa.string())))
        cited, had = both
        only = had.filter(pc.invert(pc.is_in(had, value_set=cited)))
        for part in self._rows(name):
            yield part.filter(pc.invert(pc.is_in(part["url"], value_set=only)))


def replaced_name(release: Release, digest: str) -> str:
    """Return the name of the release that replaces another one: the same time, and the digest of the new tables."""
    moment = release.name.partition("-")[0]
    name = f"{moment}-{digest[:8]}"
    if name == release.name:  # only what tells of the run is another
        name = f"{moment}-{hashlib.sha256(f'{digest} {release.name}'.encode()).hexdigest()[:8]}"
    return name


def of_the_same_time(releases: Releases, name: str | None) -> Release | None:
    """Return the kept release made at the time in that name: the release itself, or its replacement."""
    moment = f"{(name or '').partition('-')[0]}-"
    return next((r for r in releases.all() if name and r.name.startswith(moment)), None)


def _among(values: pa.ChunkedArray, wanted: Collection[str]) -> pa.ChunkedArray:
    return pc.is_in(values, value_set=pa.array(sorted(wanted), pa.string()))


def _of(row_keys: pa.ChunkedArray, documents: Collection[str]) -> pa.ChunkedArray:
    """Which rows of `changes` are of one of these documents? Their keys begin with its id, as `ogp:CV0007#l3` and
    `ogp:CV0007 | 1`."""
    return _among(pc.replace_substring_regex(row_keys, r"(#[a-z]\d+)?( \| .*)?$", ""), documents)


def _mentions(values: pa.ChunkedArray, pattern: str) -> pa.ChunkedArray:
    return pc.fill_null(pc.match_substring_regex(values, pattern), False)
