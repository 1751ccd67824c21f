"""Full text of a release: SQLite's FTS5 over its passages, the notes among them. The index is made by the first search
and kept as a file of the release, because most releases are never searched. The same tables give the same bytes, and
the file goes with its release."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa

from osint_ingest.release.folder import Release
from osint_ingest.release.views import views_of
from osint_ingest.store.folder import is_remote

INDEX = "search-1.sqlite"  # the number goes up when an index is laid out otherwise
FOLDED = "unicode61 remove_diacritics 2"  # whole words, without regard to capitals and accents
STEMMED = {"en": f"porter {FOLDED}"}
"""Languages whose inflected forms the engine knows as one word: `policies` finds `policy`."""
AT_ONCE = 10_000
FOUND = pa.schema(
    (name, pa.int64() if name in ("rank", "page") else pa.string())
    for name in ("rank", "snippet", "title", "page", "kind", "language", "document_id", "passage_id")
)
_DOCUMENTS = "select document_id, coalesce(title, document_id) from documents order by document_id"
_PASSAGES = """
    select d.number, p.ordinal, p.page, p.kind, coalesce(p.language, d.language), p.text
    from passages p
    join (select *, row_number() over (order by document_id) as number from documents) d using (document_id)
    where p.kind not in ('header', 'footer') order by d.number, p.ordinal
"""
_LAID_OUT = """
    create table passages (document integer, ordinal integer, page integer, kind text, language text, text text);
    create table documents (document integer primary key, document_id text, title text);
"""
_IN_ONE = """
    select * from (
        select rowid, rank as score, snippet({table}, 0, '**', '**', '…', 32) as snippet
        from {table} where {table} match :match order by rank, rowid limit :most
    )
"""
_FOUND = """
    select snippet, title, page, kind, language, document_id, document_id || '#p' || ordinal
    from ({found}) f join passages p on p.rowid = f.rowid join documents using (document)
    order by score, p.rowid limit :most
"""
_PARTS = re.compile(r'"([^"]*)"|([^\s"]+)')


def search(release: Release, words: str, limit: int = 20) -> pa.Table:
    """The passages that have all these words, the best first, in the schema FOUND; in a snippet they stand in `**`.
    Words count whole; capitals and accents do not matter, nor do English endings. "Words in quotes" stand together;
    `word*` finds what begins so."""
    # each word in quotes, so that none is an operator
    parts = [(phrase or word, "*" if word.endswith("*") else "") for phrase, word in _PARTS.findall(words)]
    match = " ".join(f'"{part}"{end}' for part, end in parts if any(sign.isalnum() for sign in part))
    if not match:
        return FOUND.empty_table()
    found = " union all ".join(_IN_ONE.format(table=table) for table in _indexes())
    with _index(release) as db:
        rows = db.execute(_FOUND.format(found=found), {"match": match, "most": limit}).fetchall()
    ranked = [(rank, *row) for rank, row in enumerate(rows, 1)]
    return pa.Table.from_pylist([dict(zip(FOUND.names, row, strict=True)) for row in ranked], schema=FOUND)


def full_text(name: str, table: str, column: str, tokenizer: str = FOLDED) -> str:
    """The statement that makes an empty full-text index over a column of a table."""
    return f'create virtual table "{name}" using fts5("{column}", content="{table}", tokenize="{tokenizer}")'


def write_index(release: Release, path: Path) -> None:
    with views_of(release) as views, closing(sqlite3.connect(path)) as db, db:
        db.executescript(_LAID_OUT)
        told = views.execute(_DOCUMENTS).fetchall()
        db.executemany("insert into documents(document_id, title) values (?, ?)", told)
        found = views.execute(_PASSAGES)
        while rows := found.fetchmany(AT_ONCE):
            db.executemany("insert into passages values (?, ?, ?, ?, ?, ?)", rows)
        for table, (tokenizer, these) in _indexes().items():
            db.execute(full_text(table, "passages", "text", tokenizer))
            db.execute(f"insert into {table}(rowid, text) select rowid, text from passages where {these}")
            db.execute(f"insert into {table}({table}) values ('optimize')")


def _indexes() -> dict[str, tuple[str, str]]:
    """The indexes by name: how words are told apart, and the passages that it has."""
    stemmed = ", ".join(f"'{code}'" for code in STEMMED)
    found = {"passages_fts": (FOLDED, f"coalesce(language, '') not in ({stemmed})")}
    return found | {f"passages_{code}_fts": (how, f"language = '{code}'") for code, how in STEMMED.items()}


@contextmanager
def _index(release: Release) -> Iterator[sqlite3.Connection]:
    """The index of a release, opened for reading; made and added to the release where it has none."""
    with TemporaryDirectory(prefix="osint-ingest-search-") as folder:
        path = Path(folder) / INDEX
        kept = None if is_remote(release.location) else release.path / INDEX
        if kept is not None and kept.exists():
            path = kept
        elif kept is not None or not release.copy_file(INDEX, path):
            write_index(release, path)
            with suppress(OSError):  # a release that one may only read is searched all the same
                release.add_file(INDEX, path)
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as db:
            yield db
