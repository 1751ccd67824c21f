"""The dictionary: every table and column is described, and rows come out as declared."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass

import pyarrow as pa
import pytest

from osint_ingest.release.describe import dictionary_page
from osint_ingest.sources import all_sources
from osint_ingest.tables import Table, column, declared_tables

all_sources()  # declares the sources' tables

CONTRACT = {
    "captures": ("url", "captured_at"),
    "addresses": ("url",),
    "documents": ("document_id",),
    "passages": ("passage_id",),
    "spans": ("passage_id", "ordinal"),
    "footnotes": ("footnote_id",),
    "footnote_refs": ("ref_id",),
    "links": ("link_id",),
    "entities": ("entity_id",),
    "entity_names": ("entity_id", "name", "kind"),
    "mentions": ("mention_id",),
    "entity_links": ("entity_id", "url", "ref_id"),
    "entity_sites": ("entity_id", "link_id"),
    "citations": ("citation_id",),
    "osor_actors": ("document_id", "ordinal"),
    "osor_policies": ("document_id", "ordinal"),
    "osor_initiatives": ("document_id", "ordinal"),
    "ogp_commitments": ("document_id",),
    "ogp_commitment_values": ("document_id", "field", "ordinal"),
    "ogp_milestones": ("document_id", "ordinal"),
    "ogp_listing": ("document_id", "code"),
    "ogp_members": ("document_id",),
    "ogp_action_plans": ("document_id",),
    "ogp_answers": ("document_id", "ordinal"),
    "ogp_endorsements": ("document_id", "ordinal"),
    "history": ("document_id", "field", "first_captured_at"),
    "link_checks": ("url", "checked_at"),
    "changes": ("table_name", "row_key", "column_name"),
    "issues": ("issue_id",),
}


@pytest.mark.parametrize(("name", "key"), CONTRACT.items())
def test_every_table_of_the_contract_is_declared_with_its_key(name: str, key: tuple[str, ...]) -> None:
    assert declared_tables()[name].key == key


@pytest.mark.parametrize("name", declared_tables())
def test_every_column_has_a_description_and_every_reference_a_target(name: str) -> None:
    declared = declared_tables()[name]
    assert declared.description
    for c in declared.columns:
        assert len(c.described.description) > 5, f"{name}.{c.name}"
        if c.described.references:
            target = declared_tables()[c.described.references]
            assert len(target.key) == 1, f"{name}.{c.name} refers to a table with a compound key"


@pytest.mark.parametrize("name", declared_tables())
def test_no_column_holds_lists_or_categories(name: str) -> None:
    for field in declared_tables()[name].schema:
        assert not pa.types.is_nested(field.type) and not pa.types.is_dictionary(field.type)
        assert not pa.types.is_null(field.type)


def test_the_dictionary_page_names_every_table_and_column() -> None:
    page = dictionary_page(list(declared_tables().values()))
    for declared in declared_tables().values():
        assert f"## {declared.name}\n" in page
        for c in declared.columns:
            assert f"| {c.name}" in page


def test_a_column_without_a_description_is_refused() -> None:
    @dataclass
    class Undescribed:
        a: str

    with pytest.raises(TypeError, match=r"bare\.a has no column"):
        _ = Table("bare", "Undescribed things.", Undescribed).schema


def test_rows_become_arrow_with_the_declared_schema_even_when_there_are_none() -> None:
    @dataclass
    class Thing:
        name: str = column("Its name", key=True)
        size: int | None = column("Its size", unit="bytes")

    things = Table("things", "Things.", Thing)
    assert things.key == ("name",)
    made = things.arrow([Thing(name="a", size=None)])
    assert made.schema == things.schema == things.arrow([]).schema
    assert not made.schema.field("name").nullable
    assert made.to_pylist() == [{"name": "a", "size": None}]


def test_a_column_of_a_type_that_no_table_holds_is_refused() -> None:
    @dataclass
    class Listing:
        names: tuple[str, ...] = column("Their names")

    with pytest.raises(TypeError, match=r"listing\.names is tuple\[str"):
        _ = Table("listing", "Lists.", Listing).schema


def test_tables_are_described_where_python_drops_docstrings() -> None:
    script = (
        "from osint_ingest.sources import all_sources; from osint_ingest.tables import declared_tables; "
        "all_sources(); print(*(f'{name}: {t.description}' for name, t in declared_tables().items()), sep='\\n')"
    )
    command = [sys.executable, "-OO", "-c", script]
    said = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout
    assert said.splitlines() == [f"{name}: {t.description}" for name, t in declared_tables().items()]


def test_tables_stand_in_one_order_whichever_source_was_loaded_first() -> None:
    script = """
import importlib, sys
for source in sys.argv[1:]:
    importlib.import_module(f"osint_ingest.sources.{source}.tables")
from osint_ingest.tables import declared_tables
print(*declared_tables())
"""
    sources = ("ogp", "osor", "factsheets")
    told = [
        subprocess.run([sys.executable, "-c", script, *order], stdout=subprocess.PIPE, check=True, text=True)
        for order in (sources, sources[::-1])
    ]
    assert told[0].stdout == told[1].stdout
    assert told[0].stdout.startswith("captures ")
