"""What analysts import: the tables of a release, as DataFrames or with SQL.

>>> import osint_ingest as oi
>>> links = oi.load("links")                      # a pandas DataFrame of the latest release
>>> db = oi.connect()                             # DuckDB, every table a view
>>> db.sql("select * from sources_of('open data')")   # phrase -> note -> URL -> whose site it is

`curated` is the folder of the releases, or an fsspec URL such as `s3://bucket/curated`.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import TYPE_CHECKING

from osint_ingest.settings import VERSION as __version__  # noqa: N811

# first: the functions below have the names of these rooms, and a later first import would put the rooms in their place
for _room in ("osint_ingest.release", "osint_ingest.tables"):
    import_module(_room)

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

    from osint_ingest.release.folder import Release

__all__ = ["__version__", "connect", "load", "release", "tables"]

_SOURCES_OF = """
    create macro sources_of(phrase) as table
    select r.document_id, r.anchor_text as phrase, r.marker, n.text as note, l.url, e.name as entity, e.homepage,
        r.page, r.ref_id, l.link_id
    from footnote_refs r
    join footnotes n using (footnote_id)
    left join links l using (footnote_id)
    left join entity_links b on b.ref_id = r.ref_id and b.link_id = l.link_id
    left join entities e using (entity_id)
    where contains(lower(r.anchor_text), lower(phrase))
    order by r.document_id, r.char_offset, l.link_id
"""


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


def connect(name: str = "latest", curated: str = "curated") -> duckdb.DuckDBPyConnection:
    """Return a DuckDB connection in which every table of a release is a view.

    `select * from sources_of('words')` lists each reference whose phrase contains those words, with its note, the
    URLs in that note and the entity that each URL belongs to.
    """
    import duckdb
    import pyarrow as pa
    import pyarrow.dataset as ds

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
        for table, rows in zip(named, threads.map(opened, named), strict=True):
            db.register(table, rows)
    if {"footnote_refs", "footnotes", "links", "entity_links", "entities"} <= set(named):
        db.execute(_SOURCES_OF)
    return db
