"""The files that describe a release: `datapackage.json` (Frictionless), `CITATION.cff` and its README."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from osint_ingest.sources.base import SourceConfig
from osint_ingest.tables import Column, Table, declared_tables

if TYPE_CHECKING:
    import jinja2

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
    licences = dict.fromkeys(a.licence.replace(" ", "-") for a in known)
    return _written("CITATION.cff.j2", name=name, known=known, licences=licences) + "\n"


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
    tables = [declared_tables()[table] for table in rows]
    context = {"rows": rows, "tables": tables, "dictionary": dictionary_page(tables)}
    return _written("README.md.j2", name=name, attributions=attributions, **context)


def dictionary_page(tables: Sequence[Table]) -> str:
    return _written("dictionary.md.j2", tables=tables, types=FRICTIONLESS_TYPES).removesuffix("\n")


def _written(template: str, **context: Any) -> str:
    return _templates().get_template(template).render(**context)


@cache
def _templates() -> jinja2.Environment:
    """The texts of a release: those who read them see no markup, so nothing is escaped."""
    import jinja2  # noqa: PLC0415 - a run that changes nothing needs none

    loader = jinja2.PackageLoader("osint_ingest.release", "texts")
    texts = jinja2.Environment(
        loader=loader, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    texts.filters["meaning"] = _meaning
    texts.filters["quoted"] = lambda text: json.dumps(text, ensure_ascii=False)
    return texts


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
