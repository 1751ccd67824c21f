"""`osint-ingest entities link`: entities looked for in a dump of ROR or Wikidata, damaged ones too."""

from __future__ import annotations

import gzip
import json
import zipfile
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from tests.cli.conftest import Run

from osint_ingest.analyst.linking import SCHEMA, DumpReader, link_entities

ENTITIES = [
    ("org-rou-tarve-university", "ORG", "ROU", "https://www.tarve.example/"),
    ("org-rou-institute-of-rivers", "ORG", "ROU", None),
    ("org-office-of-lakes", "ORG", None, None),
    ("software-ember", "SOFTWARE", None, "https://ember.example"),
    ("org-friends-of-ember", "ORG", None, "https://ember.example/friends/of"),
    ("person-ana-tarve", "PERSON", "ROU", None),
]
NAMES = [
    ("org-rou-tarve-university", "Tarve University"),
    ("org-rou-tarve-university", "TU"),
    ("org-rou-institute-of-rivers", "Institute of Rivers"),
    ("org-office-of-lakes", "Office of Lakes"),
    ("software-ember", "Ember"),
    ("org-friends-of-ember", "Friends of Ember"),
    ("person-ana-tarve", "Ana Tarve"),
]


def ror(number: int, name: str, country: str = "RO", site: str | None = None, *others: str) -> dict[str, Any]:
    """A record in the form of ROR's schema 2."""
    return {
        "id": f"https://ror.org/{number}",
        "names": [
            {"value": name, "lang": "en", "types": ["label", "ror_display"]},
            *({"value": n, "lang": None, "types": ["alias"]} for n in others),
        ],
        "links": [{"type": "website", "value": site}] if site else [],
        "locations": [{"geonames_id": 1, "geonames_details": {"country_code": country}}],
    }


def item(number: int, name: str, country: int | None = None, **values: str) -> dict[str, Any]:
    """An item in the form of Wikidata."""
    claims = {p: [{"rank": "normal", "mainsnak": {"datavalue": {"value": v}}}] for p, v in values.items()}
    if country is not None:
        claims["P17"] = [{"rank": "normal", "mainsnak": {"datavalue": {"value": {"id": f"Q{country}"}}}}]  # type: ignore[dict-item]
    return {
        "type": "item",
        "id": f"Q{number}",
        "labels": {"en": {"value": name}},
        "aliases": {},
        "claims": claims,
    }


def linked(dump: Path) -> tuple[set[tuple[str, str, str, bool]], DumpReader]:
    """What a dump gives: entity, record, evidence, whether it is the only one."""
    columns = ("entity_id", "label", "country_code", "homepage")
    reader = DumpReader(dump)
    found = link_entities([dict(zip(columns, e, strict=True)) for e in ENTITIES], NAMES, reader)
    assert found.schema.equals(SCHEMA)
    rows = found.select(["entity_id", "external_id", "evidence", "sole"]).to_pylist()
    return {
        (r["entity_id"], r["external_id"].rpartition("/")[2], r["evidence"], r["sole"]) for r in rows
    }, reader


def test_the_official_host_tells_before_name_and_country(tmp_path: Path) -> None:
    records = [
        ror(1, "University of Tarve in Ruritania", "RO", "http://tarve.example", "Tarve University"),
        ror(2, "Tarve University", "RO", "https://other.example"),  # of this name, with another site
        ror(3, "Institute of Rivers", "FR"),
        ror(4, "Institute of Rivers", "RO"),
        ror(5, "Office of Lakes"),  # our entity has no country
        ror(6, "Ana Tarve"),
        ror(7, "Ember Foundation", "DE", "https://www.ember.example/"),
    ]
    (tmp_path / "dump.json").write_text(json.dumps(records, indent=4))
    found, reader = linked(tmp_path / "dump.json")
    assert found == {
        ("org-rou-tarve-university", "1", "host and name", True),
        ("org-rou-institute-of-rivers", "4", "name and country", True),
        ("software-ember", "7", "host", True),
    }
    assert (reader.records, reader.faults) == (7, [])


