"""A release for other tools: CSV for spreadsheets, JSON lines, one SQLite database with keys and search, a graph, and
an Atom feed (RFC 4287) of what changed."""

import json
import os
import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
from lxml import etree
from lxml.builder import ElementMaker

from osint_ingest.analyst.search import full_text
from osint_ingest.release.folder import Release
from osint_ingest.release.views import views_of
from osint_ingest.tables import Table, declared_tables

SQLITE_TYPES: Mapping[type[Any], str] = {int: "INTEGER", float: "REAL", bool: "INTEGER"}
FORMULA = r"^[=+\-@\t\r]"
"""A spreadsheet takes a cell that starts so for a formula; an apostrophe before it says that it is text."""
SEARCHED = {"passages": "text", "entities": "name", "footnotes": "text"}
"""Tables with a full-text index in SQLite (`<table>_fts`), and the column that it is over."""


def export_csv(release: Release, folder: Path) -> list[Path]:
    """One CSV file (UTF-8, with a header) a table, safe to open in a spreadsheet. Returns the files. Texts stand in
    quotes, a missing value is an empty cell without quotes: so `NA` and an empty text read back as they are. A text
    that a spreadsheet would run as a formula gets an apostrophe before it."""

    def write(table: Table, pending: Path) -> None:
        rows = release.table(table.name)
        for at, field in enumerate(rows.schema):
            if pa.types.is_string(field.type):
                column = rows.column(at)
                marked = pc.binary_join_element_wise("'", column, "")
                safe = pc.if_else(pc.match_substring_regex(column, FORMULA), marked, column)
                rows = rows.set_column(at, field, safe)
        pacsv.write_csv(rows, pending)

    return _each_table(release, folder, "csv", write)


def export_jsonl(release: Release, folder: Path) -> list[Path]:
    """One file of JSON lines a table; times are ISO 8601 text. Returns the files."""

    def write(table: Table, pending: Path) -> None:
        names = [c.name for c in table.columns]
        with pending.open("w", encoding="utf-8") as out:
            for row in _rows(release, table):
                out.write(json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False) + "\n")

    return _each_table(release, folder, "jsonl", write)


def _each_table(
    release: Release, folder: Path, ending: str, write: Callable[[Table, Path], None]
) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    paths = {table.name: folder / f"{table.name}.{ending}" for table in _tables(release)}
    for table in _tables(release):
        with replaced(paths[table.name]) as pending:
            write(table, pending)
    return list(paths.values())


def export_sqlite(release: Release, path: Path) -> int:
    """Writes one SQLite database and returns the number of its tables; times are ISO 8601 text. It has primary and
    foreign keys, an index on each of these, and full-text search without regard to accents. Replaces `path` when it is
    whole, and `<path without its ending>.metadata.json` beside it, which tells Datasette what the tables mean
    (`datasette release.db -m release.metadata.json`). Raises ValueError if a row leads nowhere."""
    tables = _tables(release)
    with replaced(path) as pending, closing(sqlite3.connect(pending)) as db:
        try:
            with db:
                db.execute("begin")  # else each table and index is a transaction that waits for the disk
                _fill(db, release, tables)
        except sqlite3.OperationalError as error:
            remedy = "Free some space there, or choose another path."
            raise OSError(f"Cannot write {path}: {error}. {remedy}") from error
    with replaced(path.with_suffix(".metadata.json")) as pending:
        pending.write_text(datasette_metadata(release, tables, path.stem), encoding="utf-8")
    return len(tables)


def _fill(db: sqlite3.Connection, release: Release, tables: Sequence[Table]) -> None:
    for table in tables:
        db.execute(_create(table))
        for c in table.columns:  # an index on each foreign key that the primary key does not begin with
            if c.described.references and c.name != table.key[0]:
                db.execute(f'CREATE INDEX "{table.name}_{c.name}" ON "{table.name}" ("{c.name}")')
    for table in tables:
        places = ", ".join("?" * len(table.columns))
        db.executemany(f'INSERT INTO "{table.name}" VALUES ({places})', _rows(release, table))
        if column := SEARCHED.get(table.name):
            index = f"{table.name}_fts"
            db.execute(full_text(index, table.name, column))
            db.execute(f"insert into {index}({index}) values ('rebuild')")
    if broken := db.execute("pragma foreign_key_check").fetchall():
        raise ValueError(f"release {release.name} has rows that lead nowhere, as {broken[0]}")


