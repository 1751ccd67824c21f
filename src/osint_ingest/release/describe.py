"""The files that describe a release: `datapackage.json` (Frictionless), `CITATION.cff` and its README."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from osint_ingest.sources.base import SourceConfig
from osint_ingest.tables import Column, Table, declared_tables

FRICTIONLESS_TYPES: Mapping[type[Any], str] = {
    str: "string", int: "integer", float: "number", bool: "boolean", date: "date", datetime: "datetime",
}  # fmt: skip


def datapackage(names: Iterable[str], attributions: Sequence[SourceConfig]) -> str:
    """`datapackage.json`: every table and column with type, key, foreign keys and description."""
    package = {
        "name": "osint-ingest-release",
        "title": "Country intelligence reports and open government pages as tables",
        "licenses": [
            {"name": a.licence.replace(" ", "-"), "path": a.licence_url, "title": a.licence}
            for a in {a.licence: a for a in attributions}.values()
        ],
        "sources": [{"title": a.publisher, "path": a.licence_url} for a in attributions],
        "resources": [_resource(declared_tables()[name]) for name in names],
    }
    return json.dumps(package, indent=1, ensure_ascii=False)


def citation(name: str, attributions: Sequence[SourceConfig]) -> str:
    """`CITATION.cff`: how to cite a release. Its name begins with the day on which it was made."""
    known = [a for a in attributions if a.licence_url]
    lines = [
        "cff-version: 1.2.0",
        "message: To cite this data, use these fields, and name the publishers of the documents that you quote.",
        "type: dataset",
        "title: Country reports and open government pages as tables",
        f'version: "{name}"',
        f'date-released: "{name[:4]}-{name[4:6]}-{name[6:8]}"',
        "authors:",
        *(f"  - name: {json.dumps(a.publisher, ensure_ascii=False)}" for a in known),
        "  - name: osint-ingest, which split the documents into tables",
    ]
    licences = dict.fromkeys(f"  - {a.licence.replace(' ', '-')}" for a in known)
    return "\n".join([*lines, *(["license:"] if known else []), *licences]) + "\n"


def _resource(table: Table) -> dict[str, Any]:
    keys = []
    for c in table.columns:
        if target := c.described.references:
            resource = "" if target == table.name else target.replace("_", "-")
            leads_to = {"resource": resource, "fields": [declared_tables()[target].key[0]]}
            keys.append({"fields": [c.name], "reference": leads_to})
    return {
        "name": table.name.replace("_", "-"),
        "path": f"{table.name}.parquet",
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "description": table.description,
        "schema": {
            "fields": [_field(c) for c in table.columns],
            "primaryKey": list(table.key),
            "foreignKeys": keys,
        },
    }


def _field(c: Column) -> dict[str, Any]:
    constraints = {"required": not c.nullable, "enum": list(c.described.vocabulary or ())}
    field: dict[str, Any] = {
        "name": c.name,
        "type": FRICTIONLESS_TYPES[c.type],
        "description": c.described.description,
        "unit": c.described.unit,
        "personal": c.described.personal,
        "constraints": {name: value for name, value in constraints.items() if value},
    }
    field = {name: value for name, value in field.items() if value}
    # how readers spell the nulls of Parquet: pandas makes `nan` and `NaT` of them; an empty text is a value
    if (c.type is str) != c.nullable:
        field["missingValues"] = ["", "nan", "NaT"] if c.nullable else []
    return field


def readme(name: str, rows: Mapping[str, int], attributions: Sequence[SourceConfig]) -> str:
    """README of a release: what it holds (`rows` by table), whom to name, and the data dictionary."""
    lines = [
        f"# Release {name}",
        "",
        "Tables in Parquet; every row leads back to its place in the captured bytes.",
        "`datapackage.json` describes them for machines, `run.json` says how they were made, `CITATION.cff` how to",
        "cite them.",
        "",
        "```python",
        "import osint_ingest",
        'links = osint_ingest.load("links")  # pandas',
        "db = osint_ingest.connect()  # DuckDB, every table a view",
        "db.sql(\"select * from sources_of('open source')\")  # phrase -> note -> URL -> what it is about",
        "```",
        "",
        "pandas, polars, R's arrow and DuckDB also read the files as they are.",
        "",
        "## Attribution",
        "",
        *(
            f"- {a.publisher} ({a.name}), {a.licence}, <{a.licence_url}>. The text was split into tables."
            for a in attributions
        ),
        "",
        "## Tables",
        "",
        "| table | rows | what a row is |",
        "|---|---|---|",
        *(f"| {t} | {count:,} | {declared_tables()[t].description} |" for t, count in rows.items()),
        "",
        dictionary_page([declared_tables()[t] for t in rows]),
    ]
    return "\n".join(lines)


def dictionary_page(tables: Sequence[Table]) -> str:
    sections = []
    for table in tables:
        sections += [
            f"## {table.name}",
            "",
            table.description,
            "",
            "| column | type | meaning |",
            "|---|---|---|",
        ]
        for c in table.columns:
            key, required = " (key)" if c.name in table.key else "", "" if c.nullable else ", required"
            sections.append(f"| {c.name}{key} | {FRICTIONLESS_TYPES[c.type]}{required} | {_meaning(c)} |")
        sections.append("")
    return "\n".join(sections)


def _meaning(c: Column) -> str:
    described = c.described
    text = described.description
    if described.unit:
        text += f" [{described.unit}]"
    if described.vocabulary:
        text += f"; one of {', '.join(described.vocabulary)}"
    if described.references:
        text += f" -> [{described.references}](#{described.references})"
    if described.personal:
        text += "; can hold the name of a private person"
    return text.replace("|", "\\|")
