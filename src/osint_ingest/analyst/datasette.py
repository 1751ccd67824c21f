"""What Datasette shows beside a database: what its tables and columns mean, and whom to name."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from osint_ingest.release.folder import Release
from osint_ingest.tables import Table

LABELS = {"entities": "name", "documents": "title", "passages": "text", "footnotes": "text"}
"""The column that Datasette shows instead of the key, where another table leads to a row."""


def datasette_metadata(release: Release, tables: Sequence[Table], database: str) -> str:
    """Metadata for `datasette <database>.db -m`, JSON: from the dictionary and the release's `datapackage.json`."""
    package = release.described()
    licences, sources = package.get("licenses", []), package.get("sources", [])
    told = {
        "title": package.get("title", database),
        "description": f"Release {release.name}. Every row leads back to the page, box and bytes that it came from.",
        "license": ", ".join(licence["title"] for licence in licences),
        "license_url": licences[0]["path"] if licences else None,
        "source": ", ".join(source["title"] for source in sources),
        "databases": {database: {"tables": {table.name: _table(table) for table in tables}}},
    }
    return json.dumps({key: value for key, value in told.items() if value}, indent=1, ensure_ascii=False)


def _table(table: Table) -> dict[str, Any]:
    told: dict[str, Any] = {
        "description": table.description,
        "columns": {c.name: c.described.description for c in table.columns},
        "units": {c.name: c.described.unit for c in table.columns if c.described.unit},
        "label_column": LABELS.get(table.name),
    }
    return {key: value for key, value in told.items() if value}
