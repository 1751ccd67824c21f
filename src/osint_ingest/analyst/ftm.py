"""A release as FollowTheMoney entities, one JSON line each: what Aleph and the tools of OpenSanctions read.

    documents                                      HyperText, Pages
    entities                                       PublicBody, Organization, Person, Project, Territory, Address,
                                                   Asset (software), Document (laws, licences), Event
    entities and the documents that mention them   Documentation, with page and words around the first mention
    rows of a source's own tables                  as its `ftm.toml` says

Every thing has its document as proof; every link has the address and moment of its source. A thing without a schema of
its own there has the nearest, and its label as a keyword.

A source's `ftm.toml` holds queries over the tables of a release. `[[entities]]`: each row of `sql` is an entity of
`schema`; its columns are `id`, `document_id` (where it comes from) and properties of that schema, of which `refers`
names those that hold ids. `[[schemas]]`: entities whose `entity_id` the `sql` gives are of this narrower `schema`.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb
import pycountry

from osint_ingest.analyst.export import replaced
from osint_ingest.entities.lexicon import fold
from osint_ingest.model.entity_labels import ENTITY_LABELS
from osint_ingest.release.folder import Release
from osint_ingest.release.views import views_of
from osint_ingest.sources import all_sources

_NOT_IN_IDS = re.compile(r"[^0-9A-Za-z.-]+")
_WITH_WEBSITE = ("Organization", "PublicBody")
_FIRST_MENTIONS = """
    select m.document_id, m.entity_id, m.mention_id, p.page,
        substr(p.text, 1 + greatest(m.char_start - 150, 0)::int, m.char_end - m.char_start + 300) as quote
    from mentions m join passages p using (passage_id)
    where m.entity_id is not null
    qualify row_number() over (
        partition by m.document_id, m.entity_id order by cast(split_part(m.mention_id, '#m', -1) as bigint)
    ) = 1
    order by m.document_id, m.entity_id
