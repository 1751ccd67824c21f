"""What analysts import: the tables of a release, as DataFrames or with SQL.

>>> import osint_ingest as oi
>>> links = oi.load("links")                      # a pandas DataFrame of the latest release
>>> oi.citations("national forge")                # phrase -> note -> URL -> what it is about
>>> oi.search("open data portal")                 # passages and notes, the best match first
>>> db = oi.connect()                             # DuckDB, every table a view
>>> db.sql("select * from sources_of('open data')")   # phrase -> note -> URL -> what it is about

`curated` is the folder of the releases, or an fsspec URL such as `s3://bucket/curated`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

# first: the functions below have the names of these rooms, and a later first import would put the rooms in their place
for _room in ("osint_ingest.release", "osint_ingest.tables"):
    import_module(_room)

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

    from osint_ingest.release.folder import Release

__all__ = ["__version__", "citations", "connect", "load", "release", "search", "tables"]


def __getattr__(name: str) -> Any:
    """The version, once it is asked for: settings load pydantic, a third of the time to the first page read."""
    if name != "__version__":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from osint_ingest.settings import VERSION

    return VERSION


def release(name: str = "latest", curated: str = "curated") -> Release:
    """Return a release by its name, the start of its name, `latest` or `previous`.

    Raises FileNotFoundError, which lists the available releases.
    """
    from osint_ingest.release.folder import Releases

    return Releases(curated).named(name)


def load(table: str, name: str = "latest", curated: str = "curated") -> pd.DataFrame:
    """Return a table of a release as a DataFrame.

    Integer and boolean columns with missing values keep their type (`Int64`, `boolean`). Dates and times are
    datetimes, times in UTC. Raises FileNotFoundError, which lists the available tables.
    """
    import pandas as pd
    import pyarrow as pa

    kinds = {pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}
    found = release(name, curated).table(table)
    frame: pd.DataFrame = found.to_pandas(types_mapper=kinds.get, date_as_object=False)
    return frame


def tables(name: str = "latest", curated: str = "curated") -> dict[str, int]:
    """Return the tables of a release with their row counts."""
    return release(name, curated).row_counts()


def citations(
    words: str, role: str | None = "evidence", name: str = "latest", curated: str = "curated"
) -> pd.DataFrame:
    """Return the sources of what has these words, or is about or names the entity of that name, as a DataFrame.

    First those whose phrase has them, then those whose context has: its sentence, or its share of that (`found_in`).
    `url` is null where a note has no address.

    Whole words are compared, without regard to case, accents and punctuation. An entity is found by any of its names,
    its acronym or its id. `role` is `evidence`, `navigation`, or None for both. The columns are those of the SQL macro
    `sources_of`. Raises FileNotFoundError for a release made before this table existed.
    """
    from osint_ingest.analyst.citing import check, cited

    check(release(name, curated))
    with connect(name, curated) as db:
        frame: pd.DataFrame = cited(db, words, role).to_pandas()
    return frame


def search(words: str, limit: int = 20, name: str = "latest", curated: str = "curated") -> pd.DataFrame:
    """Return the passages and notes that have all these words, the best match first, as a DataFrame.

    Words count whole; capitals and accents do not matter, nor do English endings. "Words in quotes" stand together;
    `word*` is a beginning. Columns: rank, snippet (the words stand in `**`), title, page, kind, language, document_id,
    passage_id. The first search of a release makes its index.
    """
    from osint_ingest.analyst.search import search as found_in

    frame: pd.DataFrame = found_in(release(name, curated), words, limit).to_pandas()
    return frame


def connect(name: str = "latest", curated: str = "curated") -> duckdb.DuckDBPyConnection:
    """Return a DuckDB connection in which every table of a release is a view.

    `select * from sources_of('words')` lists the sources of what has those words, or names the entity of that name:
    phrase, note, URL, entity. The view `sources` has all of them: `citations`, and notes without an address.
    """
    from concurrent.futures import ThreadPoolExecutor

    import duckdb
    import pyarrow as pa
    import pyarrow.dataset as ds

    from osint_ingest.analyst.citing import NEEDED, NEWEST, define_macros
    from osint_ingest.release.folder import DamagedRelease

    found = release(name, curated)
    db = duckdb.connect()
    named = found.table_names()

    def opened(table: str) -> ds.Dataset:
        path, files = found.file_of(table)
        try:
            return ds.dataset(path, format="parquet", filesystem=files)
        except pa.ArrowInvalid as error:
            raise DamagedRelease(path, error) from error

    with ThreadPoolExecutor(8) as threads:  # in an object store each is several requests
        tables = dict(zip(named, threads.map(opened, named), strict=True))
    for table, rows in tables.items():
        db.register(table, rows)
    table, column = NEWEST
    if set(tables) >= NEEDED and column in tables[table].schema.names:
        define_macros(db)
    return db
