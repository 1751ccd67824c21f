"""Resolves the mentions and records of a whole release to entities, whose ids hold from release to release."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from osint_ingest.entities.naming import key, slug
from osint_ingest.entities.resolve.evidence import REACH
from osint_ingest.entities.resolve.identity import PublishedIds, redirects_of
from osint_ingest.entities.resolve.judgements import read_judgements
from osint_ingest.entities.resolve.resolution import resolve
from osint_ingest.entities.resolve.uses import Name
from osint_ingest.release.draft import Draft, write_scratch
from osint_ingest.release.files import TableFiles
from osint_ingest.release.merge_previous import without_documents
from osint_ingest.release.sql import add_view, open_tables
from osint_ingest.tables import Table, declared_tables
from osint_ingest.tables.contract import document_tables

COLUMNS = {
    "documents": ["document_id", "country_code", "jurisdiction", "url"],
    "name_pairs": ["document_id", "first_mention_id", "second_mention_id", "kind", "rule"],
    "mentions": [
        "mention_id",
        "document_id",
        "passage_id",
        "char_start",
        "char_end",
        "text",
        "label",
        "method",
        "score",
    ],
    "footnote_refs": ["ref_id", "footnote_id", "passage_id", "char_offset", "anchor_text"],
}
NAMES = ["document_id", "label", "text", "entity_id"]
_LABEL = re.compile(r"^[a-z]+-")
_LINKS = f"""
    select link_id, footnote_id, url, document_id, passage_id, char_start, char_end, url_raw, host, registered_domain,
        origin
    from links l where footnote_id is not null or exists (
        select 1 from mentions m where m.passage_id = l.passage_id
        and m.char_end > l.char_start - {REACH} and m.char_end <= l.char_end
    )
"""
"""The links of notes, and those at a name in running text."""
_READ = """
    select passage_id, text from passages where passage_id in (
        select passage_id from footnote_refs union select passage_id from wanted where footnote_id is null
    )
"""
_IS_NAMED = r"""
    m.passage_id = r.passage_id and starts_with(r.name, m.text)
    and regexp_full_match(substr(r.name, length(m.text) + 1), '([^\p{L}\p{N},;][^,;]*)?')
"""
_NAMED = f"""
    select arg_min(m.entity_id, (m.text <> r.name, -length(m.text), m.char_start, m.mention_id))
    from records r left join mentions m on m.entity_id is not null and {_IS_NAMED}
    group by r.row order by r.row
"""
_STATED = f"select distinct m.label, m.text from records r join mentions m on {_IS_NAMED}"


@dataclass(frozen=True)
class BeforeRelease:
    """What a new release needs from before: the previous tables, people's judgements, forgotten documents."""

    before: TableFiles | None = None
    judgements: str = ""
    """The text of the file of judgements."""
    since: datetime = field(default_factory=lambda: datetime.now(UTC))
    """When the release is made."""
    gone: Collection[str] = ()
    """Documents of which nothing may be left, no id that only they gave either."""

    def published(self) -> PublishedIds:
        """What earlier releases called their entities."""
        if self.before is None:
            return PublishedIds(since=self.since)
        table = declared_tables()["entity_redirects"]
        redirects = pa.concat_tables([table.schema.empty_table(), *self.before.declared_parts(table)])
        attested = self._attested() if self.gone else None
        if attested is not None:
            for column in ("entity_id", "new_entity_id"):
                redirects = redirects.filter(_are(redirects[column], attested))
        return PublishedIds(redirects_of(redirects), self._names(attested), self.since)

    def _names(self, attested: Collection[str] | None) -> Iterator[pa.Table]:
        mentions = declared_tables()["mentions"]
        for part in self.before.declared_parts(mentions) if self.before is not None else ():
            left = without_documents(mentions, part, sorted(self.gone))
            named = left.filter(pc.is_valid(left["entity_id"])).select(NAMES)
            if attested is not None:
                named = named.filter(_are(named["entity_id"], attested))
            yield named.group_by(NAMES).aggregate([]).select(NAMES)

    def _attested(self) -> frozenset[str]:
        """The ends of ids that names of the documents which stay give."""
        texts = (text for part in self._names(None) for text in pc.unique(part["text"]).to_pylist())
        return frozenset(map(slug, texts))


def _are(ids: pa.ChunkedArray, ends: Collection[str]) -> pa.Array:
    """Which ids end in one of these? An id is label, country where there is one, name, and a mark where it has one.
    None is no name of anything."""
    return pa.array([i is None or not _ends(i).isdisjoint(ends) for i in ids.to_pylist()], pa.bool_())