"""
Row = Mapping[str, Any]


def export_ftm(release: Release, path: Path) -> int:
    """Writes the entities as JSON lines and returns how many; `path` is replaced when they are all written."""
    count = 0
    with replaced(path) as pending, pending.open("w", encoding="utf-8") as out:
        for entity in ftm_entities(release):
            out.write(json.dumps(entity, ensure_ascii=False) + "\n")
            count += 1
    return count


def ftm_entities(release: Release) -> Iterator[dict[str, Any]]:
    """The entities of a release: `id`, `schema` and `properties`, each a list of strings. An id occurs once."""
    documents = {row["document_id"]: row for row in _rows(release, "documents")}
    declared = [source.config.data("ftm.toml") for source in all_sources()]
    for row in documents.values():
        yield _document(row)
    with views_of(release) as db:
        narrower = {
            entity_id: schema["schema"]
            for data in declared
            for schema in data.get("schemas", ())
            for (entity_id,) in db.execute(schema["sql"]).fetchall()
        }
        yield from _things(release, documents, narrower)
        for data in declared:
            for entity in data.get("entities", ()):
                yield from _declared(db, entity, documents)
        yield from _documentation(db, documents)


def _declared(
    db: duckdb.DuckDBPyConnection, declared: Mapping[str, Any], documents: Mapping[str, Row]
) -> Iterator[dict[str, Any]]:
    seen: set[str] = set()
    refers = declared.get("refers", ())
    for row in db.sql(declared["sql"]).to_arrow_table().to_pylist():
        key, document = row.pop("id"), documents[row.pop("document_id")]
        if key in seen:
            continue
        seen.add(key)
        for name in refers:
            row[name] = row[name] and _id(row[name])
        if "country" in row:
            row["country"] = _alpha_2(row["country"])
        yield _entity(key, declared["schema"], **row, **_source(document))


def _rows(release: Release, table: str) -> list[Row]:
    found: list[Row] = release.table(table).to_pylist() if release.has(table) else []
    return found


def _document(row: Row) -> dict[str, Any]:
    is_pdf = row["page_count"] is not None
    language = pycountry.languages.get(alpha_2=row["language"]) if row["language"] else None
    name = (row["url"] or row["document_id"]).rstrip("/").rpartition("/")[2] or row["document_id"]
    return _entity(
        row["document_id"],
        "Pages" if is_pdf else "HyperText",
        title=row["title"],
        fileName=name,
        mimeType="application/pdf" if is_pdf else "text/html",
        language=language and str(language.alpha_3),
        country=_alpha_2(row["country_code"]),
        publishedAt=row["published"] or (str(row["year"]) if row["year"] else None),
        **_source(row),
    )


def _things(
    release: Release, documents: Mapping[str, Row], narrower: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    first: dict[str, str] = {}
    for mention in _rows(release, "mentions"):
        first.setdefault(mention["entity_id"], mention["document_id"])
    other_names: dict[str, list[Row]] = defaultdict(list)
    for name in _rows(release, "entity_names"):
        other_names[name["entity_id"]].append(name)
    for row in _rows(release, "entities"):
        label = ENTITY_LABELS[row["label"]]
        schema = narrower.get(row["entity_id"], label.schema)
        names = other_names[row["entity_id"]]
        if schema == "Organization" and says_public_body([row["name"], *(n["name"] for n in names)]):
            schema = "PublicBody"
        site = {"website" if schema in _WITH_WEBSITE else "sourceUrl": row["homepage"]}
        if schema == "Document":
            site["fileName"] = row["name"]  # which it must have
        found_in = documents[first[row["entity_id"]]] if row["entity_id"] in first else None
        yield _entity(
            row["entity_id"],
            schema,
            name=row["name"],
            alias=[n["name"] for n in names if n["kind"] in ("native", "alias")],
            weakAlias=[n["name"] for n in names if n["kind"] == "acronym"],
            country=_alpha_2(row["country_code"]),
            keywords=label.title,
            proof=_id(found_in["document_id"]) if found_in else None,
            retrievedAt=_source(found_in)["retrievedAt"] if found_in else None,
            **site,
        )


def _documentation(db: duckdb.DuckDBPyConnection, documents: Mapping[str, Row]) -> Iterator[dict[str, Any]]:
    for row in db.sql(_FIRST_MENTIONS).to_arrow_table().to_pylist():
        page = f"p. {row['page']}: " if row["page"] else ""
        yield _entity(
            f"{row['document_id']}-mentions-{row['entity_id']}",
            "Documentation",
            document=_id(row["document_id"]),
            entity=_id(row["entity_id"]),
            role="mentioned",
            recordId=row["mention_id"],
            summary=f"{page}“{' '.join(row['quote'].split())}”",
            **_source(documents[row["document_id"]]),
        )


def says_public_body(names: Iterable[str]) -> bool:
    """Does one of the names say, in some language, that the institution is a public body?"""
    return any(_public_bodies().search(fold(name)) for name in names)


@cache
def _public_bodies() -> re.Pattern[str]:
    by_language = tomllib.loads(files(__package__).joinpath("public_bodies.toml").read_text("utf-8"))
    words = sorted({fold(word) for said in by_language.values() for word in said})
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})\b")


def _source(document: Row) -> dict[str, Any]:
    """Where and when a document was taken."""
    url = document["url"]
    return {
        "sourceUrl": url if url and url.startswith(("http://", "https://")) else None,
        "retrievedAt": document["captured_at"].strftime("%Y-%m-%dT%H:%M:%S"),
    }


def _entity(key: str, schema: str, **properties: Any) -> dict[str, Any]:
    said = {name: v if isinstance(v, list) else [v] for name, v in properties.items() if v is not None}
    filled = {name: sorted({str(v) for v in values}) for name, values in said.items() if values}
    return {"id": _id(key), "schema": schema, "properties": filled}


def _id(key: str) -> str:
    """Return an id of letters, digits, dots and dashes, as FollowTheMoney requires; a changed one ends in a hash."""
    plain = _NOT_IN_IDS.sub("-", key).strip("-.")
    return plain if plain == key else f"{plain}-{hashlib.sha256(key.encode()).hexdigest()[:8]}"


def _alpha_2(code: str | None) -> str | None:
    country = pycountry.countries.get(alpha_3=code) if code else None
    return country.alpha_2.lower() if country else None