@contextmanager
def replaced(path: Path) -> Iterator[Path]:
    """Yield a temporary file beside `path`. It replaces `path` at the end, and is removed after an error."""
    pending = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    pending.unlink(missing_ok=True)
    try:
        yield pending
        pending.replace(path)
    except BaseException:
        pending.unlink(missing_ok=True)
        raise


def _tables(release: Release) -> Sequence[Table]:
    return [t for t in declared_tables().values() if release.has(t.name)]


def _create(table: Table) -> str:
    kinds = {c.name: SQLITE_TYPES.get(c.type, "TEXT") for c in table.columns}
    parts = [f'"{c.name}" {kinds[c.name]}{"" if c.nullable else " NOT NULL"}' for c in table.columns]
    key = ", ".join(f'"{k}"' for k in table.key)
    parts.append(f"PRIMARY KEY ({key})")
    for c in table.columns:
        if c.described.references:
            target = declared_tables()[c.described.references]
            parts.append(f'FOREIGN KEY ("{c.name}") REFERENCES "{target.name}" ("{target.key[0]}")')
    return f'CREATE TABLE "{table.name}" ({", ".join(parts)})'


def _rows(release: Release, table: Table) -> Iterator[tuple[Any, ...]]:
    """Rows in the order of the declared columns; a column that an old release has not is missing in each."""
    rows = release.table(table.name)
    for batch in rows.to_batches(max_chunksize=10_000):
        columns = [
            batch.column(c.name).to_pylist() if c.name in rows.column_names else [None] * len(batch)
            for c in table.columns
        ]
        for row in zip(*columns, strict=True):
            yield tuple(v.isoformat() if isinstance(v, date) else v for v in row)


FACETS = {
    "documents": ("kind", "country_code", "language"),
    "passages": ("kind", "language"),
    "links": ("origin", "registered_domain"),
    "entities": ("label", "country_code"),
    "mentions": ("label",),
    "citations": ("kind", "role", "host"),
    "issues": ("severity", "code"),
}
"""Columns by which Datasette offers to narrow a table down."""
LABELS = {"entities": "name", "documents": "title", "passages": "text", "footnotes": "text"}
"""The column that Datasette shows instead of the key, where another table leads to a row."""


def datasette_metadata(release: Release, tables: Sequence[Table], database: str) -> str:
    """Return the JSON for `datasette <database>.db -m`, from the dictionary of tables and the release's
    `datapackage.json`."""
    package = release.described()
    licences, sources = package.get("licenses", []), package.get("sources", [])
    metadata = {
        "title": package.get("title", database),
        "description": f"Release {release.name}. Every row leads back to the page, box and bytes that it came from.",
        "license": ", ".join(licence["title"] for licence in licences),
        "license_url": licences[0]["path"] if licences else None,
        "source": ", ".join(source["title"] for source in sources),
        "databases": {database: {"tables": {table.name: _table(table) for table in tables}}},
    }
    return json.dumps({key: value for key, value in metadata.items() if value}, indent=1, ensure_ascii=False)


def _table(table: Table) -> dict[str, Any]:
    metadata: dict[str, Any] = {
        "description": table.description,
        # "units" would have to be those that Datasette calculates with
        "columns": {
            c.name: c.described.description + (f" ({c.described.unit})" if c.described.unit else "")
            for c in table.columns
        },
        "label_column": LABELS.get(table.name),
        "facets": FACETS.get(table.name),
    }
    return {key: value for key, value in metadata.items() if value}


_NODES = """
    select entity_id, name, label, coalesce(country_code, '') as country_code, coalesce(homepage, '') as homepage,
        mention_count, document_count
    from entities order by entity_id
"""
_EDGES = """
    select a.entity_id as one, b.entity_id as other, count(distinct a.passage_id) as passages,
        count(distinct a.document_id) as documents
    from mentions a join mentions b on a.passage_id = b.passage_id and a.entity_id < b.entity_id
    group by all order by one, other
"""