def _ends(entity_id: str) -> set[str]:
    rest = _LABEL.sub("", entity_id)
    plain = {rest, rest.partition("-")[2]}
    return plain | {end.rpartition("-")[0] for end in plain}


def naming_tables() -> tuple[Table, ...]:
    """The tables whose rows name an entity, `mentions` first."""
    records = (t for t in declared_tables().values() if any(c.described.entity_of for c in t.columns))
    return declared_tables()["mentions"], *records


def write_documents(
    draft: Draft, rows: Callable[[Table], Iterable[pa.Table]], earlier: BeforeRelease
) -> None:
    """Writes the tables of documents from their rows, and those of entities."""
    unresolved = TableFiles(draft.scratch / "unresolved")
    unresolved.folder.mkdir()
    naming = {table.name for table in naming_tables()}
    for table in document_tables():
        if table.name in naming:
            write_scratch(unresolved.path(table.name), table.schema, rows(table))
        else:
            draft.write(table.name, rows(table))
    write_entities(draft, unresolved, earlier)


def write_entities(draft: Draft, unresolved: TableFiles, earlier: BeforeRelease) -> None:
    """Writes the tables of entities, and from `unresolved` those that name them, with `entity_id` filled.

    All other tables of documents are in the draft. `earlier` is what was before this release.
    """
    tables = draft.tables
    with open_tables(tables, draft.scratch, ("passages", "footnote_refs", "links")) as db:
        add_view(db, "mentions", unresolved.path("mentions"))
        links = db.sql(_LINKS).to_arrow_table()
        db.register("wanted", links)
        resolution = resolve(
            documents=tables.table("documents", COLUMNS["documents"]),
            passages=db.sql(_READ).to_arrow_table(),
            mentions=unresolved.parts("mentions", COLUMNS["mentions"]),
            name_pairs=tables.table("name_pairs", COLUMNS["name_pairs"]),
            footnote_refs=tables.table("footnote_refs", COLUMNS["footnote_refs"]),
            links=links,
            stated=stated_names(db, unresolved),
            judgements=read_judgements(earlier.judgements)[0],
            published=earlier.published(),
        )
    for name in ("entities", "entity_names", "entity_links", "entity_sites", "entity_redirects"):
        draft.write(name, [getattr(resolution, name)])
    draft.write("name_merges", [resolution.name_merges])
    draft.write("judgements", [resolution.judged])
    parts = unresolved.parts("mentions")
    draft.write("mentions", (replaced(part, "entity_id", resolution.of_mentions(part)) for part in parts))
    for table in naming_tables()[1:]:
        draft.write(table.name, _named(draft, unresolved, table))


def stated_names(db: duckdb.DuckDBPyConnection, unresolved: TableFiles) -> frozenset[Name]:
    """The names that rows of other tables are about: they are entities, however sure their mentions are."""
    found: set[tuple[str, str]] = set()
    for table in naming_tables()[1:]:
        named = [column.described.entity_of for column in table.columns if column.described.entity_of]
        for rows in unresolved.parts(table.name) if unresolved.rows(table.name) else ():
            for column in named:
                _register(db, rows, column)
                found.update(db.execute(_STATED).fetchall())
    return frozenset(Name(label, key(label, text)) for label, text in found)


def _register(db: duckdb.DuckDBPyConnection, records: pa.Table, named: str) -> None:
    numbers = pa.array(range(len(records)))
    db.register(
        "records", pa.table({"row": numbers, "passage_id": records["passage_id"], "name": records[named]})
    )


def _named(draft: Draft, unresolved: TableFiles, table: Table) -> Iterator[pa.Table]:
    """Records with the entities that are mentioned by their names in their passage."""
    if not unresolved.rows(table.name):
        return
    with open_tables(draft.tables, draft.scratch, ("mentions",)) as db:
        for rows in unresolved.parts(table.name):
            resolved = rows
            for column in table.columns:
                if named := column.described.entity_of:
                    resolved = replaced(resolved, column.name, entities_at(db, rows, named))
            yield resolved


def entities_at(db: duckdb.DuckDBPyConnection, records: pa.Table, named: str) -> pa.Array:
    """For each record the entity of the mention in its passage that is the name in its column `named`, else of the
    longest one that this begins with, unless it lists several. `db` has the mentions."""
    _register(db, records, named)
    return pa.array([entity for (entity,) in db.execute(_NAMED).fetchall()], pa.string())


def replaced(rows: pa.Table, name: str, values: pa.ChunkedArray | pa.Array) -> pa.Table:
    """Rows with other values in one column."""
    index = rows.schema.get_field_index(name)
    return rows.set_column(index, rows.schema.field(index), values)
