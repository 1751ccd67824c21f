"""The analyst's face of osint-ingest: look at a release.

>>> import osint_ingest as oi
>>> links = oi.load("links")                      # a pandas DataFrame of the last release
>>> oi.connect().sql("select * from entities")    # DuckDB, every table a view
"""

from __future__ import annotations

from typing import TYPE_CHECKING

# Two functions here have the names of rooms. A room that is imported later would take their place; one that is
# imported already does not.
import osint_ingest.release
import osint_ingest.tables

__version__ = "0.1.0"

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

    from osint_ingest.release.folder import Release

__all__ = ["__version__", "connect", "load", "release", "tables"]


def release(name: str = "latest", curated: str = "curated") -> Release:
    """A release by name (or the start of it). FileNotFoundError says which there are."""
    from osint_ingest.release.folder import Releases

    return Releases(curated).named(name)


def load(table: str, name: str = "latest", curated: str = "curated") -> pd.DataFrame:
    """A table of a release as a DataFrame. FileNotFoundError names the tables that there are."""
    frame: pd.DataFrame = release(name, curated).table(table).to_pandas()
    return frame


def tables(name: str = "latest", curated: str = "curated") -> dict[str, int]:
    """The tables of a release and their row counts."""
    return release(name, curated).row_counts()


def connect(name: str = "latest", curated: str = "curated") -> duckdb.DuckDBPyConnection:
    """A DuckDB connection in which every table of a release is a view."""
    import duckdb

    found = release(name, curated)
    db = duckdb.connect()
    for path in sorted(found.path.glob("*.parquet")):
        quoted = str(path).replace("'", "''")
        db.execute(f"create view \"{path.stem}\" as select * from read_parquet('{quoted}')")
    return db