def test_of_records_that_fit_alike_none_is_chosen(tmp_path: Path) -> None:
    records = [
        ror(1, "Institute of Rivers"), ror(2, "Rivers", "RO", None, "Institute of Rivers"),
        ror(3, "Ember Core", "DE", "https://ember.example"), ror(4, "Ember Lab", "DE", "https://ember.example"),
    ]  # fmt: skip
    (tmp_path / "dump.json").write_text("\n".join(map(json.dumps, records)))
    found, _ = linked(tmp_path / "dump.json")
    assert found == {
        ("org-rou-institute-of-rivers", "1", "name and country", False),
        ("org-rou-institute-of-rivers", "2", "name and country", False),
    }


def test_wikidata_names_countries_by_items_that_may_come_later(tmp_path: Path) -> None:
    items = [
        item(10, "Institute of Rivers", 218),
        item(11, "Institute of Rivers", 142),
        item(12, "Tarve", 218, P856="https://tarve.example/"),
        item(218, "Romania", P298="ROU"),
        item(142, "France", P298="FRA"),
    ]
    lines = ",\n".join(map(json.dumps, items))
    (tmp_path / "dump.json.gz").write_bytes(gzip.compress(f"[\n{lines}\n]\n".encode()))
    found, _ = linked(tmp_path / "dump.json.gz")
    assert found == {
        ("org-rou-institute-of-rivers", "Q10", "name and country", True),
        ("org-rou-tarve-university", "Q12", "host", True),
    }


@pytest.mark.parametrize("indent", [None, 2])
def test_records_that_cannot_be_read_are_named_and_left_out(tmp_path: Path, indent: int | None) -> None:
    good = json.dumps(ror(1, "Institute of Rivers"), indent=indent)
    cut = good[: len(good) // 2].rstrip()
    parts = [good.replace("/1", "/8"), cut, '{"id": 5}', "not json", '{"id": "9", "names": 3}', good]
    (tmp_path / "dump.json").write_text("[\n" + ",\n".join(parts) + "\n]\n")
    found, reader = linked(tmp_path / "dump.json")
    assert {row[1] for row in found} == {"1", "8"}
    assert reader.records == 2 and len(reader.faults) == 4
    assert all(fault.startswith("line ") for fault in reader.faults)


def test_the_command_writes_the_matches_beside_the_release(
    sample_run: Path, tmp_path: Path, run: Run
) -> None:
    known = pq.read_table(sample_run / "curated/latest/entities.parquet").to_pylist()
    body = next(e for e in known if e["label"] == "ORG" and (e["homepage"] or "").count("/") == 3)
    lines = [json.dumps(item(1, body["name"], P856=body["homepage"])), "{", json.dumps(item(2, "Land"))]
    with zipfile.ZipFile(tmp_path / "dump.zip", "w") as archive:
        archive.writestr("dump.json", "\n".join(lines))
    to = tmp_path / "matches.parquet"
    told = ("entities", "link", "--to", str(to), "--curated", str(sample_run / "curated"), "--dump")
    done = run(*told, str(tmp_path / "dump.zip"))
    assert done.code == 0 and "line 2" in done.err, done.err
    [row] = pq.read_table(to).to_pylist()
    assert (row["entity_id"], row["external_id"]) == (body["entity_id"], "Q1")
    (tmp_path / "none.json").write_text(json.dumps(ror(1, "Nobody")))
    assert run(*told, str(tmp_path / "none.json")).code == 0
    assert pq.read_table(to).schema.equals(SCHEMA) and not pq.read_table(to).num_rows
    (tmp_path / "empty.json").write_text("[]")
    empty = run(*told, str(tmp_path / "empty.json"))
    assert empty.code == 1 and "no records" in empty.err
