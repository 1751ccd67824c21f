"""What a release says of itself, for machines and people, is what the dictionary says."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from frictionless import Package

from osint_ingest.release.describe import datapackage
from osint_ingest.release.folder import Release, Releases
from osint_ingest.settings import VERSION
from osint_ingest.sources.base import SourceConfig
from osint_ingest.tables import declared_tables
from osint_ingest.tables.run import ChangeRow
from tests.docs.reference import tables_page as page
from tests.release.conftest import document, passage, whole, write

ROWS = 60
"""Rows of a table that are judged one by one, which takes a millisecond each: the next are made alike."""
DOCS = Path(__file__).resolve().parents[2] / "docs" / "tables.md"


@pytest.fixture(scope="module")
def latest(sample_run: Path) -> Release:
    found = Releases(sample_run / "curated").latest()
    assert found is not None
    return found


def test_the_page_of_the_tables_is_up_to_date() -> None:
    assert DOCS.read_text(encoding="utf-8") == page(), "the dictionary changed: make tables"


@pytest.mark.parametrize("name", declared_tables())
def test_every_table_and_column_is_on_the_page_and_in_the_readme(name: str, latest: Release) -> None:
    for text in (DOCS.read_text("utf-8"), (latest.path / "README.md").read_text("utf-8")):
        _, found, rest = text.partition(f"\n## {name}\n")
        assert found, name
        section = rest.partition("\n## ")[0]
        for c in declared_tables()[name].columns:
            assert f"| {c.name} |" in section or f"| {c.name} (key) |" in section, c.name
            assert c.described.description.replace("|", "\\|") in section


def test_the_readme_names_whom_the_licence_asks_to_name(latest: Release) -> None:
    said = (latest.path / "README.md").read_text("utf-8")
    assert "Open Government Partnership" in said and "CC BY 4.0" in said and latest.name in said


def test_frictionless_finds_the_package_and_its_rows_valid(latest: Release) -> None:
    package = Package(str(latest.path / "datapackage.json"))
    keys = {"": None} | {resource.name: resource.schema.primary_key for resource in package.resources}
    for resource in package.resources:
        for key in resource.schema.foreign_keys:
            leads_to = key["reference"]
            assert leads_to["fields"] == (keys[leads_to["resource"]] or resource.schema.primary_key), key
        if resource.name != "osor-policies":  # one that follows them: each reads its targets anew
            resource.schema.foreign_keys = []
    report = package.validate(limit_rows=ROWS)
    wrong = [(task.name, e.message) for task in report.tasks for e in task.errors]
    assert report.valid and not wrong and not report.errors, wrong[:5]
    assert len(report.tasks) == len(declared_tables())


def test_frictionless_takes_an_empty_text_in_a_key_for_a_value(releases: Releases) -> None:
    whole_row = ChangeRow(
        table_name="documents", row_key="a", column_name="", change="added", before=None, after=None
    )
    tables = whole([document("a"), whole_row])
    texts = {
        "datapackage.json": datapackage(tables, [SourceConfig("osor", "x", "CC BY 4.0", "https://x.example")])
    }
    made = write(releases, tables, "20310504T100000000000Z-aaaaaaaa", texts=texts)
    found = {r.name: r for r in Package(str(made.path / "datapackage.json")).resources}
    assert found["changes"].validate().valid


def test_frictionless_sees_a_row_that_leads_nowhere(releases: Releases) -> None:
    """The foreign keys of the package are real ones: a lost document is found."""
    tables = whole([document("a"), passage("lost", 1, "x")])
    texts = {"datapackage.json": datapackage(tables, [])}
    made = write(releases, tables, "20310504T100000000000Z-aaaaaaaa", texts=texts)
    package = Package(str(made.path / "datapackage.json"))
    errors = package.get_resource("passages").validate().tasks[0].errors
    assert [e.type for e in errors] == ["foreign-key"]


def test_a_release_says_how_to_cite_it(latest: Release) -> None:
    said = yaml.safe_load((latest.path / "CITATION.cff").read_text("utf-8"))
    assert (said["cff-version"], said["type"], said["version"]) == ("1.2.0", "dataset", latest.name)
    assert said["date-released"].replace("-", "") == latest.name[:8]
    assert "Open Government Partnership" in [author["name"] for author in said["authors"]]
    assert said["license"] == ["CC-BY-4.0"]


def test_the_citation_of_the_software_names_its_version() -> None:
    said = yaml.safe_load((Path(__file__).resolve().parents[2] / "CITATION.cff").read_text("utf-8"))
    assert said["version"] == VERSION and said["license"] == "Apache-2.0"
