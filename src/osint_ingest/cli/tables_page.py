"""The page `docs/tables.md`: every table and column, from the dictionary.

python -m osint_ingest.cli.tables_page > docs/tables.md
"""

from __future__ import annotations

import sys

from osint_ingest.release.describe import dictionary_page
from osint_ingest.sources import all_sources
from osint_ingest.tables import declared_tables

HEAD = """# The tables

This page is made from the dictionary in the code (`make tables`). Every release has these tables as Parquet files,
with the same descriptions in their schema and in `datapackage.json`.

Text is as printed, in Unicode NFC; a `*_code` column beside it holds the canonical English value, a `*_date` column
the date. Times are UTC. Character offsets count code points and are half-open; boxes are PDF points from the top left
of the page. An arrow leads to the table whose key a column holds.

| table | key | what a row is |
|---|---|---|
"""


def page() -> str:
    """The whole page, in Markdown."""
    all_sources()  # declares their tables
    tables = list(declared_tables().values())
    listed = "".join(f"| [{t.name}](#{t.name}) | {', '.join(t.key)} | {t.description} |\n" for t in tables)
    return f"{HEAD}{listed}\n{dictionary_page(tables)}"


if __name__ == "__main__":
    sys.stdout.write(page())