def export_gexf(release: Release, path: Path) -> int:
    """Write a graph of the entities and return the number of its edges: two entities are joined if a passage names
    both. The weight of an edge is the number of such passages; its attribute `documents` is the number of documents.
    `path` is replaced when all is written."""
    import networkx  # noqa: PLC0415 - of the extra `graph`

    graph = networkx.Graph()
    with views_of(release) as db:
        for node, name, label, country, homepage, mentions, documents in db.execute(_NODES).fetchall():
            graph.add_node(
                node, label=name, kind=label, country=country, homepage=homepage, mentions=mentions, documents=documents
            )  # fmt: skip
        for one, other, passages, documents in db.execute(_EDGES).fetchall():
            graph.add_edge(one, other, weight=passages, documents=documents)
    with replaced(path) as pending:
        networkx.write_gexf(graph, pending)
    return int(graph.number_of_edges())


ATOM = "http://www.w3.org/2005/Atom"
_MOST_LINES = 20  # changes that an entry lists; the rest is counted
_MOST_LETTERS = 200  # of a value that an entry shows
_APART = timedelta(microseconds=1)
"""Between entries: a feed validator warns of two that were updated at one moment."""
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_ENTRIES = """
    select coalesce(c.document_id, c.row_key) as about, any_value(c.title) as title,
        coalesce(any_value(d.url), any_value(e.homepage)) as url,
        max(c.change) filter (where c.table_name in ('documents', 'entities') and c.column_name = '') as whole,
        list([c.table_name, c.row_key, c.column_name, c.change, c.before, c.after]
            order by c.table_name, c.row_key, c.column_name) as lines
    from changes c
    left join documents d using (document_id)
    left join entities e on c.table_name = 'entities' and e.entity_id = c.row_key
    group by c.table_name = 'entities', about
    order by c.table_name = 'entities', about
"""
_make = ElementMaker(namespace=ATOM, nsmap={None: ATOM})


def export_atom(release: Release, path: Path) -> int:
    """Writes the feed and returns the number of its entries; `path` is replaced when it is whole. The same release
    gives the same feed. A first release has no previous one, and its feed no entry."""
    entries = list(_entries(release))
    feed = _make.feed(
        _make.title("Changes in open source and open government records"),
        _make.id(_urn("changes")),
        _make.updated((release.named_at + len(entries) * _APART).isoformat()),
        _make.author(_make.name("osint-ingest")),
        _make.link(rel="self", type="application/atom+xml", href=path.name),
        *entries,
    )
    with replaced(path) as pending:
        pending.write_bytes(etree.tostring(feed, xml_declaration=True, encoding="utf-8", pretty_print=True))
    return len(entries)


def _entries(release: Release) -> Iterator[etree._Element]:
    with views_of(release) as db:
        rows = db.execute(_ENTRIES).fetchall()
    for number, (about, title, url, whole, lines) in enumerate(rows):
        entry = _make.entry(
            _make.title(f"{(whole or 'modified').capitalize()}: {_plain(title or about)}"),
            _make.id(_urn(f"{release.name} {about}")),
            _make.updated((release.named_at + number * _APART).isoformat()),
            _make.content("\n".join(_lines_of(lines)), type="text"),
        )
        if url and re.match(r"https?://\S+$", url):
            entry.append(_make.link(rel="alternate", href=url))
        yield entry


def _lines_of(lines: list[list[str | None]]) -> Iterator[str]:
    for table, key, column, change, before, after in lines[:_MOST_LINES]:
        message = f", {column}: {_short(before)} -> {_short(after)}" if column else f": {change}"
        yield _plain(f"{table} {key}{message}")
    if len(lines) > _MOST_LINES:
        yield f"and {len(lines) - _MOST_LINES} more"


def _short(value: str | None) -> str:
    if value is None:
        return "nothing"
    return value if len(value) <= _MOST_LETTERS else f"{value[:_MOST_LETTERS]}…"


def _plain(text: str) -> str:
    return _NOT_IN_XML.sub("", text)


def _urn(name: str) -> str:
    return uuid5(NAMESPACE_URL, f"osint-ingest {name}").urn
