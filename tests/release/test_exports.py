"""A release for other tools: what they read back is what the release says."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.csv as pacsv
import pytest

from osint_ingest.analyst.export import export_csv, export_jsonl, export_sqlite
from osint_ingest.analyst.ftm import export_ftm, ftm_entities, says_public_body
from osint_ingest.release.folder import Release, Releases
from tests.release.conftest import document, publish, rows, whole

NAME = "20310504T100000000000Z-aaaaaaaa"


@pytest.fixture
def sample(sample_run: Path) -> Release:
    found = Releases(sample_run / "curated").latest()
    assert found is not None
    return found


def test_csv_says_text_as_text_and_nothing_as_nothing(releases: Releases, tmp_path: Path) -> None:
    titles = ["NA", "None", "", None, "null", 'He said "no", twice\nover two lines', "ordinary"]
    release = publish(releases, whole([document(f"d{n}", title=t) for n, t in enumerate(titles)]), NAME)
    export_csv(release, tmp_path / "csv")
    kept = pacsv.ConvertOptions(strings_can_be_null=True, quoted_strings_can_be_null=False)
    newlines = pacsv.ParseOptions(newlines_in_values=True)
    read = pacsv.read_csv(tmp_path / "csv" / "documents.csv", convert_options=kept, parse_options=newlines)
    assert read["title"].to_pylist() == titles
    frame = pd.read_csv(tmp_path / "csv" / "documents.csv", keep_default_na=False)
    assert frame["title"].tolist() == [t or "" for t in titles]


@pytest.mark.parametrize("title", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_csv_is_safe_to_open_in_a_spreadsheet(releases: Releases, tmp_path: Path, title: str) -> None:
    release = publish(releases, whole([document("d1", title=title)]), NAME)
    export_csv(release, tmp_path)
    newlines = pacsv.ParseOptions(newlines_in_values=True)
    read = pacsv.read_csv(tmp_path / "documents.csv", parse_options=newlines)["title"].to_pylist()
    assert read == [f"'{title}"]


def test_every_table_becomes_csv_and_json_lines(sample: Release, tmp_path: Path) -> None:
    counts = sample.row_counts()
    assert {p.stem for p in export_csv(sample, tmp_path / "csv")} == set(counts)
    for path in export_jsonl(sample, tmp_path / "jsonl"):
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        assert len(lines) == counts[path.stem]
        if path.stem == "links":
            assert lines == sample.table("links").to_pylist()


def test_sqlite_has_keys_that_hold_and_full_text_search(sample: Release, tmp_path: Path) -> None:
    assert export_sqlite(sample, tmp_path / "release.db") == len(sample.table_names())
    with closing(sqlite3.connect(tmp_path / "release.db")) as db:
        assert db.execute("pragma foreign_key_check").fetchall() == []
        for name, count in sample.row_counts().items():
            assert db.execute(f'select count(*) from "{name}"').fetchone() == (count,)
        assert db.execute("pragma foreign_key_list(footnote_refs)").fetchall()
        found = db.execute(
            "select passage_id from passages_fts f join passages p on p.rowid = f.rowid "
            "where passages_fts match 'forest'"
        ).fetchall()
        told = {
            p for p, t in zip(*_columns(sample, "passage_id", "text"), strict=True) if "forest " in t.lower()
        }
        assert told and told <= {row[0] for row in found}
        plan = db.execute("explain query plan select * from links where passage_id = 'x'").fetchall()
        assert "links_passage_id" in plan[0][3]  # a key is followed by its index


def test_sqlite_comes_with_what_datasette_shows_beside_it(sample: Release, tmp_path: Path) -> None:
    export_sqlite(sample, tmp_path / "release.db")
    told = json.loads((tmp_path / "release.metadata.json").read_text(encoding="utf-8"))
    assert "Release " + sample.name in told["description"] and told["license"] and told["source"]
    tables = told["databases"]["release"]["tables"]
    with closing(sqlite3.connect(tmp_path / "release.db")) as db:
        for name in sample.row_counts():
            columns = {row[1] for row in db.execute(f'pragma table_info("{name}")')}
            assert tables[name]["columns"].keys() == columns and tables[name]["description"], name
            assert tables[name].get("label_column") in {None, *columns}
            assert set(tables[name].get("facets", ())) <= columns
        # by this Datasette knows that a table can be searched
        searched = "select count(*) from sqlite_master where sql like '%USING FTS%content=\"passages\"%'"
        assert db.execute(searched).fetchone() == (1,)
    assert tables["spans"]["columns"]["x0"].endswith(" (PDF points from the page's left)")
    assert not any("units" in table for table in tables.values())  # Datasette fails on ours


def _columns(release: Release, *names: str) -> list[list[str]]:
    table = release.table("passages", list(names))
    return [table[name].to_pylist() for name in names]


def test_sqlite_refuses_rows_that_lead_nowhere_and_leaves_no_file(releases: Releases, tmp_path: Path) -> None:
    release = publish(releases, whole(rows()[1:]), NAME)  # without the document
    with pytest.raises(ValueError, match="lead nowhere"):
        export_sqlite(release, tmp_path / "release.db")
    assert not [p for p in tmp_path.iterdir() if "release.db" in p.name]


def test_followthemoney_takes_every_entity_as_it_is(sample: Release, tmp_path: Path) -> None:
    model = pytest.importorskip("followthemoney").model
    count = export_ftm(sample, tmp_path / "release.ftm.json")
    said = [json.loads(line) for line in (tmp_path / "release.ftm.json").read_text("utf-8").splitlines()]
    assert len(said) == count == len({entity["id"] for entity in said})
    schema_of = {entity["id"]: model.get(entity["schema"]) for entity in said}
    for entity in said:
        proxy = model.get_proxy(entity, cleaned=False)
        proxy.schema.validate(entity)
        for name, values in entity["properties"].items():
            prop = proxy.schema.get(name)
            assert prop is not None, (entity["schema"], name)
            assert len(proxy.get(name)) == len(values), (entity["schema"], name, values)
            if prop.range is not None:  # a pointer leads to an entity of the schema that it wants
                assert all(schema_of[value].is_a(prop.range) for value in values), (entity, name)


def test_followthemoney_gets_the_release_with_its_proof(sample: Release) -> None:
    said = list(ftm_entities(sample))
    schemata = {entity["schema"] for entity in said}
    assert {
        "HyperText", "Pages", "Organization", "PublicBody", "Project", "ProjectParticipant", "UnknownLink",
        "Documentation",
    } <= schemata  # fmt: skip
    documents = {e["id"] for e in said if e["schema"] in ("HyperText", "Pages")}
    assert len(documents) == len(sample.table("documents"))
    for entity in said:
        if "keywords" in entity["properties"]:
            assert set(entity["properties"]["proof"]) <= documents
        if entity["schema"] in ("ProjectParticipant", "UnknownLink", "Documentation"):
            assert entity["properties"]["sourceUrl"] and entity["properties"]["retrievedAt"]
    named = [e for e in said if "keywords" in e["properties"]]
    assert len(named) == len(sample.table("entities"))  # none is dropped, whatever its label
    things = {e["properties"]["name"][0]: e for e in named}
    assert things["Ministry of Agriculture"]["schema"] == things["Supreme Court"]["schema"] == "PublicBody"
    assert things["Lirio Abierto"]["schema"] == "Organization"
    homepages = {
        row["name"]: row["homepage"] for row in sample.table("entities").to_pylist() if row["homepage"]
    }
    assert (
        things["Decree 77/2021"]["schema"] == "Document" and things["Rivalba Geoportal"]["schema"] == "Asset"
    )
    for name, homepage in homepages.items():
        said_there = things[name]["properties"]
        assert homepage in said_there.get("website", []) + said_there.get("sourceUrl", []), name
    quotes = [e["properties"]["summary"][0] for e in said if e["schema"] == "Documentation"]
    assert all("“" in quote for quote in quotes) and any(re.match(r"p. \d+: “", quote) for quote in quotes)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Ministère des Transports", True), ("Secretaría de Innovación Pública", True),
        ("Câmara Municipal de Ovar", True), ("Bundesamt für Gewässer", True), ("Ministero dei Laghi", True),
        ("House of the Ministrel", False),
        ("Lirio Abierto", False), ("University of Monteluz", False),
    ],
)  # fmt: skip
def test_an_institution_is_a_public_body_where_its_name_says_so(name: str, told: bool) -> None:
    assert says_public_body([name]) is told


def test_an_older_release_without_a_column_still_goes_out(releases: Releases, tmp_path: Path) -> None:
    tables = whole(rows())
    made = publish(releases, tables, NAME)
    older: pa.Table = tables["links"].drop_columns(["confidence", "page"])
    pa.parquet.write_table(older, made.path / "links.parquet")
    (line,) = [json.loads(t) for p in export_jsonl(made, tmp_path) if p.stem == "links" for t in p.open()]
    assert line["page"] is None and line["url"] == "https://tides.example/data"
