"""Resolves the mentions and records of a whole release to entities."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa

from osint_ingest.release.draft import Draft
from osint_ingest.release.files import TableFiles
from osint_ingest.release.published import BeforeRelease
from osint_ingest.release.resolving import OF_MENTIONS, resolve_files
from osint_ingest.release.sql import asking
from osint_ingest.tables import Table, declared_tables
from osint_ingest.tables.contract import RESOLVED

RESOLVED_HERE = 20_000
MENTIONS_HERE = 250_000
"""Different names, and mentions, up to which entities are resolved in this process: 20,000 names take some 80 MB of its
memory, and 900,000 mentions of 10,000 names 100 MB."""
_NAMED = """
    select arg_min(m.entity_id, (m.text <> r.name, -length(m.text), m.char_start, m.mention_id))
    from records r left join mentions m
        on m.passage_id = r.passage_id and m.entity_id is not null and starts_with(r.name, m.text)
        and regexp_full_match(substr(r.name, length(m.text) + 1), '([^\\p{L}\\p{N},;][^,;]*)?')
    group by r.row order by r.row
"""


def naming_tables() -> tuple[Table, ...]:
    """The tables whose rows name an entity, `mentions` first."""
    records = (t for t in declared_tables().values() if any(c.described.entity_of for c in t.columns))
    return declared_tables()["mentions"], *records


def write_entities(draft: Draft, unresolved: TableFiles, earlier: BeforeRelease) -> None:
    """Writes the tables of entities, and from `unresolved` those that name them, with `entity_id` filled.

    All other tables of documents are in the draft. `earlier` is what was before this release.
    """
    earlier.write(unresolved)
    found = TableFiles(draft.scratch / "resolved")
    found.folder.mkdir()
    few = unresolved.rows("mentions") <= MENTIONS_HERE
    if few and _names(unresolved, draft.scratch) <= RESOLVED_HERE:
        resolve_files(draft.tables, unresolved, found)
    else:
        _resolve_beside(draft.tables, unresolved, found)
    for name in RESOLVED:
        draft.write(name, found.parts(name))
    mentions, *records = naming_tables()
    draft.write(mentions.name, _with_ids(unresolved, found))
    for table in records:
        draft.write(table.name, _named(draft, unresolved, table))


def _names(unresolved: TableFiles, scratch: Path) -> int:
    """About how many different names are mentioned."""
    with asking(unresolved, scratch, ("mentions",)) as db:
        ((count,),) = db.execute("select approx_count_distinct(text) from mentions").fetchall()
    return int(count)


def _resolve_beside(tables: TableFiles, unresolved: TableFiles, found: TableFiles) -> None:
    """`resolve_files` in a process of its own, whose memory goes with it: names are held together there."""
    folders = [str(files.folder.resolve()) for files in (tables, unresolved, found)]
    command = [sys.executable, "-m", "osint_ingest.release.resolving", *folders]
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise RuntimeError(
            f"entities could not be resolved (exit code {done.returncode}):\n{done.stderr[-2000:]}"
        )


def _with_ids(unresolved: TableFiles, found: TableFiles) -> Iterator[pa.Table]:
    """Mentions with their entities, which stand in `found` in the same order."""
    ids = found.parts(OF_MENTIONS)
    waiting = pa.table({"entity_id": pa.array([], pa.string())})
    for part in unresolved.parts("mentions"):
        while len(waiting) < len(part):
            waiting = pa.concat_tables([waiting, next(ids)])
        yield replaced(part, "entity_id", waiting["entity_id"].slice(0, len(part)))
        waiting = waiting.slice(len(part))


def _named(draft: Draft, unresolved: TableFiles, table: Table) -> Iterator[pa.Table]:
    """Records with the entities that are mentioned by their names in their passage."""
    if not unresolved.rows(table.name):
        return
    with asking(draft.tables, draft.scratch, ("mentions",)) as db:
        for rows in unresolved.parts(table.name):
            resolved = rows
            for column in table.columns:
                if named := column.described.entity_of:
                    resolved = replaced(resolved, column.name, entities_at(db, rows, named))
            yield resolved


def entities_at(db: duckdb.DuckDBPyConnection, records: pa.Table, named: str) -> pa.Array:
    """For each record the entity of the mention in its passage that is the name in its column `named`, else of the
    longest one that this begins with, unless it lists several. `db` has the mentions."""
    numbers = pa.array(range(len(records)))
    db.register(
        "records", pa.table({"row": numbers, "passage_id": records["passage_id"], "name": records[named]})
    )
    return pa.array([entity for (entity,) in db.execute(_NAMED).fetchall()], pa.string())


def replaced(rows: pa.Table, name: str, values: pa.ChunkedArray | pa.Array) -> pa.Table:
    """Rows with other values in one column."""
    index = rows.schema.get_field_index(name)
    return rows.set_column(index, rows.schema.field(index), values)
